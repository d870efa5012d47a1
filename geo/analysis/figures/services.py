"""Coverage by the services of one type: places and need, reach, access, and where people stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats
from geo.analysis.figures.access import access_figures
from geo.analysis.figures.inputs import Inputs, lonlat
from geo.analysis.figures.rows import figures, joined, with_total
from geo.analysis.figures.stair import Ground, stair_figures
from geo.analysis.parameters import Parameters
from geo.analysis.stair.gaps import capacity_gap
from geo.analysis.travel import TravelBasis, geodesic_costs, nearest_minutes
from geo.analysis.travel.reach import reach_by_area
from geo.analysis.whole_numbers import whole_counts
from geo.location_classes import POINT_CLASSES

NOT_STATED = {
    "en": "A service here does not say how many places it has.",
    "el": "Μια υπηρεσία εδώ δεν δηλώνει πόσες θέσεις έχει.",
}


class Journeys(Protocol):
    """Minutes from origins to sites (CSR n x m, up to the longest that any figure asks for), and
    what they rest on."""

    @property
    def cost(self) -> csr_array: ...

    @property
    def basis(self) -> TravelBasis: ...


Travel = Callable[[Floats, Floats, Floats], Journeys]
"""Journeys from origins (n, 2) to sites (m, 2), longitude and latitude, and people (n,) there."""


@dataclass(frozen=True, eq=False)
class ByStraightLine:
    """Journeys where no roads are loaded."""

    cost: csr_array
    basis: TravelBasis


def straight_line(parameters: Parameters) -> Travel:
    """Travel by straight line, with the speed and the detour factor of the parameters."""

    basis = TravelBasis(
        kind="straight_line",
        mode=parameters.mode,
        threshold_minutes=parameters.threshold_minutes,
        detour_factor=parameters.detour_factor,
        speed_kmh=parameters.speed_kmh,
    )

    def journeys(origins: Floats, sites: Floats, people: Floats) -> Journeys:
        cost = geodesic_costs(
            origins,
            sites,
            threshold_minutes=parameters.longer_minutes,
            detour_factor=parameters.detour_factor,
            speed_kmh=parameters.speed_kmh,
        )
        return ByStraightLine(cost, basis)

    return journeys


def ground_of(
    inputs: Inputs,
    service_type: str,
    parameters: Parameters,
    travel: Travel,
    failed: frozenset[str] = frozenset(),
) -> Ground:
    """The populated cells and the sites of a service type, with the journeys between them.

    Cells are those of municipalities with registers. A site exists whether or not its places and
    its point are known; without a point no journey leads to it. A site that serves its own
    municipality only (`own_area_only`) does not exist for others; `failed` holds ids of services
    that are known not to work as they must.
    """
    cells = inputs.cells[inputs.cells["area_code"].isin(inputs.covered)]
    sites = inputs.services[inputs.services["service_type"] == service_type]
    placed = sites["location_class"].isin(POINT_CLASSES).to_numpy()
    sites = pd.concat([sites[placed], sites[~placed]])
    people = cells["population"].to_numpy(dtype=float)
    found = travel(lonlat(cells), lonlat(sites[: placed.sum()]), people)
    places = sites["capacity"].astype("Float64")
    position = {code: number for number, code in enumerate(inputs.codes)}
    area = np.array([position[str(code)] for code in sites["area_code"]], dtype=np.intp)
    area[: placed.sum()] = -1
    suits = ~sites["id"].astype(str).isin(failed).to_numpy()
    return Ground(
        codes=tuple(inputs.codes),
        cell_area=np.array([position[str(code)] for code in cells["area_code"]], dtype=np.intp),
        cell_people=people,
        capacity=whole_counts(places.fillna(0).to_numpy(dtype=float), "capacity"),
        cost=_with_unplaced(found.cost, len(sites)),
        threshold=parameters.threshold_minutes,
        serves=_serves(cells, sites),
        suits=None if suits.all() else suits,
        basis=found.basis,
        not_stated=places.isna().to_numpy(dtype=bool),
        site_area=area,
    )


def _with_unplaced(cost: csr_array, sites: int) -> csr_array:
    """The minutes with an empty column more for each site that no journey leads to."""
    return csr_array((cost.data, cost.indices, cost.indptr), shape=(cost.shape[0], sites))


def service_figures(
    inputs: Inputs, service_type: str, ground: Ground, parameters: Parameters
) -> pd.DataFrame:
    """All figures of a service type: places, need and gap, reach, access, and the stair."""
    period = inputs.as_of.strftime("%Y-%m")
    return joined(
        [
            _places(inputs, service_type, period),
            _reach(inputs, service_type, ground, period),
            access_figures(ground, inputs.region, parameters, period, service_type),
            stair_figures(
                ground, open_needs(inputs, service_type), inputs.region, period, service_type
            ),
        ]
    )


def open_needs(inputs: Inputs, service_type: str) -> Floats:
    """Persons with an open need by municipality; NaN where no register is complete."""
    return inputs.counted(inputs.needs[inputs.needs["service_type"] == service_type], "persons")


def _serves(cells: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> csr_array | None:
    """Which site may serve which cell; None where every site serves all."""
    if "own_area_only" not in sites or not sites["own_area_only"].any():
        return None
    codes, cell_area = np.unique(cells["area_code"].astype(str), return_inverse=True)
    return csr_array(may_serve(sites, list(codes))[cell_area])


def may_serve(sites: gpd.GeoDataFrame, codes: Sequence[str]) -> Bools:
    """Which site (m,) may serve the people of which municipality (n,): n x m.

    One with `own_area_only` serves its own and those that it `serves_too`; others serve all. Both
    columns may be missing, and the second empty in a row.
    """
    made = np.ones((len(codes), len(sites)), dtype=np.bool_)
    if "own_area_only" not in sites:
        return made
    too = sites["serves_too"] if "serves_too" in sites else [None] * len(sites)
    position = {code: number for number, code in enumerate(codes)}
    told = zip(sites["own_area_only"], sites["area_code"], too, strict=True)
    for column, (own, home, others) in enumerate(told):
        if own:
            served = [str(home), *(others if isinstance(others, list | tuple) else [])]
            made[:, column] = False
            made[[position[code] for code in served if code in position], column] = True
    return made


def _places(inputs: Inputs, service_type: str, period: str) -> pd.DataFrame:
    """Places, people with an open need, and how many of them are beyond the places.

    Where a service does not say how many places it has, those of its municipality are not known:
    neither 0 nor the sum of the others, against which a gap would be too large.
    """
    services = inputs.services[inputs.services["service_type"] == service_type]
    places = services["capacity"].astype("Float64")
    supply = services.assign(capacity=places).groupby("area_code", as_index=False)["capacity"].sum()
    silent = set(services.loc[places.isna(), "area_code"].astype(str))
    told = [dict(NOT_STATED) if code in silent else {} for code in inputs.codes]
    known = [code not in silent for code in inputs.codes]
    capacity = np.where(known, inputs.counted(supply, "capacity"), np.nan)
    persons = open_needs(inputs, service_type)
    gap = capacity_gap(persons, capacity).gap
    named = {
        "capacity": (capacity, told),
        "open_needs": (persons, None),
        "capacity_gap": (gap, told),
    }
    return joined(
        [
            with_total(
                figures(
                    name,
                    inputs.codes,
                    period,
                    values=values,
                    breakdown=service_type,
                    explanations=why,
                ),
                inputs.region,
            )
            for name, (values, why) in named.items()
        ]
    )


def _reach(inputs: Inputs, service_type: str, ground: Ground, period: str) -> pd.DataFrame:
    """Share of residents whose nearest service with places lies within the threshold."""
    codes = [*inputs.codes, inputs.region]
    if not ground.cell_people.size:
        return figures("reach", codes, period, breakdown=service_type)
    known, best = _shares_in_reach(ground), _shares_in_reach(ground.at_best(1))
    unsure = None if ground.is_stated else best
    return figures(
        "reach",
        codes,
        period,
        values=known,
        low=None if unsure is None else known,
        high=unsure,
        breakdown=service_type,
    )


def _shares_in_reach(ground: Ground) -> Floats:
    """Percent of residents in reach of a site with places, by municipality and for all (k + 1,)."""
    people = ground.cell_people
    nearest = nearest_minutes(ground.with_places().cost)
    area_codes = [ground.codes[area] for area in ground.cell_area]
    reached = reach_by_area(people, nearest, ground.threshold, area_codes)
    by_area = reached.set_index("area_code")["share"].reindex(list(ground.codes))
    share = 100 * by_area.to_numpy(dtype=float, na_value=np.nan)
    residents = float(reached["population"].sum())
    whole = 100 * float(reached["reached"].sum()) / residents if residents > 0 else np.nan
    return np.array([*share, whole], dtype=float)
