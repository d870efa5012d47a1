"""Inference by shuffling: how often chance does as much as the map does."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.analysis.arrays import Floats
from geo.errors import InvalidInput

BLOCK = 2_000_000
"""Numbers held at a time; keeps memory flat however many permutations are asked for."""

LEAST_PERMUTATIONS = 9_999


def permutations_for(n: int, level: float) -> int:
    """Permutations needed for n units at a false-discovery level.

    A lone unit passes Benjamini-Hochberg only at p <= level/n, and the smallest two-sided p is
    2/(R+1); so R >= 2n/level - 1, at least 9,999, and (R+1) x level whole, which keeps the level
    exact (Abrams, Kleinman & Kulldorff 2010).
    """
    if n < 1 or not 0 < level < 1:
        raise InvalidInput(f"Needs one unit or more and a level between 0 and 1: {n}, {level}")
    exact = Fraction(level).limit_denominator(10**6)
    needed = max(LEAST_PERMUTATIONS + 1, math.ceil(2 * n / exact))
    return math.ceil(needed / exact.denominator) * exact.denominator - 1


def two_sided(above: NDArray[np.intp], below: NDArray[np.intp], permutations: int) -> Floats:
    """p = min(1, 2 min(1 + above, 1 + below) / (R + 1)).

    `above` and `below` count permuted statistics not smaller, not larger than the observed one.
    A folded one-sided p would reject twice as often as it says.
    """
    smaller = np.minimum(above, below) + 1
    return np.asarray(np.minimum(1.0, 2.0 * smaller / (permutations + 1)), dtype=np.float64)


def at_least_one(permutations: int) -> None:
    """Raise InvalidInput unless there is something to compare with."""
    if permutations < 1:
        raise InvalidInput(f"Needs one permutation or more, not {permutations}")


def conditional_p(values: Floats, weights: csr_array, *, permutations: int, seed: int) -> Floats:
    """Two-sided p of every unit's weighted sum of neighbours under conditional permutation, (n,).

    Unit i keeps its value; its neighbours' are drawn without replacement from the other n - 1.
    `weights` (n, n) without diagonal. A unit without neighbours gets p = 1. The same draws serve
    every unit, which leaves each unit's own p exact. Reproducible for a seed.
    """
    at_least_one(permutations)
    n = values.size
    degrees = np.diff(weights.indptr)
    widest = int(degrees.max(initial=0))
    observed = np.asarray(weights @ values, dtype=np.float64)
    above, below = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp)
    if widest == 0:
        return np.ones(n)
    # Sums of the same values in another order must count as equal.
    slack = 1e-10 * np.abs(weights).dot(np.abs(values))
    rng = np.random.default_rng(seed)
    # The draw compares each new pick with all before it, hence the square.
    step = max(1, BLOCK // widest**2)
    for start in range(0, permutations, step):
        drawn = _draws(rng, n - 1, widest, min(step, permutations - start))
        for i in np.flatnonzero(degrees):
            row = slice(weights.indptr[i], weights.indptr[i + 1])
            others = drawn[:, : degrees[i]]
            lags = values[others + (others >= i)] @ weights.data[row]
            above[i] += np.count_nonzero(lags >= observed[i] - slack[i])
            below[i] += np.count_nonzero(lags <= observed[i] + slack[i])
    p = two_sided(above, below, permutations)
    p[degrees == 0] = 1.0
    return p


def _draws(rng: np.random.Generator, size: int, picks: int, repeats: int) -> NDArray[np.intp]:
    """`repeats` rows of `picks` different numbers below `size`, in random order (Floyd)."""
    drawn = np.empty((repeats, picks), dtype=np.intp)
    for column, top in enumerate(range(size - picks, size)):
        pick = rng.integers(0, top + 1, size=repeats)
        taken = (drawn[:, :column] == pick[:, None]).any(axis=1)
        drawn[:, column] = np.where(taken, top, pick)
    # Floyd's sets are uniform but their order is not; a prefix must be a sample too.
    return rng.permuted(drawn, axis=1)
