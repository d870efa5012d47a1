"""The capacity gap: people in need beyond the places there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analysis.arrays import Bools, Floats
from geo.errors import InvalidInput


@dataclass(frozen=True)
class CapacityGap:
    """Coverage (0 to 1) and gap (persons) of n areas.

    `reason` is '' where both are known; 'no_need' where no need is recorded: the gap is 0 and
    coverage NaN, for nobody is not everybody; 'no_data' where need or capacity is unknown: both
    are NaN. `region_coverage` is 1 - sum of gaps / sum of needs over the areas with data, None
    where they record no need.
    """

    coverage: Floats
    gap: Floats
    reason: NDArray[np.str_]
    region_coverage: float | None

    @property
    def covered(self) -> Bools:
        """Areas whose recorded need finds a place; False where there is no need or no data."""
        full: Bools = (self.reason == "") & (self.gap == 0)
        return full


def capacity_gap(need: ArrayLike, capacity: ArrayLike) -> CapacityGap:
    """coverage = min(1, capacity / need), gap = max(0, need - capacity), (n,) persons and places.

    NaN stands for unknown. One area's surplus never fills another's gap; an agreement to share a
    service has to be worked into `capacity` before. Raises InvalidInput for negative numbers.
    """
    people = np.asarray(need, dtype=np.float64)
    places = np.asarray(capacity, dtype=np.float64)
    if people.ndim != 1 or people.shape != places.shape:
        raise InvalidInput("'need' and 'capacity' must be two rows of the same length")
    if (people < 0).any() or (places < 0).any():
        raise InvalidInput("'need' and 'capacity' must not be negative")
    known = ~(np.isnan(people) | np.isnan(places))
    needed = known & (people > 0)
    gap = np.where(known, np.maximum(people - places, 0.0), np.nan)
    coverage = np.full(people.size, np.nan)
    coverage[needed] = np.minimum(1.0, places[needed] / people[needed])
    total = float(people[needed].sum())
    return CapacityGap(
        coverage=coverage,
        gap=gap,
        reason=np.where(~known, "no_data", np.where(needed, "", "no_need")),
        region_coverage=1 - float(gap[needed].sum()) / total if total > 0 else None,
    )
