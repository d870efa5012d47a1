"""How much a site counts for somebody the farther away it is: weights between 1 and 0."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from geo.analysis.arrays import Floats, counts
from geo.analysis.catchment import kernels
from geo.errors import InvalidInput

Decay = Literal["gaussian", "step", "linear", "binary"]

CODES: dict[Decay, int] = {
    "gaussian": kernels.GAUSSIAN,
    "step": kernels.STEP,
    "linear": kernels.LINEAR,
    "binary": kernels.BINARY,
}


def decay_weights(minutes: ArrayLike, threshold: float, decay: Decay = "gaussian") -> Floats:
    """The weight f(c) of every journey of c minutes, (n,), 0 beyond the threshold T.

    gaussian  (exp(-(c/T)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2)): 1 at 0, 0 at T (Dai 2010)
    step      1 up to T/3, 0.68 up to 2T/3, 0.22 up to T, inclusive (Luo & Qi 2009, slow decay)
    linear    1 - c/T: 1 at 0, 0 at T
    binary    1 up to T, inclusive (Luo & Wang 2003)

    Raises InvalidInput for negative or missing minutes, a threshold that is not a positive number,
    or an unknown word.
    """
    data = counts(minutes, "minutes")
    weights = np.empty_like(data)
    kernels.weigh(data, checked_threshold(threshold), decay_code(decay), weights)
    return weights


def decay_code(decay: str) -> int:
    """The kernels' number for a decay. Raises InvalidInput for an unknown word."""
    if decay not in CODES:
        *first, last = get_args(Decay)
        raise InvalidInput(f"Unknown decay '{decay}': {', '.join(first)} or {last}")
    return CODES[decay]


def checked_threshold(threshold: float) -> float:
    """The threshold, where it is a positive number. Raises InvalidInput.

    Zero is refused and not read as "only those at the door": no decay is defined there, and a
    forgotten setting must not look like a region without access.
    """
    if not (threshold > 0 and math.isfinite(threshold)):
        raise InvalidInput(
            f"The threshold must be positive and finite, not {threshold}: give the longest "
            "journey that counts, in minutes"
        )
    return float(threshold)
