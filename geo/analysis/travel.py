"""Travel times by straight line, lengthened by a detour factor: for places without a road network."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Geod, Transformer
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from geo.analysis.arrays import Floats
from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput

PROJECTION_ERROR = 0.05
"""More than EPSG:3035 shortens or lengthens any distance in Europe."""

ROUNDING_MINUTES = 1e-9
"""A threshold is inclusive; this much is forgiven so that rounding does not lose its last minute."""


def straight_line_costs(
    origins_xy: ArrayLike,
    sites_xy: ArrayLike,
    *,
    threshold_minutes: float,
    detour_factor: float,
    speed_kmh: float,
) -> csr_array:
    """Minutes from every origin to every site within the threshold, inclusive.

    `origins_xy` (n, 2) and `sites_xy` (m, 2) are metres in EPSG:3035. The result is CSR, n x m:
    distance x detour factor / speed. A stored zero is a site where the origin stands; a pair not
    stored is out of reach. Sea, mountains and missing roads are not seen, so for islands and
    peninsulas the times are too short. Raises InvalidInput for broken coordinates, a detour
    factor below 1, or a threshold or speed that is not positive.
    """
    origins, sites = _points(origins_xy, "origins_xy"), _points(sites_xy, "sites_xy")
    if not threshold_minutes > 0 or not speed_kmh > 0 or not detour_factor >= 1:
        raise InvalidInput(
            "Threshold and speed must be positive and the detour factor 1 or more, not "
            f"{threshold_minutes}, {speed_kmh} and {detour_factor}"
        )
    minutes_per_metre = detour_factor * 60.0 / (speed_kmh * 1000.0)
    shape = (len(origins), len(sites))
    if 0 in shape:
        return csr_array(shape, dtype=np.float64)
    radius = (threshold_minutes + ROUNDING_MINUTES) / minutes_per_metre
    # As a plain list of pairs, because a sparse result would drop distances of zero.
    pairs = cKDTree(origins).sparse_distance_matrix(cKDTree(sites), radius, output_type="ndarray")
    return csr_array((pairs["v"] * minutes_per_metre, (pairs["i"], pairs["j"])), shape)


def geodesic_costs(
    origins: ArrayLike,
    sites: ArrayLike,
    *,
    threshold_minutes: float,
    detour_factor: float,
    speed_kmh: float,
) -> csr_array:
    """As `straight_line_costs`, measured on the ellipsoid: longitude and latitude, EPSG:4326.

    EPSG:3035 keeps areas; its distances are up to a few per cent wrong far from its centre (about
    1 % in Greece), which decides whether a place at the edge is reached. It only finds the pairs
    that may be near enough here; each of these is then measured on the WGS 84 ellipsoid.
    """
    from_, to = _points(origins, "origins"), _points(sites, "sites")
    near = straight_line_costs(
        _projected(from_),
        _projected(to),
        threshold_minutes=threshold_minutes * (1 + PROJECTION_ERROR),
        detour_factor=detour_factor,
        speed_kmh=speed_kmh,
    ).tocoo()
    i, j = near.coords
    _, _, metres = Geod(ellps="WGS84").inv(from_[i, 0], from_[i, 1], to[j, 0], to[j, 1])
    minutes = np.asarray(metres, dtype=np.float64) * detour_factor * 60.0 / (speed_kmh * 1000.0)
    inside = minutes <= threshold_minutes + ROUNDING_MINUTES
    return csr_array((minutes[inside], (i[inside], j[inside])), near.shape)


def nearest_minutes(cost: csr_array) -> Floats:
    """Minutes to the nearest site for every origin (n,); infinity where none is in reach.

    `cost` is CSR, n origins x m sites, with stored zeros real.
    """
    nearest = np.full(cost.shape[0], np.inf)
    filled = np.flatnonzero(np.diff(cost.indptr))
    if filled.size:
        nearest[filled] = np.minimum.reduceat(cost.data, cost.indptr[filled])
    return nearest


def _projected(lonlat: Floats) -> Floats:
    to_metres = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)
    return np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))


def _points(xy: ArrayLike, name: str) -> Floats:
    points = np.asarray(xy, dtype=np.float64)
    if points.size == 0:
        return points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise InvalidInput(f"'{name}' must be pairs of finite coordinates in metres")
    return points
