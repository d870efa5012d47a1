"""Address points of a register: any columns, any reference system, each row held to its country."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo.errors import InvalidInput, NotFound, SourceRejected
from geo.sources.batch import Batch, read_with, write_rejects
from geo.sources.official_addresses.mapping import mapped, shipped
from geo.sources.source import Source, load
from tests.conftest import shared_data

PRG = (
    "lokalny_id,teryt_gmina,miejscowosc,czesc_miejscowosci,ulica,numer_porzadkowy,kod_pocztowy,"
    "status,x_epsg_2180,y_epsg_2180\n"
)
# Konotop, Podgorna 2, as the register has it: 287772.37 east, 456005.14 north in PL-1992.
KONOTOP = "fd9c9319,0804042,Konotop,,Podgórna,2,67-416,istniejacy,287772.37,456005.14\n"

PLAIN = """
country = "pl"
name = "toy"
title = "Toy register"
publisher = "Nobody"
licence = "CC0"
attribution = "Nobody"
[columns]
street = "ulica"
number = "nr"
place = "wies"
postcode = "kod"
x = "lon"
y = "lat"
"""


def register(folder: Path, text: str = PLAIN) -> Source:
    path = folder / "toy.toml"
    path.write_text(text, encoding="utf-8")
    return mapped(load("official_addresses"), path)


def prg() -> Source:
    return mapped(load("official_addresses"), Path("pl_prg"))


def read(source: Source, folder: Path, content: str, *, partial: bool = False) -> Batch:
    path = folder / "addresses.csv"
    path.write_text(content, encoding="utf-8")
    return read_with(source, path, partial=partial)


def test_the_shape_of_the_polish_register(tmp_path: Path) -> None:
    source = prg()
    assert (source.id, source.country) == ("official_addresses_pl_prg", "pl")
    assert source.publisher.startswith("GUGiK")
    village = "a1,0804042,Konotop,,,17A,67-416,istniejacy,287900,456100\n"
    planned = "a2,0804042,Konotop,,Podgórna,4,67-416,prognozowany,287900,456100\n"
    batch = read(source, tmp_path, PRG + KONOTOP + village + planned)
    houses = batch.frames["houses"].set_index("external_id")
    assert sorted(houses.index) == ["a1", "fd9c9319"]
    first = houses.loc["fd9c9319"]
    assert first[["street", "place", "postcode", "number", "area_code"]].tolist() == [
        "Podgórna", "Konotop", "67-416", "2", "0804042",
    ]  # fmt: skip
    # What other software (proj in Rust, the tests of a converter of this register) makes of them.
    assert first["lon"] == pytest.approx(15.9121240698886, abs=1e-6)
    assert first["lat"] == pytest.approx(51.92977532639213, abs=1e-6)
    assert houses.loc["a1", ["street", "number"]].tolist() == [None, "17A"]
    assert bool(houses["surveyed"].all())
    assert "1 rows left out for their status" in batch.notes
    streets = batch.frames["streets"]
    assert streets[["name", "place", "postcode", "area_code"]].to_numpy().tolist() == [
        ["Podgórna", "Konotop", "67-416", "0804042"]
    ]
    postcode = batch.frames["postcodes"].iloc[0]
    assert (postcode["postcode"], postcode["placed_by"], postcode["name"]) == (
        "67-416", "houses", "Konotop",
    )  # fmt: skip


def test_equal_addresses_without_keys_are_numbered(tmp_path: Path) -> None:
    rows = "ulica,nr,wies,kod,lon,lat\n" + "Polna,1,Wieś,00-001,20,52\n" * 2
    houses = read(register(tmp_path), tmp_path, rows).frames["houses"]
    assert houses["external_id"].tolist() == ["00-001/Wieś/Polna/1", "00-001/Wieś/Polna/1#2"]


def test_a_street_stands_at_the_house_nearest_to_its_middle(tmp_path: Path) -> None:
    rows = "ulica,nr,wies,kod,lon,lat\n"
    for number, lon in ((1, 20.00), (2, 20.01), (3, 20.02), (4, 20.09)):
        rows += f"Polna,{number},Wieś,00-001,{lon},52\n"
    rows += "Polna,1,Inna,00-002,21,53\n"
    streets = read(register(tmp_path), tmp_path, rows).frames["streets"]
    # The median of the four is 20.015; the second and the third are equally near.
    assert streets[["place", "lon", "postcode"]].to_numpy().tolist() == [
        ["Inna", 21.0, "00-002"], ["Wieś", 20.01, "00-001"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Polna,1,Wieś,00-001,52,20", "x and y look swapped"),
        ("Polna,1,Wieś,00-001,2,48", "lies outside the country"),
        ("Polna,1,Wieś,00-001,nan,52", "not a number"),
        ("Polna,1,Wieś,00-001,,52", "the value is missing"),
        ("Polna,,Wieś,00-001,20,52", "the house number is missing"),
        (",1,,00-001,20,52", "neither street nor place is given"),
        ("Polna,1,Wieś,00-001,20,52,9", "the row has 7 fields, the header 6"),
        (f"{'P' * 201},1,Wieś,00-001,20,52", "has 201 characters, more than 200"),
        (f"Polna,{'1' * 41},Wieś,00-001,20,52", "has 41 characters, more than 40"),
    ],
)
def test_a_wrong_row_is_refused_and_the_others_can_be_taken(
    tmp_path: Path, row: str, why: str
) -> None:
    source = register(tmp_path)
    content = f"ulica,nr,wies,kod,lon,lat\nDobra,1,Wieś,00-001,20,52\n{row}\n"
    with pytest.raises(SourceRejected, match="row 3") as caught:
        read(source, tmp_path, content)
    assert why in str(caught.value)
    batch = read(source, tmp_path, content, partial=True)
    assert batch.frames["houses"]["street"].tolist() == ["Dobra"]
    assert batch.rejected_count == 1
    back = write_rejects(batch, tmp_path / "back.csv").read_text(encoding="utf-8-sig")
    assert why in back


def test_swapped_columns_of_a_projected_system_are_seen(tmp_path: Path) -> None:
    easting, northing = "287772.37", "456005.14"
    turned = KONOTOP.replace(easting, "E").replace(northing, easting).replace("E", northing)
    # Turned around, this point would still lie in Poland: only a box tells more than a country's.
    inside = read(prg(), tmp_path, PRG + turned).frames["houses"].iloc[0]
    assert inside["lon"] > 18
    # 820 km east and 150 km north is the south-east corner; turned around it is in the sea.
    corner = KONOTOP.replace(easting, "150000").replace(northing, "820000")
    with pytest.raises(SourceRejected, match="x and y look swapped"):
        read(prg(), tmp_path, PRG + corner)


def test_a_geopackage_brings_its_own_points_and_system(tmp_path: Path) -> None:
    text = PLAIN.replace('x = "lon"\ny = "lat"\n', "")
    source = register(tmp_path, text)
    frame = gpd.GeoDataFrame(
        {
            "ulica": ["Podgórna", "Polna"],
            "nr": ["2", "3"],
            "wies": ["Konotop"] * 2,
            "kod": "67-416",
        },
        geometry=gpd.points_from_xy([287772.37, None], [456005.14, None]),
        crs=2180,
    )
    path = tmp_path / "points.gpkg"
    frame.to_file(path, layer="adresy")
    batch = read_with(source, path, partial=True)
    house = batch.frames["houses"].iloc[0]
    assert (house["lon"], house["number"]) == (pytest.approx(15.9121, abs=1e-4), "2")
    assert [problem.problem for problem in batch.rejected] == ["the row has no point"]
    path.write_bytes(b"not a database")
    with pytest.raises(SourceRejected, match="does not begin as a GeoPackage"):
        read_with(source, path)
    frame.to_file(path, layer="adresy")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(SourceRejected, match="cannot be read"):
        read_with(source, path)


def test_of_several_layers_the_mapping_says_which(tmp_path: Path) -> None:
    text = PLAIN.replace('x = "lon"\ny = "lat"\n', "")
    row = {"ulica": ["Polna"], "nr": ["1"], "wies": ["Wieś"], "kod": ["00-001"]}
    frame = gpd.GeoDataFrame(row, geometry=gpd.points_from_xy([20.0], [52.0]), crs=4326)
    path = tmp_path / "two.gpkg"
    for name in ("old", "new"):
        frame.to_file(path, layer=name)
    with pytest.raises(SourceRejected, match="it has the layers old, new"):
        read_with(register(tmp_path, text), path)
    said = text.replace("[columns]", 'layer = "new"\n[columns]')
    assert len(read_with(register(tmp_path, said), path).frames["houses"]) == 1


def test_the_mapping_is_named_where_it_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SourceRejected, match=r"\[columns\] in toy.toml"):
        read(register(tmp_path), tmp_path, "ulica,wies,kod,lon,lat\nDobra,Wieś,00-001,20,52\n")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="cannot be read as UTF-8"):
        mapped(load("official_addresses"), tmp_path / "bytes.toml")


def test_the_shipped_mapping_is_whole() -> None:
    assert shipped() == ["pl_prg"]
    assert prg().crs == "EPSG:2180"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('country = "pl"', "", "'country' is missing"),
        ('country = "pl"', 'country = "Poland"', "not a country's code"),
        ('name = "toy"', 'name = "../x"', "'name' must be small letters"),
        ('number = "nr"', "", "needs number"),
        ('x = "lon"', "", "needs x and y both"),
        ('x = "lon"', 'z = "lon"\nx = "lon"', "unknown z"),
        ("[columns]", "crs = 99999999\n[columns]", "is no reference system"),
        ("[columns]", "colour = 1\n[columns]", "unknown colour"),
        ("[columns]", 'reference_date = "x"\n[columns]', "'reference_date' is a date"),
        ("[columns]", "[bounds]\nwest = 1\n[columns]", "needs west, south, east and north"),
        ("[columns]", "[only]\nstatus = 1\n[columns]", "a list of values"),
        ("[columns]", "[columns", "toy.toml"),
        ("[columns]", "crs = 5773\n[columns]", "no reference system of a map"),
        ("[columns]", "crs = 4978\n[columns]", "no reference system of a map"),
        ("[columns]", 'encoding = "klingon"\n[columns]', "'encoding' 'klingon' is not known"),
        ("[columns]", "encoding = 8\n[columns]", "'encoding' 8 is not known"),
        ("[columns]", 'delimiter = "::"\n[columns]', "'delimiter' cannot be '::'"),
        ("[columns]", 'decimal = "xx"\n[columns]', "'decimal' cannot be 'xx'"),
        ('street = "ulica"', 'street = "nr"', "the column 'nr' twice"),
        ('street = "ulica"', 'street = ""', "not at all"),
        (
            "[columns]",
            "[bounds]\nwest = 9\neast = 1\nsouth = 1\nnorth = 2\n[columns]",
            "needs west",
        ),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        register(tmp_path, PLAIN.replace(old, new, 1))


def test_what_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no mapping nothing") as caught:
        mapped(load("official_addresses"), Path("nothing"))
    assert "pl_prg" in caught.value.hint
    with pytest.raises(InvalidInput, match="takes no mapping"):
        mapped(load("geonames"), Path("pl_prg"))
    with pytest.raises(InvalidInput, match="needs a file"):
        read_with(prg())
    with pytest.raises(SourceRejected, match="column 'lokalny_id' is missing"):
        read(prg(), tmp_path, "a,b\n1,2\n")
    with pytest.raises(SourceRejected, match=r"\[only\]"):
        read(prg(), tmp_path, PRG.replace("status", "stan") + KONOTOP)


AUSTRIA = """
country = "at"
name = "inpost"
title = "Pick-up points"
publisher = "x"
licence = "x"
attribution = "x"
[columns]
external_id = "point_id"
street = "street"
number = "building_number"
postcode = "post_code"
place = "city"
x = "lon"
y = "lat"
"""


def test_888_real_points_of_austria(tmp_path: Path) -> None:
    path = shared_data("addresses", "at_inpost_points_addresses.csv")
    batch = read_with(register(tmp_path, AUSTRIA), path, partial=True)
    assert batch.counts == {"addresses": 888}
    houses = batch.frames["houses"]
    assert len(houses) + batch.rejected_count == 888
    assert len(houses) > 850
    first = houses.set_index("external_id").loc["AT981001B"]
    assert first[["street", "number", "postcode", "place", "lat", "lon"]].tolist() == [
        "Rochusplatz", "1", "1030", "Wien", 48.20278, 16.3914,
    ]  # fmt: skip
    vienna = batch.frames["postcodes"].set_index("postcode").loc["1030"]
    assert pd.notna(vienna["name"]) and vienna["placed_by"] == "houses"
