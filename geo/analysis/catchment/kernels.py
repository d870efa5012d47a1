"""The sums of floating catchments over the rows of a cost matrix, compiled; nothing is copied.

Each kernel works on a run of rows and leaves the interpreter lock alone, so that threads of Python
share the rows.
A weight is made anew in each of the two passes, which costs less than reading it back would.
Every sum has a fixed order that the compiler may not change: results do not depend on the number of
threads, nor on how wide the processor's registers are.
"""

from __future__ import annotations

from math import expm1, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.analysis.arrays import Bools, Floats
from geo.analysis.compiling import compiled

Indices = NDArray[Any]
"""int32 or int64, as SciPy stores them."""

Csr = tuple[Floats, Indices, Indices]
"""Times, sites and the ends of rows, as SciPy names them data, indices and indptr."""

GAUSSIAN, STEP, LINEAR, BINARY = range(4)

ROUNDING_MINUTES = 1e-9
"""A threshold is inclusive; this much is forgiven, as in geo.analysis.travel."""

FIRST_STEP, SECOND_STEP = 1 / 3, 2 / 3
FIRST_WEIGHT, SECOND_WEIGHT, THIRD_WEIGHT = 1.0, 0.68, 0.22
"""Zones as shares of the threshold, inclusive (Luo & Qi 2009, slow decay)."""

# The Gaussian weight is expm1(t/2) / expm1(1/2) with t = 1 - (c/T)^2 between 0 and 1: the same
# formula without the difference of two near numbers at the threshold. After 14 terms its Taylor
# series is below rounding, and unlike a call of exp it is done for several pairs at once.
T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14 = (
    1 / (factorial(k) * 2.0**k * expm1(0.5)) for k in range(1, 15)
)

COMPILE: dict[str, Any] = {"nogil": True, "fastmath": {"contract"}}
"""A product and a sum may be one rounding (more exact and faster); nothing may be reordered."""

BLOCK = 8192
"""Pairs weighed at a time: their weights stay in the nearest cache until they are summed."""

ONE, TWO, THREE, FOUR = (np.uint64(k) for k in range(1, 5))

BROKEN_TIME, BROKEN_ORDER = 1, 2
"""What a row may be refused for: a negative or undefined time; sites out of order or range."""


@compiled(**COMPILE)
def weigh(minutes: Floats, threshold: float, decay: int, weights: Floats) -> None:
    """The weights of a row of times into the start of `weights`; 0 beyond the threshold.

    A time at the threshold up to rounding is at the threshold for every decay. Where weight falls
    to 0 there, the rest of 1e-16 that rounding leaves would, divided by itself, become a whole
    person's demand, or a level of 1e15 places a person.
    """
    limit = threshold + ROUNDING_MINUTES
    per_minute = 1 / threshold
    if decay == GAUSSIAN:
        for k in range(minutes.size):
            c = minutes[k]
            # 1 - (c/T)^2 in two factors, so that it is exactly 0 at the threshold.
            left = threshold - c if threshold - c > ROUNDING_MINUTES else 0.0
            t = left * per_minute * (1 + min(c, threshold) * per_minute)
            w = T9 + t * (T10 + t * (T11 + t * (T12 + t * (T13 + t * T14))))
            w = T3 + t * (T4 + t * (T5 + t * (T6 + t * (T7 + t * (T8 + t * w)))))
            weights[k] = t * (T1 + t * (T2 + t * w))
    elif decay == LINEAR:
        for k in range(minutes.size):
            left = threshold - minutes[k]
            weights[k] = left * per_minute if left > ROUNDING_MINUTES else 0.0
    elif decay == STEP:
        first = FIRST_STEP * threshold + ROUNDING_MINUTES
        second = SECOND_STEP * threshold + ROUNDING_MINUTES
        for k in range(minutes.size):
            c = minutes[k]
            far = THIRD_WEIGHT if c <= limit else 0.0
            near = FIRST_WEIGHT if c <= first else SECOND_WEIGHT
            weights[k] = near if c <= second else far
    else:
        for k in range(minutes.size):
            weights[k] = 1.0 if minutes[k] <= limit else 0.0


