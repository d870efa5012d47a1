"""Files of Poland, Romania and Bulgaria: names, codes that changed, empty cells, broken outlines."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geo.errors import NotFound, SourceRejected
from geo.profiles import profile
from geo.sources.batch import Batch, read_with
from geo.sources.bg_obshtini.read import in_latin
from geo.sources.source import Source, load
from tests.conftest import shared_data

HEADER = {
    "pl_population2024": "name,teryt7,population_2024_12_31",
    "ro_population2022": "siruta,name,population",
}


def without_counts(source_id: str, *known: str) -> Source:
    """The source's facts for a file of a few rows, told which areas are loaded."""
    facts = replace(load(source_id), expected=())
    return facts.knowing(frozenset(known)) if known else facts


def table(folder: Path, source_id: str, *rows: str) -> Path:
    path = folder / "people.csv"
    path.write_text("\n".join([HEADER[source_id], *rows]) + "\n", encoding="utf-8")
    return path


def outlines(folder: Path, *squares: dict[str, Any], corner: tuple[float, float]) -> Path:
    """Squares of 0.1 degrees in a row, each with these attributes; `bowtie` crosses itself."""
    features = []
    for number, given in enumerate(squares):
        west, south = corner[0] + 0.2 * number, corner[1]
        east, north = west + 0.1, south + 0.1
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        attributes = dict(given)
        if attributes.pop("bowtie", False):
            # A spike of no width out of one corner and back.
            ring[1:1] = [[west + 0.05, south], [west + 0.05, south - 0.00001], [west + 0.05, south]]
        features.append(
            {
                "type": "Feature",
                "properties": attributes,
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path = folder / "outlines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def persons(batch: Batch) -> dict[str, int]:
    frame = batch.frames["population"]
    return dict(zip(frame["code"], frame["persons"], strict=True))


def test_a_gmina_that_became_a_town_keeps_its_people(tmp_path: Path) -> None:
    path = table(tmp_path, "pl_population2024", "G.A,3001022,5000", "M.B,3001011,7000")
    batch = read_with(without_counts("pl_population2024", "3001023", "3001011"), path)
    assert persons(batch) == {"3001023": 5000, "3001011": 7000}
    assert any(note.startswith("1 codes differ from the loaded areas") for note in batch.notes)


def test_a_gmina_of_no_loaded_area_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, "pl_population2024", "G.A,3001022,5000", "M.C,3099011,7000")
    with pytest.raises(SourceRejected, match="unknown code: no area loaded has it"):
        read_with(without_counts("pl_population2024", "3001023"), path)


def test_six_digits_of_two_areas_join_nothing(tmp_path: Path) -> None:
    """Two areas that differ in the kind alone: the file must say which one it means."""
    path = table(tmp_path, "pl_population2024", "G.A,3001022,5000")
    with pytest.raises(SourceRejected, match="unknown code"):
        read_with(without_counts("pl_population2024", "3001023", "3001021"), path)


def test_two_rows_of_one_gmina_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path, "pl_population2024", "G.A,3001022,5000", "G.A,3001023,1")
    with pytest.raises(SourceRejected, match="the same value stands in rows 2 and 3"):
        read_with(without_counts("pl_population2024", "3001023"), path)


def test_without_areas_the_codes_stay_and_that_is_said(tmp_path: Path) -> None:
    path = table(tmp_path, "pl_population2024", "G.A,3001022,5000")
    batch = read_with(without_counts("pl_population2024"), path)
    assert persons(batch) == {"3001022": 5000}
    assert any("no official areas of Poland are loaded" in note for note in batch.notes)


def test_an_empty_figure_is_no_zero_and_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, "ro_population2022", "1151,Abrud,5248.0", "109773,Drobeta,", "1213,X,0")
    batch = read_with(without_counts("ro_population2022"), path)
    assert persons(batch) == {"1151": 5248, "1213": 0}
    assert set(batch.frames["population"]["base"]) == {"registered"}
    assert batch.counts == {"municipalities": 3, "residents": 5248, "without_figure": 1}
    assert "1 areas without a figure, which is not zero: 109773" in batch.notes


def test_an_empty_figure_is_refused_where_the_source_promises_all(tmp_path: Path) -> None:
    path = table(tmp_path, "pl_population2024", "G.A,3001022,")
    with pytest.raises(SourceRejected, match="the value is missing"):
        read_with(without_counts("pl_population2024"), path)


@pytest.mark.parametrize("wrong", ["-5", "5248.5", "many", "1e4"])
def test_what_is_no_count_is_refused(tmp_path: Path, wrong: str) -> None:
    path = table(tmp_path, "ro_population2022", f"1151,Abrud,{wrong}")
    with pytest.raises(SourceRejected, match="row 2, column population"):
        read_with(without_counts("ro_population2022"), path)


