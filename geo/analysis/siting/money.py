"""A budget as rows of a model that keep it to the cent, however large it is."""

from __future__ import annotations

from math import gcd, isqrt

import numpy as np

from geo.analysis.siting.serving import Serving
from geo.analysis.siting.solver import Columns
from geo.errors import InvalidInput

EXACT_SUM = 10**7
"""Up to here a row of 64-bit floats adds up to the solver's tolerance of a billionth."""

LARGEST_SUM = 10**9
"""With rows that add up to more, HiGHS was seen to miss the best answer, and to crash."""


def limit_money(
    serving: Serving, columns: Columns, cents: list[int], *, bounds: tuple[int, int], often: int
) -> None:
    """least <= sum of cents x column <= most, the columns whole numbers and `cents` theirs.

    Over the greatest common divisor, so that numbers stay small. `often`: the columns that cost
    anything sum up to no more. Raises InvalidInput where the sums are too large all the same.
    """
    unit = gcd(*cents) or 1
    factors = [one // unit for one in cents]
    # Both ends rounded inwards: a cost is a whole number of units.
    least, most = max(-(-bounds[0] // unit), 0), bounds[1] // unit
    # What one of costs more than all there is stays out: its number would drown the others.
    beyond = np.array([one > most for one in factors])
    if beyond.any():
        serving.limit([(columns[beyond], np.ones(int(beyond.sum())))], upper=0.0)
        factors = [0 if one > most else one for one in factors]
    if most <= EXACT_SUM:
        serving.limit([(columns, np.array(factors, dtype=np.float64))], lower=least, upper=most)
        return
    cheapest = min((one for one in factors if one), default=1)
    _limit_in_digits(
        serving, columns, factors, (least, most), min(often, most // cheapest + columns.size)
    )


def _limit_in_digits(
    serving: Serving, columns: Columns, factors: list[int], bounds: tuple[int, int], often: int
) -> None:
    """least <= sum of factor x column <= most, for whole numbers too large for one row.

    With factor = q B + r the sum is B h + s, h = sum q x + t and s = sum r x - B t with the carry t
    and 0 <= s < B, so that no row sums up numbers as large as the whole. At the ends of the budget
    (h' = 0 steps below its upper, h'' = 0 above its lower end) s decides. `often`: the columns sum
    up to no more.
    """
    (least, most), model = bounds, serving.model
    base = max(isqrt(most // often), 2)
    if max(most // base, base * often) > LARGEST_SUM:
        raise InvalidInput(
            "The budget has too many digits to be kept to the cent",
            hint="Give all costs in coarser steps, whole euros for example.",
        )
    (top, top_rest), (low, low_rest) = divmod(most, base), divmod(least, base)
    below = model.add_columns(1, upper=top - low, whole=True)
    above = model.add_columns(1, upper=top - low, whole=True)
    carry = model.add_columns(1, upper=often, whole=True)
    rest = model.add_columns(1, upper=base - 1, whole=True)
    high = np.array([one // base for one in factors], dtype=np.float64)
    small = np.array([one % base for one in factors], dtype=np.float64)
    serving.limit([(columns, high), (carry, 1.0), (below, 1.0)], lower=top, upper=top)
    serving.limit([(columns, small), (carry, -base), (rest, -1.0)], lower=0.0, upper=0.0)
    serving.limit([(below, 1.0), (above, 1.0)], lower=top - low, upper=top - low)
    serving.limit([(rest, 1.0), (below, -base)], upper=top_rest)
    serving.limit([(rest, 1.0), (above, base)], lower=low_rest)
