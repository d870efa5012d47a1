"""Where poverty concentrates: rates, their smoothing, patterns beyond chance, pockets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import getis_ord, moran
from geo.analysis.arrays import Bools, Floats
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.rows import figures, joined, no_figure, with_total
from geo.analysis.neighbours import queen, row_standardised
from geo.analysis.parameters import Parameters
from geo.analysis.pockets import Pocket, find_pockets
from geo.analysis.rates import empirical_bayes, standardised_rates
from geo.crs import METRIC
from geo.indicators import indicators

PER = 1000
"""Rates are stated per this many residents."""


@dataclass(frozen=True)
class Poverty:
    """Rows of the poverty figures, the pockets found, and what the tests rested on.

    `isolates` are codes without a neighbour, `too_small` those with fewer residents than a rate
    needs to enter a pattern; `permutations` is 0 where too few areas had data for any test.
    """

    rows: pd.DataFrame
    pockets: tuple[Pocket, ...]
    permutations: int
    isolates: tuple[str, ...]
    too_small: tuple[str, ...]


@dataclass(frozen=True)
class _Patterns:
    """Words by municipality for the two tests, and what they found together."""

    rate_pattern: NDArray[np.object_]
    hot_spot: NDArray[np.object_]
    pockets: tuple[Pocket, ...]
    permutations: int
    isolates: tuple[str, ...]


def poverty(inputs: Inputs, parameters: Parameters) -> Poverty:
    """All poverty figures of a region, from income-support counts by municipality."""
    period = inputs.as_of.strftime("%Y-%m")
    events = inputs.counted(inputs.people, "persons")
    residents = inputs.residents_of().to_numpy(dtype=float, na_value=0.0)
    counts = figures("beneficiaries", inputs.codes, period, values=events)
    rows = [with_total(counts, inputs.region), *_rates(inputs, events, residents, period)]
    small = residents < parameters.minimum_population
    tested = ~np.isnan(events) & ~small
    found = _patterns(inputs, events, residents, tested, parameters)
    for name in ("rate_pattern", "hot_spot"):
        words = list(getattr(found, name))
        rows.append(figures(name, inputs.codes, period, categories=words))
        rows.append(no_figure(name, inputs.region, period))
    too_small = tuple(np.asarray(inputs.codes)[small & ~np.isnan(events)])
    return Poverty(joined(rows), found.pockets, found.permutations, found.isolates, too_small)


def smoothed_per_thousand(events: Floats, residents: Floats) -> Floats:
    """Smoothed rates of n areas with their bounds (3, n): value, low, high per 1,000 residents."""
    rates = empirical_bayes(events, residents)
    return PER * np.stack([rates.smoothed, rates.low, rates.high])


def _rates(inputs: Inputs, events: Floats, residents: Floats, period: str) -> list[pd.DataFrame]:
    """Raw and smoothed rates; the region's raw rate is a ratio of sums."""
    rates = empirical_bayes(events, residents)
    known = ~rates.missing
    people = residents[known].sum()
    overall = PER * events[known].sum() / people if people > 0 else np.nan
    return [
        figures(
            "beneficiary_rate",
            [*inputs.codes, inputs.region],
            period,
            values=[*(PER * rates.rate), overall],
        ),
        figures(
            "beneficiary_rate_smoothed",
            inputs.codes,
            period,
            values=PER * rates.smoothed,
            low=PER * rates.low,
            high=PER * rates.high,
        ),
        no_figure("beneficiary_rate_smoothed", inputs.region, period),
    ]


def _patterns(
    inputs: Inputs, events: Floats, residents: Floats, tested: Bools, parameters: Parameters
) -> _Patterns:
    """Local Moran and Gi* among the municipalities with data; the others have none."""
    words = np.full(tested.size, None, dtype=object)
    if tested.sum() < parameters.fewest_areas:
        return _Patterns(words, words.copy(), (), 0, ())
    z = standardised_rates(events[tested], residents[tested])
    areas = inputs.municipalities.to_crs(METRIC)[["code", "geometry"]]
    around = queen(areas, tolerance_m=parameters.neighbour_tolerance_m).only(tested)
    permutations = parameters.permutations(int(tested.sum()))
    settings = {"permutations": permutations, "seed": parameters.seed}
    local = moran.local_moran(z, row_standardised(around.weights), **settings)
    star = getis_ord.local_g(z, around.weights, star=True, **settings)
    rate_pattern, hot_spot = words.copy(), words.copy()
    rate_pattern[tested] = moran.classify(local, parameters.fdr_level)
    hot_spot[tested] = getis_ord.classify(star, parameters.fdr_level)
    named = inputs.municipalities.set_index("code")
    pockets = find_pockets(
        around,
        rate_pattern[tested],
        hot_spot[tested],
        names={
            code: {"en": named.at[code, "name_en"], "el": named.at[code, "name_el"]}
            for code in around.codes
        },
        subject=indicators()["beneficiary_rate"].names,
        level=parameters.fdr_level,
    )
    return _Patterns(rate_pattern, hot_spot, pockets, permutations, around.isolates)
