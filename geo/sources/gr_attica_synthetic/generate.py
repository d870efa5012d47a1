"""Generates the demo's registers from a seed: invented people and services on real streets."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import SettingsError
from geo.sources.batch import Batch, accept
from geo.sources.gr_attica_synthetic.addresses import Typist, texts
from geo.sources.gr_attica_synthetic.casework import (
    agreements,
    contacts,
    programmes,
    referrals,
)
from geo.sources.gr_attica_synthetic.fieldwork import Ground, observations, rounds
from geo.sources.gr_attica_synthetic.people import needs, people
from geo.sources.gr_attica_synthetic.places import Places
from geo.sources.gr_attica_synthetic.services import (
    Providers,
    add_community_centres,
    add_other_services,
    residents_of_institutions,
)
from geo.sources.gr_attica_synthetic.world import World
from geo.sources.source import Source


@dataclass(frozen=True)
class Inputs:
    """The real frames the invented registers stand on, as their own sources hand them over."""

    areas: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    streets: pd.DataFrame
    settlements: gpd.GeoDataFrame
    area_names: pd.DataFrame
    population: pd.DataFrame


def generate(inputs: Inputs, source: Source, seed: int | None = None) -> Batch:
    """All register frames of the contract; the same inputs and seed give the same bytes.

    `seed` None takes the one in source.toml. Every register draws from a generator of its own,
    so that a change to one leaves the others as they are. Every row has synthetic True.
    """
    own_seed = int(source.parameters["seed"]) if seed is None else seed
    world = _world(inputs, source)
    for_people, for_needs, for_services, for_field, for_residents, for_casework = (
        np.random.default_rng(each) for each in np.random.SeedSequence(own_seed).spawn(6)
    )
    providers = Providers(world, for_services)
    add_community_centres(providers)
    add_other_services(providers)
    frames = providers.frames()
    frames["people"] = people(world, for_people)
    frames["needs"] = needs(world, frames["people"], for_needs)
    frames["rounds"] = rounds(world, for_field)
    ground = Ground(world.places, inputs.areas, world.settings["fieldwork"]["spread_m"])
    frames["observations"] = observations(world, ground, frames["rounds"], for_field)
    frames["residents"] = residents_of_institutions(
        world, frames["services"], frames["sites"], for_residents
    )
    frames["programmes"] = programmes(world)
    frames["agreements"] = agreements(world, frames["agencies"], for_casework)
    frames["referrals"] = referrals(world, frames["needs"], frames["services"], for_casework)
    frames["contacts"] = contacts(world, frames["people"], for_casework)
    counts = {name: len(frame) for name, frame in frames.items()}
    note = f"all rows invented from seed {own_seed}; assumptions in {source.id}/source.toml"
    return accept(Batch(source.id, frames, counts, notes=(note,)), source)


def _world(inputs: Inputs, source: Source) -> World:
    if source.reference_date is None:
        raise SettingsError(f"{source.id}/source.toml names no reference_date.")
    names = _names(inputs.area_names)
    places = Places(inputs.cells, inputs.streets, inputs.settlements)
    return World(
        residents=_residents(inputs.population),
        names=names,
        places=places,
        typist=Typist(places, names),
        settings=source.parameters,
        texts=texts(),
        as_of=source.reference_date,
    )


def _residents(population: pd.DataFrame) -> dict[str, int]:
    total = population[(population["sex"] == "total") & (population["age_band"] == "total")]
    ordered = total.sort_values("code")
    return dict(zip(ordered["code"].tolist(), ordered["persons"].tolist(), strict=True))


def _names(area_names: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {
        str(row["code"]): (str(row["name_el"]), str(row["name_en"]))
        for row in area_names.to_dict("records")
    }
