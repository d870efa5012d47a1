"""Radii of postcodes, settlements and municipalities, against sums done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pyproj import Geod

from geo.geocode.index import extents


def test_a_postcode_reaches_its_third_neighbour() -> None:
    # Along a meridian: 0.01 degrees of latitude are 1,110 m at 38 degrees north (WGS 84).
    points = {str(i): (38.0 + 0.01 * i, 23.7) for i in range(8)}
    found = extents.postcode_points(points)
    step = Geod(ellps="WGS84").inv(23.7, 38.0, 23.7, 38.01)[2]
    assert found["0"].radius == pytest.approx(3 * step, rel=0.02)
    assert found["4"].radius == pytest.approx(2 * step, rel=0.02)


def test_postcodes_of_one_building_are_no_neighbours() -> None:
    points = {str(i): (38.0 + 0.01 * i, 23.7) for i in range(5)}
    alone = extents.postcode_points(points)["0"].radius
    crowd = extents.postcode_points(points | {f"x{i}": (38.0, 23.7) for i in range(9)})
    assert crowd["0"].radius == pytest.approx(alone)
    assert crowd["x3"].radius == pytest.approx(alone)


def test_postcode_radius_has_bounds() -> None:
    close = extents.postcode_points({str(i): (38.0 + 1e-5 * i, 23.7) for i in range(9)})
    assert {p.radius for p in close.values()} == {extents.SMALLEST}
    lonely = extents.postcode_points({"10563": (38.0, 23.7)})
    assert lonely["10563"].radius == extents.LARGEST
    assert extents.postcode_points({}) == {}


def test_around_holds_every_point_with_its_radius() -> None:
    one = extents.Point(38.0, 23.0, 0.0, 0.0, 500.0)
    other = extents.Point(38.2, 23.4, 3000.0, 4000.0, 100.0)
    # The middle is 2,500 m from both; the farther reach is 2,500 + 500.
    latitude, longitude, radius = extents.around([one, other])
    assert [latitude, longitude, radius] == pytest.approx([38.1, 23.2, 3000.0])
    assert extents.reach([one], other) == 5100.0


def test_settlement_radius() -> None:
    # 8,000 pi persons at 2,000 a square kilometre fill a circle of 2 km.
    assert extents.settlement_radius(8_000 * math.pi) == pytest.approx(2000.0)
    assert extents.settlement_radius(np.int64(10)) == 1400.0
    assert extents.settlement_radius(5_000_000) == 12_000.0
    for unknown in (None, float("nan"), 0, -3, "many"):
        assert extents.settlement_radius(unknown) == 1400.0


def test_nearest_postcode_that_reaches() -> None:
    points = {str(i): (38.0 + 0.01 * i, 23.7) for i in range(8)}
    nearest = extents.NearestPostcode(extents.postcode_points(points))
    assert nearest.reaching(38.031, 23.7) == "3"
    assert nearest.reaching(39.5, 21.0) is None
    assert extents.NearestPostcode({}).reaching(38.0, 23.7) is None


def test_circles_that_meet() -> None:
    one = extents.Point(38.0, 23.0, 0.0, 0.0, 500.0)
    other = extents.Point(38.0, 23.0, 900.0, 0.0, 400.0)
    assert one.touches(other, 15_000) and not one.touches(other, 800)


def test_reach_by_hand() -> None:
    # Of 99 houses the ceil(0.93 * 100)-th nearest: 93 m.
    assert extents.reach_of(np.arange(1.0, 100.0)) == 93.0
    # Of 13 there is no such bound (ceil(0.93 * 14) = 14): the farthest, half as far again.
    assert extents.reach_of(np.arange(1.0, 14.0)) == 19.5
    assert extents.reach_of(np.arange(1.0, 15.0)) == 14.0
    assert extents.reach_of(np.array([])) == 0.0


def test_reach_holds_further_houses() -> None:
    """Split conformal prediction: of the next houses at least the promised share is within."""
    rng = np.random.default_rng(20261122)
    for known in (14, 30, 200):
        held = [
            rng.gamma(2.0, 100.0) <= extents.reach_of(rng.gamma(2.0, 100.0, known))
            for _ in range(2_000)
        ]
        assert np.mean(held) >= extents.TRUE_SHARE - 0.02


def test_the_densest_place_by_hand() -> None:
    houses = np.array([(x, 0.0) for x in (0, 100, 200, 300, 400, 900, 2000)])
    # From 200 all five of 0 to 400 are within 250 m; from the mean (557) only two.
    at, distances = extents.densest(houses, houses)
    assert at == 2 and sorted(distances.tolist())[:5] == [0, 100, 100, 200, 200]
    # The same by the tree, which many houses need.
    many = np.repeat(houses, 60, axis=0)
    assert (many[extents.densest(many, many)[0]] == houses[2]).all()
