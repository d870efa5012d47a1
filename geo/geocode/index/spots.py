"""Named places without an address (a school, a town hall), found by their very name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.geocode.index.areas import Areas
from geo.geocode.index.extents import metric
from geo.geocode.index.frames import listed, texts
from geo.geocode.words.habits import Habits

SPOT_REACH = 100.0
"""Metres: a school or a square is larger than a house; its point is its middle."""


@dataclass(frozen=True)
class Spot:
    """A named place. Coordinates in EPSG:4326 and EPSG:3035 metres."""

    name: str
    kind: str | None
    area_code: str | None
    latitude: float
    longitude: float
    x: float
    y: float


class SpotIndex:
    """Spots by the sorted keys of their words, and by where they are."""

    def __init__(self, frame: pd.DataFrame, areas: Areas, habits: Habits) -> None:
        self._habits = habits
        self.spots: list[Spot] = []
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._tree: cKDTree | None = None
        self._take(frame, areas)

    def _take(self, frame: pd.DataFrame, areas: Areas) -> None:
        names, kinds = texts(frame, "name"), texts(frame, "kind")
        codes = areas.filled_points(frame)
        for at, (point, others) in enumerate(
            zip(frame["geometry"], frame["alternate_names"], strict=True)
        ):
            name = names[at]
            if name is None or not isinstance(point, shapely.Point) or point.is_empty:
                continue
            x, y = metric([point.y], [point.x])[0]
            spot = Spot(name, kinds[at], codes[at], point.y, point.x, float(x), float(y))
            for key in {self.key(spelled) for spelled in (name, *listed(others))} - {""}:
                self._by_key[key].append(len(self.spots))
            self.spots.append(spot)
        if self.spots:
            self._tree = cKDTree([(spot.x, spot.y) for spot in self.spots])

    def key(self, text: str) -> str:
        """What equal spot names share; the order of words does not part them."""
        return " ".join(sorted(self._habits.speller.key(text).split()))

    def named(self, text: str) -> list[Spot]:
        """The spots of exactly that name."""
        return [self.spots[at] for at in self._by_key.get(self.key(text), ())]

    def nearest(self, x: float, y: float) -> tuple[Spot, float] | None:
        """The spot nearest to a place (EPSG:3035) and its distance in metres."""
        if self._tree is None:
            return None
        distance, at = self._tree.query(np.array([x, y]))
        return self.spots[int(at)], float(distance)
