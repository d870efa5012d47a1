"""Scenarios on the demo as planners may see them: what a release withholds stays withheld."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from sqlalchemy.engine import Engine

from geo import frozen_inputs
from geo.db.cluster import Cluster
from geo.db.engine import make_engine, transaction
from geo.errors import InvalidInput
from geo.frozen_inputs import Start
from geo.indicators import Indicator
from geo.planning import KEYS, Evaluation, evaluate
from geo.plans.scenario import Scenario, from_content
from geo.plans_released import hidden_types, released_scenario
from geo.releases import store as releases
from geo.releases.publish import indicators_of
from geo.releases.release import Tier
from geo.releases.tiers import RULES
from geo.snapshots import store as snapshots
from tests.conftest import clone

REGION, ATHENS = "EL30", "4501"
TIERS: tuple[Tier, ...] = ("planner", "public")


class Desk:
    """A snapshot, its releases, and the question what a change would do."""

    def __init__(self, engine: Engine) -> None:
        with transaction(engine, "job") as connection:
            self.snapshot_id = snapshots.latest(connection, REGION)
            content = snapshots.get(connection, self.snapshot_id)
            self.start: Start = frozen_inputs.start_of(
                connection, self.snapshot_id, content=content
            )
            self.definitions: dict[str, Indicator] = indicators_of(content.manifest)
            self.shown: dict[Tier, pd.DataFrame] = {
                tier: releases.get(
                    connection, tier, releases.latest(connection, tier)
                ).values.set_index(KEYS)
                for tier in TIERS
            }

    def evaluated(self, **more: Any) -> tuple[Scenario, Evaluation]:
        content = {"name": "A", "snapshot": self.snapshot_id, "horizon": "2028-12-31", **more}
        asked = from_content(content, self.start.profile)
        one = self.start
        rules = (one.inputs, one.profile, one.parameters, one.code_version, one.travel)
        return asked, evaluate(asked, *rules, frozen=one.values)

    def rows(self, tier: Tier, **more: Any) -> dict[tuple[str, ...], dict[str, Any]]:
        asked, made = self.evaluated(**more)
        found = released_scenario(asked, made, self.start, self.definitions, RULES[tier])
        return {tuple(row[key] for key in KEYS): row for row in found}


@pytest.fixture(scope="module")
def desk(cluster: Cluster, demo_template: str) -> Iterator[Desk]:
    for name in clone(cluster, demo_template):
        engine = make_engine(cluster.url(name))
        yield Desk(engine)
        engine.dispose()


def opened(places: int, kind: str, area: str) -> dict[str, Any]:
    return {
        "kind": "open",
        "service_type": kind,
        "capacity": places,
        "place": {"municipality": area},
    }


def withheld_need(desk: Desk) -> tuple[str, str]:
    """A service type and a municipality whose open needs planners do not see, though there are."""
    hidden = hidden_types(desk.start.inputs)
    shown, exact = desk.shown["planner"], desk.start.values.set_index(KEYS)["value"]
    for key in shown.index[shown["status"] == "withheld"]:
        if key[0] == "open_needs" and key[1] not in hidden and key[2] != REGION and exact[key] > 0:
            return key[1], key[2]
    raise AssertionError("the demo withholds no need")


@pytest.mark.parametrize("tier", TIERS)
def test_before_is_what_the_release_shows(desk: Desk, tier: Tier) -> None:
    change = {"kind": "grow", "service": "SV-0001", "by": 100}
    rows = desk.rows(tier, changes=[change])
    shown = desk.shown[tier]
    kinds = {key[0] for key in rows}
    assert {"open_needs", "capacity_gap", "stair_reach", "reach", "access"} <= kinds
    for key, row in rows.items():
        kept = shown.loc[key]
        assert row["before"]["status"] == kept["status"], key
        number = None if pd.isna(kept["value"]) else float(kept["value"])
        assert row["before"]["value"] == number, key
        word = None if pd.isna(kept["category"]) else kept["category"]
        assert row["before"]["category"] == word, key
    assert any(row["before"]["status"] == "withheld" for row in rows.values())


def test_after_is_exact_where_planners_see_the_need(desk: Desk) -> None:
    change = {"kind": "grow", "service": "SV-0001", "by": 100}
    row = desk.rows("planner", changes=[change])["capacity_gap", "community_centre", ATHENS]
    sides = row["before"]["value"], row["after"]["value"], row["difference"]
    assert sides == (289.0, 189.0, -100.0)  # as documented in docs/scenarios.md


@pytest.mark.parametrize("tier", TIERS)
def test_what_is_withheld_stays_withheld(desk: Desk, tier: Tier) -> None:
    kind, area = withheld_need(desk)
    rows = desk.rows(tier, changes=[opened(3, kind, area)])
    for row in rows.values():
        if "withheld" in (row["before"]["status"], row["after"]["status"]):
            assert row["difference"] is None
        for side in ("before", "after"):
            if row[side]["status"] == "withheld":
                assert row[side] == {"value": None, "category": None, "status": "withheld"}
    for figure in ("open_needs", "capacity_gap", "stair_existence", "stair_capacity"):
        row = rows[figure, kind, area]
        assert row["before"]["status"] == row["after"]["status"] == "withheld", figure


@pytest.mark.parametrize(
    "capacities",
    [(1, 5, 20), pytest.param(tuple(range(1, 21)), marks=pytest.mark.drill, id="all twenty")],
)
def test_capacities_tell_nothing_of_a_withheld_need(
    desk: Desk, capacities: tuple[int, ...]
) -> None:
    kind, area = withheld_need(desk)
    told, seen = set(), set()
    for places in capacities:
        rows = desk.rows("planner", changes=[opened(places, kind, area)])
        seen.add(rows["capacity", kind, area]["after"]["value"])
        hidden = [
            row
            for row in rows.values()
            if row["breakdown"] == kind
            and desk.definitions[row["indicator"]].sensitive
            and row["before"]["status"] == "withheld"
        ]
        assert len(hidden) > 5
        told.add(json.dumps(hidden, sort_keys=True))
    assert len(told) == 1
    assert len(seen) == len(capacities)  # the question itself is answered, in what is open


def test_the_answer_does_not_know_the_withheld_counts(desk: Desk) -> None:
    """Two worlds whose releases are the same give the same answers."""
    kind, _ = withheld_need(desk)
    shown = desk.shown["planner"]
    cells = [
        key
        for key in shown.index[shown["status"] == "withheld"]
        if key[:2] == ("open_needs", kind) and key[2] != REGION
    ]
    exact = desk.start.values.set_index(KEYS)["value"]
    more, less = sorted(cells, key=lambda key: exact[key])[:2]
    assert exact[less] >= 1 and exact[more] + 1 < 5
    change = {"changes": [opened(2, kind, more[2])]}
    asked, made = desk.evaluated(**change)
    content = json.loads(made.canonical)
    values = desk.start.values.copy()
    for cell, step in ((more, 1.0), (less, -1.0)):
        at = (values[KEYS] == list(cell)).all(axis=1)
        values.loc[at, "value"] = values.loc[at, "value"] + step
        for row in content["figures"]:
            if [row[key] for key in KEYS] == list(cell):
                row["before"]["value"] += step
                row["after"]["value"] += step
    other = Start(**{**vars(desk.start), "values": values})
    rules = (desk.definitions, RULES["planner"])
    first = released_scenario(asked, made, desk.start, *rules)
    assert released_scenario(asked, Evaluation("scen-other", content), other, *rules) == first


def test_hidden_places_cannot_be_asked_for_nor_found(desk: Desk) -> None:
    hidden = hidden_types(desk.start.inputs)
    assert "night_shelter" in hidden
    with pytest.raises(InvalidInput, match=r"changes: .* night_shelter"):
        desk.rows("planner", changes=[opened(10, "night_shelter", ATHENS)])
    grown = desk.rows("planner", population={"factor": 1.1})
    assert grown and not hidden & {key[1] for key in grown}


def test_figures_of_other_code_are_not_compared(desk: Desk) -> None:
    asked, made = desk.evaluated(changes=[opened(10, "home_help", ATHENS)])
    old = Start(**{**vars(desk.start), "code_version": "older"})
    with pytest.raises(InvalidInput, match="another version"):
        released_scenario(asked, made, old, desk.definitions, RULES["planner"])
