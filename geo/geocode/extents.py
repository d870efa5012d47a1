"""How far from its point a postcode, settlement or municipality may reach, in metres."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.crs import GEOGRAPHIC, METRIC

NEIGHBOUR = 3
"""A postcode reaches as far as its third-nearest neighbour's point.

Were postcodes the cells of their points, an address would be nearer to its own point than to any
other, so it could lie beyond two neighbours only on the far side of the third. Real ones are
irregular and their points stand off centre, hence the whole distance and not half of it.
"""

SMALLEST, LARGEST = 300.0, 15_000.0
"""Metres. Below: the points themselves are no better. Above: an island with few neighbours."""

SETTLED_DENSITY = 2_000.0
"""Persons per square kilometre of built-up land, a low value for Greek towns; a guess on the safe
side, to be measured when building footprints are loaded."""

SETTLEMENT_RADIUS = (500.0, 6_000.0)
"""Metres: bounds of a settlement's radius; the first doubled where no population is known."""


@dataclass(frozen=True)
class Point:
    """A place in EPSG:4326 and EPSG:3035 metres with the radius it may reach, metres."""

    latitude: float
    longitude: float
    x: float
    y: float
    radius: float

    def distance(self, other: Point) -> float:
        """Metres between the two points, in EPSG:3035."""
        return math.hypot(self.x - other.x, self.y - other.y)

    def touches(self, other: Point, farthest: float) -> bool:
        """Whether the two circles meet, their middles no more than so many metres apart."""
        return self.distance(other) <= min(self.radius + other.radius, farthest)


@cache
def _to_metric() -> Transformer:
    return Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)


def metric(latitude: npt.ArrayLike, longitude: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """(n,) degrees to (n, 2) metres in EPSG:3035."""
    x, y = _to_metric().transform(np.asarray(longitude, float), np.asarray(latitude, float))
    return np.column_stack([x, y])


def postcode_points(points: Mapping[str, tuple[float, float]]) -> dict[str, Point]:
    """Postcode -> (latitude, longitude) to points with the radius of the rule at NEIGHBOUR."""
    if not points:
        return {}
    codes = list(points)
    degrees = np.array([points[code] for code in codes], dtype=float)
    metres = metric(degrees[:, 0], degrees[:, 1])
    radii = _neighbour_distance(metres)
    return {
        code: Point(*map(float, (lat, lon, x, y, radius)))
        for code, (lat, lon), (x, y), radius in zip(codes, degrees, metres, radii, strict=True)
    }


def _neighbour_distance(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # Postcodes that share one point (large users) are not neighbours of each other.
    apart = np.unique(metres, axis=0)
    if len(apart) <= NEIGHBOUR:
        return np.full(len(metres), LARGEST)
    distances, _ = cKDTree(apart).query(metres, k=NEIGHBOUR + 1)
    radii: npt.NDArray[np.float64] = np.clip(distances[:, NEIGHBOUR], SMALLEST, LARGEST)
    return radii


def around(points: Iterable[Point]) -> tuple[float, float, float]:
    """Middle of the points (degrees) and the radius in metres that holds them with theirs."""
    members = list(points)
    x = math.fsum(p.x for p in members) / len(members)
    y = math.fsum(p.y for p in members) / len(members)
    radius = max(math.hypot(p.x - x, p.y - y) + p.radius for p in members)
    latitude = math.fsum(p.latitude for p in members) / len(members)
    longitude = math.fsum(p.longitude for p in members) / len(members)
    return latitude, longitude, radius


def reach(points: Sequence[Point], other: Point) -> float:
    """Metres from the middle of some points to the far side of another."""
    x = math.fsum(p.x for p in points) / len(points)
    y = math.fsum(p.y for p in points) / len(points)
    return math.hypot(other.x - x, other.y - y) + other.radius


def municipality_points(
    postcodes: Mapping[str, Point], area_of: Mapping[str, str]
) -> dict[str, Point | None]:
    """The middle of each municipality's postcodes and the radius that holds all of them."""
    members: dict[str, list[Point]] = defaultdict(list)
    for code, area in area_of.items():
        members[area].append(postcodes[code])
    middles: dict[str, Point | None] = {}
    for area, points in members.items():
        latitude, longitude, radius = around(points)
        x, y = metric([latitude], [longitude])[0]
        middles[area] = Point(latitude, longitude, float(x), float(y), radius)
    return middles


def settlement_radius(population: object) -> float:
    """Metres: the circle that holds the population at SETTLED_DENSITY, within bounds."""
    low, high = SETTLEMENT_RADIUS
    if not isinstance(population, int | float | np.integer | np.floating) or not population > 0:
        return 2 * low
    return min(max(1000 * math.sqrt(float(population) / SETTLED_DENSITY / math.pi), low), high)


class NearestPostcode:
    """Which postcode's point is nearest to a place."""

    def __init__(self, postcodes: Mapping[str, Point]) -> None:
        self._codes = list(postcodes)
        self._radii = [point.radius for point in postcodes.values()]
        xy = np.array([(point.x, point.y) for point in postcodes.values()], dtype=float)
        self._tree = cKDTree(xy.reshape(-1, 2)) if len(xy) else None

    def reaching(self, latitude: float, longitude: float) -> str | None:
        """The nearest postcode whose radius reaches the place (degrees), else None."""
        if self._tree is None:
            return None
        distance, at = self._tree.query(metric([latitude], [longitude])[0])
        return self._codes[int(at)] if distance <= self._radii[int(at)] else None
