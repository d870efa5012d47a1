"""The Greek profile against the census and the founding documents."""

import csv
import re

import pytest

from geo.errors import NotFound
from geo.profiles.profile import load
from tests.conftest import shared_data


@pytest.fixture(scope="module")
def greece():
    return load("gr")


def _rows(*parts):
    with shared_data(*parts).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_municipality_falls_into_one_region_and_regions_sum_to_the_census_table(greece):
    municipalities = _rows("population", "gr_census2021_provisional_dimoi_code_fixed_derived.csv")
    table = _rows("population", "gr_census2021_provisional_regions.csv")
    sums = dict.fromkeys((region.code for region in greece.regions), 0)
    for row in municipalities:
        code = row["elstat_municipality_code"]
        owners = [region.code for region in greece.regions if code[:2] in region.units]
        assert len(owners) == 1, code
        assert greece.region_of(code).code == owners[0]
        assert greece.level_of(code).code == "municipality"
        sums[owners[0]] += int(row["pop_total_2021"])
    assert len(municipalities) == 333
    assert sums == {row["nuts2_region_code"]: int(row["pop_total_2021"]) for row in table}
    assert sums["EL30"] == 3_792_469


def test_every_elstat_code_has_a_unit(greece):
    codes = [row["code"] for row in _rows("boundaries", "gr_elstat_municipality_codes.csv")]
    assert len(codes) == 333
    assert {greece.unit_of(code).code for code in codes} == {unit.code for unit in greece.units}


def test_attica_is_eight_units(greece):
    assert greece.region("EL30").units == ("45", "46", "47", "48", "49", "50", "51", "52")
    assert greece.unit_of("4910").names == {"en": "East Attica", "el": "Ανατολική Αττική"}


@pytest.mark.parametrize("code", ["88", "8801", "", "45"])
def test_a_code_of_no_municipality_is_not_found(greece, code):
    with pytest.raises(NotFound):
        greece.unit_of(code)


@pytest.mark.parametrize(
    ("code", "level"),
    [("gr", "country"), ("EL30", "region"), ("49", "unit"), ("4910", "municipality")],
)
def test_a_code_tells_its_level(greece, code, level):
    assert greece.level_of(code).code == level


def test_community_centre_services_are_those_of_the_programme(greece):
    checklist = greece.checklist("community_centre")
    assert [item.code for item in checklist.with_status("mandatory")] == [
        "information",
        "programme_support",
        "income_support_application",
        "referral_structures",
        "referral_employment",
        "labour_market_cooperation",
    ]
    (conditional,) = checklist.with_status("conditional")
    assert (conditional.code, conditional.unless_service) == ("basic_goods", "social_grocery")
    assert len(checklist.with_status("optional")) == 7


def test_four_service_types_have_recorded_demand(greece):
    assert [service.code for service in greece.demand_types()] == [
        "community_centre",
        "home_help",
        "day_centre_older",
        "day_centre_disabled",
    ]


def test_observation_categories_and_target_groups(greece):
    assert set(greece.observation_categories) == {
        "rough_sleeping",
        "begging",
        "substance_use",
        "unaccompanied_minor",
        "person_in_distress",
        "informal_settlement",
        "other",
    }
    assert set(greece.target_groups) == {
        "older",
        "disabled",
        "child_family",
        "migrant",
        "roma",
        "homeless",
        "unemployed",
    }


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("Βουλής 4, 166 73 Βούλα", "16673"),
        ("Τ.Κ. 10562 Αθήνα", "10562"),
        ("GR-11527", "11527"),
        ("τηλ. 2101234567", None),
        ("01234", None),
    ],
)
def test_postcodes_are_found(greece, text, postcode):
    found = re.search(greece.addresses.postcode_pattern, text)
    assert (None if found is None else "".join(found.groups())) == postcode


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Σόλωνος 12Α", ("12", "Α", None)),
        ("28ης Οκτωβρίου 5", ("5", None, None)),
        ("Πατησίων 12-14", ("12", None, "14")),
        ("Ερμού 7 Αθήνα", ("7", None, None)),
    ],
)
def test_house_numbers_are_found(greece, text, groups):
    assert re.search(greece.addresses.house_number_pattern, text).groups() == groups


def test_saints_are_spelt_out(greece):
    assert greece.addresses.abbreviations["Αγ."][:3] == ("Αγίου", "Αγίας", "Αγίων")
    assert "Λεωφ." in greece.addresses.street_types["Λεωφόρος"]


def test_unknown_country_names_those_there_are():
    with pytest.raises(NotFound, match="'xx'") as failure:
        load("xx")
    assert "gr" in failure.value.hint
