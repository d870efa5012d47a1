"""Rates that small numbers do not shake: empirical Bayes, and control of false discoveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array
from scipy.stats import gamma

from geo.analysis.arrays import Bools, Floats, keep, rows_of, weight_matrix
from geo.errors import InvalidInput

CREDIBLE = 0.95
"""Mass of the intervals, equal tails."""

Correction = Literal["bh", "by", "bonferroni"]


@dataclass(frozen=True)
class Rates:
    """Rates of n areas, events per unit of base.

    `rate` is raw, `smoothed` drawn towards the mean, `low` and `high` bound the 95 % interval,
    `weight` (0 to 1) is the area's own say. Where `missing` is True all of these are NaN and
    `reason` says why ('no_base', 'no_data'; '' elsewhere); such an area enters no other's figure.
    """

    rate: Floats
    smoothed: Floats
    low: Floats
    high: Floats
    weight: Floats
    missing: Bools
    reason: NDArray[np.str_]


def empirical_bayes(events: ArrayLike, base: ArrayLike) -> Rates:
    """Global empirical Bayes (Marshall 1991) with the variance cut at zero.

    `events` (n,) counts, NaN where unknown; `base` (n,) persons at risk. Without variance beyond
    chance every area gets the common rate. Interval: gamma posterior with the prior's mean and
    variance. Raises InvalidInput for negative numbers.
    """
    e, b, reason = _observed(events, base)
    known = reason == ""
    if not known.any():
        return _shrunk(e, b, reason, _Prior(*(np.zeros(e.size) for _ in range(4))))
    total_e, total_b = e[known].sum(), b[known].sum()
    mean = total_e / total_b
    spread = (b[known] * (e[known] / b[known] - mean) ** 2).sum() / total_b
    variance = max(0.0, spread - mean / b[known].mean())
    common = (mean, variance, total_e, total_b)
    return _shrunk(e, b, reason, _Prior(*(np.full(e.size, value) for value in common)))


def spatial_empirical_bayes(events: ArrayLike, base: ArrayLike, weights: Any) -> Rates:
    """Empirical Bayes towards the mean of the neighbourhood, the area itself included.

    `weights` sparse (n, n): who neighbours whom; the strength is not used. An isolate keeps its
    raw rate. Otherwise as `empirical_bayes`.
    """
    e, b, reason = _observed(events, base)
    neighbours = weight_matrix(weights, e.size)
    neighbours.data[:] = 1.0
    around = csr_array(neighbours + eye_array(e.size))
    return _shrunk(e, b, reason, _nearby(e, b, reason == "", around))


def standardised_rates(events: ArrayLike, base: ArrayLike) -> Floats:
    """Rates as z-scores with the variance their base gives them (Assuncao & Reis 1999), (n,).

    For Moran's I and Gi*, which take raw rates of unequal base for a pattern. NaN where base is
    0 or events are unknown. Raises InvalidInput for negative numbers.
    """
    e, b, reason = _observed(events, base)
    known = reason == ""
    z = np.full(e.size, np.nan)
    if e[known].sum() == 0:
        z[known] = 0.0
        return z
    rate = e[known] / b[known]
    mean = e[known].sum() / b[known].sum()
    excess = (b[known] * (rate - mean) ** 2).sum() / b[known].sum() - mean / b[known].mean()
    variance = excess + mean / b[known]
    variance = np.where(variance > 0, variance, mean / b[known])
    z[known] = (rate - mean) / np.sqrt(variance)
    return z


def false_discovery(p_values: ArrayLike, level: float, method: Correction = "bh") -> Bools:
    """Which tests pass when many are made at once, (n,).

    `p_values` (n,), NaN for units not tested: they neither pass nor count. 'bh' Benjamini &
    Hochberg 1995 step-up, 'by' Benjamini & Yekutieli 2001 (any dependence), 'bonferroni' the
    family-wise bound. Raises InvalidInput for values outside 0..1 or an unknown method.
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = ~np.isnan(p)
    if p.ndim != 1 or ((p[tested] < 0) | (p[tested] > 1)).any() or not 0 < level < 1:
        raise InvalidInput("p-values must be a row of numbers from 0 to 1, the level between them")
    passed = np.zeros(p.size, dtype=np.bool_)
    n = int(tested.sum())
    if n == 0:
        return passed
    ranks = np.arange(1, n + 1, dtype=np.float64)
    if method == "bh":
        line = ranks * level / n
    elif method == "by":
        line = ranks * level / n / (1 / ranks).sum()
    elif method == "bonferroni":
        line = np.full(n, level / n)
    else:
        raise InvalidInput(f"Unknown method '{method}': bh, by or bonferroni")
    # Equality passes; the last bit of a division must not decide it.
    below = np.flatnonzero(np.sort(p[tested]) <= line * (1 + 1e-12))
    if below.size:
        passed[tested] = p[tested] <= np.sort(p[tested])[below[-1]]
    return passed


