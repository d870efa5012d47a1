"""Whose decisions and spots place whose records: never across registers, houses, or to a refuge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.integration.locating.conftest import ATHENS, PIRAEUS, Places, wait_for
from tests.integration.registers.conftest import AGENCY_B

UNCLEAR = "Κολοκοτρώνη 5"
SPOT = {"names": [], "lat": 37.9771, "lon": 23.7301}


def decided(places: Places, name: str, register: str, text: str = UNCLEAR) -> dict[str, Any]:
    """The first alternative of an address, decided for all its records."""
    item = next(
        one for one in places.queue(name, register, limit=200)["items"] if one["text"] == text
    )
    body = {"register": register, "key": item["key"]}
    made = places.decide(name, **body, alternative=item["alternatives"][0]["key"])
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.json()
    return told


def source(places: Places, key: UUID, table: str) -> str:
    found: str = places.row(key, f"registry.{table}")["location_source"]
    return found


def change(places: Places, statement: str, *given: Any) -> None:
    """As somebody else, or the operator, changes records."""
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(statement, given)


# ------------------------------------------------------------------------------------- decisions


def test_a_decision_places_open_sites_of_its_own_territory_alone(places: Places) -> None:
    # With a postcode, records of several municipalities have an equal address.
    equal = {"postcode": "99999"}
    places.site(UNCLEAR, **equal)
    places.locate("sites")
    decided(places, "municipal_planner", "sites")
    told = places.site(UNCLEAR, agency=AGENCY_B, **equal)
    refuge = places.site(UNCLEAR, agency=AGENCY_B, **equal)
    change(places, "UPDATE registry.site SET sensitive = true WHERE id = %s", refuge)
    away = places.site(UNCLEAR, area=PIRAEUS, **equal)
    person = places.person(UNCLEAR, **equal)
    places.locate("sites")
    places.locate("people")
    keys = [places.row(one, "registry.site")["address_key"] for one in (told, refuge, away)]
    assert {*keys, places.row(person)["address_key"]} == {keys[0]}
    assert source(places, told, "site") == "alias"
    assert source(places, refuge, "site") == "gazetteer"
    assert source(places, away, "site") == "gazetteer"
    assert source(places, person, "person") == "gazetteer"


def test_a_decision_about_a_person_places_no_site_and_is_told_to_case_workers(
    places: Places,
) -> None:
    places.person(UNCLEAR)
    places.locate()
    decided(places, "centre_staff", "people")
    site = places.site(UNCLEAR)
    places.locate("sites")
    assert source(places, site, "site") == "gazetteer"
    for name in ("centre_staff", "team_lead", "street_worker", "municipal_planner", "agency"):
        asked = places.client(name).post("/locate", text=UNCLEAR, municipality="Αθηναίων")
        assert asked.status_code == 200, (name, asked.text)
        is_told = name in ("centre_staff", "team_lead")
        assert (asked.json()["source"] == "alias") is is_told, name


def test_an_agency_s_decision_places_no_other_agency_s_site(places: Places) -> None:
    places.site(UNCLEAR)
    places.locate("sites")
    decided(places, "agency", "sites")
    own, other = places.site(UNCLEAR), places.site(UNCLEAR, agency=AGENCY_B)
    places.locate("sites")
    assert source(places, own, "site") == "alias"
    assert source(places, other, "site") == "gazetteer"


@pytest.mark.parametrize(
    "gone",
    [
        "UPDATE registry.site SET sensitive = true WHERE id = %s",
        "DELETE FROM registry.site WHERE id = %s",
    ],
)
def test_what_was_decided_about_a_site_goes_with_it(places: Places, gone: str) -> None:
    site = places.site(UNCLEAR)
    places.locate("sites")
    made = decided(places, "municipal_planner", "sites")
    planner = places.client("municipal_planner")
    asked = {"text": UNCLEAR, "municipality": "Αθηναίων"}
    assert planner.post("/locate", **asked).json()["source"] == "alias"
    assert len(planner.get("/locations/decisions").json()["items"]) == 1
    change(places, gone, site)
    assert planner.post("/locate", **asked).json()["source"] == "gazetteer"
    assert planner.get("/locations/decisions").json()["items"] == []
    assert planner.post(f"/locations/decisions/{made['id']}/undo").status_code == 404
    later = places.site(UNCLEAR, agency=AGENCY_B)
    places.locate("sites")
    assert source(places, later, "site") == "gazetteer"


@pytest.mark.parametrize(
    "gone",
    [
        "UPDATE registry.{} SET address = 'Σκουφά 3' WHERE id = %s",
        "UPDATE registry.{} SET postcode = '10671' WHERE id = %s",
        "UPDATE registry.{} SET area_code = '{piraeus}' WHERE id = %s",
        "DELETE FROM registry.{} WHERE id = %s",
    ],
)
@pytest.mark.parametrize("register", ["people", "sites"])
def test_of_a_place_that_was_taught_nothing_is_kept_when_its_last_record_goes(
    places: Places, register: str, gone: str
) -> None:
    table = "person" if register == "people" else "site"
    put = places.person if register == "people" else places.site
    first, last = put(UNCLEAR), put(UNCLEAR)
    places.locate(register)
    name = "centre_staff" if register == "people" else "municipal_planner"
    decided(places, name, register)
    assert taught(places) == 1
    statement = gone.format(table, piraeus=PIRAEUS)
    change(places, statement, first)
    assert taught(places) == 1, "another record has the address"
    change(places, statement, last)
    assert taught(places) == 0, "also whoever asks the database itself reads no point and no name"


def test_of_a_place_that_was_taught_nothing_is_kept_when_only_a_refuge_is_left(
    places: Places,
) -> None:
    first, other = places.site(UNCLEAR), places.site(UNCLEAR)
    places.locate("sites")
    decided(places, "agency", "sites")
    change(places, "UPDATE registry.site SET sensitive = true WHERE id = %s", first)
    assert taught(places) == 1
    change(places, "UPDATE registry.site SET agency_id = %s WHERE id = %s", AGENCY_B, other)
    assert taught(places) == 0, "no open site of the agency that taught it is left"
    third = places.site("Κολοκοτρώνη 7")
    places.locate("sites")
    decided(places, "municipal_planner", "sites", "Κολοκοτρώνη 7")
    change(places, "UPDATE registry.site SET agency_id = %s WHERE id = %s", AGENCY_B, third)
    assert taught(places) == 1, "what the planner taught is for all agencies"
    change(places, "UPDATE registry.site SET sensitive = true WHERE id = %s", third)
    assert taught(places) == 0


def test_of_a_place_that_was_taught_nothing_is_kept_of_an_erased_person(places: Places) -> None:
    erased, moved = places.person(UNCLEAR), places.person(UNCLEAR)
    places.locate()
    decided(places, "centre_staff", "people")
    change(places, "UPDATE registry.person SET area_code = %s WHERE id = %s", PIRAEUS, moved)
    assert taught(places) == 1
    change(places, "SELECT registry.erase_person(%s, 'request')", erased)
    # The decision is kept, for it was also about somebody who is still known.
    assert places.office.scalar("SELECT count(*) FROM registry.location_decision") == 1
    assert taught(places) == 0


def taught(places: Places) -> int:
    """How many places are kept of addresses that people decided, ended ones too."""
    found: int = places.office.scalar("SELECT count(*) FROM registry.address_alias")
    return found


def test_an_earlier_decision_of_a_refuge_places_nothing_when_a_later_is_taken_back(
    places: Places,
) -> None:
    refuge = places.site(UNCLEAR)
    places.locate("sites")
    decided(places, "municipal_planner", "sites")
    first = places.row(refuge, "registry.site")
    waits = places.site(UNCLEAR, agency=AGENCY_B)
    places.locate("sites")
    change(places, "UPDATE registry.site SET location_group = 'several' WHERE id = %s", waits)
    later = places.decide(
        "municipal_planner",
        register="sites",
        key=first["address_key"],
        point={"lat": 37.99, "lon": 23.75},
    ).json()
    third = places.site(UNCLEAR)
    places.locate("sites")
    assert places.row(third, "registry.site")["lat"] == pytest.approx(37.99)
    change(places, "UPDATE registry.site SET sensitive = true WHERE id = %s", refuge)
    back = places.client("municipal_planner").post(f"/locations/decisions/{later['id']}/undo")
    assert back.json() == {"changed": 1, "kept": []}, back.text
    assert places.row(third, "registry.site")["location_status"] == "pending"


def test_a_site_that_became_a_refuge_is_placed_by_no_earlier_decision(places: Places) -> None:
    first = places.site(UNCLEAR)
    places.locate("sites")
    decided(places, "agency", "sites")
    key = places.row(first, "registry.site")["address_key"]
    waits = places.site(UNCLEAR)
    places.locate("sites")
    change(places, "UPDATE registry.site SET location_group = 'several' WHERE id = %s", waits)
    pin = {"lat": 37.99, "lon": 23.75}
    later = places.decide("agency", register="sites", key=key, point=pin).json()
    open_one, refuge = places.site(UNCLEAR), places.site(UNCLEAR)
    places.locate("sites")
    change(places, "UPDATE registry.site SET sensitive = true WHERE id = %s", refuge)
    back = places.client("agency").post(f"/locations/decisions/{later['id']}/undo")
    assert back.status_code == 200, back.text
    before = places.row(first, "registry.site")["geom"]
    assert places.row(open_one, "registry.site")["geom"] == before
    assert places.row(refuge, "registry.site")["location_status"] == "pending"


def test_a_refuge_is_decided_by_its_agency_and_teaches_nothing(places: Places) -> None:
    refuge = places.site(UNCLEAR)
    change(places, "UPDATE registry.site SET sensitive = true WHERE id = %s", refuge)
    places.locate("sites")
    assert places.queue("municipal_planner", "sites")["items"] == []
    assert decided(places, "agency", "sites")["alias"] is False
    other = places.site(UNCLEAR)
    places.locate("sites")
    assert source(places, other, "site") == "gazetteer"
    told = places.client("agency").get("/locations/decisions").json()["items"]
    assert [one["changed"] for one in told] == [1], "its own agency may take it back"


# ----------------------------------------------------------------------------------------- spots


def test_a_spot_moves_nobody_of_another_town_and_is_no_house(places: Places) -> None:
    worker = places.client("street_worker")
    for name in ("Ακτή Μιαούλη", "Ερμού 12"):
        worker.made("/spots", name=name, **SPOT)
    shore = [
        places.person("Ακτή Μιαούλη", area=None, town="Πειραιώς"),
        places.person("Ακτή Μιαούλη", area=PIRAEUS),
        places.person("Ακτή Μιαούλη", postcode="18531"),
        places.person("Ακτή Μιαούλη", town="Πειραιώς"),
        places.person("Ερμού 12"),
        places.person("ΕΡΜΟΥ 12", postcode="10563"),
    ]
    here = [
        places.person("Ακτή Μιαούλη"),
        places.person("Ακτή Μιαούλη", town="Αθηναίων"),
        places.person("Ακτή Μιαούλη", postcode="10563"),
        places.person("Ακτή Μιαούλη", postcode="99999"),
    ]
    places.locate()
    assert [source(places, one, "person") for one in shore] == ["gazetteer"] * len(shore)
    assert [source(places, one, "person") for one in here] == ["spot"] * len(here)


def test_the_gazetteer_says_whose_word_holds_where_the_record_has_no_municipality(
    places: Places,
) -> None:
    places.client("street_worker").made("/spots", name="Το ρολόι", **SPOT)
    there = {"lat": 37.943, "lon": 23.446}
    places.client("piraeus_worker").made("/spots", name="Το ρολόι", names=[], **there)
    places.person(UNCLEAR, postcode="10563")
    places.locate()
    item = places.item(UNCLEAR)
    pin = {"lat": 37.9755, "lon": 23.7299}
    assert places.decide(key=item["key"], point=pin).status_code == 201
    asked = {
        "here": places.person("Το ρολόι", area=None, town="Αθηναίων"),
        "there": places.person("Το ρολόι", area=None, postcode="18531"),
        "nowhere": places.person("Το ρολόι", area=None),
        "taught": places.person(UNCLEAR, area=None, postcode="10563"),
    }
    places.locate()
    found = {name: places.row(key) for name, key in asked.items()}
    told = {name: (row["location_source"], row["area_code"]) for name, row in found.items()}
    assert told == {
        "here": ("spot", ATHENS),
        "there": ("spot", PIRAEUS),
        "nowhere": ("gazetteer", None),
        "taught": ("alias", ATHENS),
    }


def test_a_spot_of_case_workers_places_no_site(places: Places) -> None:
    places.client("street_worker").made("/spots", name="Το ρολόι", **SPOT)
    site = places.site("Το ρολόι")
    places.locate("sites")
    assert source(places, site, "site") == "gazetteer"


# ----------------------------------------------------------------------------- the operator's run


def test_the_operator_s_run_moves_no_person_whom_a_house_keeps(places: Places) -> None:
    """Three of them live in Piraeus by their address; where they are kept is another thing."""
    operator, house = (places.person("Ακτή Μιαούλη 2", postcode="18531") for _ in range(2))
    typed = places.person("Ακτή Μιαούλη 2", postcode="18531")
    nobody = places.person("Ακτή Μιαούλη 2", postcode="18531", area=None)
    for key, name in ((operator, "list"), (house, f"{ATHENS}:list"), (nobody, "list")):
        change(
            places,
            "INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution,"
            " official, derived, synthetic, counts, notes, sha256) VALUES (%s, 'x', '{}', '{}', 'x',"
            " 'x', 'x', false, false, true, '{}', '[]', '') ON CONFLICT DO NOTHING",
            name,
        )
        change(places, "UPDATE registry.person SET source_id = %s WHERE id = %s", name, key)
    places.locate()
    for key, area in (
        (operator, PIRAEUS),
        (house, ATHENS),
        (typed, ATHENS),
        (nobody, PIRAEUS),
    ):
        row = places.row(key)
        assert (row["area_code"], row["matched"]) == (area, places.row(nobody)["matched"])
    staff = {one["id"] for one in listed(places, "piraeus_staff")}
    assert staff == {str(operator), str(nobody)}


def test_a_house_s_run_reaches_its_own_records_alone(places: Places) -> None:
    key = places.person("Ερμού 12", postcode="10563", area=PIRAEUS)
    before = places.row(key)
    staff = places.client("centre_staff")
    begun = staff.post("/locations/jobs", register="people", country="gr")
    assert begun.status_code == 202, begun.text
    assert wait_for(staff, begun.json()["id"])["done"] == 0
    assert places.row(key) == before


def listed(places: Places, name: str) -> list[dict[str, Any]]:
    answer = places.client(name).get("/registers/people", purpose="check")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
