"""A file of addresses: what must not be written over, formulas, open quotes, ids, two runs."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path

import pytest

from geo.errors import InvalidInput
from geo.geocode.index.gazetteer import Gazetteer
from geo.locating.batch import locate_file
from tests.unit.geocode.test_villages import built

ROWS = "id,address\n1,Μητροπόλεως 5\n2,Βέροια\n"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return built("gr")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["in.csv", "symbolic.csv", "hard.csv", "begun.csv"])
def test_the_addresses_are_never_written_over(
    gazetteer: Gazetteer, source: Path, name: str
) -> None:
    target = source.with_name(name)
    if name == "symbolic.csv":
        target.symlink_to(source)
    if name == "hard.csv":
        target.hardlink_to(source)
    if name == "begun.csv":
        source = source.rename(source.with_name("begun.csv.part"))
    with pytest.raises(InvalidInput, match="the file of addresses itself"):
        locate_file(source, target, gazetteer, "gr")
    assert source.read_text(encoding="utf-8") == ROWS


def test_only_files_are_replaced(gazetteer: Gazetteer, source: Path) -> None:
    folder, queue, device = (source.with_name(name) for name in ("folder", "queue", "device"))
    folder.mkdir()
    os.mkfifo(queue)
    device.symlink_to("/dev/null")
    for target in (folder, queue, device):
        with pytest.raises(InvalidInput, match="no file that could be replaced"):
            locate_file(source, target, gazetteer, "gr")
        assert not target.is_file()
    with pytest.raises(InvalidInput, match="no such folder"):
        locate_file(source, source.with_name("none") / "out.csv", gazetteer, "gr")
    with pytest.raises(InvalidInput, match="no such file"):
        locate_file(source.with_name("none.csv"), source, gazetteer, "gr")


def test_only_its_owner_may_read_the_result(gazetteer: Gazetteer, source: Path) -> None:
    target = source.with_name("out.csv")
    target.write_text("from before")
    target.chmod(0o644)
    locate_file(source, target, gazetteer, "gr")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "\t", "\r"])
def test_no_cell_is_run_by_a_spreadsheet(gazetteer: Gazetteer, source: Path, sign: str) -> None:
    source.write_text(f'id,address\n"{sign}1",Βέροια\n', encoding="utf-8", newline="")
    target = source.with_name("out.csv")
    locate_file(source, target, gazetteer, "gr")
    with target.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["id"] == f"'{sign}1"
    assert not row["lat"].startswith("'")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('1,Βέροια\n2,"Βέροια\n3,Βέροια\n4,Βέροια\n', "line 3: .* a quote"),
        ('1,"Βέροια\n2,"Βέροια"\n', "line 2: .* a quote"),
        ('1,Βέροια\n2,"' + "Βέροια\n" * 30 + '"\n', "line 3: .* a quote"),
        ("1,Βέροια\n2,Βέροια\n1,Βέροια\n", "line 4: has the id of line 2"),
    ],
)
def test_rows_that_would_be_lost_are_named(
    gazetteer: Gazetteer, source: Path, rows: str, told: str
) -> None:
    source.write_text("id,address\n" + rows, encoding="utf-8")
    with pytest.raises(InvalidInput, match=told):
        locate_file(source, source.with_name("out.csv"), gazetteer, "gr")
    assert [path.name for path in source.parent.iterdir()] == ["in.csv"]


def test_a_second_run_on_the_same_result_is_refused(gazetteer: Gazetteer, source: Path) -> None:
    target = source.with_name("out.csv")
    refused: list[str] = []

    def again(done: int, total: int) -> None:
        with pytest.raises(InvalidInput) as caught:
            locate_file(source, target, gazetteer, "gr")
        refused.append(str(caught.value))

    assert locate_file(source, target, gazetteer, "gr", progress=again).rows == 2
    assert len(refused) == 1 and "Another run is writing" in refused[0]
