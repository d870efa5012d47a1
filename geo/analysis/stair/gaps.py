"""The capacity gap: people in need beyond the places there are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.analysis.apportionment import largest_remainder
from geo.analysis.arrays import Bools, Floats, counts
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput

SPLIT_TOLERANCE = 1e-6
"""Thirds and sixths written to six decimals still count as a whole."""


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
    service is worked into `capacity` before (`with_agreements`). Raises InvalidInput for negative numbers.
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


@dataclass(frozen=True)
class Agreement:
    """A recorded joint service: which places are put together and how they are split.

    `places` are the places each area puts in, by its code; `split` is each area's share of the
    sum of them (0 to 1, together 1), as the agreement states it. An area may stand in both.
    """

    code: str
    places: Mapping[str, int]
    split: Mapping[str, float]


def with_agreements(capacity: pd.Series, agreements: Iterable[Agreement]) -> pd.Series:
    """Capacity by area after joint services: the only way a surplus fills a neighbour's gap.

    `capacity` are the places of one service type by area code, whole numbers, NaN where not
    known. Each agreement takes the places its areas put in and gives their sum out by its split,
    in whole places (largest remainders; equal ones in the order of the split), so the sum over
    all areas stays what it was, whatever the order of the agreements: what an area puts in comes
    out of its own places, never out of what it received. Returns float64 by the same codes.

    Raises InvalidInput where an area is not in `capacity` or its capacity not known (places would
    vanish or appear), where it puts in more than it has, or where a split does not sum to 1.
    """
    if capacity.index.has_duplicates:
        raise InvalidInput("'capacity' holds an area twice")
    own = capacity.astype("float64")
    whole_counts(own.fillna(0), "capacity")
    given = pd.Series(0.0, index=own.index)
    received = given.copy()
    for agreement in agreements:
        _check_parties(agreement, own)
        put_in = whole_counts(list(agreement.places.values()), f"places of {agreement.code}")
        total = int(put_in.sum())
        shares = counts(list(agreement.split.values()), f"split of {agreement.code}")
        if abs(math.fsum(shares) - 1) > SPLIT_TOLERANCE:
            raise InvalidInput(f"The split of agreement {agreement.code} does not sum to 1")
        given[list(agreement.places)] += put_in
        received[list(agreement.split)] += largest_remainder(shares / shares.sum() * total, total)
    over = own.index[given > own]
    if len(over):
        raise InvalidInput(f"Area {over[0]} puts {given[over[0]]:.0f} places in, more than it has")
    return own - given + received


def _check_parties(agreement: Agreement, own: pd.Series) -> None:
    for area in {**agreement.places, **agreement.split}:
        if area not in own.index:
            raise InvalidInput(f"Agreement {agreement.code} names area {area}, which is not here")
        if pd.isna(own[area]):
            raise InvalidInput(
                f"Agreement {agreement.code} names area {area}, whose capacity is not known:"
                " state it, or leave the agreement out"
            )
