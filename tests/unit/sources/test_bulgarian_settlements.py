"""Bulgaria: small files with values by hand, then the packages as installed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import NotFound, SourceRejected
from geo.sources.batch import Batch, read_source
from geo.sources.bg_settlements.read import both, obshtini, read
from geo.sources.source import load
from tests.unit.sources.packaged_geonames import install, line, place

HEADER = "postal_code,country_code,admin_name1,admin_code1,admin_name2,admin_name3,place_name"
VARNA = "Варна / Varna,VAR"
ROWS = f"""\
9000,BG,{VARNA},Варна / Varna,,Варна / Varna
9102,BG,{VARNA},Варна / Varna,,Каменар / Kamenar
9220,BG,{VARNA},Вълчи дол / Vulchi dol,,Вълчи дол / Vulchi dol
9300,BG,Добрич / Dobrich,DOB,Добрич / Dobrich,,Добрич / Dobrich
9377,BG,Добрич / Dobrich,DOB,Добрич / Dobrich,,Стожер / Stozher
9377,BG,Добрич / Dobrich,DOB,Добрич / Dobrich,,Стожер / Stozher"""


def written(folder: Path, rows: str = ROWS) -> Path:
    path = folder / "BG.zcsv"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("BG.zcsv", f"{HEADER}\n{rows}\n")
    return path


def read_small(path: Path) -> Batch:
    """What is read before the counts of the real package are asked for."""
    return read(path, load("bg_settlements", fixes=False))


def test_settlements_and_postcodes_of_the_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(
        monkeypatch,
        tmp_path,
        [
            place(1, "Varna", 27.91, 43.21, "BG", population=335_177, admin1code="61",
                  alternatenames=["Варна", "Warna"]),
            place(2, "Valchidol", 27.55, 43.4, "BG", population=3697, admin1code="61",
                  alternatenames=["Вълчидол"]),  # its municipality is not known to GeoNames
            place(3, "Asparuhovo", 27.9, 43.18, "BG", population=25_000, admin1code="61",
                  alternatenames=["Аспарухово"]),
        ],
        [line(1, "BG", "VAR06", ""), line(3, "BG", "VAR06", "", "PPLX")],
    )  # fmt: skip
    batch = read_small(written(tmp_path))
    frame = batch.frames["settlements"].set_index("external_id")
    facts = frame[["name", "kind", "area_code", "parent", "unit"]].apply(tuple, axis=1).to_dict()
    assert facts == {
        "VAR06/9000/Варна": ("Варна", "city", "VAR06", "Варна", "Варна"),
        "VAR06/9102/Каменар": ("Каменар", "village", "VAR06", "Варна", "Варна"),
        "VAR09/9220/Вълчи дол": ("Вълчи дол", "town", "VAR09", "Вълчи дол", "Варна"),
        # One name in the table, two municipalities: the town, and the villages around it.
        "DOB28/9300/Добрич": ("Добрич", "village", "DOB28", "Добрич", "Добрич"),
        "DOB15/9377/Стожер": ("Стожер", "village", "DOB15", "Добричка", "Добрич"),
        "geonames-3": ("Аспарухово", "quarter", "VAR06", "Варна", "Варна"),
    }
    assert frame.loc["VAR06/9000/Варна", "alternate_names"] == ["Varna", "Warna"]
    assert pd.isna(frame.loc["VAR06/9102/Каменар"].geometry)
    postcodes = batch.frames["postcodes"].set_index("postcode")
    assert list(postcodes.index) == ["9000", "9220"]
    assert postcodes.loc["9220", ["area_code", "name", "placed_by"]].tolist() == [
        "VAR09", "Вълчи дол", "settlement",
    ]  # fmt: skip
    point = postcodes.geometry["9220"]
    assert (point.x, point.y) == (27.55, 43.4)
    assert "1 rows say what another row says: left out" in batch.notes
    assert "3 postcodes left out, no settlement they serve has a point" in batch.notes


def test_what_is_wrong_is_said_row_by_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, [], [])
    rows = f"9000,BG,{VARNA},Нещо / Neshto,,Варна / Varna\n9102,BG,{VARNA},Варна / Varna,,"
    batch = read_small(written(tmp_path, rows))
    assert [(p.row, p.column, p.problem) for p in batch.rejected] == [
        (2, "admin_name2", "this municipality stands in no row of obshtini.csv for this province"),
        (3, "place_name", "the name is missing"),
    ]
    assert batch.rejected_count == 2


def test_tables_of_another_shape_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(monkeypatch, tmp_path, [], [])
    plain = tmp_path / "BG.csv"
    plain.write_text("postcode,place\n9000,Варна\n", encoding="utf-8")
    with pytest.raises(SourceRejected, match="its columns are not postal_code"):
        read_small(plain)
    plain.write_text(f"{HEADER}\n9000,BG\n", encoding="utf-8")
    with pytest.raises(SourceRejected, match="the row has not 7 fields"):
        read_small(plain)
    plain.write_bytes(f"{HEADER}\n".encode() + b"9000,BG,\xc2\xe0\xf0\n")
    with pytest.raises(SourceRejected, match="not the table this source reads"):
        read_small(plain)


def test_names_in_two_scripts() -> None:
    assert both("Айтос / Ajtos") == ("Айтос", "Ajtos")
    assert both("Bov") == ("Bov", "")


def test_the_reviewed_table_has_every_municipality_once() -> None:
    codes = [code for code, _ in obshtini(load("bg_settlements")).values()]
    assert len(codes) == len(set(codes)) == 265
    assert all(re.fullmatch(r"[A-Z]{3}\d{2}", code) for code in codes)
    assert len({code[:3] for code in codes}) == 28


@pytest.fixture(scope="module")
def packaged() -> Batch:
    try:
        return read_source("bg_settlements")
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")


def test_the_packages_hold_what_was_counted(packaged: Batch) -> None:
    assert packaged.counts == {
        "rows": 5304,
        "municipalities": 265,
        "settlements": 5309,
        "with_point": 345,
        "postcodes": 4359,
        "geonames": 333,
    }
    assert sum(note.startswith("fixed row") for note in packaged.notes) == 8
    frame = packaged.frames["settlements"]
    assert frame["external_id"].is_unique
    # Every municipality has a place on the map, if only one.
    placed = frame[frame.geometry.notna()]
    assert placed["area_code"].nunique() == 265
    sarnitsa = frame[(frame["name"] == "Сърница") & (frame["unit"] == "Пазарджик")].iloc[0]
    assert (sarnitsa["area_code"], sarnitsa.geometry is not None) == ("PAZ39", True)
    sofia = frame[(frame["name"] == "София") & (frame["kind"] == "city")].iloc[0]
    assert (sofia["area_code"], "Sofia" in sofia["alternate_names"]) == ("SOF46", True)
