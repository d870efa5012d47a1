"""Reports and rounds of street workers: keys made here, no word of other people's rows."""

from __future__ import annotations

import uuid
from typing import Any

from tests.integration.registers.conftest import ATHENS, Client, Office


def report(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "observed_at": "2026-11-20T21:30:00+02:00",
        "lat": 37.9838,
        "lon": 23.7275,
        "accuracy_m": 12.5,
        "category": "rough_sleeping",
        "people_count": 2,
        "urgency": "medium",
        "note": "Two people by the arcade",
        **changes,
    }


def listed(client: Client) -> dict[str, Any]:
    return {item["id"]: item for item in client.get("/observations").json()["items"]}


def test_a_report_is_received_once(office: Office) -> None:
    worker, sent = office.client("street_worker"), report()
    first = worker.post("/observations", **sent)
    assert first.status_code == 201, first.text
    assert (first.json()["id"], first.json()["area"]["code"]) == (sent["id"], ATHENS)
    again = worker.post("/observations", **sent)
    assert (again.status_code, again.json()) == (200, first.json())
    other = worker.post("/observations", **(sent | {"people_count": 9}))
    assert other.status_code == 409
    assert listed(worker)[sent["id"]]["people_count"] == 2


def test_an_id_of_somebody_else_says_nothing(office: Office) -> None:
    one, two = office.client("street_worker"), office.client("piraeus_worker")
    sent = report()
    assert one.post("/observations", **sent).status_code == 201
    mine = two.post("/observations", **(sent | {"lon": 23.2, "note": "another"}))
    # Their own row, whatever the id: not a word of the other one.
    assert mine.status_code == 201, mine.text
    assert mine.json()["area"]["code"] == "5101"
    assert listed(one)[sent["id"]]["note"] == "Two people by the arcade"
    assert listed(two)[sent["id"]]["note"] == "another"
    rows = office.rows(
        "SELECT id, external_id FROM field.observation WHERE report_id = CAST(:id AS uuid)",
        id=sent["id"],
    )
    assert len({row["id"] for row in rows}) == 2
    assert all(row["external_id"] == str(row["id"]) for row in rows)


def test_a_report_through_its_stages(office: Office) -> None:
    worker, lead = office.client("street_worker"), office.client("team_lead")
    worker.post("/observations", **report(note="stages"))
    row = next(
        one
        for one in lead.get("/registers/observations", limit=200).json()["items"]
        if one["note"] == "stages"
    )
    path = f"/registers/observations/{row['id']}"
    assert lead.patch(path, 1, stage="recording").json()["stage"] == "recording"
    back = lead.patch(path, 2, stage="identification")
    assert back.json()["errors"][0]["path"] == "stage_reason"
    assert lead.patch(path, 2, stage="identification", stage_reason="other").status_code == 200
    assert office.client("piraeus_worker").get(path).status_code == 404
    assert lead.patch(path, 3, reporter_id=str(uuid.uuid4())).status_code == 422
    assert lead.post("/registers/observations", **report()).status_code == 405


def test_a_round_is_its_reporters(office: Office) -> None:
    worker = office.client("street_worker")
    told = {
        "team": "Team 2",
        "started_at": "2026-10-01T20:00:00+03:00",
        "ended_at": "2026-10-01T23:00:00+03:00",
        "minutes": 170,
    }
    row = worker.made("/registers/rounds", **told)
    assert worker.user is not None
    assert (row["reporter_id"], row["area_code"]) == (str(worker.user.id), ATHENS)
    assert row["source_id"] == "street_work"
    bad = worker.post("/registers/rounds", **(told | {"minutes": 500}))
    assert bad.json()["errors"][0]["path"] == "minutes"
    assert office.client("centre_staff").get(f"/registers/rounds/{row['id']}").status_code == 200
    assert office.client("piraeus_worker").get(f"/registers/rounds/{row['id']}").status_code == 404
