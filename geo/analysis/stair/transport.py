"""The cheapest flow of people to places: a network simplex in whole numbers.

Primal network simplex with strongly feasible trees (Cunningham 1976), which cannot cycle, and
block pricing as Kiraly & Kovacs 2012 found fastest (figures from memory). Costs are whole numbers
too, so that the optimum is exact and no order of rows or of sums can move it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Bools
from geo.analysis.compiling import compiled

Sides = NDArray[np.int8]
"""1: an arc is empty and may fill, -1: it is full and may empty, 0: it is in the tree."""

LARGEST = 2**60
"""No way through the network may cost more: beyond it sums of 64 bits would run over."""

UNLIMITED = 2**62
SMALLEST_BLOCK = 64

NEAREST = 32
"""Of each origin so many cheapest pairs are looked at first; the others seldom carry anybody."""


@dataclass(frozen=True)
class Pairs:
    """Which origin may go to which site at which cost: three rows, in the order of origins."""

    origin: Wholes
    site: Wholes
    cost: Wholes


@dataclass(frozen=True)
class Unserved:
    """What it costs to leave people without a place.

    Of `origin[k]`, up to `size[k]` people may be left at `cost[k]` each; an origin may stand in
    several entries. Everybody beyond is left at `beyond` (one cost for each origin), which must
    be at least that of any of its entries.
    """

    origin: Wholes
    size: Wholes
    cost: Wholes
    beyond: Wholes


def cheapest_flow(people: Wholes, places: Wholes, pairs: Pairs, unserved: Unserved) -> Wholes:
    """People sent over each pair so that journeys and people left cost least together.

    `people` (n,) and `places` (m,) are the most that leave an origin and enter a site. Returns
    one whole number for each pair. No way there and back may cost more than LARGEST: the caller
    sees to it, who knows what the costs stand for.
    """
    origins, sites = people.size, places.size
    root = origins + sites
    sent = np.zeros(pairs.cost.size, dtype=np.int64)
    # A site without places must stay out: its arc to the root could never carry anybody.
    useful = np.flatnonzero((people[pairs.origin] > 0) & (places[pairs.site] > 0))
    if not useful.size:
        return sent
    near = _nearest(
        np.searchsorted(pairs.origin[useful], np.arange(origins + 1)), pairs.cost[useful]
    )
    useful = np.concatenate((useful[near], useful[~near]))
    # In this order: people left, pairs, and the star of one arc from each node to the root.
    left, pair_end = unserved.size.size, unserved.size.size + useful.size
    nodes = np.arange(root)
    tail = np.concatenate((unserved.origin, pairs.origin[useful], nodes))
    head = np.full(tail.size, root)
    head[left:pair_end] = pairs.site[useful] + origins
    at_site = np.zeros(sites, dtype=np.int64)
    cost = np.concatenate((unserved.cost, pairs.cost[useful], unserved.beyond, at_site))
    room = np.full(tail.size, UNLIMITED)
    room[:left], room[pair_end + origins :] = unserved.size, places
    flow = np.zeros(tail.size, dtype=np.int64)
    flow[:left] = unserved.size
    flow[pair_end : pair_end + origins] = people
    np.subtract.at(flow, pair_end + unserved.origin, unserved.size)
    looked_at = np.array([left + np.count_nonzero(near), tail.size])
    _simplex(tail, head, cost, room, flow, looked_at, root)
    sent[useful] = flow[left:pair_end]
    return sent


@compiled()
def _nearest(starts: Wholes, cost: Wholes) -> Bools:
    """The NEAREST cheapest pairs of each origin, those equal to the last among them."""
    near = np.ones(cost.size, dtype=np.bool_)
    for row in range(starts.size - 1):
        begin, end = starts[row], starts[row + 1]
        if end - begin > NEAREST:
            last = np.partition(cost[begin:end], NEAREST)[NEAREST]
            near[begin:end] = cost[begin:end] <= last
    return near


@compiled()
def _simplex(
    tail: Wholes,
    head: Wholes,
    cost: Wholes,
    room: Wholes,
    flow: Wholes,
    looked_at: Wholes,
    root: int,
) -> None:
    """Improves `flow` in place until no arc offers a cheaper cycle.

    Starts from a star: of the last arcs one leads from each node to the root and has room left,
    so that the tree is strongly feasible. Other arcs start empty or full. Only the first
    `looked_at[0]` arcs are looked at until none of them helps, then the first `looked_at[1]`.
    """
    first_tree_arc = tail.size - root
    parent, arc_up, depth, price, child, after, before = _star(cost, first_tree_arc)
    side = np.ones(tail.size, dtype=np.int8)
    side[first_tree_arc:] = 0
    for arc in range(first_tree_arc):
        if flow[arc] > 0:
            side[arc] = -1
    start, widened = 0, 0
    stack = np.empty(root + 1, dtype=np.int64)
    while True:
        arc, start = _enter(tail, head, cost, price, side, start, looked_at[widened])
        if arc < 0:
            widened += 1
            if widened == looked_at.size:
                return
            continue
        leaving, on_first = _push(arc, tail, head, room, flow, side, parent, arc_up, depth)
        if leaving < 0:
            side[arc] = -side[arc]
            continue
        gone = arc_up[leaving]
        side[gone] = 1 if flow[gone] == 0 else -1
        from_tail = on_first == (side[arc] == 1)
        inner = tail[arc] if from_tail else head[arc]
        outer = head[arc] if from_tail else tail[arc]
        change = cost[arc] + price[tail[arc]] - price[head[arc]]
        side[arc] = 0
        _rehang(inner, outer, arc, leaving, parent, arc_up, child, after, before)
        _reprice(inner, -change if from_tail else change, parent, depth, price, child, after, stack)


@compiled()
def _star(
    cost: Wholes, first_tree_arc: int
) -> tuple[Wholes, Wholes, Wholes, Wholes, Wholes, Wholes, Wholes]:
    """Parent, arc up, depth, price and the lists of children of every node, all below the root."""
    root = cost.size - first_tree_arc
    parent = np.full(root + 1, root)
    arc_up = np.arange(first_tree_arc, first_tree_arc + root + 1)
    depth = np.ones(root + 1, dtype=np.int64)
    depth[root] = 0
    price = np.zeros(root + 1, dtype=np.int64)
    price[:root] = -cost[first_tree_arc:]
    # Children of each node as a doubly linked list; -1 ends it.
    child = np.full(root + 1, -1)
    after = np.full(root + 1, -1)
    before = np.full(root + 1, -1)
    for node in range(root):
        _hang(node, root, child, after, before)
    return parent, arc_up, depth, price, child, after, before


@compiled()
def _enter(
    tail: Wholes, head: Wholes, cost: Wholes, price: Wholes, side: Sides, start: int, size: int
) -> tuple[int, int]:
    """The arc that saves most in the first block that saves at all, and where to look next."""
    block = max(SMALLEST_BLOCK, int(np.sqrt(size)))
    best, found = 0, -1
    arc, looked = start, 0
    while looked < size:
        for _ in range(min(block, size - looked)):
            saved = side[arc] * (cost[arc] + price[tail[arc]] - price[head[arc]])
            if saved < best:
                best, found = saved, arc
            arc += 1
            if arc == size:
                arc = 0
        looked += block
        if found >= 0:
            return found, arc
    return -1, arc


@compiled()
def _push(
    arc: int,
    tail: Wholes,
    head: Wholes,
    room: Wholes,
    flow: Wholes,
    side: Sides,
    parent: Wholes,
    arc_up: Wholes,
    depth: Wholes,
) -> tuple[int, bool]:
    """Sends as much as fits round the cycle that `arc` closes.

    Returns the node whose tree arc leaves (-1: the arc itself is spent) and whether it lies on
    the side from which the flow sets out. Of several blocking arcs the last one on the way round
    from the apex leaves: that keeps the tree strongly feasible.
    """
    first, second = (tail[arc], head[arc]) if side[arc] == 1 else (head[arc], tail[arc])
    apex = _apex(first, second, parent, depth)
    amount = room[arc]
    leaving, on_first = -1, False
    node = first
    while node != apex:
        up = arc_up[node]
        free = flow[up] if tail[up] == node else room[up] - flow[up]
        if free < amount:
            amount, leaving, on_first = free, node, True
        node = parent[node]
    node = second
    while node != apex:
        up = arc_up[node]
        free = room[up] - flow[up] if tail[up] == node else flow[up]
        if free <= amount:
            amount, leaving, on_first = free, node, False
        node = parent[node]
    if amount > 0:
        flow[arc] += side[arc] * amount
        node = first
        while node != apex:
            up = arc_up[node]
            flow[up] += -amount if tail[up] == node else amount
            node = parent[node]
        node = second
        while node != apex:
            up = arc_up[node]
            flow[up] += amount if tail[up] == node else -amount
            node = parent[node]
    return leaving, on_first


@compiled()
def _apex(one: int, other: int, parent: Wholes, depth: Wholes) -> int:
    """Where the ways of two nodes to the root meet."""
    while one != other:
        if depth[one] >= depth[other]:
            one = parent[one]
        else:
            other = parent[other]
    return one


@compiled()
def _rehang(
    inner: int,
    outer: int,
    arc: int,
    leaving: int,
    parent: Wholes,
    arc_up: Wholes,
    child: Wholes,
    after: Wholes,
    before: Wholes,
) -> None:
    """Turns the path from `inner` up to `leaving` round and hangs it on `outer` by `arc`."""
    node, upper, by = inner, outer, arc
    while True:
        old_parent, old_arc = parent[node], arc_up[node]
        _unhang(node, old_parent, child, after, before)
        _hang(node, upper, child, after, before)
        parent[node], arc_up[node] = upper, by
        if node == leaving:
            return
        node, upper, by = old_parent, node, old_arc


@compiled()
def _reprice(
    top: int,
    change: int,
    parent: Wholes,
    depth: Wholes,
    price: Wholes,
    child: Wholes,
    after: Wholes,
    stack: Wholes,
) -> None:
    """New prices and depths of all that hangs below `top`, itself included."""
    stack[0] = top
    height = 1
    while height:
        height -= 1
        node = stack[height]
        price[node] += change
        depth[node] = depth[parent[node]] + 1
        node = child[node]
        while node >= 0:
            stack[height] = node
            height += 1
            node = after[node]


@compiled()
def _hang(node: int, upper: int, child: Wholes, after: Wholes, before: Wholes) -> None:
    following = child[upper]
    after[node], before[node] = following, -1
    if following >= 0:
        before[following] = node
    child[upper] = node


@compiled()
def _unhang(node: int, upper: int, child: Wholes, after: Wholes, before: Wholes) -> None:
    if before[node] >= 0:
        after[before[node]] = after[node]
    else:
        child[upper] = after[node]
    if after[node] >= 0:
        before[after[node]] = before[node]
