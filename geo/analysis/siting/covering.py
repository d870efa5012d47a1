"""Set cover: the fewest sites that leave nobody beyond the threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.siting.choice import least_of, nearest_open
from geo.analysis.siting.result import Infeasible, Limits, NotFinished, Siting, gap_between, proof
from geo.analysis.siting.roles import Roles, read_question, roles_of
from geo.analysis.siting.solver import Model
from geo.analysis.travel import ROUNDING_MINUTES
from geo.errors import InvalidInput

WHOLE = 1e-6
"""A bound on a number of sites this little above a whole number is that number."""


def within(minutes: csr_array, threshold: float) -> csr_array:
    """Pairs up to the threshold, inclusive; 0 is a threshold like another."""
    if not 0 <= threshold < math.inf:
        raise InvalidInput(f"The threshold must be zero or more minutes, not {threshold}")
    return keep(minutes, minutes.data <= threshold + ROUNDING_MINUTES)


def set_cover(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    *,
    fixed: Sequence[int] = (),
    closable: Sequence[int] = (),
    barred: Sequence[int] = (),
    limits: Limits | None = None,
) -> Siting:
    """The fewest sites so that every origin with demand has one within the threshold (LSCP).

    min sum_j y_j, sum_{j: c_ij <= T} y_j >= 1 for all i with a_i > 0 (Toregas, Swain, ReVelle &
    Bergman 1971). `cost` CSR n x m minutes, `demand` (n,) persons, `threshold` T in minutes,
    inclusive. Roles as in p_median. Objective: number of open sites; `status_quo` the number open
    today, None where they leave somebody beyond the threshold. Raises Infeasible naming the
    origins that no usable site covers and by how many minutes at most.
    """
    limits = limits or Limits()
    minutes, people = read_question(cost, demand)
    roles = roles_of(minutes.shape[1], fixed, closable, barred)
    near = within(minutes, threshold)
    _check_cover(minutes, near, people, roles, threshold)
    marks, fewest = fewest_sites(near, people, roles, limits)
    if marks is None:
        raise NotFinished(
            "No cover was found in the time given, nor ruled out", hint="Give more seconds."
        )
    objective = float(marks.sum())
    bound = float(math.ceil(min(fewest, objective) - WHOLE))
    bound, state = proof(objective, bound, finished=bound >= objective, exact=True)
    site, _ = nearest_open(near, marks)
    today, _ = nearest_open(near, roles.today)
    unserved = float(people[today < 0].sum())
    known = roles.today.any()
    return Siting(
        open=np.flatnonzero(marks).astype(np.intp),
        assignment=site,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        state=state,
        served=np.where(site >= 0, people, 0.0),
        status_quo=float(roles.today.sum()) if known and unserved == 0 else None,
        status_quo_unserved=unserved if known else None,
    )


def fewest_sites(
    near: csr_array, people: Floats, roles: Roles, limits: Limits
) -> tuple[Bools | None, float]:
    """The smallest set of usable sites, fixed ones among them, that covers all demand.

    Truths (m,), None where none was found in time; and a lower bound of its size, infinite where
    there is no such set. Every stored pair of `near` covers.
    """
    model = Model()
    y = model.add_columns(
        near.shape[1], cost=1.0, lower=roles.fixed, upper=roles.usable, whole=True
    )
    wanted = np.flatnonzero(people > 0)
    number = np.full(people.size, -1)
    number[wanted] = np.arange(wanted.size)
    rows = rows_of(near)
    used = people[rows] > 0
    model.add_rows(wanted.size, [(number[rows[used]], y[near.indices[used]], 1.0)], lower=1.0)
    solved = model.solve(limits)
    if solved.status == "infeasible":
        return None, math.inf
    marks = None if solved.values is None else solved.values[y] > 0.5
    return marks, max(solved.bound, 0.0)


def _check_cover(
    minutes: csr_array, near: csr_array, people: Floats, roles: Roles, threshold: float
) -> None:
    nearest = least_of(minutes, roles.usable, np.full(people.size, np.inf))
    covered = least_of(near, roles.usable, np.full(people.size, np.inf))
    lost = np.flatnonzero(np.isinf(covered) & (people > 0))
    if lost.size == 0:
        return
    away = nearest[lost]
    reached = away[np.isfinite(away)]
    far = reached.max(initial=threshold) - threshold
    nowhere = int(np.isinf(away).sum())
    # Rounded up: so much more is enough.
    hint = (
        f"Raise the threshold by {math.ceil(far * 1000 - 1e-6) / 1000:.15g} minutes"
        if reached.size
        else "Add candidates"
    )
    if reached.size and nowhere:
        hint += f" and add candidates for the {nowhere} origin(s) that reach no site at all"
    raise Infeasible(
        f"{lost.size} origin(s) with {people[lost].sum():.15g} persons have no usable site within"
        f" {threshold:g} minutes; {nowhere} of them reach none at all",
        constraint="threshold" if reached.size else "reach",
        short_by=float(far) if reached.size else float(people[lost].sum()),
        unit="minutes" if reached.size else "persons",
        origins=tuple(lost.tolist()),
        hint=hint + ".",
    )
