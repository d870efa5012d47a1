"""The order of the work: registers to figures, figures to releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from sqlalchemy.engine import Connection, Engine

from geo.analysis import parameters as analysis_parameters
from geo.analysis.coverage import coverage
from geo.analysis.figures import joined, without_partial_totals
from geo.analysis.inputs import Inputs
from geo.analysis.poverty import Poverty, poverty, smoothed_per_thousand
from geo.db.engine import transaction
from geo.profiles import profile
from geo.provenance import manifest
from geo.registers.agencies import store as agencies
from geo.registers.areas import store as areas
from geo.registers.people import store as people
from geo.registers.streetwork import store as streetwork
from geo.releases import store as releases
from geo.releases.publish import build_release
from geo.releases.release import TIERS, Release, Tier
from geo.releases.tiers import RULES
from geo.snapshots import store as snapshots
from geo.snapshots.freeze import Content, code_version, freeze

COUNTRY = "gr"
REDRAW = {"beneficiary_rate_smoothed": smoothed_per_thousand}
"""Figures that a release computes anew from the counts it shows."""


@dataclass(frozen=True)
class Analysis:
    """What an analysis found, before it is frozen."""

    inputs: Inputs
    values: pd.DataFrame
    poverty: Poverty
    areas: gpd.GeoDataFrame
    sources: pd.DataFrame
    not_placed: dict[str, int]


def analyse(engine: Engine, region: str) -> Analysis:
    """All figures of a region (or country) from what the registers hold now."""
    with transaction(engine, "job") as connection:
        found = areas.areas(connection, region)
        inputs = _inputs(connection, region, found)
        sources = areas.sources(connection)
        not_placed = {
            "people": people.not_placed(connection),
            "reports": streetwork.not_placed(connection),
        }
    chosen = analysis_parameters.load()
    poor = poverty(inputs, chosen)
    rows = joined([coverage(inputs, profile.load(COUNTRY), chosen), poor.rows])
    if not inputs.is_covered().all():
        rows = without_partial_totals(rows, region)
    return Analysis(inputs, rows, poor, found, sources, not_placed)


def freeze_analysis(engine: Engine, analysis: Analysis) -> str:
    """Keep an analysis as a snapshot and return its id; the same results have the same id."""
    content = Content(
        region_code=analysis.inputs.region,
        demo=bool(analysis.sources["synthetic"].any()),
        zones=_zones(analysis.areas),
        values=analysis.values,
        services=_service_points(analysis.inputs.services),
        pockets=pd.DataFrame(
            [
                {"id": one.id, "members": list(one.members), "evidence": one.evidence}
                for one in analysis.poverty.pockets
            ],
            columns=["id", "members", "evidence"],
        ),
        manifest=manifest(analysis.inputs, analysis.poverty, analysis.areas, analysis.sources)
        | {"not_placed": analysis.not_placed},
    )
    snapshot_id, frozen = freeze(content, code_version(Path(__file__).parent))
    with transaction(engine, "job") as connection:
        snapshots.put(connection, snapshot_id, frozen)
    return snapshot_id


def publish(engine: Engine, snapshot_id: str, tiers: tuple[Tier, ...] = TIERS) -> list[Release]:
    """Build and keep the releases of a snapshot for each tier."""
    made = []
    with transaction(engine, "job") as connection:
        content = snapshots.get(connection, snapshot_id)
        made_at = snapshots.created_at(connection, snapshot_id)
        stated = {**content.manifest, "demo": content.demo, "created_at": made_at}
        for tier in tiers:
            release = build_release(snapshot_id, stated, content.tables(), RULES[tier], REDRAW)
            releases.put(connection, release)
            made.append(release)
    return made


def _inputs(connection: Connection, region: str, found: gpd.GeoDataFrame) -> Inputs:
    municipalities = found[found["level"] == "municipality"].reset_index(drop=True)
    codes = [str(code) for code in municipalities["code"]]
    sources = areas.sources(connection)
    registers = sources[sources["scope"].notna()]
    covered = {
        code
        for code, parent in zip(codes, municipalities["parent_code"], strict=True)
        if parent in set(registers["scope"])
    }
    dates = registers["reference_date"].dropna()
    counted = people.counts_by_area(connection, codes) | streetwork.counts_by_area(
        connection, codes
    )
    population = areas.population(connection, codes)
    known = [*dates, *population["reference_date"].dropna()]
    as_of: date = max(dates) if len(dates) else max(known)
    return Inputs(
        region=region,
        as_of=as_of,
        municipalities=municipalities,
        population=population,
        cells=areas.cells(connection, codes),
        services=agencies.services(connection, codes),
        staff=agencies.staff(connection, as_of),
        covered=frozenset(covered),
        **counted,
    )


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
