"""A place that a person set is given back to the next run, and that is taken back too."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.locating.conftest import Places
from tests.integration.registers.conftest import AGENCY_B

UNCLEAR = "Κολοκοτρώνη 5"
PIN = {"lat": 37.9711, "lon": 23.7262}


@pytest.fixture
def locked(places: Places) -> UUID:
    """A person whom somebody placed with a pin."""
    key = places.person(UNCLEAR)
    places.locate()
    made = places.decide(key=places.item(UNCLEAR)["key"], point=PIN)
    assert made.json()["alias"] is True, made.text
    return key


def unlock(places: Places, key: UUID, name: str = "centre_staff", register: str = "people") -> Any:
    return places.client(name).post(f"/locations/{register}/{key}/unlock")


def undo(places: Places, made: Any) -> Any:
    return places.client("team_lead").post(f"/locations/decisions/{made.json()['id']}/undo")


def test_a_record_is_given_back_with_the_address_it_has(places: Places, locked: UUID) -> None:
    before = places.row(locked)
    made = unlock(places, locked)
    assert made.status_code == 201, made.text
    assert (made.json()["changed"], made.json()["alias"]) == (1, False)
    row = places.row(locked)
    assert (row["location_status"], row["geom"], row["location_locked_at"]) == (
        "pending",
        None,
        None,
    )
    assert (row["address"], row["area_code"]) == (before["address"], before["area_code"])
    places.locate()
    again = places.row(locked)
    assert (again["location_source"], again["location_group"]) == ("gazetteer", "several")
    assert places.item(UNCLEAR)["count"] == 1
    told = places.client("centre_staff").get("/locations/decisions").json()["items"]
    assert [(one["kind"], one["alias"]) for one in told] == [("unlock", False), ("point", False)]


@pytest.mark.parametrize("is_located", [False, True])
def test_an_unlocking_is_taken_back_and_what_was_taught_holds_again(
    places: Places, locked: UUID, is_located: bool
) -> None:
    before = places.row(locked)
    made = unlock(places, locked)
    if is_located:
        places.locate()
    assert undo(places, made).json() == {"changed": 1, "kept": []}
    after = places.row(locked)
    grown = ("version", "updated_at")
    assert {name: value for name, value in after.items() if name not in grown} == {
        name: value for name, value in before.items() if name not in grown
    }
    again = places.person(UNCLEAR)
    places.locate(everything=True)
    assert places.row(again)["location_source"] == "alias"
    assert places.row(locked)["geom"] == before["geom"]


def test_who_decided_or_edited_since_is_not_overwritten(places: Places, locked: UUID) -> None:
    made = unlock(places, locked)
    staff = places.client("centre_staff")
    version = places.row(locked)["version"]
    edited = staff.patch(f"/registers/people/{locked}", version, address="Σκουφά 3")
    assert edited.status_code == 200, edited.text
    assert undo(places, made).json() == {
        "changed": 0,
        "kept": [{"id": str(locked), "why": "changed"}],
    }
    places.locate()
    assert places.row(locked)["matched"].startswith("Σκουφά")


def test_a_later_decision_stays_when_the_unlocking_is_taken_back(
    places: Places, locked: UUID
) -> None:
    made = unlock(places, locked)
    places.locate()
    later = places.decide(key=places.item(UNCLEAR)["key"], point={"lat": 37.99, "lon": 23.75})
    assert later.status_code == 201, later.text
    assert undo(places, made).json()["kept"] == [{"id": str(locked), "why": "changed"}]
    assert places.row(locked)["lat"] == pytest.approx(37.99)
    again = places.person(UNCLEAR)
    places.locate()
    assert places.row(again)["lat"] == pytest.approx(37.99), "the later decision is the one taught"


def test_only_who_places_records_unlocks_and_only_what_is_locked(
    places: Places, locked: UUID
) -> None:
    for name, register, status in (
        ("street_worker", "people", 403),
        ("municipal_planner", "people", 403),
        ("centre_staff", "sites", 403),
        ("piraeus_staff", "people", 404),
    ):
        assert unlock(places, locked, name, register).status_code == status, name
    assert unlock(places, uuid4()).status_code == 404
    waits = places.person("Σκουφά 1")
    assert unlock(places, waits).status_code == 404
    assert places.row(locked)["location_locked_at"] is not None


def test_an_agency_unlocks_its_own_site_and_the_planner_none_that_is_secret(
    places: Places,
) -> None:
    own, other = places.site(UNCLEAR), places.site(UNCLEAR, agency=AGENCY_B)
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.site SET location_class = 'address',"
            " location_status = 'accepted', location_source = 'person', location_locked_at = now(),"
            " location_locked_by = gen_random_uuid(),"
            " geom = ST_SetSRID(ST_MakePoint(23.73, 37.97), 4326)"
        )
    # Both are open, and seen by all of these.
    for key, name in ((other, "agency"), (own, "other_agency"), (own, "piraeus_planner")):
        assert unlock(places, key, name, "sites").status_code == 404, name
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE registry.site SET sensitive = true")
    assert unlock(places, own, "municipal_planner", "sites").status_code == 404
    assert unlock(places, other, "agency", "sites").status_code == 404
    assert unlock(places, own, "agency", "sites").status_code == 201
    assert places.row(other, "registry.site")["location_locked_at"] is not None


@pytest.mark.parametrize(
    "order", [("municipal_planner", "agency"), ("agency", "municipal_planner")]
)
def test_what_either_house_taught_does_not_put_a_record_back(
    places: Places, order: tuple[str, str]
) -> None:
    decider, giver = order
    site = places.site(UNCLEAR)
    places.locate("sites")
    item = places.queue(decider, "sites")["items"][0]
    places.decide(decider, register="sites", key=item["key"], point=PIN)
    made = unlock(places, site, giver, "sites")
    assert made.status_code == 201, made.text
    places.locate("sites")
    row = places.row(site, "registry.site")
    assert (row["location_source"], row["location_group"]) == ("gazetteer", "several")
    back = places.client(giver).post(f"/locations/decisions/{made.json()['id']}/undo")
    assert back.json() == {"changed": 1, "kept": []}, back.text
    again = places.site(UNCLEAR)
    places.locate("sites")
    assert places.row(again, "registry.site")["location_source"] == "alias", "it holds again"


def test_giving_a_refuge_back_tells_the_planner_nothing(places: Places) -> None:
    refuge, other = places.site(UNCLEAR), places.site(UNCLEAR, agency=AGENCY_B)
    places.locate("sites")
    item = places.queue("municipal_planner", "sites")["items"][0]
    places.decide("municipal_planner", register="sites", key=item["key"], point=PIN)
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.site SET sensitive = true WHERE id = %s", (refuge,)
        )
    assert unlock(places, refuge, "agency", "sites").status_code == 201
    held = "SELECT count(*) FROM registry.address_alias WHERE ended_by IS NULL"
    assert places.office.scalar(held) == 1
    assert places.row(other, "registry.site")["location_locked_at"] is not None


def test_ending_what_was_taught_takes_a_decision_of_one_s_own(places: Places, locked: UUID) -> None:
    made = unlock(places, places.person(UNCLEAR))
    assert made.status_code == 404
    decision = places.office.scalar("SELECT id FROM registry.location_decision")
    held = "SELECT count(*) FROM registry.address_alias WHERE ended_by IS NULL"
    staff = places.office.users["centre_staff"].id
    for role, user in (("municipal_planner", staff), ("centre_staff", staff), ("agency", uuid4())):
        with places.office.owner.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL ROLE needsmap_{role}")
            connection.exec_driver_sql("SELECT set_config('needsmap.user', %s, true)", (str(user),))
            connection.exec_driver_sql("SELECT registry.end_taught(%s, %s)", (decision, locked))
            connection.exec_driver_sql("SELECT registry.unlearn(%s)", (decision,))
        assert places.office.scalar(held) == 1, role


@pytest.mark.parametrize("is_located", [False, True])
def test_the_lock_of_a_decision_that_was_taken_back_is_not_set_again(
    places: Places, locked: UUID, is_located: bool
) -> None:
    staff = places.client("centre_staff")
    decision = staff.get("/locations/decisions").json()["items"][0]["id"]
    made = unlock(places, locked)
    if is_located:
        places.locate()
    left = {"changed": 0, "kept": [{"id": str(locked), "why": "changed"}]}
    assert staff.post(f"/locations/decisions/{decision}/undo").json() == left
    assert undo(places, made).json() == left
    assert places.row(locked)["location_locked_at"] is None
    places.locate()
    assert places.row(locked)["location_source"] == "gazetteer", "what it taught stays over too"
