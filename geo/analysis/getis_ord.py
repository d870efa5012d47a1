"""Getis and Ord's local G: where high or low values crowd together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, isolates, numbers, weight_matrix
from geo.analysis.permutation import conditional_p
from geo.analysis.rates import Correction, false_discovery


@dataclass(frozen=True)
class LocalG:
    """Local G as a z-score, (n,): above 0 high values crowd, below 0 low ones.

    Isolates have statistic 0 and NaN as p: they were not tested.
    """

    statistic: Floats
    p_value: Floats
    isolates: Bools


def local_g(
    values: ArrayLike, weights: Any, *, star: bool = True, permutations: int, seed: int
) -> LocalG:
    """G*_i (the unit itself counted, w_ii = 1) or G_i, standardised (Ord & Getis 1995).

    `values` (n,) without NaN, `weights` sparse (n, n), binary and without diagonal. G* measures
    against mean and deviation of all units, G against those of the others. p is two-sided by
    conditional permutation, not from the normal curve. Isolates are left out of everything.
    Where nothing varies, or a unit neighbours all, the statistic is 0 and p is 1. Raises
    InvalidInput for broken numbers.
    """
    x = numbers(values, "values")
    w = weight_matrix(weights, x.size)
    alone = isolates(w)
    inside = np.flatnonzero(~alone)
    statistic, p_value = np.zeros(x.size), np.full(x.size, np.nan)
    if inside.size:
        w = csr_array(w[inside][:, inside])
        # The statistic does not change with a shift, and small numbers lose no digits.
        y = x[inside] - x[inside].mean()
        statistic[inside] = _starred(y, w) if star else _plain(y, w)
        p_value[inside] = conditional_p(y, w, permutations=permutations, seed=seed)
    return LocalG(statistic, p_value, alone)


def classify(local: LocalG, level: float, method: Correction = "bh") -> NDArray[np.object_]:
    """Words for a map: hot, cold, not_significant or isolate; hot only where p passes."""
    passed = false_discovery(local.p_value, level, method)
    words = np.full(passed.size, "not_significant", dtype=object)
    words[passed & (local.statistic > 0)] = "hot"
    words[passed & (local.statistic < 0)] = "cold"
    words[local.isolates] = "isolate"
    return words


def _sums(y: Floats, w: csr_array) -> tuple[Floats, Floats, Floats]:
    """Weighted sum of neighbours, sum of weights, sum of squared weights of every unit."""
    squared = csr_array((w.data**2, w.indices, w.indptr), w.shape)
    ones = np.ones(y.size)
    return np.asarray(w @ y), np.asarray(w @ ones), np.asarray(squared @ ones)


def _starred(y: Floats, w: csr_array) -> Floats:
    n = y.size
    lag, total, squares = _sums(y, w)
    lag, total, squares = lag + y, total + 1, squares + 1
    room = (n * squares - total**2) / max(n - 1, 1)
    return _scored(lag - y.mean() * total, np.var(y) * room, np.var(y) * n * squares)


def _plain(y: Floats, w: csr_array) -> Floats:
    n = y.size
    lag, total, squares = _sums(y, w)
    others = max(n - 1, 1)
    mean = (y.sum() - y) / others
    variance = np.maximum((y @ y - y**2) / others - mean**2, 0.0)
    room = ((n - 1) * squares - total**2) / max(n - 2, 1)
    return _scored(lag - mean * total, variance * room, np.var(y) * n * squares)


def _scored(excess: Floats, variance: Floats, scale: Floats) -> Floats:
    """Excess over its deviation; 0 where the deviation is nothing but rounding."""
    certain = variance > 1e-12 * scale
    return np.divide(
        excess,
        np.sqrt(variance, where=certain, out=np.ones_like(variance)),
        out=np.zeros_like(excess),
        where=certain,
    )
