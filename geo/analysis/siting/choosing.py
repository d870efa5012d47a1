"""From the best set to an answer: heuristic, proof where the size allows it, today's value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geo.analysis.siting.choice import Choice
from geo.analysis.siting.proof import prove
from geo.analysis.siting.relaxation import search
from geo.analysis.siting.result import Indices, Limits
from geo.analysis.siting.roles import Roles

HEURISTIC_SHARE = 0.5
"""Of the seconds allowed: the rest is for the proof."""


@dataclass(frozen=True)
class Chosen:
    """Open sites, a lower bound of their value, whether proven, and whether a proof was tried."""

    sites: Indices
    bound: float
    finished: bool
    exact: bool


def choose(
    choice: Choice,
    limits: Limits,
    start: Indices | None = None,
    repair: Callable[[], Indices] | None = None,
) -> Chosen:
    """The best set with its proof.

    `start`: a set to do no worse than. `repair`: gives a set that leaves nobody unserved, asked
    where the heuristic found none; without it, being unserved has its price and is allowed.
    """
    exact = choice.weight.nnz <= limits.exact_pairs
    seconds = limits.seconds * (HEURISTIC_SHARE if exact else 1.0)
    found = search(choice, seconds, start)
    if repair is not None and found.value >= choice.missing.max(initial=0.0) > 0:
        found = search(choice, seconds, repair())
    if not exact:
        return Chosen(found.sites, found.bound, finished=False, exact=False)
    proven = prove(choice, found, limits)
    return Chosen(proven.sites, proven.bound, proven.finished, exact=True)


def todays_set(roles: Roles, p: int) -> Indices | None:
    """The sites open today, where they are p: then never to be answered worse."""
    today = np.flatnonzero(roles.today).astype(np.intp)
    return today if today.size == p else None
