"""A network of roads: what it refuses, how it hangs together, what names it, where places stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.travel.network import GEOD, RoadNetwork, at_nodes, road_network, snap
from geo.errors import InvalidInput
from tests.unit.analysis.lanes import LAT, LON, grid

WHOLE: dict[str, Any] = {
    "lon": LON + np.array([0, 1, 2, 50, 51]) / 1000,
    "lat": np.full(5, LAT),
    "tail": [0, 1, 3],
    "head": [1, 2, 4],
    "metres": [69.0, 69.0, 69.0],
    "minutes": {
        "car": [[2.0, 4.0], [np.inf, np.inf], [2.0, np.inf]],
        "walk": [[1.0, 1.0], [1.0, 1.0], [np.inf, np.inf]],
    },
    "approach_kmh": {"car": 4.5, "walk": 4.5},
}


def made(**changed: Any) -> RoadNetwork:
    return road_network(**{**WHOLE, **changed})


def test_parts_hang_together_by_mode() -> None:
    network = made()
    car, walk = network.component["car"], network.component["walk"]
    assert car[0] == car[1] and car[3] == car[4] and car[0] != car[3]
    assert car[2] == -1
    assert walk[0] == walk[1] == walk[2] >= 0
    assert walk[3] == walk[4] == -1
    assert network.usable("car").tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"tail": [0, 1, 5]}, "'tail' names a node that is not among the 5"),
        ({"head": [-1, 1, 2]}, "'head' names a node"),
        ({"tail": [0.5, 1, 2]}, "whole numbers"),
        ({"tail": [0, 1]}, "entries|tail, a head"),
        ({"metres": [1.0, -1.0, 1.0]}, "length of 0 or more"),
        ({"metres": [1.0, np.nan, 1.0]}, "'metres' has no number at position 1"),
        ({"lat": [0, 0, 0, 0, 91]}, "must be degrees"),
        ({"lon": [0, 0, 0, 0, np.inf]}, "'lon' has no number"),
        ({"approach_kmh": {"car": 4.5}}, "same ways of travelling"),
        ({"approach_kmh": {"car": 4.5, "walk": 0}}, "must be positive"),
        ({"minutes": {"boat": [[1, 1]] * 3}, "approach_kmh": {"boat": 1}}, "known are car, walk"),
        ({"minutes": {}, "approach_kmh": {}}, "same ways of travelling"),
    ],
)
def test_what_is_no_network_is_refused(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        made(**changed)


@pytest.mark.parametrize("minutes", [[[1, 1], [1, 1]], [[1, -1]] * 3, [[1, np.nan]] * 3])
def test_times_that_are_none_are_refused(minutes: list[list[float]]) -> None:
    with pytest.raises(InvalidInput, match="minutes of 'car' must be two for each"):
        made(minutes={"car": minutes}, approach_kmh={"car": 4.5})


def test_the_hash_names_the_content() -> None:
    names = {
        made().sha256,
        made(lon=np.asarray(WHOLE["lon"]) + 1e-9).sha256,
        made(tail=[1, 0, 3], head=[0, 1, 4]).sha256,
        made(approach_kmh={"car": 4.5, "walk": 4.0}).sha256,
        made(minutes={"car": WHOLE["minutes"]["car"]}, approach_kmh={"car": 4.5}).sha256,
        made(minutes={**WHOLE["minutes"], "car": [[2.0, 4.0]] * 3}).sha256,
    }
    assert len(names) == 6
    turned = dict(reversed(WHOLE["minutes"].items()))
    assert made().sha256 == made(minutes=turned).sha256


def test_a_place_stands_on_the_nearest_piece_the_mode_may_use() -> None:
    network = made()
    places = [[LON + 0.0016, LAT + 0.0001], [LON + 0.00025, LAT]]
    by_foot, by_car = (snap(network, places, mode, 500) for mode in ("walk", "car"))
    assert by_foot.piece.tolist() == [1, 0]
    assert by_foot.share == pytest.approx([0.6, 0.25], abs=1e-4)
    assert by_car.piece.tolist() == [0, 0]
    assert by_car.share == pytest.approx([1.0, 0.25], abs=1e-4)
    away = GEOD.inv(*places[0], LON + 0.001, LAT)[2]
    assert by_car.walk_metres == pytest.approx([away, 0], abs=0.01)


def test_the_limit_is_measured_on_the_ellipsoid_and_inclusive() -> None:
    network = made()
    place = [[LON + 0.0005, LAT + 0.001]]
    metres = GEOD.inv(*place[0], LON + 0.0005, LAT)[2]
    assert snap(network, place, "walk", metres).unroutable.size == 0
    assert snap(network, place, "walk", metres - 0.1).unroutable.tolist() == [0]
    with pytest.raises(InvalidInput, match="0 m or more, not -1"):
        snap(network, place, "walk", -1)
    with pytest.raises(InvalidInput, match="0 m or more, not nan"):
        snap(network, place, "walk", float("nan"))


def test_nodes_stand_where_they_are_or_nowhere() -> None:
    network = made()
    found = at_nodes(network, [0, 1, 2, 4], "car")
    assert found.unroutable.tolist() == [2]
    assert (found.walk_metres == 0).all()
    on = np.where(found.share == 0, network.tail[found.piece], network.head[found.piece])
    assert on[[0, 1, 3]].tolist() == [0, 1, 4]
    with pytest.raises(InvalidInput, match="not among the 5"):
        at_nodes(network, [5], "car")


@given(st.integers(0, 1000))
def test_no_piece_is_nearer_than_the_one_taken(seed: int) -> None:
    network = grid(4, 4, seed)
    random = np.random.default_rng(seed)
    places = random.uniform((LON - 0.001, LAT - 0.001), (LON + 0.004, LAT + 0.004), (5, 2))
    found = snap(network, places, "car", 1e4)
    pieces = np.flatnonzero(network.usable("car"))
    along = np.linspace(0, 1, 101)[:, None]
    for place, walk in zip(places, found.walk_metres, strict=True):
        ends = [
            (network.lon[each[pieces]], network.lat[each[pieces]])
            for each in (network.tail, network.head)
        ]
        lon, lat = (ends[0][k] + along * (ends[1][k] - ends[0][k]) for k in (0, 1))
        metres = GEOD.inv(np.full(lon.shape, place[0]), np.full(lon.shape, place[1]), lon, lat)[2]
        assert walk <= np.min(metres) * 1.001 + 0.01
