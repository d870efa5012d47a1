"""Figures that rest on every area's count, computed anew from the counts that a release shows.

A smoothed rate, or who is left without a place where all compete for the same ones, follows from the
counts of all areas. Computed from exact counts it would tell the withheld ones to whoever tries all
splits of the rest. Computed from what the release shows, it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.indicators import Indicator

NUMBERS = ["value", "low", "high"]


@dataclass(frozen=True)
class Released:
    """What a release shows of the count that a figure follows.

    `codes` of the n areas that are shown, with `counts` as released and `residents` (n,); `hidden`
    codes of the areas withheld, with `hidden_residents`; `left` persons of these together, None
    where the total is withheld too. Residents are NaN where they are not known.
    """

    breakdown: str
    codes: tuple[str, ...]
    counts: np.ndarray
    residents: np.ndarray
    hidden: tuple[str, ...]
    hidden_residents: np.ndarray
    left: float | None

    def with_rest(self) -> tuple[np.ndarray, np.ndarray]:
        """Counts and residents, the withheld areas as one more where their rest is known."""
        if not self.hidden or self.left is None:
            return self.counts, self.residents
        people = np.append(self.residents, self.hidden_residents.sum())
        return np.append(self.counts, self.left), people


Redraw = Callable[[Released], np.ndarray]
"""Value, low and high (3, n) of a figure for the areas shown; (3, 1) where only the region has it."""


def redrawn(
    followed: pd.DataFrame,
    definition: Indicator,
    leader: pd.DataFrame,
    region: str,
    redraw: Redraw | None,
) -> pd.DataFrame:
    """A figure's rows with the numbers that follow from released counts; withheld where nobody can
    compute them anew.

    `leader` (index area_code): status, released value, exact and residents of the count followed.
    The region's row of an additive figure is the sum of its areas. One that only the region has is
    withheld where what is shown gives no number.
    """
    made = followed.copy()
    shown = made["status"] == "shown"
    if redraw is None or not shown.any():
        made.loc[shown, "status"] = "withheld"
        return made
    areas = leader[leader.index != region]
    if definition.kind == "rate":
        areas = areas[areas["residents"].notna()]
    released = _released(areas, leader, region, str(made["breakdown"].iloc[0]))
    places = (region,) if definition.region_only else released.codes
    numbers = pd.DataFrame(redraw(released).T, index=places, columns=NUMBERS)
    if definition.additive:
        numbers.loc[region] = numbers.sum(skipna=False)
    beside = numbers.round(definition.decimals).reindex(made["area_code"]).set_axis(made.index)
    made.loc[shown, NUMBERS] = beside.loc[shown]
    if definition.region_only:
        made.loc[shown & made["value"].isna(), "status"] = "withheld"
    return made


def _released(areas: pd.DataFrame, leader: pd.DataFrame, region: str, breakdown: str) -> Released:
    seen = areas[areas["status"] == "shown"]
    hidden = areas[areas["status"] == "withheld"]
    totals = leader.loc[(leader.index == region) & (leader["status"] == "shown"), "value"]
    rest = max(0.0, float(totals.sum()) - float(seen["value"].sum()))
    return Released(
        breakdown=breakdown,
        codes=tuple(seen.index),
        counts=seen["value"].to_numpy(dtype=float),
        residents=seen["residents"].to_numpy(dtype=float, na_value=np.nan),
        hidden=tuple(hidden.index),
        hidden_residents=hidden["residents"].to_numpy(dtype=float, na_value=np.nan),
        left=rest if len(totals) else None,
    )
