"""From runs of nodes to pieces of road between junctions, each with its length and its times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.crs import GEOGRAPHIC, METRIC
from geo.sources.osm_roads.rules import MODES
from geo.sources.osm_roads.scan import Found

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
GEOD = Geod(ellps="WGS84")


@dataclass
class Graph:
    """Pieces between nodes; `minutes` is pieces x modes x (from tail to head, back).

    Infinity where the mode may not go. `dropped_m` are, by mode, the metres of road in parts too
    small to be a network of their own.
    """

    lon: Floats
    lat: Floats
    tail: Wholes
    head: Wholes
    metres: Floats
    minutes: Floats
    dropped_m: dict[str, float]


def graph(found: Found, *, straight_m: float, shortest_part_m: float) -> Graph:
    """The network that the runs make up.

    Nodes stay where ways meet or end, where a barrier stands, and where a road bends by more than
    `straight_m`. A piece is as long as the road itself on the ellipsoid, bends that were left out
    included. Parts with less than `shortest_part_m` of road are closed for the mode.
    """
    lon, lat = (np.array(each, dtype=np.float64) for each in (found.lon, found.lat))
    node_of, nodes = _numbered(np.array(found.refs, dtype=np.int64))
    begin = np.array(found.begin, dtype=np.int64)
    kept = _bends(lon, lat, begin, _junctions(found, node_of, nodes, begin), straight_m)
    first, last, run = _pieces(begin, kept)
    along = np.concatenate(([0.0], np.cumsum(_steps(lon, lat, begin))))
    metres = along[last] - along[first]
    length = along[begin[1:] - 1] - along[begin[:-1]]
    made = Graph(
        lon=_of_nodes(lon, node_of, nodes.size),
        lat=_of_nodes(lat, node_of, nodes.size),
        tail=node_of[first],
        head=node_of[last],
        metres=metres,
        minutes=_minutes(found, metres, length, run),
        dropped_m={},
    )
    _put_barriers(made, found, nodes)
    for place, mode in enumerate(MODES):
        made.dropped_m[mode] = _close_small_parts(made, place, shortest_part_m)
    return _without_unused(made)


def _numbered(refs: Wholes) -> tuple[Wholes, Wholes]:
    """A running number for every node, in the order of OpenStreetMap's own numbers."""
    nodes, node_of = np.unique(refs, return_inverse=True)
    return node_of.astype(np.int64), nodes


def _junctions(found: Found, node_of: Wholes, nodes: Wholes, begin: Wholes) -> NDArray[np.bool_]:
    """Which entries must stay nodes: ends of runs, nodes used twice, nodes with a barrier."""
    used = np.bincount(node_of, minlength=nodes.size)
    stays = used > 1
    barred = np.array(sorted(found.barred), dtype=np.int64)
    stays |= np.isin(nodes, barred)
    kept = stays[node_of]
    kept[begin[:-1]] = kept[begin[1:] - 1] = True
    return kept


def _bends(
    lon: Floats, lat: Floats, begin: Wholes, kept: NDArray[np.bool_], straight_m: float
) -> NDArray[np.bool_]:
    """Also the entries where a road bends (Douglas & Peucker 1973, in metres of EPSG:3035)."""
    first, last, _ = _pieces(begin, kept)
    curved = last - first > 1
    if not curved.any():
        return kept
    x, y = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True).transform(lon, lat)
    many = (last - first + 1)[curved]
    starts = np.repeat(first[curved] - (np.cumsum(many) - many), many)
    entries = np.arange(many.sum()) + starts
    # The third coordinate carries the entry through, so that one knows which points are left.
    points = np.column_stack((x[entries], y[entries], entries))
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(many.size), many))
    left = shapely.get_coordinates(
        shapely.simplify(lines, straight_m, preserve_topology=False), include_z=True
    )
    wanted = kept.copy()
    wanted[left[:, 2].astype(np.int64)] = True
    return wanted


def _pieces(begin: Wholes, kept: NDArray[np.bool_]) -> tuple[Wholes, Wholes, Wholes]:
    """First and last entry of every piece, and its run: between neighbouring kept entries."""
    entries = np.flatnonzero(kept).astype(np.int64)
    run = np.searchsorted(begin, entries, side="right") - 1
    same = run[1:] == run[:-1]
    return entries[:-1][same], entries[1:][same], run[:-1][same].astype(np.int64)


