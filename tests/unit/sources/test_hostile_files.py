"""Files made to do harm: read other files or the network, stop the reader, run in a spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from conftest import CODES, TOYLAND

from geo.errors import SourceRejected
from geo.files.drivers import ALLOWED, allow_only_ours
from geo.files.formulas import defused, restored
from geo.profiles.profile import load as load_profile
from geo.sources.areas import read_areas
from geo.sources.batch import Batch, accept, write_rejects
from geo.sources.census import read_census
from geo.sources.source import Source, load_folder
from geo.sources.tables import decimals, read_table

SECONDS = 0.5
"""How long a request that must not come is waited for."""


def areas_source(**facts: object) -> Source:
    source = load_folder(TOYLAND / "toyland_areas").knowing(CODES)
    return dataclasses.replace(source, **facts)  # type: ignore[arg-type]


def load_areas(path: Path, *, partial: bool = False, **facts: object) -> Batch:
    source = areas_source(**facts)
    return accept(read_areas(path, source), source, partial=partial)


class Listener:
    """Hangs up on whoever connects, and remembers that somebody did."""

    def __init__(self, server: socket.socket) -> None:
        self.server = server
        self.port: int = server.getsockname()[1]
        self.called = threading.Event()
        threading.Thread(target=self._hang_up, daemon=True).start()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):  # the server is closed
            while True:
                self.server.accept()[0].close()
                self.called.set()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Listener(server)
        server.shutdown(socket.SHUT_RDWR)


def vrt(target: str, layer: str) -> str:
    return (
        f"<OGRVRTDataSource><OGRVRTLayer name='{layer}'><SrcDataSource relativeToVRT='0'>{target}"
        f"</SrcDataSource><SrcLayer>{layer}</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )


def after_json(text: str) -> str:
    return f'{{"x":1}} {text}'


def within_json(text: str) -> str:
    return json.dumps({"type": "FeatureCollection", "note": text, "features": []})


def write(folder: Path, content: str, kind: str) -> Path:
    path = folder / f"areas.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("areas.geojson", content)
    else:
        path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["geojson", "json", "zip"])
@pytest.mark.parametrize("hide", [after_json, within_json])
def test_a_file_that_names_an_address_fetches_nothing(
    tmp_path: Path, listener: Listener, kind: str, hide: Callable[[str], str]
) -> None:
    address = f"http://127.0.0.1:{listener.port}/leak"
    path = write(tmp_path, hide(vrt(f"/vsicurl/{address}", "areas")), kind)
    with pytest.raises(SourceRejected, match=rf"areas\.{kind}: "):
        load_areas(path)
    assert not listener.called.wait(SECONDS)


@pytest.mark.parametrize("kind", ["geojson", "zip"])
@pytest.mark.parametrize("hide", [after_json, within_json])
def test_a_file_that_names_another_file_does_not_read_it(
    tmp_path: Path, kind: str, hide: Callable[[str], str]
) -> None:
    path = write(tmp_path, hide(vrt(str(TOYLAND / "areas.geojson"), "areas")), kind)
    with pytest.raises(SourceRejected, match=rf"areas\.{kind}: "):
        load_areas(path)


def test_what_lies_in_a_zip_must_be_what_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "areas.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("areas.shp", vrt(str(TOYLAND / "areas.geojson"), "areas"))
    with pytest.raises(SourceRejected, match=r"what its name says \(areas\.shp in the zip\)"):
        load_areas(path)


def test_a_zip_damaged_inside_is_named(tmp_path: Path) -> None:
    path = tmp_path / "areas.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(TOYLAND / "areas.geojson", "areas.geojson")
    path.write_bytes(path.read_bytes().replace(b'"FeatureCollection"', b'"featureCollection"', 1))
    with pytest.raises(SourceRejected, match=r"areas\.zip: "):
        load_areas(path)


def test_gdal_keeps_only_the_drivers_of_our_formats() -> None:
    allow_only_ours()
    assert set(pyogrio.list_drivers()) == ALLOWED


def test_a_table_of_very_many_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(",".join(f"c{number}" for number in range(100_000)) + "\n", encoding="utf-8")
    with pytest.raises(SourceRejected) as caught:
        read_census(path, load_folder(TOYLAND / "toyland_people"))
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == ("people.csv", 1)
    assert "the header has 100,000 columns" in problem.problem


def test_a_header_that_no_delimiter_divides_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("x" * 200_000 + "\n1\n", encoding="utf-8")
    with pytest.raises(SourceRejected, match=r"people\.csv, row 1"):
        read_census(path, load_folder(TOYLAND / "toyland_people"))


CURVE = "CURVEPOLYGON (CIRCULARSTRING (25.2 35.6, 25.3 35.5, 25.4 35.6, 25.3 35.7, 25.2 35.6))"


@pytest.mark.parametrize(
    ("wkt", "problem"),
    [
        (CURVE, "is a CURVEPOLYGON, whose curves"),
        (f"GEOMETRYCOLLECTION ({CURVE})", "is a GEOMETRYCOLLECTION, whose curves"),
        (f"MULTISURFACE ({CURVE})", "is a MULTISURFACE, whose curves"),
    ],
)
def test_a_curved_polygon_is_named_and_the_others_are_read(
    tmp_path: Path, wkt: str, problem: str
) -> None:
    frame = gpd.read_file(TOYLAND / "areas.geojson")
    frame["wkt"] = frame.to_wkt()["geometry"]
    frame.loc[2, "wkt"] = wkt
    path = tmp_path / "areas.csv"
    frame[["ID", "NAME", "wkt"]].to_csv(path, index=False)
    with pytest.raises(SourceRejected) as caught:
        load_areas(path)
    (found,) = caught.value.problems
    assert (found.file, found.row) == ("areas.csv", 4)
    assert problem in found.problem
    batch = load_areas(path, partial=True, expected=())
    assert batch.frames["areas"]["code"].tolist() == ["T001", "T002", "T004"]
    assert batch.rejected_rows is not None
    assert batch.rejected_rows["wkt"].tolist() == [wkt]


@pytest.mark.parametrize("code", ["１２３４", "١٢٣٤", "123４"])
def test_codes_and_figures_have_the_digits_of_ascii(tmp_path: Path, code: str) -> None:
    source = load_folder(TOYLAND / "toyland_people")
    source = dataclasses.replace(source, code_pattern=r"\d{4}")
    path = tmp_path / "people.csv"
    header = "κωδικός;όνομα;κάτοικοι;άνδρες;γυναίκες"
    path.write_text(f"{header}\n{code};Α;2;1;1\n1234;Β;{code};1;1\n", encoding="utf-8")
    malformed, figure = read_census(path, source).rejected
    assert (malformed.row, malformed.value) == (2, code)
    assert "not a code of this country" in malformed.problem
    assert (figure.row, figure.problem) == (3, "not a number")
    assert not load_profile("gr").levels[-1].matches(code)


NASTY = [
    '=HYPERLINK("http://127.0.0.1")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "-5",
    "'-5",
    "''=1",
]
PLAIN = ["Άνω Πόλη", "'Αγιος", "'", "", "5", "a=b", "POLYGON ((24 35, 25 35, 25 36, 24 35))"]


@pytest.mark.parametrize("text", NASTY)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_for_the_way(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert restored(f"'{text}") == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert defused(text) == text == restored(text)


def test_rejects_run_nothing_and_come_back_as_they_were(tmp_path: Path) -> None:
    source = load_folder(TOYLAND / "toyland_people").knowing(frozenset({"none"}))
    path = tmp_path / "people.csv"
    columns = ["κωδικός", "όνομα", "κάτοικοι", "άνδρες", "γυναίκες", "=cmd()"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(columns)
        writer.writerows([f"T{n:03}", text, "-5", "0", "0", text] for n, text in enumerate(NASTY))
    batch = read_census(path, source)
    rejects = write_rejects(batch, tmp_path / "rejects.csv")
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for record in csv.reader(stream) for cell in record]
    assert len(cells) == 7 * (len(NASTY) + 1)
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\t\r"))]
    again = read_table(rejects, source)
    assert list(again.frame.columns) == [*columns, "reason"]
    assert again.frame["όνομα"].tolist() == again.frame["=cmd()"].tolist() == NASTY
    assert decimals(again, "residents").tolist() == [-5.0] * len(NASTY)


def test_a_table_of_their_own_keeps_its_apostrophes(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    header = "κωδικός;όνομα;κάτοικοι;άνδρες;γυναίκες"
    path.write_text(f"{header}\nT001;'-Α;2;1;1\n", encoding="utf-8")
    rows = read_table(path, load_folder(TOYLAND / "toyland_people"))
    assert rows.frame["όνομα"].tolist() == ["'-Α"]
