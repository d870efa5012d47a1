"""Refuges, moved off their place before anything is computed or frozen."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from scipy.spatial import cKDTree

from geo.errors import InvalidInput


def without_exact_places(services: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The services, each sensitive one moved to the populated cell nearest to it.

    services: sensitive (bool), area_code, geometry (EPSG:4326, point or None). cells: area_code,
    population, geometry (points, EPSG:4326). The cell is one of the service's own municipality
    where one is populated, so that no figure changes municipality; distances in EPSG:3035.
    What is analysed and what a snapshot freezes are then the same, and neither says where a refuge
    stands. Where no cell is populated, a sensitive service has no place (None, and the location
    class 'municipality'), never its own.
    A new frame; the one handed in stays as it is. The others keep their place.
    """
    if "sensitive" not in services:
        raise InvalidInput(
            "The services do not say which of them are sensitive.",
            hint="Hand over the column 'sensitive': without it a refuge would keep its place.",
        )
    if services["sensitive"].isna().any():
        raise InvalidInput("A service does not say whether it is sensitive.")
    moved = services.copy()
    hidden = services["sensitive"].to_numpy(dtype=bool) & services.geometry.notna().to_numpy()
    if not hidden.any():
        return moved
    populated = cells[cells["population"].fillna(0) > 0]
    places = services.geometry.to_numpy(copy=True)
    metres = services.geometry.to_crs(3035)
    for row in np.flatnonzero(hidden):
        own = populated[populated["area_code"] == services["area_code"].iloc[row]]
        near = own if len(own) else populated
        places[row] = _nearest(metres.iloc[row], near)
    lost = [hidden[row] and place is None for row, place in enumerate(places)]
    moved["location_class"] = moved["location_class"].mask(lost, "municipality")
    return moved.set_geometry(gpd.GeoSeries(places, index=services.index, crs=services.crs))


def _nearest(place: object, cells: gpd.GeoDataFrame) -> object:
    if cells.empty:
        return None
    points = cells.geometry.to_crs(3035)
    tree = cKDTree(np.column_stack([points.x, points.y]))
    _, at = tree.query([place.x, place.y])  # type: ignore[attr-defined]
    return cells.geometry.iloc[int(at)]
