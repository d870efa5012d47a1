"""When rows and houses of one name are one street, and where a street of little data is."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from toy_houses import DOLNO, GORNO, gazetteer, house, line, metres, settlement, street

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.streets import pieces
from geo.geocode.locate import locate


def items(*rows: tuple[int, float, float, str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["group", "x", "y", "place", "postcode"])


def test_near_items_of_one_name_are_one_street() -> None:
    nan = float("nan")
    found = pieces(
        items(
            (0, 0, 0, None, None),
            (0, 300, 0, None, None),  # 300 m: the same
            (0, 5000, 0, None, None),  # 4,700 m on: another
            (1, 10, 0, None, None),  # another name
            (0, nan, nan, None, None),  # no place: the first of its name
            (2, nan, nan, None, None),  # no place at all
        )
    )
    assert found[0] == found[1] == found[4]
    assert len({found[0], found[2], found[3], found[5]}) == 4


def test_pieces_of_one_village_are_one_street() -> None:
    apart = [(0, 0.0, 0.0, "lipa", None), (0, 2000.0, 0.0, "lipa", None)]
    assert len(set(pieces(items(*apart)))) == 1
    other = [(0, 0.0, 0.0, "lipa", None), (0, 2000.0, 0.0, "brzoza", None)]
    assert len(set(pieces(items(*other)))) == 2
    codes = [(0, 0.0, 0.0, None, "62-010"), (0, 2000.0, 0.0, None, "62-020")]
    assert len(set(pieces(items(*codes)))) == 2
    untold = [(0, 0.0, 0.0, "lipa", None), (0, 2000.0, 0.0, None, None)]
    assert len(set(pieces(items(*untold)))) == 1


def test_a_row_without_place_joins_the_street_of_its_postcode() -> None:
    nan = float("nan")
    found = pieces(
        items(
            (0, 0, 0, None, "62-010"),
            (0, 9000, 0, None, "62-020"),
            (0, nan, nan, None, "62-020"),
        )
    )
    assert found[2] == found[1] != found[0]


def test_spellings_of_one_name_are_one_street() -> None:
    grid = gazetteer(
        streets=pd.DataFrame([street("św. Anny", (0, 0), (300, 0))]),
        houses=pd.DataFrame([house("sw. Anny", "2", 100, 10)]),
    )
    assert len(grid.streets) == 1
    assert locate("sw Anny 2, Dolno", grid).class_ == "address"


def test_other_names_of_a_street_find_it() -> None:
    rows = [street("Wolności", (0, 0), (300, 0), alternate_names=["Stalina"])]
    grid = gazetteer(streets=pd.DataFrame(rows), houses=pd.DataFrame())
    found = locate("Stalina, Dolno", grid)
    assert (found.class_, found.matched) == ("street", "Wolności, Dolno")


def test_a_street_that_goes_on_beyond_the_border() -> None:
    """Half of it lies in the next municipality, under the postcode and village of this one."""
    near = "300109"
    houses = [
        house("Graniczna", "1", 0, 0, place="Lipa"),
        house("Graniczna", "9", 200, 0, place="Lipa", area_code=near),
    ]
    grid = gazetteer(streets=pd.DataFrame(), houses=pd.DataFrame(houses))
    for typed in ("Graniczna 9, Lipa, 62-010", "Graniczna 9, Lipa, gm. Dolno"):
        found = locate(typed, grid)
        assert (found.class_, found.area_code) == ("address", near), typed
    assert locate("Graniczna 1, Lipa, gm. Dolno", grid).area_code == DOLNO


def test_a_street_known_by_one_point_only() -> None:
    grid = gazetteer(streets=pd.DataFrame([street("Cicha", (700, 0))]), houses=pd.DataFrame())
    found = locate("Cicha 5, Dolno", grid)
    assert found.class_ == "street" and found.radius_m == 500
    assert metres(found.lat, found.lon) == pytest.approx((700, 0), abs=0.01)


def test_a_street_of_which_only_the_village_is_known() -> None:
    row = {"name": "Leśna", "place": "Brzoza", "area_code": DOLNO}
    grid = gazetteer(streets=pd.DataFrame([row]), houses=pd.DataFrame())
    found = locate("Leśna 5, Brzoza", grid)
    assert found.class_ == "street" and "no point of this street" in found.reason.en
    assert metres(found.lat, found.lon) == pytest.approx((5100, 8000), abs=0.01)


def test_a_street_without_municipality_takes_the_outlines() -> None:
    rows = [street("Polna", (35_000, 0), (35_300, 0), area_code=None)]
    grid = gazetteer(streets=pd.DataFrame(rows), houses=pd.DataFrame())
    assert locate("Polna, Górno", grid).area_code == GORNO


def test_a_street_that_cannot_be_placed_is_left_out() -> None:
    grid = gazetteer(
        streets=pd.DataFrame([{"name": "Nigdzie", "area_code": DOLNO}]), houses=pd.DataFrame()
    )
    assert locate("Nigdzie 5, Dolno", grid).class_ == "settlement"


def test_without_areas_the_village_is_the_streets_home() -> None:
    none = {"area_code": None}
    grid = gazetteer(
        streets=pd.DataFrame([street("Polna", (0, 0), (300, 0), place="Lipa", **none)]),
        houses=pd.DataFrame([house("Polna", "2", 100, 10, place="Lipa", **none)]),
        areas=pd.DataFrame(),
        postcodes=pd.DataFrame(),
        settlements=gpd.GeoDataFrame(
            [settlement("Lipa", 0, 0, None)], geometry="geometry", crs=4326
        ),
    )
    found = locate("Polna 2, Lipa", grid)
    assert (found.class_, found.area_code) == ("address", None)
    assert locate("Polna, Lipa", grid).class_ == "street"


def test_lines_of_several_parts_are_measured_once() -> None:
    two = line((0, 0), (200, 0)).union(line((200, 0), (400, 0)))
    rows = [street("Polna", (0, 0), lines=two)]
    grid: Gazetteer = gazetteer(streets=pd.DataFrame(rows), houses=pd.DataFrame())
    found = locate("Polna, Dolno", grid)
    x, y = metres(found.lat, found.lon)
    assert 150 <= x <= 250 and abs(y) < 1
