"""Invented road networks, and the least times on them by the plainest Dijkstra there is."""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.analysis.travel.network import GEOD, RoadNetwork, Snapped, road_network

LON, LAT = 10.0, 52.0
"""Where EPSG:3035 does not distort."""


def grid(rows: int, columns: int, seed: int, *, closed: float = 0.2) -> RoadNetwork:
    """A lattice of streets 0.001 degrees apart: one-way ones, closed ones, odd times."""
    random = np.random.default_rng(seed)
    at = np.arange(rows * columns).reshape(rows, columns)
    tail = np.concatenate((at[:, :-1].ravel(), at[:-1].ravel()))
    head = np.concatenate((at[:, 1:].ravel(), at[1:].ravel()))
    north, east = np.divmod(np.arange(rows * columns), columns)
    lon, lat = LON + east / 1000, LAT + north / 1000
    metres = np.asarray(GEOD.inv(lon[tail], lat[tail], lon[head], lat[head])[2])
    minutes = metres[:, None] / random.uniform(50, 800, (tail.size, 2))
    minutes[random.random(minutes.shape) < closed] = np.inf
    return road_network(
        lon, lat, tail, head, metres,
        {"car": minutes, "walk": np.column_stack((metres, metres)) / 75.0},
        {"car": 4.5, "walk": 4.5},
    )  # fmt: skip


def dijkstra(network: RoadNetwork, origins: Snapped, sites: Snapped) -> NDArray[np.float64]:
    """Minutes (n, m): every place becomes a node in the middle of its piece, then plain Dijkstra."""
    roads = _split(network, origins, sites)
    size, per_metre = network.lon.size, 60 / (network.approach_kmh[origins.mode] * 1000)
    out = np.full((origins.piece.size, sites.piece.size), np.inf)
    for i in np.flatnonzero(origins.piece >= 0):
        least = _from(roads, size + int(i))
        for j in np.flatnonzero(sites.piece >= 0):
            walk = origins.walk_metres[i] + sites.walk_metres[j]
            straight = GEOD.inv(*origins.lonlat[i], *sites.lonlat[j])[2]
            on_roads = least.get(size + origins.piece.size + int(j), np.inf) + walk * per_metre
            out[i, j] = min(on_roads, straight * per_metre) if straight <= walk else on_roads
    return out


def _split(
    network: RoadNetwork, origins: Snapped, sites: Snapped
) -> dict[int, list[tuple[int, float]]]:
    """From every node and place: to which next, and in how many minutes."""
    on_piece: dict[int, list[tuple[float, int]]] = {}
    first = network.lon.size
    for places in (origins, sites):
        for k in np.flatnonzero(places.piece >= 0):
            stops = on_piece.setdefault(int(places.piece[k]), [])
            stops.append((float(places.share[k]), first + int(k)))
        first += places.piece.size
    roads: dict[int, list[tuple[int, float]]] = {}
    for piece, (there, back) in enumerate(network.minutes[origins.mode]):
        inside = sorted(on_piece.get(piece, []))
        ends = int(network.tail[piece]), int(network.head[piece])
        for (start, a), (end, b) in pairwise([(0.0, ends[0]), *inside, (1.0, ends[1])]):
            part = end - start
            roads.setdefault(a, []).append((b, part * there if part else 0.0))
            roads.setdefault(b, []).append((a, part * back if part else 0.0))
    return roads


def _from(roads: dict[int, list[tuple[int, float]]], start: int) -> dict[int, float]:
    least: dict[int, float] = {}
    waiting = [(0.0, start)]
    while waiting:
        minutes, node = heapq.heappop(waiting)
        if node in least:
            continue
        least[node] = minutes
        for other, more in roads.get(node, []):
            if other not in least and more < np.inf:
                heapq.heappush(waiting, (minutes + more, other))
    return least
