"""Postcodes: their points, how far they reach, and which municipality each lies in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.geocode.index.extents import (
    FEWEST,
    NearestPostcode,
    Point,
    metric,
    point_at,
    postcode_points,
    reach_of,
    settlement_radius,
)
from geo.geocode.index.frames import Frames, texts
from geo.geocode.words.habits import Habits

if TYPE_CHECKING:
    from geo.geocode.index.areas import Areas


SAME_POINT = 500.0
"""Metres: two lists have one settlement's point no farther apart than this."""


class Postcodes:
    """Postcode -> point with radius, and postcode -> municipality."""

    def __init__(self, frames: Frames, areas: Areas, settled: Sequence[Point | None]) -> None:
        """`settled`: the settlements' points with their radii, for postcodes placed at them."""
        houses = _houses_by_code(frames.houses)
        self.points = postcode_points(_points(frames, houses))
        self._at_settlements(frames.postcodes, settled)
        self._measure(houses)
        self.area_of: dict[str, str] = {}
        codes = texts(frames.postcodes, "postcode")
        given = [
            *zip(codes, areas.filled_points(frames.postcodes), strict=True),
            *_pairs(frames.streets),
            *_commonest(frames.houses, areas),
        ]
        for code, area in given:
            if code in self.points and area:
                self.area_of.setdefault(str(code), area)
        self._nearest: NearestPostcode | None = None

    def _at_settlements(self, frame: pd.DataFrame, settled: Sequence[Point | None]) -> None:
        """Postcodes placed at a settlement's point reach as far as the settlement.

        A town's many postcodes share its one point: the distance to the next point with others
        tells how far apart towns are, and nothing of the postcode.
        """
        known = [point for point in settled if point]
        pairs = zip(texts(frame, "postcode"), texts(frame, "placed_by"), strict=True)
        codes = [code for code, by in pairs if code in self.points and by == "settlement"]
        if not codes:
            return
        towns = np.array([(p.x, p.y) for p in known]).reshape(-1, 2)
        metres = np.array([(self.points[str(code)].x, self.points[str(code)].y) for code in codes])
        distance, nearest = cKDTree(towns).query(metres)
        for code, apart, at in zip(codes, distance, nearest, strict=True):
            radius = known[at].radius if apart <= SAME_POINT else settlement_radius(None)
            self.points[str(code)] = replace(self.points[str(code)], radius=radius)

    def _measure(
        self, houses: dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]
    ) -> None:
        """Postcodes of FEWEST houses reach as far as nine of ten of them."""
        for code, metres in houses.items():
            known = self.points[code]
            if len(metres) >= FEWEST:
                radius = reach_of(np.hypot(*(metres - [known.x, known.y]).T))
                self.points[code] = Point(known.latitude, known.longitude, known.x, known.y, radius)

    def area_at(self, latitude: float, longitude: float) -> str | None:
        """The municipality of the nearest postcode that reaches there, else None."""
        if self._nearest is None:
            self._nearest = NearestPostcode(self.points)
        postcode = self._nearest.reaching(latitude, longitude)
        return self.area_of.get(postcode) if postcode else None


def one_spelling(frames: Frames, habits: Habits) -> tuple[Frames, dict[str, str]]:
    """Frames in which each postcode is written one way, and its digits -> how it is written.

    Typed ones are compared by their digits: '105 63' is 10563, '62-030' is 62030. The way the
    postcodes' own frame writes it wins.
    """
    spelled: dict[str, str] = {}
    shown: dict[str, str] = {}
    for frame in (frames.postcodes, frames.streets, frames.houses):
        for text in dict.fromkeys(texts(frame, "postcode")):
            found = habits.postcode.search(text) if text else None
            if text and found and found[0].strip() == text:
                spelled[text] = shown.setdefault("".join(found.groups()), text)
    changed = {text: one for text, one in spelled.items() if text != one}
    if not changed:
        return frames, shown
    alike = {
        name: frame.assign(postcode=[changed.get(str(c), c) for c in frame["postcode"]])
        for name in ("postcodes", "streets", "houses")
        for frame in [getattr(frames, name)]
    }
    return replace(frames, **alike), shown


def _points(
    frames: Frames, houses: dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]
) -> dict[str, tuple[float, float]]:
    """Their own points; where there is none, the middle of their houses, then of their streets."""
    points = {
        code: (float(point.y), float(point.x))
        for code, point in zip(
            texts(frames.postcodes, "postcode"), frames.postcodes["geometry"], strict=True
        )
        if code and point is not None and not point.is_empty
    }
    for code, metres in houses.items():
        if code not in points:
            x, y = np.median(metres, axis=0)
            middle = point_at(x, y, 0.0)
            points[code] = (middle.latitude, middle.longitude)
    streets = frames.streets
    lat, lon = (pd.to_numeric(streets[c]).to_numpy(float, na_value=np.nan) for c in ("lat", "lon"))
    for at, known in enumerate(texts(streets, "postcode")):
        if known and not np.isnan(lat[at]) and not np.isnan(lon[at]):
            points.setdefault(known, (float(lat[at]), float(lon[at])))
    return points


def _houses_by_code(
    houses: pd.DataFrame,
) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    lat, lon = (pd.to_numeric(houses[c]).to_numpy(float, na_value=np.nan) for c in ("lat", "lon"))
    members: dict[str, list[int]] = defaultdict(list)
    for at, code in enumerate(texts(houses, "postcode")):
        if code and not np.isnan(lat[at]):
            members[code].append(at)
    return {code: metric(lat[rows], lon[rows]) for code, rows in members.items()}


def _pairs(frame: pd.DataFrame) -> list[tuple[str | None, str | None]]:
    return list(zip(texts(frame, "postcode"), texts(frame, "area_code"), strict=True))


def _commonest(houses: pd.DataFrame, areas: Areas) -> list[tuple[str | None, str | None]]:
    """Each postcode with the municipality most of its houses lie in."""
    filled = pd.DataFrame(
        {"code": texts(houses, "postcode"), "area": areas.filled(houses)["area_code"]}
    )
    counted = filled.dropna().value_counts().reset_index()
    return list(zip(counted["code"], counted["area"], strict=True))
