"""What is proposed: terms, steps, what they would do, and the scenario that evaluates them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from geo.errors import InvalidInput
from geo.plans.scenario import Change, Place, Scenario

CandidatePlaces = Literal["municipalities", "cells", "none"]
CANDIDATE_PLACES: tuple[CandidatePlaces, ...] = ("municipalities", "cells", "none")
LARGEST_NUMBER = 1_000_000_000
"""Of places and cents, as in a scenario's file."""


@dataclass(frozen=True)
class Terms:
    """What may be done to the services of one type, and how long to think.

    Costs in whole cents of the budget's period, by place and by service; without a cost by place
    no cost is known. `largest`: places that a service may have at most, those larger today stay
    (None: as many as the largest of the type has today). `candidates`: where a new one may stand:
    in the most populous cell of each municipality, in every populated cell, or nowhere.
    `near_minutes`: how near an existing service of any type it must be (None: no rule).
    `own_area_only`: whether it serves its municipality only (None: if all of the type do today).
    `working`: whether only services count that are not known to fail what they must be. `seconds`
    for each solve.
    """

    service_type: str
    cost_per_place_cents: int | None = None
    cost_per_site_cents: int | None = None
    largest: int | None = None
    candidates: CandidatePlaces = "municipalities"
    near_minutes: float | None = None
    own_area_only: bool | None = None
    working: bool = False
    seconds: float = 60.0

    def __post_init__(self) -> None:
        given = {
            "The cost by place": self.cost_per_place_cents,
            "The cost by service": self.cost_per_site_cents,
            "The most places of a service": self.largest,
        }
        for name, number in given.items():
            if number is not None and not 0 <= number <= LARGEST_NUMBER:
                raise InvalidInput(
                    f"{name} must lie between 0 and {LARGEST_NUMBER:,}, not {number}."
                )
        if self.cost_per_site_cents is not None and self.cost_per_place_cents is None:
            raise InvalidInput(
                "A cost by service without one by place says nothing of what places cost.",
                hint="Give both, or neither for the fewest places.",
            )
        if self.candidates not in CANDIDATE_PLACES:
            raise InvalidInput(
                f"New services may stand in {', '.join(CANDIDATE_PLACES)}, not {self.candidates!r}."
            )
        # Also false for NaN, which a command line can spell.
        if self.near_minutes is not None and not 0 <= self.near_minutes < float("inf"):
            raise InvalidInput(f"Minutes must be zero or more, not {self.near_minutes}.")


@dataclass(frozen=True)
class Step:
    """One service opened, grown, made smaller or closed: places before and after.

    `service`: its id, None for a new one, which stands at `lon`, `lat` (degrees, EPSG:4326).
    """

    service: str | None
    area_code: str
    before: int
    after: int
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Served:
    """People of a municipality in need of the service, and how many of them are counted as served
    before and after."""

    area_code: str
    need: int
    before: int
    after: int


@dataclass(frozen=True)
class Room:
    """What limits an answer.

    `candidates` places where a service may open; `left_out` others, by reason. `largest` places of
    a service at most. `out_of_reach` people within the threshold of no service and no candidate
    that may serve them; `at_most` people who could be served if every service were as large as it
    may be. `at_largest` services that the answer makes as large as that. `silent` services that do
    not say how many places they have or where they stand, and are left as they are; `unplaced`
    people in need where no populated cell is known.
    """

    candidates: int
    left_out: dict[str, int]
    largest: int
    threshold_minutes: float
    out_of_reach: int
    at_most: int
    silent: int
    unplaced: int
    at_largest: int = 0


@dataclass(frozen=True)
class Floor:
    """An equity floor: the share of each municipality's need that can be served, what that costs in
    people served, whether both numbers are proven, and the municipalities below it all the same
    when places go to whoever is nearest."""

    share: float
    without: int
    price: int
    proven: bool
    below: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """An answer with its proof; exact counts, for the operator only.

    `objective` and `bound` in `unit`: no answer costs fewer cents (or places) than the bound, or
    serves more people. `gap` their distance as a share of the larger. `state`: optimal, time_limit
    or heuristic. `cents` beyond today's cost, None where no costs are known. `wanted` people to be
    served (None: as many as can be), of them `met`. `one_more`: what one person more would cost in
    `unit`, None where nobody more can be served or it was not found.
    `working_before` and `working_after` count people served by services that are not known to fail.
    """

    terms: Terms
    area_code: str
    steps: tuple[Step, ...]
    served: tuple[Served, ...]
    wanted: int | None
    met: bool
    working_before: int
    working_after: int
    unit: Literal["cents", "places", "persons"]
    objective: int
    bound: int
    gap: float
    state: str
    cents: int | None
    room: Room
    own_area_only: bool
    one_more: int | None = None
    floor: Floor | None = None

    @property
    def need(self) -> int:
        """People in need of the service, in the area that is asked about."""
        return sum(one.need for one in self.asked)

    @property
    def before(self) -> int:
        """People counted as served today, in the area that is asked about."""
        return sum(one.before for one in self.asked)

    @property
    def after(self) -> int:
        """The same after the steps."""
        return sum(one.after for one in self.asked)

    @property
    def asked(self) -> tuple[Served, ...]:
        """The municipalities that are asked about: one, or all of the region."""
        one = tuple(row for row in self.served if row.area_code == self.area_code)
        return one or self.served


def scenario_of(proposal: Proposal, name: str, snapshot: str, horizon: date) -> Scenario:
    """The scenario that does what is proposed. Raises InvalidInput where that is nothing."""
    if not proposal.steps:
        raise InvalidInput(
            "Nothing is to be changed, so there is no scenario to write.",
            hint="Today's places serve as many as were asked for.",
        )
    neutral = proposal.unit == "persons" and proposal.cents is not None
    return Scenario(
        name=name,
        snapshot=snapshot,
        horizon=horizon,
        changes=tuple(_change(step, proposal) for step in proposal.steps),
        budget_neutral=neutral,
    )


def _change(step: Step, proposal: Proposal) -> Change:
    terms = proposal.terms
    place, site = terms.cost_per_place_cents, terms.cost_per_site_cents
    if step.service is None:
        return Change(
            kind="open",
            service_type=terms.service_type,
            capacity=step.after,
            place=Place(lon=step.lon, lat=step.lat),
            own_area_only=proposal.own_area_only,
            cost_per_place_cents=place,
            cost_per_site_cents=site,
        )
    if step.after == 0:
        return Change(
            kind="close",
            service=step.service,
            cost_per_place_cents=place,
            cost_per_site_cents=site,
        )
    more = step.after - step.before
    return Change(kind="grow", service=step.service, by=more, cost_per_place_cents=place)
