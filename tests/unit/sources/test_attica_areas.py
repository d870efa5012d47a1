"""Derived areas: cut by hand on a small map, and whole for Attica."""

from __future__ import annotations

import dataclasses
from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidInput
from geo.sources.gr_attica_areas.cells import whole_shares
from geo.sources.gr_attica_areas.derive import Inputs, derive
from geo.sources.polygons import overlaps
from geo.sources.source import Source, load

X, Y = 5_500_000, 1_700_000


def points(rows: list[tuple[object, ...]], columns: list[str]) -> gpd.GeoDataFrame:
    """A frame of points; the last two values of a row are kilometres east and north."""
    geometry = [shapely.Point(X + row[-2] * 1000, Y + row[-1] * 1000) for row in rows]  # type: ignore[operator]
    frame = pd.DataFrame([row[:-2] for row in rows], columns=columns)
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=3035).to_crs(4326)


@pytest.fixture
def small() -> Inputs:
    """A mainland of 20 x 10 km with A and B, and an island C that the outline does not show."""
    mainland = shapely.box(X, Y, X + 20_000, Y + 10_000)
    outline = gpd.GeoDataFrame(
        {
            "code": ["EL30"], "level": "region", "parent_code": None, "country": "gr",
            "name_el": "Μικρή", "name_en": "Small", "geometry_kind": "derived",
        },
        geometry=[shapely.segmentize(mainland, 1000)], crs=3035,
    ).to_crs(4326)  # fmt: skip
    postcodes = points(
        [("10001", "A", "Α", 5, 5), ("10002", "B", "Β", 15, 2), ("10003", "B", "Β", 15, 8),
         ("10004", "A", "Α", 5, 9)],
        ["postcode", "area_code", "name"],
    )  # fmt: skip
    settlements = points(
        [("1", "Νησί", [], 90, "C", 30, 5)],
        ["external_id", "name", "alternate_names", "population", "area_code"],
    )
    streets = pd.DataFrame({"postcode": ["10001"] * 3 + ["10002"] + ["10003"] * 2, "name": "οδός"})
    names = pd.DataFrame(
        {"code": ["A", "B", "C"], "name_el": "x", "name_en": "x", "parent_code": "1"}
    )
    population = pd.DataFrame(
        {
            "code": ["A", "B", "C"], "reference_date": date(2021, 10, 22), "base": "residents",
            "sex": "total", "age_band": "total", "persons": [1000, 100, 40],
        }
    )  # fmt: skip
    return Inputs(postcodes, streets, settlements, outline, names, population)


@pytest.fixture
def source() -> Source:
    whole = load("gr_attica_areas")
    parameters = {**whole.parameters, "islets": [], "settlements_first": []}
    return dataclasses.replace(whole, parameters=parameters, expected=())


def km2(areas: gpd.GeoDataFrame) -> dict[str, float]:
    return dict(zip(areas["code"], areas.to_crs(3035).area / 1e6, strict=True))


def test_the_mainland_is_cut_half_way_and_the_island_is_a_disc(
    small: Inputs, source: Source
) -> None:
    batch = derive(small, source)
    areas = batch.frames["areas"]
    size = km2(areas)
    # A's points and B's points lie in two columns 10 km apart: close to half the land each.
    assert size["A"] + size["B"] == pytest.approx(200, rel=1e-5)
    assert size["A"] == pytest.approx(100, abs=6)
    assert size["C"] == pytest.approx(np.pi * 2**2, rel=0.01)
    assert size["EL30"] == pytest.approx(size["A"] + size["B"] + size["C"])
    assert set(areas["geometry_kind"]) == {"derived"}
    assert any(
        note.startswith("C: its island is not in the outline; a disc of 2,000 m")
        for note in batch.notes
    )


def test_persons_go_where_the_streets_are(small: Inputs, source: Source) -> None:
    cells = derive(small, source).frames["cells"]
    assert cells[["code", "kind", "area_code", "population"]].values.tolist() == [
        ["10001", "postcode", "A", 1000.0],
        ["10002", "postcode", "B", 33.0],
        ["10003", "postcode", "B", 67.0],
        ["geonames-1", "settlement", "C", 40.0],
    ]
    assert set(cells["reference_date"]) == {date(2021, 10, 22)}


