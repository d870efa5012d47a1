"""The gazetteer by country and source: a second load touches only what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo import loading
from geo.db.engine import transaction
from geo.db.reload import Reload
from geo.errors import InvalidInput, SourceRejected
from geo.registers.areas import store as areas
from geo.registers.gazetteer import store
from geo.settings import Settings
from tests.unit.sources.drawn_map import HOUSE, Map

SOURCE = {
    "title": "t", "titles": {}, "notices": {}, "publisher": "p", "licence": "l", "attribution": "a",
    "reference_date": None, "official": False, "derived": False, "synthetic": False, "scope": None,
    "counts": {}, "notes": [], "sha256": "",
}  # fmt: skip


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with transaction(engine, "job") as made:
        for name in ("one", "two"):
            areas.put_source(made, {"id": name, **SOURCE})
        yield made


def houses(*numbers: str, street: str = "A") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "external_id": [f"n{number}" for number in numbers],
            "street": street,
            "place": None,
            "postcode": None,
            "area_code": "M1",
            "number": numbers,
            "surveyed": True,
            "lat": 47.0,
            "lon": [9.0 + place / 100 for place in range(len(numbers))],
        }
    )


def rows(connection: Connection) -> dict[str, tuple[int, str]]:
    found = connection.execute(sa.text("SELECT external_id, id, number FROM base.house"))
    return {row.external_id: (row.id, row.number) for row in found}


def test_only_what_changed_is_written(connection: Connection) -> None:
    first = houses("1", "2", "3")
    assert store.put_houses(connection, first, "one", "xx") == Reload(added=3)
    before = rows(connection)
    assert store.put_houses(connection, first, "one", "xx") == Reload(unchanged=3)
    second = houses("1", "2", "4")
    second.loc[1, "number"] = "2A"
    changes = store.put_houses(connection, second, "one", "xx")
    assert changes == Reload(added=1, changed=1, removed=1, unchanged=1)
    assert changes.rows == 3
    after = rows(connection)
    # The same rows, not rows put anew: their numbers stay.
    assert after["n1"] == before["n1"]
    assert after["n2"] == (before["n2"][0], "2A")
    assert after.keys() == {"n1", "n2", "n4"}


def test_a_moved_point_is_a_change(connection: Connection) -> None:
    frame = houses("1", "2")
    store.put_houses(connection, frame, "one", "xx")
    frame.loc[0, "lon"] += 1e-7
    assert store.put_houses(connection, frame, "one", "xx") == Reload(changed=1, unchanged=1)
    kept = store.frames(connection, "xx").houses
    assert kept["lon"].tolist() == frame["lon"].tolist()


def test_sources_and_countries_do_not_touch_each_other(connection: Connection) -> None:
    store.put_houses(connection, houses("1", "2"), "one", "xx")
    store.put_houses(connection, houses("1"), "two", "xx")
    store.put_houses(connection, houses("1"), "one", "yy")
    gone = store.put_houses(connection, houses().assign(number="", lat=0.0), "one", "xx")
    assert gone == Reload(removed=2)
    assert store.frames(connection, "xx").houses["source_id"].tolist() == ["two"]
    assert len(store.frames(connection, "yy").houses) == 1


def test_a_key_that_stands_twice_is_refused(connection: Connection) -> None:
    with pytest.raises(InvalidInput, match="'n1' as external_id more than once"):
        store.put_houses(connection, houses("1", "1"), "one", "xx")


def test_streets_without_keys_are_known_by_postcode_and_name(connection: Connection) -> None:
    frame = pd.DataFrame(
        {
            "name": ["A", "A", "B"],
            "postcode": ["1", "1", None],
            "area_code": None,
            **{f"{s}_{e}": [1, 3, None] for s in ("odd", "even") for e in ("from", "to")},
            "lat": 47.0,
            "lon": 9.0,
        }
    )
    assert store.put_streets(connection, frame, "one", "xx") == Reload(added=3)
    frame.loc[1, "odd_to"] = 9
    changes = store.put_streets(connection, frame.iloc[:2], "one", "xx")
    assert changes == Reload(changed=1, unchanged=1, removed=1)
    read = store.frames(connection, "xx").streets
    assert read["external_id"].tolist() == ["1/A", "1/A#2"]
    assert read["odd_to"].tolist() == [1, 9]
    assert read["lines"].tolist() == [None, None]


def test_every_frame_comes_back_as_it_was_given(connection: Connection) -> None:
    lines = shapely.MultiLineString([[(9, 47), (9.1, 47)], [(9.2, 47), (9.3, 47)]])
    street = {"external_id": "w1", "name": "A", "alternate_names": ["B", "Γ"], "place": "Q"}
    street |= {"postcode": "1", "area_code": "M1", "lat": 47.0, "lon": 9.05, "lines": lines}
    street |= dict.fromkeys(store.HOUSE_NUMBERS)
    store.put_streets(connection, pd.DataFrame([street]), "one", "xx")
    point = gpd.GeoSeries.from_xy([9.5], [47.5], crs=4326)
    postcode = {"postcode": ["1"], "name": ["Q"], "area_code": ["M1"], "placed_by": ["houses"]}
    store.put_postcodes(connection, gpd.GeoDataFrame(postcode, geometry=point), "one", "xx")
    settlement = {"external_id": "n1", "name": "Z", "kind": "hamlet", "population": None}
    settlement |= {"area_code": "M1", "parent": "M", "unit": "U"}
    frame = gpd.GeoDataFrame([settlement | {"alternate_names": []}], geometry=point)
    store.put_settlements(connection, frame, "one", "xx")
    spot = {"external_id": "n2", "name": "S", "alternate_names": ["T"], "kind": "park"}
    frame = gpd.GeoDataFrame([spot | {"area_code": None}], geometry=point)
    store.put_spots(connection, frame, "one", "xx")
    read = store.frames(connection, "xx")
    one = read.streets.iloc[0]
    assert one["lines"].equals(lines) and one["alternate_names"] == ["B", "Γ"]
    assert one[["external_id", "place", "lat", "lon"]].tolist() == ["w1", "Q", 47.0, 9.05]
    assert read.streets["odd_from"].dtype == "Int64" and pd.isna(one["odd_from"])
    assert read.postcodes.iloc[0][["postcode", "placed_by"]].tolist() == ["1", "houses"]
    assert read.postcodes.geometry.iloc[0].coords[0] == (9.5, 47.5)
    assert read.settlements.iloc[0][["kind", "parent", "unit"]].tolist() == ["hamlet", "M", "U"]
    assert read.settlements["population"].isna().all()
    assert read.spots.iloc[0][["kind", "alternate_names"]].tolist() == ["park", ["T"]]
    assert not read.empty and store.frames(connection, "yy").empty
    assert store.frames(connection, "yy").streets.columns.tolist() == read.streets.columns.tolist()


def test_the_version_names_the_content(connection: Connection) -> None:
    def load(frame: pd.DataFrame) -> str:
        store.put_houses(connection, frame, "one", "xx")
        store.refresh(connection, "xx")
        return store.version(connection, "xx")

    empty = store.version(connection, "xx")
    first = load(houses("1", "2"))
    assert load(houses("1", "2").iloc[::-1]) == first
    other = load(houses("1", "2", street="B"))
    assert len({empty, first, other, store.version(connection, "yy")}) == 4
    assert load(houses("1", "2")) == first
    assert store.counts(connection, "xx") == {"houses": 2}
    assert store.listed(connection)["source_id"].tolist() == ["one"]
    store.put_houses(connection, houses().assign(number="", lat=0.0), "one", "xx")
    store.refresh(connection, "xx")
    assert store.version(connection, "xx") == empty
    assert store.listed(connection, "xx").empty


# -- from a file into the database -------------------------------------------------------------


def toy(second: str = "2") -> Map:
    made = Map()
    made.area(1, 8, 0, 0, 65, 80, name="West", name__de="Westen", ref__LAU="X1")
    made.node(9001, 10, 10, **HOUSE)
    made.node(9002, 12, 10, **HOUSE | {"addr__housenumber": second})
    made.way(51, 9001, 9002, highway="residential", name="Hauptstr.")
    return made


def load(engine: Engine, settings: Settings, path: Path, country: str = "xx") -> loading.Loaded:
    return loading.load(engine, settings, "osm_extract", path, country=country)


def test_an_extract_is_loaded_and_loaded_again(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    path = toy().write(tmp_path / "toy.osm")
    first = load(engine, settings, path)
    assert first.source_id == "osm_extract_xx"
    assert first.changes["houses"] == Reload(added=2)
    with transaction(engine, "job") as connection:
        version = store.version(connection, "xx")
        frames = store.frames(connection, "xx")
        listed = store.listed(connection, "xx").iloc[0]
    assert frames.areas[["code", "level", "name_de"]].to_numpy().tolist() == [
        ["X1", "municipality", "Westen"]
    ]
    assert frames.houses["area_code"].tolist() == ["X1", "X1"]
    assert listed["counts"] == {"areas": 1, "area_names": 2, "houses": 2, "streets": 1}
    assert listed["licence"] == "ODbL 1.0"
    again = load(engine, settings, path)
    assert again.changes["houses"] == Reload(unchanged=2)
    assert again.changes["streets"] == Reload(unchanged=1)
    third = load(engine, settings, toy(second="4").write(path))
    assert third.changes["houses"] == Reload(changed=1, unchanged=1)
    with transaction(engine, "job") as connection:
        assert store.version(connection, "xx") != version
        load_other = store.version(connection, "yy")
    load(engine, settings, path, "yy")
    with transaction(engine, "job") as connection:
        assert store.version(connection, "yy") != load_other
        assert len(store.frames(connection, "xx").houses) == 2


def test_a_file_that_breaks_off_leaves_the_old_gazetteer(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    path = toy().write(tmp_path / "toy.osm")
    load(engine, settings, path)
    with transaction(engine, "job") as connection:
        version = store.version(connection, "xx")
    whole = path.read_text()
    for content in (whole[: len(whole) // 2], "", "<html>"):
        path.write_text(content)
        with pytest.raises(SourceRejected):
            load(engine, settings, path)
    with transaction(engine, "job") as connection:
        assert store.version(connection, "xx") == version
        assert store.counts(connection, "xx")["houses"] == 2


def test_an_edition_of_less_than_half_is_refused_unless_asked_for(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    made = toy()
    for number in range(600):
        made.node(20_000 + number, 10, 10, **HOUSE | {"addr__housenumber": str(number)})
    path = made.write(tmp_path / "toy.osm")
    load(engine, settings, path)
    toy().write(path)
    with pytest.raises(SourceRejected, match="it has 2 houses, the edition loaded last had 602"):
        load(engine, settings, path)
    with transaction(engine, "job") as connection:
        assert store.counts(connection, "xx")["houses"] == 602
    loaded = loading.load(engine, settings, "osm_extract", path, country="xx", smaller=True)
    assert loaded.changes["houses"] == Reload(removed=600, unchanged=2)


def test_municipalities_of_another_source_decide(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    official = gpd.GeoDataFrame(
        {
            "code": ["9999"],
            "level": "municipality",
            "parent_code": None,
            "country": "xx",
            "name_el": None,
            "name_en": "Official",
            "geometry_kind": "official",
        },
        geometry=[shapely.MultiPolygon([shapely.box(10, 52, 10.065, 52.08)])],
        crs=4326,
    )
    path = toy().write(tmp_path / "toy.osm")
    load(engine, settings, path)
    with transaction(engine, "job") as connection:
        areas.put_source(connection, {"id": "one", **SOURCE})
        areas.put_areas(connection, official, "one")
    loaded = load(engine, settings, path)
    assert loaded.changes["houses"] == Reload(changed=2)
    assert "placed in the 1 municipalities that other sources brought" in loaded.notes
    with transaction(engine, "job") as connection:
        frames = store.frames(connection, "xx")
    assert frames.areas["code"].tolist() == ["9999"]
    assert frames.houses["area_code"].tolist() == ["9999"] * 2
    assert frames.streets["area_code"].tolist() == ["9999"]


def test_the_country_must_be_said(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    path = toy().write(tmp_path / "toy.osm")
    with pytest.raises(InvalidInput, match="can be of any country"):
        loading.load(engine, settings, "osm_extract", path)
    with pytest.raises(InvalidInput, match="not a country's code"):
        load(engine, settings, path, "Liechtenstein")
    with pytest.raises(InvalidInput, match="is of the country gr"):
        loading.load(engine, settings, "gr_municipalities", path, country="pl")
