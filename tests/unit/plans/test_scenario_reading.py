"""A scenario is read strictly: what is wrong is named with file, key and what is allowed."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidInput
from geo.plans.scenario import from_content, from_file, from_kept
from geo.plans.writing import toml_of
from geo.profiles.profile import load

OPEN = {
    "kind": "open",
    "service_type": "community_centre",
    "capacity": 20,
    "place": {"lon": 23.1, "lat": 38.01},
}


def content(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"name": "A", "snapshot": "snap-1", "horizon": "2030-12-31"}
    return {**given, "changes": list(changes), **more}


def test_file_and_json_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'name = "A"\nsnapshot = "snap-1"\nhorizon = 2030-12-31\n[[changes]]\nkind = "open"\n'
        'service_type = "community_centre"\ncapacity = 20\nplace = {lon = 23.1, lat = 38.01}\n'
    )
    assert from_file(path, load("gr")) == from_content(content(OPEN), load("gr"))


texts = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
priced = {
    "cost_per_place_cents": st.integers(0, 10**9),
    "cost_per_site_cents": st.integers(0, 10**9),
}
opened = st.fixed_dictionaries(
    {
        "kind": st.just("open"),
        "service_type": st.just("community_centre"),
        "capacity": st.integers(1, 10**9),
        "place": st.one_of(
            st.fixed_dictionaries({"municipality": texts}),
            st.fixed_dictionaries({"lon": st.floats(-180, 180), "lat": st.floats(-90, 90)}),
        ),
    },
    optional={
        "own_area_only": st.booleans(),
        "staff": st.just({"social_worker": 3, "psychologist": 0}),
        "offers": st.just(["information"]),
        **priced,
    },
)
closed = st.fixed_dictionaries({"kind": st.just("close"), "service": texts}, optional=priced)
grown = st.fixed_dictionaries(
    {"kind": st.just("grow"), "service": texts, "by": st.integers(-(10**9), 10**9)}
)


@given(st.lists(st.one_of(opened, closed, grown), min_size=1, max_size=3), texts, st.booleans())
def test_a_scenario_that_is_written_reads_back_the_same(
    changes: list[dict[str, Any]], name: str, neutral: bool
) -> None:
    asked = from_content(content(*changes, name=name, budget_neutral=neutral), load("gr"))
    again = from_content(tomllib.loads(toml_of(asked)), load("gr"))
    assert again == asked


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({**OPEN, "cost_per_site_cents": -1}, "cost_per_site_cents' must be 0 or more"),
        ({"kind": "grow", "service": "a", "by": 1, "cost_per_site_cents": 1}, "is not known"),
        ({**OPEN, "kind": "shut"}, "open, close, grow, move"),
        ({**OPEN, "capacity": -1}, r"changes\[1\].capacity' must be 1 or more"),
        ({**OPEN, "capacity": True}, "must be a whole number"),
        ({**OPEN, "capasity": 3}, r"changes\[1\].capasity' is not known"),
        ({**OPEN, "service_type": "castle"}, "community_centre"),
        ({**OPEN, "place": {"lon": 23.0}}, "place.lat' is missing"),
        ({**OPEN, "place": {"lon": float("nan"), "lat": 1.0}}, "between -180 and 180"),
        ({**OPEN, "staff": {"wizard": 1}}, "no specialty; there are"),
        ({**OPEN, "cost_per_place_cents": 1.5}, "must be a whole number"),
        ({"kind": "grow", "service": "a"}, "one of the two"),
        ({"kind": "grow", "service": "a", "by": 1, "to": 2}, "one of the two"),
        ({"kind": "grow", "service": "a", "to": -2}, "must be 0 or more"),
        ({"kind": "close"}, "service' is missing"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        from_content(content(change), load("gr"), "a.toml")


@pytest.mark.parametrize(
    ("population", "says"),
    [
        ({}, "one of the two"),
        ({"factor": 1.1, "persons": {"4501": 5}}, "one of the two"),
        ({"factor": 0}, "more than 0"),
        ({"factor": -1.0}, "more than 0"),
        ({"factor": float("nan")}, "more than 0"),
        ({"factor": 103.0}, "at most 10"),
        ({"factor": 1.1, "base": "registered"}, "is not known"),
        ({"persons": {}}, "one municipality at least"),
        ({"persons": {"4501": -5}}, "must be 1 or more"),
        ({"persons": {"4501": 1.5}}, "whole number"),
        ({"persons": {"4501": 5}, "base": "voters"}, "registered, residents"),
    ],
)
def test_a_population_that_means_nothing(population: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        from_content(content(OPEN, population=population), load("gr"))


@pytest.mark.parametrize(
    "population",
    [{"factor": 1.03}, {"persons": {"4501": 700_000}}, {"persons": {"1": 2}, "base": "residents"}],
)
def test_a_population_alone_is_a_scenario(population: dict[str, Any]) -> None:
    given: dict[str, Any] = {"name": "A", "snapshot": "s", "horizon": "2030-12-31"}
    asked = from_content({**given, "population": population}, load("gr"))
    assert from_content(tomllib.loads(toml_of(asked)), load("gr")) == asked
    kept = json.loads(json.dumps(asdict(asked), default=str))
    assert from_kept(kept) == asked
    # A scenario that was kept before there was any such thing.
    del kept["population"]
    assert from_kept(kept).population is None


def test_an_unknown_norm_a_bad_date_and_no_change_at_all() -> None:
    with pytest.raises(InvalidInput, match="norm"):
        from_content(content(OPEN, norm="no_such"), load("gr"))
    with pytest.raises(InvalidInput, match="horizon"):
        from_content(content(OPEN, horizon="soon"), load("gr"))
    with pytest.raises(InvalidInput, match="changes"):
        from_content({"name": "A", "snapshot": "s", "horizon": "2030-12-31"}, load("gr"))
