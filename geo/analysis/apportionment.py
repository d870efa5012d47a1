"""Fractions into whole numbers that keep their sum: the method of largest remainders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.analysis.arrays import Floats
from geo.errors import InvalidInput

Wholes = NDArray[np.int64]

TIE = 9
"""Decimals of a remainder that decide; what differs after them is rounding and counts as equal."""


def half_up(value: float) -> int:
    """The nearest whole number, a half upwards; the last bits of a sum do not decide it."""
    return int(np.floor(round(value, TIE) + 0.5))


def largest_remainder(shares: Floats, total: int) -> Wholes:
    """`shares` (n,) rounded down or up to whole numbers that sum to `total`, (n,).

    Each gets its whole part; what is left of the total goes, one apiece, to the largest
    remainders (Hamilton's method); equal remainders in the order given. So no number is off by
    one or more. Raises InvalidInput for a total that the shares cannot be rounded to.
    """
    whole = np.floor(shares).astype(np.int64)
    remainder = np.round(shares - whole, TIE)
    left = total - int(whole.sum())
    if not 0 <= left <= whole.size:
        raise InvalidInput(f"{whole.size} shares of {float(shares.sum())} cannot sum to {total}")
    order = np.argsort(-remainder, kind="stable")
    whole[order[:left]] += 1
    return whole


def whole_parts(numerators: Wholes, denominator: int) -> Wholes:
    """Exact fractions (k, n) to whole numbers with the same sum in every column, (k, n).

    The columns of `numerators` must sum to multiples of `denominator`. Largest remainders, signs
    as they are; equal remainders in the order of the rows. Whole arithmetic throughout.
    """
    whole, remainder = np.divmod(numerators, denominator)
    left = remainder.sum(axis=0) // denominator
    order = np.argsort(-remainder, axis=0, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(len(order))[:, None], axis=0)
    made: Wholes = (whole + (place < left)).astype(np.int64)
    return made
