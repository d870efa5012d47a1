"""Coverage where a country's profile has no norm, no numbers of one, no checklist, other people."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest
from small_region import CODES, GOLDEN, region, service, services

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage, municipal_checklist, municipal_norm
from geo.errors import InvalidInput
from geo.profiles.profile import countries, load
from geo.profiles.shape import Profile


def computed(profile: Profile, **changes: Any) -> pd.DataFrame:
    rows = coverage(region(**changes), profile, parameters.load())
    known = rows["value"].notna() | rows["category"].notna()
    assert (known == (rows["status"] == "shown")).all()
    assert not rows.duplicated(["indicator", "breakdown", "area_code"]).any()
    return rows.set_index(["indicator", "breakdown", "area_code"]).sort_index()


def status(rows: pd.DataFrame, indicator: str) -> set[str]:
    return set(rows.xs(indicator, level="indicator")["status"])


def people(base: str) -> pd.DataFrame:
    frame = pd.DataFrame({"code": CODES, "persons": GOLDEN, "base": base})
    return frame.assign(reference_date=pd.Timestamp("2021-10-22").date())


@pytest.mark.parametrize(
    ("country", "norm", "checklist"),
    [
        ("gr", "community_centre_staff", "community_centre"),
        ("pl", "ops_social_workers", "ops"),
        ("ro", "public_service_staff", None),
        ("bg", "planning_criteria", None),
    ],
)
def test_each_country_has_its_own_norm_and_list(
    country: str, norm: str, checklist: str | None
) -> None:
    profile = load(country)
    found, listed = municipal_norm(profile), municipal_checklist(profile)
    assert found is not None and found.code == norm
    assert (listed and listed.service_type) == checklist


def test_a_norm_with_numbers_comes_before_one_without() -> None:
    greek, polish = load("gr").norms, load("pl").norms
    both = replace(load("gr"), norms=MappingProxyType({**polish, **greek}))
    found = municipal_norm(both)
    assert found is not None and found.code == "community_centre_staff"


@pytest.mark.parametrize("country", countries())
def test_every_country_is_covered_with_registers_and_without(country: str) -> None:
    for covered in (frozenset(CODES), frozenset[str]()):
        rows = computed(load(country), covered=covered)
        assert rows.at[("population", "", "R"), "value"] == sum(GOLDEN)


def test_a_norm_without_numbers_is_not_assessable_and_says_why() -> None:
    rows = computed(load("pl"))
    norm = rows.xs("staff_norm", level="indicator").drop("R", level="area_code")
    assert set(norm["category"]) == {"not_assessable"}
    assert "not obtained" in norm["explanation"].iloc[0]["en"]
    assert "Nie uzyskano" in norm["explanation"].iloc[0]["pl"]
    for name in ("staff_required", "staff_actual", "staff_shortfall"):
        assert status(rows, name) == {"no_data"}, name


def test_without_a_norm_nothing_is_short_and_nothing_met() -> None:
    rows = computed(replace(load("gr"), norms=MappingProxyType({})))
    for name in ("staff_norm", "staff_required", "staff_actual", "staff_shortfall"):
        assert status(rows, name) == {"not_applicable"}, name
        assert len(rows.xs(name, level="indicator")) == len(CODES) + 1
    said = rows.at[("staff_norm", "", "M1"), "explanation"]
    assert said["en"] == "The profile of this country has no staffing norm."


def test_without_a_checklist_no_share_is_stated() -> None:
    rows = computed(load("ro"))
    assert status(rows, "mandatory_services") == {"not_applicable"}
    assert len(rows.xs("mandatory_services", level="indicator")) == len(CODES) + 1
    said = rows.at[("mandatory_services", "", "R"), "explanation"]
    assert said["en"] == "The profile of this country has no list of mandatory services."


def test_the_list_is_held_against_the_service_it_is_of() -> None:
    """A Polish centre (ops), not a Greek one: one of its mandatory tasks is offered in M1."""
    listed = municipal_checklist(load("pl"))
    assert listed is not None
    mandatory = [item.code for item in listed.with_status("mandatory")]
    here = service("a", "M1", service_type="ops", offers=mandatory[:1])
    other = service("b", "M2", service_type="community_centre", offers=mandatory)
    rows = computed(load("pl"), services=services(here, other))
    share = rows.xs("mandatory_services", level="indicator")["value"].droplevel("breakdown")
    assert share["M1"] == pytest.approx(100 / len(mandatory))
    assert share["M2"] == 0


def test_registered_people_are_said_to_be_no_residents() -> None:
    rows = computed(load("gr"), population=people("registered"))
    said = rows.xs("population", level="indicator")["explanation"].droplevel("breakdown")
    assert said["M1"]["en"] == "People registered here; how many reside here is not known."
    assert said["R"]["en"].endswith("Sum over 6 municipalities; 0 have no figure.")
    # The Greek norm counts registered citizens, so nothing stands in for them here.
    norm = rows.xs("staff_norm", level="indicator")["explanation"].droplevel("breakdown")
    assert "registered citizens" in norm["M3"]["en"]
    assert "residents were used" not in norm["M3"]["en"]
    residents = computed(load("gr"), population=people("residents"))
    norm = residents.xs("staff_norm", level="indicator")["explanation"].droplevel("breakdown")
    assert "residents were used" in norm["M3"]["en"]


def test_residents_and_registered_people_are_not_summed() -> None:
    mixed = people("residents")
    mixed.loc[0, "base"] = "registered"
    with pytest.raises(InvalidInput, match="registered and residents"):
        computed(load("gr"), population=mixed)
