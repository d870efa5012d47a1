"""Nothing is told of a person unnoted, and what was done to many at once is told to each of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from geo.registers.records import store
from tests.integration.registers.conftest import Client, Office
from tests.integration.registers.test_handed_in import hand_in, new_name, watched
from tests.integration.registers.test_people import looks, need_of, person

PERSONAL = ("people", "households", "needs", "contacts", "referrals")


def last(office: Office) -> int:
    return int(office.scalar("SELECT coalesce(max(id), 0) FROM account.audit_event"))


def noted(office: Office, since: int) -> list[tuple[Any, ...]]:
    found = office.rows(
        "SELECT action, subject, person_id, purpose FROM account.audit_event"
        " WHERE id > :since ORDER BY id",
        since=since,
    )
    return [tuple(row.values()) for row in found]


def read_in(client: Client, content: str, name: str) -> str:
    answer = hand_in(client, content.encode(), name, encoding="utf-8")
    assert answer.status_code == 201, answer.text
    key = str(answer.json()["id"])
    assert client.post(f"/imports/{key}/run", mode="strict").status_code == 202
    assert watched(client, key)["state"] == "done"
    return key


def test_an_edit_that_changes_nothing_is_a_look(office: Office) -> None:
    staff, lead = office.client("centre_staff"), office.client("team_lead")
    one = person(staff, postcode="10432")
    key, need = uuid.UUID(one["id"]), need_of(staff, one["id"])
    for name, row, same in (
        ("people", one, {"postcode": "10432"}),
        ("needs", need, {"service_type": "home_help"}),
    ):
        look = ("read", f"{_table(name)} {row['id']}", key, "correction")
        for given in ({}, same):
            before = last(office)
            assert lead.patch(f"/registers/{name}/{row['id']}", 1, **given).status_code == 200
            assert noted(office, before) == [look]


def _table(name: str) -> str:
    return {"people": "registry.person", "needs": "registry.need"}[name]


def test_a_clash_and_its_decision_are_looks(office: Office) -> None:
    staff, lead = office.client("centre_staff"), office.client("team_lead")
    key = person(staff, postcode="10432")["id"]
    path = f"/registers/people/{key}"
    assert staff.patch(path, 1, postcode="11111").status_code == 200
    look = ("read", f"registry.person {key}", uuid.UUID(key), "correction")
    for _ in range(2):
        before = last(office)
        assert lead.patch(path, 1, postcode="22222").status_code == 409
        assert look in noted(office, before)
    conflict = lead.get(f"{path}/conflicts", purpose="check").json()["items"][0]["id"]
    before = last(office)
    assert lead.post(f"{path}/conflicts/{conflict}/resolve", take="kept").status_code == 200
    assert look in noted(office, before)


def test_an_old_conflict_does_not_undo_what_came_after_it(office: Office) -> None:
    staff, lead = office.client("centre_staff"), office.client("team_lead")
    key = person(staff, postcode="10432")["id"]
    path = f"/registers/people/{key}"
    assert staff.patch(path, 1, postcode="11111").status_code == 200
    assert lead.patch(path, 1, postcode="22222").status_code == 409
    assert staff.patch(path, 2, postcode="33333").status_code == 200
    url = f"{path}/conflicts"
    conflict = lead.get(url, purpose="check").json()["items"][0]["id"]
    before = last(office)
    answer = lead.post(f"{url}/{conflict}/resolve", take="other")
    assert answer.status_code == 409
    assert answer.headers["etag"] == '"v3"'
    assert answer.json()["conflicts"] == [
        {"field": "postcode", "kept": "11111", "other": "22222", "stands": "33333"}
    ]
    assert noted(office, before) == [
        ("read", f"registry.person {key}", uuid.UUID(key), "correction")
    ]
    row = lead.get(path, purpose="check").json()
    assert (row["postcode"], row["version"]) == ("33333", 3)
    assert [one["id"] for one in lead.get(url, purpose="check").json()["items"]] == [conflict]
    assert lead.post(f"{url}/{conflict}/resolve", take="kept").json()["version"] == 3
    assert lead.get(url, purpose="check").json()["items"] == []


@pytest.mark.parametrize("name", PERSONAL)
def test_single_records_of_persons_are_not_removed(office: Office, name: str) -> None:
    staff = office.client("centre_staff")
    assert staff.delete(f"/registers/{name}/{uuid.uuid4()}", 1).status_code == 405
    overview = staff.get("/registers").json()["items"]
    assert "delete" not in next(one for one in overview if one["name"] == name)["may"]


def test_columns_nobody_reads_are_not_in_the_history(office: Office) -> None:
    staff, name = office.client("centre_staff"), new_name()
    for who, address in (("Nikos Nikolaou", "A 1"), ("Nikos Nikolaidis", "B 2")):
        read_in(
            staff,
            f"external_id;name;birth_date;target_group;address\nz1;{who};1950-05-01;older;{address}\n",
            name,
        )
    key = office.scalar(
        "SELECT row_id::text FROM registry.change WHERE after ? 'match_key' ORDER BY id DESC LIMIT 1"
    )
    path = f"/registers/people/{key}"
    edits = staff.get(f"{path}/changes", purpose="check").json()["items"]
    assert (edits[0]["before"], edits[0]["after"]) == ({"address": "A 1"}, {"address": "B 2"})
    with office.owner.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO registry.edit_conflict (table_name, row_id, area_code, actor_id, field, kept,"
            " other, base_version) SELECT 'registry.person', id, area_code, gen_random_uuid(),"
            f" 'match_key', '\"a\"', '\"b\"', 1 FROM registry.person WHERE id = '{key}'"
        )
    assert staff.get(f"{path}/conflicts", purpose="check").json()["items"] == []
    conflict = office.scalar(
        "SELECT id FROM registry.edit_conflict WHERE row_id = CAST(:key AS uuid)", key=key
    )
    for take in ("kept", "other"):
        answer = staff.post(f"{path}/conflicts/{conflict}/resolve", take=take)
        assert answer.status_code == 404


def test_each_person_is_told_of_what_was_done_to_many(office: Office) -> None:
    staff, name = office.client("centre_staff"), new_name()
    assert staff.user is not None
    for street in ("A", "B"):
        rows = "".join(f"m{number};older;{street} {number}\n" for number in range(30))
        read_in(staff, f"external_id;target_group;address\n{rows}", name)
    key = office.scalar(
        "SELECT id::text FROM registry.person WHERE source_id LIKE '%' || :name AND external_id = 'm3'",
        name=name.removesuffix(".csv"),
    )
    path = f"/people/{key}/access-list"
    assert looks(office, key) == []
    auditor = office.client("auditor").get(path)
    assert (auditor.status_code, auditor.json()["items"]) == (200, [])
    told = staff.get(path).json()["items"]
    acts = [(one["action"], one["subject"]) for one in told if one["action"] == "import"]
    assert acts == [("import", "registry.person")] * 2
    assert {one["actor_id"] for one in told if one["action"] == "import"} == {str(staff.user.id)}
    lead = office.client("team_lead")
    told = lead.get(path).json()["items"]
    imports = [one for one in told if one["action"] == "import"]
    # Whose the first import was the lead may not read; the change says who made it and when.
    assert [one["at"] is None for one in imports] == [False, True]
    assert told[-1] == imports[-1]
    assert "from a file" in lead.get(path, format="html").text
    # An edit of one record is in the log and in its history, and is told once.
    assert lead.patch(f"/registers/people/{key}", 2, address="C 1").status_code == 200
    actions = [one["action"] for one in lead.get(path).json()["items"]]
    assert (actions.count("update"), actions.count("import")) == (1, 2)


def test_a_person_nothing_was_done_with_has_an_empty_list(office: Office) -> None:
    key = uuid.uuid4()
    with office.owner.begin() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE registry.person DISABLE TRIGGER note_insert;"
            "INSERT INTO registry.person (id, external_id, source_id, synthetic, area_code, pseudonym,"
            f" address, location_class) VALUES ('{key}', '{key}', 'office', true, '4501', 'P-0', '',"
            " 'pending'); ALTER TABLE registry.person ENABLE TRIGGER note_insert"
        )
    answer = office.client("team_lead").get(f"/people/{key}/access-list")
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@contextmanager
def with_key(office: Office, name: str) -> Iterator[Client]:
    """Somebody who comes with a key instead of a login."""
    own = office.users[name]
    office.users[name] = replace(own, machine=True)
    try:
        yield office.client(name)
    finally:
        office.users[name] = own


def test_no_key_erases_a_person_or_asks_for_names(office: Office) -> None:
    key = person(office.client("centre_staff"))["id"]
    with with_key(office, "auditor") as machine:
        assert machine.post(f"/people/{key}/erasure", reason="request").status_code == 403
    who = {"name": "Maria Example", "birth_date": "1950-05-01", "purpose": "check"}
    for name in ("centre_staff", "team_lead"):
        assert office.client(name).post("/people/match", **who).status_code == 200
        with with_key(office, name) as machine:
            assert machine.post("/people/match", **who).status_code == 403
    assert office.scalar("SELECT count(*) FROM registry.person WHERE id = CAST(:k AS uuid)", k=key)


def test_a_failure_of_ours_puts_nothing_of_a_record_into_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    staff = office.client("centre_staff")
    key = person(staff, address="Secret Street 17")["id"]
    whole = store.get

    def torn(*given: Any) -> dict[str, Any]:
        row = whole(*given)
        assert row is not None and row["address"] == "Secret Street 17"
        return {name: value for name, value in row.items() if name != "external_id"}

    monkeypatch.setattr(store, "get", torn)
    answer = staff.get(f"/registers/people/{key}", purpose="check")
    assert answer.status_code == 500
    assert "unexpected ResponseValidationError" in caplog.text
    assert "serialize_response" in caplog.text, "where it happened is told"
    assert "Secret Street" not in caplog.text + answer.text


def test_who_lives_in_a_refuge_is_not_told_to_where_they_came_from(office: Office) -> None:
    """The agency's name alone would tell which refuge it is."""
    refuge, origin = office.client("other_agency"), office.client("centre_staff")
    assert refuge.user is not None
    for sensitive, seen in ((False, True), (True, False)):
        site = refuge.made(
            "/registers/sites",
            agency_id=str(refuge.user.agency_id),
            address="Somewhere 1",
            area_code="5101",
            sensitive=sensitive,
        )
        service = refuge.made(
            "/registers/services",
            agency_id=site["agency_id"],
            site_id=site["id"],
            service_type="home_help",
            name="A house",
        )
        one = refuge.made(
            "/registers/residents", service_id=service["id"], origin_area_code="4501"
        )["id"]
        for name in ("centre_staff", "team_lead"):
            listed = office.client(name).get("/registers/residents", purpose="check").json()
            assert (one in {row["id"] for row in listed["items"]}) == seen
        status = origin.get(f"/registers/residents/{one}", purpose="check").status_code
        assert status == (200 if seen else 404)
        changes = origin.get(f"/registers/residents/{one}/changes", purpose="check")
        assert changes.status_code == (200 if seen else 404)
        assert refuge.get(f"/registers/residents/{one}", purpose="check").status_code == 200
        taken = office.client("team_lead").get("/registers/residents.csv", purpose="check")
        assert taken.status_code == 200
        assert (one in taken.text) == seen
