"""Rows, lines and houses of the frames as items: what has a name and maybe a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.geocode.index.extents import metric
from geo.geocode.index.frames import Frames, texts
from geo.geocode.index.naming import Names
from geo.geocode.index.streets import CELL

UNKNOWN_HOME = "?"
BESIDE = 1_000.0
"""Metres: a row or house of unknown municipality takes that of one of its name so near."""

_NAMES_APART = 1e6
_POSTCODE_POINT = 5.0

Column = npt.NDArray[np.object_]


def gathered(
    frames: Frames,
    names: Names,
    postcode_points: Mapping[str, tuple[float, float]],
    place_key: Callable[[str], str],
    parts: npt.NDArray[np.object_],
    part_row: npt.NDArray[np.int64],
) -> pd.DataFrame:
    """All items: what ("row", "line", "house"), at (its place in its frame), name, x, y (EPSG:3035;
    NaN where not known), place (key), postcode, area, village.
    """
    rows = _rows(frames.streets, names, postcode_points, place_key)
    houses = _houses(frames.houses, names, place_key)
    spots = _spots_of_lines(parts, part_row, rows)
    # A row with lines is where its lines are.
    unlined = rows[~rows["at"].isin(part_row)]
    items = pd.concat([unlined, spots, houses], ignore_index=True)
    return items[items["name"] >= 0].reset_index(drop=True)


def _rows(
    streets: pd.DataFrame,
    names: Names,
    postcode_points: Mapping[str, tuple[float, float]],
    place_key: Callable[[str], str],
) -> pd.DataFrame:
    """A row of the streets' frame each; its point counts only where it is not its postcode's."""
    x, y = _metres(streets)
    x[_at_postcode(streets, x, y, postcode_points)] = np.nan
    lined = np.array([_has_line(line) for line in streets["lines"]], dtype=bool)
    x[lined] = np.nan
    y[np.isnan(x)] = np.nan
    return _items(
        "row", streets, [names.number(n) for n in texts(streets, "name")], x, y, place_key
    )


def _at_postcode(
    streets: pd.DataFrame,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    postcode_points: Mapping[str, tuple[float, float]],
) -> npt.NDArray[np.bool_]:
    """Which rows' points are those of their postcodes and say nothing of the street."""
    nowhere = (np.nan, np.nan)
    points = [postcode_points.get(code or "", nowhere) for code in texts(streets, "postcode")]
    degrees = np.array(points, dtype=float).reshape(-1, 2)
    metres = np.full((len(points), 2), np.nan)
    known = ~np.isnan(degrees[:, 0])
    if known.any():
        metres[known] = metric(degrees[known, 0], degrees[known, 1])
    return np.asarray(np.hypot(metres[:, 0] - x, metres[:, 1] - y) < _POSTCODE_POINT)


def _houses(houses: pd.DataFrame, names: Names, place_key: Callable[[str], str]) -> pd.DataFrame:
    """A house each; one without a street has its number in its place."""
    x, y = _metres(houses)
    streets, places = texts(houses, "street"), texts(houses, "place")
    numbers = [names.number(s or p) for s, p in zip(streets, places, strict=True)]
    items = _items("house", houses, numbers, x, y, place_key)
    items["village"] = [s is None and p is not None for s, p in zip(streets, places, strict=True)]
    return items[~np.isnan(x)]


def _items(
    what: str,
    frame: pd.DataFrame,
    names: Sequence[int],
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    place_key: Callable[[str], str],
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "what": what,
            "at": np.arange(len(frame)),
            "name": np.array(names, dtype=np.int64),
            "x": x,
            "y": y,
            "place": _column(place_key(p) if p else None for p in texts(frame, "place")),
            "postcode": _column(texts(frame, "postcode")),
            "area": _column(texts(frame, "area_code")),
            "village": np.zeros(len(frame), dtype=bool),
        }
    )


def _column(values: Iterable[str | None]) -> Column:
    listed_values = list(values)
    column = np.empty(len(listed_values), dtype=object)
    column[:] = listed_values
    return column


def _metres(frame: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    lat, lon = (
        pd.to_numeric(frame[c]).to_numpy(dtype=float, na_value=np.nan) for c in ("lat", "lon")
    )
    x, y = (np.full(len(frame), np.nan) for _ in range(2))
    known = ~(np.isnan(lat) | np.isnan(lon))
    if known.any():
        x[known], y[known] = metric(lat[known], lon[known]).T
    return x, y


def _has_line(line: Any) -> bool:
    return isinstance(line, shapely.LineString | shapely.MultiLineString) and not line.is_empty


def line_parts(
    streets: pd.DataFrame,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Single lines in EPSG:3035 and the row each is of."""
    lines = np.array([line if _has_line(line) else None for line in streets["lines"]], dtype=object)
    with_line = np.flatnonzero([line is not None for line in lines])
    if not len(with_line):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    parts, index = shapely.get_parts(lines[with_line], return_index=True)
    metres = shapely.transform(parts, lambda degrees: metric(degrees[:, 1], degrees[:, 0]))
    return np.asarray(metres, dtype=object), with_line[index]


def _spots_of_lines(
    parts: npt.NDArray[np.object_], part_row: npt.NDArray[np.int64], rows: pd.DataFrame
) -> pd.DataFrame:
    """Points along the lines, near enough to one another that a line is in one piece."""
    if not len(parts):
        return rows.iloc[:0]
    coordinates, part = shapely.get_coordinates(
        shapely.segmentize(parts, 2 * CELL), return_index=True
    )
    spots = rows.iloc[part_row[part]].copy()
    spots["what"], spots["at"] = "line", part
    spots["x"], spots["y"] = coordinates[:, 0], coordinates[:, 1]
    return spots


# -- homes -------------------------------------------------------------------------------------


def homes(items: pd.DataFrame, area_of: Callable[[str | None, str | None], str | None]) -> Column:
    """The municipality of each item; where it is not known, its village, postcode or '?'."""
    found = items["area"].to_numpy(object).copy()
    places, codes = items["place"].to_numpy(object), items["postcode"].to_numpy(object)
    _take_from_beside(found, items, BESIDE)
    for at in np.flatnonzero(pd.isna(found)).tolist():
        found[at] = area_of(places[at], codes[at])
    for at in np.flatnonzero(pd.isna(found)).tolist():
        if places[at] is not None:
            found[at] = f"place:{places[at]}"
        elif codes[at] is not None:
            found[at] = f"postcode:{codes[at]}"
    _take_from_beside(found, items, BESIDE)
    found[pd.isna(found)] = UNKNOWN_HOME
    return found


def _take_from_beside(homes: Column, items: pd.DataFrame, reach: float) -> None:
    x, y = items["x"].to_numpy(float), items["y"].to_numpy(float)
    tower = np.column_stack([x, y, items["name"].to_numpy(float) * _NAMES_APART])
    placed, known = ~np.isnan(x), ~pd.isna(homes)
    givers, takers = np.flatnonzero(placed & known), np.flatnonzero(placed & ~known)
    if not len(givers) or not len(takers):
        return
    distance, nearest = cKDTree(tower[givers]).query(tower[takers], distance_upper_bound=reach)
    near = np.isfinite(distance)
    homes[takers[near]] = homes[givers[nearest[near]]]
