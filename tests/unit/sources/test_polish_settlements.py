"""Poland: small files with values by hand, then the packages as installed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import NotFound, SourceRejected
from geo.settings import read_settings
from geo.sources.batch import Batch, read_source
from geo.sources.pl_postcodes.read import choose
from geo.sources.pl_settlements.read import commune, communes
from geo.sources.settling import Settlement
from geo.sources.source import load
from tests.unit.sources.packaged_geonames import install, line, place

VILLAGE = {
    "Id": "1", "Name": "Abramów", "Type": "village", "Province": "lubelskie",
    "District": "lubartowski", "Commune": "Abramów-gmina wiejska",
    "Latitude": 51.4561, "Longitude": 22.3158,
}  # fmt: skip
TOWN = {
    "Id": "2", "Name": "Bolesławiec", "Type": "city", "Province": "dolnośląskie",
    "District": "bolesławiecki", "Commune": "Bolesławiec-gmina miejska",
    "Latitude": 51.2639, "Longitude": 15.5697,
}  # fmt: skip


def written(folder: Path, *records: dict[str, object]) -> Path:
    path = folder / "data.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def settlements(path: Path) -> pd.DataFrame:
    return unexpected(path).frames["settlements"].set_index("external_id")


def unexpected(path: Path) -> Batch:
    """What is read before the counts of the real packages are asked for."""
    from geo.sources.pl_settlements.read import read

    return read(path, load("pl_settlements"))


def test_a_commune_is_told_by_its_county_its_name_and_its_kind() -> None:
    told = ("lubelskie", "lubelski", "Głusk", "gmina wiejska")
    assert commune("lubelskie", "lubelski", "Głusk-gmina wiejska") == told
    part = "Żerków-obszar wiejski w gminie miejsko-wiejskiej"
    whole = ("wielkopolskie", "jarociński", "Żerków", "gmina miejsko-wiejska")
    assert commune("wielkopolskie", "jarociński", part) == whole
    dashed = commune("śląskie", "bielski", "Czechowice-Dziedzice-gmina miejsko-wiejska")
    assert dashed is not None and dashed[2] == "Czechowice-Dziedzice"
    assert commune("lubelskie", "lubelski", "Głusk") is None


def test_the_reviewed_table_gives_the_codes_of_the_register() -> None:
    codes = communes(load("pl_settlements"))
    # TERYT as in the register: the town and the country commune of one name have codes of their own.
    assert codes["dolnośląskie", "bolesławiecki", "Bolesławiec", "gmina miejska"] == "020101"
    assert codes["dolnośląskie", "bolesławiecki", "Bolesławiec", "gmina wiejska"] == "020102"
    assert codes["małopolskie", "Kraków", "Kraków", "gmina miejska"] == "126101"
    assert codes["wielkopolskie", "Poznań", "Poznań", "gmina miejska"] == "306401"
    assert codes["mazowieckie", "Warszawa", "Warszawa", "gmina miejska"] == "146501"
    # Ostrowice was dissolved in 2019, divided between two neighbours.
    assert [key[2] for key, code in codes.items() if code is None] == ["Ostrowice"]
    given = [code for code in codes.values() if code]
    assert len(given) == len(set(given)) == 2477
    assert len({code[:4] for code in given}) == 380


def test_a_geonames_place_of_the_same_name_nearby_is_the_same_settlement(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(
        monkeypatch,
        tmp_path,
        [
            place(10, "Bolesławiec", 15.57, 51.265, "PL", population=38_000,
                  alternatenames=["Bunzlau", "Bolesławiec", "博莱斯瓦维耶茨"]),
            place(11, "Osiedle Kolejowe", 15.6, 51.26, "PL"),  # of no commune in the older dump
            place(12, "Bolice", 15.56, 51.26, "PL", population=900),
            place(13, "Bunzlau", 15.57, 51.26, "DE"),
        ],
        [line(12, "PL", "0201", "020101", "PPLX")],
    )  # fmt: skip
    frame = settlements(written(tmp_path, VILLAGE, TOWN))
    assert list(frame.index) == ["1", "2", "geonames-11", "geonames-12"]
    assert pd.isna(frame.loc["geonames-11", "area_code"])
    town = frame.loc["2"]
    assert (town["kind"], town["area_code"], town["parent"], town["unit"]) == (
        "town", "020101", "Bolesławiec", "bolesławiecki, dolnośląskie",
    )  # fmt: skip
    assert (town["population"], town["alternate_names"]) == (38_000, ["Bunzlau"])
    assert (town.geometry.x, town.geometry.y) == (15.5697, 51.2639)
    village = frame.loc["1"]
    assert (village["kind"], village["area_code"]) == ("village", "060802")
    assert pd.isna(village["population"]) and village["alternate_names"] == []
    quarter = frame.loc["geonames-12"]
    assert (quarter["kind"], quarter["area_code"], quarter["parent"]) == (
        "quarter", "020101", "Bolesławiec",
    )  # fmt: skip


def test_what_is_wrong_is_said_row_by_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, [], [])
    batch = unexpected(
        written(
            tmp_path,
            VILLAGE,
            TOWN | {"Commune": "Nowhere-gmina wiejska"},
            VILLAGE | {"Id": "3", "Latitude": 22.3158, "Longitude": 51.4561},
            VILLAGE | {"Id": "4", "Type": "hamlet"},
            VILLAGE | {"Id": "5", "Latitude": "north"},
        )
    )
    said = [(problem.row, problem.column, problem.problem) for problem in batch.rejected]
    assert said == [
        (2, "Commune", "this commune stands in no row of gminas.csv"),
        (3, "Longitude", "longitude 51.4561 and latitude 22.3158 look swapped"),
        (4, "Type", "neither city nor village"),
        (5, "Longitude", "the coordinates are not finite numbers"),
    ]
    assert len(batch.frames["settlements"]) == 1
    assert batch.rejected_count == 4


def test_files_of_another_shape_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(monkeypatch, tmp_path, [], [])
    broken = tmp_path / "data.json"
    broken.write_text('[{"Id": 1', encoding="utf-8")
    with pytest.raises(SourceRejected, match="not the JSON this source reads"):
        unexpected(broken)
    without = {key: value for key, value in VILLAGE.items() if key != "Commune"}
    with pytest.raises(SourceRejected, match="the column 'Commune' is missing"):
        unexpected(written(tmp_path, without))
    install(monkeypatch, tmp_path, [{"geonameid": 1, "name": "Bolesławiec"}], [])
    with pytest.raises(SourceRejected, match="fields missing or new"):
        unexpected(written(tmp_path, VILLAGE))
    install(monkeypatch, tmp_path, [], ["1\tBolesławiec"])
    with pytest.raises(SourceRejected, match="the line has 2 fields, not 19"):
        unexpected(written(tmp_path, VILLAGE))


def test_a_postcode_row_means_the_settlement_of_its_commune() -> None:
    def village(key: str, area: str, parent: str, unit: str) -> Settlement:
        return Settlement(key, "Nowa Wieś", "village", area, parent, unit, (20.0, 52.0))

    here = village("1", "140101", "Białobrzegi", "białobrzeski")
    there = village("2", "143205", "Leszno", "warszawski zachodni")
    twin = village("3", "143205", "Leszno", "warszawski zachodni")
    assert choose([here, there], "Gmina Leszno", "") is there
    assert choose([here, there], "", "Powiat białobrzeski") is here
    assert choose([here, there], "", "") is None
    # Two of one name in one commune: either says which commune, and they are near each other.
    assert choose([there, twin], "Leszno", "Powiat warszawski zachodni") is there
    assert choose([], "Leszno", "") is None


@pytest.fixture(scope="module")
def packaged() -> Batch:
    source = load("pl_settlements")
    try:
        return read_source("pl_settlements", source.package_file(read_settings().packages))
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")


def test_the_package_holds_what_was_counted(packaged: Batch) -> None:
    assert packaged.counts == {"settlements": 43_989, "communes": 2478, "geonames": 3866}
    frame = packaged.frames["settlements"]
    assert frame["external_id"].is_unique
    prng = frame[~frame["external_id"].str.startswith("geonames-")]
    assert (len(prng), prng["area_code"].isna().sum()) == (43_989, 16)  # 16 in Ostrowice
    assert frame["kind"].value_counts()["city"] >= 35
    by_id = frame.set_index("external_id")
    warsaw = frame[(frame["name"] == "Warszawa") & (frame["kind"] == "city")].iloc[0]
    assert (warsaw["area_code"], warsaw["unit"]) == ("146501", "Warszawa, mazowieckie")
    assert "Варшава" in warsaw["alternate_names"] and "Warsaw" in warsaw["alternate_names"]
    assert by_id.loc["1", "area_code"] == "060905"  # Abramowice Kościelne in Głusk
