"""Travel times kept as files: read again, made anew where a file is broken, named without a place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo import travel_times
from geo.analysis.travel.costs import RoadCosts
from geo.analysis.travel.network import RoadNetwork
from geo.travel_times import kept_or_made
from tests.unit.analysis.lanes import LAT, LON, grid

PLACES = np.array([[LON, LAT], [LON + 0.0021, LAT + 0.001], [LON + 9, LAT]])


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(5, 5, 3, closed=0.0)


def ask(network: RoadNetwork, folder: Path, said: list[str], minutes: float = 30) -> RoadCosts:
    return kept_or_made(
        network, PLACES, PLACES[::-1], mode="car", threshold_minutes=minutes, snap_limit_m=200,
        folder=folder, said=said.append,
    )  # fmt: skip


def same(one: RoadCosts, other: RoadCosts) -> bool:
    assert (one.cost != other.cost).nnz == 0 and one.cost.nnz == other.cost.nnz
    for name in ("unroutable_origins", "unroutable_sites", "apart_origins"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    return one.unroutable_share == other.unroutable_share


def test_what_was_computed_is_read_again(
    network: RoadNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    first = ask(network, tmp_path, said)
    assert first.cost.nnz == 4
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    ask(network, tmp_path, said, minutes=20)
    assert len(list(tmp_path.iterdir())) == 2

    def never(*_: object, **__: object) -> RoadCosts:
        raise AssertionError("it was computed again")

    monkeypatch.setattr(travel_times, "road_costs", never)
    assert same(ask(network, tmp_path, said), first)
    assert said == []


def test_a_broken_file_is_made_anew_and_that_is_said(network: RoadNetwork, tmp_path: Path) -> None:
    said: list[str] = []
    first = ask(network, tmp_path, said)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    changed = bytearray(whole)
    # Inside of the minutes: the checksum of the array tells.
    where = whole.index(first.cost.data.tobytes())
    changed[where] ^= 1
    broken = [b"", b"no zip", whole[: len(whole) // 2], bytes(changed)]
    for content in broken:
        file.write_bytes(content)
        assert same(ask(network, tmp_path, said), first)
        assert file.read_bytes() != content
    assert len(said) == len(broken)
    assert all("are broken" in each and "made anew" in each for each in said)
    said.clear()
    assert same(ask(network, tmp_path, said), first)
    assert said == []


def test_a_file_under_another_name_is_not_taken(network: RoadNetwork, tmp_path: Path) -> None:
    said: list[str] = []
    ask(network, tmp_path, said)
    (file,) = tmp_path.iterdir()
    other = tmp_path / "other"
    second = ask(network, other, said, minutes=1)
    (wanted,) = other.iterdir()
    wanted.write_bytes(file.read_bytes())
    assert same(ask(network, other, said, minutes=1), second)
    assert len(said) == 1


def test_nothing_is_kept_without_a_folder_or_half_written(
    network: RoadNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = kept_or_made(
        network, PLACES, PLACES, mode="car", threshold_minutes=9, snap_limit_m=9, folder=None
    )
    assert found.cost.shape == (3, 3)

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        ask(network, tmp_path, [])
    assert list(tmp_path.iterdir()) == []
