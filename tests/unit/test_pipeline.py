"""What the pipeline hands to a snapshot."""

from __future__ import annotations

import geopandas as gpd
from shapely import Point

from geo.pipeline import _service_points


def test_a_refuge_is_a_point_in_no_snapshot() -> None:
    services = gpd.GeoDataFrame(
        {
            "external_id": ["open", "refuge", "unlocated"],
            "service_type": "day_centre_older",
            "name": "n",
            "agency": "a",
            "area_code": "4501",
            "capacity": 10,
            "location_class": "address",
            "radius_m": 30.0,
            "synthetic": True,
            "sensitive": [False, True, False],
        },
        geometry=[Point(23.7, 37.9), Point(23.8, 38.0), None],
        crs="EPSG:4326",
    )
    assert _service_points(services)["code"].tolist() == ["open"]
