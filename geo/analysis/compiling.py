"""Loops as machine code, and threads to share them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Result = TypeVar("Result")


def compiled(**options: Any) -> Callable[[Kernel], Kernel]:
    """A decorator: the function as machine code, kept on disk where there is a folder to keep it in.

    On an installation that can be read only, and for an account without a home, numba has no such
    folder and refuses; then it is compiled once by every process. `options` are numba's.
    """

    def made(function: Kernel) -> Kernel:
        try:
            kept: Kernel = njit(cache=True, **options)(function)
        except RuntimeError:
            kept = njit(**options)(function)
        return kept

    return made


def each_piece(
    step: Callable[[int, int], Result],
    pieces: Sequence[tuple[int, int]],
    threads: int | None = None,
) -> list[Result]:
    """The step for every piece (first, last), in their order, by as many threads as there are cores.

    The step's kernels must leave the interpreter lock alone (`nogil`). No threads of numba's own:
    they may not be entered by two requests at a time.
    """
    threads = min(threads or len(os.sched_getaffinity(0)), len(pieces))
    if threads < 2:
        return [step(first, last) for first, last in pieces]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda piece: step(*piece), pieces))


def pieces_of(size: int, number: int) -> list[tuple[int, int]]:
    """`size` things in at most `number` runs of about the same length, none empty."""
    cuts = [size * part // number for part in range(number + 1)]
    return [(cuts[k], cuts[k + 1]) for k in range(number) if cuts[k + 1] > cuts[k]]
