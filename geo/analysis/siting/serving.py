"""The model of serving people from places: who can be served by which open sites."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from geo.analysis.arrays import Floats, keep, rows_of
from geo.analysis.siting.choice import nearest_open
from geo.analysis.siting.places import Bounds, Wanted, is_whole
from geo.analysis.siting.result import NOBODY, Indices, Infeasible, Limits
from geo.analysis.siting.roles import Roles
from geo.analysis.siting.solver import Columns, Model, Part, Solved
from geo.analysis.stair.allocation import allocate

SMALLEST_FLOW = 1e-7
WHOLE_PERSON = 1e-6
"""So little short of a whole person is rounding of the solver."""


@dataclass(frozen=True)
class Prizes:
    """The objective: what an open site, an added place and a served person add to it."""

    site: ArrayLike = 0.0
    place: ArrayLike = 0.0
    person: ArrayLike = 0.0


@dataclass(frozen=True)
class Serving:
    """A model with its columns: y open sites, g added places, s persons served by origin.

    `x` persons by stored pair, None where places are not counted (`bounds` None).
    """

    model: Model
    y: Columns
    g: Columns
    s: Columns
    x: Columns | None
    bounds: Bounds | None

    def limit(self, parts: list[tuple[Columns, ArrayLike]], **bounds: float) -> None:
        """One row over columns with their factors, between `lower` and `upper`."""
        terms: list[Part] = [(np.zeros(column.size), column, factor) for column, factor in parts]
        self.model.add_rows(1, terms, **bounds)

    def serve_at_least(self, wanted: Wanted, spare: Columns | None = None) -> None:
        """The floor of each group; `spare` (G,) columns may stand in for persons."""
        size = wanted.least.size
        parts: list[Part] = [(wanted.of, self.s, 1.0)]
        if spare is not None:
            parts.append((np.arange(size), spare, 1.0))
        self.model.add_rows(size, parts, lower=wanted.least)


def serving_model(
    near: csr_array,
    people: Floats,
    roles: Roles,
    bounds: Bounds | None,
    prizes: Prizes,
    *,
    maximise: bool,
) -> Serving:
    """Origins served by open sites within the threshold, each person once.

    Without places: s_i <= a_i sum_j y_j over the sites in reach (Church & ReVelle 1974). With
    places: s_i = sum_j x_ij, sum_i x_ij <= base_j y_j + g_j, g_j <= room_j y_j, g_j whole
    (Current & Storbeck 1988, with growth), and x_ij <= min(a_i, base_j + room_j) y_j, which cuts
    nothing off but tightens the relaxation. Every stored pair of `near` serves.
    """
    model = Model(maximise=maximise)
    size = near.shape[1]
    y = model.add_columns(size, cost=prizes.site, lower=roles.fixed, upper=roles.usable, whole=True)
    s = model.add_columns(people.size, cost=prizes.person, upper=people)
    rows, sites = rows_of(near), near.indices
    if bounds is None:
        none = np.zeros(0, dtype=np.intp)
        reach: list[Part] = [(np.arange(s.size), s, -1.0), (rows, y[sites], people[rows])]
        model.add_rows(s.size, reach, lower=0.0)
        return Serving(model, y, none, s, None, None)
    g = model.add_columns(size, cost=prizes.place, upper=bounds.room, whole=True)
    most = np.minimum(people[rows], (bounds.base + bounds.room)[sites])
    x = model.add_columns(near.nnz, upper=most)
    every = np.arange(size)
    # More places than people near are as good as just enough, and easier on the solver.
    enough = np.bincount(sites, weights=people[rows], minlength=size)
    base = np.minimum(bounds.base, enough)
    model.add_rows(s.size, [(np.arange(s.size), s, -1.0), (rows, x, 1.0)], lower=0.0, upper=0.0)
    model.add_rows(size, [(sites, x, 1.0), (every, y, -base), (every, g, -1.0)], upper=0.0)
    model.add_rows(size, [(every, g, 1.0), (every, y, -bounds.room)], upper=0.0)
    pairs = np.arange(near.nnz)
    model.add_rows(near.nnz, [(pairs, x, 1.0), (pairs, y[sites], -most)], upper=0.0)
    return Serving(model, y, g, s, x, bounds)


@dataclass(frozen=True)
class Served:
    """Whole sites and places of a solution, and who goes where."""

    sites: Indices
    added: Floats
    places: Floats | None
    served: Floats
    assignment: Indices


def read_served(
    serving: Serving,
    solved: Solved,
    near: csr_array,
    people: Floats,
    wanted: Wanted | None,
    limits: Limits,
) -> Served:
    """The solution in whole numbers, people sent by the shortest journeys that serve as many.

    Where persons or places come in parts, or whole persons would break a floor, the solver's own
    flow is taken, persons in parts.
    """
    values = solved.required()
    marks = values[serving.y] > 0.5
    sites = np.flatnonzero(marks).astype(np.intp)
    if serving.bounds is None or serving.x is None:
        site, _ = nearest_open(near, marks)
        served = np.where(site >= 0, people, 0.0)
        return Served(sites, np.zeros(marks.size), None, served, site)
    added = np.where(marks, np.rint(values[serving.g]), 0.0)
    places = np.where(marks, serving.bounds.base + added, 0.0)
    least = None
    if wanted is not None:
        held = np.concatenate([marks.astype(np.float64), added])
        again = serving.model.settle(limits, np.concatenate([serving.y, serving.g]), held)
        values = values if again.values is None else again.values
        least = np.floor(values[serving.s] + WHOLE_PERSON)
    sent = values[serving.x]
    flow = keep(csr_array((sent, near.indices, near.indptr), near.shape), sent > SMALLEST_FLOW)
    if is_whole(people) and is_whole(places):
        whole = journeys(near, people, places, least)
        flow = whole if _keeps(whole, wanted) else flow
    return Served(sites, added, places, _row_sums(flow), most_served_at(flow))


def _keeps(flow: csr_array, wanted: Wanted | None) -> bool:
    if wanted is None:
        return True
    reached = np.bincount(wanted.of, weights=_row_sums(flow), minlength=wanted.least.size)
    return bool((reached >= wanted.least - WHOLE_PERSON).all())


def _row_sums(flow: csr_array) -> Floats:
    return np.asarray(flow.sum(axis=1), dtype=np.float64)


def journeys(
    near: csr_array, people: Floats, places: Floats, least: Floats | None = None
) -> csr_array:
    """Persons by pair: as many served as can be, then the fewest minutes (see `allocate`)."""
    beyond = float(near.data.max(initial=0.0)) + 1.0
    places = np.minimum(places, people.sum())
    return allocate(people, places, near, beyond, at_least=least).flow


def most_served_at(flow: csr_array) -> Indices:
    """The site that serves most of each origin, of equals the lowest index; -1 for nobody."""
    rows = rows_of(flow)
    some = flow.data > 0
    order = np.lexsort((flow.indices[some], -flow.data[some], rows[some]))
    first = np.flatnonzero(np.diff(rows[some][order], prepend=-1))
    site = np.full(flow.shape[0], NOBODY, dtype=np.intp)
    site[rows[some][order][first]] = flow.indices[some][order][first]
    return site


def missing_by_group(serving: Serving, wanted: Wanted, limits: Limits) -> Floats:
    """Persons short of the floor by group, fewest in all; `serving` must have no objective."""
    spare = serving.model.add_columns(wanted.least.size, cost=-1.0)
    serving.serve_at_least(wanted, spare)
    return serving.model.solve(limits).required()[spare]


def floor_infeasible(short: Floats) -> Infeasible:
    """The error for a floor that cannot be kept: which groups, by how many persons."""
    groups = np.flatnonzero(short > SMALLEST_FLOW)
    named = ", ".join(f"{g} by {math.ceil(short[g] - 1e-6)}" for g in groups[:5])
    return Infeasible(
        f"The equity floor cannot be kept: even at best, group(s) {named} persons short",
        constraint="floor",
        short_by=float(short.sum()),
        groups={int(g): float(short[g]) for g in groups},
        unit="persons",
        hint="Lower the floor of these groups, raise p or the places, or name candidates there.",
    )
