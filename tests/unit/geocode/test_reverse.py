"""What is at a position, on the grid of toy_houses."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_houses import DOLNO, GORNO, degrees, gazetteer, point

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.reverse import Position, reverse

GRID = gazetteer()
BARE = gazetteer(postcodes=pd.DataFrame(), houses=pd.DataFrame())


def at(x: float, y: float, accuracy: float | None = None, **more: pd.DataFrame) -> Position:
    return reverse(*degrees(x, y), GRID, accuracy_m=accuracy, **more)


def bare(x: float, y: float) -> Position:
    """Where only settlements and outlines are known."""
    return reverse(*degrees(x, y), BARE)


def test_the_nearest_surveyed_house() -> None:
    found = at(350, 30)
    assert (found.class_, found.matched, found.area_code) == (
        "address", "Długa 7, 62-010 Dolno", DOLNO,
    )  # fmt: skip
    assert found.distance_m == pytest.approx(20, abs=0.01) == found.radius_m
    assert (found.lat, found.lon) == pytest.approx(degrees(350, 30))
    assert found.gazetteer_version == "grid"


def test_accuracy_is_added_and_widens_what_is_near() -> None:
    assert at(350, 90).class_ == "street"  # 80 m from the house, 90 m from the line
    found = at(350, 90, 45.0)
    assert found.class_ == "address"
    assert found.radius_m == pytest.approx(80 + 45, abs=0.01)


def test_a_position_that_may_be_kilometres_off_names_no_street() -> None:
    assert at(350, 90, 900.0).class_ == "street"
    assert at(350, 90, 1_100.0).class_ in ("settlement", "postcode", "municipality")
    for accuracy in (20_001.0, 1e9, 1e300):
        found = at(350, 90, accuracy)
        assert found.class_ == "none" and "off by more than 20 km" in found.reason.en
        assert reverse(90.0, 0.0, GRID, accuracy_m=accuracy).class_ == "none"


def test_no_position_is_exact_to_less_than_a_metre() -> None:
    found = at(350, 10)
    assert found.class_ == "address" and found.distance_m == pytest.approx(0, abs=0.01)
    assert found.radius_m == 1.0


def test_a_position_that_may_be_far_off_names_no_house() -> None:
    assert at(350, 30, 200.0).class_ == "address"
    found = at(350, 30, 201.0)
    assert (found.class_, found.matched) == ("street", "Długa, 62-010 Dolno")
    assert found.radius_m == pytest.approx(30 + 201, abs=0.01)
    assert at(101, 48, 500.0).class_ == "street"  # beside the spot "Apteka"


def test_a_named_spot_nearer_than_the_house() -> None:
    found = at(101, 48)  # "Apteka" stands at (100, 50)
    assert (found.class_, found.matched) == ("address", "Apteka, Dolno")
    assert found.radius_m == pytest.approx(5**0.5, abs=0.01)


def test_a_teams_own_spot() -> None:
    spots = gpd.GeoDataFrame(
        [{"name": "Pod mostem", "names": None, "geometry": point(2000, 2040)}],
        geometry="geometry",
        crs=4326,
    )
    found = at(2000, 2050, spots=spots)
    assert (found.class_, found.matched) == ("address", "Pod mostem, Dolno")
    assert at(2000, 2050).class_ != "address"
    assert at(2000, 2050, spots=spots.iloc[:0]).class_ != "address"


def test_the_nearest_street_line() -> None:
    found = at(200, 2060)
    assert (found.class_, found.matched) == ("street", "Pusta, Dolno")
    assert found.distance_m == pytest.approx(60, abs=0.01)
    assert at(200, 2130).class_ != "street"


def test_interpolated_houses_are_no_address() -> None:
    assert at(160, 2990).class_ == "street"  # Mickiewicza 8 is interpolated


def test_a_settlement_then_the_municipality() -> None:
    village = at(5100, 600)
    assert (village.class_, village.matched) == ("settlement", "Lipa, Dolno")
    inside = bare(8000, 4000)
    assert (inside.class_, inside.area_code) == ("municipality", DOLNO)
    assert inside.centroid_fallback and "lies in the Municipality" in inside.reason.en
    assert bare(45_000, 5_000).area_code == GORNO
    assert at(8000, 4000).class_ == "postcode"


def test_outside_every_outline() -> None:
    beside = bare(12_000, 8_000)
    assert (beside.class_, beside.area_code) == ("municipality", DOLNO)
    assert "No outline" in beside.reason.en and "6.9 km" in beside.reason.en  # from Brzoza
    far = at(-900_000, 0)
    assert (far.class_, far.lat, far.radius_m) == ("none", None, None)


@pytest.mark.parametrize(
    "where", [(float("nan"), 17.0), (52.0, float("inf")), (91.0, 0.0), (0.0, 181.0)]
)
def test_no_position_is_none(where: tuple[float, float]) -> None:
    assert reverse(*where, GRID).class_ == "none"
    assert reverse(52.0, 17.0, GRID, accuracy_m=-1.0).class_ == "none"


def test_an_empty_gazetteer_knows_nothing() -> None:
    nothing = pd.DataFrame()
    names = ("streets", "houses", "settlements", "postcodes", "spots", "areas")
    empty: Gazetteer = gazetteer(**dict.fromkeys(names, nothing))
    assert reverse(52.0, 17.0, empty).class_ == "none"


@settings(max_examples=200, deadline=None)
@given(st.floats(-2000, 60_000), st.floats(-2000, 12_000), st.floats(0, 500))
def test_the_radius_is_never_less_than_the_accuracy(x: float, y: float, accuracy: float) -> None:
    found = at(x, y, accuracy)
    if found.class_ != "none":
        assert found.radius_m is not None and found.radius_m >= accuracy
        assert found.reason.en and found.reason.el and found.matched
