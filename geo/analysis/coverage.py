"""Coverage of a region: norms, mandatory services, reach, access, places and needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.catchment import floating_catchment, spatial_access_ratio
from geo.analysis.figures import figures, joined, no_figure, with_total
from geo.analysis.gaps import capacity_gap
from geo.analysis.inputs import Inputs, lonlat
from geo.analysis.norms import NormResult, ServiceShare, evaluate, mandatory_services, staff_facts
from geo.analysis.parameters import Parameters
from geo.analysis.reach import reach_by_area
from geo.analysis.travel import geodesic_costs, nearest_minutes
from geo.profiles.shape import Norm, Profile

CENTRE = "community_centre"
STAFF_NORM = "community_centre_staff"
POINT_CLASSES = frozenset({"address", "street", "postcode"})
"""Places found well enough to measure distances from; a municipality's centroid is not."""


def coverage(inputs: Inputs, profile: Profile, parameters: Parameters) -> pd.DataFrame:
    """All coverage figures of a region as rows (columns of geo.analysis.figures)."""
    parts = [_population(inputs), _staffing(inputs, profile), _mandatory(inputs, profile)]
    for service_type in profile.demand_types():
        parts.append(_places(inputs, service_type.code))
        parts.append(_travel(inputs, service_type.code, parameters))
    parts.append(
        with_total(
            figures(
                "institution_residents",
                inputs.codes,
                _month(inputs),
                values=inputs.counted(inputs.residents, "persons"),
            ),
            inputs.region,
        )
    )
    parts.append(_street_work(inputs))
    return joined(parts)


def staffing(inputs: Inputs, norm: Norm) -> list[NormResult]:
    """The staffing norm held against every municipality, in their order."""
    centres = inputs.services[inputs.services["service_type"].isin(norm.service_types)]
    area_of = centres.set_index("id")["area_code"]
    posts = inputs.staff.assign(area_code=inputs.staff["service_id"].map(area_of))
    by_area: Mapping[Any, pd.DataFrame] = dict(list(posts.groupby("area_code")))
    results = []
    for code, residents in inputs.residents_of().items():
        facts = None
        if code in inputs.covered:
            rows = by_area[code].to_dict("records") if code in by_area else []
            facts = staff_facts(norm, rows, inputs.as_of)  # type: ignore[arg-type]
        persons = None if pd.isna(residents) else int(residents)
        results.append(evaluate(norm, persons, facts, base="residents"))
    return results


def _population(inputs: Inputs) -> pd.DataFrame:
    dates = pd.to_datetime(inputs.population["reference_date"])
    period = str(dates.max().year) if len(dates) else str(inputs.as_of.year)
    rows = figures("population", inputs.codes, period, values=inputs.residents_of())
    return with_total(rows, inputs.region)


def _staffing(inputs: Inputs, profile: Profile) -> pd.DataFrame:
    results = staffing(inputs, profile.norm(STAFF_NORM))
    reasons = [result.reason for result in results]
    absent = ["not_applicable" if result.state == "no_norm" else "no_data" for result in results]
    parts = [
        figures(
            "staff_norm",
            inputs.codes,
            _month(inputs),
            categories=[result.state for result in results],
            explanations=reasons,
        ),
        no_figure("staff_norm", inputs.region, _month(inputs)),
    ]
    for name in ("required", "actual", "shortfall"):
        rows = figures(
            f"staff_{name}",
            inputs.codes,
            _month(inputs),
            values=[_number(getattr(result, name)) for result in results],
            missing=absent if name != "actual" else "no_data",
            explanations=reasons,
        )
        parts.append(with_total(rows, inputs.region))
    return joined(parts)


def _mandatory(inputs: Inputs, profile: Profile) -> pd.DataFrame:
    checklist = profile.checklist(CENTRE)
    known = {item.code for item in checklist.items}
    shares: list[ServiceShare] = []
    for code in inputs.codes:
        here = inputs.services[inputs.services["area_code"] == code]
        centres = here[here["service_type"] == CENTRE]
        offered = {offer for offers in centres["offers"] for offer in offers} & known
        shares.append(
            mandatory_services(
                checklist,
                offered if code in inputs.covered else None,
                active_types=set(here["service_type"]),
            )
        )
    total = len(checklist.with_status("mandatory"))
    offered_all = [len(share.offered) for share in shares if share.share is not None]
    rows = figures(
        "mandatory_services",
        inputs.codes,
        _month(inputs),
        values=[np.nan if share.share is None else 100 * share.share for share in shares],
        categories=[None if share.share is None else share.category for share in shares],
        explanations=[share.reason for share in shares],
    )
    region = figures(
        "mandatory_services",
        [inputs.region],
        _month(inputs),
        values=[100 * sum(offered_all) / (total * len(offered_all)) if offered_all else np.nan],
    )
    return joined([rows, region])


