"""Cells to municipalities on a map small enough to draw: an island state with one land border."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import SourceRejected
from geo.sources.batch import read_source
from geo.sources.eu_population_grid.read import within

X, Y = 5_500_000, 1_700_000
"""A corner of the grid in the Aegean, EPSG:3035."""


def write_grid(path: Path, cells: dict[tuple[int, int], int]) -> Path:
    """Cells by (column, line) counted from the corner -> persons."""
    frame = pd.DataFrame(
        [(X + 5000 * c, Y + 5000 * r, persons) for (c, r), persons in cells.items()],
        columns=["x", "y", "population"],
    )
    frame.to_parquet(path)
    return path


def areas(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Areas by code, as boxes in kilometres from the corner."""
    shapes = [
        shapely.box(X + w * 1000, Y + s * 1000, X + e * 1000, Y + n * 1000)
        for w, s, e, n in boxes.values()
    ]
    return gpd.GeoDataFrame({"code": list(boxes)}, geometry=shapes, crs=3035).to_crs(4326)


@pytest.fixture
def without_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.sources.batch.check_counts", lambda *_, **__: [])


@pytest.mark.usefixtures("without_count")
def test_containment_coast_border_and_far_away(tmp_path: Path) -> None:
    cells = {
        (0, 0): 100,  # centroid (2.5, 2.5) in A
        (1, 0): 50,  # centroid (7.5, 2.5) in B
        (0, 1): 7,  # centroid (2.5, 7.5) in the sea, 1.5 km north of A
        (1, 1): 3,  # centroid (7.5, 7.5), 1.5 km north of B
        (2, 0): 20,  # centroid (12.5, 2.5), 0.5 km beyond B's border; people live further on
        (3, 0): 900,  # wholly abroad
        (9, 9): 1000,  # far away
    }
    grid = read_source("eu_population_grid", write_grid(tmp_path / "grid.parquet", cells))
    given = within(grid.frames["cells"], areas(A=(0, 0, 5, 6), B=(5, 0, 12, 6)))
    assert (given.contained, given.nearest, given.border, given.outside) == (150, 10, 20, 1900)
    by_code = given.cells.groupby("area_code")["population"].sum()
    assert by_code.to_dict() == {"A": 107, "B": 53}
    assert given.empty == ()


@pytest.mark.usefixtures("without_count")
def test_where_polygons_overlap_the_first_by_code_counts_and_small_areas_are_named(
    tmp_path: Path,
) -> None:
    grid = read_source("eu_population_grid", write_grid(tmp_path / "grid.parquet", {(0, 0): 9}))
    given = within(grid.frames["cells"], areas(B=(0, 0, 5, 5), A=(1, 1, 5, 5), C=(0, 0, 1, 1)))
    assert given.cells["area_code"].tolist() == ["A"]
    assert given.empty == ("B", "C")
    assert any("2 municipalities without a cell: B, C" in note for note in given.notes())


@pytest.mark.usefixtures("without_count")
def test_codes_are_those_of_the_european_grid(tmp_path: Path) -> None:
    batch = read_source("eu_population_grid", write_grid(tmp_path / "g.parquet", {(1, 2): 5}))
    cell = batch.frames["cells"].iloc[0]
    assert cell["code"] == "CRS3035RES5000mN1710000E5505000"
    assert cell["kind"] == "grid_5km"
    assert cell["area_code"] is None
    assert cell["reference_date"] == date(2018, 1, 1)
    centre = batch.frames["cells"].to_crs(3035).geometry.iloc[0]
    assert (centre.x, centre.y) == pytest.approx((5_507_500, 1_712_500), abs=0.01)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ((X + 1, Y, 5), "row 1, column x: not a corner of the 5000 m grid"),
        ((X, -5000, 5), "row 1, column y: not a corner"),
        ((X, Y, -5), "row 1, column population: not a count of persons"),
    ],
)
def test_values_off_the_grid_are_named(tmp_path: Path, row: tuple[int, ...], text: str) -> None:
    path = tmp_path / "grid.parquet"
    pd.DataFrame([row], columns=["x", "y", "population"]).to_parquet(path)
    with pytest.raises(SourceRejected, match=text):
        read_source("eu_population_grid", path)


def test_a_grid_of_another_edition_is_refused_by_its_count(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "grid.parquet", {(0, 0): 1})
    with pytest.raises(SourceRejected, match="expected exactly 181,381 cells, found 1"):
        read_source("eu_population_grid", path)


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "grid.parquet"
    path.write_bytes(b"x,y,population\n")
    with pytest.raises(SourceRejected, match="not a Parquet file"):
        read_source("eu_population_grid", path)
