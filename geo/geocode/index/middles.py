"""The middle of each municipality and how far it reaches, from the best that is known of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from geo.geocode.index.areas import Areas, degrees
from geo.geocode.index.extents import (
    FEW_POINTS,
    FEWEST,
    TRUE_SHARE,
    Point,
    holding,
    metric,
    point_at,
    reach_of,
    spacing_radii,
)
from geo.geocode.index.frames import Frames
from geo.geocode.index.postcodes import Postcodes

_GRID = 60
"""Places a side of the grid that is laid over an outline to measure its area by distance."""


def municipality_middles(
    frames: Frames, areas: Areas, postcodes: Postcodes, settled: Sequence[Point | None]
) -> dict[str, Point | None]:
    """Municipality code -> its middle with radius (metres); None where nothing places it.

    The middle is that of its houses where there are FEWEST, else of its postcodes' points, else a
    point in its outline, else that of its settlements' points. The radius holds TRUE_SHARE of its
    houses, else of its outline's area, else all its points; these say little where they are fewer
    than FEW_POINTS, and then it is no less than the spacing of the country's municipalities.
    """
    coded: dict[str, list[Point]] = defaultdict(list)
    for code, area in postcodes.area_of.items():
        coded[area].append(postcodes.points[code])
    towns: dict[str, list[Point]] = defaultdict(list)
    for area_code, town in zip(areas.filled_points(frames.settlements), settled, strict=True):
        if area_code and town:
            towns[area_code].append(town)
    found = {
        code: _of_outline(outline, coded.get(code, ())) for code, outline in areas.outlines.items()
    }
    by_points = {
        code: [*coded.get(code, ()), *towns.get(code, ())]
        for code in [*coded, *towns]
        if code not in found
    }
    for code, members in by_points.items():
        found[code] = _of_points(coded.get(code) or members, members)
    measured = _of_houses(frames, areas)
    few = [c for c, m in by_points.items() if c not in measured and _places(m) < FEW_POINTS]
    found |= measured
    found |= _by_spacing(found, few)
    return {code: found.get(code) for code in [*areas.names, *found]}


def _places(points: Sequence[Point]) -> int:
    """How many points there are; postcodes and settlements that share one are one."""
    return len({(round(point.x), round(point.y)) for point in points})


def _of_points(meant: Sequence[Point], every: Sequence[Point]) -> Point:
    """The middle of some points, and the radius that holds all that are known."""
    x = math.fsum(p.x for p in meant) / len(meant)
    y = math.fsum(p.y for p in meant) / len(meant)
    return point_at(x, y, holding((x, y), every))


def _by_spacing(found: dict[str, Point], few: Sequence[str]) -> dict[str, Point]:
    """Those of few points with a radius no less than the municipalities' spacing."""
    if not few:
        return {}
    radii = spacing_radii(np.array([(point.x, point.y) for point in found.values()]))
    spacing = dict(zip(found, radii.tolist(), strict=True))
    return {
        code: replace(found[code], radius=max(found[code].radius, spacing[code])) for code in few
    }


def _of_outline(outline: shapely.Polygon | shapely.MultiPolygon, coded: Sequence[Point]) -> Point:
    """The middle of its postcodes, else a point within, with the reach of TRUE_SHARE of its area."""
    if coded:
        middle = _of_points(coded, coded)
    else:
        inner = outline.representative_point()
        x, y = metric([inner.y], [inner.x])[0]
        middle = Point(inner.y, inner.x, float(x), float(y), 0.0)
    west, south, east, north = outline.bounds
    # The middles of equal cells: a municipality is too small for their sizes to differ.
    steps = (np.arange(_GRID) + 0.5) / _GRID
    lon, lat = np.meshgrid(west + steps * (east - west), south + steps * (north - south))
    within = shapely.contains_xy(outline, lon, lat)
    if within.any():
        metres = metric(lat[within], lon[within])
        reached = np.hypot(*(metres - [middle.x, middle.y]).T)
        return replace(middle, radius=float(np.quantile(reached, TRUE_SHARE)))
    corners = shapely.get_coordinates(outline)
    metres = metric(corners[:, 1], corners[:, 0])
    farthest = np.hypot(*(metres - [middle.x, middle.y]).T).max()
    return replace(middle, radius=float(farthest))


def _of_houses(frames: Frames, areas: Areas) -> dict[str, Point]:
    houses = areas.filled(frames.houses)
    members: dict[str, list[int]] = defaultdict(list)
    for at, code in enumerate(houses["area_code"]):
        if code is not None:
            members[code].append(at)
    lat, lon = degrees(houses, "lat"), degrees(houses, "lon")
    found = {}
    for code, rows in members.items():
        if len(rows) >= FEWEST:
            metres = metric(lat[rows], lon[rows])
            # The medians: one wrong or far house does not move them.
            x, y = np.median(metres, axis=0)
            found[code] = point_at(x, y, reach_of(np.hypot(*(metres - [x, y]).T)))
    return found
