"""The same counts and places on other municipal boundaries, by where people live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.analysis.apportionment import largest_remainder
from geo.analysis.arrays import Floats
from geo.analysis.change import Crosswalk, population_crosswalk
from geo.analysis.figures.inputs import Inputs
from geo.errors import InvalidInput
from geo.location_classes import POINT_CLASSES


def crosswalk_of(inputs: Inputs, other: Inputs) -> Crosswalk:
    """Which share of each municipality's residents lives in which municipality of `other`.

    By the populated cells of `inputs`: one that `other` knows too, by its code, is where `other`
    has it, any other where its point (EPSG:4326) lies. Between two municipalities that stand in
    both nobody is carried: that their cells fell otherwise is no change of boundaries. Raises
    InvalidInput where a municipality that is gone has no cell to follow.
    """
    own, there = inputs.codes, other.codes
    areas = _areas_of_cells(inputs, other)
    pieces = pd.DataFrame(
        {
            "old_code": inputs.cells["area_code"].astype(str).to_numpy(),
            "new_code": areas,
            "persons": inputs.cells["population"].to_numpy(dtype=float),
        }
    )
    pieces = pieces[pieces["new_code"].notna() & pieces["old_code"].isin(own)]
    summed = pieces.groupby(["old_code", "new_code"], as_index=False)["persons"].sum()
    empty = [code for code in own if code in set(there) - set(summed["old_code"])]
    stayed = pd.DataFrame({"old_code": empty, "new_code": empty, "persons": 0.0})
    return population_crosswalk(pd.concat([summed, stayed]), own, there)


def on_boundaries(inputs: Inputs, other: Inputs) -> Inputs:
    """What `inputs` would hold on the municipalities of `other`.

    Needs and residents of municipalities that were parted or joined go as those of `other` stand
    there, whole and with their sum kept; where none stand, by `crosswalk_of`. So boundaries alone
    move no need. A cell goes as in `other`; a service too, or to where its whole municipality went,
    else where its point lies. Registers are complete in a municipality whose every piece came from
    where they are. Raises InvalidInput where the municipality of a service cannot be told. Only
    what gaps and stairs rest on is carried; the other counts are empty.
    """
    walk = crosswalk_of(inputs, other)
    services = _areas_of_services(inputs, other, walk)
    areas = dict(zip(inputs.services["id"].astype(str), services, strict=True))
    cells = inputs.cells.assign(area_code=_areas_of_cells(inputs, other))
    from_covered = ~((walk.shares > 0) & ~inputs.is_covered()[:, None]).any(axis=0)
    reached = (walk.shares > 0).any(axis=0)
    covered = np.array(walk.new_codes)[from_covered & reached]
    return replace(
        inputs,
        municipalities=other.municipalities,
        population=_population(inputs, other, walk),
        cells=cells[cells["area_code"].notna()],
        services=_serving_too(inputs.services.assign(area_code=services), walk),
        service_states=_states(inputs, walk, areas),
        needs=_needs(inputs, other, walk),
        covered=frozenset(map(str, covered)),
        **{
            name: getattr(inputs, name).iloc[:0]
            for name in ("people", "residents", "observations", "rounds")
        },
    )


def _areas_of_cells(inputs: Inputs, other: Inputs) -> list[Any]:
    """The municipality of `other` of each cell, None where there is none."""
    known = other.cells.drop_duplicates("code", keep=False)
    by_code = dict(zip(known["code"], known["area_code"].astype(str), strict=True))
    both = set(inputs.codes) & set(other.codes)
    found = []
    for code, area, point in zip(
        inputs.cells["code"],
        inputs.cells["area_code"].astype(str),
        inputs.cells.geometry,
        strict=True,
    ):
        there = by_code[code] if code in by_code else _holding(other.municipalities, point)
        found.append(area if area in both and (there is None or there in both) else there)
    return found


def _holding(municipalities: gpd.GeoDataFrame, point: Any) -> str | None:
    inside = municipalities.geometry.intersects(point)
    return str(municipalities["code"][inside].iloc[0]) if inside.any() else None


def _areas_of_services(inputs: Inputs, other: Inputs, walk: Crosswalk) -> list[str]:
    into = _pieces(walk)
    known_there = dict(
        zip(other.services["id"].astype(str), other.services["area_code"].astype(str), strict=True)
    )
    points = inputs.services["location_class"].isin(POINT_CLASSES).to_numpy()
    found = []
    for service, area, known, point in zip(
        inputs.services["id"].astype(str),
        inputs.services["area_code"].astype(str),
        points,
        inputs.services.geometry,
        strict=True,
    ):
        pieces = into[area]
        if known_there.get(service) in pieces:
            found.append(known_there[service])
            continue
        there = _holding(other.municipalities, point) if known and len(pieces) > 1 else None
        if len(pieces) > 1 and there not in pieces:
            raise InvalidInput(
                f"A service of {area} cannot be told on the other boundaries: {area} lies in"
                f" {', '.join(pieces)} there, and the service has no point in one of them.",
                hint="Give it an address that can be located, or compare snapshots of one set of"
                " municipalities.",
            )
        found.append(str(there if len(pieces) > 1 else pieces[0]))
    return found


def _serving_too(services: gpd.GeoDataFrame, walk: Crosswalk) -> gpd.GeoDataFrame:
    """The services, a cooperation holding for every piece of the municipalities it names."""
    if "serves_too" not in services:
        return services
    into = _pieces(walk)
    carried = [
        sorted({piece for code in named for piece in into.get(code, [code])})
        if isinstance(named, list | tuple)
        else named
        for named in services["serves_too"]
    ]
    return services.assign(serves_too=carried)


def _pieces(walk: Crosswalk) -> dict[str, list[str]]:
    """Into which municipalities each one goes, the largest share first."""
    order = np.argsort(-walk.shares, axis=1, kind="stable")
    return {
        code: [walk.new_codes[at] for at in order[row] if walk.shares[row, at] > 0]
        for row, code in enumerate(walk.old_codes)
    }


def _states(inputs: Inputs, walk: Crosswalk, areas: dict[str, str]) -> pd.DataFrame:
    # A closed service stands in no figure here, so where most people went is good enough for it.
    into = _pieces(walk)
    states = inputs.service_states
    return states.assign(
        area_code=[
            areas.get(str(service), into[str(area)][0])
            for service, area in zip(states["id"], states["area_code"], strict=True)
        ]
    )


def _population(inputs: Inputs, other: Inputs, walk: Crosswalk) -> pd.DataFrame:
    persons = _carried(_residents(inputs), _residents(other), walk)
    days: Iterable[Any] = inputs.population["reference_date"].dropna()
    return pd.DataFrame(
        {
            "code": list(walk.new_codes),
            "persons": pd.array(persons, dtype="Float64").astype("Int64"),
            "reference_date": max(days, default=None),
            "base": inputs.population_base,
        }
    )


def _needs(inputs: Inputs, other: Inputs, walk: Crosswalk) -> pd.DataFrame:
    parts = [inputs.needs.iloc[:0]]
    for kind in sorted(set(inputs.needs["service_type"])):
        here, there = (
            one.needs[one.needs["service_type"] == kind]
            .set_index("area_code")["persons"]
            .reindex(one.codes)
            .fillna(0)
            .to_numpy(dtype=float)
            for one in (inputs, other)
        )
        carried = _carried(here, there, walk).astype(np.int64)
        made = pd.DataFrame(
            {"area_code": list(walk.new_codes), "service_type": kind, "persons": carried}
        )
        parts.append(made[made["persons"] > 0])
    return pd.concat(parts, ignore_index=True)


def _residents(inputs: Inputs) -> Floats:
    return inputs.residents_of().to_numpy(dtype=float, na_value=np.nan)


def _carried(counted: Floats, there: Floats, walk: Crosswalk) -> Floats:
    """Whole counts (old,) on the new boundaries (new,), by the counts that stand there (new,)."""
    made = walk.carry(counted)
    old, new = walk.shares.shape
    first, second = np.nonzero(walk.shares)
    links = coo_array((np.ones(first.size), (first, second + old)), shape=(old + new, old + new))
    _, group = connected_components(links, directed=False)
    for number in np.unique(group[:old]):
        from_here, into = group[:old] == number, group[old:] == number
        total, weight = counted[from_here].sum(), np.nan_to_num(there[into])
        if not np.isnan(total) and weight.sum() > 0:
            made[into] = largest_remainder(weight / weight.sum() * total, int(total))
    return made
