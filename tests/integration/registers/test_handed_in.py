"""Files over HTTP: tried, mapped, read in in one's own name, watched, taken back."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from api.routes.imports import routes
from tests.integration.registers.conftest import ORIGIN, PIRAEUS, Client, Office

HEADER = "Κωδικός;Ομάδα στόχου;Διεύθυνση;Τ.Κ.;Δήμος"


def people(count: int, **changes: str) -> bytes:
    lines = [HEADER]
    for number in range(count):
        row = {
            "id": f"A{number}",
            "group": "older",
            "address": f"Οδός {number}",
            "postcode": "10432",
            "municipality": "",
        } | changes
        lines.append(";".join(row.values()))
    return "\n".join(lines).encode("cp1253")


def hand_in(
    client: Client, content: bytes, name: str, register: str = "people", **query: Any
) -> Any:
    return client.http.post(
        "/api/v1/imports",
        params={"register": register, "name": name, **query},
        content=content,
        headers=ORIGIN | {"Content-Type": "application/octet-stream"},
    )


def watched(client: Client, key: str) -> dict[str, Any]:
    for _ in range(200):
        told: dict[str, Any] = client.get(f"/imports/{key}").json()
        if told["state"] not in ("waiting", "running"):
            return told
        time.sleep(0.05)
    raise AssertionError(f"not done in time: {told}")


def new_name() -> str:
    return f"people_{uuid.uuid4().hex[:8]}.csv"


def count(office: Office, source: str) -> int:
    return int(
        office.scalar(
            "SELECT count(*) FROM registry.person WHERE source_id LIKE '%' || :source",
            source=source,
        )
    )


def test_tried_confirmed_read_in_and_taken_note_of(office: Office) -> None:
    staff = office.client("centre_staff")
    # Too few letters to be sure of their encoding: the reader is asked, in their language.
    asked = hand_in(staff, people(30), new_name(), lang="el")
    assert asked.status_code == 422
    assert "κωδικοποίηση" in asked.json()["detail"]
    assert hand_in(staff, people(30), new_name(), encoding="utf-8").status_code == 422
    answer = hand_in(staff, people(30), new_name(), lang="el", encoding="cp1253")
    assert answer.status_code == 201, answer.text
    tried = answer.json()
    assert (tried["total"], tried["accepted"], tried["rejected"]) == (30, 30, 0)
    assert (tried["header_rows"], tried["sheet"], tried["sheets"]) == ([1], None, [])
    guesses = {one["column"]: one["field"] for one in tried["guesses"]}
    assert guesses["Διεύθυνση"] == "address"
    assert next(g for g in tried["guesses"] if g["field"] == "address")["sample"] == "Οδός 0"
    assert count(office, tried["source"]) == 0
    told = staff.get(f"/imports/{tried['id']}").json()
    assert (told["state"], told["rejects"]) == ("waiting", False)
    assert staff.post(f"/imports/{tried['id']}/run", mode="strict").status_code == 202
    told = watched(staff, tried["id"])
    assert told["state"] == "done", told
    assert told["counts"]["accepted"] == 30
    assert count(office, tried["source"]) == 30
    assert staff.post(f"/imports/{tried['id']}/run", mode="strict").status_code == 409
    assert tried["id"] in [one["id"] for one in staff.get("/imports").json()["items"]]
    # Whose import it is, only they know.
    for name in ("second_staff", "piraeus_staff", "team_lead"):
        assert office.client(name).get(f"/imports/{tried['id']}").status_code == 404


def test_the_columns_can_be_said(office: Office) -> None:
    staff = office.client("centre_staff")
    content = b"x;y\nA1;Somewhere 1\nA2;Somewhere 2\n"
    tried = hand_in(staff, content, new_name()).json()
    path = f"/imports/{tried['id']}"
    said = staff.http.put(
        f"/api/v1{path}/mapping", json={"columns": {"x": "external_id", "y": "address"}}
    )
    assert said.status_code == 200, said.text
    assert (said.json()["accepted"], said.json()["rejected"]) == (2, 0)
    for wrong in ({"columns": {"z": "address"}}, {"columns": {"x": "shoe_size"}}, {"columns": 1}):
        assert staff.http.put(f"/api/v1{path}/mapping", json=wrong).status_code == 422
    assert staff.get(path).json()["mapping"]["columns"] == {"x": "external_id", "y": "address"}
    staff.post(f"{path}/run", mode="strict")
    assert watched(staff, tried["id"])["state"] == "done"


def test_all_or_nothing_or_the_good_ones_with_the_others_given_back(office: Office) -> None:
    staff = office.client("centre_staff")
    content = people(6) + "\nA9;aliens;Οδός;10432;".encode("cp1253")
    tried = hand_in(staff, content, new_name(), lang="el", encoding="cp1253").json()
    assert (tried["accepted"], tried["rejected"]) == (6, 1)
    assert tried["rows"][0]["row"] == 8
    key = tried["id"]
    staff.http.post(f"/api/v1/imports/{key}/run", json={"mode": "strict"}, params={"lang": "el"})
    told = watched(staff, key)
    assert (told["state"], count(office, tried["source"])) == ("failed", 0)
    # The same file again, this time for its good rows.
    again = hand_in(staff, content, f"{tried['source']}.csv", lang="el", encoding="cp1253").json()
    staff.http.post(
        f"/api/v1/imports/{again['id']}/run", json={"mode": "partial"}, params={"lang": "el"}
    )
    told = watched(staff, again["id"])
    assert (told["state"], count(office, tried["source"])) == ("done", 6)
    rejects = staff.get(f"/imports/{again['id']}/rejects.csv")
    assert rejects.status_code == 200, rejects.text
    assert "attachment" in rejects.headers["content-disposition"]
    lines = rejects.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("A9")
    other = office.client("second_staff").get(f"/imports/{again['id']}/rejects.csv")
    assert other.status_code == 404


def test_rows_of_another_municipality_are_named_and_given_back(office: Office) -> None:
    staff = office.client("centre_staff")
    content = f"external_id;address;area_code\nB1;Street 1;{PIRAEUS}\nB2;Street 2;4501\n".encode()
    tried = hand_in(staff, content, new_name())
    assert tried.status_code == 201, tried.text
    named = [(one["row"], one["field"]) for one in tried.json()["rows"]]
    assert named == [(2, None)], tried.json()["rows"]
    key = tried.json()["id"]
    staff.post(f"/imports/{key}/run", mode="partial")
    assert watched(staff, key)["state"] == "done"
    assert count(office, tried.json()["source"]) == 1
    assert office.scalar("SELECT count(*) FROM registry.person WHERE external_id = 'B1'") == 0
    given_back = staff.get(f"/imports/{key}/rejects.csv").content.decode("utf-8-sig")
    assert [line.partition(",")[0] for line in given_back.splitlines()[1:]] == ["B1"]


def test_taken_back_by_who_may_remove_rows(office: Office) -> None:
    planner, agency = office.client("municipal_planner"), office.client("agency")
    content = b"service_external_id;specialty;external_id\n"
    site = agency.made(
        "/registers/sites",
        agency_id=str(agency.user and agency.user.agency_id),
        address="Street 3",
        area_code="4501",
    )
    service = agency.made(
        "/registers/services",
        agency_id=site["agency_id"],
        site_id=site["id"],
        service_type="home_help",
        name="Help",
    )
    content += f"{service['external_id']};social_worker;S1\n".encode()
    tried = hand_in(agency, content, f"staff_{uuid.uuid4().hex[:6]}.csv", "staff").json()
    assert tried["accepted"] == 1, tried["rows"]
    agency.post(f"/imports/{tried['id']}/run", mode="strict")
    assert watched(agency, tried["id"])["state"] == "done"
    assert office.scalar("SELECT count(*) FROM registry.staff WHERE external_id = 'S1'") == 1
    assert planner.post(f"/imports/{tried['id']}/undo").status_code == 404
    undone = agency.post(f"/imports/{tried['id']}/undo")
    assert undone.json() == {"removed": 1, "restored": 0, "kept": 0}, undone.text
    assert office.scalar("SELECT count(*) FROM registry.staff WHERE external_id = 'S1'") == 0
    assert agency.post(f"/imports/{tried['id']}/undo").status_code == 409


def test_case_workers_take_back_what_their_own_file_brought(office: Office) -> None:
    staff = office.client("centre_staff")
    tried = hand_in(staff, people(2), new_name(), encoding="cp1253").json()
    staff.post(f"/imports/{tried['id']}/run", mode="strict")
    assert watched(staff, tried["id"])["state"] == "done"
    assert staff.post(f"/imports/{tried['id']}/undo").status_code == 200
    assert staff.get(f"/imports/{tried['id']}").json()["state"] == "undone"
    assert count(office, tried["source"]) == 0


def test_dropped_before_it_is_read_in(office: Office) -> None:
    staff = office.client("centre_staff")
    key = hand_in(staff, people(3), new_name(), encoding="cp1253").json()["id"]
    assert staff.delete(f"/imports/{key}").status_code == 204
    assert staff.get(f"/imports/{key}").json()["state"] == "cancelled"
    assert staff.delete(f"/imports/{key}").status_code == 409
    assert staff.post(f"/imports/{key}/run", mode="strict").status_code == 409
    assert office.scalar(
        "SELECT count(*) FROM intake.import_run WHERE id = CAST(:k AS uuid) AND content IS NOT NULL",
        k=key,
    ) == 0  # fmt: skip


def test_an_import_that_was_cut_off_goes_on_when_its_reader_looks(office: Office) -> None:
    staff = office.client("centre_staff")
    tried = hand_in(staff, people(4), new_name(), encoding="cp1253").json()
    # As a process leaves it that dies between confirming and the first row.
    with office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE intake.import_run SET state = 'running', started_at = now() - interval '1 hour',"
            " beat_at = now() - interval '1 hour', counts = '{\"language\": \"el\"}'"
            f" WHERE id = '{tried['id']}'"
        )
    assert watched(staff, tried["id"])["state"] == "done"
    assert count(office, tried["source"]) == 4


@pytest.mark.parametrize(
    ("register", "name", "content", "status"),
    [
        ("people", "x.csv", b"", 422),
        ("people", "x.xlsx", b"PK\x03\x04nonsense", 422),
        ("people", "../x.csv", b"a;b", 422),
        ("people", "x\x00.csv", b"a;b", 422),
        ("people", "\u0391" * 150, b"a;b", 422),
        ("nothing", "x.csv", b"a;b", 404),
        ("agencies", "x.csv", b"a;b", 403),
        ("population", "x.csv", b"a;b", 403),
    ],
)
def test_what_cannot_be_read(
    office: Office, register: str, name: str, content: bytes, status: int
) -> None:
    answer = hand_in(office.client("centre_staff"), content, name, register)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_without_what_its_register_must_know(office: Office) -> None:
    answer = hand_in(office.client("centre_staff"), b"id;remark\n1;x\n", new_name(), "contacts")
    assert answer.status_code == 201, answer.text
    reasons = {(one["column"], one["code"]) for one in answer.json()["reasons"]}
    assert reasons == {(name, "missing_field") for name in ("channel", "at", "topic")}


def test_too_much_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import security

    monkeypatch.setattr(security, "LARGEST_FILE", 1000)
    monkeypatch.setattr(routes, "LARGEST_FILE", 1000)
    staff = office.client("centre_staff")
    assert hand_in(staff, b"x" * 1001, "x.csv").status_code == 413
    # Elsewhere the small limit stands.
    answer = staff.http.post("/api/v1/registers/people", content=b" " * 70_000)
    assert answer.status_code == 413
    assert hand_in(office.client(None), b"x" * 100, "x.csv").status_code == 401
