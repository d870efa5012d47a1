"""Moran's I: do similar values lie together, over the whole map and around each unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, isolates, numbers, weight_matrix
from geo.analysis.permutation import BLOCK, at_least_one, conditional_p, two_sided
from geo.analysis.rates import Correction, false_discovery

HIGH_HIGH, LOW_HIGH, LOW_LOW, HIGH_LOW = 1, 2, 3, 4
"""Quadrants of the Moran scatterplot, numbered as the literature does; 0 is an isolate."""

_WORDS = {HIGH_HIGH: "high_high", LOW_HIGH: "low_high", LOW_LOW: "low_low", HIGH_LOW: "high_low"}


@dataclass(frozen=True)
class GlobalMoran:
    """I, its mean under no pattern -1/(n-1), two-sided p, and the units counted."""

    statistic: float
    expected: float
    p_value: float
    n: int
    isolates: Bools


@dataclass(frozen=True)
class LocalMoran:
    """Local I of every unit, (n,).

    `z` are the values in standard deviations from the mean, `quadrant` 1 high-high, 2 low-high,
    3 low-low, 4 high-low. Isolates have quadrant 0, statistic 0 and NaN as p and z: they were
    not tested.
    """

    statistic: Floats
    p_value: Floats
    quadrant: NDArray[np.int8]
    z: Floats
    isolates: Bools


def global_moran(values: ArrayLike, weights: Any, *, permutations: int, seed: int) -> GlobalMoran:
    """Moran's I = (n/S0) sum w_ij z_i z_j / sum z_i^2, with p by permuting all values.

    `values` (n,) without NaN; `weights` sparse (n, n), used as given (standardise the rows
    first where that is wanted). Isolates are left out above and below the line. Without variation
    or without neighbours I is 0 and p is 1. Raises InvalidInput for broken numbers.
    """
    at_least_one(permutations)
    x = numbers(values, "values")
    w = weight_matrix(weights, x.size)
    alone = isolates(w)
    z, w = _deviations(x[~alone]), csr_array(w[~alone][:, ~alone])
    n = z.size
    expected = -1.0 / (n - 1) if n > 1 else 0.0
    squares = float(z @ z)
    if squares == 0 or w.nnz == 0:
        return GlobalMoran(0.0, expected, 1.0, n, alone)
    scale = n / float(w.sum()) / squares
    observed = scale * float(z @ (w @ z))
    rng = np.random.default_rng(seed)
    above = below = 0
    step = max(1, BLOCK // n)
    for start in range(0, permutations, step):
        repeats = min(step, permutations - start)
        shuffled = rng.permuted(np.tile(z[:, None], (1, repeats)), axis=0)
        drawn = scale * np.einsum("ij,ij->j", shuffled, w @ shuffled)
        above += int(np.count_nonzero(drawn >= observed - 1e-10))
        below += int(np.count_nonzero(drawn <= observed + 1e-10))
    p = two_sided(np.array([above]), np.array([below]), permutations)
    return GlobalMoran(observed, expected, float(p[0]), n, alone)


def local_moran(values: ArrayLike, weights: Any, *, permutations: int, seed: int) -> LocalMoran:
    """Local Moran (Anselin 1995): I_i = (z_i/m2) sum_j w_ij z_j, m2 = sum z^2 / n.

    Arguments as `global_moran`; p is two-sided by conditional permutation. The sum of the I_i is
    S0 x I. Without variation every statistic is 0 and every p is 1.
    """
    x = numbers(values, "values")
    w = weight_matrix(weights, x.size)
    alone = isolates(w)
    inside = np.flatnonzero(~alone)
    z, w = _deviations(x[inside]), csr_array(w[inside][:, inside])
    statistic, quadrant = np.zeros(x.size), np.zeros(x.size, dtype=np.int8)
    p_value, standard = np.full(x.size, np.nan), np.full(x.size, np.nan)
    if inside.size:
        z = z / (np.sqrt(z @ z / z.size) or 1.0)
        lag = np.asarray(w @ z, dtype=np.float64)
        statistic[inside] = z * lag
        standard[inside] = z
        quadrant[inside] = _quadrants(z, lag)
        p = conditional_p(z, w, permutations=permutations, seed=seed)
        # A value at the mean makes every permuted I_i nought like the observed one.
        p_value[inside] = np.where(z == 0, 1.0, p)
    return LocalMoran(statistic, p_value, quadrant, standard, alone)


def classify(local: LocalMoran, level: float, method: Correction = "bh") -> NDArray[np.object_]:
    """Words for a map: high_high, low_low, high_low, low_high, not_significant or isolate.

    A pattern is named only where its p passes `false_discovery` at the level.
    """
    passed = false_discovery(local.p_value, level, method)
    words = np.full(passed.size, "not_significant", dtype=object)
    for quadrant, word in _WORDS.items():
        words[passed & (local.quadrant == quadrant)] = word
    words[local.isolates] = "isolate"
    return words


def _deviations(x: Floats) -> Floats:
    """Values less their mean; exactly 0 where they differ by rounding only."""
    if x.size == 0 or np.ptp(x) <= 1e-12 * np.abs(x).max():
        return np.zeros_like(x)
    return np.asarray(x - x.mean(), dtype=np.float64)


def _quadrants(z: Floats, lag: Floats) -> NDArray[np.int8]:
    high = np.where(lag > 0, HIGH_HIGH, HIGH_LOW)
    low = np.where(lag > 0, LOW_HIGH, LOW_LOW)
    return np.where(z > 0, high, low).astype(np.int8)
