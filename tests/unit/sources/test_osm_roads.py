"""Roads out of tiny maps written by hand; expected lengths and times follow from the maps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from geo.errors import InvalidInput, SourceRejected
from geo.sources.batch import Batch, read_with
from geo.sources.osm_roads.rules import MODES, SHUT, Pace, barred_at, ferry_minutes, paces, rules
from geo.sources.source import load
from tests.conftest import shared_data
from tests.unit.sources.drawn_map import LAT, LON, Map

GEOD = Geod(ellps="WGS84")
STREET = {"highway": "residential"}


def read(made: Map, folder: Path) -> Batch:
    return read_with(load("osm_roads").of_country("xx"), made.write(folder / "toy.osm"))


def metres(*places: tuple[float, float]) -> float:
    """Along places in thousandths of degrees, on the ellipsoid."""
    east, north = zip(*places, strict=True)
    return float(
        GEOD.line_length(
            [LON + each / 1000 for each in east], [LAT + each / 1000 for each in north]
        )
    )


def pieces(batch: Batch) -> pd.DataFrame:
    """The pieces with the places of their ends, in thousandths of degrees."""
    nodes, found = batch.frames["road_nodes"], batch.frames["road_pieces"].copy()
    for end in ("tail", "head"):
        east = ((nodes["lon"] - LON) * 1000).round(3).to_numpy()[found[end]]
        north = ((nodes["lat"] - LAT) * 1000).round(3).to_numpy()[found[end]]
        found[end] = list(zip(east, north, strict=True))
    return found


@pytest.fixture
def cross() -> Map:
    """A street from west to east with a bend, another from south to north through its middle."""
    made = Map()
    for number, (east, north) in enumerate([(0, 0), (10, 0), (20, 0), (30, 5), (40, 0)]):
        made.node(1 + number, east, north)
    made.node(10, 20, -20)
    made.node(11, 20, 20)
    made.way(1, 1, 2, 3, 4, 5, **STREET)
    made.way(2, 10, 3, 11, **STREET, oneway="yes", maxspeed="50")
    return made


def test_pieces_run_between_junctions_and_bends(cross: Map, tmp_path: Path) -> None:
    found = pieces(read(cross, tmp_path))
    ends = {tuple(sorted(each)) for each in zip(found["tail"], found["head"], strict=True)}
    # The node at 10 lies on a straight line and is left out; the bend at 30 stays.
    assert ends == {
        ((0, 0), (20, 0)), ((20, 0), (30, 5)), ((30, 5), (40, 0)),
        ((20, -20), (20, 0)), ((20, 0), (20, 20)),
    }  # fmt: skip
    whole = metres((0, 0), (20, 0), (30, 5), (40, 0)) + metres((20, -20), (20, 20))
    assert found["metres"].sum() == pytest.approx(whole, rel=1e-4)


def test_a_road_that_is_straightened_keeps_its_length(tmp_path: Path) -> None:
    made = Map()
    wiggle = [(each, 0.02 * (each % 2)) for each in range(9)]
    for number, place in enumerate(wiggle):
        made.node(1 + number, *place)
    made.way(1, *range(1, 10), **STREET)
    found = pieces(read(made, tmp_path))
    assert len(found) == 1
    assert found["metres"][0] == pytest.approx(metres(*wiggle), abs=1e-6)
    assert found["metres"][0] > metres(wiggle[0], wiggle[-1]) + 0.25


def test_times_by_mode_and_direction(cross: Map, tmp_path: Path) -> None:
    found = pieces(read(cross, tmp_path)).set_index("tail")
    north = found.loc[[(20, -20)]].iloc[0]
    assert north["car_there"] == pytest.approx(north["metres"] * 0.06 / 40)
    assert north["car_back"] == np.inf
    assert north["walk_there"] == north["walk_back"] == pytest.approx(north["metres"] * 0.06 / 4.5)
    assert north["reduced_mobility_back"] == pytest.approx(north["metres"] * 0.06 / 2.9)
    east = found.loc[[(0, 0)]].iloc[0]
    assert east["car_there"] == east["car_back"] == pytest.approx(east["metres"] * 0.06 / 25)


def test_a_circle_keeps_its_bends_and_goes_round_once(tmp_path: Path) -> None:
    made = Map()
    made.box(5, 0, 0, 10, 10, highway="primary", junction="roundabout")
    found = pieces(read(made, tmp_path))
    assert len(found) == 4
    assert np.isfinite(found["car_there"]).all() and np.isinf(found["car_back"]).all()
    assert np.isfinite(found["walk_back"]).all()


def test_a_bollard_parts_the_road_for_cars_only(tmp_path: Path) -> None:
    made = Map()
    for number in range(5):
        made.node(1 + number, number * 10, 0, **({"barrier": "bollard"} if number == 2 else {}))
    made.way(1, 1, 2, 3, 4, 5, **STREET)
    frames = read(made, tmp_path).frames
    found, at = frames["road_pieces"], pieces(read(made, tmp_path))
    through = found["metres"] == 0
    assert through.sum() == 2
    assert set(at.loc[through, "tail"]) == {(20, 0)}
    assert np.isinf(found.loc[through, ["car_there", "car_back"]]).all(axis=None)
    assert (found.loc[through, ["walk_there", "reduced_mobility_back"]] == 0).all(axis=None)
    # Both halves are open to cars, and no node joins them.
    halves = found[~through & np.isfinite(found["car_there"])]
    assert len(halves) == 2
    assert not set(halves.iloc[0][["tail", "head"]]) & set(halves.iloc[1][["tail", "head"]])


def test_a_ferry_takes_what_it_says_over_its_whole_length(tmp_path: Path) -> None:
    made = Map()
    for number, place in enumerate([(0, 0), (10, 5), (40, 0)]):
        made.node(1 + number, *place)
    made.way(1, 1, 2, 3, route="ferry", duration="01:30", motor_vehicle="no")
    batch = read(made, tmp_path)
    found = batch.frames["road_pieces"]
    assert found["walk_there"].sum() == pytest.approx(90)
    assert found["walk_back"].sum() == pytest.approx(90)
    assert np.isinf(found["car_there"]).all()
    assert "1 ferries, 1 of them with a duration" in batch.notes
    made.way(2, 1, 3, route="ferry")
    second = read(made, tmp_path).frames["road_pieces"]
    untimed = second[np.isfinite(second["car_there"])].iloc[0]
    assert untimed["car_there"] == pytest.approx(untimed["metres"] * 0.06 / 20)


def test_a_part_too_small_is_closed_and_counted(cross: Map, tmp_path: Path) -> None:
    cross.node(20, 100, 0)
    cross.node(21, 102, 0)
    cross.way(9, 20, 21, **STREET)
    batch = read(cross, tmp_path)
    assert len(batch.frames["road_pieces"]) == 5
    assert len(batch.frames["road_nodes"]) == 6
    assert any(note.startswith("car: ") and "0.1 km left out" in note for note in batch.notes)


@pytest.mark.parametrize(
    ("tags", "car", "walk", "reduced"),
    [
        ({"highway": "residential"}, (25, 25), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "residential", "maxspeed": "30 mph"}, (38.624, 38.624), None, None),
        ({"highway": "secondary", "maxspeed": "RO:urban"}, (40, 40), None, None),
        ({"highway": "primary", "maxspeed": "none"}, (65, 65), None, None),
        ({"highway": "primary", "maxspeed": "0"}, (65, 65), None, None),
        (
            {"highway": "primary", "maxspeed": "80", "maxspeed:backward": "50"},
            (64, 40), None, None,
        ),
        ({"highway": "residential", "oneway": "yes"}, (25, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "residential", "oneway": "-1"}, (0, 25), (4.5, 4.5), None),
        ({"highway": "residential", "oneway": "reversible"}, (0, 0), (4.5, 4.5), None),
        (
            {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"},
            (25, 0), (4.5, 4.5), None,
        ),
        ({"highway": "residential", "oneway:foot": "yes"}, (25, 25), (4.5, 0), (2.9, 0)),
        ({"highway": "tertiary", "junction": "roundabout"}, (40, 0), (4.5, 4.5), None),
        ({"highway": "motorway"}, (90, 0), (0, 0), (0, 0)),
        ({"highway": "motorway", "oneway": "no"}, (90, 90), (0, 0), (0, 0)),
        ({"highway": "trunk", "foot": "yes"}, (85, 85), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "primary", "motorroad": "yes"}, (65, 65), (0, 0), (0, 0)),
        ({"highway": "residential", "access": "private"}, (0, 0), (0, 0), (0, 0)),
        ({"highway": "residential", "access": "no", "foot": "yes"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "residential", "access": "destination"}, (25, 25), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "residential", "vehicle": "no"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        (
            {"highway": "service", "vehicle": "no", "motorcar": "yes"},
            (15, 15), (4.5, 4.5), None,
        ),
        ({"highway": "footway"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, (10, 10), (4.5, 4.5), None),
        ({"highway": "track"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "track", "tracktype": "grade1"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "path"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "path", "surface": "asphalt"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "path", "wheelchair": "yes"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "steps"}, (0, 0), (2.2, 2.2), (0, 0)),
        ({"highway": "steps", "ramp:wheelchair": "yes"}, (0, 0), (2.2, 2.2), (2.9, 2.9)),
        ({"highway": "footway", "wheelchair": "no"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "footway", "wheelchair": "limited"}, (0, 0), (4.5, 4.5), (2, 2)),
        ({"highway": "footway", "surface": "gravel"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "footway", "surface": "compacted"}, (0, 0), (4.5, 4.5), (2, 2)),
        ({"highway": "footway", "smoothness": "very_bad"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "footway", "incline": "-8%"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "footway", "incline": "6%"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"highway": "footway", "incline": "4°"}, (0, 0), (4.5, 4.5), (0, 0)),
        ({"highway": "footway", "incline": "up"}, (0, 0), (4.5, 4.5), (2.9, 2.9)),
        ({"route": "ferry"}, (20, 20), (20, 20), (20, 20)),
        ({"route": "ferry", "motor_vehicle": "no", "wheelchair": "no"}, (0, 0), (20, 20), (0, 0)),
        ({"route": "ferry", "oneway": "yes"}, (20, 0), (20, 0), (20, 0)),
    ],
)  # fmt: skip
def test_what_tags_mean(
    tags: dict[str, str],
    car: tuple[float, float],
    walk: tuple[float, float] | None,
    reduced: tuple[float, float] | None,
) -> None:
    for found, expected in zip(paces(tags), (car, walk, reduced), strict=True):
        if expected is not None:
            assert Pace(*(each or 0 for each in found)) == pytest.approx(expected, abs=1e-3), tags


@pytest.mark.parametrize(
    ("tags", "shut"),
    [
        ({"barrier": "bollard"}, {"car"}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, set(MODES)),
        ({"barrier": "gate", "motor_vehicle": "no"}, {"car"}),
        ({"barrier": "stile"}, {"car", "reduced_mobility"}),
        ({"barrier": "kissing_gate", "foot": "yes"}, {"car", "reduced_mobility"}),
        ({"kerb": "raised"}, {"reduced_mobility"}),
        ({"kerb": "raised", "wheelchair": "yes"}, set()),
        ({"kerb": "lowered"}, set()),
        ({"highway": "crossing"}, set()),
    ],
)
def test_who_passes_a_node(tags: dict[str, str], shut: set[str]) -> None:
    assert barred_at(tags) == shut


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:45", 45), ("1:30", 90), ("90", 90), ("00:10:30", 10.5), ("PT1H30M", 90),
        ("PT45M", 45), ("", None), ("about an hour", None), ("00:00", None), ("PT", None),
    ],
)  # fmt: skip
def test_durations(text: str, minutes: float | None) -> None:
    assert ferry_minutes({"duration": text} if text else {}) == minutes


def test_every_rule_says_its_source() -> None:
    told = rules()
    for name in (*MODES, "ferry"):
        assert len(getattr(told, name)["source"]) > 20
    assert told.approach_kmh() == {"car": 4.5, "walk": 4.5, "reduced_mobility": 2.9}
    assert paces({"highway": "raceway_of_no_kind"})[0] == SHUT


def test_no_file_no_road_no_osm(tmp_path: Path) -> None:
    source = load("osm_roads").of_country("xx")
    with pytest.raises(InvalidInput, match="needs a file"):
        read_with(source, None)
    made = Map()
    made.box(1, 0, 0, 1, 1, building="yes")
    with pytest.raises(SourceRejected, match="at least 1 ways, found 0"):
        read(made, tmp_path)
    made.way(9, 100, 101, highway="residential", access="no")
    with pytest.raises(SourceRejected, match="none of its ways is a road that anybody may use"):
        read(made, tmp_path)
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no map at all")
    with pytest.raises(SourceRejected, match=r"broken\.osm\.pbf: it cannot be read to its end"):
        read_with(source, broken)
    other = tmp_path / "other.osm"
    cross = Map()
    cross.node(1, 0, 0)
    cross.node(2, 10, 0)
    cross.way(1, 1, 2, **STREET)
    cross.write(other)
    with pytest.raises(SourceRejected, match="2 of 2 nodes of roads lie outside of the country"):
        read_with(load("osm_roads").of_country("gr"), other)


def test_ways_whose_nodes_are_not_in_the_file_are_parted(tmp_path: Path) -> None:
    made = Map()
    for number in (1, 2, 4, 5):
        made.node(number, number * 10, number % 2)
    made.way(1, 1, 2, 3, 4, 5, **STREET)
    batch = read(made, tmp_path)
    found = pieces(batch)
    assert [set(each) for each in zip(found["tail"], found["head"], strict=True)] == [
        {(10, 1), (20, 0)}, {(40, 0), (50, 1)},
    ]  # fmt: skip
    assert "1 ways are cut at the edge of the extract" in batch.notes


def test_liechtenstein() -> None:
    path = shared_data("osm", "liechtenstein_nominatim_apidb_test.osm.pbf")
    batch = read_with(load("osm_roads").of_country("li"), path)
    found, modes = batch.frames["road_pieces"], batch.frames["road_modes"]
    assert batch.counts["ways"] == 10_427
    assert set(modes["newest_edit"]) == {date(2021, 1, 5)}
    assert len(batch.frames["road_nodes"]) == 45_413
    assert len(found) == 49_234
    assert found["metres"].sum() / 1000 == pytest.approx(3_960, rel=0.05)
    assert (found["tail"] != found["head"]).all()
    assert not found.drop(columns=["tail", "head"]).isna().any(axis=None)
    # With reduced mobility no road takes less time than on foot.
    slower = found["reduced_mobility_there"] >= found["walk_there"] * 0.99
    assert (slower | np.isinf(found["walk_there"]) | (found["walk_there"] == 0)).mean() > 0.99
