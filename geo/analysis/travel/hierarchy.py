"""Shortest times on a road network: contracted once, then swept for many places at a time.

Customisable contraction hierarchy (Dibbelt, Strasser & Wagner 2016, ACM Journal of Experimental
Algorithmics 21) over a minimum-degree order, and one-to-many sweeps as in PHAST (Delling, Goldberg,
Nowatzyk & Werneck 2013, Journal of Parallel and Distributed Computing 73). Every node is taken out
in turn, its neighbours joined by shortcuts, so that each shortest way climbs to a node above both
its ends and then only descends. Times are sums of 64-bit floats and never rounded to whole numbers:
they equal Dijkstra's but for the order in which they are added (about 1e-13 of the value).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import coo_array, csc_matrix
from scipy.sparse.linalg import splu

from geo.analysis.arrays import Floats
from geo.analysis.compiling import compiled
from geo.analysis.travel.network import Mode, RoadNetwork, Wholes

MOST_TRIANGLES = 500_000_000
"""Up to here arcs that no shortest way needs are looked for: a few seconds' work."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes by rank, and from every rank its arcs upwards: to `target[begin[r]:begin[r + 1]]`.

    `rank` (n,) is the rank of a node. `parent` (n,) is the lowest rank that a rank had an arc to
    before those that no shortest way needs were left out, -1 at a top: all arcs lead to ranks that
    one comes by from parent to parent. `climb` are the minutes along an arc from the lower rank to the higher one, `descend`
    those back; infinity where there is no way. `height` is the most ranks on any way up.
    """

    rank: Wholes
    begin: Wholes
    target: Wholes
    parent: Wholes
    climb: Floats
    descend: Floats
    height: int


@lru_cache(maxsize=3)
def hierarchy(network: RoadNetwork, mode: Mode) -> Hierarchy:
    """The hierarchy of a network for one mode; made once for a network and kept."""
    pieces = np.flatnonzero(network.usable(mode) & (network.tail != network.head))
    tail, head = network.tail[pieces], network.head[pieces]
    rank = _order(tail, head, network.lon.size)
    low, high = np.minimum(rank[tail], rank[head]), np.maximum(rank[tail], rank[head])
    begin, target, parent = _eliminated(*_rows(low, high, rank.size))
    climb, descend = np.full(target.size, np.inf), np.full(target.size, np.inf)
    upward = rank[tail] < rank[head]
    there, back = network.minutes[mode][pieces].T
    up, down = np.where(upward, there, back), np.where(upward, back, there)
    _put_pieces(begin, target, low, high, up, down, climb, descend)
    _customise(begin, target, climb, descend)
    arcs_up = np.diff(begin)
    # It only saves time later; on a lattice, which no country is, it would take longer than that.
    if (arcs_up * (arcs_up - 1) // 2).sum() <= MOST_TRIANGLES:
        _close_detours(begin, target, climb, descend)
    needed = np.isfinite(climb) | np.isfinite(descend)
    ends = np.concatenate(([0], np.cumsum(needed)))[begin]
    arcs = ends, target[needed], parent, climb[needed], descend[needed]
    return Hierarchy(rank, *arcs, height=int(_height(parent)))


def _order(tail: Wholes, head: Wholes, size: int) -> Wholes:
    """Ranks by multiple minimum degree (Liu 1985), which SuperLU computes; any order would be right.

    The numbers of the matrix do not matter, only where it has some.
    """
    if size == 0:
        return np.zeros(0, dtype=np.int64)
    rows = np.concatenate((tail, head, np.arange(size)))
    columns = np.concatenate((head, tail, np.arange(size)))
    joined = coo_array((np.ones(rows.size), (rows, columns)), (size, size)).tocsc()
    joined.data[:] = -1.0
    diagonal = np.diff(joined.indptr).astype(np.float64) + 1.0
    joined.setdiag(diagonal)
    factors = splu(
        csc_matrix(joined),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return np.asarray(factors.perm_c, dtype=np.int64)


def _rows(low: Wholes, high: Wholes, size: int) -> tuple[Wholes, Wholes]:
    """The arcs upwards of every rank before any shortcut, as CSR."""
    pairs = coo_array((np.ones(low.size), (low, high)), (size, size)).tocsr()
    pairs.sum_duplicates()
    return pairs.indptr.astype(np.int64), pairs.indices.astype(np.int64)


@compiled()
def _eliminated(begin: Wholes, target: Wholes) -> tuple[Wholes, Wholes, Wholes]:
    """Arcs upwards with all shortcuts: a rank hands what it has above its parent to its parent."""
    size = begin.size - 1
    parent = np.full(size, -1, np.int64)
    first_child, next_child = parent.copy(), parent.copy()
    seen = parent.copy()
    starts = np.zeros(size + 1, np.int64)
    arcs = np.empty(2 * target.size + 16, np.int64)
    end = 0
    for rank in range(size):
        most = end + begin[rank + 1] - begin[rank]
        child = first_child[rank]
        while child != -1:
            most += starts[child + 1] - starts[child]
            child = next_child[child]
        if most > arcs.size:
            wider = np.empty(2 * most, np.int64)
            wider[:end] = arcs[:end]
            arcs = wider
        seen[rank] = rank
        for place in range(begin[rank], begin[rank + 1]):
            seen[target[place]] = rank
            arcs[end] = target[place]
            end += 1
        child = first_child[rank]
        while child != -1:
            for place in range(starts[child], starts[child + 1]):
                if seen[arcs[place]] != rank:
                    seen[arcs[place]] = rank
                    arcs[end] = arcs[place]
                    end += 1
            child = next_child[child]
        arcs[starts[rank] : end] = np.sort(arcs[starts[rank] : end])
        starts[rank + 1] = end
        if end > starts[rank]:
            above = arcs[starts[rank]]
            parent[rank] = above
            next_child[rank] = first_child[above]
            first_child[above] = rank
    return starts, arcs[:end].copy(), parent


@compiled()
def _put_pieces(
    begin: Wholes, target: Wholes, low: Wholes, high: Wholes,
    up: Floats, down: Floats, climb: Floats, descend: Floats,
) -> None:  # fmt: skip
    """Give every arc the time of its piece; of several pieces between two nodes the quickest."""
    for piece in range(low.size):
        first, last = begin[low[piece]], begin[low[piece] + 1]
        arc = first + np.searchsorted(target[first:last], high[piece])
        climb[arc] = min(climb[arc], up[piece])
        descend[arc] = min(descend[arc], down[piece])


@compiled()
def _customise(begin: Wholes, target: Wholes, climb: Floats, descend: Floats) -> None:
    """Give every shortcut its time: over the lowest corner of each triangle, lowest first."""
    for rank in range(begin.size - 1):
        last = begin[rank + 1]
        for one in range(begin[rank], last):
            middle = target[one]
            arc = begin[middle]
            for two in range(one + 1, last):
                while target[arc] != target[two]:
                    arc += 1
                climb[arc] = min(climb[arc], descend[one] + climb[two])
                descend[arc] = min(descend[arc], descend[two] + climb[one])


@compiled()
def _close_detours(begin: Wholes, target: Wholes, climb: Floats, descend: Floats) -> None:
    """Make arcs infinite that no shortest way needs: over a higher corner it takes less.

    From the top down every arc learns its true least time; where that is less than its own, the
    shortest way climbs by other arcs (perfect customisation, Dibbelt, Strasser & Wagner 2016).
    """
    up, down = climb.copy(), descend.copy()
    for rank in range(begin.size - 2, -1, -1):
        last = begin[rank + 1]
        for one in range(begin[rank], last):
            arc = begin[target[one]]
            for two in range(one + 1, last):
                while target[arc] != target[two]:
                    arc += 1
                up[one] = min(up[one], climb[two] + down[arc])
                down[one] = min(down[one], up[arc] + descend[two])
                up[two] = min(up[two], climb[one] + up[arc])
                down[two] = min(down[two], down[arc] + descend[one])
    for arc in range(target.size):
        if up[arc] < climb[arc]:
            climb[arc] = np.inf
        if down[arc] < descend[arc]:
            descend[arc] = np.inf


@compiled()
def _height(parent: Wholes) -> int:
    """The most ranks that one comes by from parent to parent."""
    above = np.ones(parent.size + 1, np.int64)
    for rank in range(parent.size - 1, -1, -1):
        if parent[rank] != -1:
            above[rank] = above[parent[rank]] + 1
    highest: int = above.max()
    return highest
