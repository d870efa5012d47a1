"""An import has the rights of whoever brings the file, and no others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.errors import InvalidInput, NotAllowed
from geo.importing import runs
from geo.importing.request import Caller, Request
from geo.settings import Settings

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


def test_one_row_of_another_municipality_and_nothing_is_written(
    engine: Engine, app_engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = people(tmp_path, "4501", "5101")
    with pytest.raises(InvalidInput, match="not yours to write"):
        runs.run(app_engine, here, request(path), caller=ATHENS)
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
