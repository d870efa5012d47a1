"""Registers as files: what stands in them, that nothing of it runs, and how many one may take."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from api.auth import limits
from api.routes.registers import files
from geo.importing import runs
from tests.integration.registers.conftest import ATHENS, Office
from tests.integration.registers.test_handed_in import hand_in, new_name, watched

BEGINNINGS = ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "'=1", "\u00a0=1", "＝1+1", "|calc", "%0A=1"]
ENDINGS = ["", "|'/C calc'!A0", 'HYPERLINK("http://x")', "\u200b", ";x", '"x', "é"]


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "EXPORTS", limits.Limit("exports-of-tests", 1_000, 60))


def test_what_people_typed_never_runs(office: Office) -> None:
    planner = office.client("municipal_planner")
    payloads = [begin + end for begin in BEGINNINGS for end in ENDINGS][:60]
    for payload in payloads:
        planner.made(
            "/registers/agencies",
            name=payload,
            legal_form="ngo",
            area_code=ATHENS,
            accreditation="formulas",
        )
    text = planner.get("/registers/agencies.csv").content.decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["accreditation"] == "formulas"]
    assert len(rows) == len(payloads)
    for row in rows:
        assert not row["name"].lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
    book = planner.get("/registers/agencies.xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert len(cells) > 60
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        inside = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in inside
    assert b"<hyperlink " not in inside.lower()


def test_a_file_holds_what_its_reader_may_see_and_is_noted(office: Office) -> None:
    agency, other = office.client("agency"), office.client("other_agency")
    site = agency.made(
        "/registers/sites",
        agency_id=str(agency.user and agency.user.agency_id),
        address="Hidden 9",
        area_code=ATHENS,
        sensitive=True,
    )
    assert site["id"] in agency.get("/registers/sites.csv").text
    assert site["id"] not in other.get("/registers/sites.csv").text
    assert site["id"] not in agency.get("/registers/sites.csv", sensitive=False).text
    noted = office.rows(
        "SELECT action, subject FROM account.audit_event WHERE actor_id = :id AND action = 'export'",
        id=other.user and other.user.id,
    )
    assert noted and noted[0]["subject"].startswith("registry.site: ")
    assert office.client("committee").get("/registers/sites.csv").status_code == 403


def test_a_file_too_large_is_said_to_be_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = office.client("municipal_planner")
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    answer = planner.get("/registers/agencies.csv")
    assert answer.status_code == 422
    assert "at most 1" in answer.json()["detail"]


def test_the_sixty_first_file_of_an_hour_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "EXPORTS", limits.Limit("exports-counted", 60, 60))
    reader = office.client("national")
    statuses = [reader.get("/registers/programmes.csv").status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    refused = reader.get("/registers/programmes.csv")
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    # Somebody else's hour is their own.
    assert office.client("regional_planner").get("/registers/programmes.csv").status_code == 200


def test_a_try_does_not_tell_whether_somebody_is_known(office: Office) -> None:
    staff = office.client("centre_staff")
    name = {"name": "Μαρία Δοκιμαστική", "birth_date": "1950-05-01"}
    staff.made("/registers/people", target_group="older", consent_basis="law", **name)
    told = []
    for who in (name["name"], "Ελένη Άγνωστη"):
        rows = f"external_id;name;birth_date;target_group\nz1;{who};1950-05-01;older\n"
        answer = hand_in(staff, rows.encode(), new_name(), encoding="utf-8")
        assert answer.status_code == 201, answer.text
        assert "duplicates" not in answer.json()
        told.append({k: answer.json()[k] for k in ("accepted", "written", "notes", "reasons")})
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'[{"external_id":"q1","target_group":"older","address":"\\ud800"}]', "z.json"),
        (
            b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
            b'{"external_id":"q1","target_group":"older","address":"x\\udfff"},'
            b'"geometry":{"type":"Point","coordinates":[23.7,37.9]}}]}',
            "z.geojson",
        ),
    ],
)
def test_half_a_character_refuses_its_row(office: Office, content: bytes, name: str) -> None:
    answer = hand_in(office.client("centre_staff"), content, name)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["accepted"], told["rejected"]) == (0, 1)
    assert [(one["row"], one["column"]) for one in told["rows"]] == [(1, "address")]
    assert "cannot be printed" in told["rows"][0]["problem"]


def test_half_a_character_in_a_heading_is_no_failure_of_ours(office: Office) -> None:
    content = b'[{"extra\\ud800":"q1","target_group":"older","address":"a"}]'
    answer = hand_in(office.client("centre_staff"), content, "z.json")
    assert answer.status_code in (201, 422), answer.text


def test_an_import_cancelled_while_it_is_opened_stays_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = office.client("centre_staff")
    tried = hand_in(
        staff, b"external_id;target_group\nq1;older\n", new_name(), encoding="utf-8"
    ).json()
    look = runs.look

    def slow(*given: Any) -> Any:
        found = look(*given)
        assert staff.delete(f"/imports/{tried['id']}").status_code == 204
        return found

    monkeypatch.setattr(runs, "look", slow)
    staff.post(f"/imports/{tried['id']}/run", mode="strict")
    desk = office.app.state.desk
    until = time.monotonic() + 20
    while desk.has(UUID(tried["id"])) and time.monotonic() < until:
        time.sleep(0.05)
    found = office.rows(
        "SELECT id::text, state FROM intake.import_run WHERE source_id = :s", s=tried["source"]
    )
    assert [(row["id"], row["state"]) for row in found] == [(tried["id"], "cancelled")]
    assert not office.rows(
        "SELECT 1 FROM registry.person WHERE source_id LIKE '%' || :s", s=tried["source"]
    )


def test_fetching_refused_rows_is_noted(office: Office) -> None:
    staff = office.client("centre_staff")
    rows = b"external_id;target_group\nok1;older\nbad;nonsense\n"
    key = hand_in(staff, rows, new_name(), encoding="utf-8").json()["id"]
    staff.post(f"/imports/{key}/run", mode="partial")
    assert watched(staff, key)["state"] == "done"
    noted = (
        "SELECT subject FROM account.audit_event WHERE action = 'export' AND actor_id = :id"
        " AND subject LIKE 'registry.person: %'"
    )
    who = staff.user and staff.user.id
    before = len(office.rows(noted, id=who))
    assert staff.get(f"/imports/{key}/rejects.csv").status_code == 200
    assert len(office.rows(noted, id=who)) == before + 1
    desk = office.app.state.desk
    desk.rejects(UUID(key)).unlink()
    gone = staff.get(f"/imports/{key}/rejects.csv")
    assert gone.status_code == 404
    assert "not kept" in gone.json()["detail"]
    assert len(office.rows(noted, id=who)) == before + 1
