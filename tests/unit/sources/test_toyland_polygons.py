"""Toyland's polygons: formats, invalid shapes, points outside, and what is repaired."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from conftest import CODES, TOYLAND

from geo.errors import Problem, SourceRejected
from geo.sources.areas import read_areas
from geo.sources.batch import Batch, accept, write_rejects
from geo.sources.polygons import overlaps
from geo.sources.source import load_folder

GOOD = TOYLAND / "areas.geojson"


def load_areas(path: Path, *, fixes: bool = False, partial: bool = False, **facts: object) -> Batch:
    source = load_folder(TOYLAND / "toyland_areas", fixes=fixes).knowing(CODES)
    source = dataclasses.replace(source, **facts)  # type: ignore[arg-type]
    return accept(read_areas(path, source), source, partial=partial)


def problems_of(path: Path, *, fixes: bool = False) -> list[Problem]:
    with pytest.raises(SourceRejected) as caught:
        load_areas(path, fixes=fixes)
    return list(caught.value.problems)


def shapefile(folder: Path, *, crs: str = "EPSG:4326", encoding: str = "utf-8") -> Path:
    path = folder / "areas.shp"
    gpd.read_file(GOOD).to_crs(crs).to_file(path, encoding=encoding)
    return path


def zipped(folder: Path) -> Path:
    parts = sorted(shapefile(folder).parent.glob("areas.*"))
    path = folder / "areas.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.write(part, f"export/{part.name}")
    return path


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp", "zip", "csv"])
def test_every_format_gives_the_same_areas(tmp_path: Path, kind: str) -> None:
    frame = gpd.read_file(GOOD)
    path = tmp_path / f"areas.{kind}"
    if kind == "geojson":
        path = GOOD
    elif kind == "gpkg":
        frame.to_crs(3035).to_file(path)
    elif kind == "shp":
        shapefile(tmp_path, crs="EPSG:2100")
    elif kind == "zip":
        zipped(tmp_path)
    else:
        frame.assign(wkt=frame.to_wkt()["geometry"])[["ID", "NAME", "wkt"]].to_csv(
            path, index=False
        )
    areas = load_areas(path).frames["areas"]
    assert isinstance(areas, gpd.GeoDataFrame)
    assert areas.crs == "EPSG:4326"
    assert set(areas.geom_type) == {"MultiPolygon"}
    assert areas["code"].tolist() == ["T001", "T002", "T003", "T004"]
    assert areas["name_el"].tolist() == ["Άνω Πόλη", "Κάτω Χώρα", "Νησί", "Λιμάνι"]
    assert set(areas["geometry_kind"]) == {"official"}
    assert areas["parent_code"].tolist() == areas["name_en"].tolist() == [None] * 4
    expected = gpd.read_file(GOOD).geometry.to_numpy()
    # Corners may move by the rounding of two projections, about a millimetre.
    assert (shapely.hausdorff_distance(areas.geometry.to_numpy(), expected) < 2e-8).all()


def test_a_shapefile_in_an_old_encoding_needs_no_more_than_its_name(tmp_path: Path) -> None:
    path = shapefile(tmp_path, encoding="ISO-8859-7")
    (tmp_path / "areas.cpg").unlink()
    areas = load_areas(path, encoding="ISO-8859-7").frames["areas"]
    assert areas["name_el"].tolist() == ["Άνω Πόλη", "Κάτω Χώρα", "Νησί", "Λιμάνι"]


def test_a_file_without_reference_system_is_refused_or_told(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    (tmp_path / "areas.prj").unlink()
    (problem,) = problems_of(path)
    assert "coordinate reference system" in problem.problem
    assert len(load_areas(path, crs="EPSG:4326").frames["areas"]) == 4


def test_an_invalid_polygon_is_named_with_row_and_reason() -> None:
    (problem,) = problems_of(TOYLAND / "areas_invalid.geojson")
    assert (problem.file, problem.row) == ("areas_invalid.geojson", 3)
    assert "Self-intersection[25.3 35.7]" in problem.problem
    assert 'geometry = "make_valid"' in problem.remedy


def test_a_repair_is_made_only_where_a_fix_names_it_and_is_listed() -> None:
    path = TOYLAND / "areas_spike.geojson"
    (problem,) = problems_of(path)
    assert problem.row == 3
    batch = load_areas(path, fixes=True)
    areas = batch.frames["areas"].set_index("code")
    assert areas.geometry["T003"].equals(shapely.box(25.2, 35.6, 25.4, 35.8))
    (note,) = [note for note in batch.notes if note.startswith("repaired the polygon of row 3")]
    assert "Ring Self-intersection" in note and "encloses nothing more" in note


def test_repair_true_in_source_toml_repairs_too() -> None:
    batch = load_areas(TOYLAND / "areas_spike.geojson", repair=True)
    assert len(batch.frames["areas"]) == 4


def test_a_repair_that_would_change_the_area_is_refused() -> None:
    # A bow tie: its two halves cancel out, so nobody knows which area was meant.
    (problem,) = problems_of(TOYLAND / "areas_invalid.geojson", fixes=True)
    assert "a repair would change its area" in problem.problem


def test_points_outside_the_country_and_swapped_axes() -> None:
    outside, swapped = problems_of(TOYLAND / "areas_outside.geojson")
    assert (outside.row, outside.value) == (3, "2 48")
    assert "lies outside the country (longitude 24 to 26, latitude 35 to 37)" in outside.problem
    assert (swapped.row, swapped.remedy) == (4, "Exchange the two columns.")


def test_points_and_missing_geometries_are_not_areas() -> None:
    point, missing = problems_of(TOYLAND / "areas_kinds.geojson")
    assert (point.row, point.value) == (3, "Point")
    assert (missing.row, missing.problem) == (4, "the row has no geometry")


def test_a_duplicate_code_names_both_features() -> None:
    first, second = problems_of(TOYLAND / "areas_duplicate.geojson")
    assert (first.row, second.row, first.value) == (1, 4, "T001")


def test_partial_gives_the_good_areas_and_the_rest_back_as_csv(tmp_path: Path) -> None:
    batch = load_areas(TOYLAND / "areas_outside.geojson", partial=True)
    assert batch.frames["areas"]["code"].tolist() == ["T001", "T002"]
    path = write_rejects(batch, tmp_path / "rejects.csv")
    rejects = pd.read_csv(path)
    assert list(rejects.columns) == ["ID", "NAME", "wkt", "reason"]
    assert rejects["ID"].tolist() == ["T003", "T004"]
    rejects.loc[0, "wkt"] = "POLYGON ((25.2 35.6, 25.4 35.6, 25.4 35.8, 25.2 35.6))"
    rejects.iloc[:1].to_csv(path, index=False)
    with pytest.raises(SourceRejected, match="at least 2 municipalities, found 1"):
        load_areas(path, partial=True)
    again = load_areas(path, partial=True, expected=())
    assert again.frames["areas"]["code"].tolist() == ["T003"]


def test_a_wrong_column_lists_what_the_file_has() -> None:
    source = load_folder(TOYLAND / "toyland_areas")
    source = dataclasses.replace(source, columns={"code": "LAU", "name_el": "NAME"})
    with pytest.raises(SourceRejected) as caught:
        read_areas(GOOD, source)
    (problem,) = caught.value.problems
    assert problem.column == "LAU"
    assert "The file has 'ID', 'NAME'" in problem.remedy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("areas.vrt", b"<OGRVRTDataSource/>"),
        ("areas.geojson", b"<OGRVRTDataSource/>"),
        ("areas.gpkg", b'{"type": "FeatureCollection"}'),
        ("areas.zip", b'{"type": "FeatureCollection"}'),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_not_opened(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceRejected, match="not what its name says"):
        load_areas(path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(GOOD.read_bytes()[:700])
    with pytest.raises(SourceRejected, match=r"areas\.geojson: the (file|layer) cannot be"):
        load_areas(path)


def test_overlaps_are_measured() -> None:
    one, other = shapely.box(24, 36, 24.2, 36.2), shapely.box(24.1, 36, 24.3, 36.2)
    apart = shapely.box(25, 36, 25.2, 36.2)
    frame = gpd.GeoDataFrame(geometry=[one, other, apart], crs=4326)
    pairs, km2 = overlaps(frame)
    assert pairs == 1
    # 0.1 degree of longitude at 36.1 N is 9.0 km, 0.2 degree of latitude 22.2 km.
    assert km2 == pytest.approx(9.0 * 22.2, rel=0.01)
