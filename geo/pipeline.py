"""The order of the work: registers to figures, figures to releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy.engine import Engine

from geo.analysis import parameters as analysis_parameters
from geo.analysis.figures.astray import services_astray
from geo.analysis.figures.coverage import coverage, grounds_of
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.located_need import out_of_reach_figures
from geo.analysis.figures.poverty import Poverty, poverty
from geo.analysis.figures.rows import joined, without_partial_totals
from geo.analysis.figures.stair import Ground
from geo.db.engine import transaction
from geo.executor import Executor, Progress
from geo.frozen_inputs import frozen_inputs, inputs_from, start_of
from geo.gathering import country_of, gathered
from geo.profiles import profile
from geo.provenance import manifest
from geo.redrawing import (
    REDRAW,
    redrawn_concentrations,
    redrawn_hidden_need,
    redrawn_stairs,
)
from geo.registers.areas import store as areas
from geo.registers.people import store as people
from geo.registers.streetwork import store as streetwork
from geo.releases import store as releases
from geo.releases.publish import build_release
from geo.releases.release import TIERS, Release, Tier
from geo.releases.tiers import RULES
from geo.snapshots import store as snapshots
from geo.snapshots.freeze import Content, code_version, freeze
from geo.snapshots.inputs import digest
from geo.travel_times import traveller


@dataclass(frozen=True)
class Analysis:
    """What an analysis found, before it is frozen.

    `frozen` are the inputs as bytes, `inputs` what these say; `services` have names and agencies.
    """

    inputs: Inputs
    frozen: Mapping[str, bytes]
    services: gpd.GeoDataFrame
    values: pd.DataFrame
    poverty: Poverty
    grounds: Mapping[str, Ground]
    areas: gpd.GeoDataFrame
    sources: pd.DataFrame
    not_placed: dict[str, int]


def analyse(
    engine: Engine,
    region: str,
    *,
    travel_folder: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """All figures of a region (or country) from what the registers hold now.

    `travel_folder` keeps matrices of travel times along roads; None keeps none. `executor` does
    the parts; None: this process. `progress` hears how many are done.
    """
    chosen = analysis_parameters.load()
    with transaction(engine, "job") as connection:
        found = areas.areas(connection, region)
        read = gathered(connection, region, found)
        sources = areas.sources(connection)
        travel = traveller(connection, country_of(found), chosen, folder=travel_folder)
        not_placed = {
            "people": people.not_placed(connection),
            "reports": streetwork.not_placed(connection),
        } | {f"needs_{why}": n for why, n in people.needs_not_counted(connection).items()}
        not_placed["services_astray"] = len(services_astray(read.services, read.municipalities))
        located = people.needs_where(connection, sorted(read.covered))
    # From what is frozen, not from what was read: so the figures are those of the frozen inputs.
    frozen = frozen_inputs(read, country_of(found))
    inputs = inputs_from(frozen)
    poor = poverty(inputs, chosen)
    country = profile.load(country_of(found))
    grounds = grounds_of(inputs, country, chosen, travel)
    covered = coverage(inputs, country, chosen, grounds, executor=executor, progress=progress)
    # From the registers themselves: exact places are frozen nowhere, only what follows from them.
    beyond = out_of_reach_figures(inputs, located, grounds, chosen)
    rows = joined([covered, beyond, poor.rows])
    if not inputs.is_covered().all():
        rows = without_partial_totals(rows, region)
    return Analysis(inputs, frozen, read.services, rows, poor, grounds, found, sources, not_placed)


def freeze_analysis(engine: Engine, analysis: Analysis) -> str:
    """Keep an analysis as a snapshot and return its id; the same results have the same id."""
    content = Content(
        region_code=analysis.inputs.region,
        demo=bool(analysis.sources["synthetic"].any()),
        zones=_zones(analysis.areas),
        values=analysis.values,
        services=_service_points(analysis.services),
        pockets=pd.DataFrame(
            [
                {"id": one.id, "members": list(one.members), "evidence": one.evidence}
                for one in analysis.poverty.pockets
            ],
            columns=["id", "members", "evidence"],
        ),
        manifest=manifest(
            analysis.inputs,
            analysis.poverty,
            analysis.areas,
            analysis.sources,
            _travel_bases(analysis.grounds),
        )
        | {"not_placed": analysis.not_placed},
    )
    checksums = {name: digest(told) for name, told in analysis.frozen.items()}
    snapshot_id, frozen = freeze(content, code_version(Path(__file__).parent), checksums)
    with transaction(engine, "job") as connection:
        snapshots.put(connection, snapshot_id, frozen, analysis.frozen)
    return snapshot_id


def _travel_bases(grounds: Mapping[str, Ground]) -> dict[str, Any]:
    """What the travel times of each service type rest on, for the manifest."""
    return {code: ground.basis.values() for code, ground in grounds.items() if ground.basis}


def publish(
    engine: Engine,
    snapshot_id: str,
    tiers: tuple[Tier, ...] = TIERS,
    *,
    travel_folder: Path | None = None,
) -> list[Release]:
    """Build and keep the releases of a snapshot for each tier; `travel_folder` see `analyse`.

    Raises InvalidInput where the journeys of the snapshot can no longer be computed: the roads or
    the parameters are others now.
    """
    made = []
    with transaction(engine, "job") as connection:
        content = snapshots.get(connection, snapshot_id)
        made_at = snapshots.created_at(connection, snapshot_id)
        stated = {**content.manifest, "demo": content.demo, "created_at": made_at}
        redraw = dict(REDRAW) | redrawn_concentrations(content.values)
        redraw |= redrawn_hidden_need(content.values)
        # Snapshots of older versions have none; their releases withhold the stair.
        if stated.get("inputs"):
            start = start_of(connection, snapshot_id, travel_folder=travel_folder, content=content)
            grounds = grounds_of(start.inputs, start.profile, start.parameters, start.travel)
            redraw |= redrawn_stairs(grounds)
        for tier in tiers:
            release = build_release(snapshot_id, stated, content.tables(), RULES[tier], redraw)
            releases.put(connection, release)
            made.append(release)
    return made


def _zones(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The region as the one zone above its municipalities."""
    top = found["level"] != "municipality"
    columns = ["code", "level", "parent_code", "name_en", "name_el", "geometry_kind", "geometry"]
    return found.assign(level=found["level"].where(~top, "region"))[columns]


def _service_points(services: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Services as points. A refuge counts where it stands, and is a point in no snapshot; nor is
    the middle of a municipality, where one stands of which no more is known."""
    centroid = services["location_class"] == "municipality"
    placed = services[services.geometry.notna() & ~services["sensitive"] & ~centroid]
    columns = ["code", "service_type", "name", "agency", "area_code", "capacity"]
    columns += ["location_class", "radius_m", "synthetic", "geometry"]
    return placed.assign(code=placed["external_id"])[columns]
