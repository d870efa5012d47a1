"""What would close a gap at least cost: which services to open and which to grow."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.analysis.apportionment import Wholes
from geo.analysis.siting import Closure, Infeasible, Limits, Sites, cheapest_closure
from geo.analysis.siting.result import State
from geo.errors import InvalidInput
from geo.plans.proposal import Proposal, Terms
from geo.proposing.answer import Proof, answer_of, checked_share
from geo.proposing.ground import Ground

ROUNDS = 20
"""How often people elsewhere who would take the new places are allowed for, at most."""


def close_gap(
    ground: Ground, terms: Terms, share: float, region: str, area: str | None = None
) -> Proposal:
    """The cheapest places that serve a share of those in need within the threshold.

    `share` between 0 and 1, rounded up to whole people: of the whole region, or of the municipality
    `area`; then everybody served elsewhere today still is. Costs are those of `terms`; where there
    are none, the fewest places are sought, and of these answers the one with fewest new services.
    Whom places serve is counted as the stair does (most people, then the shortest journeys), so
    that a scenario with these steps shows the same. People elsewhere may so take places meant for
    `area`; they are allowed for in rounds, and the bound is that of the first round.

    Raises InvalidInput for a broken share or an area without need; Infeasible where no money does
    it, saying what stands in the way and by how many people; NotFinished for too short a time.
    """
    wanted = _wanted(ground, checked_share(share, "The share"), area)
    _check_reach(ground, wanted, area)
    question = _Question(ground, terms, wanted.least)
    found = first = question.solved(wanted)
    for _ in range(ROUNDS):
        after = wanted.by_group(ground.served(found.places, working=ground.working))
        if (after >= wanted.least).all():
            break
        question = replace(question, least=np.maximum(question.least, after))
        found = question.solved(wanted)
    costs = terms.cost_per_place_cents is not None
    return answer_of(
        ground,
        terms,
        area or region,
        found.places,
        question.proof(found, first),
        cents=found.cost if costs else None,
        wanted=wanted.persons,
        one_more=question.one_more(found),
    )


@dataclass(frozen=True)
class _Wanted:
    """At least `least` (G,) persons of each group; `of_area` (k,) the group of each municipality.

    `persons` are those of the area that is asked about.
    """

    of_area: NDArray[np.intp]
    least: Wholes
    persons: int

    def by_group(self, by_area: Wholes) -> Wholes:
        """Sums by group (G,) of persons by municipality (k,)."""
        sums = np.bincount(self.of_area, weights=by_area, minlength=self.least.size)
        return sums.astype(np.int64)


def _wanted(ground: Ground, share: float, area: str | None) -> _Wanted:
    need = ground.need_by_area
    if area is None:
        persons = _rounded_up(share * int(need.sum()))
        return _Wanted(np.zeros(need.size, dtype=np.intp), np.array([persons]), persons)
    if area not in ground.codes:
        raise InvalidInput(f"There is no municipality '{area}' in this region.")
    here = ground.codes.index(area)
    if not need[here]:
        raise InvalidInput(f"Nobody in need is known in a populated cell of {area}: no gap there.")
    # Only municipalities with cells are groups; the others have nobody to be served.
    lived_in = np.unique(ground.area)
    of_area = np.zeros(need.size, dtype=np.intp)
    of_area[lived_in] = np.arange(lived_in.size)
    today = ground.served(ground.places, working=ground.working)
    least = today[lived_in]
    persons = _rounded_up(share * int(need[here]))
    least[of_area[here]] = max(int(today[here]), persons)
    return _Wanted(of_area, least, persons)


def _rounded_up(persons: float) -> int:
    # 0.1 x 30 is a little more than 3 in binary: that little must not become one more person.
    return math.ceil(persons - 1e-9)


def _check_reach(ground: Ground, wanted: _Wanted, area: str | None) -> None:
    """Raises Infeasible where more are wanted than anything in reach could serve."""
    asked = ground.area == ground.codes.index(area) if area else np.ones(ground.area.size, bool)
    near = np.diff(ground.serving.indptr) > 0
    in_reach = int(ground.need[asked & near].sum())
    minutes = ground.room.threshold_minutes
    if wanted.persons > in_reach:
        raise Infeasible(
            f"{wanted.persons} people are to be served, but only {in_reach} of the"
            f" {int(ground.need[asked].sum())} in need have a service or a candidate that may serve"
            f" them within {minutes:g} minutes: {wanted.persons - in_reach} too few.",
            constraint="reach",
            short_by=wanted.persons - in_reach,
            unit="persons",
            hint="Allow more candidates (every cell), or services that serve everybody; or ask for"
            " a smaller share.",
        )
    if area is None and wanted.persons > ground.room.at_most:
        raise _too_small(ground, wanted.persons - ground.room.at_most)


def _too_small(ground: Ground, short: int) -> Infeasible:
    return Infeasible(
        f"Even if every service and candidate had {ground.room.largest} places, {short} people of"
        " those that are to be served would find none.",
        constraint="largest",
        short_by=short,
        unit="persons",
        hint="Allow larger services or more candidates, or ask for a smaller share.",
    )


@dataclass(frozen=True)
class _Question:
    ground: Ground
    terms: Terms
    least: Wholes

    @property
    def weights(self) -> tuple[int, int]:
        """What a place and a new service weigh: cents, or places first and services second."""
        if self.terms.cost_per_place_cents is None:
            return self.ground.places.size + 1, 1
        return self.terms.cost_per_place_cents, self.terms.cost_per_site_cents or 0

    def solved(self, wanted: _Wanted) -> Closure:
        ground, size = self.ground, self.ground.places.size
        place, site = self.weights
        sites = Sites(ground.places, ground.most, np.full(size, place), np.full(size, site))
        try:
            return cheapest_closure(
                ground.serving,
                ground.need,
                ground.room.threshold_minutes,
                sites,
                self.least,
                group=wanted.of_area[ground.area],
                barred=ground.barred,
                # A price would be that of one person more in every group.
                limits=Limits(seconds=self.terms.seconds, prices=self.least.size == 1),
            )
        except Infeasible as error:
            raise _too_small(ground, math.ceil(error.short_by - 1e-6)) from error

    def proof(self, found: Closure, first: Closure) -> Proof:
        """The bound of the first round holds for the last: it asked for no more."""
        objective, bound = found.cost, min(int(first.siting.bound), found.cost)
        if self.terms.cost_per_place_cents is not None:
            return Proof("cents", objective, bound, _state(found, first))
        place, _ = self.weights
        fewest = max(math.ceil((bound - self.ground.places.size) / place), 0)
        return Proof("places", objective // place, fewest, _state(found, first))

    def one_more(self, found: Closure) -> int | None:
        """Cents (or places) for one person more; None where there is none, or none was found."""
        change = next((one.change for one in found.siting.prices), None)
        if change is None:
            return None
        if self.terms.cost_per_place_cents is not None:
            return int(change)
        place, _ = self.weights
        return (found.cost + int(change)) // place - found.cost // place


def _state(found: Closure, first: Closure) -> State:
    """After more than one round, a proof says nothing of the whole."""
    if found is first or found.siting.state != "optimal":
        return found.siting.state
    return "heuristic"
