"""Budget-neutral reallocation: the same money, other places, more people served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Floats, keep, rows_of
from geo.analysis.siting.choice import marks_of
from geo.analysis.siting.covering import within
from geo.analysis.siting.neutral import Neutral, solve_neutral
from geo.analysis.siting.places import Floor, floor_persons, groups_of
from geo.analysis.siting.result import (
    Indices,
    Limits,
    ShadowPrice,
    Siting,
    Today,
    fairness_of,
    priced,
    with_today,
)
from geo.analysis.siting.roles import Roles, read_question, roles_of
from geo.analysis.siting.serving import journeys
from geo.analysis.siting.sites import SiteFigures, Sites, read_sites
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput


@dataclass(frozen=True)
class Shift:
    """Who gains and who loses: persons served by group today and after, and the difference."""

    before: Floats
    after: Floats
    change: Floats


@dataclass(frozen=True)
class Reallocation:
    """Places after the shift.

    `siting.objective` persons served, `siting.status_quo` persons served today, `siting.added`
    places gained or lost by site. `places` (m,) after. `cost_today` and `cost_after` whole cents;
    `unspent` their difference, 0 unless it was allowed. `by_group` persons (None: no groups).
    """

    siting: Siting
    places: Wholes
    cost_today: int
    cost_after: int
    unspent: int
    by_group: Shift | None


def reallocate(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    sites: Sites,
    *,
    fixed: Sequence[int] = (),
    closable: Sequence[int] = (),
    barred: Sequence[int] = (),
    group: ArrayLike | None = None,
    floor: Floor | None = None,
    unspent: int = 0,
    steady: bool = False,
    limits: Limits | None = None,
) -> Reallocation:
    """Move places between sites at today's cost, so that most people are served.

    max sum x_ij, sum_j x_ij <= a_i, sum_i x_ij <= S_j, S_j whole, sum_j (k_j S_j + f_j y_j) equal
    to today's to the cent (methods.md 5.13; requirement S40). `cost` CSR n x m minutes, `demand`
    (n,) whole persons, `threshold` minutes, inclusive. A `fixed` site keeps at least today's
    places and may grow to `most`; a `closable` one may have any number from none to `most`;
    others may open with 1 to `most`, except where `barred`. Every site with places today must be
    fixed or closable. `unspent`: whole cents that may be left over where unequal costs do not add
    up; 0 asks for exact equality, which today's places always meet. `steady` asks once more, for
    an answer that serves as many and moves as few places as is found in the time.

    Never worse than today. `group` (n,) municipality of each origin, for gains and losses; of
    allocations that serve equally many, the shortest journeys are counted, before and after.
    `floor`: `fairness` tells its price in persons. Priced: budget (by the cheapest place), floor.
    Raises Infeasible for a floor out of reach, NotFinished, InvalidInput for broken numbers.
    """
    asked = _read(cost, demand, threshold, sites, roles_given=(fixed, closable, barred))
    left = int(whole_counts([unspent], "unspent")[0])
    wanted = None if floor is None else floor_persons(floor, asked.people)
    asked = replace(asked, unspent=left, wanted=wanted, limits=limits or Limits())
    siting, places = solve_neutral(replace(asked, steady=steady))
    if floor is not None:
        siting = replace(
            siting, fairness=fairness_of(solve_neutral(replace(asked, wanted=None))[0], siting)
        )
    before = _served_today(asked)
    unserved = float(asked.people.sum() - before.sum())
    siting = with_today(siting, Today(float(before.sum()), unserved))
    if asked.limits.prices:
        siting = replace(siting, prices=_prices(asked, siting, floor))
    after = asked.figures.cost(places, marks_of(siting.open, places.size))
    shift = None
    if group is not None:
        shift = _shift(groups_of(group, asked.people.size), before, siting.served)
    return Reallocation(siting, places, asked.budget, after, asked.budget - after, shift)


def _read(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    sites: Sites,
    roles_given: tuple[Sequence[int], Sequence[int], Sequence[int]],
) -> Neutral:
    """The question with today's cost as its budget. Raises InvalidInput for broken numbers."""
    minutes, given = read_question(cost, demand)
    people = whole_counts(given, "demand").astype(np.float64)
    figures = read_sites(sites, minutes.shape[1])
    roles = roles_of(minutes.shape[1], *roles_given)
    _check_today(figures, roles)
    near = within(minutes, threshold)
    near = keep(near, roles.usable[near.indices] & (people[rows_of(near)] > 0))
    return Neutral(near, people, roles, figures, figures.cost(figures.places, roles.today))


def _served_today(asked: Neutral) -> Floats:
    """Persons served by origin with today's places, by the shortest journeys."""
    flow = journeys(asked.near, asked.people, asked.figures.places.astype(np.float64))
    return np.asarray(flow.sum(axis=1), dtype=np.float64)


def _check_today(figures: SiteFigures, roles: Roles) -> None:
    wrong = np.flatnonzero((figures.places > 0) & ~roles.today)
    if wrong.size:
        raise InvalidInput(f"Site {wrong[0]} has places today: say whether it is fixed or closable")
    empty = np.flatnonzero((figures.places == 0) & roles.today)
    if empty.size:
        raise InvalidInput(f"Site {empty[0]} is open today but has no places: leave it a candidate")


def _prices(asked: Neutral, siting: Siting, floor: Floor | None) -> tuple[ShadowPrice, ...]:
    """One cheapest place more, which need not be spent, so that unequal costs do not forbid it."""
    can_grow = asked.roles.usable & (asked.figures.most > asked.figures.places)
    found = []
    if can_grow.any():
        step = int(asked.figures.cents[can_grow].min())
        richer = replace(asked, budget=asked.budget + step, unspent=asked.unspent + step)
        found.append(priced("budget", float(step), siting, lambda: solve_neutral(richer)[0]))
    if floor is not None:
        share = np.minimum(np.asarray(floor.share, dtype=np.float64) + 0.01, 1.0)
        higher = replace(asked, wanted=floor_persons(Floor(floor.group, share), asked.people))
        found.append(priced("floor", 0.01, siting, lambda: solve_neutral(higher)[0]))
    return tuple(found)


def _shift(of: Indices, before: Floats, after: Floats) -> Shift:
    size = int(of.max()) + 1
    was = np.bincount(of, weights=before, minlength=size).astype(np.float64)
    is_now = np.bincount(of, weights=after, minlength=size).astype(np.float64)
    return Shift(was, is_now, is_now - was)
