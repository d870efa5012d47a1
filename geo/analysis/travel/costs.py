"""Minutes from places to services along roads: all within a threshold, the nearest, or pair by pair.

The way from a place to its road, and from the road to a service, counts as walking at the speed the
network states. Two places nearer to each other than their ways to the road together are walked
between straight; so a service where somebody stands is 0 minutes away. Every time is the least one:
directed, one-way roads kept, equal to Dijkstra's on the same network to 1e-9.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Floats, counts
from geo.analysis.travel import sweeps as ways
from geo.analysis.travel.access import beside, directly, entries, exits, minutes_per_metre
from geo.analysis.travel.hierarchy import Hierarchy, hierarchy
from geo.analysis.travel.network import (
    Mode,
    RoadNetwork,
    Snapped,
    Wholes,
    known_mode,
    lonlat_of,
    snap,
)
from geo.analysis.travel.straight import ROUNDING_MINUTES
from geo.errors import InvalidInput

ENTRIES_AT_ONCE = 4_000_000
"""Times that are held before those beyond the threshold are dropped: 32 MB."""

GRID_FROM = 0.25
"""From this share of all combinations on, pairs are read out of the whole table of them."""

ALL_FROM = 0.1
"""From this share of all nodes on, it is not worth while to look for those that matter."""

SNAP_LIMIT_M = 500.0
"""Further from any road than this a place counts as not routable; own choice, see docs/data.md."""


@dataclass(frozen=True, eq=False)
class RoadCosts:
    """Minutes on roads, and for whom there are none.

    `cost` is CSR, n origins x m sites, directed from origin to site; stored zeros are real, a pair
    not stored is out of reach. `unroutable_origins` and `unroutable_sites` have no road within
    the limit; `apart_origins` stand on a road that no way joins to any site's, one-way roads taken
    both ways: an island. All by index, ascending. `unroutable_share` is the share of origins
    without a road, None where there are no origins.
    """

    cost: csr_array
    mode: Mode
    threshold_minutes: float
    snap_limit_m: float
    unroutable_origins: Wholes
    unroutable_sites: Wholes
    apart_origins: Wholes
    unroutable_share: float | None

    def unrouted_people(self, people: ArrayLike) -> float | None:
        """Share of people whose origin has no road within the limit, or no way to any site.

        `people` (n,) by origin. None where there is nobody. Raises InvalidInput for counts that
        are negative or missing.
        """
        persons = counts(people, "people", self.cost.shape[0])
        total = float(persons.sum())
        if total == 0:
            return None
        left_out = persons[self.unroutable_origins].sum() + persons[self.apart_origins].sum()
        return float(left_out) / total


@dataclass(frozen=True, eq=False)
class Nearest:
    """Minutes to the nearest site (n,), infinity where none can be reached, and its index, else -1."""

    minutes: Floats
    site: Wholes


def road_costs(
    network: RoadNetwork,
    origins: ArrayLike | Snapped,
    sites: ArrayLike | Snapped,
    *,
    mode: Mode,
    threshold_minutes: float,
    snap_limit_m: float = SNAP_LIMIT_M,
) -> RoadCosts:
    """Minutes from every origin to every site within the threshold, inclusive.

    `origins` (n, 2) and `sites` (m, 2) are longitude and latitude, EPSG:4326, or places snapped
    before. Raises InvalidInput for broken coordinates, a mode without times, or a threshold that
    is not positive. Islands and places without a road are told, they are no error.
    """
    if not 0 < threshold_minutes < np.inf:
        raise InvalidInput(f"The threshold must be positive minutes, not {threshold_minutes}")
    from_ = _snapped(network, origins, mode, snap_limit_m)
    to = _snapped(network, sites, mode, snap_limit_m)
    cost = _within(network, from_, to, threshold_minutes + ROUNDING_MINUTES)
    apart = _apart(network, from_, to)
    return RoadCosts(
        cost=cost,
        mode=mode,
        threshold_minutes=float(threshold_minutes),
        snap_limit_m=float(snap_limit_m),
        unroutable_origins=from_.unroutable,
        unroutable_sites=to.unroutable,
        # Whoever walks straight to a site needs no road.
        apart_origins=apart[np.diff(cost.indptr)[apart] == 0],
        unroutable_share=from_.unroutable.size / cost.shape[0] if cost.shape[0] else None,
    )


def nearest(
    network: RoadNetwork,
    origins: ArrayLike | Snapped,
    sites: ArrayLike | Snapped,
    mode: Mode,
    *,
    snap_limit_m: float = SNAP_LIMIT_M,
) -> Nearest:
    """From every origin to the site that is quickest reached; of equal ones the first."""
    from_ = _snapped(network, origins, mode, snap_limit_m)
    to = _snapped(network, sites, mode, snap_limit_m)
    minutes = np.full(from_.piece.size, np.inf)
    site = np.full(from_.piece.size, to.piece.size, dtype=np.int64)
    here, there = np.flatnonzero(from_.piece >= 0), np.flatnonzero(to.piece >= 0)
    if here.size and there.size:
        net = hierarchy(network, mode)
        times, label = _swept(network, net, from_, to)
        ways.leave(
            net.rank, network.tail, network.head, network.minutes[mode],
            from_.piece, from_.share, from_.walk_metres * minutes_per_metre(network, mode),
            times, label, minutes, site,
        )  # fmt: skip
        i, j, direct = beside(network, from_, to)
        order = np.lexsort((j, direct, i))[::-1]
        i, j, direct = i[order], j[order], direct[order]
        better = (direct < minutes[i]) | ((direct == minutes[i]) & (j < site[i]))
        minutes[i[better]], site[i[better]] = direct[better], j[better]
    site[np.isinf(minutes)] = -1
    return Nearest(minutes, site)


def pairs(
    network: RoadNetwork,
    from_: ArrayLike | Snapped,
    to: ArrayLike | Snapped,
    mode: Mode,
    *,
    snap_limit_m: float = SNAP_LIMIT_M,
) -> Floats:
    """Minutes from place k to place k (k,); infinity where there is no way or no road.

    Raises InvalidInput where there are not as many of one as of the other.
    """
    left = _snapped(network, from_, mode, snap_limit_m)
    right = _snapped(network, to, mode, snap_limit_m)
    if left.piece.size != right.piece.size:
        raise InvalidInput(
            f"Pairs need as many ends as beginnings, not {left.piece.size} and {right.piece.size}"
        )
    minutes = np.full(left.piece.size, np.inf)
    known = np.flatnonzero((left.piece >= 0) & (right.piece >= 0))
    if known.size:
        net = hierarchy(network, mode)
        minutes[known] = _pair_by_pair(network, net, left, right, known)
        direct = directly(network, left, right, known, known)
        minutes[known] = np.minimum(minutes[known], direct)
    return minutes


def cost_key(
    network: RoadNetwork,
    origins: ArrayLike,
    sites: ArrayLike,
    *,
    mode: Mode,
    threshold_minutes: float,
    snap_limit_m: float,
) -> str:
    """A name for a cost matrix by all that decides it: roads, places in their order, parameters.

    64 hexadecimal digits; no place can be read from it.
    """
    digest = hashlib.sha256(f"road_costs 1;{network.sha256};{mode};".encode())
    digest.update(np.array([threshold_minutes, snap_limit_m], dtype="<f8").tobytes())
    for places, name in ((origins, "origins"), (sites, "sites")):
        lonlat = lonlat_of(places, name)
        digest.update(f"{name} {len(lonlat)};".encode())
        digest.update(lonlat.astype("<f8").tobytes())
    return digest.hexdigest()


def _snapped(
    network: RoadNetwork, places: ArrayLike | Snapped, mode: Mode, limit_m: float
) -> Snapped:
    known_mode(network, mode)
    if not isinstance(places, Snapped):
        return snap(network, places, mode, limit_m)
    if places.network != network.sha256 or places.mode != mode:
        raise InvalidInput("The places were put on another network, or for another mode")
    return places


def _within(network: RoadNetwork, from_: Snapped, to: Snapped, limit: float) -> csr_array:
    """The matrix, a few sites at a time."""
    shape = (from_.piece.size, to.piece.size)
    here, there = np.flatnonzero(from_.piece >= 0), np.flatnonzero(to.piece >= 0)
    if not here.size or not there.size:
        return csr_array(shape, dtype=np.float64)
    net = hierarchy(network, from_.mode)
    exit_rank, exit_cost = exits(network, net, from_, here)
    seed_rank, seed_cost = entries(network, net, to, there)
    above = ways.closure(net.parent, np.unique(exit_rank))
    i, j, direct = beside(network, from_, to)
    at_row, at_column = np.searchsorted(here, i), np.searchsorted(there, j)
    blocks = max(ENTRIES_AT_ONCE // (here.size * ways.BLOCK), 1) * ways.BLOCK
    found = []
    for first in range(0, there.size, blocks):
        columns = slice(first, first + blocks)
        minutes = ways.sweep(
            net.begin, net.target, net.parent, net.height, net.descend, net.climb, above,
            seed_rank[columns], seed_cost[columns], exit_rank, exit_cost, limit,
        )  # fmt: skip
        mine = (at_column >= first) & (at_column < first + blocks)
        np.minimum.at(minutes, (at_row[mine], at_column[mine] - first), direct[mine])
        row, column = np.nonzero(minutes <= limit)
        found.append((here[row], there[first + column], minutes[row, column]))
    rows, cols, data = (np.concatenate(part) for part in zip(*found, strict=True))
    return csr_array((data, (rows, cols)), shape)


def _swept(
    network: RoadNetwork, net: Hierarchy, from_: Snapped, to: Snapped
) -> tuple[Floats, Wholes]:
    """By rank: least minutes to any site, and which; as many as there are sites where to none."""
    there = np.flatnonzero(to.piece >= 0)
    ranks, costs = entries(network, net, to, there)
    times = np.full(net.rank.size, np.inf)
    label = np.full(net.rank.size, to.piece.size, dtype=np.int64)
    flat, cost, owner = ranks.ravel(), costs.ravel(), np.repeat(there, 2)
    # The last one written stays: the least time, and of equal ones the first site.
    order = np.lexsort((owner, cost))[::-1]
    order = order[np.isfinite(cost[order])]
    times[flat[order]], label[flat[order]] = cost[order], owner[order]
    pieces = from_.piece[from_.piece >= 0]
    if pieces.size > ALL_FROM * net.rank.size:
        above = np.arange(net.rank.size)
    else:
        ends = np.concatenate((network.tail[pieces], network.head[pieces]))
        above = ways.closure(net.parent, net.rank[ends])
    below = ways.closure(net.parent, flat)
    ways.sweep_nearest(net.begin, net.target, net.descend, net.climb, below, above, times, label)
    return times, label


def _pair_by_pair(
    network: RoadNetwork, net: Hierarchy, from_: Snapped, to: Snapped, known: Wholes
) -> Floats:
    """Out of the table of all combinations where most are asked for, else each by itself."""
    (left, left_at), (right, right_at) = (_unique(each, known) for each in (from_, to))
    exit_rank, exit_cost = exits(network, net, from_, left)
    seed_rank, seed_cost = entries(network, net, to, right)
    size = known.size
    if size >= GRID_FROM * left.size * right.size:
        above = ways.closure(net.parent, exit_rank.ravel())
        table = ways.sweep(
            net.begin, net.target, net.parent, net.height, net.descend, net.climb, above,
            seed_rank, seed_cost, exit_rank, exit_cost, np.inf,
        )  # fmt: skip
        whole: Floats = table[left_at, right_at]
        return whole
    # Neighbours climb the same way: what they need is at hand.
    order = np.argsort(exit_rank[left_at, 1], kind="stable")
    out = np.empty(size)
    out[order] = ways.meet(
        net.begin, net.target, net.parent, net.height, net.climb, net.descend,
        exit_rank, exit_cost, left_at[order], seed_rank, seed_cost, right_at[order],
    )  # fmt: skip
    return out


def _unique(places: Snapped, known: Wholes) -> tuple[Wholes, Wholes]:
    """Places that differ: one index of each, and for every known place which of them it is."""
    key = pd.factorize(places.piece[known])[0]
    for values in (places.share, places.walk_metres):
        code, kinds = pd.factorize(values[known])
        key = pd.factorize(key * kinds.size + code)[0]
    first = np.empty(key.max() + 1, dtype=np.int64)
    first[key[::-1]] = known[::-1]
    return first, key


def _apart(network: RoadNetwork, from_: Snapped, to: Snapped) -> Wholes:
    """Origins whose part of the network holds no site."""
    part = network.component[from_.mode]
    here = np.flatnonzero(from_.piece >= 0)
    with_sites = np.unique(part[network.tail[to.piece[to.piece >= 0]]])
    lone = ~np.isin(part[network.tail[from_.piece[here]]], with_sites)
    return here[lone].astype(np.int64)
