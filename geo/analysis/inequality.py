"""How unequally a service is spread over territories, each weighed by its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analysis.arrays import Bools, Floats
from geo.errors import InvalidInput

SLACK = 1e-12
"""Share of the people by which a sum may miss a quantile and still reach it: rounding only."""


@dataclass(frozen=True)
class Measure:
    """One measure of inequality, or None and the reason why there is none.

    `reason` is '' where there is a value; 'no_data': no area has data; 'nobody': the areas with
    data have no people; 'one_area': only one has people, with nothing to be unequal to;
    'all_zero': everybody has nothing, and a share of nothing is undefined; 'zero_below': the
    tenth worst off have nothing, and nothing cannot be multiplied; 'same_deprivation': all areas
    are equally deprived, so there is no order. `areas` entered the sum; `without_data` and
    `uninhabited` did not.
    """

    value: float | None
    reason: str
    areas: int
    without_data: int
    uninhabited: int


@dataclass(frozen=True)
class CountyPart:
    """A county in Theil's measure: its people's share, their mean, and what it adds.

    `theil` is the inequality inside it, None where its mean is 0; `within` what that adds to the
    whole, `between` what the county's distance from the common mean adds.
    """

    county: str
    population_share: float
    mean: float
    theil: float | None
    within: float
    between: float


@dataclass(frozen=True)
class Theil:
    """Theil's measure and its parts, `between` + `within` = `total.value`; None as the total is."""

    total: Measure
    between: float | None
    within: float | None
    counties: tuple[CountyPart, ...]


@dataclass(frozen=True)
class Inequality:
    """All measures of one figure over one set of areas.

    `concentration` is None where no deprivation was given; `theil.between` needs counties.
    """

    gini: Measure
    theil: Theil
    ratio_90_10: Measure
    concentration: Measure | None


def territorial_inequality(
    values: ArrayLike,
    population: ArrayLike,
    *,
    counties: Sequence[str] | None = None,
    deprivation: ArrayLike | None = None,
) -> Inequality:
    """All measures at once; the arguments as in `gini`, `theil` and `concentration_index`."""
    return Inequality(
        gini=gini(values, population),
        theil=theil(values, population, counties),
        ratio_90_10=ratio_90_10(values, population),
        concentration=None
        if deprivation is None
        else concentration_index(values, population, deprivation),
    )


def gini(values: ArrayLike, population: ArrayLike) -> Measure:
    """Population-weighted Gini, G = sum_ij p_i p_j |A_i - A_j| / (2 P^2 mean), 0 to 1.

    `values` (n,) what each person of an area has, such as places per 1,000 or coverage, NaN where
    unknown; `population` (n,) persons, NaN where unknown. An area's people count as equal among
    each other, so the measure is a lower bound. Raises InvalidInput for negative or infinite
    numbers. Gini 1912 in the form for grouped data (Lerman & Yitzhaki 1989, from memory).
    """
    known = _known(values, population)
    if known.reason:
        return known.measure()
    order = np.argsort(known.values, kind="stable")
    share = known.share[order]
    # Twice the area between the line of equality and the Lorenz curve of straight pieces.
    have = share * known.values[order] / known.mean
    below = np.cumsum(have) - have / 2
    return known.measure(max(0.0, 1 - 2 * float(share @ below)))


def ratio_90_10(values: ArrayLike, population: ArrayLike) -> Measure:
    """What the person at nine tenths has to what the person at one tenth has, 1 or more.

    People stand in a row from the least served on. The quantile q is the smallest value such that
    at least the share q of the people has it or less (inverse of the distribution, Hyndman & Fan
    1996, type 1, with people as weights): always a value some area has. Arguments as in `gini`.
    """
    known = _known(values, population)
    if known.reason:
        return known.measure()
    order = np.argsort(known.values, kind="stable")
    upto = np.cumsum(known.share[order])
    tenth, ninth = known.values[order][np.searchsorted(upto, [0.1 - SLACK, 0.9 - SLACK])]
    if tenth == 0:
        return known.measure(reason="zero_below")
    return known.measure(float(ninth / tenth))


