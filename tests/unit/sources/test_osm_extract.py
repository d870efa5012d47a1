"""A gazetteer out of tiny maps written by hand; expected values follow from the maps."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
import shapely

from geo.sources import osm_file
from geo.sources.batch import read_with
from geo.sources.osm_extract import tags as meaning
from geo.sources.source import load
from tests.conftest import shared_data
from tests.unit.sources.drawn_map import HOUSE, Map, read, toyland


@pytest.fixture
def toy() -> Map:
    return toyland()


def row(frame: pd.DataFrame, external_id: str) -> pd.Series:
    found = frame[frame["external_id"] == external_id]
    assert len(found) == 1, external_id
    return found.iloc[0]


def test_houses_of_points_outlines_and_relations(toy: Map, tmp_path: Path) -> None:
    toy.node(9001, 10, 10, **HOUSE | {"addr__housenumber": "15A", "addr__postcode": "LI-9490"})
    toy.box(20, 20, 20, 22, 24, building="yes", **HOUSE)
    toy.box(21, 30, 30, 40, 40)
    toy.box(22, 31, 31, 39, 39)
    ring = [("way", 21, "outer"), ("way", 22, "inner")]
    toy.relation(30, ring, type="multipolygon", building="yes", **HOUSE)
    batch = read(toy, tmp_path)
    houses = batch.frames["houses"]
    point = row(houses, "n9001")
    assert point[["street", "number", "postcode", "area_code"]].tolist() == [
        "Hauptstr.", "15A", "9490", "X1",
    ]  # fmt: skip
    assert (point["lat"], point["lon"]) == (pytest.approx(52.01), pytest.approx(10.01))
    outline = row(houses, "w20")
    assert (outline["lat"], outline["lon"]) == (pytest.approx(52.022), pytest.approx(10.021))
    court = row(houses, "r30")
    assert not shapely.box(10.031, 52.031, 10.039, 52.039).contains(
        shapely.Point(court["lon"], court["lat"])
    )
    assert shapely.box(10.03, 52.03, 10.04, 52.04).contains(
        shapely.Point(court["lon"], court["lat"])
    )
    assert houses["surveyed"].all()
    assert batch.counts["house_numbers"] == 3


def test_a_number_without_street_is_of_its_place_or_left_out(toy: Map, tmp_path: Path) -> None:
    toy.node(9001, 10, 10, addr__housenumber="3", addr__place="Dörfli", addr__city="West")
    toy.node(9002, 11, 10, addr__housenumber="4", addr__city="West")
    toy.node(9003, 12, 10, addr__housenumber="5")
    toy.node(9004, 13, 10, addr__housenumber="6")
    members = [("node", 9004, "house"), ("node", 9003, "entrance")]
    toy.relation(31, members, type="associatedStreet", name="Langgasse")
    toy.node(9005, 14, 10, **HOUSE | {"addr__housenumber": "12; 14"})
    batch = read(toy, tmp_path)
    houses = batch.frames["houses"].set_index("external_id")[["street", "place", "number"]]
    told = {
        key: tuple(None if pd.isna(v) else v for v in values)
        for key, *values in houses.itertuples()
    }
    assert told == {
        "n9001": (None, "Dörfli", "3"),
        "n9002": (None, "West", "4"),
        "n9004": ("Langgasse", None, "6"),
        "n9005": ("Hauptstr.", None, "12"),
        "n9005#2": ("Hauptstr.", None, "14"),
    }
    assert "1 house numbers left out: neither street nor place is told" in batch.notes


def test_pieces_of_one_name_are_one_street(toy: Map, tmp_path: Path) -> None:
    for number, east in ((1, 10), (2, 12), (3, 14), (4, 16), (5, 60), (6, 62)):
        toy.node(9000 + number, east, 10)
    street = {"highway": "residential", "name": "Lange Gasse"}
    toy.way(51, 9001, 9002, **street, name__fr="Rue longue", postal_code="1000")
    toy.way(52, 9002, 9003, **street, old_name="Kuhweg")
    # Touches nothing; 1.5 thousandths (103 m) from the end of the one before.
    toy.node(9010, 15.5, 10)
    toy.way(53, 9010, 9004, highway="service", name="LANGE  gasse")
    # 3 km away: another street of the same name.
    toy.way(54, 9005, 9006, **street)
    toy.way(55, 9001, 9006, highway="bus_stop", name="Lange Gasse")
    toy.way(56, 9001, 9006, highway="residential")
    streets = read(toy, tmp_path).frames["streets"]
    assert streets["external_id"].tolist() == ["w51", "w54"]
    long = streets.iloc[0]
    assert long["name"] == "Lange Gasse"
    assert long["alternate_names"] == ["Kuhweg", "LANGE gasse", "Rue longue"]
    assert len(long["lines"].geoms) == 3
    assert long["postcode"] == "1000"
    assert long["lines"].distance(shapely.Point(long["lon"], long["lat"])) < 1e-6
    # Middle of the three pieces by length: (11 * 2 + 13 * 2 + 15.75 * 0.5) / 4.5
    assert long["lon"] == pytest.approx(10.01242, abs=1e-5)
    assert pd.isna(long["odd_from"]) and pd.isna(long["even_to"])


def test_a_street_over_the_border_is_two(toy: Map, tmp_path: Path) -> None:
    for number, east in ((1, 61), (2, 65), (3, 69)):
        toy.node(9000 + number, east, 10)
    toy.way(51, 9001, 9002, highway="residential", name="Grenzweg")
    toy.way(52, 9002, 9003, highway="residential", name="Grenzweg")
    streets = read(toy, tmp_path).frames["streets"]
    assert streets[["external_id", "area_code"]].to_numpy().tolist() == [
        ["w51", "X1"], ["w52", "osm-3"],
    ]  # fmt: skip


def test_a_street_has_the_postcode_and_the_place_of_most_of_its_houses(
    toy: Map, tmp_path: Path
) -> None:
    toy.node(9001, 10, 10)
    toy.node(9002, 14, 10)
    toy.way(51, 9001, 9002, highway="residential", name="Hauptstr.")
    toy.way(52, 9001, 9002, highway="residential", name="Nebenstr.")
    for number, postcode, city in ((3, "1000", "A"), (4, "2000", "B"), (5, "2000", "B")):
        more = {"addr__postcode": postcode, "addr__city": city}
        toy.node(9000 + number, 10, 10, **HOUSE, **more)
    toy.node(9006, 12, 12, place="village", name="Dörfli")
    streets = read(toy, tmp_path).frames["streets"].set_index("external_id")
    assert streets.loc["w51", ["postcode", "place"]].tolist() == ["2000", "B"]
    assert pd.isna(streets.at["w52", "postcode"])
    assert streets.at["w52", "place"] == "Dörfli"


def interpolated(toy: Map, kind: str, first: str, last: str, **more: str) -> None:
    toy.node(9001, 10, 10, **HOUSE | {"addr__housenumber": first})
    toy.node(9002, 10, 14)
    toy.node(9003, 10, 18, **HOUSE | {"addr__housenumber": last})
    toy.way(51, 9001, 9002, 9003, addr__interpolation=kind, **more)


def test_interpolation_fills_in_what_nobody_surveyed(toy: Map, tmp_path: Path) -> None:
    interpolated(toy, "odd", "1", "9")
    toy.node(9004, 11, 11, **HOUSE | {"addr__housenumber": "5"})
    houses = read(toy, tmp_path).frames["houses"]
    made = houses[~houses["surveyed"]]
    assert made["external_id"].tolist() == ["w51:3", "w51:7"]
    # 3 is the first of three between the ends: a quarter of the way; 7 the last of them.
    assert made["lat"].tolist() == [
        pytest.approx(52.012, abs=1e-7),
        pytest.approx(52.016, abs=1e-7),
    ]
    assert made["lon"].tolist() == [pytest.approx(10.01)] * 2
    assert made["street"].tolist() == ["Hauptstr."] * 2
    assert made["area_code"].tolist() == ["X1"] * 2
    assert houses["surveyed"].sum() == 3


@pytest.mark.parametrize(
    ("kind", "first", "last", "numbers"),
    [("all", "4", "1", ["2", "3"]), ("even", "2", "8", ["4", "6"]), ("3", "1", "10", ["4", "7"])],
)
def test_interpolations_of_every_kind(
    toy: Map, tmp_path: Path, kind: str, first: str, last: str, numbers: list[str]
) -> None:
    interpolated(toy, kind, first, last)
    houses = read(toy, tmp_path).frames["houses"]
    assert sorted(houses.loc[~houses["surveyed"], "number"]) == numbers


@pytest.mark.parametrize(
    ("kind", "first", "last", "why"),
    [
        ("odd", "1", "8", "its ends, 1 and 8, are not both odd"),
        ("alphabetic", "1a", "1f", "its kind is 'alphabetic'"),
        ("even", "2", "4002", "its ends, 2 and 4002, are more than 500 apart"),
        ("all", "12", "14a", "'14a' is no plain number"),
    ],
)
def test_an_interpolation_that_cannot_be_is_noted(
    toy: Map, tmp_path: Path, kind: str, first: str, last: str, why: str
) -> None:
    interpolated(toy, kind, first, last)
    batch = read(toy, tmp_path)
    assert batch.frames["houses"]["surveyed"].all()
    assert f"no houses were made along the interpolation w51: {why}" in batch.notes


def test_postcodes_stand_in_their_boundary_or_among_their_houses(toy: Map, tmp_path: Path) -> None:
    postal = {"type": "boundary", "boundary": "postal_code", "postal_code": "1000"}
    toy.relation(40, [("way", toy.box(40, 0, 0, 20, 20), "outer")], **postal)
    toy.node(9001, 10, 10, **HOUSE)
    for number, (east, north) in enumerate([(30, 30), (31, 33), (60, 31)]):
        more = {"addr__postcode": "2000", "addr__city": "Dörfli"}
        toy.node(9010 + number, east, north, **HOUSE, **more)
    batch = read(toy, tmp_path)
    postcodes = batch.frames["postcodes"].set_index("postcode")
    assert postcodes["placed_by"].to_dict() == {"1000": "point", "2000": "houses"}
    assert shapely.box(10, 52, 10.02, 52.02).contains(postcodes.at["1000", "geometry"])
    # The medians of 30, 31, 60 and of 30, 33, 31.
    middle = postcodes.at["2000", "geometry"]
    assert (middle.x, middle.y) == (pytest.approx(10.031), pytest.approx(52.031))
    assert postcodes.at["2000", "name"] == "Dörfli"
    assert row(batch.frames["houses"], "n9001")["postcode"] == "1000"


def test_areas_have_levels_codes_names_and_parents(toy: Map, tmp_path: Path) -> None:
    toy.area(4, 6, 0, 0, 130, 80, name="Kreis", name__de="Kreis", name__en="District")
    toy.area(5, 8, 400, 0, 410, 80, name="Ausland")
    toy.area(6, 10, 0, 0, 10, 10, name="Viertel")
    toy.ways.append('<way id="70" version="1"><nd ref="200"/><nd ref="999999"/></way>')
    open_ = {"type": "boundary", "boundary": "administrative", "admin_level": "8"}
    toy.relation(7, [("way", 70, "outer")], **open_, name="Offen")
    batch = read(toy, tmp_path)
    areas = batch.frames["areas"].set_index("code")
    assert areas["level"].to_dict() == {
        "xx": "country", "X1": "municipality", "osm-3": "municipality", "osm-4": "unit",
    }  # fmt: skip
    assert areas["parent_code"].to_dict() == {
        "xx": None, "X1": "osm-4", "osm-3": "osm-4", "osm-4": "xx",
    }  # fmt: skip
    assert areas.loc["X1", ["name_fr", "name_en"]].tolist() == ["Ouest", "West"]
    assert areas.at["osm-4", "name_en"] == "District"
    assert areas.at["X1", "geometry"].bounds == pytest.approx((10, 52, 10.065, 52.08))
    assert any(
        note.startswith("1 boundaries do not close") and note.endswith(": Offen")
        for note in batch.notes
    )


def test_settlements_once_each_with_kind_people_and_municipality(toy: Map, tmp_path: Path) -> None:
    toy.area(4, 6, 0, 0, 130, 80, name="Kreis")
    toy.node(9001, 10, 10, place="town", name="Stadt", population="12,345", name__el="Πόλη")
    toy.box(30, 8, 8, 12, 12, place="town", name="Stadt")
    toy.node(9002, 70, 10, place="isolated_dwelling", name="Hof", population="about 5")
    toy.node(9003, 71, 10, place="suburb", name="Vorstadt")
    toy.node(9004, 72, 10, place="county", name="Kreis")
    toy.node(9005, 73, 10, place="village")
    frame = read(toy, tmp_path).frames["settlements"]
    assert frame["external_id"].tolist() == ["n9001", "n9002", "n9003"]
    assert frame["kind"].tolist() == ["town", "hamlet", "quarter"]
    town = frame.iloc[0]
    assert (town["population"], town["alternate_names"]) == (12345, ["Πόλη"])
    assert town[["area_code", "parent", "unit"]].tolist() == ["X1", "West", "Kreis"]
    assert frame["population"].isna().tolist() == [False, True, True]


def test_spots_are_named_things_once_each(toy: Map, tmp_path: Path) -> None:
    toy.node(9001, 10, 10, amenity="pharmacy", name="Apotheke", alt_name="Drogerie;Apo")
    toy.node(9002, 10, 11, amenity="pharmacy")
    toy.node(9003, 12, 10, highway="bus_stop", name="Post")
    toy.node(9004, 13, 10, highway="bus_stop", name="Post")
    toy.node(9005, 20, 10, highway="bus_stop", name="Post")
    toy.box(30, 30, 30, 32, 32, leisure="park", name="Park")
    toy.box(31, 34, 30, 36, 32, place="square", name="Marktplatz")
    toy.node(9006, 14, 10, railway="signal", name="S 1")
    toy.node(9007, 15, 10, man_made="tower", name="Turm")
    toy.box(32, 38, 30, 39, 32, building="yes", name="Haus am See")
    batch = read(toy, tmp_path)
    spots = batch.frames["spots"].set_index("external_id")
    assert spots["kind"].to_dict() == {
        "n9001": "pharmacy", "n9003": "bus_stop", "n9005": "bus_stop", "n9007": "tower",
        "w30": "park", "w31": "square", "w32": "building",
    }  # fmt: skip
    assert spots.at["n9001", "alternate_names"] == ["Drogerie", "Apo"]
    assert spots.at["w30", "geometry"].coords[0] == pytest.approx((10.031, 52.031))
    # People have addresses on a square as on a street.
    assert batch.frames["streets"]["name"].tolist() == ["Marktplatz"]


def test_names_that_are_no_names_are_left_out() -> None:
    tags = {
        "name": "A", "name:de": "B", "name:zh-Hant": "C", "name:etymology": "D", "name:prefix": "E",
        "alt_name": "F; G", "old_name:el": "H", "loc_name": "A", "name:pronunciation": "I",
    }  # fmt: skip
    assert meaning.other_names(tags, "A") == ("F", "G", "B", "C", "H")


@pytest.mark.parametrize(
    ("value", "postcode"),
    [("9490", "9490"), ("FL-9490", "9490"), ("104 31", "104 31"), ("00-950", "00-950"),
     ("9490;9491", None), ("", None), ("?", None)],
)  # fmt: skip
def test_a_postcode_is_one_postcode(value: str, postcode: str | None) -> None:
    assert meaning.postcode({"addr:postcode": value}) == postcode


def test_a_large_extract_keeps_its_nodes_in_a_file_and_reads_alike(
    toy: Map, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.box(20, 20, 20, 22, 24, building="yes", **HOUSE)
    small = read(toy, tmp_path).frames["houses"]
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(osm_file, "IN_MEMORY_BYTES", 0)
    pd.testing.assert_frame_equal(read(toy, tmp_path).frames["houses"], small)
    assert list(folder.iterdir()) == []


def test_without_a_closed_municipality_nothing_has_one(tmp_path: Path) -> None:
    made = Map()
    made.node(9001, 10, 10, **HOUSE)
    batch = read(made, tmp_path)
    assert batch.frames["houses"]["area_code"].isna().all()
    assert batch.frames["areas"].empty
    assert any("no municipality's boundary closes" in note for note in batch.notes)


# -- the real extract --------------------------------------------------------------------------


def test_the_real_extract_of_liechtenstein() -> None:
    path = shared_data("osm", "liechtenstein_nominatim_apidb_test.osm.pbf")
    batch = read_with(load("osm_extract").of_country("li"), path)
    assert batch.counts["house_numbers"] == 3740
    areas = batch.frames["areas"]
    assert sorted(areas.loc[areas["level"] == "municipality", "name_de"]) == [
        "Balzers", "Eschen", "Gamprin", "Mauren", "Planken", "Ruggell", "Schaan", "Schellenberg",
        "Triesen", "Triesenberg", "Vaduz",
    ]  # fmt: skip
    houses = batch.frames["houses"]
    of_vaduz = areas.set_index("name_de").at["Vaduz", "code"]
    assert (houses["area_code"] == of_vaduz).sum() > 1300
    # 3,740 objects less 197 that tell no street or place, and five numbers beside others (12;14).
    assert len(houses) == 3548 and houses["surveyed"].all()
    assert len(batch.frames["streets"]) > 2000
