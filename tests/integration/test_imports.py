"""Files into registers on a real database: all or nothing, known again, mended, taken back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.errors import Conflict, InvalidInput
from geo.fields import reading
from geo.importing import runs
from geo.importing.looking import look
from geo.importing.request import Request
from geo.imports.mapping import ColumnMapping
from geo.imports.report import Report
from geo.settings import Settings
from tests.conftest import shared_data

Import = Callable[..., Report]


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, var=tmp_path / "var", secret_file=tmp_path / "secret")


@pytest.fixture
def bring(engine: Engine, here: Settings, tmp_path: Path) -> Import:
    """Import rows of text into a register, from the source "office" unless another is named."""

    def run(register: str, *rows: list[str], **more: Any) -> Report:
        path = tmp_path / f"{register}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        request = Request(register, path, **{"country": "gr", "source": "office", **more})
        return runs.run(engine, here, request)

    return run


def rows_of(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


AGENCIES = (["id", "name", "legal form"], ["1", "Άλφα", "ngo"], ["2", "Βήτα", "church"])


def test_the_same_file_twice_changes_nothing(engine: Engine, bring: Import) -> None:
    assert bring("agencies", *AGENCIES).written["agencies"]["inserted"] == 2
    before = rows_of(engine, "SELECT * FROM registry.agency ORDER BY id")
    again = bring("agencies", *AGENCIES)
    assert again.written["agencies"] == {
        "inserted": 0, "updated": 0, "unchanged": 2, "conflicts": 0,
    }  # fmt: skip
    assert rows_of(engine, "SELECT * FROM registry.agency ORDER BY id") == before


def test_changed_fields_are_written_and_kept_on_record(engine: Engine, bring: Import) -> None:
    bring("agencies", *AGENCIES)
    changed = bring("agencies", AGENCIES[0], ["1", "Άλφα", "church"], AGENCIES[2])
    assert changed.written["agencies"]["updated"] == 1
    assert rows_of(engine, "SELECT external_id, legal_form, version FROM registry.agency ORDER BY 1") == [
        ("1", "church", 2), ("2", "church", 1),
    ]  # fmt: skip
    assert rows_of(engine, "SELECT version, before, after, import_id FROM registry.change") == [
        (2, {"legal_form": "ngo"}, {"legal_form": "church"}, UUID(changed.run_id)),
    ]


def test_columns_that_a_file_does_not_have_stay_as_they_are(engine: Engine, bring: Import) -> None:
    bring("agencies", [*AGENCIES[0], "e-mail"], [*AGENCIES[1], "a@b.gr"])
    bring("agencies", ["id", "name"], ["1", "Άλφα Α"])
    assert rows_of(engine, "SELECT name, legal_form, email FROM registry.agency") == [
        ("Άλφα Α", "ngo", "a@b.gr")
    ]


def test_what_a_person_typed_is_not_written_over(engine: Engine, bring: Import) -> None:
    bring("agencies", *AGENCIES)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE registry.agency SET name = 'by hand', provenance ="
                """ '{"name": {"source": "office"}}' WHERE external_id = '1'"""
            )
        )
    for legal_form, updated, conflicts in (("ngo", 0, 1), ("ngo", 0, 0), ("church", 1, 0)):
        report = bring("agencies", AGENCIES[0], ["1", "Άλφα", legal_form])
        assert report.written["agencies"]["updated"] == updated
        assert report.written["agencies"]["conflicts"] == conflicts
    assert rows_of(
        engine, "SELECT name, legal_form FROM registry.agency WHERE external_id = '1'"
    ) == [("by hand", "church")]
    assert rows_of(engine, "SELECT field, kept, other FROM registry.edit_conflict") == [
        ("name", "by hand", "Άλφα")
    ]


def test_one_wrong_row_and_nothing_is_written(engine: Engine, bring: Import) -> None:
    report = bring("agencies", *AGENCIES, ["3", "Γάμα", "circus"])
    assert report.refused
    assert (report.tally.accepted, report.tally.rejected) == (2, 1)
    assert rows_of(engine, "SELECT 1 FROM registry.agency") == []
    assert rows_of(engine, "SELECT state, content FROM intake.import_run") == [("failed", None)]


def test_a_dry_run_leaves_nothing_at_all(engine: Engine, bring: Import) -> None:
    tables = ("registry.agency", "base.source", "intake.import_run", "account.audit_event")
    before = [rows_of(engine, f"SELECT * FROM {table}") for table in tables]
    report = bring("agencies", *AGENCIES, dry_run=True)
    assert report.written["agencies"]["inserted"] == 2
    assert [rows_of(engine, f"SELECT * FROM {table}") for table in tables] == before


def test_refused_rows_come_back_to_be_mended(engine: Engine, bring: Import, here: Settings) -> None:
    report = bring(
        "agencies",
        ["id", "name", "legal form", "remark"],
        ["1", "Άλφα", "ngo", "=1+1"],
        ["2", "=cmd|' /C calc'!A0", "circus", "'=kept"],
        ["3", "'=Δ", "circus", "-2"],
        partial=True,
        language="el",
    )
    assert report.rejects is not None
    back = Path(report.rejects)
    with back.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["id", "name", "legal form", "remark", "reason"]
    assert [row[1] for row in rows[1:]] == ["'=cmd|' /C calc'!A0", "'=Δ"]
    assert rows[1][4].startswith("legal form: δεν είναι γνωστή λέξη")
    back.write_text(back.read_text(encoding="utf-8-sig").replace("circus", "ngo"), encoding="utf-8")
    mended = runs.run(engine, here, Request("agencies", back, country="gr", source="office"))
    assert mended.written["agencies"]["inserted"] == 2
    assert rows_of(engine, "SELECT name FROM registry.agency ORDER BY external_id") == [
        ("Άλφα",), ("=cmd|' /C calc'!A0",), ("=Δ",),
    ]  # fmt: skip


def test_a_file_of_refused_rows_keeps_its_source(here: Settings, tmp_path: Path) -> None:
    from geo.importing.looking import source_of

    path = tmp_path / "Μητρώο δομών 2026.rejected-20261122.csv"
    assert source_of(Request("agencies", path)) == "mitroo_domon_2026"
    with pytest.raises(InvalidInput, match="small Latin letters"):
        source_of(Request("agencies", path, source="Δήμος"))


def test_references_are_found_here_and_elsewhere(engine: Engine, bring: Import) -> None:
    bring("agencies", *AGENCIES)
    bring("agencies", ["id", "name"], ["2", "Άλλη"], ["9", "Μόνη"], source="other")
    header = ["id", "agency", "address"]
    report = bring(
        "sites",
        header,
        ["s1", "1", "Ακτή 1"],
        ["s2", "2", "Ακτή 2"],
        ["s3", "9", "Ακτή 3"],
        ["s4", "7", "Ακτή 4"],
        partial=True,
    )
    assert report.written["sites"]["inserted"] == 3
    assert [(f.row, f.field, f.wrong.code) for f in report.findings.kept] == [
        (5, "agency_external_id", "no_such_row")
    ]
    assert rows_of(
        engine,
        "SELECT s.external_id, a.name FROM registry.site s"
        " JOIN registry.agency a ON a.id = s.agency_id ORDER BY 1",
    ) == [("s1", "Άλφα"), ("s2", "Βήτα"), ("s3", "Μόνη")]
    several = bring("sites", header, ["s5", "2", "Ακτή 5"], source="third")
    assert several.findings.kept[0].wrong.code == "several_rows"


SERVICES = (
    ["name", "type", "organization", "address", "δήμος", "places", "lat", "lon"],
    ["Κέντρο Α", "community_centre", "Δήμος", "Σόλωνος 1", "Αθήνα", "12", "37.98", "23.73"],
    ["Κέντρο Β", "community_centre", "Δήμος", "Σόλωνος 1", "Αθήνα", "3", "37.98", "23.73"],
    ["", "community_centre", "", "Ακτή 5", "Πειραιάς", "", "", ""],
)


def test_services_carry_their_agency_and_site(engine: Engine, bring: Import) -> None:
    report = bring("services", *SERVICES)
    assert {name: one["inserted"] for name, one in report.written.items()} == {
        "agencies": 2, "sites": 2, "services": 3,
    }  # fmt: skip
    assert rows_of(
        engine,
        "SELECT v.name, a.name, s.address, round(ST_X(s.geom)::numeric, 2)::text, s.location_class"
        " FROM registry.service v JOIN registry.site s ON s.id = v.site_id"
        " JOIN registry.agency a ON a.id = v.agency_id ORDER BY v.name",
    ) == [
        ("Κέντρο Α", "Δήμος", "Σόλωνος 1, Αθήνα", "23.73", "address"),
        ("Κέντρο Β", "Δήμος", "Σόλωνος 1, Αθήνα", "23.73", "address"),
        ("Κέντρο Κοινότητας, Πειραιάς", "Κέντρο Κοινότητας, Πειραιάς", "Ακτή 5, Πειραιάς",
         None, "pending"),
    ]  # fmt: skip
    assert bring("services", *SERVICES).written["services"]["unchanged"] == 3


PEOPLE = (
    ["id", "name", "date of birth", "sex", "year of birth", "address", "municipality"],
    ["p1", "Μαρία Παπαδοπούλου", "1950-03-12", "f", "1950", "Σόλωνος 12", "Αθηναίων"],
    ["p2", "PAPADOPOULOU Maria", "1950-03-12", "f", "1950", "Ακτή 3", "Πειραιώς"],
    ["p3", "Άλλη Γυναίκα", "1950-01-01", "f", "1950", "Σόλωνος 12", "Αθηναίων"],
    ["p4", "", "", "f", "1960", "Ερμού 7", "Αθηναίων"],
    ["p5", "", "", "f", "1960", "Ερμοῦ 7", "Αθηναίων"],
)


def test_people_keep_no_name_and_doubles_are_flagged(engine: Engine, bring: Import) -> None:
    report = bring("people", *PEOPLE)
    assert report.written["people"]["inserted"] == 5
    pairs = rows_of(
        engine,
        "SELECT a.external_id, b.external_id, d.reasons ->> 'rule' FROM registry.duplicate d"
        " JOIN registry.person a ON a.id = least(d.person_a, d.person_b)"
        " JOIN registry.person b ON b.id = greatest(d.person_a, d.person_b)",
    )
    assert {(frozenset(pair[:2]), pair[2]) for pair in pairs} == {
        (frozenset({"p1", "p2"}), "same_name_and_birth_date"),
        (frozenset({"p4", "p5"}), "same_town_birth_year_sex_and_address"),
    }
    assert report.duplicates == 2
    with engine.connect() as connection:
        everything = str(connection.execute(sa.text("SELECT p::text FROM registry.person p")).all())
        runs_kept = str(
            connection.execute(sa.text("SELECT r::text FROM intake.import_run r")).all()
        )
        audit = str(connection.execute(sa.text("SELECT e::text FROM account.audit_event e")).all())
    for place in (everything, runs_kept, audit):
        assert "Παπαδ" not in place and "1950-03-12" not in place
    assert "import" in audit and "p1" not in audit


def test_who_was_erased_does_not_come_back(engine: Engine, bring: Import) -> None:
    bring("people", *PEOPLE)
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL ROLE needsmap_job"))
        connection.execute(
            sa.text(
                "SELECT registry.erase_person(id, 'request') FROM registry.person"
                " WHERE external_id = 'p3'"
            )
        )
    report = bring("people", *PEOPLE, partial=True)
    assert [(f.row, f.wrong.code) for f in report.findings.kept] == [(4, "erased")]
    assert report.written["people"] == {
        "inserted": 0, "updated": 0, "unchanged": 4, "conflicts": 0,
    }  # fmt: skip


def test_an_import_is_taken_back_whole(engine: Engine, bring: Import) -> None:
    bring("agencies", *AGENCIES)
    before = rows_of(engine, "SELECT external_id, name, legal_form FROM registry.agency ORDER BY 1")
    second = bring("agencies", AGENCIES[0], ["1", "Νέα", ""], ["3", "Γάμα", "ngo"])
    taken = runs.undo(engine, UUID(second.run_id))
    assert (taken.removed, taken.restored, taken.kept) == (1, 1, ())
    after = rows_of(engine, "SELECT external_id, name, legal_form FROM registry.agency ORDER BY 1")
    assert after == before
    with pytest.raises(Conflict, match="is undone"):
        runs.undo(engine, UUID(second.run_id))


def test_rows_that_somebody_needs_since_are_kept_and_named(engine: Engine, bring: Import) -> None:
    first = bring("agencies", *AGENCIES, ["3", "Γάμα", "ngo"])
    bring("sites", ["id", "agency", "address"], ["s1", "1", "Ακτή 1"])
    bring("agencies", AGENCIES[0], ["2", "Άλλαξε", "church"])
    taken = runs.undo(engine, UUID(first.run_id))
    assert (taken.removed, taken.kept) == (1, ("1", "2"))
    assert rows_of(engine, "SELECT external_id FROM registry.agency ORDER BY 1") == [("1",), ("2",)]


def test_places_come_back_as_they_were(engine: Engine, bring: Import) -> None:
    bring("services", *SERVICES)
    place = rows_of(engine, "SELECT external_id, geom::text FROM registry.site ORDER BY 1")
    moved = [[*row[:6], "38.1", "23.8"] if row[6] == "37.98" else row for row in SERVICES]
    second = bring("services", *moved)
    assert second.written["sites"]["updated"] == 1
    runs.undo(engine, UUID(second.run_id))
    assert rows_of(engine, "SELECT external_id, geom::text FROM registry.site ORDER BY 1") == place


def test_population_and_its_undoing(engine: Engine, bring: Import) -> None:
    header = ["κωδικός δήμου", "πληθυσμός", "date"]
    bring("population", header, ["4501", "100", "2021-10-22"])
    second = bring("population", header, ["4501", "120", "2021-10-22"], ["4502", "7", "2021-10-22"])
    figures = "SELECT area_code, persons FROM base.population ORDER BY 1"
    assert rows_of(engine, figures) == [("4501", 120), ("4502", 7)]
    taken = runs.undo(engine, UUID(second.run_id))
    assert (taken.removed, taken.restored) == (1, 1)
    assert rows_of(engine, figures) == [("4501", 100)]


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_population_without_its_day_or_code_is_refused_by_row(
    engine: Engine, bring: Import, partial: bool, dry_run: bool
) -> None:
    how = {"partial": partial, "dry_run": dry_run}
    report = bring("population", ["area code", "population"], ["4501", "10"], ["4701", "20"], **how)
    assert [(one.row, one.field, one.wrong.code) for one in report.findings.kept] == [
        (2, "reference_date", "missing_field"), (3, "reference_date", "missing_field"),
    ]  # fmt: skip
    report = bring("population", ["date", "population"], ["2021-10-22", "10"], **how)
    assert [(one.field, one.wrong.code) for one in report.findings.kept] == [
        ("area_code", "missing_field")
    ]
    assert rows_of(engine, "SELECT 1 FROM base.population") == []


@pytest.mark.parametrize("register", sorted(reading.registers()))
def test_what_a_register_must_know_is_asked_for_by_row(bring: Import, register: str) -> None:
    report = bring(register, ["unknown", "also unknown"], ["a", "b"], dry_run=True)
    codes = {one.wrong.code for one in report.findings.kept}
    asked = {one.field for one in report.findings.kept}
    assert codes == {"missing_field"}
    described = reading.load(register)
    needed = {name for name, one in described.fields.items() if one.required and not one.default}
    assert asked == needed
    assert {
        one.name for one in map(described.fields.get, described.identity) if one.required
    } <= asked


def test_needs_follow_people_and_lists_become_lists(engine: Engine, bring: Import) -> None:
    bring("people", *PEOPLE)
    report = bring(
        "needs",
        ["id", "person", "service needed", "since", "stage"],
        ["n1", "p1", "community_centre", "01/02/2026", "αξιολόγηση"],
    )
    assert report.written["needs"]["inserted"] == 1
    bring(
        "programmes",
        ["id", "mis", "name", "target groups"],
        ["m1", "5001", "Πρόγραμμα", "older; homeless"],
        ["m2", "5002", 'Άλλο "Β"', ""],
    )
    assert rows_of(engine, "SELECT code, target_groups FROM registry.programme ORDER BY 1") == [
        ("5001", ["older", "homeless"]), ("5002", []),
    ]  # fmt: skip


def test_every_register_takes_a_row(bring: Import) -> None:
    bring("agencies", *AGENCIES)
    bring("sites", ["id", "agency", "address"], ["s1", "1", "Ακτή 1"])
    bring(
        "services",
        ["id", "name", "type", "agency", "site", "opening hours", "eligibility", "service area"],
        ["v1", "Α", "community_centre", "1", "s1", "Δε-Πα 8:00-15:00", '{"min_age": 18}',
         "POLYGON ((23 37, 24 37, 24 38, 23 37))"],
    )  # fmt: skip
    bring("staff", ["id", "service", "specialty", "head"], ["t1", "v1", "social_worker", "ναι"])
    bring(
        "agreements",
        ["id", "title", "kind", "agency", "parties", "from", "until"],
        ["g1", "Μνημόνιο", "cooperation", "1", "2", "2026-01-01", "2026-12-31"],
    )
    bring("households", ["id"], ["h1"])
    bring("people", ["id", "household", "address"], ["p1", "h1", "Ακτή 1"])
    bring("needs", ["id", "household", "service needed", "since"],
          ["n1", "h1", "community_centre", "2026-01-01"])  # fmt: skip
    bring("contacts", ["id", "person", "channel", "at", "topic"],
          ["c1", "p1", "τηλέφωνο", "2026-01-01 10:00", "Ερώτηση"])  # fmt: skip
    bring("referrals", ["id", "need", "service", "sent"], ["r1", "n1", "v1", "2026-01-02 9:00"])
    bring("residents", ["id", "service", "age"], ["d1", "v1", "65+"])
    bring("rounds", ["id", "team", "start", "end", "minutes"],
          ["o1", "Α", "2026-01-01 20:00", "2026-01-01 22:00", "120"])  # fmt: skip
    report = bring(
        "observations",
        ["id", "round", "at", "category", "people", "note", "lat", "lon"],
        ["b1", "o1", "2026-01-01 21:00", "rough_sleeping", "1", "Γραμμή\n2", "37.98", "23.73"],
    )
    assert report.written["observations"]["inserted"] == 1


def test_every_register_of_the_fields_is_tried_above() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in reading.registers() if f'"{name}",' not in text} == set()


def test_the_database_s_own_rules_are_told_by_row(engine: Engine, bring: Import) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("ALTER TABLE registry.agency ADD CONSTRAINT no_cats CHECK (name <> 'cat')")
        )
    report = bring("agencies", ["id", "name"], ["1", "Άλφα"], ["2", "cat"])
    assert [(one.row, one.wrong.code) for one in report.findings.kept] == [(3, "breaks_rule")]
    assert "no_cats" in report.findings.kept[0].told("en").problem
    assert rows_of(engine, "SELECT state FROM intake.import_run") == [("failed",)]
    assert rows_of(engine, "SELECT 1 FROM registry.agency") == []


def test_a_mapping_by_hand(engine: Engine, bring: Import) -> None:
    mapping = ColumnMapping(
        "agencies", {"Α": "external_id", "Β": "name"}, constants={"legal_form": "ngo"}
    )
    bring("agencies", ["Α", "Β", "Γ"], ["1", "x1", "?"], mapping=mapping)
    assert rows_of(engine, "SELECT external_id, name, legal_form FROM registry.agency") == [
        ("1", "x1", "ngo")
    ]


def test_hsds_documents_come_in_register_by_register(engine: Engine, here: Settings) -> None:
    path = shared_data("hsds", "examples", "organization_full.json")
    known: dict[str, dict[str, Any]] = {
        "agencies": {"values": {"legal_form": {"Limited Company": "company"}}},
        "sites": {},
    }
    for register in ("agencies", "sites"):
        request = Request(register, path, country="gr", source="hsds")
        mapping = replace(look(request).prepared.mapping, **known[register])
        report = runs.run(engine, here, replace(request, mapping=mapping))
        assert report.opened.format == "json"
        assert report.written[register]["inserted"] == report.tally.total > 0
    request = Request("services", path, country="gr", source="hsds", dry_run=True)
    (found,) = runs.run(engine, here, request).findings.kept
    assert (found.field, found.wrong.code) == ("service_type", "missing")
    with pytest.raises(InvalidInput, match="hold no people"):
        runs.run(engine, here, Request("people", path, dry_run=True))
