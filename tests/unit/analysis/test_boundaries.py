"""Counts and places of one set of municipalities on another, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box
from small_region import region, service, services, states

from geo.analysis.boundaries import crosswalk_of, on_boundaries
from geo.analysis.figures.inputs import Inputs
from geo.errors import InvalidInput

HELP = "home_help"
WEST, MIDDLE, EAST = 23.0, 23.05, 23.10
POINTS = {"w": Point(23.01, 38.02), "m": Point(23.06, 38.02), "e": Point(23.11, 38.02)}
# Who lives in the three cells: 30 west, 10 in the middle, 60 east.
PEOPLE = {"w": 30.0, "m": 10.0, "e": 60.0}


def made(cells: dict[str, str], needs: dict[str, int] | None = None, **changes: Any) -> Inputs:
    """Three squares in a row; `cells` says of which municipality each is."""
    squares = {
        name: box(west, 38.0, west + 0.05, 38.05)
        for name, west in (("w", WEST), ("m", MIDDLE), ("e", EAST))
    }
    named = gpd.GeoDataFrame(
        {"code": list(cells.values())}, geometry=[squares[name] for name in cells], crs=4326
    )
    areas = named.dissolve("code", as_index=False).assign(name_en="", name_el="")
    codes = list(areas["code"])
    persons = pd.Series(PEOPLE).groupby(pd.Series(cells)).sum()
    open_now = needs or {}
    given: dict[str, Any] = {
        "municipalities": areas,
        "population": pd.DataFrame(
            {
                "code": codes,
                "persons": [int(persons[code]) for code in codes],
                "reference_date": region().as_of,
            }
        ),
        "cells": gpd.GeoDataFrame(
            {
                "code": list(cells),
                "area_code": list(cells.values()),
                "population": [PEOPLE[name] for name in cells],
            },
            geometry=[POINTS[name] for name in cells],
            crs=4326,
        ),
        "needs": pd.DataFrame(
            {"area_code": list(open_now), "persons": list(open_now.values())}
        ).assign(service_type=HELP),
        "covered": frozenset(codes),
    }
    return region(**{**given, **changes})


TWO = {"w": "A", "m": "A", "e": "B"}
THREE = {"w": "A", "m": "C", "e": "B"}


def persons(inputs: Inputs) -> dict[str, int]:
    return dict(zip(inputs.needs["area_code"], inputs.needs["persons"], strict=True))


def test_a_part_that_left_takes_the_share_of_its_residents() -> None:
    walk = crosswalk_of(made(TWO), made(THREE))
    assert walk.old_codes == ("A", "B") and walk.new_codes == ("A", "B", "C")
    np.testing.assert_allclose(walk.shares, [[0.75, 0, 0.25], [0, 1, 0]])


def test_cells_that_the_other_does_not_know_are_placed_by_their_point() -> None:
    there = made(THREE)
    other = replace(there, cells=there.cells.assign(code=["1", "2", "3"]))
    np.testing.assert_array_equal(
        crosswalk_of(made(TWO), other).shares, crosswalk_of(made(TWO), there).shares
    )


def test_cells_between_two_that_both_stand_carry_nobody() -> None:
    moved = {"w": "A", "m": "B", "e": "B"}
    np.testing.assert_array_equal(crosswalk_of(made(TWO), made(moved)).shares, np.eye(2))


def test_a_municipality_without_cells_that_is_gone_cannot_be_followed() -> None:
    without = made(TWO)
    without = replace(without, cells=without.cells[without.cells["area_code"] != "A"])
    np.testing.assert_array_equal(crosswalk_of(without, made(TWO)).shares, np.eye(2))
    gone = made({"w": "C", "m": "C", "e": "B"})
    with pytest.raises(InvalidInput, match="A has no piece"):
        crosswalk_of(without, gone)


def test_needs_go_as_they_stand_there_and_by_residents_where_none_do() -> None:
    older = made(TWO, {"A": 8, "B": 3})
    assert persons(on_boundaries(older, made(THREE, {"C": 4, "B": 9}))) == {"C": 8, "B": 3}
    assert persons(on_boundaries(older, made(THREE, {"A": 3, "C": 1}))) == {"A": 6, "C": 2, "B": 3}
    assert persons(on_boundaries(older, made(THREE))) == {"A": 6, "C": 2, "B": 3}
    back = on_boundaries(made(THREE, {"A": 1, "C": 2, "B": 5}), made(TWO))
    assert persons(back) == {"A": 3, "B": 5}


def test_residents_and_registers() -> None:
    older = made(TWO, covered=frozenset({"B"}))
    there = on_boundaries(older, made(THREE))
    assert there.residents_of().to_dict() == {"A": 30, "B": 60, "C": 10}
    assert there.covered == {"B"}
    assert list(there.cells["area_code"]) == ["A", "C", "B"]
    back = on_boundaries(made(THREE, covered=frozenset({"A", "B"})), made(TWO))
    assert back.covered == {"B"}
    there.check()
    back.check()


def test_a_service_goes_where_it_stands() -> None:
    first = service("1", "M1", service_type=HELP) | {"area_code": "A", "geometry": POINTS["m"]}
    known = {"id": "1", "area_code": "A", "service_type": HELP, "active": True}
    shut = known | {"id": "2", "active": False}
    rows = states(*({**one, "verified_on": None, "capacity": 5} for one in (known, shut)))
    older = made(TWO, services=services(first), service_states=rows)
    there = on_boundaries(older, made(THREE))
    assert list(there.services["area_code"]) == ["C"]
    # The closed one has no point here, and stands where most people of A are.
    assert list(there.service_states["area_code"]) == ["C", "A"]
    there.check()


def test_a_service_without_a_point_goes_where_the_other_has_it_or_nowhere() -> None:
    blind = {"area_code": "A", "geometry": None, "location_class": "municipality"}
    older = made(TWO, services=services(service("1", "M1", service_type=HELP) | blind))
    with pytest.raises(InvalidInput, match="A lies in A, C there"):
        on_boundaries(older, made(THREE))
    same = services(service("1", "M1", service_type=HELP) | blind | {"area_code": "C"})
    there = on_boundaries(older, made(THREE, services=same))
    assert list(there.services["area_code"]) == ["C"]
    # Where its municipality only became larger, there is nothing to ask.
    joined = made({"w": "D", "m": "D", "e": "D"})
    assert list(on_boundaries(older, joined).services["area_code"]) == ["D"]


def test_a_cooperation_holds_for_every_piece_of_a_municipality() -> None:
    named = services(service("1", "M1", service_type=HELP) | {"area_code": "B"})
    older = made(TWO, services=named.assign(serves_too=[["A", "elsewhere"]]))
    there = on_boundaries(older, made(THREE))
    assert list(there.services["serves_too"]) == [["A", "C", "elsewhere"]]
    back = on_boundaries(made(THREE, services=there.services), made(TWO))
    assert list(back.services["serves_too"]) == [["A", "elsewhere"]]


@settings(deadline=None, max_examples=40)
@given(
    first=st.lists(st.sampled_from("ABCD"), min_size=3, max_size=3),
    second=st.lists(st.sampled_from("ABCD"), min_size=3, max_size=3),
    counts=st.lists(st.integers(0, 50), min_size=4, max_size=4),
    there=st.lists(st.integers(0, 50), min_size=4, max_size=4),
)
def test_nobody_is_lost_or_made(
    first: list[str], second: list[str], counts: list[int], there: list[int]
) -> None:
    one, other = (dict(zip("wme", letters, strict=True)) for letters in (first, second))
    older = made(one, {code: counts["ABCD".index(code)] for code in sorted(set(first))})
    newer = made(other, {code: there["ABCD".index(code)] for code in sorted(set(second))})
    carried = on_boundaries(older, newer)
    carried.check()
    assert carried.needs["persons"].sum() == older.needs["persons"].sum()
    assert carried.residents_of().sum() == 100
    assert set(carried.codes) == set(newer.codes)
