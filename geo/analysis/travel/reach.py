"""Which share of the people has a service within a travel-time threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.analysis.arrays import Bools, counts
from geo.analysis.travel.straight import ROUNDING_MINUTES
from geo.errors import InvalidInput


def within(nearest_minutes: ArrayLike, threshold: float, size: int) -> Bools:
    """Which of `size` origins reach a service within the threshold, inclusive.

    Infinity is out of reach and counts as not reached; NaN is no answer and is refused.
    """
    nearest = np.asarray(nearest_minutes, dtype=np.float64)
    if nearest.shape != (size,) or np.isnan(nearest).any() or (nearest < 0).any():
        raise InvalidInput(f"'nearest_minutes' must be {size} times, infinite where out of reach")
    if not threshold > 0:
        raise InvalidInput(f"The threshold must be positive, not {threshold}")
    reached: Bools = nearest <= threshold + ROUNDING_MINUTES
    return reached


def reach_share(
    population: ArrayLike, nearest_minutes: ArrayLike, threshold: float
) -> float | None:
    """Share (0 to 1) of the population that has a service within `threshold` minutes, inclusive.

    Both arrays are (n,) over populated cells. Unreachable people (infinity) stay in the
    denominator. None where nobody lives. Raises InvalidInput for negative or undefined numbers.
    """
    people = counts(population, "population")
    reached = within(nearest_minutes, threshold, people.size)
    total = float(people.sum())
    return float(people[reached].sum()) / total if total > 0 else None


def reach_by_area(
    population: ArrayLike,
    nearest_minutes: ArrayLike,
    threshold: float,
    area_codes: Sequence[str],
) -> pd.DataFrame:
    """Reach of every area: a ratio of sums over its cells, never a mean of ratios.

    Returns area_code, population, reached (persons), share (Float64, NA where nobody lives),
    sorted by code. Raises InvalidInput where a cell has no area, as its people would vanish.
    """
    people = counts(population, "population", len(area_codes))
    codes = pd.Series(list(area_codes), dtype="object")
    if codes.isna().any():
        lost = float(people[codes.isna().to_numpy()].sum())
        raise InvalidInput(f"{int(codes.isna().sum())} cells with {lost:.0f} people have no area")
    reached = within(nearest_minutes, threshold, people.size)
    cells = pd.DataFrame(
        {"area_code": codes, "population": people, "reached": np.where(reached, people, 0.0)}
    )
    areas = cells.groupby("area_code", sort=True, as_index=False).sum()
    lived_in = areas["population"] > 0
    areas["share"] = (areas["reached"] / areas["population"].where(lived_in, 1.0)).astype("Float64")
    areas["share"] = areas["share"].mask(~lived_in)
    return areas
