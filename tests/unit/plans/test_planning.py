"""Scenarios of a small region, each difference worked by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import CODES, GOLDEN, counted, posts, region, service, services, states

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.services import straight_line
from geo.errors import InvalidInput
from geo.planning import Evaluation, evaluate, figures_of, replayed, touched, with_norm
from geo.plans.changes import Frames, apply
from geo.plans.population import with_population
from geo.plans.scenario import Population, from_content
from geo.profiles.profile import load

CENTRE = "community_centre"
GREECE = load("gr")


def here() -> Inputs:
    """Centres in M2 (50 places, 2 posts) and M4 (50 places), 60 people in need in M2."""
    known = [
        {"id": i, "area_code": a, "service_type": CENTRE, "active": True, "verified_on": None}
        | {"capacity": 50}
        for i, a in (("a", "M2"), ("b", "M4"))
    ]
    return region(
        services=services(service("a", "M2"), service("b", "M4")),
        service_states=states(*known),
        staff=pd.DataFrame(posts("a", 2)),
        needs=counted("persons", M2=60).assign(service_type=CENTRE),
    )


def run(*changes: dict[str, Any], inputs: Inputs | None = None, **more: Any) -> Evaluation:
    given: dict[str, Any] = {"name": "A", "snapshot": "snap-1", "horizon": "2030-12-31", **more}
    asked = from_content({**given, **({"changes": list(changes)} if changes else {})}, GREECE)
    return evaluate(asked, inputs or here(), GREECE, parameters.load(), "v1")


def row(made: Evaluation, indicator: str, area: str, breakdown: str = CENTRE) -> dict[str, Any]:
    key = (indicator, breakdown, area)
    found = [
        one
        for one in made.content["figures"]
        if (one["indicator"], one["breakdown"], one["area_code"]) == key
    ]
    assert len(found) == 1, key
    return found[0]


def opened(area: str = "M2", **more: Any) -> dict[str, Any]:
    place = {"municipality": area}
    return {"kind": "open", "service_type": CENTRE, "capacity": 20, "place": place, **more}


def test_places_opened_close_the_gap_of_ten() -> None:
    made = run(opened())
    assert row(made, "capacity", "M2")["difference"] == 20
    assert row(made, "capacity", "R")["difference"] == 20
    assert row(made, "capacity", "M4")["difference"] == 0
    gap = row(made, "capacity_gap", "M2")
    assert gap["before"]["value"] != gap["after"]["value"]


def test_close_grow_and_move() -> None:
    assert row(run({"kind": "close", "service": "a"}), "capacity", "M2")["difference"] == -50
    assert row(run({"kind": "close", "service": "a"}), "staff_actual", "M2", "")["difference"] == -2
    grown = run({"kind": "grow", "service": "a", "to": 10})
    assert row(grown, "capacity", "M2")["difference"] == -40
    moved = run({"kind": "move", "service": "a", "place": {"lon": 23.225, "lat": 38.02}})
    assert row(moved, "capacity", "M5")["difference"] == 50
    assert row(moved, "capacity", "R")["difference"] == 0
    assert row(moved, "staff_actual", "M5", "")["after"]["value"] == 2


def test_without_registers_a_difference_is_no_number() -> None:
    made = run(opened(), inputs=region(covered=frozenset()))
    found = row(made, "capacity", "M2")
    assert found["difference"] is None
    assert found["after"] == {"value": None, "category": None, "status": "no_data"}


def test_a_total_over_a_part_of_the_registers_is_no_figure() -> None:
    made = run(opened(), inputs=region(covered=frozenset(["M2"])))
    assert row(made, "capacity", "M2")["difference"] == 20
    assert row(made, "capacity", "R")["difference"] is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([{"kind": "close", "service": "z"}], "no open service 'z'"),
        ([{"kind": "close", "service": "a"}] * 2, "closed by change 1"),
        ([{"kind": "grow", "service": "a", "by": -51}], "fewer than 0"),
        ([opened("M9")], "no municipality 'M9'"),
        ([opened() | {"place": {"lon": 2.0, "lat": 2.0}}], "no municipality of this region"),
    ],
)
def test_what_cannot_be_done_is_said(changes: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        run(*changes)


def test_a_refuge_is_not_moved_to_a_point() -> None:
    inputs = here()
    hidden = inputs.services.assign(sensitive=True)
    with pytest.raises(InvalidInput, match="refuge"):
        run(
            {"kind": "move", "service": "a", "place": {"lon": 23.225, "lat": 38.02}},
            inputs=region(services=hidden),
        )
    with pytest.raises(InvalidInput, match="refuge"):
        run(opened() | {"place": {"lon": 23.225, "lat": 38.02}}, inputs=region(services=hidden))


def test_the_budget_to_the_cent() -> None:
    shut = {"kind": "close", "service": "b", "cost_per_place_cents": 2_000}
    even = run(shut, opened(cost_per_place_cents=5_000), budget_neutral=True)
    assert even.content["budget"]["neutral"] is True
    assert even.content["budget"]["said"] is None
    over = run(shut, opened(cost_per_place_cents=5_001), budget_neutral=True).content["budget"]
    assert over["total_cents"] == 20
    assert over["said"] == "Not budget-neutral: it costs 0.20 more than today."
    # What a service costs besides its places is paid where one opens and saved where one closes.
    once = {"cost_per_site_cents": 700}
    both = run(shut | once, opened(cost_per_place_cents=5_000) | once).content["budget"]
    assert [one["cents"] for one in both["changes"]] == [-100_700, 100_700]
    unknown = run(shut, opened(), budget_neutral=True).content["budget"]
    assert (unknown["neutral"], unknown["total_cents"]) == (None, None)
    assert "no cost for change 2" in unknown["said"]


def test_the_same_bytes_twice_and_the_inputs_untouched() -> None:
    inputs = here()
    first, second = run(opened(), inputs=inputs), run(opened(), inputs=inputs)
    assert first.canonical == second.canonical
    assert first.id == second.id
    assert len(inputs.services) == 2
    assert replayed(first.canonical, second, "v1") == {"same_bytes": True, "same_code": True}
    other = run(opened(capacity=21), inputs=inputs)
    assert replayed(first.canonical, other, "v0") == {"same_bytes": False, "same_code": False}


@pytest.mark.parametrize(
    "change",
    [
        opened(staff={"social_worker": 3}),
        {"kind": "close", "service": "a"},
        opened() | {"service_type": "home_help"},
    ],
)
def test_types_left_out_have_the_same_figures_in_the_full_evaluation(
    change: dict[str, Any],
) -> None:
    inputs, chosen = here(), parameters.load()
    given = {"name": "A", "snapshot": "s", "horizon": "2030-12-31", "changes": [change]}
    frames = Frames(
        inputs.municipalities, inputs.services, inputs.service_states, inputs.staff, inputs.as_of
    )
    changed = apply(from_content(given, GREECE), frames)
    after = region(
        services=changed.frames.services,
        service_states=changed.frames.service_states,
        staff=changed.frames.staff,
        needs=inputs.needs,
    )
    types = touched(changed, GREECE, with_norm(GREECE, None))
    assert types
    key = ["indicator", "breakdown", "area_code"]
    full = [coverage(one, GREECE, chosen).set_index(key) for one in (inputs, after)]
    part = figures_of(after, GREECE, chosen, types, straight_line(chosen)).set_index(key)
    left_out = full[0].index.difference(part.index)
    assert len(left_out) > 0
    pd.testing.assert_frame_equal(full[0].loc[left_out], full[1].loc[left_out])
    pd.testing.assert_frame_equal(full[1].loc[part.index], part)


def test_a_population_that_grows_everywhere_alike() -> None:
    made = run(opened(), population={"factor": 2.0})
    assert row(made, "population", "M1", "")["after"]["value"] == 19_998
    assert row(made, "population", "R", "")["difference"] == sum(GOLDEN)
    # Access is to the region's mean, and need does not grow: both stay.
    alone = run(opened())
    for name in ("access", "reach", "open_needs", "stair_capacity"):
        assert row(made, name, "M2") == row(alone, name, "M2"), name
    # Every type is computed, also those that no change touches.
    assert row(made, "reach", "M2", "home_help")["before"]["status"]


def test_persons_of_a_municipality_decide_its_norm() -> None:
    made = run(population={"persons": {"M3": 40_001}})
    asked = row(made, "staff_required", "M3", "")
    like_m4 = row(made, "staff_required", "M4", "")["before"]["value"]
    assert asked["before"]["value"] != like_m4 == asked["after"]["value"]
    assert row(made, "population", "M3", "")["difference"] == 1
    assert row(made, "population", "M4", "")["difference"] == 0


def test_more_people_in_one_place_leave_less_to_each_there() -> None:
    crowded = row(run(population={"persons": {"M2": 90_000}}), "access", "M2")
    assert 0 < crowded["after"]["value"] < crowded["before"]["value"]
    # The centres in M2 and M4 reach all but M6.
    whole = row(run(population={"persons": {"M2": 90_000}}), "reach", "R")
    reached = sum(GOLDEN[:5])
    assert whole["before"]["value"] == pytest.approx(100 * reached / sum(GOLDEN))
    more = 80_000
    assert whole["after"]["value"] == pytest.approx(100 * (reached + more) / (sum(GOLDEN) + more))


def test_half_a_person_is_rounded_up_and_none_is_lost() -> None:
    inputs = here()
    people, cells = with_population(Population(factor=1.00005), inputs.population, inputs.cells)
    # 9,999.49995 and 10,000.5
    assert people["persons"].tolist()[:2] == [9_999, 10_001]
    assert cells["population"].sum() == pytest.approx(sum(GOLDEN) * 1.00005)
    unknown = inputs.population.assign(persons=[None, *GOLDEN[1:]]).astype({"persons": "Int64"})
    told, _ = with_population(Population(factor=2.0), unknown, inputs.cells)
    assert told["persons"].isna().tolist() == [True] + [False] * 5
    named, moved = with_population(Population(persons={"M2": 5_000}), unknown, inputs.cells)
    assert named["persons"].isna().sum() == 1 and moved["population"].tolist()[1] == 5_000
    with pytest.raises(InvalidInput, match="no population of 'M1'"):
        with_population(Population(persons={"M1": 5}), unknown, inputs.cells)


def test_people_by_their_papers_for_all_or_none() -> None:
    registered = dict.fromkeys(CODES, 30000)
    made = run(population={"persons": registered, "base": "registered"})
    assert row(made, "population", "R", "")["after"]["value"] == 180_000
    # Where people live is not where they are registered.
    assert row(made, "access", "M2") == row(run(population={"factor": 1.0}), "access", "M2")
    with pytest.raises(InvalidInput, match=r"nothing of 'M6' \(1 municipalities"):
        run(population={"persons": dict(list(registered.items())[:5]), "base": "registered"})
    with pytest.raises(InvalidInput, match="no population of 'M9'"):
        run(population={"persons": {"M9": 5}})
