"""What bounds places: what each site has and may get, equity floors, what growth may cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Floats, counts
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput


@dataclass(frozen=True)
class Growth:
    """Places that may be added where a site is open.

    `most` (m,) places at most that may be added (0: may not grow), `cost_per_place` (m,) whole
    cents, `budget` whole cents for all growth together.
    """

    most: ArrayLike
    cost_per_place: ArrayLike
    budget: int


@dataclass(frozen=True)
class Floor:
    """Equity floor: of the demand of each group at least a share must be covered.

    `group` (n,) the group of each origin, 0 to G - 1 (a municipality, a population group);
    `share` between 0 and 1, one for all or (G,). Groups without demand have no floor.
    """

    group: ArrayLike
    share: ArrayLike


@dataclass(frozen=True)
class Bounds:
    """Places by site as the model sees them: base if open, and up to `room` more, (m,) each."""

    base: Floats
    room: Floats


@dataclass(frozen=True)
class Wanted:
    """Persons that must be served in each group: `of` (n,) group of each origin, `least` (G,)."""

    of: NDArray[np.intp]
    least: Floats


def groups_of(group: ArrayLike, size: int) -> NDArray[np.intp]:
    """Group numbers of `size` origins. Raises InvalidInput where they are not 0 to G - 1."""
    numbers = whole_counts(group, "group", size).astype(np.intp)
    if numbers.size and np.unique(numbers).size != int(numbers.max()) + 1:
        raise InvalidInput("'group' must number the groups 0 to G - 1, leaving out none")
    return numbers


def floor_persons(floor: Floor, people: Floats) -> Wanted:
    """The floor in persons: share x demand, rounded up where all demand is whole."""
    of = groups_of(floor.group, people.size)
    size = int(of.max()) + 1
    share = np.asarray(floor.share, dtype=np.float64)
    if share.shape not in {(), (size,)}:
        raise InvalidInput(f"'share' must be one number or one for each of {size} groups")
    if not ((share >= 0) & (share <= 1)).all():
        raise InvalidInput("'share' must lie between 0 and 1")
    least = share * np.bincount(of, weights=people, minlength=size)
    if is_whole(people):
        # 0.1 x 30 is a little more than 3 in binary: that little must not become one more person.
        least = np.ceil(least - 1e-9)
    return Wanted(of, least)


def is_whole(values: Floats) -> bool:
    """Whether every number is whole."""
    return bool((values == np.floor(values)).all())


def growth_bounds(
    capacity: ArrayLike, growth: Growth | None, size: int
) -> tuple[Bounds, Wholes, int]:
    """Places as the model sees them, cents of each added place (m,) and the budget for growth."""
    base = counts(capacity, "capacity", size)
    if growth is None:
        return Bounds(base, np.zeros(size)), np.zeros(size, dtype=np.int64), 0
    room = whole_counts(growth.most, "most", size).astype(np.float64)
    cents = whole_counts(growth.cost_per_place, "cost_per_place", size)
    return Bounds(base, room), cents, whole_cents(growth.budget, "budget")


def whole_cents(amount: int, name: str) -> int:
    """An amount of money in whole cents, not negative. Raises InvalidInput."""
    return int(whole_counts([amount], name)[0])
