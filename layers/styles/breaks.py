"""Where one class of a ramp ends and the next begins."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MAX_CLASSES = 5
ROUND_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Leading figures that read well in a legend."""
TWO_FIGURES = tuple(step / 10 for step in range(10, 101))


def quantile_breaks(values: Sequence[float], *, whole: bool) -> tuple[float, ...]:
    """Inner breaks, at most four, that part positive values into about equal classes.

    Quantiles are rounded to figures that read well (whole ones for counts), or to two figures
    where the values lie too close together for that. A break that leaves a class empty is
    dropped, so few distinct values make few classes.
    """
    positive = np.sort(np.asarray([value for value in values if value > 0], dtype=np.float64))
    if len(positive) == 0:
        return ()
    shares = [step / MAX_CLASSES for step in range(1, MAX_CLASSES)]
    quantiles = [float(edge) for edge in np.quantile(positive, shares)]
    coarse, fine = (
        _filled(positive, {_rounded(edge, steps, whole=whole) for edge in quantiles})
        for steps in (ROUND_STEPS, TWO_FIGURES)
    )
    return fine if len(fine) > len(coarse) else coarse


def _rounded(edge: float, steps: Sequence[float], *, whole: bool) -> float:
    scale = 10.0 ** math.floor(math.log10(edge))
    nearest = min(steps, key=lambda step: abs(step - edge / scale)) * scale
    # Decimal rounding undoes 1.2 * 0.1 = 0.12000000000000001.
    nearest = round(nearest, 12)
    return float(max(1, round(nearest))) if whole else nearest


def _filled(ordered: npt.NDArray[np.float64], wanted: set[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for edge in sorted(wanted):
        lower = kept[-1] if kept else 0.0
        if ordered[-1] >= edge and _any_between(ordered, lower, edge):
            kept.append(edge)
    return tuple(kept)


def pick_colors(colors: Sequence[str], count: int) -> tuple[str, ...]:
    """`count` colours of a ramp, spread from light to dark; fewer classes stay far apart."""
    if count >= len(colors):
        return tuple(colors)
    if count == 1:
        return (colors[len(colors) // 2],)
    last = len(colors) - 1
    return tuple(colors[round(position * last / (count - 1))] for position in range(count))


def _any_between(ordered: npt.NDArray[np.float64], lower: float, upper: float) -> bool:
    return bool(np.searchsorted(ordered, upper) > np.searchsorted(ordered, lower))
