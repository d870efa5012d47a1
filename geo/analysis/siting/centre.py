"""p-centre: the p sites that make the longest journey shortest."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.siting.choice import nearest_open
from geo.analysis.siting.covering import WHOLE, fewest_sites
from geo.analysis.siting.median import check_reach, padded
from geo.analysis.siting.result import (
    Infeasible,
    Limits,
    NotFinished,
    Siting,
    gap_between,
    priced,
    proof,
    with_prices,
)
from geo.analysis.siting.roles import Roles, check_p, read_question, roles_of


def p_centre(
    cost: Any,
    demand: ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] = (),
    closable: Sequence[int] = (),
    barred: Sequence[int] = (),
    limits: Limits | None = None,
) -> Siting:
    """The p open sites that make the longest journey to the nearest of them least.

    min max_{i: a_i > 0} min_{j open} c_ij (Hakimi 1964), by halving the list of distinct minutes
    with a set cover at each (Minieka 1970; figure from memory), so it is exact. `cost` CSR n x m
    minutes, `demand` (n,) persons, of which only zero or not counts. Roles as in p_median; where
    fewer than p sites do it, the rest are filled up, those open today first, then by index.
    Objective: minutes. Priced: p. Raises Infeasible as p_median does.
    """
    limits = limits or Limits()
    minutes, people = read_question(cost, demand)
    roles = roles_of(minutes.shape[1], fixed, closable, barred)
    check_p(p, roles)
    check_reach(minutes, people, roles)
    siting = _solve(minutes, people, p, roles, limits)
    if not limits.prices:
        return siting
    more = p + 1 <= int(roles.usable.sum())
    solve = (lambda: _solve(minutes, people, p + 1, roles, limits)) if more else None
    return with_prices(siting, priced("p", 1.0, siting, solve))


def _solve(minutes: csr_array, people: Floats, p: int, roles: Roles, limits: Limits) -> Siting:
    marks, bound, finished = _halve(minutes, people, p, roles, limits)
    sites = padded(marks, p, roles)
    marks = np.zeros(minutes.shape[1], dtype=np.bool_)
    marks[sites] = True
    site, away = nearest_open(minutes, marks)
    objective = float(away[people > 0].max(initial=0.0))
    bound, state = proof(objective, min(bound, objective), finished, exact=True)
    siting = Siting(
        open=sites,
        assignment=site,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        state=state,
        served=np.where(site >= 0, people, 0.0),
    )
    if not roles.today.any():
        return siting
    today, away = nearest_open(minutes, roles.today)
    unserved = float(people[today < 0].sum())
    longest = None if unserved > 0 else float(away[people > 0].max(initial=0.0))
    return replace(siting, status_quo=longest, status_quo_unserved=unserved)


def _halve(
    minutes: csr_array, people: Floats, p: int, roles: Roles, limits: Limits
) -> tuple[Bools, float, bool]:
    """Sites, lower bound in minutes, and whether every step was decided in time."""
    until = time.monotonic() + limits.seconds
    useful = roles.usable[minutes.indices] & (people[rows_of(minutes)] > 0)
    values = np.unique(np.append(minutes.data[useful], 0.0))
    low, high = 0, values.size - 1
    best, fewest = fewest_sites(minutes, people, roles, limits)
    if math.ceil(fewest - WHOLE) > p:
        needed = math.ceil(fewest - WHOLE)
        raise Infeasible(
            f"{p} sites cannot reach every origin with demand: it takes at least {needed}",
            constraint="p",
            short_by=needed - p,
            unit="sites",
            hint=f"Raise p to {needed}, or allow longer journeys.",
        )
    if best is None or int(best.sum()) > p:
        raise NotFinished("No set was found in the time given", hint="Give more seconds.")
    finished, ruled_out = True, 0
    while low < high and time.monotonic() < until:
        middle = (low + high) // 2
        near = keep(minutes, minutes.data <= values[middle])
        left = replace(limits, seconds=max(until - time.monotonic(), 0.01))
        marks, fewest = fewest_sites(near, people, roles, left)
        if marks is not None and int(marks.sum()) <= p:
            best, high = marks, middle
        else:
            low = middle + 1
            finished &= math.isinf(fewest) or math.ceil(fewest - WHOLE) > p
            ruled_out = low if finished else ruled_out
    return best, float(values[ruled_out]), finished and low >= high
