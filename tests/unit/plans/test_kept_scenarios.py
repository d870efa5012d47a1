"""Scenarios named by register codes, read back as they were kept, and held against each other."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import counted, region, service, services, states

from geo.analysis import parameters
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.services import straight_line
from geo.errors import InvalidInput
from geo.planning import Evaluation, evaluate, figures_of, held_against
from geo.plans.scenario import from_content, from_file, from_kept, snapshot_named
from geo.profiles.profile import load

CENTRE = "community_centre"
GREECE = load("gr")


def here(*codes: str) -> Inputs:
    """Centres a in M2 and b in M4 with these codes in the register, 60 people in need in M2."""
    known = [
        {"id": i, "area_code": a, "service_type": CENTRE, "active": True, "verified_on": None}
        | {"capacity": 50}
        for i, a in (("a", "M2"), ("b", "M4"))
    ]
    return region(
        services=services(service("a", "M2"), service("b", "M4")).assign(external_id=list(codes)),
        service_states=states(*known),
        needs=counted("persons", M2=60).assign(service_type=CENTRE),
    )


def asked(*changes: dict[str, Any], **more: Any) -> Any:
    given = {"name": "A", "snapshot": "snap-1", "horizon": "2030-12-31", "changes": list(changes)}
    return from_content({**given, **more}, GREECE)


def run(
    *changes: dict[str, Any], codes: tuple[str, str] = ("S-1", "S-2"), **more: Any
) -> Evaluation:
    version = more.pop("version", "v1")
    frozen = more.pop("frozen", None)
    inputs = here(*codes)
    scenario = asked(*changes, **more)
    return evaluate(scenario, inputs, GREECE, parameters.load(), version, frozen=frozen)


def grow(service_name: str, by: int = 10) -> dict[str, Any]:
    return {"kind": "grow", "service": service_name, "by": by}


def one(rows: list[dict[str, Any]], indicator: str, area: str) -> dict[str, Any]:
    (found,) = (
        row
        for row in rows
        if (row["indicator"], row["breakdown"], row["area_code"]) == (indicator, CENTRE, area)
    )
    return found


def test_the_registers_code_names_a_service_as_its_id_does() -> None:
    by_code, by_id = run(grow("S-1")), run(grow("a"))
    assert by_code.content["figures"] == by_id.content["figures"]
    assert one(by_code.content["figures"], "capacity", "M2")["difference"] == 10


def test_an_id_goes_before_a_code_and_a_shared_code_names_nobody() -> None:
    # The code of b is the id of a.
    made = run(grow("a"), codes=("S-1", "a"))
    assert one(made.content["figures"], "capacity", "M2")["difference"] == 10
    with pytest.raises(InvalidInput, match="2 registers have a service 'S'") as error:
        run(grow("S"), codes=("S", "S"))
    assert error.value.hint == "Name its id: a, b"


def test_a_service_closed_by_its_code_is_closed_by_its_id_too() -> None:
    shut = {"kind": "close", "service": "S-1"}
    for name in ("S-1", "a"):
        with pytest.raises(InvalidInput, match=f"service '{name}' was closed by change 1"):
            run(shut, grow(name))


def test_a_kept_scenario_is_read_back_as_it_was() -> None:
    place = {"lon": 23.225, "lat": 38.02}
    opened = {"kind": "open", "service_type": CENTRE, "capacity": 5, "place": place}
    opened |= {"staff": {"social_worker": 2}, "offers": ["information"], "own_area_only": True}
    moved = {"kind": "move", "service": "a", "place": {"municipality": "M3"}}
    scenario = asked(opened, moved, grow("b", -1), description="Why", budget_neutral=True)
    made = evaluate(scenario, here("S-1", "S-2"), GREECE, parameters.load(), "v1")
    assert made.content["scenario"]["description"] == "Why"
    back = from_kept(json.loads(made.canonical)["scenario"])
    assert back == scenario
    again = evaluate(back, here("S-1", "S-2"), GREECE, parameters.load(), "v1")
    assert again.canonical == made.canonical


def test_frozen_figures_stand_for_those_before() -> None:
    chosen = parameters.load()
    types = {kind.code for kind in GREECE.demand_types()}
    all_of = figures_of(here("S-1", "S-2"), GREECE, chosen, types, straight_line(chosen))
    assert run(grow("a"), frozen=all_of).canonical == run(grow("a")).canonical
    other = all_of.assign(value=all_of["value"] + 1)
    assert run(grow("a"), frozen=other).canonical != run(grow("a")).canonical


def test_two_scenarios_figure_by_figure() -> None:
    first, second = run(grow("a", 10)).content, run(grow("a", 4), grow("b", 6)).content
    rows = held_against(first, second)
    assert {row["indicator"] for row in rows} >= {"capacity", "capacity_gap"}
    here_now = one(rows, "capacity", "M2")
    assert (here_now["before"]["value"], here_now["first"]["value"]) == (50, 60)
    assert (here_now["second"]["value"], here_now["difference"]) == (54, -6)
    assert one(rows, "capacity", "M4")["difference"] == 6
    # The region has ten places more either way.
    assert not [r for r in rows if r["area_code"] == "R" and r["indicator"] == "capacity"]
    whole = held_against(first, second, only_different=False)
    assert one(whole, "capacity", "R")["difference"] == 0 and len(whole) > len(rows)
    assert held_against(first, first) == []


def test_a_figure_that_one_does_not_touch_is_as_before_there() -> None:
    home = {"kind": "open", "service_type": "home_help", "capacity": 7}
    home["place"] = {"municipality": "M1"}
    rows = held_against(run(grow("a")).content, run(home).content)
    centre = one(rows, "capacity", "M2")
    assert centre["second"] == centre["before"] and centre["difference"] == -10


def test_unknown_on_one_side_has_no_difference() -> None:
    rows = [
        {**row, "after": {"value": None, "category": None, "status": "no_data"}}
        for row in run(grow("a")).content["figures"]
    ]
    found = held_against(run(grow("a")).content, {**run(grow("a")).content, "figures": rows})
    assert found and all(row["difference"] is None for row in found)


@pytest.mark.parametrize(
    ("other", "says"),
    [({"snapshot": "snap-2"}, "two snapshots"), ({"version": "v2"}, "two versions of the code")],
)
def test_what_cannot_be_compared_is_said(other: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        held_against(run(grow("a")).content, run(grow("a"), **other).content)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('name = "A"', "'snapshot' is missing"),
        ("snapshot = 5", "'snapshot' must be a text"),
        ("snapshot", "cannot be read"),
    ],
)
def test_a_file_that_names_no_snapshot(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=says):
        snapshot_named(file)


def test_the_description_may_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    text = 'name = "A"\nsnapshot = "snap-1"\nhorizon = 2030-12-31\n'
    text += '[[changes]]\nkind = "close"\nservice = "a"\n'
    file.write_text(text, encoding="utf-8")
    assert snapshot_named(file) == "snap-1"
    assert from_file(file, GREECE).description == ""
    file.write_text('description = "D"\n' + text, encoding="utf-8")
    assert from_file(file, GREECE).description == "D"
