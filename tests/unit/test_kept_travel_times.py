"""Kept travel times that were damaged anywhere, asked of other roads, or made by two at once."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from geo.analysis.travel.costs import RoadCosts, cost_key
from geo.analysis.travel.network import RoadNetwork, road_network
from geo.travel_times import kept_or_made

ASKED = {"mode": "car", "threshold_minutes": 30.0, "snap_limit_m": 500.0}
ORIGINS = np.array([[23.70, 38.0], [23.72, 38.0], [25.0, 39.0]])
SITES = np.array([[23.71, 38.01], [23.73, 38.01]])


def roads(**changed: object) -> RoadNetwork:
    given: dict = {
        "lon": [23.70, 23.71, 23.72, 23.73],
        "lat": [38.0, 38.01, 38.0, 38.01],
        "tail": [0, 1, 2],
        "head": [1, 2, 3],
        "metres": [900.0, 900.0, 900.0],
        "minutes": {"car": [[1, 1], [2, np.inf], [3, 3]]},
        "approach_kmh": {"car": 4.5},
    }
    return road_network(**{**given, **changed})


def told(found: RoadCosts) -> tuple:
    cost = found.cost
    lists = (found.unroutable_origins, found.unroutable_sites, found.apart_origins)
    return (
        cost.shape, cost.data.tolist(), cost.indices.tolist(), cost.indptr.tolist(),
        [each.tolist() for each in lists], found.unroutable_share,
    )  # fmt: skip


def test_a_file_damaged_anywhere_is_never_believed(tmp_path: Path) -> None:
    said: list[str] = []
    first = told(kept_or_made(roads(), ORIGINS, SITES, folder=tmp_path, said=said.append, **ASKED))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    damaged = [whole[:cut] for cut in range(0, len(whole), 211)]
    for at in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[at] ^= 0xFF if at % 2 else 0x09
        damaged.append(bytes(changed))
    for content in damaged:
        file.write_bytes(content)
        again = kept_or_made(roads(), ORIGINS, SITES, folder=tmp_path, said=said.append, **ASKED)
        assert told(again) == first
    # Names and times of day within the archive decide nothing: these files are still good.
    assert len(said) > len(damaged) / 2


@pytest.mark.parametrize(
    "changed",
    [
        {"lon": [23.70, 23.71, 23.72, 23.7300001]},
        {"lat": [38.0, 38.01, 38.0, 38.0100001]},
        {"head": [1, 2, 1]},
        {"tail": [0, 1, 1]},
        {"metres": [900.0, 900.0, 900.5]},
        {"minutes": {"car": [[1, 1], [2, 2], [3, 3]]}},
        {"minutes": {"car": [[1, 1], [2, np.inf], [3, 3.0000001]]}},
        {"approach_kmh": {"car": 4.6}},
    ],
)
def test_other_roads_or_speeds_have_another_name(changed: dict) -> None:
    names = [cost_key(net, ORIGINS, SITES, **ASKED) for net in (roads(), roads(**changed))]
    assert names[0] != names[1]
    assert cost_key(roads(), ORIGINS, SITES, **ASKED) == names[0]


def test_places_in_another_order_or_role_have_another_name() -> None:
    asked = [
        (ORIGINS, SITES), (ORIGINS[::-1], SITES), (ORIGINS, SITES[::-1]), (SITES, ORIGINS),
        (np.vstack([ORIGINS, SITES[:1]]), SITES[1:]), (np.zeros((0, 2)), SITES),
    ]  # fmt: skip
    names = {cost_key(roads(), *each, **ASKED) for each in asked}
    names |= {
        cost_key(roads(), ORIGINS, SITES, **{**ASKED, name: 29.0})
        for name in ("threshold_minutes", "snap_limit_m")
    }
    assert len(names) == len(asked) + 2


def make_again(file: Path) -> tuple:
    found = ()
    for _ in range(40):
        file.unlink(missing_ok=True)
        found = told(kept_or_made(roads(), ORIGINS, SITES, folder=file.parent, **ASKED))
    return found


def test_two_processes_that_make_the_same_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    first = told(kept_or_made(roads(), ORIGINS, SITES, folder=tmp_path, **ASKED))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.map(make_again, list(tmp_path.iterdir()) * 2, chunksize=1)
    assert found == [first, first]
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]