@compiled(**COMPILE)
def broken(minutes: Floats, sites: Indices, columns: int, starts: Indices) -> int:
    """What is wrong with a block of rows, 0 if nothing: times are counts, sites rise and exist.

    `starts` are where its rows begin, and its end. Counted in one run over the block, in which
    sites may fall only from one row to the next.
    """
    bad = falls = 0
    for k in range(minutes.size):
        bad += not minutes[k] >= 0
    if bad:
        return BROKEN_TIME
    for k in range(sites.size - 1):
        falls += sites[k + 1] <= sites[k]
    for i in range(starts.size - 1):
        begin, end = starts[i] - starts[0], starts[i + 1] - starts[0]
        if end == begin:
            continue
        if sites[begin] < 0 or sites[end - 1] >= columns:
            return BROKEN_ORDER
        if begin > 0:
            falls -= sites[begin] <= sites[begin - 1]
    return BROKEN_ORDER if falls else 0


@compiled(**COMPILE)
def sum_up(weights: Floats, begin: int, end: int) -> float:
    """The sum of `weights[begin:end]` in four lanes, which a processor adds side by side."""
    a = b = c = d = 0.0
    k = np.uint64(begin)
    # Unsigned positions, here and below: numba then need not ask whether one counts from the end.
    for _ in range((end - begin) >> 2):
        a += weights[k]
        b += weights[k + ONE]
        c += weights[k + TWO]
        d += weights[k + THREE]
        k += FOUR
    for _ in range((end - begin) & 3):
        a += weights[k]
        k += ONE
    return (a + b) + (c + d)


@compiled(**COMPILE)
def sum_given(weights: Floats, sites: Indices, given: Floats, begin: int, end: int) -> float:
    """As `sum_up`, each weight times what its site gives."""
    a = b = c = d = 0.0
    k = np.uint64(begin)
    for _ in range((end - begin) >> 2):
        a += weights[k] * given[np.uint64(sites[k])]
        b += weights[k + ONE] * given[np.uint64(sites[k + ONE])]
        c += weights[k + TWO] * given[np.uint64(sites[k + TWO])]
        d += weights[k + THREE] * given[np.uint64(sites[k + THREE])]
        k += FOUR
    for _ in range((end - begin) & 3):
        a += weights[k] * given[np.uint64(sites[k])]
        k += ONE
    return (a + b) + (c + d)


@compiled(**COMPILE)
def last_of_block(ends: Indices, first: int, last: int) -> int:
    """The row after a block that starts at `first`: so many rows that their weights stay near."""
    row = first + 1
    while row < last and ends[row + 1] - ends[first] <= BLOCK:
        row += 1
    return row


@compiled(**COMPILE)
def add_demand(
    cost: Csr,
    people: Floats,
    rows: tuple[int, int],
    threshold: float,
    decay: int,
    balanced: bool,
    sums: Floats,
    room: Floats,
) -> int:
    """Adds the rows' demand to `sums[:, 0]` and, balanced, their weights to `sums[:, 1]`.

    Enhanced: sum of P_i w_ij. Balanced: sum of P_i w_ij / W_i, with W_i the sum of the row, and
    sum of w_ij. `room` is for BLOCK weights and the longest row. Stops at a broken row, says why.
    """
    minutes, sites, ends = cost
    first, last = rows
    while first < last:
        after = last_of_block(ends, first, last)
        block = slice(ends[first], ends[after])
        why = broken(minutes[block], sites[block], sums.shape[0], ends[first : after + 1])
        if why:
            return why
        weigh(minutes[block], threshold, decay, room)
        here = sites[block]
        for i in range(first, after):
            begin, end = ends[i] - ends[first], ends[i + 1] - ends[first]
            each = people[i]
            if balanced:
                total = sum_up(room, begin, end)
                each = each / total if total > 0 else 0.0
            for k in range(np.uint64(begin), np.uint64(end)):
                j = np.uint64(here[k])
                sums[j, 0] += each * room[k]
                if balanced:
                    sums[j, 1] += room[k]
        first = after
    return 0


@compiled(**COMPILE)
def add_access(
    cost: Csr,
    level: Floats,
    rows: tuple[int, int],
    threshold: float,
    decay: int,
    access: Floats,
    reached: Bools,
    room: Floats,
) -> None:
    """Sets the rows' access, sum of level_j w_ij, and whether anything lies within the threshold."""
    minutes, sites, ends = cost
    limit = threshold + ROUNDING_MINUTES
    first, last = rows
    while first < last:
        after = last_of_block(ends, first, last)
        block = slice(ends[first], ends[after])
        weigh(minutes[block], threshold, decay, room)
        here = sites[block]
        for i in range(first, after):
            access[i] = sum_given(
                room, here, level, ends[i] - ends[first], ends[i + 1] - ends[first]
            )
            for k in range(ends[i], ends[i + 1]):
                if minutes[k] <= limit:
                    reached[i] = True
                    break
        first = after
