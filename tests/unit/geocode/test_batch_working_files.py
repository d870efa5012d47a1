"""The files a batch works in: nobody else's, no links, and believed only where they agree."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from geo.errors import InvalidInput
from geo.geocode.index.gazetteer import Gazetteer
from geo.locating import batch, working_files
from geo.locating.batch import locate_file
from tests.unit.geocode.test_villages import built

ROWS = "id,address\n=1,Μητροπόλεως 5\n2,Βέροια\n3,\n"
WORKING = ("out.csv.part", "out.csv.part.json", "out.csv.part.tmp")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return built("gr")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", WORKING)
@pytest.mark.parametrize("how", ["symbolic", "hard", "folder", "queue"])
def test_no_working_file_is_a_link_or_no_file(
    gazetteer: Gazetteer, source: Path, name: str, how: str
) -> None:
    victim, working = source.with_name("victim"), source.with_name(name)
    victim.write_text("precious")
    if how == "symbolic":
        working.symlink_to(victim)
    elif how == "hard":
        working.hardlink_to(victim)
    elif how == "folder":
        working.mkdir()
    else:
        os.mkfifo(working)
    before = sorted(source.parent.iterdir())
    with pytest.raises(InvalidInput) as refused:
        locate_file(source, source.with_name("out.csv"), gazetteer, "gr")
    assert name in str(refused.value) and f"remove {working}" in (refused.value.hint or "")
    assert victim.read_text() == "precious" and sorted(source.parent.iterdir()) == before


@pytest.mark.parametrize("name", WORKING)
def test_no_working_file_is_another_users(
    gazetteer: Gazetteer, source: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.with_name(name).write_text("")
    me = os.geteuid()
    monkeypatch.setattr(working_files.os, "geteuid", lambda: me + 1)
    with pytest.raises(InvalidInput, match="another user"):
        locate_file(source, source.with_name("out.csv"), gazetteer, "gr")


@pytest.mark.parametrize("name", WORKING)
def test_the_addresses_are_no_working_file(gazetteer: Gazetteer, source: Path, name: str) -> None:
    source = source.rename(source.with_name(name))
    with pytest.raises(InvalidInput, match="the file of addresses itself"):
        locate_file(source, source.with_name("out.csv"), gazetteer, "gr")
    assert source.read_text(encoding="utf-8") == ROWS
    assert [path.name for path in source.parent.iterdir()] == [name]


def test_a_link_that_comes_while_it_runs_is_not_followed(
    gazetteer: Gazetteer, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PIECE", 1)
    victim = source.with_name("victim")
    victim.write_text("precious")

    def link(done: int, total: int) -> None:
        modes.append(stat.S_IMODE(source.with_name("out.csv.part.json").stat().st_mode))
        source.with_name("out.csv.part.tmp").symlink_to(victim)

    modes: list[int] = []
    with pytest.raises(InvalidInput, match=r"out\.csv\.part\.tmp"):
        locate_file(source, source.with_name("out.csv"), gazetteer, "gr", progress=link)
    assert victim.read_text() == "precious" and modes == [0o600]


def _cut_off(gazetteer: Gazetteer, source: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Leave two of three rows done; gives their note."""
    monkeypatch.setattr(batch, "PIECE", 1)

    def cut(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        locate_file(source, source.with_name("out.csv"), gazetteer, "gr", progress=cut)
    note: dict[str, Any] = json.loads(source.with_name("out.csv.part.json").read_text())
    assert note["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest() and note["rows"] == 2
    return note


FORGED: list[dict[str, Any]] = [
    *({"rows": rows} for rows in (-1, 0, 1, 3, 10**30, "2", 2.0, True, None, [])),
    *({"bytes": size} for size in (-5, 0, 0.5, 10, 10**30, "9", None, {})),
    *({"rows": 0, "bytes": size} for size in (-1, 40)),
    {"rows": 3, "bytes": 0},
    {"more": 1},
]


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_a_note_that_does_not_agree_begins_anew(
    gazetteer: Gazetteer, source: Path, forged: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, target = source.with_name("whole.csv"), source.with_name("out.csv")
    assert not locate_file(source, whole, gazetteer, "gr").anew
    note = _cut_off(gazetteer, source, monkeypatch)
    source.with_name("out.csv.part.json").write_text(json.dumps(note | forged))
    done = locate_file(source, target, gazetteer, "gr")
    assert (done.rows, done.taken_over, done.anew) == (3, 0, True)
    assert target.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("note", ["", "[" * 4000, "[]", "\x00", '{"rows": 1}', "9" * 5000])
def test_a_note_that_is_none_begins_anew(
    gazetteer: Gazetteer, source: Path, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cut_off(gazetteer, source, monkeypatch)
    source.with_name("out.csv.part.json").write_text(note)
    done = locate_file(source, source.with_name("out.csv"), gazetteer, "gr")
    assert (done.rows, done.taken_over, done.anew) == (3, 0, True)


@pytest.mark.parametrize("damage", ["zeros", "other rows", "other header", "shorter"])
def test_a_part_that_does_not_agree_begins_anew(
    gazetteer: Gazetteer, source: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, target = source.with_name("whole.csv"), source.with_name("out.csv")
    locate_file(source, whole, gazetteer, "gr")
    _cut_off(gazetteer, source, monkeypatch)
    part = source.with_name("out.csv.part")
    good = part.read_bytes()
    bad = {
        "zeros": bytes(len(good)),
        "other rows": good.replace(b"\n2,", b"\n7,"),
        "other header": good.replace(b"status", b"tattus"),
        "shorter": good[:-1],
    }[damage]
    assert bad != good
    part.write_bytes(bad)
    done = locate_file(source, target, gazetteer, "gr")
    assert (done.rows, done.taken_over, done.anew) == (3, 0, True)
    assert target.read_bytes() == whole.read_bytes()


def test_what_agrees_is_gone_on_with(
    gazetteer: Gazetteer, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, target = source.with_name("whole.csv"), source.with_name("out.csv")
    locate_file(source, whole, gazetteer, "gr")
    _cut_off(gazetteer, source, monkeypatch)
    done = locate_file(source, target, gazetteer, "gr")
    assert (done.rows, done.taken_over, done.anew) == (3, 2, False)
    assert target.read_bytes() == whole.read_bytes()
