"""People with no service within reach, from addresses that are more or less well known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_region import CODES, STEP, WEST, region, service, services

from geo.analysis import parameters
from geo.analysis.figures.coverage import grounds_of
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.located_need import INDICATOR, out_of_reach_figures
from geo.analysis.figures.stair import Ground
from geo.profiles.profile import load

HELP = "home_help"
CHOSEN = parameters.load()
REACH_M = CHOSEN.threshold_minutes * CHOSEN.speed_kmh * 1000 / 60 / CHOSEN.detour_factor
"""Metres that take exactly the threshold: 5,952."""

DEGREE_M = 87_832
"""Metres of a degree of longitude at 38.025 degrees north, on the ellipsoid."""


def person(area: str, east: float, **changes: Any) -> dict[str, Any]:
    given = {"location_class": "address", "radius_m": 20.0, "lon": east, "lat": 38.025}
    return {"service_type": HELP, "area_code": area, **given, **changes}


def people(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"same_place": at, **row} for at, row in enumerate(rows)])


def rows_of(inputs: Inputs, found: pd.DataFrame, **ground: Any) -> pd.DataFrame:
    grounds = grounds_of(inputs, load("gr"), CHOSEN)
    kept: dict[str, Ground] = {HELP: replace(grounds[HELP], **ground)}
    return out_of_reach_figures(inputs, found, kept, CHOSEN).set_index("area_code")


def one_service(**changes: Any) -> Inputs:
    """One service in the middle of M1, which is at 23.025 degrees east."""
    return region(services=services(service("a", "M1", service_type=HELP, **changes)))


EDGE = WEST + STEP / 2 + REACH_M / DEGREE_M
"""Longitude of the reach's edge, in M2."""


def test_who_lives_beyond_the_edge_is_out_of_reach_and_who_lives_within_is_not() -> None:
    found = rows_of(
        one_service(),
        people(person("M2", EDGE - 0.002), person("M2", EDGE + 0.002), person("M3", WEST + 0.12)),
    )
    assert list(found.loc[CODES, "value"]) == [0, 1, 1, 0, 0, 0]
    assert list(found.loc["M2", ["low", "high"]]) == [1, 1]
    assert found.loc["R", "value"] == 2
    assert found["status"].eq("shown").all() and set(found.index) == {*CODES, "R"}


def test_a_wide_radius_leaves_the_answer_open() -> None:
    near = [person("M2", EDGE - 0.002, radius_m=2000.0) for _ in range(40)]
    found = rows_of(one_service(), people(*near)).loc["M2"]
    assert 0 < found["low"] < found["value"] < found["high"] < 40
    # Sure of their places, nobody is out of reach.
    sure = [person("M2", EDGE - 0.002) for _ in range(40)]
    assert rows_of(one_service(), people(*sure)).loc["M2", "value"] == 0


def test_people_of_one_address_err_together() -> None:
    alone = [person("M2", EDGE, radius_m=500.0) for _ in range(40)]
    together = [{**one, "same_place": 7} for one in alone]
    apart = rows_of(one_service(), people(*alone)).loc["M2"]
    found = rows_of(one_service(), people(*together)).loc["M2"]
    assert (found["low"], found["high"]) == (0, 40)
    assert apart["high"] - apart["low"] < 20


@pytest.mark.parametrize(
    "unknown",
    [
        {"location_class": "municipality"},
        {"location_class": "none", "lon": np.nan, "lat": np.nan, "radius_m": np.nan},
        {"location_class": "pending"},
        {"radius_m": np.nan},
    ],
)
def test_known_to_the_municipality_only_means_drawn_over_its_cells(unknown: dict[str, Any]) -> None:
    # The one cell of M2 is 4.4 km from the service, within reach; the point given is beyond it.
    found = rows_of(one_service(), people(person("M2", EDGE + 0.004, **unknown)))
    assert found.loc["M2", "value"] == 0
    assert "100 % of 1 people" in found.loc["M2", "explanation"]["en"]
    assert "100 % από 1" in found.loc["M2", "explanation"]["el"]


def test_a_service_of_its_own_municipality_is_no_service_for_others() -> None:
    homes = people(person("M1", WEST + 0.03), person("M2", EDGE - 0.01))
    inputs = one_service()
    assert rows_of(inputs, homes).loc["R", "value"] == 0
    own = replace(inputs, services=inputs.services.assign(own_area_only=True))
    assert list(rows_of(own, homes).loc[["M1", "M2"], "value"]) == [0, 1]
    shared = replace(own, services=own.services.assign(serves_too=[["M2"]]))
    assert list(rows_of(shared, homes).loc[["M1", "M2"], "value"]) == [0, 0]


@pytest.mark.parametrize("change", [{"capacity": 0}, {"capacity": pd.NA}])
def test_a_service_without_places_is_none(change: dict[str, Any]) -> None:
    found = rows_of(one_service(**change), people(person("M1", WEST + 0.03)))
    assert found.loc["M1", "value"] == 1


def test_along_roads_the_nearest_cell_of_the_municipality_says() -> None:
    inputs = one_service()
    basis = grounds_of(inputs, load("gr"), CHOSEN)[HELP].basis
    assert basis is not None
    roads = replace(basis, kind="roads", network="n1", detour_factor=None, speed_kmh=None)
    homes = people(person("M2", EDGE + 0.004), person("M3", WEST + 0.101))
    # The cell of M2 is within reach and that of M3 is not, wherever in them somebody lives.
    assert list(rows_of(inputs, homes, basis=roads).loc[["M2", "M3"], "value"]) == [0, 1]


def test_where_no_register_is_complete_there_is_no_data() -> None:
    inputs = replace(one_service(), covered=frozenset(["M1"]))
    found = rows_of(inputs, people(person("M1", WEST + 0.03), person("M2", EDGE + 0.002)))
    assert list(found.loc[CODES, "status"]) == ["shown", *["no_data"] * 5]
    assert not found.loc[found["status"] == "shown", "value"].isna().any()


def test_without_a_populated_cell_there_is_no_data_and_a_reason() -> None:
    inputs = one_service()
    cells = inputs.cells.assign(
        population=[
            0.0 if code == "M2" else p
            for code, p in zip(CODES, inputs.cells["population"], strict=True)
        ]
    )
    found = rows_of(
        replace(inputs, cells=cells), people(person("M2", EDGE), person("M3", EDGE + 0.05))
    )
    assert found.loc["M2", "status"] == "no_data"
    assert "no populated cell" in found.loc["M2", "explanation"]["en"]
    assert found.loc["M3", "value"] == 1


def test_one_point_found_in_two_ways_is_two_places() -> None:
    street = {"location_class": "street", "radius_m": 300.0, "same_place": 1}
    both = people(person("M2", EDGE, same_place=1), person("M2", EDGE, **street))
    assert rows_of(one_service(), both).loc["M2", "status"] == "shown"


def test_the_same_inputs_give_the_same_rows_and_nobody_gives_zeros() -> None:
    crowd = people(*(person("M2", EDGE, radius_m=900.0) for _ in range(9)))
    first, again = (rows_of(one_service(), crowd) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    empty = rows_of(one_service(), people(person("M2", EDGE)).iloc[:0])
    assert set(empty.loc[CODES, "value"]) == {0} and set(empty["indicator"]) == {INDICATOR}
