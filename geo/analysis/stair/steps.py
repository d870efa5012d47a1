"""The stair of coverage: which gap stops each person in need first.

With F(.) the most people that the places can hold at once (max flow, `allocation.allocate`):

    existence = need of origins without a serving site      N' = the rest
    capacity  = N' - F(serves)                              no limit of distance
    reach     = F(serves) - F(serves, within threshold)
    fit       = F(serves, within threshold) - F(the same, suitable)
    information = F(the same, suitable) - F(the same, only the informed ask)

Each network lies within the one before, so no difference is negative. A site without places exists:
those who depend on it lack capacity. The TOTALS of the six parts are unique. How they fall on ORIGINS
is one chosen optimum: the innermost allocation is solved first, and each next keeps everybody served
so far (an augmenting path never unserves an origin) and adds the most people, with the fewest
minutes, equal minutes to earlier rows. Beyond the threshold minutes count for nothing (a cost cut
there gives the same stair); there the places go in equal shares of the people still unserved: by
largest remainder among origins with the same serving sites, and among others in a hundred rounds of
one per cent, within a round to earlier rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse import csr_array

from geo.analysis.apportionment import Wholes, half_up, largest_remainder
from geo.analysis.arrays import Floats, cost_matrix, counts, keep, rows_of
from geo.analysis.stair.allocation import cheapest, only, pair_set, within_threshold
from geo.analysis.stair.transport import Pairs, Unserved, cheapest_flow
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput

PARTS = ("existence", "capacity", "reach", "fit", "information", "covered")
"""The steps in their fixed order; each person stands in the first that stops them."""

ROUNDS = 100
"""Rounds in which places beyond the threshold are handed out: one per cent of the people each."""


@dataclass(frozen=True)
class Stair:
    """Persons of n origins at each step, whole numbers; the six sum to the need of each origin.

    existence: no site may serve this origin. capacity: the sites that may serve are too small for
    them, however far they went. reach: those places could hold them, but not within the threshold.
    fit: a place within the threshold, but in no site that suits them. information: a suitable
    place, of which they do not know. covered: none of these.
    """

    existence: Wholes
    capacity: Wholes
    reach: Wholes
    fit: Wholes
    information: Wholes
    covered: Wholes

    @property
    def totals(self) -> dict[str, int]:
        """Persons at each step over all origins, by its name, in the order of the stair."""
        return {part: int(getattr(self, part).sum()) for part in PARTS}


def coverage_stair(
    need: ArrayLike,
    capacity: ArrayLike,
    cost: Any,
    threshold: float,
    *,
    serves: Any = None,
    fit: Any = None,
    informed: ArrayLike | None = None,
) -> Stair:
    """The five-part gap statement (methods.md 5.6; the idea is Tanahashi's, 1978).

    `need` (n,) persons and `capacity` (m,) places, whole numbers; `cost` CSR n x m minutes (stored
    zeros real, what is not stored out of reach); `threshold` minutes, inclusive. `serves` n x m
    (sparse or array of truths): which site may serve which origin, None: all may. `fit` n x m or
    (m,): which site suits the group, None: all do. `informed` (n,) says how many of those in need
    know of the service, None: all. Its type tells its meaning: whole-number types are persons
    (more than the need counts as all of it); floats and truths are shares, 0 to 1: share x need is
    rounded to whole persons by largest remainders over all rows, so that the sum is kept.

    Formulas, and which of equal optima is chosen, stand at the top of this file. Raises
    InvalidInput for broken numbers and shapes.
    """
    people = whole_counts(need, "need")
    places = whole_counts(capacity, "capacity")
    shape = (people.size, places.size)
    near = within_threshold(cost_matrix(cost, *shape), threshold)
    knowing = people if informed is None else _informed(informed, people)
    serving = None if serves is None else pair_set(serves, shape, "serves")
    if serving is not None:
        near = only(near, serving)
    suitable = near if fit is None else _suitable(near, fit)

    covered = cheapest(knowing, places, suitable, np.zeros_like(people)).served
    suited = covered
    if informed is not None:
        suited = cheapest(people, places, suitable, covered).served
    reached = suited if fit is None else cheapest(people, places, near, suited).served
    existing, held = _wherever(people, reached, places, serving)
    return Stair(
        existence=people - existing,
        capacity=existing - held,
        reach=held - reached,
        fit=reached - suited,
        information=suited - covered,
        covered=covered,
    )


def _wherever(
    people: Wholes, reached: Wholes, places: Wholes, serving: csr_array | None
) -> tuple[Wholes, Wholes]:
    """People for whom a site exists, and people for whom there are places, however far (n,)."""
    if serving is None:
        exists = np.full(people.size, places.size > 0)
        more = _shared_by_all(people - reached, int(places.sum() - reached.sum()))
    else:
        exists = np.diff(serving.indptr) > 0
        more = _shared_by_serving(people - reached, reached, places, serving)
    return np.where(exists, people, 0), reached + more


def _informed(informed: ArrayLike, people: Wholes) -> Wholes:
    """Whole persons who know of the service, at most the need of their origin."""
    given = np.asarray(informed)
    if given.dtype.kind in "iu":
        return np.minimum(whole_counts(given, "informed", people.size), people)
    shares = counts(given, "informed", people.size)
    if (shares > 1).any():
        where = int(np.argmax(shares > 1))
        raise InvalidInput(
            f"'informed' holds the share {shares[where]} at position {where}: shares end at 1, and"
            " persons are to be given as whole-number types"
        )
    wanted = shares * people
    return largest_remainder(wanted, half_up(math.fsum(wanted)))


def _suitable(near: csr_array, fit: Any) -> csr_array:
    """The pairs whose site suits, by one row over the sites or a whole matrix."""
    if np.ndim(fit) == 1 and not sparse.issparse(fit):
        one_row = pair_set(np.asarray(fit)[None, :], (1, near.shape[1]), "fit")
        suits = np.zeros(near.shape[1], dtype=np.bool_)
        suits[one_row.indices] = True
        return keep(near, suits[near.indices])
    return only(near, pair_set(fit, near.shape, "fit"))


def _shared_by_all(unserved: Wholes, places: int) -> Wholes:
    """Places that anybody may take, in equal shares of those still unserved."""
    waiting = int(unserved.sum())
    held = min(places, waiting)
    shares: Floats = unserved * np.float64(held / max(waiting, 1))
    return largest_remainder(shares, held)


def _shared_by_serving(
    unserved: Wholes, served: Wholes, places: Wholes, serving: csr_array
) -> Wholes:
    """People that the serving sites could hold beyond those already served, by origin.

    Origins that the same sites may serve are one in this question, and so are sites that may
    serve the same origins; what is asked of jurisdictions is then as small as their number.
    """
    if not unserved.size:
        return unserved
    origin_group, origin_leads = _alike(serving)
    small = csr_array(serving[origin_leads])
    site_group, site_leads = _alike(csr_array(small.T))
    small = csr_array(small[:, site_leads])
    small.sort_indices()
    groups = origin_leads.size

    def grouped(values: Wholes, group: Wholes, size: int) -> Wholes:
        return np.bincount(group, weights=values, minlength=size).astype(np.int64)

    waiting = grouped(unserved, origin_group, groups)
    settled = grouped(served, origin_group, groups)
    pairs = Pairs(rows_of(small), small.indices.astype(np.int64), np.zeros(small.nnz, np.int64))
    people = waiting + settled
    flow = cheapest_flow(
        people, grouped(places, site_group, site_leads.size), pairs, _in_rounds(waiting)
    )
    extra = grouped(flow, pairs.origin, groups) - settled
    shares = extra / np.maximum(waiting, 1)
    found = np.zeros_like(unserved)
    by_group = np.argsort(origin_group, kind="stable")
    ends = np.cumsum(np.bincount(origin_group, minlength=groups))
    for group, members in enumerate(np.split(by_group, ends[:-1])):
        found[members] = largest_remainder(unserved[members] * shares[group], int(extra[group]))
    return found


def _in_rounds(waiting: Wholes) -> Unserved:
    """Prices that serve first whom places hold already, then a per cent of each group in turn."""
    groups = waiting.size
    steps = np.arange(ROUNDS + 1, dtype=np.int64)
    until = (2 * waiting[:, None] * steps + ROUNDS) // (2 * ROUNDS)
    size = np.diff(until, axis=1)
    # Left unserved rather in a late round, and in a round rather a late row.
    round_cost = (ROUNDS - steps[:-1]) * (groups + 1)
    cost = round_cost[None, :] + np.arange(groups, 0, -1, dtype=np.int64)[:, None]
    wanted = size > 0
    origin = np.repeat(np.arange(groups, dtype=np.int64), np.count_nonzero(wanted, axis=1))
    dearest = np.full(groups, (ROUNDS + 1) * (groups + 1), dtype=np.int64)
    return Unserved(origin, size[wanted], cost[wanted], dearest)


def _alike(pairs: csr_array) -> tuple[Wholes, Wholes]:
    """The group of each row among rows with the same entries, and the first row of each group."""
    pairs.sort_indices()
    known: dict[bytes, int] = {}
    leads: list[int] = []
    group = np.empty(pairs.shape[0], dtype=np.int64)
    for row in range(pairs.shape[0]):
        entries = pairs.indices[pairs.indptr[row] : pairs.indptr[row + 1]].tobytes()
        if entries not in known:
            known[entries] = len(leads)
            leads.append(row)
        group[row] = known[entries]
    return group, np.array(leads, dtype=np.int64)
