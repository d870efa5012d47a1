"""A figure names what its travel times rest on: roads, or speed and detour of a straight line."""

from __future__ import annotations

from typing import Any

import pytest

from geo.analysis import parameters
from geo.provenance import _parameters_of

ALONG_ROADS = {"kind": "roads", "source": "OpenStreetMap", "as_of": "2021-01-06", "mode": "car"}
STRAIGHT = {"kind": "straight_line", "source": None, "as_of": None, "mode": "driving"}


def told(code: str, **travel: dict[str, Any]) -> dict[str, Any]:
    return _parameters_of(code, parameters.load().values(), 9_999, travel)


@pytest.mark.parametrize("code", ["reach", "access", "stair_reach"])
def test_by_straight_line_speed_and_detour_are_told(code: str) -> None:
    made = told(code, home_help=STRAIGHT)
    assert made["detour_factor"] == 1.4
    assert made["driving_kmh"] == 25
    assert "roads" not in made


@pytest.mark.parametrize("code", ["reach", "access", "stair_reach"])
def test_along_roads_the_roads_are_told_and_no_detour(code: str) -> None:
    made = told(code, home_help=ALONG_ROADS)
    assert made["roads"] == "OpenStreetMap, 2021-01-06"
    assert made["mode"] == "car"
    assert made["threshold_minutes"] == 20
    assert not {"detour_factor", "driving_kmh"} & set(made)


def test_figures_without_journeys_name_no_roads() -> None:
    assert "roads" not in told("rate_pattern", home_help=ALONG_ROADS)
    assert told("rate_pattern", home_help=ALONG_ROADS)["permutations"] == 9_999
    assert told("population", home_help=ALONG_ROADS) == {}
