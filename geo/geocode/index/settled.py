"""Settlements and quarters filed as places, each with the radius its houses or people tell."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.geocode.index.areas import Areas
from geo.geocode.index.extents import FEWEST, Point, around, metric, reach_of, settlement_radius
from geo.geocode.index.frames import Frames, listed, texts
from geo.geocode.index.places import Place, PlaceIndex, distinct_names
from geo.geocode.index.postcodes import Postcodes
from geo.geocode.words.habits import Habits
from geo.names import fold

HOUSES_OF = 10_000.0
"""Metres from a settlement beyond which a house that names it is of another of that name."""

SMALLEST_SETTLEMENT = 100.0
"""Metres: a settlement is no point, however close its houses stand."""

_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

Metres = npt.NDArray[np.float64]


def file_quarters(frame: pd.DataFrame, postcodes: Postcodes, places: PlaceIndex) -> None:
    """Parts of municipalities named by their postcodes: where these postcodes are."""
    members: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for code, name in zip(texts(frame, "postcode"), texts(frame, "name"), strict=True):
        point, area = postcodes.points.get(code or ""), postcodes.area_of.get(code or "")
        if point and area and name:
            members[name, area].append(point)
    for (name, area), points in members.items():
        if not any(place.area_code == area for place in places.find(name)):
            places.add(Place("part", name, area, *around(points)), [name])


def file_settlements(
    frames: Frames,
    areas: Areas,
    postcodes: Postcodes,
    places: PlaceIndex,
    points: list[Point | None],
) -> dict[str, list[Point]]:
    """Files every settlement with its extent; returns these by the keys of their names.

    One without a point is filed too: its municipality is known.
    """
    frame = frames.settlements
    codes = areas.filled_points(frame)
    by_key: dict[str, list[Point]] = defaultdict(list)
    script = _script(places.habits)
    parents, units, own, kinds = (
        texts(frame, column) for column in ("parent", "unit", "name", "kind")
    )
    people = pd.to_numeric(frame["population"]).fillna(0).astype(int).tolist()
    for at, (name, others) in enumerate(zip(own, frame["alternate_names"], strict=True)):
        point = points[at]
        if name is None:
            continue
        area = codes[at]
        if area is None and point is not None:
            area = postcodes.area_at(point.latitude, point.longitude)
        names = distinct_names(name, *listed(others))
        above = [
            *filter(None, (parents[at], *parted(units[at]))),
            *(areas.above(area) if area else ()),
        ]
        place = Place(
            "settlement",
            _shown([name, *listed(others)], script),
            area,
            point.latitude if point else None,
            point.longitude if point else None,
            point.radius if point else None,
            frozenset(filter(None, map(places.above_key, above))),
            places.key(name),
            places.exact_keys(names),
            kinds[at] in ("city", "town"),
            people[at],
            units[at],
        )
        places.add(place, names)
        if point is not None:
            by_key[places.key(name)].append(point)
    return dict(by_key)


def parted(unit: str | None) -> list[str]:
    """A settlement's county or district and what is above it: 'sokólski, podlaskie' as two."""
    return [part.strip() for part in unit.split(",")] if unit else []


def units_of_areas(frame: pd.DataFrame) -> dict[str, set[str]]:
    """The districts or counties that the settlements of each municipality name."""
    units: dict[str, set[str]] = defaultdict(set)
    for code, unit in zip(texts(frame, "area_code"), texts(frame, "unit"), strict=True):
        if code and unit:
            units[code].update(parted(unit))
    return units


def settlement_extents(frames: Frames, areas: Areas, places: PlaceIndex) -> list[Point | None]:
    """Each settlement's point with the radius of its houses or people; None without a point."""
    points = _points(frames.settlements)
    radii = _radii(frames, points, areas, places)
    return [
        replace(point, radius=radius) if point else None
        for point, radius in zip(points, radii, strict=True)
    ]


