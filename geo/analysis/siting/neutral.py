"""The model of a budget-neutral reallocation: other places for the same money."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Floats
from geo.analysis.siting.choice import marks_of
from geo.analysis.siting.money import limit_money
from geo.analysis.siting.places import Bounds, Wanted
from geo.analysis.siting.result import (
    Infeasible,
    Limits,
    NotFinished,
    Siting,
    gap_between,
    proof,
)
from geo.analysis.siting.roles import Roles
from geo.analysis.siting.serving import (
    Prizes,
    Served,
    Serving,
    floor_infeasible,
    missing_by_group,
    read_served,
    serving_model,
)
from geo.analysis.siting.sites import SiteFigures
from geo.analysis.siting.solver import Columns, Solved


@dataclass(frozen=True)
class Neutral:
    """The question: whom to serve from where, with which budget in cents, of which `unspent` may be
    left over, and whom at least. `steady`: of equally good answers one that moves few places."""

    near: csr_array
    people: Floats
    roles: Roles
    figures: SiteFigures
    budget: int
    unspent: int = 0
    wanted: Wanted | None = None
    limits: Limits = field(default_factory=Limits)
    steady: bool = False

    @property
    def base(self) -> Floats:
        """Places that stay in any case (m,)."""
        return np.where(self.roles.fixed, self.figures.places, 0).astype(np.float64)

    @property
    def most(self) -> Floats:
        """Places at most (m,): what is allowed, can be paid for, or, where free, can be needed."""
        cents = self.figures.cents
        paid = np.where(cents > 0, self.budget // np.maximum(cents, 1), int(self.people.sum()))
        some = np.maximum(paid, self.figures.places)
        return np.minimum(self.figures.most, some).astype(np.float64)

    def start(self, serving: Serving, places: Wholes) -> tuple[Columns, Floats]:
        """Columns and values of a model that has these places."""
        is_open = (places > 0) | self.roles.fixed
        values = np.concatenate([is_open, np.where(is_open, places - self.base, 0)])
        return np.concatenate([serving.y, serving.g]), values.astype(np.float64)

    def model(self, person: float) -> Serving:
        """The model whose objective counts each person served so often."""
        base = self.base
        bounds = Bounds(base, self.most - base)
        prizes = Prizes(person=person)
        serving = serving_model(self.near, self.people, self.roles, bounds, prizes, maximise=True)
        each = np.arange(serving.y.size)
        some = (base == 0).astype(np.float64)
        serving.model.add_rows(
            each.size, [(each, serving.g, 1.0), (each, serving.y, -some)], lower=0.0
        )
        self._limit_cost(serving, base)
        return serving

    def _limit_cost(self, serving: Serving, base: Floats) -> None:
        """The budget, to the cent."""
        cents = [int(one) for one in self.figures.cents]
        opened = [
            int(once) + each * int(had)
            for once, each, had in zip(self.figures.site_cents, cents, base, strict=True)
        ]
        dear = self.figures.cents > 0
        limit_money(
            serving,
            np.concatenate([serving.y, serving.g]),
            [*opened, *cents],
            bounds=(self.budget - self.unspent, self.budget),
            often=int(self.most[dear].sum()) + serving.y.size,
        )


def solve_neutral(asked: Neutral) -> tuple[Siting, Wholes]:
    """The siting and the places after. Raises Infeasible and NotFinished."""
    serving = asked.model(1.0)
    if asked.wanted is not None:
        serving.serve_at_least(asked.wanted)
    solved = serving.model.solve(asked.limits, asked.start(serving, asked.figures.places))
    if solved.status == "infeasible":
        raise _infeasible(asked)
    found, places = _whole(asked, serving, solved)
    objective = float(found.served.sum())
    bound, state = proof(
        objective,
        max(solved.bound, objective),
        solved.reached(objective),
        exact=solved.status == "time_limit",
    )
    if asked.steady:
        found, places = _steadier(asked, found, places)
    siting = Siting(
        open=found.sites,
        assignment=found.assignment,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        state=state,
        served=found.served,
        added=(places - asked.figures.places).astype(np.float64),
    )
    return siting, places


def _whole(asked: Neutral, serving: Serving, solved: Solved) -> tuple[Served, Wholes]:
    """A solution in whole numbers. Raises NotFinished where its cost is not the budget."""
    found = read_served(serving, solved, asked.near, asked.people, asked.wanted, asked.limits)
    size = asked.figures.places.size
    places = np.zeros(size, dtype=np.int64)
    if found.places is not None:
        places = np.rint(found.places).astype(np.int64)
    spent = asked.figures.cost(places, marks_of(found.sites, size))
    if not asked.budget - asked.unspent <= spent <= asked.budget:
        raise NotFinished(
            "The solver met the budget only up to its rounding, not to the cent",
            hint="Give costs in coarser steps, whole euros for example, or allow some unspent.",
        )
    return found, places


def _steadier(asked: Neutral, found: Served, places: Wholes) -> tuple[Served, Wholes]:
    """Serving as many, with fewer places gained anywhere; the same where none was found in time.

    min sum_j u_j, u_j >= S_j - S_j today, under all rules and sum_i s_i at least what it was.
    """
    serving = asked.model(0.0)
    if asked.wanted is not None:
        serving.serve_at_least(asked.wanted)
    serving.limit([(serving.s, np.ones(serving.s.size))], lower=float(found.served.sum()))
    size = places.size
    gained = serving.model.add_columns(size, cost=-1.0)
    each = np.arange(size)
    serving.model.add_rows(
        size,
        [(each, gained, 1.0), (each, serving.y, -asked.base), (each, serving.g, -1.0)],
        lower=-asked.figures.places.astype(np.float64),
    )
    solved = serving.model.solve(asked.limits, asked.start(serving, places))
    try:
        other, fewer = _whole(asked, serving, solved)
    except NotFinished:
        return found, places
    better = _gained(asked, fewer) < _gained(asked, places)
    return (other, fewer) if better and _as_many(other, found) else (found, places)


def _gained(asked: Neutral, places: Wholes) -> int:
    return int(np.maximum(places - asked.figures.places, 0).sum())


def _as_many(other: Served, found: Served) -> bool:
    return float(other.served.sum()) >= float(found.served.sum())


def _infeasible(asked: Neutral) -> Infeasible:
    """With today's places the budget is met, so only a floor or more money can stand in the way."""
    if asked.wanted is not None:
        try:
            return floor_infeasible(missing_by_group(asked.model(0.0), asked.wanted, asked.limits))
        except NotFinished:
            pass
    return Infeasible(
        "No whole number of places costs exactly this budget",
        constraint="budget",
        short_by=float(asked.unspent),
        unit="cents",
        hint="Allow some of it to stay unspent.",
    )
