"""Who goes where when places are short: as many people as can be, then the shortest journeys."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse import csr_array

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Bools, cost_matrix, keep, rows_of
from geo.analysis.stair.transport import LARGEST, Pairs, Unserved, cheapest_flow
from geo.analysis.travel import ROUNDING_MINUTES
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput

UNITS_PER_MINUTE = 1_000_000
"""Journeys are summed in whole millionths of a minute, so that equal sums are equal."""


@dataclass(frozen=True)
class Allocation:
    """People sent from n origins to m sites.

    `flow` CSR n x m persons, only pairs that send somebody; `served` (n,) its sums by row, `used`
    (m,) its sums by column; `cost` person-minutes of all journeys.
    """

    flow: csr_array
    served: Wholes
    used: Wholes
    cost: float


def allocate(
    need: ArrayLike,
    capacity: ArrayLike,
    cost: Any,
    threshold: float,
    *,
    allowed: Any = None,
    at_least: ArrayLike | None = None,
) -> Allocation:
    """The transport problem: serve as many people as can be, then in the fewest minutes.

    max sum x, then min sum c_ij x_ij, subject to sum_j x_ij <= need_i, sum_i x_ij <= capacity_j,
    x_ij = 0 where c_ij > threshold or the pair is not allowed (Hitchcock 1941; methods.md 5.6).

    `need` (n,) persons and `capacity` (m,) places, whole numbers; `cost` CSR n x m minutes
    (stored zeros real, what is not stored out of reach); `threshold` minutes, inclusive;
    `allowed` n x m, sparse or an array of truths: pairs that may be used (None: all);
    `at_least` (n,) people of each origin that must be served (None: nobody in particular).

    Exact: minutes count to the nearest millionth, people are whole. Unique whatever the order of
    rows and columns: the number served and `cost`. Where several allocations share both, the one
    with most people of the first row is taken, then of the second and so on: `served` is unique
    for a given order of rows. Over which pairs they go is one of the equally good choices. Raises InvalidInput for broken
    numbers, or where `at_least` cannot be served.
    """
    people = whole_counts(need, "need")
    places = whole_counts(capacity, "capacity")
    minutes = within_threshold(cost_matrix(cost, people.size, places.size), threshold)
    if allowed is not None:
        minutes = only(minutes, pair_set(allowed, minutes.shape, "allowed"))
    floor = np.zeros_like(people)
    if at_least is not None:
        floor = whole_counts(at_least, "at_least", people.size)
        if (floor > people).any():
            where = int(np.argmax(floor > people))
            raise InvalidInput(f"'at_least' is more than 'need' at position {where}")
    found = cheapest(people, places, minutes, floor)
    if (found.served < floor).any():
        where = int(np.argmax(found.served < floor))
        raise InvalidInput(f"'at_least' cannot be served at position {where}: lower it")
    return found


def cheapest(people: Wholes, places: Wholes, minutes: csr_array, at_least: Wholes) -> Allocation:
    """`allocate` for what was checked: every stored pair of `minutes` may be used."""
    rows = rows_of(minutes)
    columns = minutes.indices.astype(np.int64)
    # A person's rank weighs less than one unit of time for all: a cheapest cycle changes who is
    # served for at most one person against one other, so ranks of 1 to n never outvote a unit.
    ranks = people.size + 1
    hops = min(people.size, places.size) + 1
    longest = math.ceil(minutes.data.max(initial=0.0) * UNITS_PER_MINUTE) + 1
    longest_detour = hops * longest * ranks
    if 8 * longest_detour > LARGEST:
        raise InvalidInput("Too many pairs with too long journeys for exact sums: allocate by part")
    units = np.rint(minutes.data * UNITS_PER_MINUTE).astype(np.int64)
    earlier_first = np.arange(people.size, 0, -1, dtype=np.int64)
    unserved = Unserved(
        origin=np.arange(people.size, dtype=np.int64),
        size=people - at_least,
        cost=longest_detour + earlier_first,
        beyond=2 * longest_detour + ranks + earlier_first,
    )
    flow = cheapest_flow(people, places, Pairs(rows, columns, units * ranks), unserved)
    sent = csr_array((flow, minutes.indices, minutes.indptr), minutes.shape)
    busy = flow > 0
    total = sum(map(operator.mul, flow[busy].tolist(), units[busy].tolist()))
    return Allocation(
        flow=keep(sent, busy),
        served=np.bincount(rows, weights=flow, minlength=people.size).astype(np.int64),
        used=np.bincount(columns, weights=flow, minlength=places.size).astype(np.int64),
        cost=total / UNITS_PER_MINUTE,
    )


def within_threshold(minutes: csr_array, threshold: float) -> csr_array:
    """Only the pairs within the threshold, inclusive."""
    if not threshold > 0:
        raise InvalidInput(f"The threshold must be positive, not {threshold}")
    return keep(minutes, minutes.data <= threshold + ROUNDING_MINUTES)


def pair_set(given: Any, shape: tuple[int, int], name: str) -> csr_array:
    """The pairs that are true, as CSR of ones; `given` is sparse or an array, of truths or 0/1.

    Raises InvalidInput for another shape or other values.
    """
    matrix = given if sparse.issparse(given) else np.asarray(given)
    if matrix.shape != shape:
        raise InvalidInput(f"'{name}' must be {shape[0]} x {shape[1]}, not {matrix.shape}")
    values = np.asarray(matrix.data if sparse.issparse(matrix) else matrix)
    if values.dtype != np.bool_ and not np.isin(values, (0, 1)).all():
        raise InvalidInput(f"'{name}' must hold yes or no (true or false, 1 or 0) and nothing else")
    pairs = csr_array(matrix, dtype=np.int8)
    pairs.sum_duplicates()
    pairs.eliminate_zeros()
    pairs.data[:] = 1
    return pairs


def only(minutes: csr_array, pairs: csr_array) -> csr_array:
    """The entries of `minutes` that are also in `pairs`; stored zeros stay stored."""
    wide = np.int64(max(minutes.shape[1], 1))
    ours = rows_of(minutes) * wide + minutes.indices
    theirs = rows_of(pairs) * wide + pairs.indices
    if not theirs.size:
        return keep(minutes, np.zeros(ours.size, dtype=np.bool_))
    nearest = np.minimum(np.searchsorted(theirs, ours), theirs.size - 1)
    both: Bools = theirs[nearest] == ours
    return keep(minutes, both)
