"""Where on a street: its middle for people, a house, a number between two houses."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely

from geo.geocode.index.extents import Point, densest, metric, point_at, reach_of
from geo.geocode.index.houses import Houses
from geo.geocode.index.streets import Street
from geo.geocode.weights import HouseWeights

STEP = 25.0
"""Metres between the places on a line that are looked at."""

FEW_HOUSES = 5
"""With fewer, the line says more than the houses about where the next one stands."""

POINT_ONLY = 500.0
"""Metres around a street known by one point only: nine of ten houses of Liechtenstein stand nearer
than this to the middle of a line of their street."""

SMALLEST = 30.0
"""Metres: a street is no point, however few houses of it are known."""


def street_extent(street: Street, houses: Houses, lines: npt.NDArray[np.object_]) -> Point | None:
    """The point of a street as a whole and the radius that holds nine of ten of its houses.

    With few houses known, places along the line count like houses. None where nothing is known.
    """
    known = _houses_of(street, houses)
    along = _along(lines[street.line : street.line_end])
    if not len(known) and not len(along):
        return _single(street)
    people = known if len(known) >= FEW_HOUSES or not len(along) else np.vstack([known, along])
    places = np.vstack([known, along])
    at, distances = densest(people, places)
    x, y = places[at]
    # A street of one or two known houses, and no line, may go on as far as any.
    least = SMALLEST if len(along) or len(known) >= FEW_HOUSES else POINT_ONLY
    return point_at(x, y, max(reach_of(distances), least))


def far_end(point: Point, street: Street, houses: Houses, lines: npt.NDArray[np.object_]) -> float:
    """Metres from a point of a street to the farthest that is known of it, and a house beyond.

    A number that is not among the known ones lies beyond their ends, or in what is not surveyed.
    """
    known = np.vstack([_houses_of(street, houses), _along(lines[street.line : street.line_end])])
    if not len(known):
        return point.radius
    return max(point.radius, float(np.hypot(*(known - [point.x, point.y]).T).max()) + SMALLEST)


def _single(street: Street) -> Point | None:
    if street.point is None:
        return None
    latitude, longitude = street.point
    x, y = metric([latitude], [longitude])[0]
    return Point(latitude, longitude, float(x), float(y), POINT_ONLY)


def _houses_of(street: Street, houses: Houses) -> npt.NDArray[np.float64]:
    """The houses' places, each once, however many numbers a house answers to."""
    part = slice(street.first, street.last)
    own = houses.own[part]
    return np.column_stack([houses.x[part][own], houses.y[part][own]])


def _along(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    if not len(lines):
        return np.empty((0, 2))
    return np.asarray(shapely.get_coordinates(shapely.segmentize(lines, STEP)))


def house_point(houses: Houses, at: int, radius: float) -> Point:
    """The surveyed point of an entry."""
    lat, lon, x, y = houses.lat[at], houses.lon[at], houses.x[at], houses.y[at]
    return Point(float(lat), float(lon), float(x), float(y), radius)


def spread(houses: Houses, entries: list[int]) -> float:
    """Metres between the two of the entries that are farthest apart."""
    points = np.column_stack([houses.x[entries], houses.y[entries]])
    return max(float(np.hypot(*(points - point).T).max()) for point in points)


def central(houses: Houses, entries: list[int]) -> int:
    """The entry with the smallest sum of distances to the others."""
    points = np.column_stack([houses.x[entries], houses.y[entries]])
    sums = [float(np.hypot(*(points - point).T).sum()) for point in points]
    return entries[int(np.argmin(sums))]


def between(
    street: Street,
    houses: Houses,
    lines: npt.NDArray[np.object_],
    value: int,
    weights: HouseWeights,
) -> Point | None:
    """The place of a number between its known neighbours, along the street where its line is known.

    The radius reaches the farther neighbour and what a house may stand off the line: wherever
    between its neighbours the house is, it is within. None where the number is not between two
    known ones, or these are more than `gap` numbers apart.
    """
    beside = houses.neighbours(street.first, street.last, value)
    if beside is None:
        return None
    low, high = beside
    first, last = int(houses.value[low]), int(houses.value[high])
    if last - first > weights.gap or last == first:
        return None
    ends = np.array([(houses.x[at], houses.y[at]) for at in beside])
    share = (value - first) / (last - first)
    x, y = _on_line(lines[street.line : street.line_end], ends, share)
    farther = float(np.hypot(*(ends - [x, y]).T).max())
    return point_at(x, y, farther + weights.setback)


def _on_line(
    lines: npt.NDArray[np.object_], ends: npt.NDArray[np.float64], share: float
) -> tuple[float, float]:
    """The place at a share of the way between two houses, bent as the line between them is.

    The houses' own distances from the line are kept, in parts: the place stays on their side.
    """
    straight = ends[0] + share * (ends[1] - ends[0])
    line = _line_of_both(lines, ends)
    if line is None:
        return float(straight[0]), float(straight[1])
    feet = [line.project(shapely.Point(end)) for end in ends]
    if abs(feet[1] - feet[0]) > 3 * math.dist(*ends) + STEP:
        return float(straight[0]), float(straight[1])
    on_line = line.interpolate(feet[0] + share * (feet[1] - feet[0]))
    bases = [line.interpolate(foot) for foot in feet]
    offsets = [end - (base.x, base.y) for end, base in zip(ends, bases, strict=True)]
    aside = offsets[0] + share * (offsets[1] - offsets[0])
    return float(on_line.x + aside[0]), float(on_line.y + aside[1])


def _line_of_both(
    lines: npt.NDArray[np.object_], ends: npt.NDArray[np.float64]
) -> shapely.LineString | None:
    """The one line that is the nearest to both houses, pieces that touch taken together."""
    if not len(lines):
        return None
    merged = shapely.line_merge(shapely.multilinestrings(list(lines)))
    parts = shapely.get_parts(merged)
    nearest = {int(np.argmin(shapely.distance(parts, shapely.Point(end)))) for end in ends}
    return parts[nearest.pop()] if len(nearest) == 1 else None