def _observed(events: ArrayLike, base: ArrayLike) -> tuple[Floats, Floats, NDArray[np.str_]]:
    e, b = np.asarray(events, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if e.ndim != 1 or e.shape != b.shape:
        raise InvalidInput("'events' and 'base' must be two rows of the same length")
    if (e < 0).any() or (b < 0).any() or np.isinf(e).any() or np.isinf(b).any():
        raise InvalidInput("'events' and 'base' must be finite and not negative")
    reason = np.where(np.isnan(e) | np.isnan(b), "no_data", np.where(b == 0, "no_base", ""))
    return e, b, reason


@dataclass(frozen=True)
class _Prior:
    """Mean and variance of the rates an area is drawn towards, and the sums behind the mean."""

    mean: Floats
    variance: Floats
    events: Floats
    base: Floats


def _nearby(e: Floats, b: Floats, known: Bools, around: csr_array) -> _Prior:
    """The prior of every area from the known areas in its row of `around`."""
    around = keep(around, known[around.indices])
    events, base = np.where(known, e, 0.0), np.where(known, b, 0.0)
    sum_events, sum_base = around @ events, around @ base
    members = around @ known.astype(np.float64)
    mean = _divided(sum_events, sum_base)
    rate = _divided(events, base)
    gaps = base[around.indices] * (rate[around.indices] - mean[rows_of(around)]) ** 2
    squares = np.zeros_like(base)
    np.add.at(squares, rows_of(around), gaps)
    chance = _divided(mean * members, sum_base)
    variance = np.maximum(_divided(squares, sum_base) - chance, 0.0)
    return _Prior(mean, variance, sum_events, sum_base)


def _divided(above: Floats, below: Floats) -> Floats:
    """Element by element; 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _shrunk(e: Floats, b: Floats, reason: NDArray[np.str_], prior: _Prior) -> Rates:
    known = reason == ""
    events, base = np.where(known, e, 0.0), np.where(known, b, 0.0)
    rate = _divided(events, base)
    say = prior.variance * base
    weight = _divided(say, say + prior.mean)
    low, high = _interval(events, base, prior)
    return Rates(
        rate=np.where(known, rate, np.nan),
        smoothed=np.where(known, weight * rate + (1 - weight) * prior.mean, np.nan),
        low=np.where(known, low, np.nan),
        high=np.where(known, high, np.nan),
        weight=np.where(known, weight, np.nan),
        missing=~known,
        reason=reason,
    )


def _interval(events: Floats, base: Floats, prior: _Prior) -> tuple[Floats, Floats]:
    """Bounds of the gamma posterior; of the common rate (exact Poisson) where variance is 0."""
    tail = (1 - CREDIBLE) / 2
    low, high = np.zeros_like(base), np.zeros_like(base)
    own = prior.variance > 0
    strength = prior.mean[own] / prior.variance[own]
    shape = prior.mean[own] * strength + events[own]
    scale = 1 / (strength + base[own])
    low[own] = gamma.ppf(tail, shape, scale=scale)
    high[own] = gamma.ppf(1 - tail, shape, scale=scale)
    common = ~own & (prior.base > 0)
    some = common & (prior.events > 0)
    low[some] = gamma.ppf(tail, prior.events[some], scale=1 / prior.base[some])
    high[common] = gamma.ppf(1 - tail, prior.events[common] + 1, scale=1 / prior.base[common])
    return low, high
