"""Random small cities as a snapshot states them: needs, places and gaps; beneficiaries and rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

REGION = "R"
COLUMNS = ["indicator", "breakdown", "area_code", "value", "low", "high", "category", "status"]
COLUMNS += ["period", "explanation"]


@dataclass(frozen=True)
class City:
    """True figures of n areas; `counts` holds persons in need (NaN: nobody knows)."""

    codes: list[str]
    residents: np.ndarray
    capacity: np.ndarray
    counts: dict[str, np.ndarray]

    def values(self) -> pd.DataFrame:
        """The rows of a snapshot, written out by hand rather than by the code under test."""
        needs, people = self.counts["open_needs"], self.counts["beneficiaries"]
        total = np.array([*people, np.nansum(people)])
        base = np.array([*self.residents, self.residents[~np.isnan(people)].sum()])
        gap = np.maximum(0, needs - self.capacity)
        rates = 1000 * total / base
        return frame(
            rows("population", self.codes, self.residents),
            rows("capacity", self.codes, self.capacity, "home_help"),
            rows("open_needs", self.codes, needs, "home_help"),
            rows("capacity_gap", self.codes, gap, "home_help"),
            rows("beneficiaries", self.codes, people),
            rows("beneficiary_rate", [*self.codes, REGION], rates, total=False),
        )


Row = tuple[object, ...]


def rows(
    indicator: str,
    codes: list[str],
    values: Sequence[float],
    breakdown: str = "",
    *,
    total: bool = True,
) -> list[Row]:
    """Rows of one figure, with the region's sum over what is known."""
    pairs = [*zip(codes, values, strict=True), *([(REGION, np.nansum(values))] if total else [])]
    return [
        (
            *(indicator, breakdown, code, float(value), np.nan, np.nan, None),
            "no_data" if np.isnan(value) else "shown",
            "2026-10",
            {"en": f"It is {value}.", "el": ""},
        )
        for code, value in pairs
    ]


def frame(*parts: list[Row]) -> pd.DataFrame:
    """Rows as a snapshot holds them."""
    made = pd.DataFrame([row for part in parts for row in part], columns=COLUMNS)
    return made.astype({"value": float, "low": float, "high": float, "category": object})


def random_city(seed: int) -> City:
    """Three to twelve areas; mostly small and sparse counts, now and then a large one."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 13))
    residents = np.round(rng.lognormal(7.5, 1.2, n) + 150)
    counts = {}
    for name in ("open_needs", "beneficiaries"):
        level = rng.choice([0.5, 2, 4, 9, 15, 40], n)
        made = rng.poisson(level * rng.choice([0.3, 1, 3])).astype(float)
        made[rng.random(n) < rng.choice([0.0, 0.3])] = 0
        made[rng.random(n) < 0.05] = np.nan
        counts[name] = np.minimum(made, residents)
    capacity = rng.poisson(rng.choice([2, 8, 20]), n).astype(float)
    return City([f"{i:02}" for i in range(n)], residents, capacity, counts)
