"""Every form is read to the same cells, whatever wrote it."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from making import ods, xlsx, zipped

from geo.files import wire
from geo.files.message import Document, Note, Opened, Rows, Wanted
from geo.files.refused import WORDS, FileRefused
from geo.files.sandbox import read_file

TABLE = [["name", "places"], ["Κέντρο Α", "12"], ["Κέντρο\nΒ", "3.5"]]


def read(path: Path, wanted: Wanted | None = None) -> tuple[Opened, list[list[str]]]:
    messages = list(read_file(path, wanted))
    opened = messages[0]
    assert isinstance(opened, Opened)
    pieces = [message for message in messages if isinstance(message, Rows)]
    number = 1
    for piece in pieces:
        assert piece.first == number
        number += len(piece.rows)
    return opened, [list(row) for piece in pieces for row in piece.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimited_text(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in TABLE]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    opened, rows = read(path)
    assert rows == TABLE
    assert opened.delimiter == delimiter


NAMES = {
    "cp1253": "όνομα;δήμος\nΚέντρο Κοινότητας;Άγιος Δημήτριος\nΔομή Αστέγων;Πειραιάς\n",
    "iso8859_7": "όνομα;δήμος\nΚέντρο Κοινότητας;Άγιος Δημήτριος\nΔομή Αστέγων;Πειραιάς\n",
    "cp1250": "nazwa;gmina\nOśrodek Pomocy Społecznej;Łódź\nDzienny Dom;Świętochłowice\n",
    "iso8859_2": "nazwa;gmina\nOśrodek Pomocy Społecznej;Łódź\nDzienny Dom;Świętochłowice\n",
    "cp1251": "име;община\nЦентър за подкрепа;Велико Търново\nДневен център;Благоевград\n",
    "cp1252": "Name;Straße\nTagesstätte für Ältere;Königsallee 5\nCafé Médiation;Élysée\n",
}


@pytest.mark.parametrize("encoding", NAMES)
def test_old_encodings_are_recognised_and_told(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(NAMES[encoding].encode(encoding))
    opened, rows = read(path)
    assert "\n".join(";".join(row) for row in rows) + "\n" == NAMES[encoding]
    assert opened.notes == (Note("encoding_guessed", {"encoding": opened.encoding}),)


def test_what_could_be_anything_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n\xe9;\xc8\n")
    with pytest.raises(FileRefused) as caught:
        read(path)
    assert caught.value.code == "encoding_unsure"
    assert read(path, Wanted(encoding="cp1250"))[1] == [["a", "b"], ["é", "Č"]]


def test_a_wanted_encoding_that_does_not_fit_names_the_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n\xff;\x81\n")
    with pytest.raises(FileRefused) as caught:
        read(path, Wanted(encoding="cp1253"))
    assert caught.value.code == "encoding_row"
    with pytest.raises(FileRefused, match="no encoding klingon"):
        read(path, Wanted(encoding="klingon"))


def test_letters_beyond_the_first_block_count(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    plain = b"name;town\n" + b"A;B\n" * 400_000
    path.write_bytes(plain + "Δομή Αστέγων;Άγιος Δημήτριος Αττικής\n".encode("cp1253"))
    _, rows = read(path)
    assert rows[-1] == ["Δομή Αστέγων", "Άγιος Δημήτριος Αττικής"]


def test_a_quotation_mark_that_is_never_closed_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n"3,4\n5,6\n')
    with pytest.raises(FileRefused) as caught:
        read(path)
    assert (caught.value.code, caught.value.values) == ("row_unreadable", {"row": 3})


def test_workbooks(tmp_path: Path) -> None:
    opened, rows = read(xlsx(tmp_path / "a.xlsx", [["name", "places"], ["Α", 12], ["Β", 3.5]]))
    assert rows == [["name", "places"], ["Α", "12"], ["Β", "3.5"]]
    assert opened.format == "xlsx"
    opened, rows = read(ods(tmp_path / "a.ods", [["name", "places"], ["Α", 12], ["Β", 3.5]]))
    assert rows == [["name", "places"], ["Α", "12"], ["Β", "3.5"]]
    assert opened.format == "ods"


def test_a_table_in_the_middle_of_a_sheet_keeps_its_row_numbers(tmp_path: Path) -> None:
    rows = read(xlsx(tmp_path / "a.xlsx", [[], [], ["", "", "name"], ["", "", "x"]]))[1]
    assert [row for row in rows if row] == [["", "", "name"], ["", "", "x"]]
    assert rows.index(["", "", "name"]) == 2


def test_cells_merged_downwards_hold_for_all_their_rows(tmp_path: Path) -> None:
    table = [["home", "for"], ["A", "older"], ["", "disabled"], ["B", "older"]]
    path = xlsx(tmp_path / "a.xlsx", table, merged=["A2:A3"])
    assert read(path)[1][2] == ["A", "disabled"]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["x"]])
    with pytest.raises(FileRefused) as caught:
        read(path, Wanted(sheet="nothing"))
    assert caught.value.code == "no_such_sheet"
    assert read(path, Wanted(sheet="Sheet"))[1] == [["x"]]


def points(crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"name": ["Α", "Β"]}, geometry=gpd.points_from_xy([23.7, 24.0], [37.9, 38.0]), crs=4326
    )
    return frame.to_crs(crs)


def as_shapefile(path: Path, frame: gpd.GeoDataFrame, **more: str) -> Path:
    folder = path.parent / "layer"
    folder.mkdir()
    frame.to_file(folder / "a.shp", **more)
    return zipped(path, {part.name: part.read_bytes() for part in folder.iterdir()})


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2100", "EPSG:3857"])
def test_points_come_in_degrees_from_every_layer_form(tmp_path: Path, crs: str) -> None:
    frame = points(crs)
    frame.to_file(tmp_path / "a.gpkg", driver="GPKG")
    for path in (tmp_path / "a.gpkg", as_shapefile(tmp_path / "a.zip", frame)):
        opened, rows = read(path)
        assert opened.header == ("name", "lat", "lon")
        assert [row[0] for row in rows] == ["Α", "Β"]
        assert [float(cell) for cell in rows[0][1:]] == pytest.approx([37.9, 23.7], abs=1e-7)


def test_a_shapefile_without_code_page_in_greek(tmp_path: Path) -> None:
    frame = points().assign(name=["Δομή Αστέγων Άνω Πόλης", "Κέντρο Κοινότητας Αγίας Ελένης"])
    path = as_shapefile(tmp_path / "a.zip", frame, encoding="cp1253")
    with zipfile.ZipFile(path) as archive:
        entries = {n: archive.read(n) for n in archive.namelist() if not n.endswith(".cpg")}
    assert read(zipped(tmp_path / "b.zip", entries))[1][0][0] == "Δομή Αστέγων Άνω Πόλης"


def test_a_layer_without_reference_system_is_refused(tmp_path: Path) -> None:
    path = as_shapefile(tmp_path / "a.zip", points())
    with zipfile.ZipFile(path) as archive:
        entries = {n: archive.read(n) for n in archive.namelist() if not n.endswith(".prj")}
    with pytest.raises(FileRefused) as caught:
        read(zipped(tmp_path / "b.zip", entries))
    assert caught.value.code == "no_crs"


def test_features_keep_what_stands_in_them(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":['
        '{"type":"Feature","id":7,"properties":{"name":"Α","tags":["x"]},'
        '"geometry":{"type":"Point","coordinates":[23.7,37.9]}},'
        '{"type":"Feature","properties":{"name":"Β"},"geometry":{"type":"Point","coordinates":[NaN,1e400]}},'
        '{"type":"Feature","properties":null,"geometry":null}]}'
    )
    opened, rows = read(path)
    assert opened.header == ("id", "name", "tags", "lat", "lon")
    assert rows == [
        ["7", "Α", '["x"]', "37.9", "23.7"],
        ["", "Β", "", "1e400", "NaN"],
        ["", "", "", "", ""],
    ]


def test_other_shapes_come_as_wkb(tmp_path: Path) -> None:
    frame = points("EPSG:3857")
    frame = frame.set_geometry(frame.geometry.buffer(1_000)).to_crs(4326)
    frame.to_file(tmp_path / "a.geojson")
    opened, rows = read(tmp_path / "a.geojson")
    assert opened.header == ("name", "geometry")
    assert shapely.from_wkb(rows[0][1]).equals_exact(frame.geometry[0], 1e-9)


def test_records_and_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1, "b": null}, {"a": true}]')
    assert read(path)[1] == [["1", ""], ["true", ""]]
    path.write_text(json.dumps({"organizations": [{"id": "1", "services": []}]}))
    _, document = list(read_file(path))
    assert document == Document({"organizations": [{"id": "1", "services": []}]})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7", "unknown_format"),
        (b"<html><body>", "unknown_format"),
        (b"PK\x03\x04" + b"x" * 60, "zip_damaged"),
        (b"SQLite format 3\x00" + b"x" * 100, "layer_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "sheet_damaged"),
        (b'{"a": ', "json_damaged"),
        (b"", "empty"),
    ],
)
def test_what_is_none_of_ours(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as caught:
        read(path)
    assert caught.value.code == code


def test_cells_with_the_separators_of_the_wire() -> None:
    rows = Rows(3, [["a\x1fb", "c"], [], ["\x1e", "", "x\ny"]], 0.5)
    heard = wire.unpacked(wire._spoken(rows))
    assert isinstance(heard, Rows)
    assert [list(row) for row in heard.rows] == [["a\x1ab", "c"], [], ["\x1a", "", "x\ny"]]
    assert (heard.first, heard.share) == (3, 0.5)
    with pytest.raises(ValueError, match="too long"):
        wire.length_of(struct.pack(">I", 2**32 - 1))


def test_every_refusal_has_its_sentences_in_both_languages() -> None:
    for code in WORDS.codes():
        english = WORDS.places(code, "en")
        assert english == WORDS.places(code, "el"), code
        values = dict.fromkeys(english, 1_000)
        assert WORDS.tell(code, "el", values).problem != WORDS.tell(code, "en", values).problem


def test_a_long_line_takes_no_longer_than_short_ones(tmp_path: Path) -> None:
    import time

    from geo.files.encoding import encoding_of

    path = tmp_path / "a.csv"
    path.write_bytes(b"name\n" + b"x" * 3_000_000 + "\nΔομή Αστέγων Αττικής\n".encode("cp1253"))
    began = time.process_time()
    assert encoding_of(path, None) == ("cp1253", True)
    assert time.process_time() - began < 1.0
