"""Parts of an address that speak against each other: told, and no house where nobody can know."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from toy_houses import DOLNO, GORNO, HOUSES, STREETS, gazetteer, house, line, point, settlement

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate


def _postcodes() -> gpd.GeoDataFrame:
    rows = [
        {"postcode": code, "area_code": area, "geometry": point(x, 0)}
        for code, area, x in (("62-010", DOLNO, 200), ("70-001", GORNO, 40_000))
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)


def _far(name: str) -> dict[str, object]:
    """A street of Górno, 40 km east of Dolno."""
    return {
        "name": name,
        "lat": point(40_000, 500).y,
        "lon": point(40_000, 500).x,
        "lines": line((40_000, 500), (40_400, 500)),
        "area_code": GORNO,
    }


@pytest.fixture(scope="module")
def two_towns() -> Gazetteer:
    """Dolno and Górno have a Długa each with a number 7; only Dolno has a Krzywa."""
    far = house("Długa", "7", 40_350, 510, area_code=GORNO, postcode="70-001")
    near = [{**row, "postcode": None} for row in HOUSES]
    settlements = [
        settlement("Dolno", 0, 0, DOLNO, kind="town", population=20_000),
        settlement("Górno", 40_000, 0, GORNO, kind="town", population=20_000),
    ]
    return gazetteer(
        streets=pd.DataFrame([*STREETS, _far("Długa")]),
        houses=pd.DataFrame([*near, far]),
        postcodes=_postcodes(),
        settlements=gpd.GeoDataFrame(settlements, geometry="geometry", crs=4326),
    )


@pytest.mark.parametrize("typed", ["Długa 7, 70-001 Dolno", "Długa 7, Dolno, 70-001"])
def test_postcode_and_town_with_the_street_in_both_are_nowhere(
    two_towns: Gazetteer, typed: str
) -> None:
    found = locate(typed, two_towns)
    assert found.class_ == "none"
    assert "km away" in found.reason.en and "does not decide" in found.reason.en
    assert {other.area_code for other in found.alternatives} == {DOLNO, GORNO}


def test_a_postcode_of_elsewhere_is_told_where_the_street_has_none(two_towns: Gazetteer) -> None:
    found = locate("Krzywa 11, 70-001 Dolno", two_towns)
    assert (found.class_, found.area_code) == ("address", DOLNO)
    assert "not listed under the postcode typed, 70-001" in found.reason.en
    right = locate("Krzywa 11, 62-010 Dolno", two_towns)
    assert right.class_ == "address" and "not listed" not in right.reason.en


@pytest.mark.parametrize("typed", ["Długa 7, Dolno, Górno", "Długa 7, Górno, Dolno"])
def test_two_far_towns_with_the_street_in_both_are_nowhere(
    two_towns: Gazetteer, typed: str
) -> None:
    found = locate(typed, two_towns)
    assert found.class_ == "none" and "2 municipalities" in found.reason.en
    assert {other.area_code for other in found.alternatives} == {DOLNO, GORNO}


def test_a_far_town_beside_the_street_s_own_is_told_and_there_is_no_house(
    two_towns: Gazetteer,
) -> None:
    found = locate("Krzywa 11, Dolno, Górno", two_towns)
    assert (found.class_, found.area_code) == ("street", DOLNO)
    assert "“gorno” was typed too" in found.reason.en and "«gorno»" in found.reason.el
    with_code = locate("Długa 7, 62-010 Dolno, Górno", two_towns)
    assert (with_code.class_, with_code.area_code) == ("street", DOLNO)


def test_a_street_of_the_town_is_no_house_of_a_village_far_from_it() -> None:
    """'Brzoza' lies 8 km from the street; of a village of that name there are two."""
    settlements = [
        settlement("Dolno", 0, 0, DOLNO, kind="town", population=20_000),
        settlement("Brzoza", 5100, 8000, DOLNO, parent="Dolno"),
        settlement("Brzoza", 45_000, 0, GORNO, parent="Górno"),
    ]
    frame = gpd.GeoDataFrame(settlements, geometry="geometry", crs=4326)
    grid = gazetteer(settlements=frame)
    found = locate("Długa 7, Brzoza", grid)
    assert found.class_ == "street" and "is known in “brzoza” itself" in found.reason.en
    assert locate("Długa 7, Dolno", grid).class_ == "address"


def test_the_municipality_told_is_that_of_the_house() -> None:
    """A street over a border, of one postcode: the house lies beyond, and that is named."""
    over = {**_far("Graniczna"), "lines": line((29_950, 500), (30_100, 500))}
    start = {**over, "area_code": DOLNO, "place": "Dolno", "postcode": "62-010"}
    start["lines"] = line((29_800, 500), (29_950, 500))
    grid = gazetteer(
        streets=pd.DataFrame([start, {**over, "place": None, "postcode": "62-010"}]),
        houses=pd.DataFrame([house("Graniczna", "9", 30_050, 510, area_code=GORNO)]),
        areas=_halves(),
    )
    found = locate("Graniczna 9, 62-010 Dolno", grid)
    assert (found.class_, found.area_code) == ("address", GORNO)
    assert "found in the Municipality of Gorno" in found.reason.en


def _halves() -> pd.DataFrame:
    box = shapely.box(*point(-1000, -1000).coords[0], *point(30_000, 10_000).coords[0])
    other = shapely.box(*point(30_000, -1000).coords[0], *point(50_000, 10_000).coords[0])
    return pd.DataFrame(
        [
            {"code": DOLNO, "level": "municipality", "name_pl": "Dolno", "name_en": "Dolno",
             "geometry": box},
            {"code": GORNO, "level": "municipality", "name_pl": "Górno", "name_en": "Gorno",
             "geometry": other},
        ]
    )  # fmt: skip


def test_part_of_a_name_without_a_number_is_no_street_of_the_next_town() -> None:
    """Half of a street's name, typed in Dolno, is not the street of Górno, 10 km on."""
    names = ["Powstańców Wielkopolskich"]
    near = {**_far(names[0]), "lines": line((10_100, 500), (10_300, 500))}
    near |= {"lat": point(10_200, 500).y, "lon": point(10_200, 500).x}
    towns = [
        settlement("Dolno", 0, 0, DOLNO, kind="town"),
        settlement("Górno", 10_200, 0, GORNO, kind="town"),
    ]
    grid = gazetteer(
        streets=pd.DataFrame([*STREETS, near]),
        areas=pd.DataFrame(),
        settlements=gpd.GeoDataFrame(towns, geometry="geometry", crs=4326),
    )
    part = locate("Wielkopolskich, Dolno", grid)
    assert part.class_ == "settlement" and part.area_code == DOLNO
    whole = locate("Powstańców Wielkopolskich, Dolno", grid)
    assert (whole.class_, whole.area_code) == ("street", GORNO)
