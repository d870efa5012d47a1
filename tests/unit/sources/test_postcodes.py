"""The postcode package: golden counts, and its known mistakes mended in the open."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.errors import NotFound, SettingsError, SourceRejected
from geo.sources.batch import Batch, read_source
from geo.sources.gr_postcodes.read import area_codes
from geo.sources.source import load

ATTICA = tuple(str(unit) for unit in range(45, 53))


def test_the_package_holds_what_was_counted(postcodes: Batch) -> None:
    assert postcodes.counts == {
        "postcodes": 1328,
        "streets": 71_133,
        "attica_postcodes": 324,
        "attica_streets": 30_644,
    }
    assert len(postcodes.frames["postcodes"]) == 1328
    # 2,350 rows have a postcode without a point; they are listed, not placed.
    assert len(postcodes.frames["streets"]) == 71_133 - 2350
    assert any(note.startswith("2,350 street rows left out") for note in postcodes.notes)


def test_irakleio_of_crete_left_attica(postcodes: Batch) -> None:
    points = postcodes.frames["postcodes"].set_index("postcode")
    assert points.loc["71500", "area_code"] == "7101"
    in_attica = points[points["area_code"].str.startswith(ATTICA)]
    assert len(in_attica) == 323
    assert in_attica.total_bounds[1] > 36.0
    assert sorted(points.index[points["area_code"] == "4604"]) == ["14121", "14122"]


def test_the_misplaced_point_of_peristeri_is_moved_and_noted(postcodes: Batch) -> None:
    point = postcodes.frames["postcodes"].set_index("postcode").geometry["12136"]
    assert (point.x, point.y) == (23.6900006, 38.0277956)
    assert any("postcode 12136" in note and "inferred" in note for note in postcodes.notes)
    far = next(note for note in postcodes.notes if note.startswith("points far"))
    assert "12136" not in far and "58300 (1003" in far


def test_the_check_finds_both_mistakes_where_they_are_not_mended(postcodes_file: Path) -> None:
    notes = read_source("gr_postcodes", postcodes_file, fixes=False).notes
    far = next(note for note in notes if note.startswith("points far"))
    assert "12136 (4701, 9 km)" in far
    assert "71500 (4604, " in far


@pytest.mark.parametrize(
    ("postcode", "code"),
    [
        ("18040", "5208"),  # Hydra: the package says 5202, which is Agkistri
        ("18010", "5203"),  # Aegina: the package says 5204, which is Kythira
        ("80100", "5204"),  # Kythira: the package says 5205, which is Poros
        ("18050", "5206"),  # Spetses: the package says 5207, which is Troizinia-Methana
        ("18020", "5207"),  # Troizinia-Methana: the package has no code
        ("12131", "4701"),  # Peristeri: the package files it under West Attica
        ("10431", "4501"),
    ],
)
def test_areas_go_by_name_never_by_the_packages_code(
    postcodes: Batch, postcode: str, code: str
) -> None:
    points = postcodes.frames["postcodes"].set_index("postcode")
    assert points.loc[postcode, "area_code"] == code


def test_the_reviewed_table_has_each_municipality_once() -> None:
    codes = area_codes(load("gr_postcodes"))
    assert len(codes) == len(set(codes.values())) == 328
    census = read_source("gr_census2021_attica").frames["area_names"]
    of_attica = {code for code in codes.values() if code.startswith(ATTICA)}
    assert of_attica < set(census["code"])
    assert sorted(set(census["code"]) - of_attica) == ["5202", "5205"]


def test_house_numbers_stand_on_their_own_side(postcodes: Batch) -> None:
    streets = postcodes.frames["streets"]
    ends = ["odd_from", "odd_to", "even_from", "even_to"]

    def numbers(postcode: str, name: str) -> list[int | None]:
        found = streets[(streets["postcode"] == postcode) & (streets["name"] == name)]
        return [None if pd.isna(each) else int(each) for each in found[ends].iloc[0]]

    assert numbers("10431", "3ης Σεπτεμβρίου") == [1, 3, 2, 4]
    # "68 to the end" stood as odd numbers.
    assert numbers("10431", "Βενιζέλου Ελευθερίου") == [None, None, 68, None]
    # "1st to 2nd side lane" is no house number.
    assert numbers("10446", "Πάροδος Κολοφώνος") == [None] * 4


def test_every_street_has_a_place_and_a_municipality(postcodes: Batch) -> None:
    streets = postcodes.frames["streets"]
    assert streets[["name", "postcode", "area_code", "lat", "lon"]].notna().all().all()
    assert streets["lat"].between(34.5, 42).all() and streets["lon"].between(19, 30).all()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"not a database")
    with pytest.raises(SourceRejected, match=r"library\.sqlite: the table \w+ cannot be read"):
        read_source("gr_postcodes", path)


def test_a_package_not_installed_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="greek-postal-code-db is not installed"):
        load("gr_postcodes").package_file(tmp_path)
    with pytest.raises(SettingsError, match="comes in no package"):
        load("gr_census2021").package_file(tmp_path)


def test_settlements_of_greece(settlements: Batch) -> None:
    frame = settlements.frames["settlements"].set_index("external_id")
    assert settlements.counts == {"settlements": 1986, "attica_settlements": 165}
    assert frame["area_code"].notna().all()
    # 166: GeoNames files Agkistri under no region.
    assert frame["area_code"].str.startswith(ATTICA).sum() == 166
    facts = ["area_code", "parent", "unit"]
    # Ioannina's Dodoni, and Kerkyra after its division in 2019.
    assert frame.loc["263020", facts].tolist() == ["1803", "Δωδώνης", "Ιωάννινα"]
    assert frame.loc["2463623", facts].tolist() == ["3203", "Νότιας Κέρκυρας", "Κέρκυρα"]
    # Kaisariani's point lies in Vyronas; its name decides.
    assert frame.loc["261678", "area_code"] == "4507"
    assert "Καισαριανή" in frame.loc["261678", "alternate_names"]
    # Agkistri and Poros have no postcode point: their settlements stand for them.
    assert {"5202", "5205"} <= set(frame["area_code"].dropna())


def test_the_census_of_attica() -> None:
    batch = read_source("gr_census2021_attica")
    people = batch.frames["population"]
    total = people[people["sex"] == "total"].set_index("code")["persons"]
    assert (len(total), total.sum()) == (66, 3_792_469)
    assert (total["4501"], total["4902"], total["5202"]) == (637_798, 50_585, 1107)
    names = batch.frames["area_names"].set_index("code")
    assert names.loc["4902", ["name_el", "name_en", "parent_code"]].tolist() == [
        "Βάρης - Βούλας - Βουλιαγμένης",
        "Vari-Voula-Vouliagmeni",
        "49",
    ]
