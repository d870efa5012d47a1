"""The stair of a release: from the counts it shows, and from nothing else."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import CODES, counted, region, service, services, states

import geo.redrawing
from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage, grounds_of
from geo.analysis.figures.inputs import Inputs
from geo.analysis.stair import PARTS
from geo.indicators import indicators
from geo.profiles.profile import load
from geo.redrawing import redrawn_stairs
from geo.releases.redraw import Released
from geo.releases.suppress import suppress
from geo.releases.tiers import RULES

CENTRE = "community_centre"
GREECE = load("gr")
CHOSEN = parameters.load()
STEPS = [f"stair_{part}" for part in PARTS if part != "information"]


def here(**persons: int) -> Inputs:
    """Centres of 50 places in M2 and M4 whose places do not suffice for the needs given."""
    known = [
        {"id": i, "area_code": a, "service_type": CENTRE, "active": True, "capacity": 50}
        | {"verified_on": None}
        for i, a in (("a", "M2"), ("b", "M4"))
    ]
    return region(
        services=services(service("a", "M2"), service("b", "M4")),
        service_states=states(*known),
        needs=counted("persons", **persons).assign(service_type=CENTRE),
    )


def exact(inputs: Inputs) -> pd.DataFrame:
    return coverage(inputs, GREECE, CHOSEN)


def released(inputs: Inputs, tier: str) -> pd.DataFrame:
    rule = RULES[tier]  # type: ignore[index]
    redraw = redrawn_stairs(grounds_of(inputs, GREECE, CHOSEN))
    return suppress(exact(inputs), indicators(), rule, inputs.region, redraw)


def by_area(values: pd.DataFrame, indicator: str) -> pd.DataFrame:
    chosen = (values["indicator"] == indicator) & (values["breakdown"] == CENTRE)
    return values[chosen].set_index("area_code")


MANY = {"M1": 41, "M2": 63, "M3": 27, "M4": 88, "M5": 52, "M6": 34}
FEW_IN_TWO = {**MANY, "M1": 2, "M6": 6}


def test_where_all_counts_are_shown_the_stair_is_the_exact_one() -> None:
    inputs = here(**MANY)
    seen, known = released(inputs, "planner"), exact(inputs)
    for step in STEPS:
        shown = by_area(seen, step)
        assert (shown["status"] == "shown").all()
        assert (shown["value"] == by_area(known, step)["value"]).all(), step
    # Some go without, some do not: else the two could hardly differ.
    assert sum(by_area(known, step)["value"]["R"] > 0 for step in STEPS) >= 2


@pytest.mark.parametrize("tier", ["planner", "committee", "public"])
@pytest.mark.parametrize("persons", [MANY, FEW_IN_TWO], ids=["all shown", "two withheld"])
def test_the_steps_sum_to_the_open_needs_released(tier: str, persons: dict[str, int]) -> None:
    seen = released(here(**persons), tier)
    needs = by_area(seen, "open_needs").loc[CODES]
    shown = needs.index[needs["status"] == "shown"]
    assert len(shown) >= 3
    summed = sum(by_area(seen, step)["value"].loc[shown] for step in STEPS)
    assert (summed == needs["value"].loc[shown]).all()
    if RULES[tier].rounded_to:  # type: ignore[index]
        assert (needs["value"].loc[shown] % 5 == 0).all()
    hidden = needs.index[needs["status"] == "withheld"]
    assert len(hidden) >= (2 if persons is FEW_IN_TWO else 0)
    for step in STEPS:
        assert (by_area(seen, step)["status"].loc[hidden] == "withheld").all()
        assert by_area(seen, step)["value"].loc[hidden].isna().all()


@pytest.mark.parametrize("tier", ["planner", "public"])
def test_exchanged_counts_of_withheld_municipalities_change_no_stair(tier: str) -> None:
    other = {**FEW_IN_TWO, "M1": FEW_IN_TWO["M6"], "M6": FEW_IN_TWO["M1"]}
    first, second = released(here(**FEW_IN_TWO), tier), released(here(**other), tier)
    assert by_area(first, "open_needs")["status"].loc[["M1", "M6"]].eq("withheld").all()
    for step in STEPS:
        pd.testing.assert_frame_equal(by_area(first, step), by_area(second, step))
    # The exact stair tells the two apart: that is what must not get out.
    assert any(
        not by_area(exact(here(**FEW_IN_TWO)), step)["value"].equals(
            by_area(exact(here(**other)), step)["value"]
        )
        for step in STEPS
    )


def test_the_region_is_the_sum_of_its_municipalities() -> None:
    for tier in ("planner", "public"):
        seen = released(here(**MANY), tier)
        for step in STEPS:
            one = by_area(seen, step)["value"]
            assert one["R"] == one[CODES].sum()


def test_the_step_of_information_stays_without_data() -> None:
    seen = by_area(released(here(**MANY), "planner"), "stair_information")
    assert (seen["status"] == "no_data").all() and seen["value"].isna().all()


def test_one_question_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = geo.redrawing.stair_of_shown

    def counted_calls(*given: object) -> object:
        asked.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(geo.redrawing, "stair_of_shown", counted_calls)
    redraw = redrawn_stairs(grounds_of(here(**MANY), GREECE, CHOSEN))
    shown = np.array([60.0, 30.0])
    none: tuple[str, ...] = ()
    question = Released(CENTRE, ("M2", "M3"), shown, shown, none, np.array([]), 0.0)
    parts = [redraw[f"stair_{part}"](question) for part in PARTS]
    assert len(asked) == 1 and sum(part[0] for part in parts).tolist() == [60, 30]
    assert all(part.shape == (3, 2) and np.isnan(part[1:]).all() for part in parts)
    for other in (
        replace(question, counts=np.array([60.0, 31.0])),
        replace(question, hidden=("M4",), hidden_residents=np.array([9.0]), left=3.0),
        replace(question, hidden=("M4",), hidden_residents=np.array([9.0]), left=None),
    ):
        redraw["stair_covered"](other)
    assert len(asked) == 4
