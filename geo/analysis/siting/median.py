"""p-median: the p sites with the shortest journeys in all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.siting.choice import Choice, marks_of, nearest_open
from geo.analysis.siting.choosing import choose, todays_set
from geo.analysis.siting.covering import WHOLE, fewest_sites
from geo.analysis.siting.result import (
    Indices,
    Infeasible,
    Limits,
    NotFinished,
    Siting,
    Today,
    gap_between,
    priced,
    proof,
    with_prices,
    with_today,
)
from geo.analysis.siting.roles import Roles, check_p, read_opening, read_question, roles_of

NAMED = 5
"""So many origins are named in a sentence; all of them are in `Infeasible.origins`."""


def p_median(
    cost: Any,
    demand: ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] = (),
    closable: Sequence[int] = (),
    barred: Sequence[int] = (),
    penalty: ArrayLike | None = None,
    limits: Limits | None = None,
) -> Siting:
    """The p open sites that make the sum of journeys least.

    min sum_i a_i min_{j open} c_ij + sum_{j open} penalty_j, exactly p open (Hakimi 1964; ReVelle
    & Swain 1970). `cost` CSR n x m minutes (stored zeros real, what is not stored out of reach),
    `demand` (n,) persons a_i; origins without demand need not be reached. `fixed`: open today and
    stay. `closable`: open today and may close. `barred`: may not open. All other sites are
    candidates. `penalty` (m,) person-minutes charged for an open site (a soft rule).

    Objective in person-minutes. Exact with HiGHS up to `limits.exact_pairs` stored pairs, beyond
    by interchange with a Lagrangian bound. Priced: p (one site more). Equal input gives equal
    output; of two sets that differ in one site and are equally good, the one with the site open
    today, then with the lower index.
    Raises Infeasible where p is too small or an origin cannot be reached; InvalidInput for broken
    numbers.
    """
    limits = limits or Limits()
    minutes, people = read_question(cost, demand)
    roles = roles_of(minutes.shape[1], fixed, closable, barred)
    opening = read_opening(penalty, minutes.shape[1])
    check_p(p, roles)
    check_reach(minutes, people, roles)
    siting = _solve(minutes, people, opening, p, roles, limits)
    if not limits.prices:
        return siting
    more = p + 1 <= int(roles.usable.sum())
    solve = (lambda: _solve(minutes, people, opening, p + 1, roles, limits)) if more else None
    return with_prices(siting, priced("p", 1.0, siting, solve))


def check_reach(minutes: csr_array, people: Floats, roles: Roles) -> None:
    """Whether each origin with demand has a usable site in reach. Raises Infeasible."""
    usable = keep(minutes, roles.usable[minutes.indices])
    lost = np.flatnonzero((np.diff(usable.indptr) == 0) & (people > 0))
    if lost.size:
        named = ", ".join(map(str, lost[:NAMED])) + (" and others" if lost.size > NAMED else "")
        persons = float(people[lost].sum())
        raise Infeasible(
            f"{lost.size} origin(s) with {persons:.15g} persons have no site in reach: {named}",
            constraint="reach",
            short_by=persons,
            unit="persons",
            origins=tuple(lost.tolist()),
            hint="Add candidates near them, allow longer journeys, or leave them out and say so.",
        )


def _solve(
    minutes: csr_array, people: Floats, opening: Floats, p: int, roles: Roles, limits: Limits
) -> Siting:
    choice = _choice(minutes, people, opening, p, roles)
    chosen = choose(
        choice,
        limits,
        todays_set(roles, p),
        lambda: _set_that_reaches_all(minutes, people, p, roles, limits),
    )
    sites = chosen.sites
    marks = marks_of(sites, opening.size)
    site, away = nearest_open(minutes, marks)
    penalty = float(opening[sites].sum())
    objective = _journeys(people, away) + penalty
    bound, state = proof(objective, min(chosen.bound, objective), chosen.finished, chosen.exact)
    return with_today(
        Siting(
            open=sites,
            assignment=site,
            objective=objective,
            bound=bound,
            gap=gap_between(objective, bound),
            state=state,
            served=np.where(site >= 0, people, 0.0),
            penalty=penalty,
        ),
        _today(minutes, people, opening, roles),
    )


def _choice(minutes: csr_array, people: Floats, opening: Floats, p: int, roles: Roles) -> Choice:
    """Rows of origins with demand, in person-minutes; leaving one out costs more than any set."""
    wanted = people > 0
    usable = keep(minutes, roles.usable[minutes.indices] & wanted[rows_of(minutes)])
    weight = csr_array(
        (usable.data * people[rows_of(usable)], usable.indices, usable.indptr), usable.shape
    )
    farthest = np.zeros(people.size)
    np.maximum.at(farthest, rows_of(weight), weight.data)
    beyond = 2.0 * (float(farthest.sum()) + float(opening.sum())) + 1.0
    missing = np.where(wanted, beyond, 0.0)
    return Choice(weight, missing, opening, p, roles.fixed, roles.usable, roles.rank)


def _journeys(people: Floats, away: Floats) -> float:
    """Person-minutes; infinite where somebody is not reached."""
    wanted = people > 0
    return float((people[wanted] * away[wanted]).sum())


def _set_that_reaches_all(
    minutes: csr_array, people: Floats, p: int, roles: Roles, limits: Limits
) -> Indices:
    """p sites that reach everybody. Raises Infeasible with the number that would be needed."""
    marks, fewest = fewest_sites(minutes, people, roles, limits)
    needed = math.ceil(fewest - WHOLE)
    if needed > p:
        raise Infeasible(
            f"{p} sites cannot reach every origin with demand: it takes at least {needed}",
            constraint="p",
            short_by=needed - p,
            unit="sites",
            hint=f"Raise p to {needed}, allow longer journeys, or use maximal cover instead.",
        )
    if marks is None or int(marks.sum()) > p:
        raise NotFinished(
            f"No {p} sites that reach every origin were found in the time given, nor ruled out",
            hint="Give more seconds, or raise p.",
        )
    return padded(marks, p, roles)


def padded(marks: Bools, p: int, roles: Roles) -> Indices:
    """The set filled up to p sites: those open today first, then by index."""
    spare = np.flatnonzero(roles.usable & ~marks)
    order = np.lexsort((spare, ~roles.today[spare]))
    more = spare[order][: p - int(marks.sum())]
    return np.sort(np.concatenate([np.flatnonzero(marks), more])).astype(np.intp)


def _today(minutes: csr_array, people: Floats, opening: Floats, roles: Roles) -> Today:
    if not roles.today.any():
        return Today()
    site, away = nearest_open(minutes, roles.today)
    unserved = float(people[site < 0].sum())
    if unserved > 0:
        return Today(None, unserved)
    return Today(_journeys(people, away) + float(opening[roles.today].sum()), unserved)
