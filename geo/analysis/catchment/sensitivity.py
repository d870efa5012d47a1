"""Would the finding be the same at another threshold or decay? Access over many settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analysis.arrays import Bools, Floats, counts
from geo.analysis.catchment.decay import Decay
from geo.analysis.catchment.floating import floating_catchment, spatial_access_ratio
from geo.analysis.catchment.sums import Method
from geo.errors import InvalidInput

SHORTAGE, ADEQUATE = 0.5, 0.8
"""Ratios below the first are a shortage, from the second on adequate (own choice, methods.md 5.7)."""

CLASSES = ("shortage", "low", "adequate")

Words = NDArray[np.str_]


@dataclass(frozen=True)
class Setting:
    """One way of reckoning, and the population-weighted mean access under it, supply per person.

    A mean of 0 says that nobody has any access at this setting: every ratio is then 0.
    """

    threshold: float
    decay: Decay
    mean_access: float


@dataclass(frozen=True)
class Spread:
    """Spatial access ratios of n places by one method over all settings.

    `ratio` (n,) and `shortage_class` (n,) are those of the first setting, `lowest` and `highest`
    (n,) those over all; `holds` (n,) is True where the class is the same at every setting.
    """

    method: Method
    settings: tuple[Setting, ...]
    ratio: Floats
    shortage_class: Words
    lowest: Floats
    highest: Floats
    holds: Bools


@dataclass(frozen=True)
class Sensitivity:
    """The method asked for, and the other one beside it as comparison.

    `agrees` (n,) is True where both put a place into the same class at the first setting.
    """

    chosen: Spread
    comparison: Spread
    agrees: Bools


def catchment_sensitivity(
    population: ArrayLike,
    supply: ArrayLike,
    cost: Any,
    thresholds: Sequence[float],
    decays: Sequence[Decay],
    *,
    method: Method = "balanced",
    shortage: float = SHORTAGE,
    adequate: float = ADEQUATE,
) -> Sensitivity:
    """Floating catchments at every threshold with every decay, by both methods.

    `population` (n,), `supply` (m,), `cost` CSR n x m minutes as `floating_catchment` takes them;
    it must hold every journey up to the longest threshold. The first threshold with the first decay
    is the setting that is reported, the others are held against it. Ratios are A_i to the
    population-weighted mean (Wan et al. 2012); classes "shortage" below `shortage`, "low", and
    "adequate" from `adequate` on. Raises InvalidInput where floating_catchment does, where nobody
    lives, for empty or repeated settings, and for cut-offs that do not rise.
    """
    people = counts(population, "population")
    if not people.sum() > 0:
        raise InvalidInput("Nobody lives in any of these places, so there is no mean access")
    _check_settings(thresholds, decays)
    _check_cuts(shortage, adequate)
    settings = [(float(threshold), decay) for threshold in thresholds for decay in decays]
    chosen, comparison = (
        _spread(people, supply, cost, settings, way, (shortage, adequate))
        for way in _both_from(method)
    )
    return Sensitivity(chosen, comparison, chosen.shortage_class == comparison.shortage_class)


def shortage_classes(
    ratio: ArrayLike, *, shortage: float = SHORTAGE, adequate: float = ADEQUATE
) -> Words:
    """The class of every spatial access ratio (n,): shortage, low or adequate.

    Raises InvalidInput for broken ratios and for cut-offs that do not rise.
    """
    _check_cuts(shortage, adequate)
    return _classed(counts(ratio, "ratio"), (shortage, adequate))


def _spread(
    people: Floats,
    supply: ArrayLike,
    cost: Any,
    settings: list[tuple[float, Decay]],
    method: Method,
    cuts: tuple[float, float],
) -> Spread:
    ratios, done = [], []
    for threshold, decay in settings:
        access = floating_catchment(
            people, supply, cost, threshold, decay=decay, method=method
        ).access
        mean = float(access @ people) / float(people.sum())
        ratios.append(spatial_access_ratio(access, people) if mean > 0 else np.zeros_like(access))
        done.append(Setting(threshold, decay, mean))
    lowest, highest = np.min(ratios, axis=0), np.max(ratios, axis=0)
    return Spread(
        method=method,
        settings=tuple(done),
        ratio=ratios[0],
        shortage_class=_classed(ratios[0], cuts),
        lowest=lowest,
        highest=highest,
        # Classes rise with the ratio: what holds at both ends holds between them.
        holds=_classed(lowest, cuts) == _classed(highest, cuts),
    )


def _classed(ratio: Floats, cuts: tuple[float, float]) -> Words:
    return np.array(CLASSES)[np.digitize(ratio, cuts)]


def _both_from(method: Method) -> tuple[Method, Method]:
    if method == "enhanced":
        return "enhanced", "balanced"
    return method, "enhanced"


def _check_settings(thresholds: Sequence[float], decays: Sequence[Decay]) -> None:
    for name, given in (("thresholds", list(thresholds)), ("decays", list(decays))):
        if not given or len(set(given)) < len(given):
            raise InvalidInput(f"'{name}' must hold at least one entry and none twice")


def _check_cuts(shortage: float, adequate: float) -> None:
    if not 0 < shortage < adequate < float("inf"):
        raise InvalidInput(
            f"The cut-offs of shortage must rise from above 0, not {shortage} and {adequate}"
        )
