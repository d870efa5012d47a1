"""Runs over a register: equal addresses once, cut off and gone on with, ended, by whom."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from typing import Any

import pytest

from geo.db.caller import Caller
from geo.errors import Conflict
from geo.locating import finding, jobs
from geo.locating.serving import Gazetteers
from geo.settings import ROOT
from tests.integration.locating.conftest import PIRAEUS, Places, wait_for


def _caller(places: Places, name: str = "centre_staff") -> Caller:
    user = places.office.users[name]
    return Caller(user.role, user.id, user.territory_code, user.agency_id)


def _located(places: Places) -> int:
    return int(
        places.office.scalar(
            "SELECT count(*) FROM registry.person WHERE location_class <> 'pending'"
        )
    )


def test_a_run_is_asked_for_watched_and_done(places: Places) -> None:
    for number in range(12):
        places.person(f"Ερμού {number}", postcode="10563")
    elsewhere = places.person("Ακτή Μιαούλη 2", area=PIRAEUS)
    staff = places.client("centre_staff")
    begun = staff.post("/locations/jobs", register="people", country="gr")
    assert begun.status_code == 202, begun.text
    told = wait_for(staff, begun.json()["id"])
    assert (told["state"], told["done"], told["total"]) == ("done", 12, 12)
    assert told["by_class"] == {"street": 12} and told["per_second"] > 0
    assert told["gazetteer_version"] == places.row(_first(places))["gazetteer_version"]
    assert places.row(elsewhere)["location_class"] == "pending", "not theirs to place"
    listed = staff.get("/locations/jobs").json()["items"]
    assert [one["id"] for one in listed] == [begun.json()["id"]]
    assert places.client("piraeus_staff").get("/locations/jobs").json()["items"] == []
    foreign = places.client("piraeus_staff").get(f"/locations/jobs/{begun.json()['id']}")
    assert foreign.status_code == 404


def _first(places: Places) -> uuid.UUID:
    key: uuid.UUID = places.office.scalar("SELECT id FROM registry.person WHERE area_code = '4501'")
    return key


def test_equal_addresses_are_solved_once(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[int] = []
    many = finding.locate_many

    def counted(frame: Any, gazetteer: Any) -> Any:
        solved.append(len(frame))
        return many(frame, gazetteer)

    monkeypatch.setattr(finding, "locate_many", counted)
    for _ in range(5):
        places.person("Ερμού 12", postcode="10563")
        places.person("ΕΡΜΟΥ 12", postcode="10563")
    places.person("Σκουφά 1", postcode="10671")
    assert places.locate() == {"street": 11}
    assert solved == [3]  # as typed: see below
    assert places.office.scalar("SELECT count(DISTINCT address_key) FROM registry.person") == 2


def test_a_reason_quotes_what_its_own_record_says(places: Places) -> None:
    short = places.person("Οδ. Ανυπάρκτου 5", postcode="10563")
    whole = places.person("Οδός Ανυπάρκτου 5", postcode="10563")
    places.locate()
    one, other = places.row(short), places.row(whole)
    assert one["address_key"] == other["address_key"]
    assert "οδ. ανυπαρκτου" in one["location_reason"]["en"]
    assert "οδος ανυπαρκτου" in other["location_reason"]["en"]


def test_a_run_that_was_cut_off_goes_on_where_it_stood(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PIECE", 5)
    for number in range(23):
        places.person(f"Ερμού {number}", postcode="10563")
    engine, caller, gazetteers = places.office.owner, Caller(), Gazetteers(places.office.owner)

    def fail(done: int, total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    key = jobs.begin(engine, caller, "people", everything=True, country="gr")
    with pytest.raises(KeyboardInterrupt):
        jobs.work(engine, places.settings, gazetteers, key, caller, fail)
    assert _located(places) == 10
    before = "SELECT id, version FROM registry.person WHERE location_class <> 'pending' ORDER BY id"
    kept = places.office.rows(before)
    assert jobs.begin(engine, caller, "people", everything=True, country="gr") == key
    seen: list[int] = []
    by_class = jobs.work(
        engine, places.settings, gazetteers, key, caller, lambda done, _: seen.append(done)
    )
    assert (by_class, seen) == ({"street": 23}, [15, 20, 23])
    assert [row for row in places.office.rows(before) if row in kept] == kept, "not done again"


KILLED = """
import sys, time, uuid
from dataclasses import replace
from pathlib import Path
from geo.db.caller import Caller
from geo.db.engine import make_engine
from geo.locating import jobs
from geo.locating.serving import Gazetteers
from geo.settings import read_settings
url, secret, key = sys.argv[1:]
jobs.PIECE = 4
settings = replace(read_settings(), secret_file=Path(secret))
engine = make_engine(url)
def slowly(done, total):
    print(done, flush=True)
    time.sleep(0.3)
