"""Where places leave and enter the roads, and which pairs of places need no junction between them."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geo.analysis.arrays import Floats
from geo.analysis.travel.hierarchy import Hierarchy
from geo.analysis.travel.network import GEOD, Mode, RoadNetwork, Snapped, Wholes, projected


def exits(
    network: RoadNetwork, net: Hierarchy, places: Snapped, which: Wholes
) -> tuple[Wholes, Floats]:
    """Where one leaves a place's piece, and when: head and tail (k, 2), minutes from the place."""
    piece, share, walk = _at(network, places, which)
    there, back = network.minutes[places.mode][piece].T
    costs = np.column_stack((_part(1 - share, there), _part(share, back))) + walk[:, None]
    return _ends(network, net, piece, share, costs)


def entries(
    network: RoadNetwork, net: Hierarchy, places: Snapped, which: Wholes
) -> tuple[Wholes, Floats]:
    """Where one enters a place's piece, and the minutes from there to the place."""
    piece, share, walk = _at(network, places, which)
    there, back = network.minutes[places.mode][piece].T
    costs = np.column_stack((_part(1 - share, back), _part(share, there))) + walk[:, None]
    return _ends(network, net, piece, share, costs)


def beside(network: RoadNetwork, from_: Snapped, to: Snapped) -> tuple[Wholes, Wholes, Floats]:
    """Origins and sites that one need not pass a junction between, and the minutes so."""
    i, j = _same_piece(from_, to)
    near_i, near_j = _near(from_, to)
    i, j = np.concatenate((i, near_i)), np.concatenate((j, near_j))
    return i, j, directly(network, from_, to, i, j)


def directly(network: RoadNetwork, from_: Snapped, to: Snapped, i: Wholes, j: Wholes) -> Floats:
    """Minutes along the piece both places are on, or straight where the road would be a detour."""
    piece, share, walk = _at(network, from_, i)
    other, end, walk_on = _at(network, to, j)
    there, back = network.minutes[from_.mode][piece].T
    along = np.where(end >= share, _part(end - share, there), _part(share - end, back))
    minutes = np.where(piece == other, along + walk + walk_on, np.inf)
    both = from_.walk_metres[i] + to.walk_metres[j]
    north = np.abs(from_.lonlat[i, 1] - to.lonlat[j, 1])
    # A degree to the north is 110.5 km at least: most need not be measured.
    maybe = np.flatnonzero((both > 0) & (north * 110_000 <= both))
    a, b = from_.lonlat[i[maybe]], to.lonlat[j[maybe]]
    _, _, metres = GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    straight = np.asarray(metres, dtype=np.float64)
    walked = maybe[straight <= both[maybe]]
    on_foot = straight[straight <= both[maybe]] * minutes_per_metre(network, from_.mode)
    minutes[walked] = np.minimum(minutes[walked], on_foot)
    return minutes


def _ends(
    network: RoadNetwork, net: Hierarchy, piece: Wholes, share: Floats, costs: Floats
) -> tuple[Wholes, Floats]:
    """Ranks of head and tail with their minutes; who stands at one end needs not the other."""
    costs[share == 0, 0] = np.inf
    costs[share == 1, 1] = np.inf
    return net.rank[np.column_stack((network.head[piece], network.tail[piece]))], costs


def _at(network: RoadNetwork, places: Snapped, which: Wholes) -> tuple[Wholes, Floats, Floats]:
    walk = places.walk_metres[which] * minutes_per_metre(network, places.mode)
    return places.piece[which], places.share[which], walk


def _part(share: Floats, minutes: Floats) -> Floats:
    """A share of a piece's time; nothing of a piece is 0 even where it may not be gone."""
    return np.where(share > 0, np.where(share > 0, share, 1.0) * minutes, 0.0)


def minutes_per_metre(network: RoadNetwork, mode: Mode) -> float:
    """Of the walk between a place and its road."""
    return 60.0 / (network.approach_kmh[mode] * 1000.0)


def _same_piece(from_: Snapped, to: Snapped) -> tuple[Wholes, Wholes]:
    """Pairs between the ends of one piece; at an end the way over the node is the same."""
    sites = np.flatnonzero((to.piece >= 0) & (to.share > 0) & (to.share < 1))
    if not sites.size:
        return sites, sites
    sites = sites[np.argsort(to.piece[sites], kind="stable")]
    origins = np.flatnonzero((from_.piece >= 0) & (from_.share > 0) & (from_.share < 1))
    first = np.searchsorted(to.piece[sites], from_.piece[origins], side="left")
    last = np.searchsorted(to.piece[sites], from_.piece[origins], side="right")
    many = last - first
    starts = np.repeat(first - (np.cumsum(many) - many), many)
    return np.repeat(origins, many), sites[np.arange(many.sum()) + starts]


def _near(from_: Snapped, to: Snapped) -> tuple[Wholes, Wholes]:
    """Pairs that may be as near to each other as both together are to their roads."""
    none = np.zeros(0, dtype=np.int64)
    here, there = np.flatnonzero(from_.piece >= 0), np.flatnonzero(to.piece >= 0)
    if not here.size or not there.size:
        return none, none
    reach = from_.walk_metres[here].max() + to.walk_metres[there].max()
    if reach == 0:
        return none, none
    left, right = cKDTree(projected(from_.lonlat[here])), cKDTree(projected(to.lonlat[there]))
    # EPSG:3035 may lengthen; what is really near enough is measured on the ellipsoid afterwards.
    close = left.sparse_distance_matrix(right, reach * 1.05 + 0.01, output_type="ndarray")
    i, j = here[close["i"]], there[close["j"]]
    kept = close["v"] <= (from_.walk_metres[i] + to.walk_metres[j]) * 1.05 + 0.01
    return i[kept], j[kept]