def test_settlements_first_and_the_rest_by_streets(small: Inputs, source: Source) -> None:
    village = points(
        [("7", "Χωριό", [], 400, "A", 2, 2)],
        ["external_id", "name", "alternate_names", "population", "area_code"],
    )
    both = pd.concat([small.settlements, village], ignore_index=True)
    rural = dataclasses.replace(
        source, parameters={**source.parameters, "settlements_first": ["A"]}
    )
    cells = derive(dataclasses.replace(small, settlements=both), rural).frames["cells"]
    of_a = cells[cells["area_code"] == "A"].set_index("code")["population"]
    assert of_a.to_dict() == {"geonames-7": 400.0, "10001": 600.0}


def test_a_municipality_without_any_point_is_named(small: Inputs, source: Source) -> None:
    without = dataclasses.replace(small, settlements=small.settlements.iloc[:0])
    with pytest.raises(InvalidInput, match="No postcode and no settlement stands in C"):
        derive(without, source)


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any),
    st.integers(0, 5_000_000),
)
def test_whole_shares_sum_and_stay_within_one(weights: list[int], total: int) -> None:
    shares = whole_shares(np.array(weights, dtype=float), total)
    assert shares.sum() == total
    exact = np.array(weights) * total / sum(weights)
    assert (np.abs(shares - exact) < 1 + 1e-6).all()


def test_whole_shares_by_hand() -> None:
    # 10 by 1:1:1 is 3.33 each; the remainder goes to the first.
    assert whole_shares(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4, 3, 3]
    # 7 by 3:2:1 is 3.5, 2.33, 1.17.
    assert whole_shares(np.array([3.0, 2.0, 1.0]), 7).tolist() == [4, 2, 1]


def test_attica_has_66_whole_areas(attica: SimpleNamespace) -> None:
    areas = attica.batch.frames["areas"]
    municipal = areas[areas["level"] == "municipality"]
    assert len(municipal) == municipal["code"].nunique() == 66
    assert municipal.geometry.is_valid.all() and set(areas.geom_type) == {"MultiPolygon"}
    assert shapely.coverage_is_valid(municipal.geometry.to_numpy())
    assert overlaps(municipal) == (0, 0.0)
    size = km2(areas)
    assert size["EL30"] == pytest.approx(sum(size[code] for code in municipal["code"]))
    # The outline has 3,798 km2; the disc of Agkistri comes to it.
    assert size["EL30"] == pytest.approx(3798 + size["5202"], rel=0.001)
    discs = [note for note in attica.batch.notes if "its island is not in the outline" in note]
    assert len(discs) == 1 and discs[0].startswith("5202")


def test_attica_s_cells_sum_to_the_census_of_each_municipality(attica: SimpleNamespace) -> None:
    cells = attica.batch.frames["cells"]
    assert cells["code"].is_unique and (cells["population"] > 0).all()
    people = attica.inputs.population
    census = people[people["sex"] == "total"].set_index("code")["persons"]
    assert (cells.groupby("area_code")["population"].sum() == census).all()
    areas = attica.batch.frames["areas"].set_index("code").to_crs(3035)
    placed = cells.to_crs(3035)
    own = areas.geometry.loc[placed["area_code"]].to_numpy()
    # Points on a coast that the outline draws elsewhere lie just outside of their own area.
    distance = shapely.distance(placed.geometry.to_numpy(), own)
    assert distance.max() < 1500
    assert cells["population"][distance > 0].sum() / cells["population"].sum() < 0.1


def test_falkonera_belongs_to_spetses(attica: SimpleNamespace) -> None:
    areas = attica.batch.frames["areas"].set_index("code")
    assert areas.geometry["5206"].contains(shapely.Point(23.885, 36.835))


def test_derived_areas_are_much_like_the_official_ones(attica: SimpleNamespace) -> None:
    from geo.sources.batch import read_source
    from tests.conftest import shared_data

    official = read_source(
        "gr_municipalities", shared_data("boundaries", "gr_dimoi_333_elstat_codes.geojson")
    ).frames["areas"]
    cells = attica.batch.frames["cells"].to_crs(3035)
    official = official[["code", "geometry"]].to_crs(3035)
    nearest = official.sindex.nearest(cells.geometry.to_numpy(), return_all=False)[1]
    right = official["code"].to_numpy()[nearest] == cells["area_code"].to_numpy()
    assert cells["population"][right].sum() / cells["population"].sum() > 0.99
