"""How far from its point a postcode, settlement or municipality may reach, in metres."""

from __future__ import annotations

import math
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

SETTLEMENT_RADIUS = (1_400.0, 12_000.0)
"""Metres: bounds of a settlement's radius that no houses measure. The first also stands where no
population is known: of 45 Bulgarian settlements nine of ten lay within 1.28 km of the point that a
list of places has for them, so a list's point is no better. The second: the greatest cities of
the region reach about so far from their middle."""

FEW_POINTS = 5
"""With fewer points known in a municipality, these do not show how far it reaches."""


TRUE_SHARE = 0.93
"""Share of houses that a radius is made to hold: a little over the nine of ten that are promised,
so that a sample of the answers keeps the promise too."""

FEWEST = 10
"""Houses from which a postcode, settlement or municipality is measured instead of estimated."""

WALK = 250.0
"""Metres: a street's point is the one with the most of its houses within this distance."""


_PAIRS = 20_000


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


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)


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


def spacing_radii(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far municipalities reach, metres, told by the spacing of their points (n, 2) alone.

    The distance to the NEIGHBOUR-nearest other one, by the reasoning at NEIGHBOUR. Were only the
    seats known, it would hold 95 % of the settlements of Poland, 96 % of those of Romania and
    Greece and 92 % of those of Bulgaria; the second-nearest would hold 85 to 91 %. The farthest
    where there are fewer others, LARGEST where there is none.
    """
    apart = np.unique(metres, axis=0)
    if len(apart) < 2:
        return np.full(len(metres), LARGEST)
    distances, _ = cKDTree(apart).query(metres, k=min(NEIGHBOUR, len(apart) - 1) + 1)
    return np.asarray(distances[:, -1], dtype=float)


def holding(middle: tuple[float, float], points: Iterable[Point]) -> float:
    """Metres from a middle (EPSG:3035) to the far side of the farthest of some points."""
    x, y = middle
    return max((math.hypot(p.x - x, p.y - y) + p.radius for p in points), default=0.0)


def reach(points: Sequence[Point], other: Point) -> float:
    """Metres from the middle of some points to the far side of another."""
    x = math.fsum(p.x for p in points) / len(points)
    y = math.fsum(p.y for p in points) / len(points)
    return math.hypot(other.x - x, other.y - y) + other.radius


def settlement_radius(population: object) -> float:
    """Metres: the circle that holds the population at SETTLED_DENSITY, within bounds."""
    low, high = SETTLEMENT_RADIUS
    if not isinstance(population, int | float | np.integer | np.floating) or not population > 0:
        return low
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


def reach_of(distances: npt.NDArray[np.float64]) -> float:
    """The radius that holds a further house with probability TRUE_SHARE, metres.

    With n houses that is the ceil(TRUE_SHARE (n + 1))-th nearest, not a percentile of those known:
    the next house is farther than all n known ones once in n + 1 times (split conformal prediction,
    Lei et al. 2018, theorem 2.2). With fewer than 14 there is no such bound: the farthest, half as
    far again.
    """
    rank = math.ceil(TRUE_SHARE * (len(distances) + 1))
    if rank > len(distances):
        return 1.5 * float(distances.max()) if len(distances) else 0.0
    return float(np.partition(distances, rank - 1)[rank - 1])


def densest(
    houses: npt.NDArray[np.float64], places: npt.NDArray[np.float64]
) -> tuple[int, npt.NDArray[np.float64]]:
    """Which of the places (n, 2) leaves the most houses (m, 2) within WALK; and their distances.

    The mean of a bent street lies off it, and the middle of its line may lie where nobody lives; the
    place with the most houses near is right for the most people who left out the number. Among
    equals the one with the smallest mean distance. All in EPSG:3035 metres.
    """
    near = _counts_within(houses, places)
    best = np.flatnonzero(near == near.max())
    apart = [np.hypot(*(houses - places[at]).T) for at in best.tolist()]
    chosen = int(np.argmin([distance.mean() for distance in apart]))
    return int(best[chosen]), apart[chosen]


def _counts_within(
    houses: npt.NDArray[np.float64], places: npt.NDArray[np.float64]
) -> npt.NDArray[np.intp]:
    if len(houses) * len(places) > _PAIRS:
        found = cKDTree(houses).query_ball_point(places, WALK, return_length=True)
        return np.asarray(found, dtype=np.intp)
    apart = places[:, None, :] - houses[None, :, :]
    return np.asarray((np.einsum("ijk,ijk->ij", apart, apart) <= WALK**2).sum(axis=1))


def point_at(x: float, y: float, radius: float) -> Point:
    """A point of EPSG:3035 metres with its degrees."""
    longitude, latitude = _to_degrees().transform(x, y)
    return Point(float(latitude), float(longitude), float(x), float(y), float(radius))
