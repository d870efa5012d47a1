"""What the pipeline hands to a snapshot."""

from __future__ import annotations

import geopandas as gpd
from shapely import Point

from geo.pipeline import _service_points


def test_neither_a_refuge_nor_a_centroid_is_a_point_in_a_snapshot() -> None:
    services = gpd.GeoDataFrame(
        {
            "external_id": ["open", "refuge", "unlocated", "centroid"],
            "service_type": "day_centre_older",
            "name": "n",
            "agency": "a",
            "area_code": "4501",
            "capacity": 10,
            "location_class": ["address", "address", "none", "municipality"],
            "radius_m": 30.0,
            "synthetic": True,
            "sensitive": [False, True, False, False],
        },
        geometry=[Point(23.7, 37.9), Point(23.8, 38.0), None, Point(23.9, 38.1)],
        crs="EPSG:4326",
    )
    assert _service_points(services)["code"].tolist() == ["open"]
