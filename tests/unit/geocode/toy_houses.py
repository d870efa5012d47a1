"""A made-up Polish municipality on a grid of metres: streets with lines and houses, villages, spots.

Coordinates are metres east and north of ORIGIN in EPSG:3035, so that distances can be told by eye.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import Transformer

from geo.crs import GEOGRAPHIC, METRIC
from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.profiles.profile import load

ORIGIN = (4_800_000.0, 3_300_000.0)
TO_DEGREES = Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)
TO_METRES = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)

DOLNO, GORNO = "300101", "300102"


def degrees(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a place on the grid."""
    lon, lat = TO_DEGREES.transform(ORIGIN[0] + x, ORIGIN[1] + y)
    return lat, lon


def metres(lat: float | None, lon: float | None) -> tuple[float, float]:
    """Metres on the grid of an answer's place."""
    assert lat is not None and lon is not None
    x, y = TO_METRES.transform(lon, lat)
    return x - ORIGIN[0], y - ORIGIN[1]


def point(x: float, y: float) -> shapely.Point:
    lat, lon = degrees(x, y)
    return shapely.Point(lon, lat)


def line(*places: tuple[float, float]) -> shapely.MultiLineString:
    return shapely.MultiLineString([[degrees(*place)[::-1] for place in places]])


def street(name: str, *places: tuple[float, float], **more: Any) -> dict[str, Any]:
    lat, lon = degrees(*places[0])
    lines = line(*places) if len(places) > 1 else None
    return {"name": name, "lat": lat, "lon": lon, "lines": lines, "area_code": DOLNO} | more


def house(street_name: str | None, number: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    lat, lon = degrees(x, y)
    row = {"street": street_name, "number": number, "lat": lat, "lon": lon, "area_code": DOLNO}
    return row | {"surveyed": True, "postcode": "62-010"} | more


def settlement(name: str, x: float, y: float, area: str | None, **more: Any) -> dict[str, Any]:
    row = {"name": name, "geometry": point(x, y), "area_code": area, "population": None}
    return row | {"alternate_names": [], "kind": "village"} | more


STREETS = [
    # Długa runs 1,000 m east; houses stand 10 m north (odd) and south (even) of it.
    street("Długa", (0, 0), (1000, 0)),
    # Krzywa turns a corner: 300 m east, then 300 m north.
    street("Krzywa", (0, 1000), (300, 1000), (300, 1300)),
    street("Pusta", (0, 2000), (400, 2000)),
    # The same name in two villages of one municipality, 8 km apart.
    street("Szkolna", (5000, 0), (5200, 0), place="Lipa"),
    street("Szkolna", (5000, 8000), (5200, 8000), place="Brzoza"),
    street("Mickiewicza", (0, 3000), (200, 3000)),
]
HOUSES = [
    *[house("Długa", str(n), 50.0 * n, 10.0 if n % 2 else -10.0) for n in range(1, 12) if n != 5],
    house("Długa", "15A", 750, 10),
    house("Długa", "17-19", 850, 10),
    house("Długa", "20", 1000, -10),
    house("Krzywa", "1", 10, 990),
    house("Krzywa", "11", 310, 1290),
    house("Szkolna", "3", 5100, 10, place="Lipa", postcode="62-020"),
    house("Szkolna", "3", 5100, 8010, place="Brzoza", postcode="62-030"),
    # A street that no row names.
    house("Zapomniana", "4", 400, 5000),
    # One number surveyed twice: 40 m apart, and 400 m apart.
    house("Mickiewicza", "1", 0, 3010),
    house("Mickiewicza", "1", 40, 3010),
    house("Mickiewicza", "2", 0, 2990),
    house("Mickiewicza", "2", 400, 2990),
    house("Mickiewicza", "8", 160, 2990, surveyed=False),
    # A village whose houses have numbers and no street.
    house(None, "12", 5050, 8100, place="Brzoza", postcode="62-030"),
]
SETTLEMENTS = [
    settlement("Dolno", 0, 0, DOLNO, kind="town", population=20_000),
    settlement("Lipa", 5100, 0, DOLNO, parent="Dolno", unit="powiat rybny"),
    settlement("Brzoza", 5100, 8000, DOLNO, parent="Dolno", unit="powiat rybny"),
    settlement("Lipa", 40_000, 0, GORNO, parent="Górno", unit="powiat leśny"),
]
SPOTS = [("Szpital Powiatowy", 700, 700), ("Apteka", 100, 50), ("Apteka", 40_000, 50)]


def frames() -> dict[str, pd.DataFrame]:
    postcodes = [("62-010", 200, 0), ("62-020", 5100, 0), ("62-030", 5100, 8000)]
    return {
        "streets": pd.DataFrame(STREETS),
        "houses": pd.DataFrame(HOUSES),
        "settlements": gpd.GeoDataFrame(SETTLEMENTS, geometry="geometry", crs=4326),
        "postcodes": gpd.GeoDataFrame(
            [{"postcode": c, "area_code": DOLNO, "geometry": point(x, y)} for c, x, y in postcodes],
            geometry="geometry",
            crs=4326,
        ),
        "spots": gpd.GeoDataFrame(
            [
                {"name": n, "alternate_names": [], "kind": "amenity", "geometry": point(x, y)}
                for n, x, y in SPOTS
            ],
            geometry="geometry",
            crs=4326,
        ),
        "areas": pd.DataFrame(
            [
                {"code": DOLNO, "level": "municipality", "name_pl": "Dolno", "name_en": "Dolno",
                 "geometry": _square(-1000, 10_000)},
                {"code": GORNO, "level": "municipality", "name_pl": "Górno", "name_en": "Gorno",
                 "geometry": _square(30_000, 50_000)},
            ]
        ),
    }  # fmt: skip


def _square(low: float, high: float) -> shapely.Polygon:
    corners = [(low, -1000), (high, -1000), (high, 10_000), (low, 10_000)]
    return shapely.Polygon([degrees(*corner)[::-1] for corner in corners])


def gazetteer(**replaced: pd.DataFrame) -> Gazetteer:
    whole = Frames.of(**(frames() | replaced))
    return Gazetteer.from_frames(whole, load("pl").addresses, version="grid")
