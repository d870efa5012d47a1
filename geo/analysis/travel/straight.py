"""What travel times rest on; and those by straight line, for places without a road network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

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


@dataclass(frozen=True)
class TravelBasis:
    """What the travel times of an output rest on; stands on every output that shows any.

    `kind` "roads": along the network named `network` (its content's hash), of `source`, whose
    roads were last edited on `as_of` (None: not told); the way to the road, at most `snap_limit_m`,
    is walked at `approach_kmh`. `kind` "straight_line": distance on the ellipsoid times
    `detour_factor` at `speed_kmh`. What does not belong to the kind is None.
    `unrouted_people_share` is the share of people whose place has no road within the limit or no
    way to any service; None by straight line, which sees neither sea nor mountain, and where there
    are no people.
    """

    kind: Literal["roads", "straight_line"]
    mode: str
    threshold_minutes: float
    network: str | None = None
    source: str | None = None
    attribution: str | None = None
    as_of: date | None = None
    snap_limit_m: float | None = None
    approach_kmh: float | None = None
    unrouted_people_share: float | None = None
    detour_factor: float | None = None
    speed_kmh: float | None = None

    def values(self) -> dict[str, Any]:
        """Everything by name, as a manifest keeps it; days as YYYY-MM-DD."""
        told = asdict(self)
        told["as_of"] = None if self.as_of is None else self.as_of.isoformat()
        return told

    def __str__(self) -> str:
        if self.kind == "straight_line":
            return (
                f"Straight line times {self.detour_factor:g} at {self.speed_kmh:g} km/h: no roads are"
                " loaded, so sea, mountains and missing bridges are not seen"
            )
        day = f", last edited {self.as_of:%Y-%m-%d}" if self.as_of else ""
        left_out = ""
        if self.unrouted_people_share is not None:
            left_out = f"; {self.unrouted_people_share:.1%} of people could not be routed"
        return (
            f"Along roads ({self.source}{day}), {self.mode}; the way to the road, at most"
            f" {self.snap_limit_m:g} m, walked at {self.approach_kmh:g} km/h{left_out}"
        )


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
