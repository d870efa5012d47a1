"""Files made to do harm are refused within a second, and whoever reads them lives on."""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from making import XLSX_TYPES, ods, xlsx, zipped

from geo.files.geometry import check_json, check_wkb, is_polygon_text
from geo.files.limits import STANDARD, Limits
from geo.files.refused import FileRefused
from geo.files.sandbox import read_file

SECONDS = 1.0
START_UP = 1.0
"""What a loaded machine may take beside, to start a process; a quiet one takes a tenth."""


def refusal(path: Path, limits: Limits = STANDARD) -> FileRefused:
    """How a file is refused, by a process that is the same before and after, in time."""
    before, began = os.getpid(), time.perf_counter()
    with pytest.raises(FileRefused) as caught:
        for _ in read_file(path, limits=limits):
            pass
    assert time.perf_counter() - began < SECONDS + START_UP
    assert os.getpid() == before
    assert caught.value.told("el").problem and caught.value.hint
    return caught.value


def thousand_to_one(folder: Path) -> Path:
    return zipped(folder / "bomb.zip", {"a.shp": b"\0" * 30_000_000})


def nested(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", "x")
    return zipped(folder / "nested.zip", {"a.shp": b"x" * 50, "inner.bin": inner.getvalue()})


def sheet_bomb(folder: Path) -> Path:
    row = b'<row><c t="inlineStr"><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>'
    return zipped(
        folder / "sheet.xlsx",
        {
            "[Content_Types].xml": XLSX_TYPES.encode(),
            "xl/workbook.xml": b"<workbook/>",
            "xl/worksheets/sheet1.xml": row * 3_800_000,
        },
    )


def million_columns(folder: Path) -> Path:
    path = folder / "wide.csv"
    path.write_bytes(b"name" + b"," * 999_998 + b"x\n")
    return path


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 10))
    + "]>"
)


def billion_laughs(folder: Path) -> Path:
    return ods(folder / "laughs.ods", [["&a9;"]], before=LAUGHS)


def external_entity(folder: Path) -> Path:
    declared = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    return ods(folder / "external.ods", [["&f;"]], before=declared)


def slip(folder: Path) -> Path:
    return zipped(folder / "slip.zip", {"../../a.shp": b"x"})


def link(folder: Path) -> Path:
    path = folder / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("a.shp")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/hostname")
    return path


def many_entries(folder: Path) -> Path:
    return zipped(folder / "many.zip", {f"e{n}": b"x" for n in range(1_001)})


def deep_geojson(folder: Path) -> Path:
    path = folder / "deep.geojson"
    inner = '{"type":"GeometryCollection","geometries":[' * 100_000 + "]}" * 100_000
    path.write_text('{"type":"FeatureCollection","features":[' + inner + "]}")
    return path


def many_vertices(folder: Path) -> Path:
    path = folder / "vertices.geojson"
    ring = "[0,0]," * 9_999_999 + "[0,0]"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"Polygon","coordinates":[[' + ring + "]]}}]}"
    )
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (thousand_to_one, "zip_bomb"),
        (nested, "zip_nested"),
        (sheet_bomb, "zip_bomb"),
        (million_columns, "too_many_columns"),
        (billion_laughs, "xml_entities"),
        (external_entity, "xml_entities"),
        (slip, "zip_slip"),
        (link, "zip_link"),
        (many_entries, "zip_entries"),
        (deep_geojson, "too_deep"),
        (many_vertices, "too_many_vertices"),
    ],
)
def test_bombs(tmp_path: Path, make: Callable[[Path], Path], code: str) -> None:
    assert refusal(make(tmp_path)).code == code


def test_memory_of_whoever_asks_hardly_grows(tmp_path: Path) -> None:
    path = sheet_bomb(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refusal(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_zip_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "lies.xlsx", [["a"] * 40] * 3_000)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.file_size for entry in archive.infolist() if entry.file_size > 10_000}
    for size in sizes:
        data = data.replace(struct.pack("<I", size), struct.pack("<I", 1_000))
    path.write_bytes(data)
    assert refusal(path).code == "zip_damaged"


def test_one_sparse_cell_far_away_ends_the_reader_only(tmp_path: Path) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    path = xlsx(tmp_path / "sparse.xlsx", [["a"]])
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["xl/worksheets/sheet1.xml"] = sheet.encode()
    assert refusal(zipped(tmp_path / "far.xlsx", entries)).code in {"memory", "damaged", "crash"}