def _places(inputs: Inputs, service_type: str) -> pd.DataFrame:
    """Places, people with an open need, and how many of them are beyond the places."""
    services = inputs.services[inputs.services["service_type"] == service_type]
    supply = services.groupby("area_code", as_index=False)["capacity"].sum(min_count=1)
    needs = inputs.needs[inputs.needs["service_type"] == service_type]
    capacity = inputs.counted(supply, "capacity")
    persons = inputs.counted(needs, "persons")
    gap = capacity_gap(persons, capacity).gap
    named = {"capacity": capacity, "open_needs": persons, "capacity_gap": gap}
    return joined(
        [
            with_total(
                figures(name, inputs.codes, _month(inputs), values=values, breakdown=service_type),
                inputs.region,
            )
            for name, values in named.items()
        ]
    )


def _travel(inputs: Inputs, service_type: str, parameters: Parameters) -> pd.DataFrame:
    """Reach and spatial access from populated cells to located services with places."""
    cells = inputs.cells[inputs.cells["area_code"].isin(inputs.covered)]
    services = inputs.services[
        (inputs.services["service_type"] == service_type)
        & inputs.services["location_class"].isin(POINT_CLASSES)
        & (inputs.services["capacity"].fillna(0) > 0)
    ]
    period = _month(inputs)
    if cells.empty:
        return joined(
            [
                figures("reach", [*inputs.codes, inputs.region], period, breakdown=service_type),
                figures("access", inputs.codes, period, breakdown=service_type),
                no_figure("access", inputs.region, period, service_type),
            ]
        )
    cost = geodesic_costs(
        lonlat(cells),
        lonlat(services),
        threshold_minutes=parameters.threshold_minutes,
        detour_factor=parameters.detour_factor,
        speed_kmh=parameters.speed_kmh,
    )
    people = cells["population"].to_numpy(dtype=float)
    area_codes = [str(code) for code in cells["area_code"]]
    nearest = nearest_minutes(cost)
    reached = reach_by_area(people, nearest, parameters.threshold_minutes, area_codes)
    reach = reached.set_index("area_code")["share"].reindex(inputs.codes) * 100
    whole = 100 * float(reached["reached"].sum()) / float(reached["population"].sum())
    catchment = floating_catchment(
        people,
        services["capacity"].to_numpy(dtype=float),
        cost,
        parameters.threshold_minutes,
        decay=parameters.decay,
        method=parameters.method,
    )
    access = _by_area(inputs, area_codes, people, _ratio(catchment.access, people))
    return joined(
        [
            figures(
                "reach",
                [*inputs.codes, inputs.region],
                period,
                values=[*reach, whole],
                breakdown=service_type,
            ),
            figures("access", inputs.codes, period, values=access, breakdown=service_type),
            no_figure("access", inputs.region, period, service_type),
        ]
    )


def _ratio(access: Floats, people: Floats) -> Floats:
    """Access to the region's mean; all zero where the service is in nobody's reach."""
    if not float(access @ people) > 0:
        return np.zeros_like(access)
    return spatial_access_ratio(access, people)


def _by_area(inputs: Inputs, area_codes: list[str], people: Floats, ratio: Floats) -> Floats:
    """Population-weighted mean of a cell figure by municipality; NaN where nobody lives."""
    cells = pd.DataFrame({"area_code": area_codes, "people": people, "sum": people * ratio})
    totals = cells.groupby("area_code").sum().reindex(inputs.codes)
    lived_in = totals["people"] > 0
    return (totals["sum"] / totals["people"].where(lived_in)).to_numpy(dtype=float)


def _street_work(inputs: Inputs) -> pd.DataFrame:
    """Reports; where no team looked and nobody called, there is no data and not a zero."""
    minutes = inputs.counted(inputs.rounds, "minutes")
    counted = inputs.counted(inputs.observations, "reports")
    # A report from the telephone line is one, whether or not a team has passed.
    reports = np.where((minutes > 0) | (counted > 0), counted, np.nan)
    return joined(
        [
            with_total(figures(name, inputs.codes, _month(inputs), values=values), inputs.region)
            for name, values in (("round_minutes", minutes), ("observations", reports))
        ]
    )


def _number(value: int | None) -> float:
    return np.nan if value is None else float(value)


def _month(inputs: Inputs) -> str:
    return inputs.as_of.strftime("%Y-%m")
