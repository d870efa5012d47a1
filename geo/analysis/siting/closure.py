"""What would close a gap at least cost: growth and new sites until enough people are served."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Floats, keep, rows_of
from geo.analysis.siting.covering import within
from geo.analysis.siting.places import Bounds, Wanted, groups_of
from geo.analysis.siting.result import (
    Infeasible,
    Limits,
    Siting,
    gap_between,
    priced,
    proof,
)
from geo.analysis.siting.roles import Roles, read_question, roles_of
from geo.analysis.siting.serving import (
    Prizes,
    Serving,
    journeys,
    missing_by_group,
    read_served,
    serving_model,
)
from geo.analysis.siting.sites import SiteFigures, Sites, read_sites
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput

HALF_CENT = 0.5


@dataclass(frozen=True)
class Closure:
    """The cheapest way to serve enough.

    `siting.objective` and `siting.bound` whole cents a year beyond today; `siting.status_quo`
    is 0 where today's places serve enough, else None. `places` (m,) after, `siting.added` of them
    new. `opened` sites that are not open today. `served_today` and `served_after` persons.
    """

    siting: Siting
    places: Wholes
    opened: tuple[int, ...]
    cost: int
    served_today: float
    served_after: float


def cheapest_closure(
    cost: Any,
    demand: ArrayLike,
    threshold: float,
    sites: Sites,
    wanted: ArrayLike,
    *,
    group: ArrayLike | None = None,
    barred: Sequence[int] = (),
    limits: Limits | None = None,
) -> Closure:
    """The least money a year that serves `wanted` persons within the threshold.

    min sum_j (k_j added_j + f_j opened_j) so that the people of each group who are served are at
    least as many as wanted. `cost` CSR n x m minutes, `demand` (n,) whole persons, `threshold`
    minutes, inclusive. `sites`: those with places today stay as they are and may grow to `most`;
    those without are candidates and pay `cost_per_site` when they open, except where `barred`.
    `wanted`: persons to be served in all, or, with `group` (n,), by group (G,).

    Objective in whole cents. Priced: wanted (one person more in all, or in each group). Raises
    Infeasible with the persons who cannot be served at any cost; NotFinished; InvalidInput for
    broken numbers.
    """
    limits = limits or Limits()
    minutes, people = read_question(cost, demand)
    people = whole_counts(people, "demand").astype(np.float64)
    figures = read_sites(sites, minutes.shape[1])
    today = [int(one) for one in np.flatnonzero(figures.places)]
    roles = roles_of(minutes.shape[1], today, (), barred)
    near = within(minutes, threshold)
    near = keep(near, roles.usable[near.indices] & (people[rows_of(near)] > 0))
    target = _target(wanted, group, people)
    asked = _Asked(near, people, roles, figures, target, limits)
    siting, places = _solve(asked)
    before = float(journeys(near, people, figures.places.astype(np.float64)).sum())
    if siting.objective == 0 and not (places > figures.places).any():
        siting = replace(siting, status_quo=0.0)
    siting = replace(siting, status_quo_unserved=float(people.sum()) - before)
    if limits.prices:
        more = replace(asked, target=Wanted(target.of, target.least + 1.0))
        siting = replace(siting, prices=(priced("wanted", 1.0, siting, lambda: _solve(more)[0]),))
    opened = np.setdiff1d(siting.open, today)
    return Closure(
        siting,
        places,
        tuple(int(one) for one in opened),
        int(siting.objective),
        before,
        float(siting.served.sum()),
    )


def _target(wanted: ArrayLike, group: ArrayLike | None, people: Floats) -> Wanted:
    if group is None:
        return Wanted(
            np.zeros(people.size, dtype=np.intp),
            whole_counts(np.atleast_1d(wanted), "wanted", 1).astype(np.float64),
        )
    of = groups_of(group, people.size)
    least = whole_counts(wanted, "wanted", int(of.max()) + 1).astype(np.float64)
    return Wanted(of, least)


@dataclass(frozen=True)
class _Asked:
    near: csr_array
    people: Floats
    roles: Roles
    figures: SiteFigures
    target: Wanted
    limits: Limits

    def model(self, prizes: Prizes, *, maximise: bool) -> Serving:
        base = self.figures.places.astype(np.float64)
        # Nobody pays for more places than there are people; the solver keeps small numbers best.
        room = np.minimum(self.figures.most - base, self.people.sum())
        bounds = Bounds(base, room)
        return serving_model(self.near, self.people, self.roles, bounds, prizes, maximise=maximise)


def _solve(asked: _Asked) -> tuple[Siting, Wholes]:
    new = ~asked.roles.fixed
    prizes = Prizes(site=np.where(new, asked.figures.site_cents, 0), place=asked.figures.cents)
    serving = asked.model(prizes, maximise=False)
    serving.serve_at_least(asked.target)
    solved = serving.model.solve(asked.limits)
    if solved.status == "infeasible":
        raise _out_of_reach(asked)
    found = read_served(serving, solved, asked.near, asked.people, asked.target, asked.limits)
    places = np.zeros(new.size, dtype=np.int64)
    if found.places is not None:
        places = np.rint(found.places).astype(np.int64)
    # A site that costs nothing may stand open without a place: it is not opened.
    sites = found.sites[places[found.sites] > 0]
    opened = np.isin(np.arange(new.size), sites) & new
    added = places - asked.figures.places
    spent = asked.figures.cost(added, opened)
    bound = min(max(float(math.ceil(solved.bound - HALF_CENT)), 0.0), float(spent))
    bound, state = proof(
        float(spent), bound, solved.reached(float(spent)), exact=solved.status == "time_limit"
    )
    siting = Siting(
        open=sites,
        assignment=found.assignment,
        objective=float(spent),
        bound=bound,
        gap=gap_between(float(spent), bound),
        state=state,
        served=found.served,
        added=added.astype(np.float64),
    )
    return siting, places


def _out_of_reach(asked: _Asked) -> Infeasible:
    """What is missing even with every site open at its most."""
    short = missing_by_group(asked.model(Prizes(), maximise=True), asked.target, asked.limits)
    total = float(short.sum())
    if total <= 0:
        raise InvalidInput("The solver contradicts itself: the numbers are too far apart in size")
    groups = np.flatnonzero(short > HALF_CENT)
    return Infeasible(
        f"{total:.15g} of the {asked.target.least.sum():.15g} persons wanted cannot be served at any"
        f" cost, in group(s) {', '.join(str(one) for one in groups[:5])}",
        constraint="wanted",
        short_by=total,
        groups={int(g): float(short[g]) for g in groups},
        unit="persons",
        hint="Raise the threshold or the most places of sites near them, or name candidates.",
    )
