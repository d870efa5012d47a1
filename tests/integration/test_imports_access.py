"""An import has the rights of whoever brings the file, and no others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.caller import Caller
from geo.errors import InvalidInput, NotAllowed
from geo.importing import door, runs
from geo.importing.request import Request
from geo.imports.report import Report
from geo.settings import Settings
from tests.integration.registers.conftest import AGENCIES, AGENCY_A, AGENCY_B, AREAS

ATHENS = Caller("centre_staff", UUID(int=1), "4501")
PLANNER = Caller("municipal_planner", UUID(int=3), "4501")
PIRAEUS = Caller("centre_staff", UUID(int=2), "5101")


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, var=tmp_path / "var", secret_file=tmp_path / "secret")


def people(folder: Path, *codes: str) -> Path:
    path = folder / "people.csv"
    rows = [f"p{number},Ακτή {number},{code}" for number, code in enumerate(codes)]
    path.write_text("\n".join(["id,address,area code", *rows]), encoding="utf-8")
    return path


def codes(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT external_id, area_code, source_id FROM registry.person ORDER BY 1, 2")
        )
        return [tuple(row) for row in rows]


def request(path: Path) -> Request:
    return Request("people", path, country="gr", source="office_list")


def test_rows_of_the_own_municipality(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = people(tmp_path, "4501", "4501")
    report = runs.run(app_engine, here, request(path), caller=ATHENS)
    assert report.written["people"]["inserted"] == 2
    assert codes(engine) == [
        ("p0", "4501", "4501:office_list"), ("p1", "4501", "4501:office_list"),
    ]  # fmt: skip
    again = runs.run(app_engine, here, request(path), caller=ATHENS)
    assert again.written["people"]["unchanged"] == 2


def test_rows_without_a_code_stand_in_the_own_municipality(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,address\n1,Ακτή 1\n", encoding="utf-8")
    runs.run(app_engine, here, request(path), caller=ATHENS)
    assert [row[1] for row in codes(engine)] == ["4501"]


def refused(report: Report) -> list[tuple[int, str]]:
    """The refused rows by their numbers, with the code of why."""
    return [(one.row, one.wrong.code) for one in report.findings.kept]


def test_one_row_of_another_municipality_is_named_and_nothing_is_written(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = people(tmp_path, "4501", "5101")
    report = runs.run(app_engine, here, request(path), caller=ATHENS)
    assert (report.refused, refused(report)) == (True, [(3, "not_yours")])
    assert codes(engine) == []


def test_rows_of_another_municipality_stay_and_the_others_go(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = people(tmp_path, *["4501"] * 40, "5101", *["4501"] * 3, "5101")
    report = runs.run(app_engine, here, replace(request(path), partial=True), caller=ATHENS)
    assert refused(report) == [(42, "not_yours"), (46, "not_yours")]
    assert (report.tally.accepted, report.tally.rejected) == (43, 2)
    assert report.written["people"]["inserted"] == 43
    assert [row[1] for row in codes(engine)] == ["4501"] * 43
    assert report.rejects is not None
    given_back = Path(report.rejects).read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [line.partition(",")[0] for line in given_back] == ["p40", "p44"]
    again = runs.run(app_engine, here, replace(request(path), partial=True), caller=ATHENS)
    assert again.written["people"]["unchanged"] == 43


def test_a_file_moves_nobody_to_another_municipality(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    runs.run(app_engine, here, request(people(tmp_path, "4501", "4501")), caller=ATHENS)
    changed = replace(request(people(tmp_path, "4501", "5101")), partial=True)
    report = runs.run(app_engine, here, changed, caller=ATHENS)
    assert refused(report) == [(3, "not_yours")]
    assert [row[1] for row in codes(engine)] == ["4501", "4501"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_who_moved_away_is_refused_by_row_and_nothing_tells_where_to(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path, dry_run: bool
) -> None:
    path = people(tmp_path, "4501", "4501", "4501")
    runs.run(app_engine, here, request(path), caller=ATHENS)
    moved = "UPDATE registry.person SET area_code = '5101' WHERE external_id = 'p1'"
    with engine.begin() as connection:
        connection.execute(sa.text(moved))
    again = replace(request(path), partial=True, dry_run=dry_run)
    report = runs.run(app_engine, here, again, caller=ATHENS)
    assert refused(report) == [(3, "kept_elsewhere")]
    assert report.written["people"]["unchanged"] == 2
    for language in ("en", "el"):
        assert "5101" not in str(report.as_content(language))
    assert [row[1] for row in codes(engine)] == ["4501", "5101", "4501"]


def test_what_is_seen_and_not_ones_own_to_change_is_not_called_changed(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "agencies.csv"
    asked = Request("agencies", path, country="gr", source="list", partial=True)
    with engine.begin() as connection:
        connection.execute(sa.text(AREAS))
    path.write_text("id,name,area code\n1,Α,4501\n2,Β,4501\n", encoding="utf-8")
    runs.run(app_engine, here, asked, caller=PLANNER)
    with engine.begin() as connection:
        moved = "UPDATE registry.agency SET area_code = '5101' WHERE external_id = '2'"
        connection.execute(sa.text(moved))
    path.write_text("id,name,area code\n1,Γ,4501\n2,Δ,5101\n", encoding="utf-8")
    report = runs.run(app_engine, here, asked, caller=PLANNER)
    assert refused(report) == [(3, "not_yours")]
    assert report.written["agencies"]["updated"] == 1
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT name FROM registry.agency ORDER BY 1"))
        assert rows.scalars().all() == ["Β", "Γ"]
        assert connection.scalar(sa.text("SELECT count(*) FROM registry.change")) == 1


def test_a_place_that_was_made_secret_is_not_opened_by_a_file(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(AREAS))
        connection.execute(sa.text(AGENCIES), {"a": AGENCY_A, "b": AGENCY_B})
    path = tmp_path / "sites.csv"
    head = "id,agency id,address,area code,sensitive"
    asked = Request("sites", path, country="gr", source="list", partial=True)
    path.write_text(f"{head}\n1,a,Α 1,4501,no\n2,a,Β 1,4501,no\n", encoding="utf-8")
    report = runs.run(app_engine, here, asked, caller=PLANNER)
    assert report.written["sites"]["inserted"] == 2, refused(report)
    secret = "UPDATE registry.site SET sensitive = true WHERE external_id = '2'"
    with engine.begin() as connection:
        connection.execute(sa.text(secret))
    path.write_text(f"{head}\n1,a,Α 2,4501,no\n2,a,Β 2,4501,no\n3,a,Γ 1,4501,yes\n")
    report = runs.run(app_engine, here, asked, caller=PLANNER)
    assert refused(report) == [(3, "kept_elsewhere"), (4, "not_yours")]
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT address FROM registry.site ORDER BY 1"))
        assert rows.scalars().all() == ["Α 2", "Β 1"]


def test_a_file_that_is_mostly_others_is_refused_as_a_whole(
    engine: Engine,
    app_engine: Engine,
    here: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "MOST_NAMED", 5)
    path = people(tmp_path, "4501", *["5101"] * 6)
    with pytest.raises(InvalidInput, match="not yours to write"):
        runs.run(app_engine, here, replace(request(path), partial=True), caller=ATHENS)
    assert codes(engine) == []


def test_the_same_source_name_in_two_houses_is_two_sources(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    runs.run(app_engine, here, request(people(tmp_path, "4501")), caller=ATHENS)
    runs.run(app_engine, here, request(people(tmp_path, "5101")), caller=PIRAEUS)
    assert [row[2] for row in codes(engine)] == ["4501:office_list", "5101:office_list"]


def test_imports_are_seen_by_who_made_them(
    app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    from geo.imports import store

    runs.run(app_engine, here, request(people(tmp_path, "4501")), caller=ATHENS)
    with ATHENS.begin(app_engine) as connection:
        assert [row.state for row in store.listed(connection)] == ["done"]
    with PIRAEUS.begin(app_engine) as connection:
        assert store.listed(connection) == []


def test_who_sees_no_persons_imports_none(
    app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed, match="may not import into people"):
        runs.run(app_engine, here, request(people(tmp_path, "4501")), caller=PLANNER)
