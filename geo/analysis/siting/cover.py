"""Maximal cover, with and without places, growth and an equity floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.siting.choice import Choice, nearest_open
from geo.analysis.siting.choosing import choose, todays_set
from geo.analysis.siting.covering import within
from geo.analysis.siting.money import limit_money
from geo.analysis.siting.places import (
    Bounds,
    Floor,
    Growth,
    Wanted,
    floor_persons,
    growth_bounds,
)
from geo.analysis.siting.relaxation import search
from geo.analysis.siting.result import (
    Indices,
    Limits,
    ShadowPrice,
    Siting,
    Today,
    fairness_of,
    gap_between,
    priced,
    proof,
    with_today,
)
from geo.analysis.siting.roles import Roles, check_p, read_opening, read_question, roles_of
from geo.analysis.siting.serving import (
    Prizes,
    Serving,
    floor_infeasible,
    missing_by_group,
    read_served,
    serving_model,
)
from geo.errors import InvalidInput

FLOOR_STEP = 0.01
"""An equity floor is priced by one percentage point more."""

START_SHARE = 0.2
"""Of the seconds allowed: for the heuristic that gives a model with places its first sites."""


@dataclass(frozen=True)
class _Question:
    near: csr_array
    people: Floats
    roles: Roles
    p: int
    penalty: Floats
    bounds: Bounds | None
    cents: ArrayLike
    budget: int
    floor: Floor | None
    limits: Limits

    @property
    def wanted(self) -> Wanted | None:
        return None if self.floor is None else floor_persons(self.floor, self.people)

    def model(self, prizes: Prizes, roles: Roles | None = None) -> Serving:
        serving = serving_model(
            self.near, self.people, roles or self.roles, self.bounds, prizes, maximise=True
        )
        count = self.p if roles is None else int(roles.fixed.sum())
        serving.limit([(serving.y, 1.0)], lower=count, upper=count)
        if serving.g.size:
            cents = [int(one) for one in np.asarray(self.cents)]
            room = 0 if self.bounds is None else int(self.bounds.room.sum())
            limit_money(serving, serving.g, cents, bounds=(0, self.budget), often=room)
        return serving


def max_cover(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    p: int,
    *,
    capacity: ArrayLike | None = None,
    fixed: Sequence[int] = (),
    closable: Sequence[int] = (),
    barred: Sequence[int] = (),
    penalty: ArrayLike | None = None,
    growth: Growth | None = None,
    floor: Floor | None = None,
    limits: Limits | None = None,
) -> Siting:
    """The p open sites that cover most persons within the threshold.

    max sum_i s_i - sum_{j open} penalty_j, exactly p open; s_i <= a_i if an open site lies within
    the threshold (Church & ReVelle 1974), or, with `capacity`, sum_i x_ij <= S_j y_j, so that no
    site serves more persons than it has places (capacitated MCLP, Current & Storbeck 1988; figure
    from memory). `cost` CSR n x m minutes, `demand` (n,) persons, `threshold` minutes, inclusive,
    `capacity` (m,) places of each site if open. Roles as in p_median. `penalty` (m,) persons
    charged for an open site. `growth` (needs `capacity`): whole places added at open sites within
    a budget. `floor`: share of each group that must be covered; then `fairness` tells its price.

    Objective in persons. Exact with HiGHS; beyond `limits.exact_pairs` stored pairs the heuristic
    with Lagrangian bound where neither places nor floors count, and otherwise HiGHS until the
    time limit, from the heuristic's sites or better. Priced: p, growth budget (by the cheapest
    place), floor (by one percentage point). Raises Infeasible for a p or a floor that cannot be
    kept, naming by how much; NotFinished; InvalidInput for broken numbers.
    """
    asked = _read(cost, demand, threshold, p, roles_given=(fixed, closable, barred))
    asked = replace(asked, floor=floor, limits=limits or Limits())
    asked = _with_places(asked, penalty, capacity, growth)
    siting = _solve(asked)
    if floor is not None:
        without = _solve(replace(asked, floor=None))
        siting = replace(siting, fairness=fairness_of(without, siting))
    if asked.limits.prices:
        siting = replace(siting, prices=_prices(asked, siting))
    return with_today(siting, _today(asked))


def _read(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    p: int,
    roles_given: tuple[Sequence[int], Sequence[int], Sequence[int]],
) -> _Question:
    """The question without places, checked."""
    minutes, people = read_question(cost, demand)
    roles = roles_of(minutes.shape[1], *roles_given)
    check_p(p, roles)
    near = within(minutes, threshold)
    near = keep(near, roles.usable[near.indices] & (people[rows_of(near)] > 0))
    nothing = np.zeros(minutes.shape[1])
    return _Question(near, people, roles, p, nothing, None, nothing, 0, None, Limits())


def _with_places(
    asked: _Question, penalty: ArrayLike | None, capacity: ArrayLike | None, growth: Growth | None
) -> _Question:
    size = asked.penalty.size
    asked = replace(asked, penalty=read_opening(penalty, size))
    if capacity is None:
        if growth is not None:
            raise InvalidInput("'growth' adds places: give 'capacity' as well")
        return asked
    bounds, cents, budget = growth_bounds(capacity, growth, size)
    # Nobody pays for more places than there are people, and the solver keeps small numbers best.
    bounds = Bounds(bounds.base, np.minimum(bounds.room, np.ceil(asked.people.sum())))
    return replace(asked, bounds=bounds, cents=cents, budget=budget)


def _solve(asked: _Question) -> Siting:
    if asked.bounds is None and asked.floor is None:
        return _plain(asked)
    start, best_case = _start(asked)
    serving = asked.model(Prizes(site=-asked.penalty, person=1.0))
    wanted = asked.wanted
    if wanted is not None:
        serving.serve_at_least(wanted)
    opened = np.zeros(serving.y.size)
    opened[start] = 1.0
    solved = serving.model.solve(asked.limits, (serving.y, opened))
    if solved.status == "infeasible" and wanted is not None:
        raise floor_infeasible(missing_by_group(asked.model(Prizes()), wanted, asked.limits))
    found = read_served(serving, solved, asked.near, asked.people, wanted, asked.limits)
    penalty = float(asked.penalty[found.sites].sum())
    objective = float(found.served.sum()) - penalty
    bound, state = proof(
        objective,
        max(min(solved.bound, best_case), objective),
        finished=solved.reached(objective),
        exact=solved.status == "time_limit",
    )
    return Siting(
        open=found.sites,
        assignment=found.assignment,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        state=state,
        served=found.served,
        penalty=penalty,
        added=None if asked.bounds is None else found.added,
    )


def _plain(asked: _Question) -> Siting:
    """Without places and floors: the persons left out are what p sites cost at least."""
    chosen = choose(_choice(asked), asked.limits, todays_set(asked.roles, asked.p))
    marks = np.zeros(asked.penalty.size, dtype=np.bool_)
    marks[chosen.sites] = True
    site, served = _covered(asked, marks)
    penalty = float(asked.penalty[chosen.sites].sum())
    objective = float(served.sum()) - penalty
    best_case = max(float(asked.people.sum()) - chosen.bound, objective)
    bound, state = proof(objective, best_case, chosen.finished, chosen.exact)
    return Siting(
        open=chosen.sites,
        assignment=site,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        state=state,
        served=served,
        penalty=penalty,
    )


def _choice(asked: _Question) -> Choice:
    near = asked.near
    weight = csr_array((np.zeros(near.nnz), near.indices, near.indptr), near.shape)
    return Choice(
        weight,
        asked.people,
        asked.penalty,
        asked.p,
        asked.roles.fixed,
        asked.roles.usable,
        asked.roles.rank,
    )


def _covered(asked: _Question, marks: Bools) -> tuple[Indices, Floats]:
    site, _ = nearest_open(asked.near, marks)
    return site, np.where(site >= 0, asked.people, 0.0)


def _start(asked: _Question) -> tuple[Indices, float]:
    """First sites, and what no solution can exceed: the cover without places and floors."""
    found = search(
        _choice(asked), asked.limits.seconds * START_SHARE, todays_set(asked.roles, asked.p)
    )
    return found.sites, float(asked.people.sum()) - found.bound


def _prices(asked: _Question, siting: Siting) -> tuple[ShadowPrice, ...]:
    def again(**changes: Any) -> Siting:
        return _solve(replace(asked, **changes))

    more = asked.p < int(asked.roles.usable.sum())
    found = [priced("p", 1.0, siting, (lambda: again(p=asked.p + 1)) if more else None)]
    if asked.bounds is not None and asked.bounds.room.any():
        cheapest = int(np.asarray(asked.cents)[asked.bounds.room > 0].min())
        found.append(
            priced(
                "growth budget",
                float(cheapest),
                siting,
                lambda: again(budget=asked.budget + cheapest),
            )
        )
    floor = asked.floor
    if floor is not None:
        share = np.minimum(np.asarray(floor.share, dtype=np.float64) + FLOOR_STEP, 1.0)
        found.append(
            priced("floor", FLOOR_STEP, siting, lambda: again(floor=Floor(floor.group, share)))
        )
    return tuple(found)


def _today(asked: _Question) -> Today:
    """What the sites open today cover with the places they have; growth and floors apart."""
    today = asked.roles.today
    if not today.any():
        return Today()
    if asked.bounds is None:
        covered = float(_covered(asked, today)[1].sum())
    else:
        as_it_is = replace(asked, bounds=Bounds(asked.bounds.base, np.zeros_like(asked.penalty)))
        roles = Roles(today, np.zeros_like(today), ~today)
        serving = as_it_is.model(Prizes(person=1.0), roles)
        covered = serving.model.solve(asked.limits).objective
    penalty = float(asked.penalty[today].sum())
    return Today(covered - penalty, float(asked.people.sum()) - covered)
