"""Floating catchments: how much service reaches each place when everyone nearby shares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from geo.analysis.arrays import Bools, Floats, counts
from geo.analysis.catchment.decay import Decay as Decay
from geo.analysis.catchment.sums import Method as Method
from geo.analysis.catchment.sums import Weighing, origin_access, site_levels, site_sums
from geo.errors import InvalidInput


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
    what is not stored out of reach), `threshold` T in minutes, inclusive. A site without places
    that should not draw demand is to be left out by the caller. With weights w_ij = f(c_ij):

    enhanced: R_j = S_j / sum_k P_k w_kj, A_i = sum_j R_j w_ij (Luo & Wang 2003, Luo & Qi 2009);
    sum of population x access is the supply of all sites used.
    balanced: L_j = S_j / sum_i P_i w_ij / W_i with W_i = sum_j w_ij, and A_i = sum_j L_j w_ij / V_j
    with V_j = sum_i w_ij (Paez, Higgins & Vivona 2019): everybody's demand and every site's level
    are shared out once.

    decay: gaussian, step, linear or binary, see geo.analysis.catchment.decay. Origins with nothing in reach
    have access 0. The matrix is neither changed nor copied. Raises InvalidInput for broken
    numbers, unknown words, or a threshold that is not positive (0 included).
    """
    people = counts(population, "population")
    places = counts(supply, "supply")
    weighing = Weighing(threshold, decay, method)
    matrix, sums = site_sums(cost, people, places.size, weighing)
    level, per_weight = site_levels(places, sums, weighing)
    access, reached = origin_access(matrix, per_weight, weighing)
    return Catchment(access=access, level=level, reached=reached, used=sums[:, 0] > 0)


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
