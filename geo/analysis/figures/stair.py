"""The stair of coverage by municipality: at which step the people in need of a service stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from geo.analysis.apportionment import Wholes, largest_remainder
from geo.analysis.arrays import Bools, Floats
from geo.analysis.figures.rows import figures, joined, with_total
from geo.analysis.stair import PARTS, coverage_stair
from geo.analysis.stair.allocation import only, pair_set
from geo.analysis.travel import TravelBasis
from geo.errors import InvalidInput

Indices = NDArray[np.intp]

NOT_ASSESSED = {
    "en": "No register says who knows of the service, so nobody is counted here.",
    "el": "Κανένα μητρώο δεν λέει ποιος γνωρίζει την υπηρεσία, άρα κανείς δεν μετράται εδώ.",
}
NOBODY_LIVES = {
    "en": "There is no populated cell here to place the people in need in.",
    "el": "Δεν υπάρχει εδώ κατοικημένο κελί όπου να τοποθετηθούν τα άτομα με ανάγκη.",
}
NOT_STATED = {
    "en": "A service that may serve people here does not state its places or its address; low and"
    " high say how far that could move the figure.",
    "el": "Μια δομή που μπορεί να εξυπηρετεί άτομα εδώ δεν δηλώνει τις θέσεις ή τη διεύθυνσή της·"
    " το διάστημα δείχνει πόσο θα μπορούσε να αλλάξει η τιμή.",
}
INFORMATION = "information"


@dataclass(frozen=True)
class Ground:
    """What the stair of one service type rests on besides the need itself.

    `codes` of the k municipalities; `cell_area` (n,) the municipality of each populated cell, as
    a position in `codes`, and `cell_people` (n,) its residents; `capacity` (m,) places of the
    sites, 0 where they are not stated; `cost` CSR n x m minutes; `threshold` minutes, inclusive;
    `serves` n x m, which site may serve which cell (None: all may); `suits` (m,) sites that work
    for whoever comes (None: all); `basis` what the minutes rest on. `not_stated` (m,) sites that
    do not say how many places they have, `site_area` (m,) the municipality of each site of which
    no more than that is known, as a position in `codes`, -1 elsewhere (None: no such site).
    """

    codes: tuple[str, ...]
    cell_area: Indices
    cell_people: Floats
    capacity: Wholes
    cost: csr_array
    threshold: float
    serves: csr_array | None = None
    suits: Bools | None = None
    basis: TravelBasis | None = None
    not_stated: Bools | None = None
    site_area: Indices | None = None

    @property
    def is_stated(self) -> bool:
        """Whether every site's places and point are known."""
        silent = self.not_stated is not None and bool(self.not_stated.any())
        return not silent and (self.site_area is None or bool((self.site_area < 0).all()))

    def at_best(self, people: int) -> Ground:
        """The same with all that is not stated as good as it may be: places for all `people`, and
        a site whose point is not known within reach of its whole municipality."""
        capacity, cost = self.capacity, self.cost
        if self.not_stated is not None:
            capacity = np.where(self.not_stated, people, capacity)
        if self.site_area is not None:
            cells, sites = np.nonzero(self.cell_area[:, None] == self.site_area[None, :])
            near = coo_array((np.zeros(cells.size), (cells, sites)), shape=cost.shape)
            known = cost.tocoo()
            where = tuple(
                np.concatenate(pair) for pair in zip(known.coords, near.coords, strict=True)
            )
            cost = csr_array((np.concatenate([known.data, near.data]), where), shape=cost.shape)
        return replace(self, capacity=capacity, cost=cost, not_stated=None, site_area=None)

    def with_places(self) -> Ground:
        """The sites that state places only, and journeys only to those that may serve, as access
        and reach ask for them: one without places would draw a part of the demand and give none."""
        holds = self.capacity > 0
        cost = csr_array(self.cost[:, holds])
        if self.serves is not None:
            cost = only(cost, pair_set(self.serves[:, holds], cost.shape, "serves"))
        return replace(
            self,
            capacity=self.capacity[holds],
            cost=cost,
            serves=None,
            suits=None if self.suits is None else self.suits[holds],
            not_stated=None,
            site_area=None if self.site_area is None else self.site_area[holds],
        )

    @property
    def inhabited(self) -> Bools:
        """Municipalities (k,) with a cell in which people in need can be placed."""
        people = np.bincount(self.cell_area, weights=self.cell_people, minlength=len(self.codes))
        lived_in: Bools = people > 0
        return lived_in