def theil(values: ArrayLike, population: ArrayLike, counties: Sequence[str] | None = None) -> Theil:
    """T = sum_i (p_i / P) (A_i / mean) ln(A_i / mean), with 0 ln 0 = 0; from 0 to ln P.

    With `counties` (n,) names, T = between + within: between puts every county's mean in place of
    its areas' values; within is the sum of the counties' own T, each weighed by its share of all
    that is there, (P_c mean_c) / (P mean). Arguments otherwise as in `gini`; a county missing
    for an area is refused. Theil 1967; parts Shorrocks 1980 (from memory).
    """
    known = _known(values, population)
    names = _names(counties, np.asarray(values).size)
    if known.reason:
        return Theil(known.measure(), None, None, ())
    relative = known.values / known.mean
    total = known.measure(max(0.0, float(known.share @ _times_log(relative))))
    if names is None:
        return Theil(total, None, None, ())
    of = names[known.used]
    parts = tuple(_county(name, known, of == name) for name in np.unique(of))
    between = sum(part.between for part in parts)
    return Theil(total, between, sum(part.within for part in parts), parts)


def concentration_index(
    values: ArrayLike, population: ArrayLike, deprivation: ArrayLike
) -> Measure:
    """CI = 2 cov(A, rank) / mean, weighed by people; from -1 to 1.

    `deprivation` (n,): more is more deprived, NaN where unknown. People are ranked from the most
    deprived on, so below 0 the deprived have more than their share, above 0 less. The rank of an
    area's people is the share before them plus half their own; areas equally deprived share one
    rank. Ranked by A itself it is the Gini. Other arguments as in `gini`. Kakwani, Wagstaff & van
    Doorslaer 1997 (from memory).
    """
    need = np.asarray(deprivation, dtype=np.float64)
    if need.shape != np.asarray(values).shape or np.isinf(need).any():
        raise InvalidInput("'deprivation' must have one finite number or NaN for each value")
    known = _known(values, population, np.isnan(need))
    if known.reason:
        return known.measure()
    levels, at = np.unique(-need[known.used], return_inverse=True)
    if levels.size == 1:
        return known.measure(reason="same_deprivation")
    people = np.bincount(at, weights=known.share)
    rank = (np.cumsum(people) - people / 2)[at]
    covariance = float(known.share @ ((known.values - known.mean) * (rank - 0.5)))
    return known.measure(2 * covariance / known.mean)


@dataclass(frozen=True)
class _Known:
    """Areas with data and people: their values, shares of the people and the common mean."""

    values: Floats
    share: Floats
    mean: float
    used: Bools
    without_data: int
    uninhabited: int
    reason: str

    def measure(self, value: float | None = None, *, reason: str = "") -> Measure:
        return Measure(
            value, reason or self.reason, self.values.size, self.without_data, self.uninhabited
        )


def _known(values: ArrayLike, population: ArrayLike, unknown: Bools | None = None) -> _Known:
    have, people = np.asarray(values, dtype=np.float64), np.asarray(population, dtype=np.float64)
    if have.ndim != 1 or have.shape != people.shape:
        raise InvalidInput("'values' and 'population' must be two rows of the same length")
    for name, row in (("values", have), ("population", people)):
        wrong = np.flatnonzero((row < 0) | np.isinf(row))
        if wrong.size:
            raise InvalidInput(f"'{name}' is negative or infinite at position {wrong[0]}")
    missing = np.isnan(have) | np.isnan(people)
    if unknown is not None:
        missing |= unknown
    used = ~missing & (people > 0)
    total = float(people[used].sum())
    share = people[used] / total if total > 0 else people[used]
    mean = float(share @ have[used])
    if missing.all():
        reason = "no_data"
    elif not used.any():
        reason = "nobody"
    elif used.sum() == 1:
        reason = "one_area"
    else:
        reason = "" if mean > 0 else "all_zero"
    empty = int((~missing & (people == 0)).sum())
    return _Known(have[used], share, mean, used, int(missing.sum()), empty, reason)


def _names(counties: Sequence[str] | None, size: int) -> NDArray[np.object_] | None:
    if counties is None:
        return None
    names = np.array(list(counties), dtype=object)
    if names.size != size or not all(isinstance(name, str) and name for name in names):
        raise InvalidInput(f"'counties' must name the county of each of the {size} areas")
    return names


def _times_log(relative: Floats) -> Floats:
    """x ln x, 0 where x is 0."""
    logs = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    return relative * logs


def _county(name: str, known: _Known, here: Bools) -> CountyPart:
    share = float(known.share[here].sum())
    mean = float(known.share[here] @ known.values[here]) / share
    relative = mean / known.mean
    inside = 0.0
    if mean > 0:
        own = known.share[here] / share
        inside = float(own @ _times_log(known.values[here] / mean))
    return CountyPart(
        county=str(name),
        population_share=share,
        mean=mean,
        theil=max(0.0, inside) if mean > 0 else None,
        within=share * relative * inside,
        between=share * float(_times_log(np.array([relative]))[0]),
    )
