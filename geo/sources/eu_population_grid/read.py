"""Reads the European population grid and gives its cells to the municipalities they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyarrow.lib import ArrowInvalid

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput, Problem, SourceRejected
from geo.sources.batch import Batch
from geo.sources.guard import check_file
from geo.sources.source import Source, checksum
from geo.sources.tables import missing_columns

CELL_M = 5000
"""Side of a cell in metres."""

NEAREST_M = 5000
"""A centroid in the sea goes to the nearest municipality within this many metres."""


@dataclass(frozen=True)
class Assignment:
    """Cells with their municipality, and how many persons got there in which way.

    `cells` holds only those assigned; `border` counts persons of cells that straddle the land
    border of the areas with their centroid outside, `outside` everybody further away. `empty`
    are the areas too small for the grid: no centroid is theirs.
    """

    cells: gpd.GeoDataFrame
    contained: float
    nearest: float
    border: float
    outside: float
    empty: tuple[str, ...]

    def notes(self) -> list[str]:
        """What was assigned how and what was left out, as sentences for the load's notes."""
        return [
            f"{self.contained:,.0f} persons in cells whose centroid lies in a municipality",
            f"{self.nearest:,.0f} persons in coastal cells, given to the nearest municipality"
            f" within {NEAREST_M / 1000:g} km",
            f"{self.border:,.0f} persons left out: cells across the land border, centroid outside",
            f"{len(self.empty)} municipalities without a cell: {', '.join(self.empty) or 'none'}",
        ]


def read(path: Path | None, source: Source) -> Batch:
    """Frame `cells` of all Europe: centroids (EPSG:4326), kind grid_5km, without area_code."""
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    check_file(path, source)
    frame = _read_parquet(path, source)
    _check_values(frame, path, source)
    x, y = frame["x"].to_numpy(dtype=float), frame["y"].to_numpy(dtype=float)
    half = CELL_M / 2
    cells = gpd.GeoDataFrame(
        {
            "code": _codes(frame),
            "kind": "grid_5km",
            "area_code": None,
            "population": frame["population"].to_numpy(dtype=float),
            "reference_date": source.reference_date,
        },
        geometry=gpd.points_from_xy(x + half, y + half),
        crs=METRIC,
    ).to_crs(GEOGRAPHIC)
    return Batch(
        source_id=source.id,
        frames={"cells": cells},
        counts={"cells": len(cells), "persons": int(frame["population"].sum())},
        sha256=checksum(path),
    )


def _read_parquet(path: Path, source: Source) -> pd.DataFrame:
    try:
        table = pq.read_table(path)
    except ArrowInvalid as error:
        problem = Problem(path.name, f"not a Parquet file ({error})", "Fetch it again.")
        raise SourceRejected(source.id, [problem]) from None
    missing_columns(table.column_names, source, path.name)
    names = {heading: name for name, heading in source.columns.items()}
    frame = table.select(list(names)).to_pandas().rename(columns=names)
    return pd.DataFrame(frame)


def _check_values(frame: pd.DataFrame, path: Path, source: Source) -> None:
    """Refuse corners off the grid, negative or missing figures, and cells given twice."""
    limits = {"x": source.parameters["x_range"], "y": source.parameters["y_range"]}
    checks = {
        name: ~(frame[name].between(*limits[name]) & (frame[name] % CELL_M == 0))
        for name in ("x", "y")
    }
    checks["population"] = ~(frame["population"] >= 0)
    remedies = {
        "x": f"not a corner of the {CELL_M} m grid in EPSG:3035",
        "y": f"not a corner of the {CELL_M} m grid in EPSG:3035",
        "population": "not a count of persons",
    }
    problems = [
        Problem(
            path.name,
            remedies[name],
            "Check that this is the grid and the edition the source describes.",
            row=int(row) + 1,
            column=source.columns[name],
            value=str(frame.at[row, name]),
        )
        for name, wrong in checks.items()
        for row in np.flatnonzero(wrong)[:100]
    ]
    twice = np.flatnonzero(frame.duplicated(["x", "y"]))
    problems += [
        Problem(path.name, "the same cell stands twice", "Keep one of them.", row=int(row) + 1)
        for row in twice[:100]
    ]
    if problems:
        raise SourceRejected(source.id, problems)


def _codes(frame: pd.DataFrame) -> list[str]:
    """INSPIRE cell codes: CRS3035RES5000mN<lower edge>E<left edge>."""
    pairs = zip(frame["y"].tolist(), frame["x"].tolist(), strict=True)
    return [f"CRS3035RES{CELL_M}mN{int(y)}E{int(x)}" for y, x in pairs]


def within(cells: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Assignment:
    """The cells of these areas: by containment of the centroid, at the coast by nearness.

    A centroid outside all areas is taken as coastal when its nearest area is within NEAREST_M
    and none of its eight neighbouring cells is populated and wholly outside: where one is, people
    live on the other side, so it is a land border, and the cell is left to the country its
    centroid lies in. Distances in EPSG:3035. Where polygons overlap, the first by code counts.
    """
    shapes = areas[["code", "geometry"]].sort_values("code").to_crs(METRIC)
    metric = cells.to_crs(METRIC)
    margin = NEAREST_M + 2 * CELL_M
    west, south, east, north = shapes.total_bounds
    near = metric.cx[west - margin : east + margin, south - margin : north + margin]
    index = _containing(near, shapes)
    inside = index >= 0
    coastal, border = _coastal(near, shapes, inside)
    nearest = shapes.sindex.nearest(near.geometry.to_numpy()[coastal], return_all=False)[1]
    index[coastal] = nearest
    taken = inside | coastal
    population = near["population"].to_numpy()
    assigned = cells.loc[near.index[taken]].assign(
        area_code=shapes["code"].to_numpy()[index[taken]]
    )
    total = float(metric["population"].sum())
    contained, given, crossing = (
        float(population[which].sum()) for which in (inside, coastal, border)
    )
    outside = total - contained - given - crossing
    empty = tuple(sorted(set(shapes["code"]) - set(assigned["area_code"])))
    return Assignment(assigned, contained, given, crossing, outside, empty)


def _containing(cells: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Position of the first area that contains each centroid, -1 where none does."""
    cell, area = shapes.sindex.query(cells.geometry.to_numpy(), predicate="intersects")
    found = np.full(len(cells), -1, dtype=np.int64)
    order = np.argsort(area, kind="stable")[::-1]
    found[cell[order]] = area[order]
    return found


def _coastal(
    cells: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame, inside: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which cells outside all areas are coastal, and which lie across a land border."""
    points = cells.geometry.to_numpy()
    x, y = shapely.get_x(points), shapely.get_y(points)
    half = CELL_M / 2
    squares = shapely.box(x - half, y - half, x + half, y + half)
    touching = np.zeros(len(cells), dtype=bool)
    touching[shapes.sindex.query(squares, predicate="intersects")[0]] = True
    away = ~touching & (cells["population"].to_numpy() > 0)
    column, line = np.rint(x / CELL_M).astype(int), np.rint(y / CELL_M).astype(int)
    foreign = set(zip(column[away].tolist(), line[away].tolist(), strict=True))
    reach, _ = shapes.sindex.query(points, predicate="dwithin", distance=NEAREST_M)
    close = np.zeros(len(cells), dtype=bool)
    close[reach] = True
    close &= ~inside
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    neighboured = np.array(
        [
            any((c + i, r + j) in foreign for i, j in steps)
            for c, r in zip(column.tolist(), line.tolist(), strict=True)
        ],
        dtype=bool,
    )
    return close & ~neighboured, close & neighboured
