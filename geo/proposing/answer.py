"""From places after a decision to the proposal that people read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from geo.analysis.apportionment import Wholes
from geo.analysis.siting.result import State, gap_between
from geo.errors import InvalidInput
from geo.plans.proposal import Floor, Proposal, Served, Step, Terms
from geo.proposing.ground import Ground


@dataclass(frozen=True)
class Proof:
    """The objective, what no answer is better than, and how far that was shown, whole numbers."""

    unit: Literal["cents", "places", "persons"]
    objective: int
    bound: int
    state: State

    @property
    def gap(self) -> float:
        """|objective - bound| as a share of the larger."""
        return gap_between(self.objective, self.bound)


def answer_of(
    ground: Ground,
    terms: Terms,
    area: str,
    places: Wholes,
    proof: Proof,
    *,
    cents: int | None,
    wanted: int | None = None,
    one_more: int | None = None,
    floor: Floor | None = None,
) -> Proposal:
    """The proposal with these places (m,) after, and whom they serve before and after."""
    before, after = (ground.served(one, working=ground.working) for one in (ground.places, places))
    works = [ground.served(one, working=True) for one in (ground.places, places)]
    rows = tuple(
        Served(code, int(need), int(was), int(now))
        for code, need, was, now in zip(
            ground.codes, ground.need_by_area, before, after, strict=True
        )
        if need
    )
    here = [code == area or area not in ground.codes for code in ground.codes]
    at_largest = int(((places == ground.most) & (places > ground.places)).sum())
    return Proposal(
        terms=terms,
        area_code=area,
        steps=_steps(ground, places),
        served=rows,
        wanted=wanted,
        met=wanted is None or int(after[here].sum()) >= wanted,
        working_before=int(works[0][here].sum()),
        working_after=int(works[1][here].sum()),
        unit=proof.unit,
        objective=proof.objective,
        bound=proof.bound,
        gap=proof.gap,
        state=proof.state if proof.gap else "optimal",
        cents=cents,
        room=replace(ground.room, at_largest=at_largest),
        own_area_only=ground.own_area_only,
        one_more=one_more,
        floor=floor,
    )


def _steps(ground: Ground, places: Wholes) -> tuple[Step, ...]:
    """What changes: closed and made smaller first, then grown, then opened."""
    changed = np.flatnonzero(places != ground.places)
    kind = np.select(
        [ground.places[changed] == 0, places[changed] > ground.places[changed]], [2, 1], 0
    )
    steps = []
    for site in changed[np.lexsort((changed, kind))]:
        lon, lat = ground.points[site]
        named = ground.named[site]
        new = named is None
        steps.append(
            Step(
                service=named,
                area_code=ground.site_area[site],
                before=int(ground.places[site]),
                after=int(places[site]),
                lon=float(lon) if new else None,
                lat=float(lat) if new else None,
            )
        )
    return tuple(steps)


def checked_share(share: float, name: str) -> float:
    """A share between 0 and 1. Raises InvalidInput, for what is no number too."""
    if not 0 <= share <= 1:
        raise InvalidInput(
            f"{name} must lie between 0 and 1, not {share}.",
            hint="0.8 are four of five people in need.",
        )
    return share
