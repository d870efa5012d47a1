"""Closing a gap and moving places in a small region, each answer worked by hand.

Neighbouring municipalities are 14.8 minutes apart, so that a service serves its own and both beside.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import CODES, counted, region, service, services, states

from geo.analysis import parameters
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.services import straight_line
from geo.analysis.siting import Infeasible
from geo.errors import InvalidInput
from geo.planning import evaluate
from geo.plans.proposal import Proposal, Step, Terms, scenario_of
from geo.plans.scenario import from_content
from geo.profiles.profile import load
from geo.proposing import Ground, close_gap, ground_of, shift_places

CENTRE = "community_centre"
GREECE = load("gr")
CHOSEN = parameters.load()


def here(places: dict[str, int], need: dict[str, int], **columns: Any) -> Inputs:
    """One centre in the middle of each of these municipalities, named after it, and who needs it."""
    known = [
        {"id": code, "area_code": code, "service_type": CENTRE, "active": True}
        | {"verified_on": None, "capacity": size}
        for code, size in places.items()
    ]
    rows = services(*(service(code, code, capacity=size) for code, size in places.items()))
    return region(
        services=rows.assign(**{"own_area_only": False, "sensitive": False, **columns}),
        service_states=states(*known),
        needs=counted("persons", **need).assign(service_type=CENTRE),
    )


def ground(inputs: Inputs, **terms: Any) -> tuple[Ground, Terms]:
    asked = Terms(**{"service_type": CENTRE, **terms})
    return ground_of(inputs, GREECE, CHOSEN, straight_line(CHOSEN), asked), asked


def closing(inputs: Inputs, share: float = 0.8, area: str | None = None, **terms: Any) -> Proposal:
    return close_gap(*ground(inputs, **terms), share, "R", area)


def shifting(inputs: Inputs, floor: float | None = None, **terms: Any) -> Proposal:
    return shift_places(*ground(inputs, **terms), "R", floor)


def without_a_place(inputs: Inputs, proposal: Proposal, area: str = "R") -> tuple[float, float]:
    """The first three steps of the stair, before and after a scenario with the steps proposed."""
    asked = scenario_of(proposal, "A", "snap-1", inputs.as_of)
    figures = evaluate(asked, inputs, GREECE, CHOSEN, "v1").content["figures"]
    rows = [
        row
        for row in figures
        if row["area_code"] == area
        and row["breakdown"] == CENTRE
        and row["indicator"] in ("stair_existence", "stair_capacity", "stair_reach")
    ]
    assert len(rows) == 3
    before, after = (sum(row[side]["value"] for row in rows) for side in ("before", "after"))
    return before, after


COSTS = {"cost_per_place_cents": 100, "cost_per_site_cents": 1_000}


def test_it_grows_what_is_there_and_opens_where_nobody_is_reached() -> None:
    inputs = here({"M2": 50, "M4": 50}, {"M2": 60, "M6": 30})
    found = closing(inputs, 1.0, largest=60, **COSTS)
    assert (found.need, found.before, found.after, found.wanted, found.met) == (
        90,
        50,
        90,
        90,
        True,
    )
    grown, opened = found.steps
    assert grown == Step("M2", "M2", 50, 60)
    # Nobody serves M6: 30 places there or beside it.
    assert opened.service is None and opened.area_code in ("M5", "M6")
    assert (opened.before, opened.after) == (0, 30)
    # 10 places, 30 places and a service; and no answer is cheaper.
    assert (found.unit, found.cents, found.objective, found.bound) == ("cents", 5_000, 5_000, 5_000)
    assert (found.state, found.gap) == ("optimal", 0.0)
    assert found.room.out_of_reach == 0 and found.one_more is None
    assert without_a_place(inputs, found) == (40, 0)


def test_its_scenario_costs_what_it_says() -> None:
    inputs = here({"M2": 50, "M4": 50}, {"M2": 60, "M6": 30})
    found = closing(inputs, 1.0, largest=60, **COSTS)
    asked = scenario_of(found, "A", "snap-1", inputs.as_of)
    made = evaluate(asked, inputs, GREECE, CHOSEN, "v1").content
    assert made["budget"]["total_cents"] == found.cents == 5_000


def test_a_service_is_dearer_than_long_journeys() -> None:
    inputs = here({"M2": 10}, {"M1": 10, "M2": 10, "M3": 10})
    found = closing(inputs, 1.0, largest=30, **COSTS)
    assert found.steps == (Step("M2", "M2", 10, 30),) and found.cents == 2_000
    small = closing(inputs, 1.0, largest=10, **COSTS)
    assert [step.service for step in small.steps] == [None, None] and small.cents == 4_000


def test_without_costs_the_fewest_places_and_then_the_fewest_services() -> None:
    inputs = here({"M2": 10}, {"M1": 10, "M2": 10, "M3": 10})
    found = closing(inputs, 1.0, largest=30)
    assert found.steps == (Step("M2", "M2", 10, 30),)
    assert (found.unit, found.objective, found.bound, found.cents) == ("places", 20, 20, None)
    assert scenario_of(found, "A", "s", inputs.as_of).changes[0].cost_per_place_cents is None
    half = closing(inputs, 0.5, largest=30)
    assert (half.wanted, half.after, half.objective, half.one_more) == (15, 15, 5, 1)


def test_enough_is_served_today() -> None:
    inputs = here({"M2": 50}, {"M2": 60})
    found = closing(inputs, 0.8, **COSTS)
    assert (found.steps, found.cents, found.after, found.bound) == ((), 0, 50, 0)
    with pytest.raises(InvalidInput, match="Nothing is to be changed"):
        scenario_of(found, "A", "s", inputs.as_of)


def test_people_elsewhere_who_take_the_places_are_allowed_for() -> None:
    # 10 places in M1, where 20 need one. 30 of M2's 60 are wanted: with 30 places more, 10 would go
    # to M1, who are nearer, so that it takes 40. The bound is that of the first question.
    inputs = here({"M1": 10}, {"M1": 20, "M2": 60})
    found = closing(inputs, 0.5, "M2", candidates="none", largest=90, **COSTS)
    assert found.steps == (Step("M1", "M1", 10, 50),)
    assert (found.need, found.before, found.after, found.met) == (60, 0, 30, True)
    assert (found.cents, found.bound, found.state) == (4_000, 3_000, "heuristic")
    assert found.gap == 0.25
    assert without_a_place(inputs, found, "M2") == (60, 30)
    # Where M1 is served, nobody else is nearer.
    own = closing(here({"M1": 20}, {"M1": 20, "M2": 60}), 0.5, "M2", largest=90, **COSTS)
    assert own.steps == (Step("M1", "M1", 20, 50),)
    assert (own.cents, own.bound, own.state) == (3_000, 3_000, "optimal")


def test_nobody_elsewhere_loses_a_place() -> None:
    inputs = here({"M1": 20, "M3": 20}, {"M1": 20, "M2": 20, "M3": 20})
    found = closing(inputs, 1.0, "M2", largest=40)
    assert all(row.after >= row.before for row in found.served)
    assert found.after == 20 and found.objective == 20


def test_only_services_that_work_where_that_is_asked() -> None:
    # No posts anywhere: the norm fails every centre but in M1, which is too small for it.
    inputs = here({"M2": 50, "M4": 50}, {"M2": 60, "M6": 30})
    found = closing(inputs, 0.5, working=True, **COSTS)
    assert found.before == 0 and found.room.left_out == {"would_not_work": 5}
    assert found.room.out_of_reach == 30
    assert [(step.area_code, step.after) for step in found.steps] == [("M1", 45)]
    assert (found.working_before, found.working_after) == (0, 45)
    made = evaluate(
        scenario_of(found, "A", "s", inputs.as_of), inputs, GREECE, CHOSEN, "v1"
    ).content["figures"]
    (covered,) = (
        row["after"]["value"]
        for row in made
        if (row["indicator"], row["area_code"]) == ("stair_covered", "R")
        and row["breakdown"] == CENTRE
    )
    assert covered == 45
    # Places count where it is not asked, and how many of them work is told.
    both = closing(inputs, 0.5, **COSTS)
    assert (both.before, both.steps, both.working_before) == (50, (), 0)


def test_a_new_service_may_have_to_be_near_another() -> None:
    inputs = here({"M2": 50}, {"M6": 30})
    far = ground(inputs, near_minutes=15.0, largest=60)[0]
    assert far.room.left_out == {"too_far_from_structure": 3} and far.room.candidates == 3
    with pytest.raises(Infeasible, match="within 20 minutes: 30 too few") as error:
        closing(inputs, 1.0, near_minutes=15.0, largest=60)
    assert (error.value.constraint, error.value.short_by) == ("reach", 30)


def test_new_services_serve_whom_those_of_today_serve() -> None:
    needing = {"M1": 10, "M2": 10, "M3": 10}
    own = closing(here({"M2": 10}, needing, own_area_only=True), 1.0, largest=30)
    assert own.own_area_only and {step.area_code for step in own.steps} == {"M1", "M3"}
    everybody = closing(here({"M2": 10}, needing, own_area_only=True), 1.0, own_area_only=False)
    assert not everybody.own_area_only


def test_services_without_places_or_point_are_left_as_they_are() -> None:
    inputs = here({"M2": 50, "M3": 50, "M4": 0}, {"M2": 60})
    hidden = inputs.services.assign(location_class=["street", "municipality", "street"])
    found = closing(region_with(inputs, services=hidden), 1.0, largest=70)
    assert found.room.silent == 2 and found.before == 50
    assert found.steps == (Step("M2", "M2", 50, 60),)


def region_with(inputs: Inputs, **changes: Any) -> Inputs:
    return Inputs(**{**vars(inputs), **changes})


def test_a_service_is_named_by_its_code_where_that_is_its_own() -> None:
    inputs = here({"M2": 50, "M4": 50}, {"M2": 60})
    coded = region_with(inputs, services=inputs.services.assign(external_id=["SV-1", "SV-1"]))
    assert closing(coded, 1.0, largest=60, **COSTS).steps[0].service == "M2"
    other = region_with(inputs, services=inputs.services.assign(external_id=["SV-1", None]))
    assert closing(other, 1.0, largest=60, **COSTS).steps[0].service == "SV-1"


def test_places_move_to_where_people_are() -> None:
    inputs = here({"M2": 50, "M5": 50}, {"M2": 80, "M5": 20})
    found = shifting(inputs, largest=80, candidates="none", **COSTS)
    assert (found.before, found.after, found.bound, found.state) == (70, 100, 100, "optimal")
    assert found.steps == (Step("M5", "M5", 50, 20), Step("M2", "M2", 50, 80))
    assert found.cents == 0
    asked = scenario_of(found, "A", "snap-1", inputs.as_of)
    made = evaluate(asked, inputs, GREECE, CHOSEN, "v1").content
    assert asked.budget_neutral and made["budget"]["neutral"] is True
    assert without_a_place(inputs, found) == (30, 0)


def test_what_a_floor_costs() -> None:
    # 9,000 in all: closing M5 pays for 80 places in M2; a tenth of M5's need keeps it open at 70.
    inputs = here({"M2": 50, "M5": 20}, {"M2": 200, "M5": 20})
    free = shifting(inputs, largest=200, candidates="none", **COSTS)
    assert free.steps == (Step("M5", "M5", 20, 0), Step("M2", "M2", 50, 80)) and free.after == 80
    assert scenario_of(free, "A", "s", inputs.as_of).changes[0].kind == "close"
    assert without_a_place(inputs, free) == (150, 140)
    held = shifting(inputs, 0.1, largest=200, candidates="none", **COSTS)
    assert held.floor is not None and held.after == 70
    assert (held.floor.without, held.floor.price, held.floor.proven) == (80, 10, True)
    assert held.floor.below == ()
    with pytest.raises(Infeasible, match="short in") as error:
        shifting(inputs, 1.0, largest=200, candidates="none", **COSTS)
    # The fewest that can be short: 220 in need, and 80 places where all are in M2.
    assert error.value.short_by == 140


def test_services_that_fail_keep_their_places_where_only_working_ones_count() -> None:
    inputs = here({"M1": 10, "M3": 50}, {"M1": 30, "M3": 50})
    found = shifting(inputs, working=True, candidates="none")
    assert found.before == 10 and found.steps == ()


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"service_type": "castle"}, "No need is counted"),
        ({"service_type": "kapi"}, "No need is counted"),
        ({"cost_per_place_cents": -1}, "cost by place must lie"),
        ({"cost_per_place_cents": 1, "cost_per_site_cents": -1}, "cost by service must lie"),
        ({"cost_per_site_cents": 5}, "without one by place"),
        ({"largest": -1}, "most places"),
        ({"near_minutes": float("nan")}, "Minutes"),
        ({"near_minutes": -1.0}, "Minutes"),
        ({"candidates": "parks"}, "municipalities, cells, none"),
        ({"seconds": 0.0}, "seconds"),
    ],
)
def test_terms_that_mean_nothing(terms: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        closing(here({"M2": 50}, {"M2": 60}), 1.0, **terms)


@pytest.mark.parametrize("share", [1.1, -0.1, float("nan")])
def test_a_share_that_is_none(share: float) -> None:
    inputs = here({"M2": 50}, {"M2": 60})
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        closing(inputs, share)
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        shifting(inputs, share)


def test_where_nothing_can_be_asked() -> None:
    with pytest.raises(InvalidInput, match="Nobody in need"):
        closing(here({"M2": 50}, {"M2": 0}))
    with pytest.raises(InvalidInput, match="Nobody in need is known in a populated cell of M3"):
        closing(here({"M2": 50}, {"M2": 60}), 0.8, "M3")
    with pytest.raises(InvalidInput, match="no municipality 'M9'"):
        closing(here({"M2": 50}, {"M2": 60}), 0.8, "M9")
    with pytest.raises(InvalidInput, match="how large one may be is not known"):
        closing(here({}, {"M2": 60}))
    with pytest.raises(InvalidInput, match="neither a service"):
        closing(here({}, {"M2": 60}), candidates="none", largest=10)
    with pytest.raises(InvalidInput, match="nothing can be moved"):
        shifting(here({}, {"M2": 60}), largest=10)
    with pytest.raises(InvalidInput, match="refuges"):
        closing(here({"M2": 50}, {"M2": 60}, sensitive=True))
    grown = closing(here({"M2": 50}, {"M2": 60}, sensitive=True), candidates="none", largest=60)
    assert grown.steps == () and grown.before == 50


def test_what_no_places_can_close() -> None:
    with pytest.raises(Infeasible, match="had 50 places, 10 people") as error:
        closing(here({"M2": 50}, {"M2": 60}), 1.0, candidates="none")
    assert (error.value.constraint, error.value.short_by) == ("largest", 10)
    with pytest.raises(Infeasible, match="had 50 places, 10 people"):
        closing(here({"M2": 50}, {"M2": 60}), 1.0, "M2", candidates="none")


def test_people_whose_cell_nobody_knows_are_told() -> None:
    inputs = here({"M2": 50}, {"M2": 60, "M3": 7})
    bare = region_with(inputs, cells=inputs.cells[inputs.cells["area_code"] != "M3"])
    found = closing(bare, 1.0, largest=60)
    assert (found.room.unplaced, found.need, found.after) == (7, 60, 60)


needs = st.lists(st.integers(0, 40), min_size=6, max_size=6).filter(any)
sizes = st.lists(st.integers(1, 30), min_size=6, max_size=6)


@settings(max_examples=12, deadline=None)
@given(needs, sizes, st.sets(st.sampled_from(CODES), min_size=1), st.booleans(), st.booleans())
def test_the_scenario_always_shows_what_was_promised(
    need: list[int], places: list[int], open_in: set[str], own: bool, shift: bool
) -> None:
    held = {code: places[CODES.index(code)] for code in sorted(open_in)}
    inputs = here(held, dict(zip(CODES, need, strict=True)), own_area_only=own)
    terms = {"largest": 300, "candidates": "cells", **COSTS}
    found = shifting(inputs, **terms) if shift else closing(inputs, 0.9, **terms)
    assert found.after >= found.before and sum(row.need for row in found.served) == sum(need)
    if not found.steps:
        return
    assert without_a_place(inputs, found) == (sum(need) - found.before, sum(need) - found.after)
    if shift:
        assert found.cents == 0 and found.objective == found.after
    else:
        assert found.after >= 0.9 * sum(need) and found.bound <= found.objective


def test_a_proposal_is_a_scenario_that_can_be_read() -> None:
    inputs = here({"M2": 50}, {"M2": 60, "M6": 30})
    found = closing(inputs, 1.0, largest=60, **COSTS)
    made = scenario_of(found, "A", "snap-1", inputs.as_of)
    places = [
        {"lon": change.place.lon, "lat": change.place.lat}
        for change in made.changes
        if change.place
    ]
    assert pd.DataFrame(places).notna().all(axis=None)
    told = {"name": "A", "snapshot": "snap-1", "horizon": inputs.as_of.isoformat()}
    changes = [
        {"kind": "grow", "service": "M2", "by": 10, "cost_per_place_cents": 100},
        {"kind": "open", "service_type": CENTRE, "capacity": 30, "place": places[0], **COSTS},
    ]
    assert from_content({**told, "changes": changes}, GREECE) == made
