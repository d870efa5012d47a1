"""An attacker who owns a solver and all that a release shows, and nothing of the code that made it.

Trust rule R7: every withheld count is minimised and maximised (HiGHS, over whole numbers) subject
to the shown counts, their total, the figures that follow from them, and the open facts: places,
and that nobody counts more people than live there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

SHOWN = "shown"
TINY = 1e-6


@dataclass(frozen=True)
class Sight:
    """What a tier shows: its values, its k and its rounding."""

    values: pd.DataFrame
    k: int
    rounded_to: int | None

    @property
    def slack(self) -> float:
        return (self.rounded_to or 0) / 2

    @cached_property
    def figures(self) -> dict[str, dict[str, tuple[str, float]]]:
        """Status and value by area, by indicator."""
        made: dict[str, dict[str, tuple[str, float]]] = {}
        columns = ["indicator", "area_code", "status", "value"]
        for indicator, area, status, value in self.values[columns].to_numpy(dtype=object):
            made.setdefault(indicator, {})[area] = (status, float(value))
        return made

    def shown(self, indicator: str, area: str) -> float | None:
        status, value = self.figures[indicator][area]
        return value if status == SHOWN else None

    def withheld(self, indicator: str) -> set[str]:
        return {area for area, (s, _) in self.figures[indicator].items() if s == "withheld"}


@dataclass(frozen=True)
class Found:
    """An interval the attacker is left with for one withheld count, by what he knows."""

    area: str
    outsider: tuple[float, float]
    insider: tuple[float, float]


class Attacker:
    """Knowledge of the counts x (n,) of one indicator and the gaps g (n,) beyond the places."""

    def __init__(self, sights: list[Sight], indicator: str, region: str) -> None:
        self.sights, self.indicator, self.region = sights, indicator, region
        figures = sights[0].figures
        self.codes = [
            area
            for area, (status, _) in figures[indicator].items()
            if status != "no_data" and area != region
        ]
        n = len(self.codes)
        self.residents = np.array([figures["population"][code][1] for code in self.codes])
        self.low = np.zeros(2 * n)
        self.high = np.concatenate([self.residents, self.residents])
        self.sums: list[LinearConstraint] = []
        self.solved: dict[tuple[float, ...], tuple[float, float]] = {}
        for sight in sights:
            self._learn_counts(sight)
            if indicator == "open_needs":
                self._learn_gaps(sight)
            if indicator == "beneficiaries":
                self._learn_rates(sight)

    def attack(self, below: dict[str, bool], k: int) -> list[Found]:
        """Every count the first sight withholds; `below` is what only an insider knows."""
        n, withheld = len(self.codes), self.sights[0].withheld(self.indicator)
        inside_low, inside_high = self.low.copy(), self.high.copy()
        for i, code in enumerate(self.codes):
            if code in withheld and below[code]:
                inside_high[i] = min(inside_high[i], k - 1)
            elif code in withheld:
                inside_low[i] = max(inside_low[i], k)
        found = []
        for i, code in enumerate([*self.codes, self.region]):
            if code not in withheld:
                continue
            weights = np.zeros(2 * n)
            weights[i if i < n else slice(0, n)] = 1
            outsider = self._interval(weights, self.low, self.high)
            insider = self._interval(weights, inside_low, inside_high)
            found.append(Found(code, outsider, insider))
        return found

    def _interval(
        self, weights: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> tuple[float, float]:
        """The least and the most that a weighted sum of x and g can be."""
        places = np.flatnonzero(weights)
        columns = [float(each.A[0, places[0]]) for each in self.sums]
        key = (len(places), low[places[0]], high[places[0]], *columns, low.sum())
        if key in self.solved:  # a count that stands in the same equations has the same interval
            return self.solved[key]
        ends = []
        for sign in (1, -1):
            solved = milp(
                sign * weights,
                integrality=np.ones(weights.size),
                bounds=Bounds(np.ceil(low - TINY), np.floor(high + TINY)),
                constraints=self.sums,
            )
            assert solved.success, solved.message
            ends.append(sign * float(solved.fun))
        self.solved[key] = ends[0], ends[1]
        return ends[0], ends[1]

    def _narrow(self, place: int, low: float, high: float) -> None:
        self.low[place] = max(self.low[place], low)
        self.high[place] = min(self.high[place], high)

    def _sum(self, weights: np.ndarray, low: float, high: float) -> None:
        self.sums.append(LinearConstraint(weights, low - TINY, high + TINY))

    def _all(self, offset: int = 0) -> np.ndarray:
        weights = np.zeros(2 * len(self.codes))
        weights[offset : offset + len(self.codes)] = 1
        return weights

    def _learn_counts(self, sight: Sight) -> None:
        for i, code in enumerate(self.codes):
            value = sight.shown(self.indicator, code)
            if value is not None:
                # What is shown is known not to be below k.
                self._narrow(i, max(value - sight.slack, sight.k), value + sight.slack)
        shown = [v for code in self.codes if (v := sight.shown(self.indicator, code)) is not None]
        if shown:
            # The rules are public: the smallest go first, so none withheld exceeds one shown.
            for i, code in enumerate(self.codes):
                if code in sight.withheld(self.indicator):
                    self._narrow(i, 0, min(shown) + sight.slack)
        total = sight.shown(self.indicator, self.region)
        if total is not None:
            self._sum(self._all(), total - sight.slack, total + sight.slack)
            self.high = np.minimum(self.high, total + sight.slack)

    def _learn_gaps(self, sight: Sight) -> None:
        """A gap above 0 is the count less the places; a gap of 0 says the places suffice."""
        n = len(self.codes)
        places = {code: sight.figures["capacity"][code][1] for code in self.codes}
        for i, code in enumerate(self.codes):
            value = sight.shown("capacity_gap", code)
            if value is not None:
                most = value + sight.slack
                self._narrow(i, 0, places[code] + most)
                if value > sight.slack:
                    self._narrow(i, places[code] + value - sight.slack, places[code] + most)
        total = sight.shown("capacity_gap", self.region)
        if total is None:
            return
        self._sum(self._all(n), total - sight.slack, total + sight.slack)
        for i, code in enumerate(self.codes):
            beyond = np.zeros(2 * n)
            beyond[i], beyond[n + i] = 1, -1
            self._sum(beyond, 0, places[code])  # x - places <= g <= x

    def _learn_rates(self, sight: Sight) -> None:
        """A rate per 1,000 with one decimal, times the residents; made from rounded counts."""
        for i, code in enumerate([*self.codes, self.region]):
            rate = sight.shown("beneficiary_rate", code)
            if rate is None:
                continue
            people = self.residents[i] if i < len(self.codes) else self.residents.sum()
            count, slack = rate * people / 1000, 0.05 * people / 1000 + sight.slack
            if i < len(self.codes):
                self._narrow(i, count - slack, count + slack)
            else:
                self._sum(self._all(), count - slack, count + slack)
