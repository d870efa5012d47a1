"""The two steps of a floating catchment over a cost matrix: sums by site, then access by origin.

Between the steps stand numbers by site only, so that each step can be done for some of the origins.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
from scipy import sparse
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, cost_matrix
from geo.analysis.catchment import kernels
from geo.analysis.catchment.decay import Decay, checked_threshold, decay_code
from geo.analysis.compiling import each_piece
from geo.errors import InvalidInput

Method = Literal["balanced", "enhanced"]

PAIRS_A_PIECE = 100_000
"""Below it a thread costs more than it saves."""

MOST_PIECES = 16


@dataclass(frozen=True)
class Weighing:
    """How journeys are weighed: the longest that counts, minutes; how weight falls; the method.

    Raises InvalidInput for a threshold that is not positive or an unknown word.
    """

    threshold: float
    decay: Decay
    method: Method

    def __post_init__(self) -> None:
        checked_threshold(self.threshold)
        decay_code(self.decay)
        if self.method not in get_args(Method):
            raise InvalidInput(f"Unknown method '{self.method}': balanced or enhanced")

    @property
    def balanced(self) -> bool:
        return self.method == "balanced"


def site_sums(
    cost: Any, people: Floats, sites: int, weighing: Weighing, *, threads: int | None = None
) -> tuple[csr_array, Floats]:
    """Demand of every site and, balanced, the weight it gives away: the matrix and sums (m, 2).

    The sums are made in pieces of rows that depend on the matrix alone, and the pieces are added
    in their order: whatever the number of threads, the result is the same to the last bit. The
    matrix that comes back is the one handed in, or a sorted copy where its rows were not in order.
    Raises InvalidInput as geo.analysis.arrays.cost_matrix does.
    """
    matrix = _csr(cost, people.size, sites)
    found = _add_demand(matrix, people, weighing, threads)
    if found is None:
        # Slower, and says what is wrong; a matrix whose rows only were not in order comes back.
        unsorted = csr_array((matrix.data, matrix.indices, matrix.indptr), matrix.shape)
        matrix = cost_matrix(unsorted, people.size, sites)
        found = _add_demand(matrix, people, weighing, threads)
    if found is None:
        raise InvalidInput(f"'cost' holds a site outside 0 to {sites - 1}")
    return matrix, found


def site_levels(places: Floats, sums: Floats, weighing: Weighing) -> tuple[Floats, Floats]:
    """Level of every site, supply / demand, and what it gives each unit of weight, both (m,).

    Both are 0 where nobody lives in the catchment.
    """
    demand, given = sums[:, 0], sums[:, 1]
    level = np.divide(places, demand, out=np.zeros_like(places), where=demand > 0)
    if not weighing.balanced:
        return level, level
    return level, np.divide(level, given, out=np.zeros_like(places), where=given > 0)


def origin_access(
    matrix: csr_array, per_weight: Floats, weighing: Weighing, *, threads: int | None = None
) -> tuple[Floats, Bools]:
    """Access of every origin, sum of w_ij x what site j gives, and whether any site is in reach.

    `matrix` is one that `site_sums` has given back.
    """
    access = np.zeros(matrix.shape[0])
    reached = np.zeros(matrix.shape[0], dtype=np.bool_)

    def step(first: int, last: int) -> None:
        kernels.add_access(
            (matrix.data, matrix.indices, matrix.indptr),
            per_weight,
            (first, last),
            weighing.threshold,
            decay_code(weighing.decay),
            access,
            reached,
            _room(matrix),
        )

    each_piece(step, _pieces(matrix), threads)
    return access, reached


def _add_demand(
    matrix: csr_array, people: Floats, weighing: Weighing, threads: int | None
) -> Floats | None:
    """Sums (m, 2) over all rows; None where a row is not in order or holds no time."""

    def step(first: int, last: int) -> tuple[int, Floats]:
        sums = np.zeros((matrix.shape[1], 2))
        why = kernels.add_demand(
            (matrix.data, matrix.indices, matrix.indptr),
            people,
            (first, last),
            weighing.threshold,
            decay_code(weighing.decay),
            weighing.balanced,
            sums,
            _room(matrix),
        )
        return why, sums

    total = np.zeros((matrix.shape[1], 2))
    done = each_piece(step, _pieces(matrix), threads)
    if any(why for why, _ in done):
        return None
    for _, sums in done:
        total += sums
    return total


def _pieces(matrix: csr_array) -> list[tuple[int, int]]:
    """Runs of rows with about as many pairs each: few where sites outnumber pairs."""
    rows = matrix.shape[0]
    worth = matrix.nnz // max(PAIRS_A_PIECE, 4 * matrix.shape[1])
    number = int(np.clip(worth, 1, MOST_PIECES))
    cuts = np.searchsorted(matrix.indptr, np.linspace(0, matrix.nnz, number + 1)[1:-1])
    ends = [0, *(int(cut) for cut in cuts), rows]
    return [(first, last) for first, last in pairwise(ends) if last > first]


def _room(matrix: csr_array) -> Floats:
    """Where the kernels put the weights of a block of rows, or of one row that is longer."""
    return np.empty(max(kernels.BLOCK, int(np.diff(matrix.indptr).max(initial=0))))


def _csr(cost: Any, origins: int, sites: int) -> csr_array:
    """The matrix as it is stored, not copied where it is CSR already; only its outline is checked."""
    if not sparse.issparse(cost):
        raise InvalidInput("'cost' must be a sparse matrix: what is not stored is out of reach")
    if cost.format != "csr":
        return cost_matrix(cost, origins, sites)
    try:
        matrix = csr_array(cost, dtype=np.float64)
    except ValueError as error:
        raise InvalidInput(f"'cost' is no sound sparse matrix: {error}") from error
    if matrix.shape != (origins, sites):
        raise InvalidInput(f"'cost' must be {origins} x {sites}, not {matrix.shape}")
    lengths = np.diff(matrix.indptr)
    if matrix.indptr[0] != 0 or (lengths < 0).any() or matrix.indptr[-1] > matrix.data.size:
        raise InvalidInput("'cost' holds rows that end before they begin")
    return matrix
