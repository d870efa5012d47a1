"""Figures that a release computes anew from the counts it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.figures.estimated import hidden
from geo.analysis.figures.inequality import SPREAD, concentration_of_shown
from geo.analysis.figures.poverty import smoothed_per_thousand
from geo.analysis.figures.stair import Ground, Steps, stair_of_shown
from geo.analysis.stair import PARTS
from geo.releases.redraw import Redraw, Released


def _smoothed(released: Released) -> Floats:
    """The smoothed rate of the areas shown, the withheld ones entering as one."""
    return smoothed_per_thousand(*released.with_rest())[:, : len(released.codes)]


REDRAW: Mapping[str, Redraw] = {"beneficiary_rate_smoothed": _smoothed}
"""Figures that a release computes anew from the counts it shows."""


def redrawn_stairs(grounds: Mapping[str, Ground]) -> dict[str, Redraw]:
    """How a release computes each step of the stair from no more than the counts it shows.

    The six steps of one question are computed once.
    """
    kept: dict[tuple[Any, ...], Steps] = {}

    def stair(released: Released) -> Steps:
        key = (
            *(released.breakdown, released.codes, released.counts.tobytes()),
            *(released.hidden, released.hidden_residents.tobytes(), released.left),
        )
        if key not in kept:
            kept[key] = stair_of_shown(
                grounds[released.breakdown],
                released.codes,
                released.counts,
                released.hidden,
                released.hidden_residents,
                released.left,
            )
        return kept[key]

    def step(number: int) -> Redraw:
        def drawn(released: Released) -> np.ndarray:
            found = stair(released)
            return np.stack([found.value[number], found.low[number], found.high[number]])

        return drawn

    return {f"stair_{part}": step(number) for number, part in enumerate(PARTS)}


def redrawn_hidden_need(values: pd.DataFrame) -> dict[str, Redraw]:
    """How a release computes the hidden need: the open estimates less the counts that it shows.

    `values` are the snapshot's rows, of which `need_estimated` is read.
    """
    rows = values[values["indicator"] == "need_estimated"]

    def drawn(released: Released) -> np.ndarray:
        own = rows[rows["breakdown"] == released.breakdown].set_index("area_code")
        estimates = own.reindex(released.codes)[["value", "low", "high"]].to_numpy(dtype=float)
        return hidden(estimates.T, released.counts)

    return {"hidden_need": drawn}


def redrawn_concentrations(values: pd.DataFrame) -> dict[str, Redraw]:
    """How a release computes the concentration indices from no more than the counts it shows.

    `values` are the snapshot's rows, of which the open figures of SPREAD are read.
    """

    def index(figure: str) -> Redraw:
        rows = values[values["indicator"] == figure]

        def drawn(released: Released) -> np.ndarray:
            own = rows[rows["breakdown"] == released.breakdown]
            number = concentration_of_shown(
                dict(zip(own["area_code"], own["value"].astype(float), strict=True)),
                (released.codes, released.counts, released.residents),
                (released.hidden, released.hidden_residents),
                released.left,
            )
            return np.array([[number], [np.nan], [np.nan]])

        return drawn

    return {f"{figure}_concentration": index(figure) for figure in SPREAD}