def _steps(lon: Floats, lat: Floats, begin: Wholes) -> Floats:
    """Metres from every entry to the next of its run; nothing from a run's last to another run."""
    if lon.size < 2:
        return np.zeros(0)
    metres = np.array(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2], dtype=np.float64)
    metres[begin[1:-1] - 1] = 0.0
    return metres


def _of_nodes(values: Floats, node_of: Wholes, size: int) -> Floats:
    out = np.zeros(size)
    out[node_of] = values
    return out


def _minutes(found: Found, metres: Floats, length: Floats, run: Wholes) -> Floats:
    """Length over speed; a ferry with a duration takes its share of that."""
    kmh = found.speeds()[run]
    ferry = np.array(found.ferry, dtype=np.float64)[run]
    with np.errstate(divide="ignore", invalid="ignore"):
        minutes = np.where(kmh > 0, metres[:, None, None] * 0.06 / kmh, np.inf)
        share = np.where(length[run] > 0, metres / length[run], 0.0)
    timed = (ferry > 0)[:, None, None] & (kmh > 0)
    return np.where(timed, (ferry * share)[:, None, None], minutes)


def _put_barriers(made: Graph, found: Found, nodes: Wholes) -> None:
    """Part every barred node: pieces end beside it, and only who may pass goes through it."""
    barred = np.array(sorted(found.barred), dtype=np.int64)
    where = np.searchsorted(nodes, barred)
    there = np.zeros(0, dtype=bool)
    if nodes.size:
        where = np.minimum(where, nodes.size - 1)
        there = nodes[where] == barred
    which = {
        int(node): found.barred[int(ref)]
        for node, ref in zip(where[there], barred[there], strict=True)
    }
    lon: list[float] = []
    lat: list[float] = []
    tail: list[int] = []
    head: list[int] = []
    shut: list[list[float]] = []
    for ends in (made.tail, made.head):
        for piece in np.flatnonzero(np.isin(ends, list(which))):
            node = int(ends[piece])
            ends[piece] = made.lon.size + len(lon)
            lon.append(float(made.lon[node]))
            lat.append(float(made.lat[node]))
            tail.append(node)
            head.append(int(ends[piece]))
            shut.append([np.inf if mode in which[node] else 0.0 for mode in MODES])
    if not lon:
        return
    through = np.repeat(np.array(shut)[:, :, None], 2, axis=2)
    made.lon, made.lat = np.append(made.lon, lon), np.append(made.lat, lat)
    made.tail, made.head = np.append(made.tail, tail), np.append(made.head, head)
    made.metres = np.append(made.metres, np.zeros(len(lon)))
    made.minutes = np.concatenate((made.minutes, through))


def _close_small_parts(made: Graph, place: int, shortest_m: float) -> float:
    """Close the parts that hang together for a mode and are too short; the metres closed."""
    open_ = np.isfinite(made.minutes[:, place]).any(axis=1)
    tail, head = made.tail[open_], made.head[open_]
    pairs = coo_array((np.ones(tail.size), (tail, head)), (made.lon.size,) * 2)
    _, part = connected_components(pairs, directed=False)
    road = np.bincount(part[tail], made.metres[open_], minlength=part.max(initial=-1) + 1)
    small = np.zeros(open_.size, dtype=bool)
    small[open_] = road[part[tail]] < shortest_m
    made.minutes[small, place] = np.inf
    return float(made.metres[small].sum())


def _without_unused(made: Graph) -> Graph:
    """Without pieces that nobody may use or that end where they begin, and nodes without a piece."""
    used = np.isfinite(made.minutes).any(axis=(1, 2)) & (made.tail != made.head)
    nodes, ends = np.unique((made.tail[used], made.head[used]), return_inverse=True)
    tail, head = ends.reshape(2, -1).astype(np.int64)
    values: dict[str, Any] = {"lon": made.lon[nodes], "lat": made.lat[nodes]}
    return Graph(
        **values,
        tail=tail,
        head=head,
        metres=made.metres[used],
        minutes=made.minutes[used],
        dropped_m=made.dropped_m,
    )
