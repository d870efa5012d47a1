"""Draws by chance from named weights, always from a generator with a seed."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


class Choice:
    """One of several words, each with its weight; the same generator gives the same draws."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._words = list(weights)
        self._steps = list(accumulate(weights.values()))

    def draw(self, rng: np.random.Generator) -> str:
        """One word, with probability proportional to its weight."""
        position = bisect(self._steps, rng.random() * self._steps[-1])
        return self._words[min(position, len(self._words) - 1)]


def one_of(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """One of the items, all equally likely."""
    return items[int(rng.random() * len(items))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True with this probability."""
    return bool(rng.random() < probability)