def test_a_reader_that_says_nothing_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "slow.csv"
    path.write_text("name\nx\n")
    assert refusal(path, Limits(silence_seconds=0.0)).code == "time"


def test_a_reader_without_memory_is_told(tmp_path: Path) -> None:
    path = tmp_path / "large.geojson"
    features = [{"type": "Feature", "properties": {"a": "x" * 900}, "geometry": None}] * 40_000
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(FileRefused) as caught:
        list(read_file(path, limits=Limits(memory_bytes=90 * 1024 * 1024)))
    assert caught.value.code == "memory"


def polygon(counts: bytes) -> bytes:
    return b"\x01" + struct.pack("<I", 3) + counts


@pytest.mark.parametrize(
    "shape",
    [
        polygon(struct.pack("<I", 0xFFFFFFFF)),
        polygon(struct.pack("<II", 1, 0xFFFFFFFF)),
        b"\x01" + struct.pack("<I", 2) + struct.pack("<I", 0x10000000),
        b"\x01" + struct.pack("<I", 7) + struct.pack("<I", 0xFFFFFFF0),
        b"\x00" + struct.pack(">I", 6) + struct.pack(">I", 0x7FFFFFFF),
        b"\x01\x01",
        b"\x07" + struct.pack("<I", 1) + b"\0" * 16,
    ],
)
def test_counts_in_shapes_are_not_believed(shape: bytes) -> None:
    with pytest.raises(FileRefused) as caught:
        check_wkb(shape, STANDARD)
    assert caught.value.code in {"shape_damaged", "too_many_vertices"}


@pytest.mark.parametrize("depth", [10, 100_000])
def test_collections_inside_of_collections(depth: int) -> None:
    shape = (b"\x01" + struct.pack("<II", 7, 1)) * depth + b"\x01" + struct.pack("<Idd", 1, 0, 0)
    with pytest.raises(FileRefused) as caught:
        check_wkb(shape, STANDARD)
    assert caught.value.code == "too_deep"


def test_curves_are_not_read() -> None:
    with pytest.raises(FileRefused) as caught:
        check_wkb(b"\x01" + struct.pack("<II", 8, 1), STANDARD)
    assert caught.value.code == "shape_curved"


def test_plain_shapes_are_counted() -> None:
    ring = struct.pack("<I", 4) + struct.pack("<8d", 0, 0, 1, 0, 1, 1, 0, 0)
    assert check_wkb(polygon(struct.pack("<I", 1) + ring), STANDARD) == 4
    assert check_wkb(b"\x01" + struct.pack("<IIdd", 0x20000001, 4326, 1, 2), STANDARD) == 1
    assert check_wkb(b"\x01" + struct.pack("<Iddd", 1001, 1, 2, 3), STANDARD) == 1


def test_brackets_in_texts_are_no_depth() -> None:
    check_json(json.dumps({"a": "[" * 1_000, "b": '\\"[[['}).encode(), STANDARD)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", True),
        ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))", True),
        ("GEOMETRYCOLLECTION (" * 9 + "POINT (0 0)" + ")" * 9, False),
        ("POLYGON " + "(" * 1_000 + "0 0" + ")" * 1_000, False),
        ("POLYGON ((0 0, 1 0", False),
        ("POINT (0 0)", False),
    ],
)
def test_which_texts_are_polygons(text: str, taken: bool) -> None:
    assert is_polygon_text(text, STANDARD) is taken


def test_more_vertices_than_allowed_in_one_shape() -> None:
    ring = struct.pack("<I", 4) + struct.pack("<8d", 0, 0, 1, 0, 1, 1, 0, 0)
    with pytest.raises(FileRefused) as caught:
        check_wkb(polygon(struct.pack("<I", 1) + ring), Limits(vertices=3))
    assert caught.value.code == "too_many_vertices"


def test_a_reading_that_nobody_goes_on_with_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("name,n\n" + "x,1\n" * 300_000)
    others = _children()  # of tests before this one, a browser's for instance
    reading = read_file(path)
    next(reading)
    assert _children() - others
    reading.close()
    deadline = time.monotonic() + 10  # its end is told to us a little later
    while _children() - others and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _children() - others == set()


def _children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())
