"""The inputs of an analysis as a snapshot keeps them, and all it takes to compute them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from geo.analysis import parameters as analysis_parameters
from geo.analysis.arrays import Floats
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.services import Journeys, Travel
from geo.analysis.parameters import Parameters
from geo.errors import InvalidInput
from geo.ids import canonical_json
from geo.profiles import profile
from geo.profiles.shape import Profile
from geo.snapshots import store as snapshots
from geo.snapshots.freeze import Content
from geo.snapshots.inputs import frame_bytes, frame_of
from geo.travel_times import traveller

FRAMES = (
    *("municipalities", "population", "cells", "services", "service_states", "staff"),
    *("people", "needs", "residents", "observations", "rounds", "estimates"),
)
"""The frames of an analysis's inputs, all of which are frozen."""

FACTS = "facts"
"""The input that is no frame: region, country, day, and where the registers are complete."""

FROZEN_OF_SERVICES = (
    *("id", "external_id", "service_type", "capacity", "offers", "area_code", "own_area_only"),
    *("serves_too", "sensitive", "location_class", "geometry"),
)
"""What figures and scenarios need of a service: neither its name nor its agency nor an address."""


def frozen_inputs(inputs: Inputs, country: str) -> dict[str, bytes]:
    """The inputs of an analysis as the bytes that a snapshot keeps, by name."""
    services = inputs.services[[name for name in FROZEN_OF_SERVICES if name in inputs.services]]
    of_service = {"services": "id", "service_states": "id", "staff": "service_id"}
    here = set(inputs.service_states["id"].astype(str)) | set(services["id"].astype(str))
    made = {}
    for name in FRAMES:
        frame = services if name == "services" else getattr(inputs, name)
        if name in of_service:
            key = of_service[name]
            frame = frame.assign(**{key: frame[key].astype(str)})
        if name == "staff":  # the posts of other regions' services move nothing here
            frame = frame[frame["service_id"].isin(here)]
        made[name] = frame_bytes(frame)
    facts = {
        "region": inputs.region,
        "country": country,
        "as_of": inputs.as_of.isoformat(),
        "covered": sorted(inputs.covered),
    }
    return made | {FACTS: canonical_json(facts)}


def inputs_from(frozen: Mapping[str, bytes]) -> Inputs:
    """The inputs that `frozen_inputs` spelled."""
    facts = json.loads(frozen[FACTS])
    frames: dict[str, Any] = {name: frame_of(frozen[name]) for name in FRAMES}
    return Inputs(
        region=facts["region"],
        as_of=date.fromisoformat(facts["as_of"]),
        covered=frozenset(facts["covered"]),
        **frames,
    )


def inputs_of(connection: Connection, snapshot_id: str) -> Inputs:
    """What a snapshot was computed from; exact counts. Raises NotFound where it was not kept."""
    return inputs_from(snapshots.inputs(connection, snapshot_id))


@dataclass(frozen=True)
class Start:
    """All that it takes to compute figures of a snapshot again: inputs, rules and journeys; and the
    figures that were, with the version of the code that made them."""

    inputs: Inputs
    profile: Profile
    parameters: Parameters
    travel: Travel
    values: pd.DataFrame
    code_version: str


def start_of(
    connection: Connection,
    snapshot_id: str,
    *,
    travel_folder: Path | None = None,
    content: Content | None = None,
) -> Start:
    """From what a snapshot was computed; `travel_folder` see `analyse`, `content` is the snapshot
    where it has been read already.

    Raises NotFound where its inputs were not kept, InvalidInput where the parameters are others
    now; the journeys raise InvalidInput where the roads are: figures of both would contradict each
    other.
    """
    frozen = snapshots.inputs(connection, snapshot_id)
    content = content or snapshots.get(connection, snapshot_id)
    stated = content.manifest
    chosen = analysis_parameters.load()
    if canonical_json(chosen.values()) != canonical_json(stated["parameters"]):
        raise _others_now("parameters", stated)
    country = json.loads(frozen[FACTS])["country"]
    travel = traveller(connection, country, chosen, folder=travel_folder)
    return Start(
        inputs=inputs_from(frozen),
        profile=profile.load(country),
        parameters=chosen,
        travel=_along_stated_roads(travel, stated),
        values=content.values,
        code_version=stated["code_version"],
    )


def _along_stated_roads(travel: Travel, stated: Mapping[str, Any]) -> Travel:
    known = {(one["kind"], one["network"]) for one in stated["travel"].values()}

    def journeys(origins: Floats, sites: Floats, people: Floats) -> Journeys:
        found = travel(origins, sites, people)
        if (found.basis.kind, found.basis.network) not in known:
            raise _others_now("roads", stated)
        return found

    return journeys


def _others_now(what: str, stated: Mapping[str, Any]) -> InvalidInput:
    return InvalidInput(
        f"The {what} are no longer those that this snapshot was computed with.",
        hint=f"Make a new one: `needsmap analyse {stated['region']}`.",
    )
