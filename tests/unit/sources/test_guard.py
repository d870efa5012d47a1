"""Nothing is opened that is too large, unsafe or not there."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from conftest import TOYLAND

from geo.errors import SourceRejected
from geo.sources import guard
from geo.sources.guard import check_file, point_problem
from geo.sources.source import Bounds, load_folder

SOURCE = load_folder(TOYLAND / "toyland_areas")
BOUNDS = Bounds(24, 35, 26, 37)


def refusal(path: Path) -> str:
    with pytest.raises(SourceRejected) as caught:
        check_file(path, SOURCE)
    return str(caught.value.problems[0])


def zip_with(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_missing_and_empty_files(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.csv")
    (tmp_path / "empty.csv").touch()
    assert "the file is empty" in refusal(tmp_path / "empty.csv")


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FILE_BYTES", 10)
    (tmp_path / "large.csv").write_bytes(b"x" * 11)
    assert "11 bytes, more than the 10 allowed" in refusal(tmp_path / "large.csv")


def test_a_zip_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "bomb.zip", areas=b"\0" * 5_000_000)
    assert "unpacks to 5,000,000 bytes" in refusal(path)


def test_a_zip_with_too_many_entries(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "many.zip", **{f"e{i}": b"x" for i in range(201)})
    assert "201 entries" in refusal(path)


@pytest.mark.parametrize("name", ["../areas.shp", "/etc/areas.shp", "a\\..\\..\\areas.shp"])
def test_a_zip_that_points_outside_of_itself(tmp_path: Path, name: str) -> None:
    path = tmp_path / "outside.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    assert "points outside of it" in refusal(path)


def test_a_damaged_zip(tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    path.write_bytes(b"PK\x03\x04" + b"x" * 50)
    assert "damaged" in refusal(path)


def test_points() -> None:
    assert point_problem(25, 36, BOUNDS) == ("", "")
    assert point_problem(24, 35, BOUNDS) == ("", "")
    assert "not finite" in point_problem(float("nan"), 36, BOUNDS)[0]
    assert "not finite" in point_problem(25, float("inf"), None)[0]
    assert "swapped" in point_problem(36, 25, BOUNDS)[0]
    assert "outside the country" in point_problem(0, 0, BOUNDS)[0]
