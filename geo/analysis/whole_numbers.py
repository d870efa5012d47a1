"""People and places are whole: the check at the door of every sum of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import counts
from geo.errors import InvalidInput

MOST = 2**53
"""Up to here every whole number is a float, so that none was rounded before it came here."""


def whole_counts(values: ArrayLike, name: str, size: int | None = None) -> Wholes:
    """A row of whole numbers, none negative or missing. Raises InvalidInput."""
    try:
        array = counts(values, name, size)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"'{name}' must be one row of whole numbers") from error
    broken = np.flatnonzero(array != np.floor(array))
    if broken.size:
        where = int(broken[0])
        raise InvalidInput(f"'{name}' must be whole: {array[where]} at position {where}")
    if array.sum() > MOST:
        raise InvalidInput(f"'{name}' sums to more than {MOST}, beyond exact whole numbers")
    return array.astype(np.int64)
