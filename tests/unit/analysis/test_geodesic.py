"""Distances on the ellipsoid, against known lengths."""

from __future__ import annotations

import numpy as np
import pytest

from geo.analysis.travel import geodesic_costs, straight_line_costs


def test_a_degree_of_latitude_and_of_longitude_at_athens() -> None:
    # Length of a degree at latitude 38 on WGS 84: meridian 110,996 m, parallel 87,832 m
    # (series in Snyder 1987, USGS Professional Paper 1395, p. 25).
    origins = np.array([[23.7, 37.5]])
    sites = np.array([[23.7, 38.5], [24.7, 37.5]])
    cost = geodesic_costs(
        origins, sites, threshold_minutes=200, detour_factor=1.0, speed_kmh=60
    ).toarray()
    assert cost[0, 0] * 1000 == pytest.approx(110_996, abs=20)
    assert cost[0, 1] * 1000 == pytest.approx(88_422, abs=20)


def test_the_threshold_is_held_on_the_ellipsoid_not_on_the_map() -> None:
    # 5,918 m apart on the ellipsoid, 19.88 minutes; on EPSG:3035 it would be 5,982 m, 20.1 minutes.
    origin, azimuth = (23.95, 38.03), 60.0
    from pyproj import Geod, Transformer

    lon, lat, _ = Geod(ellps="WGS84").fwd(*origin, azimuth, 5_918)
    settings = {"threshold_minutes": 20.0, "detour_factor": 1.4, "speed_kmh": 25.0}
    cost = geodesic_costs(np.array([origin]), np.array([(lon, lat)]), **settings)
    assert cost.data.tolist() == pytest.approx([5.918 * 1.4 * 60 / 25])
    flat = Transformer.from_crs(4326, 3035, always_xy=True)
    planar = straight_line_costs(
        np.array([flat.transform(*origin)]), np.array([flat.transform(lon, lat)]), **settings
    )
    assert planar.nnz == 0


def test_the_same_place_is_a_stored_zero() -> None:
    here = np.array([[23.7, 38.0]])
    cost = geodesic_costs(here, here, threshold_minutes=5, detour_factor=1.4, speed_kmh=25)
    assert cost.nnz == 1
    assert cost.data.tolist() == [0.0]
