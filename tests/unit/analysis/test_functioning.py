"""Services that work against services in the register, and what follows for who is covered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
import small_region as small

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage, working_services
from geo.analysis.figures.functioning import functioning_figures
from geo.profiles import profile

CENTRE = "community_centre"
LATELY = date(2026, 9, 1)
LONG_AGO = date(2025, 9, 1)


def state(code: str, area: str, **changes: Any) -> dict[str, Any]:
    told = {"id": code, "area_code": area, "service_type": CENTRE, "active": True}
    return {**told, "verified_on": LATELY, "capacity": 50, **changes}


def needs(**persons: int) -> pd.DataFrame:
    return small.counted("persons", **persons).assign(service_type=CENTRE)


def rows_of(**changes: Any) -> pd.DataFrame:
    made = coverage(small.region(**changes), profile.load("gr"), parameters.load())
    of_centres = made[made["breakdown"] == CENTRE]
    return of_centres.set_index(["indicator", "area_code"])


def a_centre(posts: int, **changes: Any) -> dict[str, Any]:
    """One centre in M2, a town of 10,000, where the norm asks for two posts."""
    return {
        "services": small.services(small.service("c", "M2")),
        "service_states": small.states(state("c", "M2", **changes)),
        "staff": pd.DataFrame(small.posts("c", posts)),
        "needs": needs(M2=30),
    }


def test_a_centre_with_its_staff_works_and_covers() -> None:
    rows = rows_of(**a_centre(posts=2))
    assert rows.loc[("services_registered", "M2"), "value"] == 1
    assert rows.loc[("services_working", "M2"), "value"] == 1
    assert rows.loc[("stair_covered", "M2"), "value"] == 30
    assert rows.loc[("stair_fit", "M2"), "value"] == 0


def test_a_centre_short_of_staff_stands_in_the_register_and_does_not_work() -> None:
    rows = rows_of(**a_centre(posts=1))
    assert rows.loc[("services_registered", "M2"), "value"] == 1
    assert rows.loc[("services_working", "M2"), "value"] == 0
    assert rows.loc[("stair_covered", "M2"), "value"] == 0
    assert rows.loc[("stair_fit", "M2"), "value"] == 30
    told = rows.loc[("services_working", "M2"), "explanation"]
    assert told["en"] == "0 of 1 in the register work; 1 short of staff."
    assert "1 με ελλιπές προσωπικό" in told["el"]


def test_without_the_head_nominal_stays_and_functional_falls() -> None:
    given = a_centre(posts=2)
    rows = rows_of(**{**given, "staff": given["staff"].assign(head=False)})
    assert rows.loc[("services_registered", "M2"), "value"] == 1
    assert rows.loc[("services_working", "M2"), "value"] == 0


def test_a_verification_of_long_ago_does_not_count() -> None:
    rows = rows_of(**a_centre(posts=2, verified_on=LONG_AGO))
    assert rows.loc[("services_working", "M2"), "value"] == 0
    assert "not verified lately" in rows.loc[("services_working", "M2"), "explanation"]["en"]


def test_never_verified_is_not_known_and_counts_upwards_only() -> None:
    rows = rows_of(**a_centre(posts=2, verified_on=None))
    working = rows.loc[("services_working", "M2")]
    assert (working["value"], working["low"], working["high"]) == (0, 0, 1)
    # Whether it works is open, so its places still cover.
    assert rows.loc[("stair_covered", "M2"), "value"] == 30


def test_a_closed_service_is_in_the_register_only() -> None:
    given = a_centre(posts=2, active=False)
    rows = rows_of(**{**given, "services": small.services()})
    assert rows.loc[("services_registered", "M2"), "value"] == 1
    assert rows.loc[("services_working", "M2"), "value"] == 0
    assert rows.loc[("stair_existence", "M2"), "value"] == 30


def test_a_municipal_centre_exists_for_its_own_people_only() -> None:
    given = a_centre(posts=2) | {"needs": needs(M2=30, M3=7)}
    services = given["services"]
    for_all = rows_of(**{**given, "services": services.assign(own_area_only=False)})
    own = rows_of(**{**given, "services": services.assign(own_area_only=True)})
    assert for_all.loc[("stair_existence", "M3"), "value"] == 0
    assert own.loc[("stair_existence", "M3"), "value"] == 7


def test_outside_of_the_registers_there_is_no_data_and_no_zero() -> None:
    rows = rows_of(covered=frozenset({"M1"}))
    for indicator in ("services_registered", "services_working", "stair_covered"):
        assert rows.loc[(indicator, "M1"), "status"] == "shown"
        assert rows.loc[(indicator, "M2"), "status"] == "no_data"


def test_types_without_a_norm_need_no_staff() -> None:
    region = small.region(service_states=small.states(state("h", "M2", service_type="home_help")))
    found = working_services(region, profile.load("gr"))["home_help"]
    assert list(found.services["verdict"]) == ["functional"]


@pytest.mark.parametrize(
    ("accessible", "verdict"), [(True, "functional"), (False, "failed"), (pd.NA, "not_known")]
)
def test_premises_are_asked_where_whoever_comes_needs_them(accessible: Any, verdict: str) -> None:
    told = small.states(state("a", "M1", service_type="day_centre_disabled"))
    told = told.assign(accessible=pd.array([accessible], dtype="boolean"))
    inputs = small.region(service_states=told)
    # The profile says of which services: of day centres for disabled people, not of others.
    works = working_services(inputs, profile.load("gr"))
    found = works["day_centre_disabled"]
    assert found.services["verdict"].tolist() == [verdict]
    assert "accessible" not in works["day_centre_older"].clauses
    rows = functioning_figures(inputs, "day_centre_disabled", found)
    row = rows.set_index(["indicator", "area_code"]).loc[("services_working", "M1")]
    assert [row["value"], row["high"]] == {
        "functional": [1, 1],
        "failed": [0, 0],
        "not_known": [0, 1],
    }[verdict]
    if verdict == "failed":
        assert row["explanation"]["en"] == "0 of 1 in the register work; 1 not accessible."


def test_without_a_column_of_access_it_is_not_known() -> None:
    told = small.states(state("a", "M1", service_type="day_centre_disabled"))
    works = working_services(small.region(service_states=told), profile.load("gr"))
    assert works["day_centre_disabled"].services["verdict"].tolist() == ["not_known"]
