"""Questions to a contracted network: climb from places, meet at the top, come down to places.

Plain loops over the arrays of `geo.analysis.travel.hierarchy.Hierarchy`, compiled; times in minutes,
infinity where there is no way. What they are, and their sources, stands there.
"""

from __future__ import annotations

import numpy as np

from geo.analysis.arrays import Floats
from geo.analysis.compiling import compiled, each_piece, pieces_of
from geo.analysis.travel.network import Wholes

MOST_PIECES = 8
"""Runs of seeds or pairs that threads take one after the other."""

BLOCK = 16
"""Places swept together: their times of one node lie side by side, which a processor adds at once."""


@compiled()
def closure(parent: Wholes, ranks: Wholes) -> Wholes:
    """All ranks on the way up from any of these, these included, ascending."""
    inside = np.zeros(parent.size, np.bool_)
    for place in range(ranks.size):
        rank = ranks[place]
        while rank != -1 and not inside[rank]:
            inside[rank] = True
            rank = parent[rank]
    return np.flatnonzero(inside)


@compiled()
def _path(parent: Wholes, ranks: Wholes, costs: Floats, path: Wholes) -> int:
    """All ranks on the way up from two seeds, ascending and each once, into `path`; how many."""
    one = ranks[0] if costs[0] < np.inf else -1
    other = ranks[1] if costs[1] < np.inf else -1
    size = 0
    while one != -1 or other != -1:
        if other == -1 or (one != -1 and one <= other):
            rank = one
        else:
            rank = other
        path[size] = rank
        size += 1
        if one == rank:
            one = parent[rank]
        if other == rank:
            other = parent[rank]
    return size


@compiled()
def _climb(
    begin: Wholes,
    target: Wholes,
    times: Floats,
    ranks: Wholes,
    costs: Floats,
    limit: float,
    path: Wholes,
    found: Floats,
) -> None:
    """Least times from two seeds along their path up, written over infinities in `found`."""
    for seed in range(2):
        if costs[seed] < found[ranks[seed]]:
            found[ranks[seed]] = costs[seed]
    for rank in path:
        time = found[rank]
        if time <= limit:
            for arc in range(begin[rank], begin[rank + 1]):
                through = time + times[arc]
                if through < found[target[arc]]:
                    found[target[arc]] = through


@compiled(nogil=True)
def _sweep(
    begin: Wholes, target: Wholes, parent: Wholes, height: int, up: Floats, down: Floats,
    above: Wholes, where: Wholes, seed_rank: Wholes, seed_cost: Floats,
    exit_rank: Wholes, exit_cost: Floats, limit: float,
    first_block: int, last_block: int, out: Floats,
) -> None:  # fmt: skip
    """The columns of `sweep` for some blocks of seeds, into `out`."""
    size, seeds = above.size, seed_rank.shape[0]
    for block in range(first_block, last_block):
        first = block * BLOCK
        times = np.full((size, BLOCK), np.inf)
        found = np.full(parent.size, np.inf)
        path = np.empty(height, np.int64)
        for seed in range(first, min(first + BLOCK, seeds)):
            ranks, costs = seed_rank[seed], seed_cost[seed]
            some = path[: _path(parent, ranks, costs, path)]
            _climb(begin, target, up, ranks, costs, limit, some, found)
            for rank in some:
                if where[rank] != -1:
                    times[where[rank], seed - first] = found[rank]
                found[rank] = np.inf
        for place in range(size - 1, -1, -1):
            for arc in range(begin[above[place]], begin[above[place] + 1]):
                higher, time = where[target[arc]], down[arc]
                if time == np.inf:
                    continue
                for column in range(BLOCK):
                    through = times[higher, column] + time
                    times[place, column] = min(times[place, column], through)
        for place in range(exit_rank.shape[0]):
            one, other = where[exit_rank[place, 0]], where[exit_rank[place, 1]]
            for seed in range(first, min(first + BLOCK, seeds)):
                out[place, seed] = min(
                    times[one, seed - first] + exit_cost[place, 0],
                    times[other, seed - first] + exit_cost[place, 1],
                )


