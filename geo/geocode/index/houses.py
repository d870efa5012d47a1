"""House numbers in columns: a million of them take memory by the byte, not by the object."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.geocode.words.numbers import HouseNumber, house_number

_SEVERAL = re.compile(r"[;,]")
_LARGEST = 1_000_000

Whole = npt.NDArray[np.int32]
Degrees = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Houses:
    """Houses sorted by street, then number; one entry for each number that a house answers to.

    `value` is the whole number (odd or even, and where in the row), `key` a place in `keys`, the
    number's comparison key ("15a"). `own`: the entry is the number as surveyed, not the end of a
    range. `x`, `y` are EPSG:3035 metres, the rest of the place EPSG:4326 degrees. `postcode` and
    `place` are places in `labels`, -1 where not known.
    """

    street: Whole
    value: Whole
    key: Whole
    lat: Degrees
    lon: Degrees
    x: Degrees
    y: Degrees
    postcode: Whole
    place: Whole
    surveyed: npt.NDArray[np.bool_]
    own: npt.NDArray[np.bool_]
    keys: tuple[str, ...]
    labels: tuple[str, ...]

    def numbered(self, first: int, last: int, number: HouseNumber) -> list[int]:
        """Entries of a street (first to before last) with that very number and letter.

        Where a house has the number itself, ranges that begin or end with it are left out.
        """
        found = self.of_value(first, last, number.value)
        for key in number.keys:
            if same := [at for at in found if self.keys[self.key[at]] == key]:
                return [at for at in same if self.own[at]] or same
        return []

    def of_value(self, first: int, last: int, value: int) -> range:
        """Entries of a street with that number and any letter."""
        column = self.value[first:last]
        low, high = column.searchsorted((value, value + 1)).tolist()
        return range(first + low, first + high)

    def neighbours(self, first: int, last: int, value: int) -> tuple[int, int] | None:
        """The entries before and after a number, of its own side where both are there."""
        column = self.value[first:last]
        for side in (np.flatnonzero((column & 1) == (value & 1)), np.arange(last - first)):
            at = int(column[side].searchsorted(value))
            if 0 < at < len(side):
                return first + int(side[at - 1]), first + int(side[at])
        return None

    def label(self, code: int | np.integer[Any]) -> str | None:
        """The text of a postcode or place by its place in `labels`."""
        return self.labels[code] if code >= 0 else None


_COLUMNS = (
    "street",
    "value",
    "key",
    "lat",
    "lon",
    "x",
    "y",
    "postcode",
    "place",
    "surveyed",
    "own",
)


def ordered(houses: Houses) -> Houses:
    """The same houses, sorted by street, value and key."""
    order = np.lexsort((houses.key, houses.value, houses.street))
    return replace(houses, **{name: getattr(houses, name)[order] for name in _COLUMNS})


def answers_to(text: str) -> list[tuple[int, str, bool]]:
    """(value, key, own) for each number that a surveyed house answers to.

    "15-17" answers to itself, to 15 and to 17, "12/3" to itself and to 12; "7;9" are two houses.
    """
    found: dict[str, tuple[int, str, bool]] = {}
    for part in _SEVERAL.split(text):
        number = house_number(part)
        if number is None:
            continue
        whole, *shorter = number.keys
        found.setdefault(whole, (number.value, whole, True))
        for key in shorter:
            found.setdefault(key, (number.value, key, False))
        if number.last is not None:
            found.setdefault(str(number.last), (number.last, str(number.last), False))
    return [one for one in found.values() if one[0] < _LARGEST]


def coded(values: Iterable[object], labels: dict[str, int]) -> Whole:
    """Texts as places in a shared table of labels, which grows; -1 for what is no text."""
    return np.array(
        [
            labels.setdefault(value, len(labels)) if isinstance(value, str) else -1
            for value in values
        ],
        dtype=np.int32,
    )
