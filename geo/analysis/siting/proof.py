"""The exact answer: what the relaxation leaves open goes to HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.siting.choice import Choice, marks_of
from geo.analysis.siting.interchange import interchange
from geo.analysis.siting.relaxation import Found, cheapest_sites, reduced_costs
from geo.analysis.siting.result import Indices, Limits
from geo.analysis.siting.solver import Columns, Model

SLACK = 1e-9
"""Relative: what is ruled out must be worse than the best found by more than rounding."""


@dataclass(frozen=True)
class Proven:
    """The best set, a lower bound, and whether the search ended by itself."""

    sites: Indices
    bound: float
    finished: bool


def prove(choice: Choice, found: Found, limits: Limits) -> Proven:
    """Solve `choice` exactly, beginning from what the heuristic found.

    Sites and pairs that the relaxation shows to be worse than the best set found are left out
    first (reduced-cost fixing); the set itself always stays. The rest is a chain by distance: for
    the distinct weights w_1 < .. < w_K of origin i, z_ik >= z_i,k-1 - sum of y_j at w_k, z_i0 = 1,
    at a cost of sum_k (w_k+1 - w_k) z_ik (the radius formulation of Cornuejols, Nemhauser & Wolsey
    1980, as Garcia, Labbe & Marin 2011 shorten it; figures from memory). Its linear relaxation is
    as tight as the classic x_ij <= y_j, with two entries a pair.
    """
    if found.value - found.bound <= SLACK * max(1.0, abs(found.value)):
        return Proven(found.sites, found.value, finished=True)
    room = found.value + SLACK * max(1.0, abs(found.value)) - found.bound
    must, may = _fixed_by_bound(choice, found.price, room)
    weight, forced = _needed_pairs(choice, found.price, room, may)
    model = Model()
    base = float(weight.shape[0] and _first_weights(weight, choice.missing).sum())
    y = model.add_columns(
        choice.opening.size, cost=choice.opening, lower=must, upper=may, whole=True
    )
    model.add_rows(1, [(np.zeros(y.size), y, 1.0)], lower=choice.p, upper=choice.p)
    _add_chains(model, y, weight, choice.missing, forced)
    solved = model.solve(limits, (y, marks_of(found.sites, y.size).astype(np.float64)))
    bound = max(found.bound, min(solved.bound + base, found.value))
    sites = found.sites
    if solved.values is not None:
        other = np.flatnonzero(solved.values[y] > 0.5).astype(np.intp)
        # The solver ends anywhere among equals: the interchange settles which.
        other = interchange(choice, other)
        sites = other if choice.value(other) < found.value else sites
    finished = solved.status == "optimal"
    return Proven(sites, min(bound, choice.value(sites)), finished)


def _fixed_by_bound(choice: Choice, price: Floats, room: float) -> tuple[Bools, Bools]:
    """Sites that every better set opens, and those that one may open."""
    reduced = reduced_costs(choice, price)
    taken = marks_of(cheapest_sites(choice, reduced), reduced.size)
    inside = taken & ~choice.fixed
    outside = choice.usable & ~taken
    dearest = reduced[inside].max(initial=-np.inf)
    cheapest = reduced[outside].min(initial=np.inf)
    must = choice.fixed | (inside & (cheapest - reduced > room))
    may = taken | (outside & (reduced - dearest <= room))
    return must, may


def _needed_pairs(
    choice: Choice, price: Floats, room: float, may: Bools
) -> tuple[csr_array, Bools]:
    """Pairs that a better set may use, and origins that it serves through one of them.

    Only the far end of each row may go: what is near shuts out what is behind it.
    """
    weight = keep(choice.weight, may[choice.weight.indices])
    rows = rows_of(weight)
    near = weight.data - price[rows] <= room
    weight = keep(weight, near)
    return weight, choice.missing - price > room


def _first_weights(weight: csr_array, missing: Floats) -> Floats:
    least = missing.astype(np.float64).copy()
    np.minimum.at(least, rows_of(weight), weight.data)
    return least


def _add_chains(
    model: Model, y: Columns, weight: csr_array, missing: Floats, forced: Bools
) -> None:
    """A column and a row for each distinct weight of each origin."""
    rows = rows_of(weight)
    order = np.lexsort((weight.data, rows))
    row, value, site = rows[order], weight.data[order], weight.indices[order]
    opens = np.concatenate(
        [[True], (row[1:] != row[:-1]) | (value[1:] != value[:-1])] if row.size else [[]]
    ).astype(np.bool_)
    level = np.cumsum(opens) - 1
    level_row, level_value = row[opens], value[opens]
    if level_row.size == 0:
        return
    starts = np.concatenate([[True], level_row[1:] != level_row[:-1]])
    ends = np.append(starts[1:], True)
    beyond = np.where(ends, missing[level_row], np.append(level_value[1:], 0.0))
    closed = ends & forced[level_row]
    z = model.add_columns(
        level_row.size,
        cost=np.where(closed, 0.0, beyond - level_value),
        upper=np.where(closed, 0.0, 1.0),
    )
    inner = np.flatnonzero(~starts)
    model.add_rows(
        z.size,
        [(np.arange(z.size), z, 1.0), (inner, z[inner - 1], -1.0), (level, y[site], 1.0)],
        lower=np.where(starts, 1.0, 0.0),
    )
