"""Registers as files: what stands in them, that nothing of it runs, and how many one may take."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest

from api.auth import limits
from api.routes.registers import files
from tests.integration.registers.conftest import ATHENS, Office

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
