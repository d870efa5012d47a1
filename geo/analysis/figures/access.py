"""Spatial access by municipality, with how far it moves when the reckoning does."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.catchment import floating_catchment, spatial_access_ratio
from geo.analysis.catchment.decay import Decay
from geo.analysis.catchment.sensitivity import shortage_classes
from geo.analysis.figures.rows import figures, joined, no_figure
from geo.analysis.figures.stair import Ground
from geo.analysis.parameters import Parameters

CLASS_WORDS = {
    "shortage": {"en": "a shortage", "el": "έλλειψη"},
    "low": {"en": "below the mean", "el": "κάτω από τον μέσο όρο"},
    "adequate": {"en": "near the mean or above it", "el": "κοντά στον μέσο όρο ή πάνω"},
}
HOLDS = {
    "en": "With journeys of {shorter} to {longer} minutes and every decay: {word} throughout.",
    "el": "Με διαδρομές {shorter} έως {longer} λεπτών και κάθε συνάρτηση μείωσης: παντού {word}.",
}
MOVES = {
    "en": "The finding ({word}) does not hold at every length of journey from {shorter} to {longer}"
    " minutes and every decay.",
    "el": "Το εύρημα ({word}) δεν ισχύει για κάθε διάρκεια διαδρομής από {shorter} έως {longer} λεπτά"
    " και κάθε συνάρτηση μείωσης.",
}


def access_figures(
    ground: Ground, region: str, parameters: Parameters, period: str, breakdown: str
) -> pd.DataFrame:
    """Rows of the spatial access ratio by municipality, population-weighted over its cells.

    `low` and `high` are the lowest and highest over three lengths of journey and all decays; the
    explanation says whether the class of shortage is the same at all of them.
    """
    none = no_figure("access", region, period, breakdown)
    if not ground.cell_people.size:
        return joined([figures("access", ground.codes, period, breakdown=breakdown), none])
    providing = ground.with_places()
    lengths = (
        parameters.threshold_minutes,
        parameters.shorter_minutes,
        parameters.longer_minutes,
    )
    decays = (parameters.decay, *(one for one in get_args(Decay) if one != parameters.decay))
    ratios = np.array(
        [
            _ratio_by_area(providing, length, decay, parameters)
            for length in lengths
            for decay in decays
        ]
    )
    rows = figures(
        "access",
        ground.codes,
        period,
        values=ratios[0],
        low=ratios.min(axis=0),
        high=ratios.max(axis=0),
        breakdown=breakdown,
        explanations=[_sentence(column, parameters) for column in ratios.T],
    )
    return joined([rows, none])


def _ratio_by_area(ground: Ground, length: float, decay: Decay, parameters: Parameters) -> Floats:
    """Access to the region's mean (k,), all zero where nobody has any; NaN where nobody lives."""
    people = ground.cell_people
    access = floating_catchment(
        people, ground.capacity, ground.cost, length, decay=decay, method=parameters.method
    ).access
    ratio = np.zeros_like(access)
    if float(access @ people) > 0:
        ratio = spatial_access_ratio(access, people)
    size = len(ground.codes)
    total = np.bincount(ground.cell_area, weights=people, minlength=size)
    shared = np.bincount(ground.cell_area, weights=people * ratio, minlength=size)
    by_area: Floats = np.divide(shared, total, out=np.full(size, np.nan), where=total > 0)
    return by_area


def _sentence(ratios: Floats, parameters: Parameters) -> dict[str, str]:
    if np.isnan(ratios).any():
        return {}
    classes = shortage_classes(ratios)
    texts = HOLDS if len(set(classes)) == 1 else MOVES
    return {
        language: text.format(
            word=CLASS_WORDS[str(classes[0])][language],
            shorter=f"{parameters.shorter_minutes:g}",
            longer=f"{parameters.longer_minutes:g}",
        )
        for language, text in texts.items()
    }
