"""Tables of commands at 80 columns, what they say of a dry run, and how lightly they begin."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from api.cli import audit, console, data, imports
from geo.fields import reading
from geo.files.header import named
from geo.files.message import Message, Opened, Rows
from geo.imports.check import Checker
from geo.imports.country import country
from geo.imports.guess import Guess
from geo.imports.prepare import open_sheet, prepare
from geo.imports.report import Report

HEAVY = ("pandas", "geopandas", "scipy", "weasyprint", "folium", "fastapi", "uvicorn", "alembic")


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Console:
    """A terminal of 80 columns, which keeps what is told."""
    made = Console(width=80, record=True, quiet=False)
    for module in (console, imports, audit):
        monkeypatch.setattr(module, "out", made)
    return made


def words(told: str) -> set[str]:
    return set(told.replace("│", " ").split())


def report_of(*rows: list[str], register: str = "agencies", **more: Any) -> Report:
    """What a dry run of these rows tells, but for what the database would say."""
    described = reading.load(register)
    messages: list[Message] = [Opened("csv", delimiter=","), Rows(1, list(rows))]
    sheet = open_sheet(messages, described, (1,))
    prepared = prepare(sheet, described, None, {}, "gr")
    checker = Checker(
        described, prepared.mapping, sheet.layout.names, prepared.manner, country("gr")
    )
    for piece in sheet.rows:
        checker.check(piece)
    told: dict[str, Any] = {
        "register": register, "source": "s", "file": "f.csv", "opened": sheet.opened,
        "layout": named(()), "mapping": prepared.mapping, "guesses": (), "unused": (),
        "tally": checker.tally, "findings": checker.findings, "dry_run": True, "partial": False,
    }  # fmt: skip
    return Report(**(told | more))


def test_a_long_heading_is_cut_and_the_field_is_shown(narrow: Console) -> None:
    long = "Liczba wolnych miejsc / w tym: / Liczba wolnych miejsc dla kobiet w pokojach " * 2
    guesses = [
        Guess(long, "capacity_waiting", 0.95, "a value that is long too, " * 3, "name"),
        Guess("uwagi [x]", None, 0.0, "X", ""),
    ]
    imports._show_columns(guesses, {})
    told = narrow.export_text()
    assert {"capacity_waiting", "[x]", "used)"} <= words(told)
    assert "…" in told and "a value" in told
    assert len(told.splitlines()) == 7 and max(map(len, told.splitlines())) == 80


def test_a_dry_run_with_refused_rows_says_what_would_happen() -> None:
    written = {"agencies": {"inserted": 1, "updated": 0, "unchanged": 0}}
    rows = [["id", "name"], ["1", "Alpha"], ["2", ""]]
    outcome = imports._outcome(report_of(*rows, written=written))
    assert "As it stands nothing would be written; with --partial: agencies: 1 new" in outcome
    outcome = imports._outcome(report_of(*rows, written=written, partial=True))
    assert "It would be agencies: 1 new" in outcome
    outcome = imports._outcome(report_of(*rows[:2], written=written))
    assert "It would be agencies: 1 new" in outcome


def test_no_table_without_rows(narrow: Console) -> None:
    rows = [["id", "name", "e-mail", "phone"], ["1", "Alpha", "", ""], ["A note", "", "", ""]]
    report = report_of(*rows)
    assert report.tally.skipped == 1
    imports._tell_people(report, "en")
    told = narrow.export_text()
    assert "What was found" in told and "The first of them" not in told


def test_brackets_of_a_remedy_are_no_markup(narrow: Console) -> None:
    imports._tell_people(report_of(["id", "service"], ["1", "s"], register="staff"), "en")
    told = narrow.export_text()
    assert "[constants]" in told
    assert told.count("specialty") > 2  # a field without a column is named in both tables


def test_imports_are_listed_in_a_narrow_terminal(
    narrow: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import contextmanager, nullcontext

    key = UUID("01a203ab-d844-7e5f-8645-1a775300b92a")
    row = SimpleNamespace(
        id=key, register="observations", source_id="a_long_name_of_a_source_of_street_reports",
        file_name="observations of the winter.csv", state="cancelled", rows_done=1_234_567,
        counts={"rejected": 12_345}, created_at=datetime(2026, 11, 22, 14, 32, 3, 519, tzinfo=UTC),
    )  # fmt: skip

    @contextmanager
    def database() -> Any:
        yield None, None

    monkeypatch.setattr(imports, "database", database)
    monkeypatch.setattr(imports.Caller, "begin", lambda *_: nullcontext())
    monkeypatch.setattr(imports.store, "listed", lambda _: [row])
    imports.list_imports()
    told = narrow.export_text()
    assert {str(key), "observations", "cancelled", "1,234,567", "12,345"} <= words(told)
    assert {"2026-11-22", "14:32"} <= words(told)
    assert len(told.splitlines()) <= 10 and max(map(len, told.splitlines())) <= 80


def test_words_of_the_sources_stay_whole(narrow: Console) -> None:
    data.list_sources()
    told = words(narrow.export_text())
    assert {"gr_census2021_attica", "municipalities", "Statistical", "2021-10-22"} <= told


def test_who_looked_at_a_record_in_a_narrow_terminal(narrow: Console) -> None:
    row = {
        "πότε": "2026-11-22 14:32 UTC", "ποιος": "Μαρία Παπαδοπούλου (Κέντρο Κοινότητας)",
        "πού": "4501", "τι έκανε": "προβολή", "τι αφορούσε": "ωφελούμενος",
        "σκοπός": "αξιολόγηση ανάγκης",
    }  # fmt: skip
    console.show_rows("Ποιος είδε", [row], as_json=False, whole=())
    told = words(narrow.export_text())
    assert {"2026-11-22", "Παπαδοπούλου", "Κοινότητας)", "ωφελούμενος", "αξιολόγηση"} <= told


def test_where_there_is_no_room_the_widest_give_way(narrow: Console) -> None:
    console.show("Long", ("a", "b"), [("x" * 100, "short")])
    told = narrow.export_text()
    assert "short" in told and told.count("x") == 100
    assert max(map(len, told.splitlines())) == 80


def test_a_command_loads_what_it_needs_only_when_it_runs() -> None:
    program = f"import sys, api.cli; print(*set({HEAVY}) & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []
