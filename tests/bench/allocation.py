"""Who goes where: 3,000 cells and 500 services, every pair and only those within the threshold."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse import csr_array

from geo.analysis.arrays import rows_of
from geo.analysis.stair import coverage_stair
from geo.analysis.stair.allocation import Allocation, allocate
from tests.bench.measure import Measured

CELLS = 3_000
SERVICES = 500
MUNICIPALITIES = 66
SIDE_MINUTES = 100.0
THRESHOLD = 20.0
MOST_SECONDS = 5.0
UNSERVED = 1e4
"""Minutes that the linear programme pays for a person left: far above any journey."""

Wholes = NDArray[np.int64]


def measure() -> list[Measured]:
    """As many places as people, unevenly spread: the hardest case, as hardly one is to spare."""
    need, capacity, cost = _region()
    allocate([1], [1], csr_array([[1.0]]), THRESHOLD)
    all_pairs, all_seconds = _timed(need, capacity, cost, 2 * SIDE_MINUTES)
    assert all_pairs.served.sum() == min(need.sum(), capacity.sum())
    near, near_seconds = _timed(need, capacity, cost, THRESHOLD)
    began = time.perf_counter()
    theirs = _by_highs(need, capacity, cost)
    their_seconds = time.perf_counter() - began
    assert np.isclose(near.cost - UNSERVED * near.served.sum(), theirs, rtol=1e-9)
    return [
        _in_time(f"allocation of {CELLS:,} x {SERVICES}, all {cost.nnz:,} pairs", all_seconds),
        Measured(
            f"allocation within {THRESHOLD:.0f} minutes, equal to HiGHS",
            f"{near_seconds:.2f} s",
            f"{their_seconds:.2f} s as a linear programme",
            near_seconds / their_seconds,
            1.0,
        ),
        _in_time("the five-part stair of it", _stair_seconds(need, capacity, cost)),
    ]


def _region() -> tuple[Wholes, Wholes, csr_array]:
    draw = np.random.default_rng(1)
    cells, services = (draw.random((size, 2)) * SIDE_MINUTES for size in (CELLS, SERVICES))
    need = draw.poisson(draw.gamma(0.5, 80, CELLS))
    capacity = draw.integers(5, 160, SERVICES)
    capacity = (capacity * (need.sum() / capacity.sum())).astype(np.int64)
    minutes = np.hypot(*(cells[:, None, axis] - services[None, :, axis] for axis in (0, 1)))
    return need, capacity, csr_array(minutes)


def _timed(
    need: Wholes, capacity: Wholes, cost: csr_array, threshold: float
) -> tuple[Allocation, float]:
    began = time.perf_counter()
    found = allocate(need, capacity, cost, threshold)
    return found, time.perf_counter() - began


def _by_highs(need: Wholes, capacity: Wholes, cost: csr_array) -> float:
    """Minutes less the price of everybody served, at the optimum."""
    near = cost.data <= THRESHOLD
    i, j, minutes = rows_of(cost)[near], cost.indices[near], cost.data[near]
    ones, each = np.ones(minutes.size), np.arange(minutes.size)
    sums = sparse.vstack(
        [
            csr_array((ones, (i, each)), (need.size, each.size)),
            csr_array((ones, (j, each)), (capacity.size, each.size)),
        ]
    )
    limits = np.concatenate((need, capacity))
    found = linprog(minutes - UNSERVED, A_ub=sums, b_ub=limits, method="highs-ipm")
    return float(found.fun)


def _stair_seconds(need: Wholes, capacity: Wholes, cost: csr_array) -> float:
    """Each service serves its own municipality and some neighbours; two thirds suit."""
    draw = np.random.default_rng(2)
    of_cell = draw.integers(0, MUNICIPALITIES, CELLS)
    agreed = draw.random((MUNICIPALITIES, SERVICES)) < 0.2
    began = time.perf_counter()
    found = coverage_stair(
        need,
        capacity,
        cost,
        THRESHOLD,
        serves=agreed[of_cell],
        fit=draw.random(SERVICES) < 2 / 3,
        informed=draw.random(CELLS),
    )
    seconds = time.perf_counter() - began
    assert sum(found.totals.values()) == need.sum()
    return seconds


def _in_time(what: str, seconds: float) -> Measured:
    return Measured(
        what, f"{seconds:.2f} s", f"{MOST_SECONDS:.0f} s", seconds / MOST_SECONDS, target=1.0
    )
