"""Services whose point is not where their municipality is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geo.crs import METRIC
from geo.location_classes import POINT_CLASSES

TOLERANCE_M = 1000.0
"""Metres outside that outlines drawn coarsely, or derived from points, explain."""


def services_astray(services: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> list[str]:
    """Ids of the services found to a point that lies outside of their municipality, in their order.

    services: id, area_code, location_class, geometry (EPSG:4326); radius_m where they have it.
    municipalities: code, geometry. Outside means farther than TOLERANCE_M and the radius of the
    point, in EPSG:3035. Their places count for their municipality and their journeys start where
    the point is: a swapped pair of coordinates leaves a service that nobody reaches.
    """
    found = services[services["location_class"].isin(POINT_CLASSES)]
    outline = municipalities.set_index("code").geometry.to_crs(METRIC)
    own = gpd.GeoSeries(outline.reindex(found["area_code"]).to_numpy(), crs=METRIC)
    points = gpd.GeoSeries(found.geometry.to_crs(METRIC).to_numpy(), crs=METRIC)
    metres = points.distance(own).to_numpy()
    radius = found["radius_m"].fillna(0).to_numpy(dtype=float) if "radius_m" in found else 0.0
    outside = metres > np.maximum(radius, TOLERANCE_M)
    return [str(one) for one in found.loc[outside, "id"]]