jobs.work(engine, settings, Gazetteers(engine), uuid.UUID(key), Caller(), slowly)
"""


def test_a_killed_run_loses_no_piece_that_it_had_written(places: Places) -> None:
    for number in range(40):
        places.person(f"Ερμού {number}", postcode="10563")
    engine, caller = places.office.owner, Caller()
    key = jobs.begin(engine, caller, "people", everything=True, country="gr")
    command = [sys.executable, "-c", KILLED, places.url, str(places.settings.secret_file), str(key)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [int(process.stdout.readline()) for _ in range(3)] == [4, 8, 12]
        process.send_signal(signal.SIGKILL)
    kept = _located(places)
    assert 12 <= kept < 40 and kept % 4 == 0
    done = places.office.scalar("SELECT done FROM intake.locate_run WHERE id = :id", id=key)
    assert done == kept, "records and progress are written together"
    jobs.work(engine, places.settings, Gazetteers(engine), key, caller)
    assert _located(places) == 40


def test_a_run_is_ended_and_let_go_on(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PIECE", 2)
    for number in range(6):
        places.person(f"Ερμού {number}", postcode="10563")
    engine, caller = places.office.owner, _caller(places)
    gazetteers = Gazetteers(engine)
    key = jobs.begin(engine, caller, "people", everything=False, country="gr")

    def end(done: int, total: int) -> None:
        jobs.cancel(engine, key, caller)

    with pytest.raises(jobs.Cancelled):
        jobs.work(engine, places.settings, gazetteers, key, caller, end)
    assert _located(places) == 2, "what was found stays"
    told = places.client("centre_staff").post(f"/locations/jobs/{key}/resume")
    assert told.status_code == 202, told.text
    done = wait_for(places.client("centre_staff"), str(key))
    assert (done["state"], done["done"], _located(places)) == ("done", 6, 6)
    with pytest.raises(Conflict):
        jobs.cancel(engine, key, caller)
    assert places.client("centre_staff").post(f"/locations/jobs/{key}/resume").status_code == 409


def test_a_record_edited_meanwhile_is_left_for_the_next_run(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = places.person("Ερμού 1", postcode="10563")
    many = finding.locate_many

    def edit_meanwhile(frame: Any, gazetteer: Any) -> Any:
        with places.office.owner.begin() as connection:
            connection.exec_driver_sql("UPDATE registry.person SET address = 'Σκουφά 1'")
        return many(frame, gazetteer)

    with monkeypatch.context() as patched:
        patched.setattr(finding, "locate_many", edit_meanwhile)
        places.locate()
    assert places.row(key)["location_class"] == "pending"
    places.locate()
    assert places.row(key)["matched"].startswith("Σκουφά")


def test_where_files_put_records_no_run_moves_them(places: Places) -> None:
    key = places.site("Ερμού 12", postcode="10563")
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.site SET geom = ST_SetSRID(ST_MakePoint(23.7, 37.9), 4326),"
            " location_class = 'address', location_source = 'import', location_status = 'located'"
        )
    before = places.row(key, "registry.site")
    places.locate("sites", everything=True)
    assert places.row(key, "registry.site") == before


def test_an_address_that_changes_is_asked_again(places: Places) -> None:
    key = places.person("Ερμού 12", postcode="10563")
    places.locate()
    row = places.row(key)
    staff = places.client("centre_staff")
    staff.patch(f"/registers/people/{key}", row["version"], target_group="older")
    assert places.row(key)["geom"] == row["geom"]
    staff.patch(f"/registers/people/{key}", row["version"] + 1, postcode="10671")
    after = places.row(key)
    assert (after["location_class"], after["geom"], after["address_key"]) == ("pending", None, None)


def test_runs_are_for_those_who_place_records(places: Places) -> None:
    for name, register, status in (
        ("street_worker", "people", 403),
        ("municipal_planner", "people", 403),
        ("centre_staff", "sites", 403),
        ("agency", "sites", 202),
        ("auditor", "people", 403),
    ):
        answer = places.client(name).post("/locations/jobs", register=register, country="gr")
        assert answer.status_code == status, (name, answer.text)


def test_no_address_stands_in_a_run_a_decision_or_the_log(
    places: Places, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "Καναρίνι 77"
    places.person(canary)
    with caplog.at_level("DEBUG"):
        places.locate()
        places.decide(key=places.item(canary)["key"], point={"lat": 37.98, "lon": 23.73})
    assert "Καναρίνι" not in caplog.text and "καναρινι" not in caplog.text.lower()
    for table in ("intake.locate_run", "registry.location_decision", "registry.address_alias"):
        told = str(places.office.rows(f"SELECT * FROM {table}"))
        assert "Καναρ" not in told, table
    assert "Καναρ" not in str(places.office.rows("SELECT * FROM account.audit_event"))


def test_no_run_is_begun_for_a_country_without_a_profile(places: Places) -> None:
    staff = places.client("centre_staff")
    refused = staff.post("/locations/jobs", register="people", country="zz")
    assert refused.status_code == 422 and "profile" in refused.text, refused.text
    assert places.office.scalar("SELECT count(*) FROM intake.locate_run") == 0


def test_an_unknown_country_is_told(places: Places) -> None:
    answer = places.client("centre_staff").post("/locate", text="x", country="zz")
    assert answer.status_code == 404 and "ZZ" in answer.json()["detail"]
