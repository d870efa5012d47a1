"""How far municipalities and postcodes at settlements reach, on points laid out by hand."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.geocode.index import extents
from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate
from geo.profiles.profile import load

EARTH = Geod(ellps="WGS84")


def _built(
    seats: dict[str, list[tuple[float, float]]],
    outlines: dict[str, shapely.Polygon] | None = None,
    postcodes: list[dict[str, Any]] | None = None,
    population: int | None = None,
) -> Gazetteer:
    """Municipalities with settlements at (latitude, longitude)."""
    rows = [
        {
            "name": f"{area}{at}",
            "parent": area,
            "area_code": area,
            "alternate_names": [],
            "kind": "village",
            "population": population,
            "geometry": shapely.Point(lon, lat),
        }
        for area, points in seats.items()
        for at, (lat, lon) in enumerate(points)
    ]
    areas = pd.DataFrame(
        {
            "code": list(seats),
            "level": "municipality",
            "name_bg": list(seats),
            "geometry": [(outlines or {}).get(area) for area in seats],
        }
    )
    frames = {"settlements": gpd.GeoDataFrame(rows, geometry="geometry", crs=4326), "areas": areas}
    if postcodes:
        frames["postcodes"] = gpd.GeoDataFrame(postcodes, geometry="geometry", crs=4326)
    return Gazetteer.from_frames(Frames.of(**frames), load("bg").addresses, version="toy")


def _radius(gazetteer: Gazetteer, area: str) -> float:
    point = gazetteer.areas[area]
    assert point is not None
    return point.radius


def test_one_point_reaches_the_third_nearest_municipality() -> None:
    # Seats along a meridian, 0.1, 0.2 and 0.4 degrees of latitude from the first.
    seats = {"A": [(42.0, 25.0)], "B": [(42.1, 25.0)], "C": [(42.2, 25.0)], "D": [(42.4, 25.0)]}
    gazetteer = _built(seats)
    third = EARTH.inv(25.0, 42.0, 25.0, 42.4)[2]
    assert _radius(gazetteer, "A") == pytest.approx(third, rel=0.01)
    # From C: B 0.1, A and D 0.2 away.
    assert _radius(gazetteer, "C") == pytest.approx(third / 2, rel=0.01)


def test_five_points_show_the_reach_themselves() -> None:
    # 0.01 degrees apart about 42.02: the ends are 0.02 from the middle, with 1,400 m of their own.
    five = [(42.0 + 0.01 * step, 25.0) for step in range(5)]
    far = {name: [(43.0 + at, 25.0)] for at, name in enumerate("BCD")}
    end = EARTH.inv(25.0, 42.0, 25.0, 42.02)[2]
    assert _radius(_built({"A": five} | far), "A") == pytest.approx(end + 1400, rel=0.01)
    assert _radius(_built({"A": five[:4]} | far), "A") > 100_000


def test_spacing_by_hand() -> None:
    metres = np.array([(0, 0), (3, 4), (0, 10), (0, 20), (0, 100)], dtype=float)
    # From (0, 0): 5, 10, 20. From (0, 100): 80, 90, then sqrt(9 + 96^2) = 96.05.
    found = extents.spacing_radii(metres)
    assert found[0] == pytest.approx(20.0) and found[4] == pytest.approx(96.047, abs=0.001)
    # Two know only of each other, one of nobody.
    assert extents.spacing_radii(metres[:2]).tolist() == [5.0, 5.0]
    assert extents.spacing_radii(metres[:1]).tolist() == [extents.LARGEST]


def test_an_outline_is_reached_by_area() -> None:
    # 40 km by 40 km about its point. With s the side, the circle of 0.58 s holds 93 % of a square:
    # pi r^2 - 4 (r^2 acos(0.5/r) - 0.5 sqrt(r^2 - 0.25)) = 0.93 at r = 0.580.
    tall, wide = 40_000 / 111_050, 40_000 / 82_800  # degrees at 42 degrees north
    square = shapely.box(25 - wide / 2, 42 - tall / 2, 25 + wide / 2, 42 + tall / 2)
    gazetteer = _built({"A": [(42.0, 25.0)]}, {"A": square})
    assert _radius(gazetteer, "A") == pytest.approx(0.58 * 40_000, rel=0.02)


def test_postcodes_at_a_settlement_reach_as_far_as_it() -> None:
    # Three postcodes of one town, and towns 50 km off: no neighbour tells how far they reach.
    seats = {"A": [(42.0, 25.0)], "B": [(42.5, 25.0)], "C": [(43.0, 25.0)], "D": [(43.5, 25.0)]}
    rows = [
        {"postcode": code, "placed_by": by, "area_code": area, "geometry": shapely.Point(25.0, lat)}
        for code, by, area, lat in (
            ("6001", "settlement", "A", 42.0),
            ("6002", "settlement", "A", 42.0),
            ("6100", "settlement", "B", 42.5),
            ("6200", "point", "C", 43.0),
            ("6300", "point", "D", 43.5),
        )
    ]
    gazetteer = _built(seats, postcodes=rows, population=50_000)
    # 50,000 persons at 2,000 a square kilometre: 25 square kilometres, a circle of 2,821 m.
    assert {code: round(gazetteer.postcodes[code].radius) for code in ("6001", "6002", "6100")} == {
        "6001": 2821,
        "6002": 2821,
        "6100": 2821,
    }
    assert gazetteer.postcodes["6200"].radius == extents.LARGEST
    found = locate("", gazetteer, postcode="6001")
    assert found.class_ == "postcode" and round(found.radius_m or 0) == 2821
