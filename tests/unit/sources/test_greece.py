"""Greece from official files: golden counts, and the publisher's mistakes as they really are."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import SourceRejected
from geo.sources.batch import read_source, write_rejects
from geo.sources.eu_population_grid.read import within
from tests.conftest import shared_data


@pytest.fixture(scope="module")
def census_file() -> Path:
    return shared_data("population", "gr_census2021_provisional_dimoi.csv")


@pytest.fixture(scope="module")
def polygons_file() -> Path:
    return shared_data("boundaries", "gr_dimoi_333_elstat_codes.geojson")


def test_the_census_stops_at_code_7101_and_names_both_rows(census_file: Path) -> None:
    with pytest.raises(SourceRejected) as caught:
        read_source("gr_census2021", census_file)
    text = str(caught.value)
    assert "row 58, column elstat_municipality_code" in text
    assert "row 183, column elstat_municipality_code" in text
    assert "rows 58 and 183 (value: '7101')" in text
    assert "load with --fixes" in text


def test_the_fix_mends_the_census(census_file: Path) -> None:
    batch = read_source("gr_census2021", census_file, fixes=True)
    assert batch.counts == {
        "municipalities": 333,
        "residents": 10_432_481,
        "without_figure": 0,
    }
    people = batch.frames["population"]
    total = people[people["sex"] == "total"].set_index("code")["persons"]
    assert total.index.is_unique and len(total) == 333
    assert total.sum() == 10_432_481
    assert (total["7101"], total["4604"], total["4902"]) == (177_064, 50_495, 50_585)
    assert total[total.index.str[:2].isin([str(each) for each in range(45, 53)])].sum() == 3_792_469
    assert any("fixed row 183" in note and "= 4604" in note for note in batch.notes)


def test_partial_keeps_331_and_gives_two_back(census_file: Path, tmp_path: Path) -> None:
    batch = read_source("gr_census2021", census_file, partial=True)
    assert batch.frames["area_names"]["code"].nunique() == 331
    lines = write_rejects(batch, tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("7101,ΗΡΑΚΛΕΙΟΥ,50495,")


def test_the_polygons_load_with_their_one_repair_listed(polygons_file: Path) -> None:
    batch = read_source("gr_municipalities", polygons_file)
    areas = batch.frames["areas"]
    assert batch.counts == {"municipalities": 333, "repaired": 1}
    assert areas["code"].is_unique and areas.geometry.is_valid.all()
    repairs = [note for note in batch.notes if note.startswith("repaired")]
    assert repairs == ["repaired the polygon of row 1: Nested shells[25.374132 37.106496]"]
    assert any("pairs of polygons overlap, by 82.6 km2" in note for note in batch.notes)


def test_polygons_and_census_have_the_same_codes(polygons_file: Path, census_file: Path) -> None:
    areas = read_source("gr_municipalities", polygons_file).frames["areas"]
    known = frozenset(areas["code"])
    census = read_source("gr_census2021", census_file, fixes=True, known_codes=known)
    assert set(census.frames["area_names"]["code"]) == known


def test_the_grid_is_given_to_municipalities(polygons_file: Path) -> None:
    grid = read_source(
        "eu_population_grid", shared_data("population", "eu_pop_grid_2018_5km.parquet")
    )
    assert grid.counts["cells"] == 181_381
    areas = read_source("gr_municipalities", polygons_file).frames["areas"]
    given = within(grid.frames["cells"], areas)
    # 10.02 million by centroid is what the file's own description states for Greece.
    assert given.contained == 10_019_477
    # Eurostat has 10.74 million residents of Greece on 1 January 2018.
    assert given.contained + given.nearest == pytest.approx(10.74e6, rel=0.01)
    assert given.border < 150_000
    everybody = given.contained + given.nearest + given.border + given.outside
    assert everybody == grid.counts["persons"]
    assert given.cells["population"].sum() == given.contained + given.nearest
    assert given.cells["code"].is_unique and given.cells["area_code"].notna().all()
