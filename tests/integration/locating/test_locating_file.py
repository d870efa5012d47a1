"""A file of addresses to a file of places: whole, in order, gone on with, refused with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geo.db.caller import Caller
from geo.errors import InvalidInput
from geo.geocode.index.gazetteer import Gazetteer
from geo.locating import batch
from geo.locating.batch import locate_file
from geo.locating.serving import Gazetteers
from tests.integration.locating.conftest import Places


@pytest.fixture(scope="module")
def gazetteer(opened: Places) -> Gazetteer:
    return Gazetteers(opened.office.owner).get("gr", Caller())


def _file(folder: Path, rows: int) -> Path:
    path = folder / "in.csv"
    lines = [f'{number},"Ερμού {number}, Αθήνα",10563' for number in range(rows)]
    path.write_text("id,address,postcode\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_row_has_its_place(tmp_path: Path, gazetteer: Gazetteer) -> None:
    source = tmp_path / "in.csv"
    source.write_text(
        "\ufeffid,address,municipality,postcode\n"
        "a,Ερμού 12,,10563\n"
        'b,"Κολοκοτρώνη 5",Αθηναίων,\n'
        "c,,,\n"
        'd,"two\nlines, \U0001f600",,\n',
        encoding="utf-8",
    )
    target = tmp_path / "out.csv"
    done = locate_file(source, target, gazetteer, "gr")
    rows = _read(target)
    assert list(rows[0]) == list(batch.WRITTEN)
    assert [(row["id"], row["status"], row["class"]) for row in rows] == [
        ("a", "located", "street"),
        ("b", "ambiguous", "municipality"),
        ("c", "none", "none"),
        ("d", "none", "none"),
    ]
    assert rows[0]["municipality"] == "Athens" and float(rows[0]["radius_m"]) > 0
    assert rows[2]["lat"] == rows[2]["radius_m"] == "" and rows[2]["reason"]
    assert (done.rows, done.taken_over) == (4, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_run_that_was_cut_off_goes_on(
    tmp_path: Path, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PIECE", 10)
    source, whole, target = _file(tmp_path, 45), tmp_path / "whole.csv", tmp_path / "out.csv"
    locate_file(source, whole, gazetteer, "gr")

    def cut(done: int, total: int) -> None:
        assert total == 45
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        locate_file(source, target, gazetteer, "gr", progress=cut)
    assert not target.exists(), "only a whole result bears its name"
    part = tmp_path / "out.csv.part"
    # What a kill leaves behind a piece that was not finished.
    part.write_bytes(part.read_bytes() + b"20,located,str")
    done = locate_file(source, target, gazetteer, "gr")
    assert (done.rows, done.taken_over) == (45, 20)
    assert target.read_bytes() == whole.read_bytes()
    assert not part.exists()


def test_another_file_begins_anew(
    tmp_path: Path, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PIECE", 10)
    source, target = _file(tmp_path, 30), tmp_path / "out.csv"

    def cut(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        locate_file(source, target, gazetteer, "gr", progress=cut)
    _file(tmp_path, 29)
    done = locate_file(source, target, gazetteer, "gr")
    assert (done.rows, done.taken_over) == (29, 0)
    assert len(_read(target)) == 29


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id,place\n1,x\n", "address"),
        (b"", "id, address"),
        (b"id,address\n1,x,y\n", "line 2"),
        (b"id,address\n1\n", "line 2"),
        (b"id,address\n1,\xff\xfe\n", "UTF-8"),
        (b'id,address\n1,"' + b"x" * 200_000 + b'"\n', "line"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, gazetteer: Gazetteer, content: bytes, told: str
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    with pytest.raises(InvalidInput, match=told):
        locate_file(source, target, gazetteer, "gr")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
