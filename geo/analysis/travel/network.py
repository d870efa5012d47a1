"""A network of roads by way of travelling, and where on it a place stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.analysis.arrays import Bools, Floats, numbers
from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput

Mode = Literal["car", "walk", "reduced_mobility"]
MODES: tuple[Mode, ...] = get_args(Mode)
Wholes = NDArray[np.int64]

GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Pieces of road between nodes; a piece can be gone along either way, at its own time.

    `lon`, `lat` (n,) are the nodes, EPSG:4326. A piece e runs from node `tail[e]` to `head[e]`,
    `metres[e]` long on the ellipsoid. `minutes[mode]` (e, 2): column 0 from tail to head, column
    1 back; infinity where that mode may not go. `component[mode]` (n,) numbers the parts of the
    network that hang together for a mode, one-way roads taken both ways; -1 at nodes that the
    mode does not reach. `approach_kmh` is the walking speed between a place and its road.
    """

    lon: Floats
    lat: Floats
    tail: Wholes
    head: Wholes
    metres: Floats
    minutes: Mapping[Mode, Floats]
    approach_kmh: Mapping[Mode, float]
    component: Mapping[Mode, Wholes]
    sha256: str

    def usable(self, mode: Mode) -> Bools:
        """Pieces that the mode may go along in at least one direction (e,)."""
        usable = np.isfinite(self.minutes[mode])
        return np.asarray(usable[:, 0] | usable[:, 1])


@dataclass(frozen=True, eq=False)
class Snapped:
    """Places on the network: on piece `piece[i]`, `share[i]` of the way from its tail to its head.

    `piece` is -1 where no road the mode may use lies within the limit. `walk_metres` is the
    straight way from the place to the road on the ellipsoid (0 where unroutable). `lonlat` are
    the places as they were given.
    """

    mode: Mode
    network: str
    lonlat: Floats
    piece: Wholes
    share: Floats
    walk_metres: Floats

    @property
    def unroutable(self) -> Wholes:
        """Which places have no road within the limit, by index."""
        return np.flatnonzero(self.piece < 0).astype(np.int64)


def road_network(
    lon: ArrayLike,
    lat: ArrayLike,
    tail: ArrayLike,
    head: ArrayLike,
    metres: ArrayLike,
    minutes: Mapping[Mode, ArrayLike],
    approach_kmh: Mapping[Mode, float],
) -> RoadNetwork:
    """A network out of plain arrays, held to what RoadNetwork says of them.

    Raises InvalidInput for coordinates off the map, a piece that names no node, a negative
    length, or a time that is negative or undefined; infinity is "may not be gone".
    """
    x, y = numbers(lon, "lon"), numbers(lat, "lat")
    if y.size != x.size or (np.abs(x) > 180).any() or (np.abs(y) > 90).any():
        raise InvalidInput("'lon' and 'lat' must be degrees (EPSG:4326), one of each for a node")
    ends = {"tail": _nodes(tail, "tail", x.size), "head": _nodes(head, "head", x.size)}
    size = ends["tail"].size
    length = numbers(metres, "metres", size)
    if ends["head"].size != size or (length < 0).any():
        raise InvalidInput("Every piece of road needs a tail, a head and a length of 0 or more")
    unknown = (set(minutes) | set(approach_kmh)) - set(MODES)
    if unknown or set(minutes) != set(approach_kmh) or not minutes:
        raise InvalidInput(
            f"Times and walking speeds must be of the same ways of travelling, not {set(minutes)}"
            f" and {set(approach_kmh)}; known are {', '.join(MODES)}"
        )
    times = {mode: _times(minutes[mode], mode, size) for mode in MODES if mode in minutes}
    if not all(0 < speed < np.inf for speed in approach_kmh.values()):
        raise InvalidInput(f"'approach_kmh' must be positive, not {dict(approach_kmh)}")
    speeds = {mode: float(approach_kmh[mode]) for mode in times}
    parts = {mode: _components(ends["tail"], ends["head"], times[mode], x.size) for mode in times}
    return RoadNetwork(
        lon=x,
        lat=y,
        **ends,
        metres=length,
        minutes=MappingProxyType(times),
        approach_kmh=MappingProxyType(speeds),
        component=MappingProxyType(parts),
        sha256=_digest([x, y, *ends.values(), length], times, speeds),
    )


def snap(network: RoadNetwork, places: ArrayLike, mode: Mode, limit_m: float) -> Snapped:
    """Put places (n, 2: longitude, latitude, EPSG:4326) on the nearest piece the mode may use.

    The nearest piece is looked for in EPSG:3035, taking a piece as the straight line between its
    ends; the way to it is then measured on the ellipsoid, and a place further than `limit_m`
    (inclusive) is unroutable. Raises InvalidInput for places or limits that are no numbers.
    """
    lonlat = lonlat_of(places, "places")
    known_mode(network, mode)
    if not 0 <= limit_m < np.inf:
        raise InvalidInput(f"The limit to the nearest road must be 0 m or more, not {limit_m}")
    piece = np.full(len(lonlat), -1, dtype=np.int64)
    share, walk = np.zeros(len(lonlat)), np.zeros(len(lonlat))
    pieces, tree = _lines(network, mode)
    if len(lonlat) and pieces.size:
        points = np.asarray(shapely.points(projected(lonlat)), dtype=object)
        # A little further than the limit, because EPSG:3035 stretches; measured right below.
        found, which = tree.query_nearest(
            points, max_distance=limit_m * 1.05 + 0.01, all_matches=False
        )
        lines = np.asarray(tree.geometries)[which]
        located = np.asarray(shapely.line_locate_point(lines, points[found], normalized=True))
        along = np.where(np.asarray(shapely.length(lines)) > 0, located, 0.0)
        metres = _metres_to(network, pieces[which], along, lonlat[found])
        near = metres <= limit_m + 1e-6
        piece[found[near]] = pieces[which[near]]
        share[found[near]], walk[found[near]] = along[near], metres[near]
    return Snapped(mode, network.sha256, lonlat, piece, share, walk)


