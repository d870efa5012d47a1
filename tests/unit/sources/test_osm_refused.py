"""Files that are no map, half of one, or far more than one: refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import osmium
import pytest

from geo import loading
from geo.errors import InvalidInput, SourceRejected
from geo.sources.batch import read_with
from geo.sources.source import load
from tests.unit.sources.drawn_map import HOUSE, Map, toyland


@pytest.fixture
def toy() -> Map:
    return toyland()


def refused(path: Path) -> str:
    with pytest.raises(SourceRejected) as caught:
        read_with(load("osm_extract").of_country("xx"), path)
    return str(caught.value)


def _pbf(toy: Map, folder: Path, **header: str) -> Path:
    """The map as PBF, padded with nodes so that it has something to be cut off."""
    for number in range(20_000):
        toy.nodes.append(
            f'<node id="{1_000_000 + number}" version="1" lat="{50 + (number * 7919 % 9973) / 9973:.7f}"'
            f' lon="{10 + (number * 104_729 % 9967) / 9967:.7f}"/>'
        )
    source = toy.write(folder / "whole.osm")
    target = folder / "whole.osm.pbf"
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for entity in osmium.FileProcessor(str(source)):
            writer.add(entity)
    return target


def test_a_whole_pbf_is_read_and_a_truncated_one_is_refused(toy: Map, tmp_path: Path) -> None:
    toy.node(9001, 10, 10, **HOUSE)
    whole = _pbf(toy, tmp_path)
    source = load("osm_extract").of_country("xx")
    assert read_with(source, whole).counts["house_numbers"] == 1
    content = whole.read_bytes()
    for length in (100, len(content) // 2, len(content) - 1):
        cut = tmp_path / "cut.osm.pbf"
        cut.write_bytes(content[:length])
        said = refused(cut)
        assert "cut.osm.pbf: it cannot be read to its end as OpenStreetMap data" in said
        assert "Fetch it again" in said


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.osm.pbf", b"", "empty"),
        ("text.osm.pbf", b"country,point\nAT,1\n" * 500, "cannot be read to its end"),
        ("page.osm", b"<html><body>Not found</body></html>", "cannot be read to its end"),
        ("noise.osm.pbf", bytes(range(256)) * 50, "cannot be read to its end"),
        ("half.osm", b'<?xml version="1.0"?><osm version="0.6"><node id="1"', "cannot be read"),
        ("list.txt", b"hello", "cannot be read to its end"),
        ("nothing.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', "at least 1 objects"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert why in refused(path)


def test_a_missing_file_and_no_file_are_refused(tmp_path: Path) -> None:
    assert "nothing.osm.pbf" in refused(tmp_path / "nothing.osm.pbf")
    with pytest.raises(InvalidInput, match="needs a file"):
        read_with(load("osm_extract").of_country("xx"), None)


def test_a_history_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.osh"
    path.write_text(
        '<?xml version="1.0"?><osm version="0.6">'
        '<node id="1" version="1" visible="true" lat="1" lon="1"><tag k="place" v="town"/></node>'
        '<node id="1" version="2" visible="false"><tag k="place" v="town"/></node></osm>'
    )
    assert "it holds the history of its objects" in refused(path)
    path.rename(tmp_path / "history.osm")
    assert "deleted objects" in refused(tmp_path / "history.osm")


def test_a_map_of_the_world_is_refused(toy: Map, tmp_path: Path) -> None:
    path = toy.write(tmp_path / "world.osm")
    text = path.read_text()
    box = '<osm version="0.6"><bounds minlat="-85" minlon="-180" maxlat="85" maxlon="180"/>'
    path.write_text(text.replace('<osm version="0.6">', box))
    said = refused(path)
    assert "covers longitude -180 to 180, latitude -85 to 85: far more than a country" in said
    assert "osmium extract" in said


def test_a_file_that_is_not_sorted_is_refused(toy: Map, tmp_path: Path) -> None:
    for number in range(30):
        toy.box(100 + number, number, 0, number + 0.5, 1, building="yes", **HOUSE)
    said = refused(toy.write(tmp_path / "unsorted.osm", first="ways"))
    assert "osmium sort" in said


def test_a_file_in_which_nothing_can_be_looked_up_is_refused(tmp_path: Path) -> None:
    empty = toyland()
    empty.nodes.clear()
    empty.ways.clear()
    empty.relations.clear()
    empty.node(9001, 10, 10, amenity="bench")
    assert "no house number, no street and no place" in refused(empty.write(tmp_path / "bare.osm"))


def test_a_map_of_another_country_is_refused(toy: Map, tmp_path: Path) -> None:
    toy.node(9001, 10, 10, **HOUSE)
    path = toy.write(tmp_path / "toy.osm")
    with pytest.raises(SourceRejected, match="outside of the country 'gr'") as caught:
        read_with(load("osm_extract").of_country("gr"), path)
    assert "--country" in str(caught.value)


def test_a_file_without_boundaries_loads_and_says_so(
    toy: Map, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one is that was cut between nodes and relations, where nothing tells that it was."""
    toy.node(9001, 10, 10, **HOUSE)
    toy.relations.clear()
    source = load("osm_extract").of_country("xx")
    batch = read_with(source, toy.write(tmp_path / "no-boundaries.osm"))
    none = batch.frames["areas"].iloc[:0]
    monkeypatch.setattr(loading.areas, "areas_of_others", lambda *_: none)
    frames, notes = loading._by_areas(cast(Any, None), dict(batch.frames), batch.notes, source)
    assert "level" in frames["areas"] and frames["houses"]["area_code"].isna().all()
    assert any("nothing of it has a municipality" in note for note in notes)