def _points(frame: pd.DataFrame) -> list[Point | None]:
    """Each settlement's point, its radius by its people alone."""
    there = [
        p if isinstance(p, shapely.Point) and not p.is_empty else None for p in frame["geometry"]
    ]
    degrees = np.array([(p.y, p.x) if p is not None else (0.0, 0.0) for p in there]).reshape(-1, 2)
    metres = metric(degrees[:, 0], degrees[:, 1]) if len(there) else degrees
    return [
        None if p is None else Point(p.y, p.x, float(x), float(y), settlement_radius(people))
        for p, (x, y), people in zip(there, metres, frame["population"], strict=True)
    ]


def _radii(
    frames: Frames, points: list[Point | None], areas: Areas, places: PlaceIndex
) -> list[float]:
    """Nine of ten houses of the settlement, where FEWEST are known; else by its people.

    A house is of the settlement it names. One that names none may be of any in its municipality:
    it counts for the nearest, and for the one that the municipality is called after, whose name
    stands in the addresses of all.
    """
    radii = [point.radius if point else 0.0 for point in points]
    names = [places.key(name) if name else "" for name in texts(frames.settlements, "name")]
    codes = areas.filled_points(frames.settlements)
    by_name: dict[str, list[int]] = defaultdict(list)
    by_area: dict[str, list[int]] = defaultdict(list)
    for at, point in enumerate(points):
        if point:
            by_name[names[at]].append(at)
            by_area[codes[at] or ""].append(at)
    named, unnamed = _houses(frames.houses, areas, places)
    for key, metres in named.items():
        for at, distances in _nearest(metres, by_name.get(key, []), points):
            _measure(radii, at, distances[distances < HOUSES_OF])
    for code, metres in unnamed.items():
        seats = {places.key(name) for name in areas.names.get(code, {}).values()}
        own = [at for at in by_area.get(code, []) if names[at] not in named]
        for at, nearest in _nearest(metres, own, points):
            seat = points[at] if names[at] in seats else None
            everyone = np.hypot(*(metres - [seat.x, seat.y]).T) if seat else nearest
            _measure(radii, at, everyone)
    return radii


def _measure(radii: list[float], at: int, distances: npt.NDArray[np.float64]) -> None:
    if len(distances) >= FEWEST:
        radii[at] = max(reach_of(distances), SMALLEST_SETTLEMENT)


def _nearest(
    metres: Metres, rivals: list[int], points: list[Point | None]
) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
    """Each of some settlements with the distances of the houses that it is the nearest to."""
    middles = np.array([(p.x, p.y) for at in rivals if (p := points[at])])
    if not len(middles):
        return
    distance, nearest = cKDTree(middles).query(metres)
    for place, at in enumerate(rivals):
        yield at, distance[nearest == place]


def _houses(
    houses: pd.DataFrame, areas: Areas, places: PlaceIndex
) -> tuple[dict[str, Metres], dict[str, Metres]]:
    """Houses (EPSG:3035) by the key of the settlement they name; the others by municipality."""
    lat, lon = (pd.to_numeric(houses[c]).to_numpy(float, na_value=np.nan) for c in ("lat", "lon"))
    named: dict[str, list[int]] = defaultdict(list)
    others: dict[str, list[int]] = defaultdict(list)
    codes = texts(areas.filled(houses), "area_code")
    for at, (name, code) in enumerate(zip(texts(houses, "place"), codes, strict=True)):
        if np.isnan(lat[at]):
            continue
        if name:
            named[places.key(name)].append(at)
        elif code:
            others[code].append(at)
    by_name, by_area = (
        {key: metric(lat[rows], lon[rows]) for key, rows in group.items()}
        for group in (named, others)
    )
    return by_name, by_area


def _shown(names: list[str], script: re.Pattern[str] | None) -> str:
    """The first name in the country's letters, as its streets are written, else the first.

    Of lists that have it with and without accents (Αθηνα, Αθήνα), with them.
    """
    if script is None:
        return names[0]
    first = next((name for name in names if script.search(name)), names[0])
    alike = [name for name in names if fold(name) == fold(first)]
    return max(alike, key=lambda name: len(unicodedata.normalize("NFD", name)))


def _script(habits: Habits) -> re.Pattern[str] | None:
    """The letters of a country that does not write Latin ones."""
    spelling = habits.speller.spelling
    if spelling.ear == "greek":
        return _GREEK
    return _CYRILLIC if any(map(_CYRILLIC.match, spelling.letters)) else None