def sweep(
    begin: Wholes, target: Wholes, parent: Wholes, height: int, up: Floats, down: Floats,
    above: Wholes, seed_rank: Wholes, seed_cost: Floats,
    exit_rank: Wholes, exit_cost: Floats, limit: float,
) -> Floats:  # fmt: skip
    """Minutes between places and seeds, (places, seeds): every place to every seed at once.

    `above` is the closure of the places' ranks; `up` and `down` are the times with which seeds
    climb and places are come down to. Ways that climb for longer than `limit` are not followed.
    """
    where = np.full(parent.size, -1, np.int64)
    where[above] = np.arange(above.size)
    out = np.empty((exit_rank.shape[0], seed_rank.shape[0]))

    def some(first: int, last: int) -> None:
        _sweep(
            begin, target, parent, height, up, down, above, where, seed_rank, seed_cost,
            exit_rank, exit_cost, limit, first, last, out,
        )  # fmt: skip

    blocks = -(-seed_rank.shape[0] // BLOCK)
    each_piece(some, pieces_of(blocks, min(blocks, MOST_PIECES)) if blocks else [])
    return out


@compiled()
def sweep_nearest(
    begin: Wholes, target: Wholes, up: Floats, down: Floats,
    below: Wholes, above: Wholes, times: Floats, label: Wholes,
) -> None:  # fmt: skip
    """Least time to any seed, and which: `times` and `label` hold the seeds and are filled in.

    `below` is the closure of the seeds, `above` that of the places. Of seeds equally far the one
    with the lower number is named.
    """
    for rank in below:
        if times[rank] == np.inf:
            continue
        for arc in range(begin[rank], begin[rank + 1]):
            higher = target[arc]
            through = times[rank] + up[arc]
            if through < times[higher] or (
                through == times[higher] and label[rank] < label[higher]
            ):
                times[higher], label[higher] = through, label[rank]
    for place in range(above.size - 1, -1, -1):
        rank = above[place]
        least, whose = times[rank], label[rank]
        for arc in range(begin[rank], begin[rank + 1]):
            through = times[target[arc]] + down[arc]
            if through < least or (through == least and label[target[arc]] < whose):
                least, whose = through, label[target[arc]]
        times[rank], label[rank] = least, whose


@compiled()
def leave(
    rank: Wholes,
    tail: Wholes,
    head: Wholes,
    minutes: Floats,
    piece: Wholes,
    share: Floats,
    walk: Floats,
    times: Floats,
    label: Wholes,
    least: Floats,
    whose: Wholes,
) -> None:
    """For every place the better end of its piece, after `sweep_nearest`: time and seed.

    A place at one end needs not the other; `walk` are minutes to the road, a piece of -1 is none.
    """
    for place in range(piece.size):
        on, part = piece[place], share[place]
        if on < 0:
            continue
        if part > 0:
            end = rank[head[on]]
            least[place] = times[end] + ((1 - part) * minutes[on, 0] if part < 1 else 0.0)
            whose[place] = label[end]
        if part < 1:
            end = rank[tail[on]]
            time = times[end] + (part * minutes[on, 1] if part > 0 else 0.0)
            if time < least[place] or (time == least[place] and label[end] < whose[place]):
                least[place], whose[place] = time, label[end]
        least[place] += walk[place]


@compiled(nogil=True)
def _meet(
    begin: Wholes,
    target: Wholes,
    parent: Wholes,
    height: int,
    climb: Floats,
    descend: Floats,
    exit_rank: Wholes,
    exit_cost: Floats,
    left: Wholes,
    seed_rank: Wholes,
    seed_cost: Floats,
    right: Wholes,
    first: int,
    last: int,
    out: Floats,
) -> None:
    """The pairs of `meet` from `first` up to `last`, into `out`."""
    out_of, into = np.full(parent.size, np.inf), np.full(parent.size, np.inf)
    path, way = np.empty(height, np.int64), np.empty(height, np.int64)
    size_of_way = 0
    before = -1
    for pair in range(first, last):
        if left[pair] != before:
            before = left[pair]
            for rank in way[:size_of_way]:
                out_of[rank] = np.inf
            ranks, costs = exit_rank[before], exit_cost[before]
            size_of_way = _path(parent, ranks, costs, way)
            _climb(begin, target, climb, ranks, costs, np.inf, way[:size_of_way], out_of)
        ranks, costs = seed_rank[right[pair]], seed_cost[right[pair]]
        some = path[: _path(parent, ranks, costs, path)]
        _climb(begin, target, descend, ranks, costs, np.inf, some, into)
        least = np.inf
        for rank in some:
            least = min(least, out_of[rank] + into[rank])
            into[rank] = np.inf
        out[pair] = least


def meet(
    begin: Wholes, target: Wholes, parent: Wholes, height: int, climb: Floats, descend: Floats,
    exit_rank: Wholes, exit_cost: Floats, left: Wholes,
    seed_rank: Wholes, seed_cost: Floats, right: Wholes,
) -> Floats:  # fmt: skip
    """Minutes from place `left[k]` to seed `right[k]`: both climb, and meet where it takes least.

    Of pairs that follow each other and have the same place, it climbs once.
    """
    out = np.full(left.size, np.inf)

    def some(first: int, last: int) -> None:
        _meet(
            begin, target, parent, height, climb, descend, exit_rank, exit_cost, left,
            seed_rank, seed_cost, right, first, last, out,
        )  # fmt: skip

    each_piece(some, pieces_of(left.size, MOST_PIECES))
    return out