def at_nodes(network: RoadNetwork, nodes: ArrayLike, mode: Mode) -> Snapped:
    """Places that stand on nodes of the network themselves; no way to the road.

    A node that no piece of the mode touches is unroutable.
    """
    known_mode(network, mode)
    wanted = _nodes(nodes, "nodes", network.lon.size)
    usable = np.flatnonzero(network.usable(mode))
    at = np.full(network.lon.size, -1, dtype=np.int64)
    share = np.zeros(network.lon.size)
    at[network.head[usable]], share[network.head[usable]] = usable, 1.0
    at[network.tail[usable]], share[network.tail[usable]] = usable, 0.0
    lonlat = np.column_stack((network.lon[wanted], network.lat[wanted]))
    return Snapped(mode, network.sha256, lonlat, at[wanted], share[wanted], np.zeros(wanted.size))


def known_mode(network: RoadNetwork, mode: str) -> None:
    """Raises InvalidInput where the network has no times for the mode."""
    if mode not in network.minutes:
        raise InvalidInput(
            f"The road network has no times for {mode!r}.",
            hint=f"Known are {', '.join(network.minutes)}.",
        )


def lonlat_of(places: ArrayLike, name: str) -> Floats:
    """Places as (n, 2) of degrees; raises InvalidInput for anything else."""
    lonlat = np.asarray(places, dtype=np.float64)
    if lonlat.size == 0:
        return lonlat.reshape(0, 2)
    if lonlat.ndim != 2 or lonlat.shape[1] != 2 or not np.isfinite(lonlat).all():
        raise InvalidInput(f"'{name}' must be pairs of longitude and latitude, all finite")
    if (np.abs(lonlat) > (180.0, 90.0)).any():
        raise InvalidInput(f"'{name}' must be degrees (EPSG:4326), longitude first")
    return lonlat


def projected(lonlat: Floats) -> Floats:
    """Degrees to metres in EPSG:3035 (n, 2)."""
    return np.column_stack(_to_metres().transform(lonlat[:, 0], lonlat[:, 1]))


@lru_cache(maxsize=1)
def _to_metres() -> Transformer:
    return Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)


@lru_cache(maxsize=3)
def _lines(network: RoadNetwork, mode: Mode) -> tuple[Wholes, shapely.STRtree]:
    """The usable pieces, and a tree of their lines in EPSG:3035."""
    pieces = np.flatnonzero(network.usable(mode)).astype(np.int64)
    metres = projected(np.column_stack((network.lon, network.lat)))
    ends = np.stack((metres[network.tail[pieces]], metres[network.head[pieces]]), axis=1)
    return pieces, shapely.STRtree(np.asarray(shapely.linestrings(ends), dtype=object))


def _metres_to(network: RoadNetwork, pieces: Wholes, along: Floats, lonlat: Floats) -> Floats:
    tail, head = network.tail[pieces], network.head[pieces]
    lon = network.lon[tail] + along * (network.lon[head] - network.lon[tail])
    lat = network.lat[tail] + along * (network.lat[head] - network.lat[tail])
    _, _, metres = GEOD.inv(lonlat[:, 0], lonlat[:, 1], lon, lat)
    return np.asarray(metres, dtype=np.float64)


def _nodes(values: ArrayLike, name: str, size: int) -> Wholes:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise InvalidInput(f"'{name}' must be a list of whole numbers")
    if array.min() < 0 or array.max() >= size:
        raise InvalidInput(f"'{name}' names a node that is not among the {size}")
    return array.astype(np.int64)


def _times(values: ArrayLike, mode: Mode, size: int) -> Floats:
    times = np.asarray(values, dtype=np.float64).reshape(-1, 2) if size else np.zeros((0, 2))
    if len(times) != size or np.isnan(times).any() or (times < 0).any():
        raise InvalidInput(
            f"The minutes of {mode!r} must be two for each of the {size} pieces, 0 or more;"
            " infinity where it may not go"
        )
    return times


def _components(tail: Wholes, head: Wholes, minutes: Floats, size: int) -> Wholes:
    usable = np.isfinite(minutes).any(axis=1)
    pairs = coo_array((np.ones(usable.sum()), (tail[usable], head[usable])), (size, size))
    _, part = connected_components(pairs, directed=False)
    touched = np.zeros(size, dtype=bool)
    touched[tail[usable]] = touched[head[usable]] = True
    return np.where(touched, part, -1).astype(np.int64)


def _digest(
    arrays: list[NDArray[np.generic]], times: Mapping[Mode, Floats], speeds: Mapping[Mode, float]
) -> str:
    """A name for the content: equal arrays have an equal one, on any machine."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.size};".encode())
        digest.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
    for mode, minutes in times.items():
        digest.update(f"{mode};{speeds[mode]!r};".encode())
        digest.update(minutes.astype("<f8").tobytes())
    return digest.hexdigest()
