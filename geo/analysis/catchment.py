"""Floating catchments: how much service reaches each place when everyone nearby shares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, cost_matrix, counts, keep, rows_of
from geo.analysis.travel import ROUNDING_MINUTES
from geo.errors import InvalidInput

Decay = Literal["gaussian", "step", "binary"]
Method = Literal["balanced", "enhanced"]

STEPS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
"""Share of the threshold up to which a weight holds, inclusive (Luo & Qi 2009, slow decay)."""


@dataclass(frozen=True)
class Catchment:
    """Access of n origins and level of m sites, in units of supply per person.

    `reached` (n,) is False where nothing lies within the threshold: access is a real 0 there.
    `used` (m,) is False where nobody lives in the catchment: level is set to 0 and the site's
    supply reaches no one.
    """

    access: Floats
    level: Floats
    reached: Bools
    used: Bools


def floating_catchment(
    population: ArrayLike,
    supply: ArrayLike,
    cost: Any,
    threshold: float,
    *,
    decay: Decay = "gaussian",
    method: Method = "balanced",
) -> Catchment:
    """Two-step floating catchment areas.

    `population` (n,) persons, `supply` (m,) places, `cost` CSR n x m minutes (stored zeros real,
    what is not stored out of reach), `threshold` minutes, inclusive. A site without places that
    should not draw demand is to be left out by the caller.

    method: "balanced" (Paez, Higgins & Vivona 2019: each person's demand and each site's level
    are shared out once) or "enhanced" (Luo & Wang 2003, Luo & Qi 2009: sum of population x access
    is the supply). decay: "gaussian" (Dai 2010, 1 at 0 and 0 at the threshold), "step" (Luo & Qi
    2009, thirds of the threshold) or "binary" (Luo & Wang 2003). Raises InvalidInput for broken
    numbers or unknown words.
    """
    people = counts(population, "population")
    places = counts(supply, "supply")
    minutes = cost_matrix(cost, people.size, places.size)
    if not threshold > 0:
        raise InvalidInput(f"The threshold must be positive, not {threshold}")
    minutes = keep(minutes, minutes.data <= threshold + ROUNDING_MINUTES)
    weights = csr_array(
        (_decayed(minutes.data, threshold, decay), minutes.indices, minutes.indptr), minutes.shape
    )
    if method == "balanced":
        demand = people @ _shared_by_rows(weights)
        spread = _shared_by_columns(weights)
    elif method == "enhanced":
        demand = people @ weights
        spread = weights
    else:
        raise InvalidInput(f"Unknown method '{method}': balanced or enhanced")
    used = demand > 0
    level = np.divide(places, demand, out=np.zeros_like(places), where=used)
    return Catchment(
        access=np.asarray(spread @ level, dtype=np.float64),
        level=level,
        reached=np.diff(minutes.indptr) > 0,
        used=used,
    )


def spatial_access_ratio(access: ArrayLike, population: ArrayLike) -> Floats:
    """Access of each place to the population-weighted mean of all (SPAR; Wan et al. 2012), (n,).

    1 is the mean; a place without access is 0. Raises InvalidInput where nobody lives or nobody
    has any access, as there is then no mean to compare with (ask `Catchment.reached` first).
    """
    values = counts(access, "access")
    people = counts(population, "population", values.size)
    total = float(people.sum())
    mean = float(values @ people) / total if total > 0 else 0.0
    if mean <= 0:
        raise InvalidInput("Nobody has access to this service, so there is no mean to compare with")
    return values / mean


def _decayed(minutes: Floats, threshold: float, decay: Decay) -> Floats:
    share = np.minimum(minutes / threshold, 1.0)
    if decay == "gaussian":
        edge = np.exp(-0.5)
        return np.asarray((np.exp(-0.5 * share**2) - edge) / (1 - edge), dtype=np.float64)
    if decay == "step":
        weights = np.zeros_like(share)
        for until, weight in reversed(STEPS):
            weights[share <= until + ROUNDING_MINUTES / threshold] = weight
        return weights
    if decay == "binary":
        return np.ones_like(share)
    raise InvalidInput(f"Unknown decay '{decay}': gaussian, step or binary")


def _shared_by_rows(weights: csr_array) -> csr_array:
    """Every row divided by its sum; rows that sum to nothing stay nothing."""
    sums = np.asarray(weights.sum(axis=1)).ravel()[rows_of(weights)]
    data = np.divide(weights.data, sums, out=np.zeros_like(weights.data), where=sums > 0)
    return csr_array((data, weights.indices, weights.indptr), weights.shape)


def _shared_by_columns(weights: csr_array) -> csr_array:
    """Every column divided by its sum; columns that sum to nothing stay nothing."""
    sums = np.asarray(weights.sum(axis=0)).ravel()[weights.indices]
    data = np.divide(weights.data, sums, out=np.zeros_like(weights.data), where=sums > 0)
    return csr_array((data, weights.indices, weights.indptr), weights.shape)
