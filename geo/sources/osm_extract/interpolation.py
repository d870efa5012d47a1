"""Houses between two surveyed ones, as addr:interpolation says that they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import shapely

from geo.sources.containment import metric
from geo.sources.osm_extract.scan import House, Interpolation

STEPS = {"odd": 2, "even": 2, "all": 1}
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)


class NotInterpolated(Exception):
    """Why a way makes no houses."""


def houses_between(way: Interpolation, numbered: Mapping[int, House], most: int) -> Iterator[House]:
    """Houses at equal distances along the way, between those of its nodes that have numbers.

    Raises NotInterpolated where the way's kind is not known, fewer than two of its nodes have
    numbers, the numbers do not fit the kind, or more than `most` would be made.
    """
    step = _step(way.kind)
    stops = [(place, numbered[node]) for place, node in enumerate(way.nodes) if node in numbered]
    if len(stops) < 2:
        raise NotInterpolated("fewer than two of its nodes have house numbers")
    for (start, first), (end, last) in pairwise(stops):
        low, high = _plain(first.number), _plain(last.number)
        _check(way.kind, low, high, most)
        between = _between(low, high, step)
        path = [point for point in way.points[start : end + 1] if point is not None]
        if not between or len(path) < 2:
            continue
        for number, (lon, lat) in zip(between, _along(path, len(between)), strict=True):
            yield first._replace(
                external_id=f"w{way.way}:{number}",
                number=str(number),
                street=first.street or way.street,
                postcode=first.postcode or last.postcode,
                lon=lon,
                lat=lat,
                surveyed=False,
            )


def _step(kind: str) -> int:
    if kind in STEPS:
        return STEPS[kind]
    if kind.isdecimal() and 0 < int(kind) < 100:
        return int(kind)
    raise NotInterpolated(f"its kind is {kind!r}")


def _plain(number: str) -> int:
    if not _NUMBER.fullmatch(number):
        raise NotInterpolated(f"{number!r} is no plain number")
    return int(number)


def _check(kind: str, low: int, high: int, most: int) -> None:
    parity = {"odd": 1, "even": 0}.get(kind)
    if parity is not None and (low % 2 != parity or high % 2 != parity):
        raise NotInterpolated(f"its ends, {low} and {high}, are not both {kind}")
    if abs(high - low) > most:
        raise NotInterpolated(f"its ends, {low} and {high}, are more than {most} apart")


def _between(low: int, high: int, step: int) -> list[int]:
    if low <= high:
        return list(range(low + step, high, step))
    return list(range(low - step, high, -step))


def _along(path: list[tuple[float, float]], count: int) -> list[tuple[float, float]]:
    """So many points that part the path into equal lengths (metres, EPSG:3035)."""
    line = shapely.LineString(path)
    nodes = shapely.points(path)
    flat = metric(nodes)
    ends = np.concatenate([[0.0], np.cumsum(shapely.distance(flat[:-1], flat[1:]))])
    wanted = ends[-1] * np.arange(1, count + 1) / (count + 1)
    xy = shapely.get_coordinates(line)
    lon, lat = np.interp(wanted, ends, xy[:, 0]), np.interp(wanted, ends, xy[:, 1])
    return list(zip(lon.tolist(), lat.tolist(), strict=True))
