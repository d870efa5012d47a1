"""Fairest cover: the worst-covered group first, then the next, as far as p sites reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Floats, counts, keep, rows_of
from geo.analysis.siting.cover import max_cover
from geo.analysis.siting.covering import within
from geo.analysis.siting.places import Bounds, Wanted, groups_of
from geo.analysis.siting.result import (
    Fairness,
    Indices,
    Limits,
    Siting,
    Today,
    gap_between,
    proof,
    with_today,
)
from geo.analysis.siting.roles import Roles, check_p, read_question, roles_of
from geo.analysis.siting.serving import Prizes, Serving, read_served, serving_model
from geo.analysis.siting.solver import Columns, Solved
from geo.errors import InvalidInput

KEPT = 1e-7
"""A level that was reached may fall by this share when the next is raised: rounding only."""


@dataclass(frozen=True)
class Levels:
    """Lexicographic max-min of coverage.

    `siting`: objective is the persons covered, `fairness` what that costs against maximal cover.
    `coverage` (G,) share of each group covered, None where a group has no demand. `worst` the
    levels raised one after the other, ascending: the least coverage, the second least, and so on,
    as sums of the k least. `proven`: every level was solved to the end.
    """

    siting: Siting
    coverage: tuple[float | None, ...]
    worst: tuple[float, ...]
    proven: bool


def fairest_cover(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    p: int,
    group: ArrayLike,
    *,
    capacity: ArrayLike | None = None,
    fixed: Sequence[int] = (),
    closable: Sequence[int] = (),
    barred: Sequence[int] = (),
    levels: int | None = None,
    limits: Limits | None = None,
) -> Levels:
    """p sites whose coverage by group is best for the worst-off, then the next, and so on.

    Lexicographic max-min of cov_g = persons covered / persons of group g: for k = 1, 2, ..
    the sum of the k least coverages, max k r - sum_g d_g with d_g >= r - cov_g, is raised while
    the sums before are kept (Ogryczak 1997; figure from memory), which is exact where sites are
    whole and the usual fixing of groups one by one is not. Last, persons covered are maximised.
    With `capacity` a level counts persons in parts; the answer's whole persons may lie below it by
    less than one person an origin. `levels`: how many k (None: all groups with demand). Other arguments as in max_cover; each
    level has `limits.seconds`. Raises Infeasible, NotFinished and InvalidInput as max_cover does.
    """
    limits = limits or Limits()
    places_and_roles = capacity, fixed, closable, barred
    asked = _read(cost, demand, threshold, p, group, places_and_roles, limits)
    count = int((asked.total > 0).sum())
    if levels is not None and not 1 <= levels <= count:
        raise InvalidInput(f"'levels' must lie between 1 and {count}, the groups with demand")
    siting, worst = _raise_levels(asked, count if levels is None else levels)
    best = max_cover(
        cost,
        demand,
        threshold,
        p,
        capacity=capacity,
        fixed=fixed,
        closable=closable,
        barred=barred,
        limits=replace(limits, prices=False),
    )
    siting = _with_price(siting, best)
    served = np.bincount(asked.of, weights=siting.served, minlength=asked.total.size)
    coverage = tuple(
        float(met / of_all) if of_all > 0 else None
        for met, of_all in zip(served, asked.total, strict=True)
    )
    return Levels(siting, coverage, worst, siting.state == "optimal")


def _read(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    p: int,
    group: ArrayLike,
    places_and_roles: tuple[ArrayLike | None, Sequence[int], Sequence[int], Sequence[int]],
    limits: Limits,
) -> _Asked:
    capacity, *roles_given = places_and_roles
    minutes, people = read_question(cost, demand)
    roles = roles_of(minutes.shape[1], *roles_given)
    check_p(p, roles)
    of = groups_of(group, people.size)
    total = np.bincount(of, weights=people).astype(np.float64)
    if not total.any():
        raise InvalidInput("No group has any demand: there is no coverage to raise")
    near = within(minutes, threshold)
    near = keep(near, roles.usable[near.indices] & (people[rows_of(near)] > 0))
    bounds = None
    if capacity is not None:
        base = counts(capacity, "capacity", minutes.shape[1])
        bounds = Bounds(base, np.zeros(base.size))
    return _Asked(near, people, roles, p, bounds, of, total, limits)


def _with_price(siting: Siting, best: Siting) -> Siting:
    """What fairness costs against `best`, the maximal cover, and today's value beside it."""
    proven = siting.state == best.state == "optimal"
    price = Fairness(best.objective, siting.objective, best.objective - siting.objective, proven)
    return with_today(
        replace(siting, fairness=price), Today(best.status_quo, best.status_quo_unserved)
    )


@dataclass(frozen=True)
class _Asked:
    near: csr_array
    people: Floats
    roles: Roles
    p: int
    bounds: Bounds | None
    of: Indices
    total: Floats
    limits: Limits

    def model(self, person: float) -> Serving:
        serving = serving_model(
            self.near, self.people, self.roles, self.bounds, Prizes(person=person), maximise=True
        )
        serving.limit([(serving.y, 1.0)], lower=self.p, upper=self.p)
        return serving

    def add_level(self, serving: Serving, k: int, prize: float, **least: float) -> None:
        """The sum of the k least coverages: as the objective, or kept at least so high."""
        live = np.flatnonzero(self.total > 0)
        number = np.full(self.total.size, -1)
        number[live] = np.arange(live.size)
        r: Columns = serving.model.add_columns(1, cost=prize * k, lower=-np.inf)
        d = serving.model.add_columns(live.size, cost=-prize)
        used = self.people > 0
        origins = number[self.of[used]]
        serving.model.add_rows(
            live.size,
            [
                (np.arange(live.size), d, 1.0),
                (np.arange(live.size), np.repeat(r, live.size), -1.0),
                (origins, serving.s[used], 1.0 / self.total[self.of[used]]),
            ],
            lower=0.0,
        )
        if least:
            serving.limit([(r, float(k)), (d, -1.0)], **least)


def _raise_levels(asked: _Asked, levels: int) -> tuple[Siting, tuple[float, ...]]:
    sums: list[float] = []
    finished = True
    for k in range(1, levels + 1):
        serving = asked.model(0.0)
        for before, reached in enumerate(sums, start=1):
            asked.add_level(serving, before, 0.0, lower=reached - KEPT)
        asked.add_level(serving, k, 1.0)
        solved = serving.model.solve(asked.limits)
        solved.required()
        finished &= solved.status == "optimal"
        sums.append(solved.objective)
    serving = asked.model(1.0)
    for k, reached in enumerate(sums, start=1):
        asked.add_level(serving, k, 0.0, lower=reached - KEPT)
    solved = serving.model.solve(asked.limits)
    solved.required()
    finished &= solved.status == "optimal"
    return _answer(asked, serving, solved, finished), tuple(sums)


def _answer(asked: _Asked, serving: Serving, solved: Solved, finished: bool) -> Siting:
    # Levels are shares, which whole persons may miss: each origin keeps the whole ones it has.
    each = Wanted(np.arange(asked.people.size, dtype=np.intp), np.zeros(asked.people.size))
    found = read_served(serving, solved, asked.near, asked.people, each, asked.limits)
    objective = float(found.served.sum())
    bound, state = proof(
        objective,
        max(solved.bound, objective),
        finished and solved.reached(objective),
        exact=not finished,
    )
    return Siting(
        open=found.sites,
        assignment=found.assignment,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        state=state,
        served=found.served,
    )