def test_a_uat_lies_in_the_county_its_file_names(tmp_path: Path) -> None:
    path = outlines(
        tmp_path,
        {"siruta": "136483", "name": "Satu Mare", "cc": "SM"},
        {"siruta": "1017", "name": "Alba Iulia", "cc": "AB"},
        corner=(23.0, 46.0),
    )
    areas = read_with(without_counts("ro_uat"), path).frames["areas"].set_index("code")
    assert areas["parent_code"].to_dict() == {"136483": "SM", "1017": "AB"}
    assert areas["name_ro"].to_dict() == {"136483": "Satu Mare", "1017": "Alba Iulia"}
    assert set(areas["name_en"]) == set(areas["name_el"]) == {None}


def test_broken_outlines_are_repaired_and_counted(tmp_path: Path) -> None:
    path = outlines(
        tmp_path,
        {"nuts4": "BLG03", "name": "Благоевград", "bowtie": True},
        {"nuts4": "BLG52", "name": "Хаджидимово", "bowtie": True},
        {"nuts4": "SOF17", "name": "Ихтиман"},
        corner=(23.0, 42.0),
    )
    batch = read_with(without_counts("bg_obshtini"), path)
    assert batch.counts == {"municipalities": 3, "repaired": 2}
    assert "2 polygons were invalid and were repaired" in batch.notes
    areas = batch.frames["areas"].set_index("code")
    assert areas.geometry.is_valid.all()
    assert areas.at["BLG52", "name_en"] == "Hadzhidimovo"
    assert areas.at["BLG52", "name_bg"] == "Хаджидимово"


def test_regions_are_called_as_the_profile_calls_them(tmp_path: Path) -> None:
    path = outlines(tmp_path, {"terc": "30", "name": "WIELKOPOLSKIE"}, corner=(17.0, 52.0))
    (region,) = read_with(without_counts("pl_wojewodztwa"), path).frames["areas"].to_dict("records")
    assert (region["level"], region["parent_code"]) == ("region", "pl")
    assert (region["name_pl"], region["name_en"]) == ("wielkopolskie", "Greater Poland")


def test_a_region_the_profile_does_not_have_is_named(tmp_path: Path) -> None:
    path = outlines(tmp_path, {"terc": "31", "name": "NOWE"}, corner=(17.0, 52.0))
    with pytest.raises(NotFound, match="no region '31'"):
        read_with(without_counts("pl_wojewodztwa"), path)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("София", "Sofia"),  # the law's exception for an ending
        ("Стара Загора", "Stara Zagora"),
        ("Търговище", "Targovishte"),
        ("Кърджали", "Kardzhali"),
        ("Велико Търново", "Veliko Tarnovo"),
        ("Ямбол", "Yambol"),
        ("Добрич-селска", "Dobrich-selska"),
    ],
)
def test_bulgarian_names_in_the_letters_of_the_law(name: str, latin: str) -> None:
    assert in_latin(name, profile.load("bg").addresses.spelling) == latin


def test_the_letters_of_the_law_against_names_written_by_hand() -> None:
    """4,626 settlements have an English name in the file, written by people."""
    path = shared_data("population", "bg_settlements_population_dec2013.csv")
    law = profile.load("bg").addresses.spelling
    with path.open(encoding="utf-8") as stream:
        names = [(row["name_bg"], row["name_en"]) for row in csv.DictReader(stream)]
    written = [(bulgarian, english) for bulgarian, english in names if english]
    differ = [pair for pair in written if in_latin(pair[0], law) != pair[1]]
    assert len(written) == 4_626 and differ == []


@pytest.mark.parametrize(
    ("source", "file", "areas", "repaired"),
    [
        ("pl_gminy", "pl_gminy_2477_terc.geojson", 2_477, 0),
        ("pl_wojewodztwa", "pl_wojewodztwa_16_terc.geojson", 16, 0),
        ("ro_uat", "ro_uat_3186_siruta.geojson", 3_186, 3),
        ("bg_obshtini", "bg_municipalities_names.geojson", 265, 43),
        ("bg_oblasti", "bg_provinces.geojson", 28, 11),
    ],
)
def test_the_real_outlines(source: str, file: str, areas: int, repaired: int) -> None:
    batch = read_with(load(source), shared_data("boundaries", file))
    assert batch.counts == {"municipalities": areas, "repaired": repaired}
    assert batch.rejected == () and len(batch.frames["areas"]) == areas
