"""An import that is cut off, cancelled or begun twice leaves nothing, and is done whole again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.caller import Caller
from geo.errors import Busy, InvalidInput
from geo.importing import runs, work
from geo.importing.request import Request
from geo.imports import store
from geo.settings import ROOT, Settings


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, var=tmp_path / "var", secret_file=tmp_path / "secret")


def rows_of(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def test_one_at_a_time(engine: Engine, here: Settings, tmp_path: Path) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("id,name\n1,Άλφα\n", encoding="utf-8")
    request = Request("agencies", path, country="gr", source="office")
    run = store.NewRun(UUID(int=7), "agencies", "office", path, runs.checksum(path), "strict")
    with Caller().begin(engine) as connection:
        store.start(connection, run, {})
    with Caller().begin(engine) as connection:
        assert store.hold(connection, run.id)
        with pytest.raises(Busy, match="under way"):
            runs.run(engine, here, request)
    report = runs.run(engine, here, request)
    assert report.run_id == str(run.id)


def test_a_cancelled_import_leaves_nothing(
    engine: Engine, here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BEAT_SECONDS", 0.0)
    path = tmp_path / "agencies.csv"
    path.write_text("id,name\n" + "".join(f"{n},A{n}\n" for n in range(30_000)))
    request = Request("agencies", path, country="gr")

    def cancel(rows: int, share: float) -> None:
        runs.cancel(engine, rows_of(engine, "SELECT id FROM intake.import_run")[0][0])

    with pytest.raises(InvalidInput, match="cancelled this import"):
        runs.run(engine, here, request, progress=cancel)
    assert rows_of(engine, "SELECT 1 FROM registry.agency LIMIT 1") == []

    def interrupt(rows: int, share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.run(engine, here, request, progress=interrupt)
    states = rows_of(engine, "SELECT state, content FROM intake.import_run")
    assert states == [("cancelled", None)] * 2
    assert rows_of(engine, "SELECT 1 FROM registry.agency LIMIT 1") == []


KILLED = """
import os, signal, sys
from pathlib import Path
from dataclasses import replace
from geo.db.engine import make_engine
from geo.importing import door, runs
from geo.importing.request import Request
from geo.settings import read_settings
url, path, var, point = sys.argv[1:]
calls = 0
def die(*_):
    global calls
    calls += 1
    if calls == int(point) or (int(point) == 9 and calls == 1):
        os.kill(os.getpid(), signal.SIGKILL)
where = {"0": ("geo.importing.runs", "look"), "9": ("geo.imports.store", "done")}
import importlib
name, attribute = where.get(point, ("geo.registers.incoming.store", "put_rows"))
module = importlib.import_module(name)
own = getattr(module, attribute)
def wrapped(*a, **k):
    if point in ("0", "9"):
        os.kill(os.getpid(), signal.SIGKILL)
    die()
    return own(*a, **k)
setattr(module, attribute, wrapped)
settings = replace(read_settings(), var=Path(var), secret_file=Path(var) / "secret")
runs.run(make_engine(url), settings, Request("agencies", Path(path), country="gr", source="office"))
"""


@pytest.mark.parametrize("point", [0, 1, 2, 3, 9])
def test_killed_at_any_point_and_done_again(
    engine: Engine, here: Settings, tmp_path: Path, point: int
) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("id,name\n" + "".join(f"{n},Α{n % 7}\n" for n in range(25_000)))
    url = engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(path), str(tmp_path / "var"), str(point)],
        cwd=ROOT,
        env={**os.environ},
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert rows_of(engine, "SELECT 1 FROM registry.agency LIMIT 1") == []
    unfinished = rows_of(engine, "SELECT id, state FROM intake.import_run")
    until = time.monotonic() + 20
    while True:
        try:
            if point == 2:
                report = runs.resume(engine, here, unfinished[0][0])
            else:
                report = runs.run(
                    engine, here, Request("agencies", path, country="gr", source="office")
                )
            break
        except Busy:  # the server has not noticed yet that its client is gone
            assert time.monotonic() < until
            time.sleep(0.2)
    if unfinished:
        assert report.run_id == str(unfinished[0][0])
    digest = "SELECT count(*), md5(string_agg(id::text || external_id || name, ',' ORDER BY id))"
    found = rows_of(engine, f"{digest} FROM registry.agency")
    assert found[0][0] == 25_000
    assert rows_of(engine, "SELECT state FROM intake.import_run") == [("done",)]
    undisturbed = runs.run(engine, here, Request("agencies", path, country="gr", source="office"))
    assert undisturbed.written["agencies"]["unchanged"] == 25_000
    assert rows_of(engine, f"{digest} FROM registry.agency") == found


def test_only_ones_own_import_is_gone_on_with(
    engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,target group,area code\n1,older,4501\n", encoding="utf-8")
    request = Request("people", path, country="gr", source="office")
    said = ("people", "office", path, runs.checksum(path), "strict", UUID(int=1))
    begun = store.NewRun(UUID(int=8), *said, "centre_staff", "4501")
    with Caller("centre_staff", UUID(int=1), "4501").begin(engine) as connection:
        store.start(connection, begun, {})
    report = runs.run(engine, here, request)
    assert report.run_id != str(begun.id)
    assert rows_of(engine, "SELECT state, role FROM intake.import_run ORDER BY role") == [
        ("running", "centre_staff"), ("done", "job"),
    ]  # fmt: skip


def test_a_run_that_was_ended_is_not_begun_under_another_key(
    engine: Engine, here: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("id,name\n1,Άλφα\n", encoding="utf-8")
    begun = store.NewRun(UUID(int=9), "agencies", "office", path, runs.checksum(path), "strict")
    with Caller().begin(engine) as connection:
        store.start(connection, begun, {})
    runs.cancel(engine, begun.id)
    request = Request("agencies", path, country="gr", source="office", run_id=begun.id)
    with pytest.raises(work.Cancelled):
        runs.run(engine, here, request)
    assert rows_of(engine, "SELECT state FROM intake.import_run") == [("cancelled",)]
    assert rows_of(engine, "SELECT 1 FROM registry.agency") == []


@pytest.mark.parametrize("partial", [True, False])
def test_no_import_is_done_whose_refused_rows_cannot_be_kept(
    engine: Engine, here: Settings, tmp_path: Path, partial: bool
) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("id,name,legal form\n1,Άλφα,ngo\n2,Βήτα,circus\n", encoding="utf-8")
    here.var.mkdir(exist_ok=True)
    (here.var / "rejects").write_text("in the way")
    request = Request("agencies", path, country="gr", source="office", partial=partial)
    with pytest.raises(InvalidInput, match="refused rows"):
        runs.run(engine, here, request)
    assert rows_of(engine, "SELECT state FROM intake.import_run") == [("failed",)]
    assert rows_of(engine, "SELECT 1 FROM registry.agency") == []
    (here.var / "rejects").unlink()
    report = runs.run(engine, here, request)
    assert report.rejects is not None and Path(report.rejects).suffix == ".csv"
    assert [one.name for one in (here.var / "rejects").iterdir()] == [Path(report.rejects).name]


def test_refused_rows_of_an_import_that_is_cancelled_go(
    engine: Engine, here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("id,name,legal form\n1,Άλφα,ngo\n2,Βήτα,circus\n", encoding="utf-8")
    monkeypatch.setattr(store, "done", lambda *_: False)
    with pytest.raises(work.Cancelled):
        runs.run(engine, here, Request("agencies", path, country="gr", partial=True))
    assert list((here.var / "rejects").iterdir()) == []
