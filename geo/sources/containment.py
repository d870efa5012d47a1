"""Which municipality holds a point: for sources whose rows do not say it themselves."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.crs import GEOGRAPHIC, METRIC

COAST_M = 200.0
"""What simplified borders cut off a coast: a reach for areas that are not as exact as the points."""

CHUNK = 200_000
"""Points looked up at once, so that the memory needed does not grow with the file."""


def metric(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes from degrees (EPSG:4326) to metres (EPSG:3035)."""
    transformer = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)
    return np.asarray(
        shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(*xy.T)))
    )


def points_of(lon: Any, lat: Any) -> NDArray[np.object_]:
    """Points of longitudes and latitudes."""
    xy = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    return np.asarray(shapely.points(xy), dtype=object).reshape(len(xy))


def _nobody(count: int) -> NDArray[np.object_]:
    return np.array([None] * count, dtype=object)


class Municipalities:
    """The areas that points are looked up in; `areas` has code and geometry (EPSG:4326)."""

    def __init__(self, areas: gpd.GeoDataFrame, reach_m: float = 0.0) -> None:
        """`reach_m`: so far outside of every area a point still belongs to the nearest, metres."""
        self.reach_m = reach_m
        known = areas[areas.geometry.notna()].sort_values("code", kind="stable")
        self.codes = known["code"].to_numpy(dtype=object)
        self._shapes = known.geometry.to_numpy(dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._metric: shapely.STRtree | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def codes_at(self, lon: Any, lat: Any) -> NDArray[np.object_]:
        """The code of the municipality at each point, None where there is none."""
        points = points_of(lon, lat)
        found = _nobody(len(points))
        for start in range(0, len(points) if len(self) else 0, CHUNK):
            piece = points[start : start + CHUNK]
            found[start : start + CHUNK] = self._codes(piece)
        return found

    def _codes(self, points: NDArray[np.object_]) -> NDArray[np.object_]:
        found = _nobody(len(points))
        which, area = self._tree.query(points, predicate="intersects")
        # On a border both sides hold the point: the one with the lower code, always the same.
        order = np.argsort(-area, kind="stable")
        found[which[order]] = self.codes[area[order]]
        lost = np.flatnonzero(found == None)  # noqa: E711 - element by element
        if len(lost) and self.reach_m:
            if self._metric is None:
                self._metric = shapely.STRtree(metric(self._shapes))
            near, area = self._metric.query_nearest(
                metric(points[lost]), max_distance=self.reach_m, all_matches=False
            )
            found[lost[near]] = self.codes[area]
        return found


def placed(frame: pd.DataFrame, municipalities: Municipalities) -> pd.DataFrame:
    """The frame (geometry, or lat and lon) with the municipality of every row as `area_code`."""
    if "geometry" in frame:
        points = gpd.GeoSeries(frame["geometry"])
        lon, lat = points.x, points.y
    else:
        lon, lat = frame["lon"], frame["lat"]
    return frame.assign(area_code=municipalities.codes_at(lon, lat))
