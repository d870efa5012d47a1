"""The queue for people: decided with all equal addresses, locked, remembered, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.locating.conftest import ATHENS, PIRAEUS, Places
from tests.integration.registers.conftest import AGENCY_B

UNCLEAR = "Κολοκοτρώνη 5"


def first_of(item: dict[str, Any]) -> dict[str, str]:
    """The first alternative of an item, as a decision names it."""
    return {"key": item["key"], "alternative": item["alternatives"][0]["key"]}


def test_one_decision_places_all_equal_addresses_and_is_taken_back_as_one(places: Places) -> None:
    people = [places.person(UNCLEAR) for _ in range(3)]
    other = places.person("Ερμού 12", postcode="10563")
    places.locate()
    assert places.queue()["groups"] == {"several": 1, "street": 1}
    item = places.item(UNCLEAR)
    assert (item["count"], item["group"]) == (3, "several")
    assert len(item["alternatives"]) >= 2
    chosen = item["alternatives"][1]
    made = places.decide(key=item["key"], alternative=chosen["key"])
    assert made.status_code == 201, made.text
    assert (made.json()["changed"], made.json()["alias"]) == (3, True)
    for key in people:
        row = places.row(key)
        assert (row["lat"], row["lon"]) == pytest.approx((chosen["lat"], chosen["lon"]))
        assert (row["location_status"], row["location_source"]) == ("accepted", "person")
        assert row["location_locked_by"] is not None and row["location_group"] is None
    assert places.queue()["groups"] == {"street": 1}
    assert places.row(other)["location_locked_at"] is None

    back = places.client("centre_staff").post(f"/locations/decisions/{made.json()['id']}/undo")
    assert back.json() == {"changed": 3, "kept": []}, back.text
    assert places.item(UNCLEAR)["count"] == 3
    assert [places.row(key)["location_status"] for key in people] == ["queued"] * 3
    again = places.client("centre_staff").post(f"/locations/decisions/{made.json()['id']}/undo")
    assert again.status_code == 409


def test_what_somebody_changed_since_is_told_and_not_overwritten(places: Places) -> None:
    first, second = places.person(UNCLEAR), places.person(UNCLEAR)
    places.locate()
    made = places.decide(**first_of(places.item(UNCLEAR))).json()
    staff = places.client("centre_staff")
    version = staff.get(f"/registers/people/{second}", purpose="case_work").json()["version"]
    edited = staff.patch(f"/registers/people/{second}", version, address="Σκουφά 3")
    assert edited.status_code == 200, edited.text
    back = staff.post(f"/locations/decisions/{made['id']}/undo").json()
    assert back == {"changed": 1, "kept": [{"id": str(second), "why": "changed"}]}
    assert places.row(first)["location_status"] == "queued"
    assert places.row(second)["location_group"] == "changed"


def test_a_run_moves_nothing_that_a_person_decided(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    pin = {"lat": 37.9711, "lon": 23.7262, "radius_m": 12}
    made = places.decide(key=places.item(UNCLEAR)["key"], point=pin)
    assert made.status_code == 201, made.text
    before = places.row(key)
    assert (before["location_class"], before["radius_m"]) == ("address", 12)
    places.locate(everything=True)
    assert places.row(key) == before


def test_a_decided_address_that_is_edited_is_asked_again_where_it_stands(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    places.decide(**first_of(places.item(UNCLEAR)))
    decided = places.row(key)
    staff = places.client("centre_staff")
    staff.patch(f"/registers/people/{key}", decided["version"], address="Σκουφά 3")
    row = places.row(key)
    assert (row["geom"], row["location_locked_at"]) == (
        decided["geom"],
        decided["location_locked_at"],
    )
    assert places.queue()["groups"] == {"changed": 1}
    places.locate()
    assert places.row(key)["geom"] == decided["geom"], "the lock stays"
    item = places.item("Σκουφά 3")
    assert item["group"] == "changed" and "Σκουφά" in item["alternatives"][0]["matched"]
    assert places.decide(**first_of(item)).status_code == 201
    assert places.row(key)["matched"].startswith("Σκουφά")


def test_the_next_record_with_the_address_is_placed_by_the_decision(places: Places) -> None:
    places.person(UNCLEAR)
    places.locate()
    made = places.decide(**first_of(places.item(UNCLEAR))).json()
    again = places.person(UNCLEAR)
    elsewhere = places.person(UNCLEAR, area=PIRAEUS)
    places.locate()
    row = places.row(again)
    assert (row["location_source"], row["location_status"]) == ("alias", "located")
    assert places.row(elsewhere)["location_source"] != "alias", "another house decides itself"
    asked = places.client("centre_staff").post("/locate", text=UNCLEAR, municipality="Αθηναίων")
    assert asked.status_code == 200, asked.text
    places.client("centre_staff").post(f"/locations/decisions/{made['id']}/undo")
    assert places.row(again)["location_status"] == "pending", "what it taught is over for all"
    third = places.person(UNCLEAR)
    places.locate()
    for key in (again, third):
        assert places.row(key)["location_source"] == "gazetteer", "what is taken back is unlearnt"


def test_an_earlier_decision_holds_again_when_the_later_is_taken_back(places: Places) -> None:
    places.person(UNCLEAR)
    places.locate()
    places.decide(**first_of(places.item(UNCLEAR)))
    key = places.office.scalar("SELECT address_key FROM registry.person LIMIT 1")
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.person SET location_locked_by = NULL, location_locked_at = NULL,"
            " location_group = 'several', location_status = 'queued'"
        )
    later = places.decide(key=key, point={"lat": 37.99, "lon": 23.75}).json()
    places.client("team_lead").post(f"/locations/decisions/{later['id']}/undo")
    held = "SELECT location_class FROM registry.address_alias WHERE ended_by IS NULL"
    assert places.office.rows(held) == [{"location_class": "street"}]


def test_one_of_several_equal_ones_can_be_decided_alone(places: Places) -> None:
    people = sorted(places.person(UNCLEAR) for _ in range(2))
    places.locate()
    item = places.item(UNCLEAR)
    assert (
        places.decide(**first_of(item), all_equal=False, record=item["record"]).json()["changed"]
        == 1
    )
    assert [places.row(key)["location_status"] for key in people] == ["accepted", "queued"]


def test_refused_means_no_place_and_teaches_nothing(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    made = places.decide(key=places.item(UNCLEAR)["key"], refuse=True).json()
    assert made["alias"] is False
    row = places.row(key)
    assert (row["location_status"], row["location_class"], row["geom"]) == ("refused", "none", None)


def test_a_choice_that_is_not_there_is_named(places: Places) -> None:
    places.person(UNCLEAR)
    places.locate()
    key = places.item(UNCLEAR)["key"]
    for wrong, path in (
        ({"alternative": 0}, "alternative"),
        ({"alternative": "0" * 32, "refuse": True}, "body"),
        ({"refuse": True, "all_equal": False}, "body"),
        ({}, "body"),
        ({"point": {"lat": 99, "lon": 0}}, "point.lat"),
    ):
        answer = places.decide(key=key, **wrong)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["path"] == path
    assert places.decide(key="0" * 32, keep="0" * 32).status_code == 404


def test_looks_at_the_queue_are_looks_at_persons(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    places.queue(purpose="check")
    looks = places.client("centre_staff").get(f"/people/{key}/access-list").json()["items"]
    assert ("read", "check") in {(one["action"], one["purpose"]) for one in looks}


def test_an_agency_decides_for_its_own_sites_alone(places: Places) -> None:
    own = places.site(UNCLEAR)
    other = places.site(UNCLEAR, agency=AGENCY_B)
    places.locate("sites")
    item = places.queue("agency", "sites")["items"][0]
    made = places.decide("agency", register="sites", **first_of(item))
    assert (made.status_code, made.json()["changed"]) == (201, 1), made.text
    assert places.row(own, "registry.site")["location_status"] == "accepted"
    assert places.row(other, "registry.site")["location_status"] == "queued"
    undo = f"/locations/decisions/{made.json()['id']}/undo"
    assert places.client("other_agency").post(undo).status_code == 404
    assert places.client("municipal_planner").post(undo).status_code == 404
    assert places.client("municipal_planner").get("/locations/decisions").json()["items"] == []
    told = places.client("agency").get("/locations/decisions").json()["items"]
    assert [(one["kind"], one["changed"], one["alias"]) for one in told] == [
        ("alternative", 1, True)
    ]
    assert places.client("agency").post(undo).json() == {"changed": 1, "kept": []}


def test_each_house_sees_its_own_queue(places: Places) -> None:
    places.person(UNCLEAR)
    places.person("Ακτή Μιαούλη 1", area=PIRAEUS, postcode="18531")
    places.site(UNCLEAR)
    places.locate()
    places.locate("sites")
    assert sum(places.queue("centre_staff")["groups"].values()) == 1
    assert sum(places.queue("piraeus_staff")["groups"].values()) == 1
    assert sum(places.queue("municipal_planner", "sites")["groups"].values()) == 1
    assert places.queue("piraeus_planner", "sites")["groups"] == {}
    assert sum(places.queue("agency", "sites")["groups"].values()) == 1
    assert places.queue("other_agency", "sites")["groups"] == {}
    for name, register in (("municipal_planner", "people"), ("centre_staff", "sites")):
        answer = places.client(name).get("/locations/queue", register=register)
        assert answer.status_code == 403, name
    key = places.item(UNCLEAR)["key"]
    assert places.decide("piraeus_staff", key=key, keep="0" * 32).status_code == 404


def test_pages_of_the_queue_hold_each_address_once(places: Places) -> None:
    for number in range(7):
        for _ in range(1 + number % 3):
            places.person(f"Άγνωστη {number}")
    places.locate()
    seen: list[tuple[int, str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = places.queue(limit=3, group="none", **cursor)
        seen += [(one["count"], one["key"]) for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(seen) == len(set(seen)) == page["groups"]["none"] == 7
    assert [count for count, _ in seen] == sorted((count for count, _ in seen), reverse=True)
    wrong = places.client("centre_staff").get("/locations/queue", register="people", cursor="AAAA")
    assert wrong.status_code == 422


def test_what_is_written_is_what_was_shown_or_nothing(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    item = places.item(UNCLEAR)
    swap(places, "alternatives = jsonb_build_array(alternatives -> 1, alternatives -> 0)")
    swap(places, "radius_m = 777")
    gone = places.decide(key=item["key"], keep=item["place"])
    assert (gone.status_code, "no longer" in gone.json()["detail"]) == (409, True), gone.text
    shown = item["alternatives"][0]
    swap(places, "alternatives = jsonb_build_array(alternatives -> 0)")
    gone = places.decide(**first_of(item))
    assert gone.status_code == 409, gone.text
    assert places.row(key)["location_locked_at"] is None
    assert places.office.scalar("SELECT count(*) FROM registry.address_alias") == 0
    assert places.decide(**first_of(places.item(UNCLEAR))).status_code == 201
    assert places.row(key)["lat"] != pytest.approx(shown["lat"])


def test_one_record_alone_is_the_one_shown_and_teaches_nothing(places: Places) -> None:
    first, second = sorted(places.person(UNCLEAR) for _ in range(2))
    places.locate()
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.person SET location_group = 'none' WHERE id = %s", (first,)
        )
    item = places.item(UNCLEAR, group="several")
    made = places.decide(**first_of(item), all_equal=False, record=item["record"]).json()
    assert (made["changed"], made["alias"]) == (1, False)
    assert places.row(first)["location_locked_at"] is None
    assert places.row(second)["location_locked_at"] is not None


def test_taking_back_a_later_decision_leaves_what_an_earlier_one_placed(places: Places) -> None:
    places.person(UNCLEAR)
    places.locate()
    places.decide(**first_of(places.item(UNCLEAR)))
    placed = places.person(UNCLEAR)
    places.locate()
    before = places.row(placed)
    assert before["location_source"] == "alias"
    waits = places.person(UNCLEAR)
    places.locate()
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.person SET location_group = 'several', location_status = 'queued'"
            " WHERE id = %s",
            (waits,),
        )
    later = places.decide(key=before["address_key"], point={"lat": 37.99, "lon": 23.75}).json()
    undo = f"/locations/decisions/{later['id']}/undo"
    places.locate(everything=True)
    assert places.row(placed)["lat"] == pytest.approx(37.99)
    assert places.client("centre_staff").post(undo).status_code == 200
    after = places.row(placed)
    for column in ("lat", "lon", "location_class", "radius_m", "matched", "location_status"):
        assert after[column] == before[column], column


def test_a_decision_across_municipalities_is_undone_whole_or_not_at_all(places: Places) -> None:
    sites = [places.site(UNCLEAR, area=area, postcode="99999") for area in (ATHENS, PIRAEUS)]
    places.locate("sites")
    item = places.queue("regional_planner", "sites")["items"][0]
    made = places.decide("regional_planner", register="sites", key=item["key"], refuse=True).json()
    assert made["changed"] == 2
    undo = f"/locations/decisions/{made['id']}/undo"
    answers = [places.client(n).post(undo) for n in ("municipal_planner", "piraeus_planner")]
    assert sorted(one.status_code for one in answers) == [404, 409]
    for site in sites:
        assert places.row(site, "registry.site")["location_locked_at"] is not None
    back = places.client("regional_planner").post(undo)
    assert back.json() == {"changed": 2, "kept": []}, back.text


def test_a_place_is_given_to_the_records_of_its_municipality_it_was_found_for(
    places: Places,
) -> None:
    here, away = (places.site(UNCLEAR, area=area, postcode="99999") for area in (ATHENS, PIRAEUS))
    other = places.site(UNCLEAR, postcode="99999")
    places.locate("sites")
    item = places.queue("regional_planner", "sites")["items"][0]
    assert (item["count"], item["alternatives"][0]["area_code"]) == (3, ATHENS)
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.site SET alternatives = NULL WHERE id = %s", (max(here, other),)
        )
    made = places.decide("regional_planner", register="sites", **first_of(item)).json()
    assert (made["changed"], made["alias"]) == (1, True)
    found = {key: places.row(key, "registry.site") for key in (here, other, away)}
    assert found[min(here, other)]["location_status"] == "accepted"
    for key in (max(here, other), away):
        assert found[key]["location_locked_at"] is None
        assert found[key]["location_group"] is not None, "it goes on waiting"
    taught = "SELECT area_code FROM registry.address_alias"
    assert places.office.rows(taught) == [{"area_code": ATHENS}]
    refused = places.decide("regional_planner", register="sites", **first_of(item))
    assert refused.status_code in (409, 422), "it was found for none that waits there"


def test_that_it_is_somewhere_in_its_municipality_is_not_taught(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    swap(
        places,
        "location_class = 'municipality', radius_m = 9000,"
        " geom = ST_SetSRID(ST_MakePoint(23.73, 37.98), 4326)",
    )
    item = places.item(UNCLEAR)
    made = places.decide(key=item["key"], keep=item["place"])
    assert (made.status_code, made.json()["alias"]) == (201, False), made.text
    assert places.row(key)["location_status"] == "accepted"
    assert places.office.rows("SELECT id FROM registry.address_alias") == []


def test_who_keeps_a_moved_person_decides_anew(places: Places) -> None:
    key = places.person(UNCLEAR)
    places.locate()
    made = places.decide(**first_of(places.item(UNCLEAR))).json()
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE registry.person SET area_code = %s", (PIRAEUS,))
    back = places.client("centre_staff").post(f"/locations/decisions/{made['id']}/undo").json()
    assert (back["changed"], [one["why"] for one in back["kept"]]) == (0, ["moved"])
    staff = places.client("piraeus_staff")
    version = places.row(key)["version"]
    edited = staff.patch(f"/registers/people/{key}", version, address="Ακτή Μιαούλη 1")
    assert edited.status_code == 200, edited.text
    places.locate()
    item = places.queue("piraeus_staff")["items"][0]
    pin = {"lat": 37.943, "lon": 23.446}
    assert places.decide("piraeus_staff", key=item["key"], point=pin).status_code == 201
    assert places.row(key)["lat"] == pytest.approx(37.943)


def swap(places: Places, assignment: str) -> None:
    """As another run may do between a look and a decision."""
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(f"UPDATE registry.person SET {assignment}")


def test_records_without_an_address_are_decided_one_by_one(places: Places) -> None:
    people = [places.person(text) for text in ("-", "-", "?")]
    places.locate()
    item = places.item("-")
    assert item["count"] == 2, "another sign is another item"
    pin = {"lat": 37.9755, "lon": 23.7299}
    refused = places.decide(key=item["key"], point=pin)
    assert refused.status_code == 422 and "all_equal" in refused.text
    one = places.decide(key=item["key"], point=pin, all_equal=False, record=item["record"])
    assert (one.status_code, one.json()["alias"]) == (201, False)
    newcomer = places.person("-")
    places.locate()
    placed = [places.row(key)["location_class"] for key in (*people, newcomer)]
    assert placed.count("address") == 1