def stair_by_area(ground: Ground, need: Wholes) -> Wholes:
    """Persons at each step (6, k), in the order of PARTS; each column sums to its need (k,).

    A municipality's need stands in its cells in proportion to their residents, by largest
    remainders, since the registers' counts are by municipality. `need` of a municipality that is
    not `inhabited` must be 0. Raises InvalidInput otherwise.
    """
    homeless = (need > 0) & ~ground.inhabited
    if homeless.any():
        raise InvalidInput(f"{ground.codes[int(np.argmax(homeless))]} has need and no cell")
    in_cells = np.zeros(ground.cell_area.size, dtype=np.int64)
    for area in np.flatnonzero(need):
        here = np.flatnonzero(ground.cell_area == area)
        people = ground.cell_people[here]
        in_cells[here] = largest_remainder(people / people.sum() * need[area], int(need[area]))
    stair = coverage_stair(
        in_cells,
        ground.capacity,
        ground.cost,
        ground.threshold,
        serves=ground.serves,
        fit=ground.suits,
    )
    made = np.zeros((len(PARTS), len(ground.codes)), dtype=np.int64)
    for number, part in enumerate(PARTS):
        np.add.at(made[number], ground.cell_area, getattr(stair, part))
    return made


@dataclass(frozen=True)
class Steps:
    """Persons at each step (6, n): as stated, and the least and most they may be between the stair
    of what is stated and that of `Ground.at_best`; these are NaN where all is stated."""

    value: Floats
    low: Floats
    high: Floats


def stair_steps(ground: Ground, need: Wholes) -> Steps:
    """`stair_by_area`, and how far what services do not state could move it."""
    stated = stair_by_area(ground, need).astype(float)
    if ground.is_stated:
        unknown = np.full(stated.shape, np.nan)
        return Steps(stated, unknown, unknown)
    best = stair_by_area(ground.at_best(int(need.sum())), need).astype(float)
    # More places or shorter journeys let nobody stop earlier: so many stop up to a step, between
    # the two stairs, and from two such sums follows what one step may hold.
    upto = np.cumsum(np.stack([stated, best])[:, :-1], axis=1)
    least, most = upto.min(axis=0), upto.max(axis=0)
    nobody = np.zeros((1, need.size))
    low = np.maximum(0.0, least - np.vstack([nobody, most[:-1]]))
    high = most - np.vstack([nobody, least[:-1]])
    return Steps(stated, np.vstack([low, need - most[-1]]), np.vstack([high, need - least[-1]]))


def stair_of_shown(
    ground: Ground,
    shown: Sequence[str],
    counts: Floats,
    hidden: Sequence[str] = (),
    hidden_residents: Floats | None = None,
    left: float | None = None,
) -> Steps:
    """The stair (6, n) of the n municipalities `shown`, from no more than a release tells.

    `counts` (n,) are persons as released. The `left` persons of the municipalities `hidden` stand
    there by their residents, since they compete for the same places; None: how many they are is not
    told, and they stand nowhere.
    """
    position = {code: number for number, code in enumerate(ground.codes)}
    need = np.zeros(len(ground.codes), dtype=np.int64)
    here = [position[code] for code in shown]
    need[here] = np.rint(counts).astype(np.int64)
    if left and hidden_residents is not None and hidden_residents.sum() > 0:
        people = np.nan_to_num(hidden_residents)
        there = [position[code] for code in hidden]
        persons = round(left)
        need[there] = largest_remainder(people / people.sum() * persons, persons)
    found = stair_steps(ground, np.where(ground.inhabited, need, 0))
    return Steps(found.value[:, here], found.low[:, here], found.high[:, here])


def stair_figures(
    ground: Ground, need: Floats, region: str, period: str, breakdown: str
) -> pd.DataFrame:
    """Rows of the six steps by municipality and for the region; `need` (k,) NaN where unknown.

    Where need is not known it enters nothing and there is no figure. The step of information has
    none anywhere, as registers do not say who knows of a service.
    """
    known = ~np.isnan(need) & (ground.inhabited | (need == 0))
    persons = np.where(known, need, 0).astype(np.int64)
    steps = stair_steps(ground, persons)
    asked = NOT_STATED if not ground.is_stated else {}
    reasons: Sequence[Mapping[str, str]] = [
        NOBODY_LIVES if need[area] > 0 and not known[area] else asked for area in range(need.size)
    ]
    rows = []
    for number, part in enumerate(PARTS):
        silent = part == INFORMATION
        values = np.where(known & (not silent), steps.value[number], np.nan)
        told = [dict(NOT_ASSESSED if silent else reason) for reason in reasons]
        named = figures(
            f"stair_{part}",
            ground.codes,
            period,
            values=values,
            low=steps.low[number],
            high=steps.high[number],
            breakdown=breakdown,
            explanations=told,
        )
        rows.append(with_total(named, region))
    return joined(rows)
