"""House numbers: what is an address, what is only near one, and how far off that may be."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_houses import DOLNO, HOUSES, gazetteer, house, metres

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.houses import answers_to
from geo.geocode.locate import locate
from geo.geocode.location import Location

GRID = gazetteer()


@pytest.fixture(scope="module")
def grid() -> Gazetteer:
    return GRID


def place(found: Location) -> tuple[float, float]:
    return metres(found.lat, found.lon)


def test_a_surveyed_house_is_an_address(grid: Gazetteer) -> None:
    found = locate("ul. Długa 7, 62-010 Dolno", grid)
    assert (found.class_, found.area_code, found.postcode) == ("address", DOLNO, "62-010")
    assert place(found) == pytest.approx((350, 10), abs=0.01)
    assert found.radius_m == 80 and found.matched == "Długa 7, 62-010 Dolno"
    assert "surveyed point" in found.reason.en and "αποτυπωμένο" in found.reason.el


def test_a_letter_makes_another_house(grid: Gazetteer) -> None:
    assert locate("Długa 15A, Dolno", grid).class_ == "address"
    assert locate("Długa 15 a, Dolno", grid).class_ == "address"
    for typed in ("Długa 15, Dolno", "Długa 15B, Dolno"):
        found = locate(typed, grid)
        assert found.class_ == "street", typed
        assert place(found) == pytest.approx((750, 10), abs=0.01)
        assert "that of number 15A" in found.reason.en and "15A" in found.reason.el
    plain = locate("Długa 7C, Dolno", grid)
    assert plain.class_ == "street" and place(plain) == pytest.approx((350, 10), abs=0.01)


def test_a_house_of_two_numbers_answers_to_both(grid: Gazetteer) -> None:
    for typed in ("Długa 17, Dolno", "Długa 19, Dolno", "Długa 17-19, Dolno"):
        found = locate(typed, grid)
        assert (found.class_, place(found)) == ("address", pytest.approx((850, 10), abs=0.01))


def test_numbers_a_house_answers_to() -> None:
    assert answers_to("15-17") == [(15, "15-17", True), (15, "15", False), (17, "17", False)]
    assert answers_to("7;9") == [(7, "7", True), (9, "9", True)]
    assert answers_to("12/3") == [(12, "12/3", True), (12, "12", False)]
    assert answers_to("b/n") == [] and answers_to("") == []


def test_between_neighbours_of_its_side(grid: Gazetteer) -> None:
    # 5 lies between 3 (150, 10) and 7 (350, 10): the middle, 100 m from both, and 30 m set back.
    found = locate("Długa 5, Dolno", grid)
    assert found.class_ == "street" and place(found) == pytest.approx((250, 10), abs=0.5)
    assert found.radius_m == pytest.approx(130, abs=0.5)
    assert "between its known neighbours" in found.reason.en


def test_between_goes_along_a_bent_street(grid: Gazetteer) -> None:
    # 1 at the foot (10, 1000), 11 at (300, 1290): 580 m along; 6 is half way, at the corner.
    found = locate("Krzywa 6, Dolno", grid)
    x, y = place(found)
    assert found.class_ == "street" and math.dist((x, y), (300, 1000)) < 15


def test_a_wide_gap_says_nothing(grid: Gazetteer) -> None:
    houses = pd.DataFrame([house("Krzywa", "1", 10, 990), house("Krzywa", "41", 310, 1290)])
    found = locate("Krzywa 21, Dolno", gazetteer(houses=houses))
    assert found.class_ == "street" and "outside the street's known" in found.reason.en


def test_beyond_the_known_numbers_is_the_whole_street(grid: Gazetteer) -> None:
    found = locate("Długa 211, Dolno", grid)
    whole = locate("Długa, Dolno", grid)
    assert found.class_ == whole.class_ == "street"
    assert (found.lat, found.lon) == (whole.lat, whole.lon)
    # Of fewer than 14 houses the farthest counts, half as far again: number 20 at (1000, -10).
    x, y = place(found)
    assert found.radius_m == pytest.approx(1.5 * math.dist((x, y), (1000, -10)), abs=0.1)
    assert "outside" in found.reason.en


def test_a_street_without_houses_says_so(grid: Gazetteer) -> None:
    found = locate("Pusta 3, Dolno", grid)
    assert found.class_ == "street" and "no house numbers of this street" in found.reason.en


def test_the_streets_point_has_the_most_houses_near(grid: Gazetteer) -> None:
    # Houses stand at 50, 100 ... 550 m: between 300 and 350 m the nine from 100 to 550 are within
    # 250 m, and no place on the street has ten.
    x, _ = place(locate("Długa, Dolno", grid))
    assert 300 < x < 350


def test_one_number_surveyed_twice(grid: Gazetteer) -> None:
    near = locate("Mickiewicza 1, Dolno", grid)
    assert near.class_ == "address" and near.radius_m == 80
    apart = locate("Mickiewicza 2, Dolno", grid)
    assert apart.class_ == "street" and apart.radius_m == pytest.approx(400, abs=1)
    assert "400 m apart" in apart.reason.en


def test_an_interpolated_house_is_no_address(grid: Gazetteer) -> None:
    found = locate("Mickiewicza 8, Dolno", grid)
    assert found.class_ == "street" and "not surveyed" in found.reason.en


def test_a_street_that_only_houses_name(grid: Gazetteer) -> None:
    found = locate("Zapomniana 4, Dolno", grid)
    assert (found.class_, found.matched) == ("address", "Zapomniana 4, 62-010 Dolno")


def test_a_village_counts_its_houses(grid: Gazetteer) -> None:
    for typed in ("Brzoza 12", "Brzoza 12, gm. Dolno", "wieś Brzoza 12, 62-030 Dolno"):
        found = locate(typed, grid)
        assert (found.class_, found.area_code) == ("address", DOLNO), typed
        assert "village" in found.reason.en
    unknown = locate("Brzoza 99, gm. Dolno", grid)
    assert (unknown.class_, unknown.matched) == ("settlement", "Brzoza, Dolno")
    assert "Number 99 of Brzoza is not known" in unknown.reason.en


def test_streets_of_one_name_in_two_villages(grid: Gazetteer) -> None:
    for village, y in (("Lipa", 10), ("Brzoza", 8010)):
        found = locate(f"Szkolna 3, {village}, gm. Dolno", grid)
        assert found.class_ == "address", village
        assert place(found) == pytest.approx((5100, y), abs=0.01)
    by_code = locate("Szkolna 3, 62-030", grid)
    assert place(by_code) == pytest.approx((5100, 8010), abs=0.01)
    either = locate("Szkolna 3, gm. Dolno", grid)
    assert either.class_ == "municipality" and "Ambiguous: 2 streets" in either.reason.en
    assert [(other.class_, other.area_code) for other in either.alternatives] == [
        ("street", DOLNO), ("street", DOLNO),
    ]  # fmt: skip
    assert all(other.radius_m > 0 for other in either.alternatives)


def test_the_number_does_not_decide_between_streets_of_one_name() -> None:
    only_one = pd.DataFrame([row for row in HOUSES if row.get("place") != "Lipa"])
    found = locate("Szkolna 3, gm. Dolno", gazetteer(houses=only_one))
    assert found.class_ == "municipality"


def test_no_house_where_the_place_typed_is_another(grid: Gazetteer) -> None:
    assert locate("Zapomniana 4", grid).class_ == "address"
    for typed in ("Zapomniana 4, Nieznane", "Zapomniana 4, 62-030"):
        assert locate(typed, grid).class_ == "street", typed
    assert locate("Zapomniana 4, Górno", grid).class_ != "address"


def test_of_two_likenesses_the_one_that_has_the_number() -> None:
    rows = [house("Polna", "3", 0, 0), house("Pilna", "8", 500, 0)]
    found = locate("Palna 8, Dolno", gazetteer(houses=pd.DataFrame(rows)))
    assert (found.class_, found.matched) == ("address", "Pilna 8, 62-010 Dolno")
    assert "“palna” was read as the street Pilna" in found.reason.en


def test_a_point_of_interest_by_its_very_name(grid: Gazetteer) -> None:
    found = locate("Szpital Powiatowy, Dolno", grid)
    assert (found.class_, found.area_code) == ("address", DOLNO)
    assert place(found) == pytest.approx((700, 700), abs=0.01)
    assert "point of interest" in found.reason.en
    assert locate("szpital powiatowy", grid).class_ == "address"
    assert locate("Szpital Powiatowy 7, Dolno", grid).class_ != "address"
    assert locate("Szpital, Dolno", grid).class_ != "address"
    both = locate("Apteka", grid)
    assert both.class_ == "none" and "2 points of interest" in both.reason.en
    assert locate("Apteka, Górno", grid).class_ == "address"


@pytest.mark.parametrize(
    "text",
    ["Długa 7, Dolno; Krzywa 1, Dolno", "ul. Długa 7 i ul. Krzywa 1", "Długa 7 | Krzywa 1"],
)
def test_two_addresses_are_none(text: str, grid: Gazetteer) -> None:
    found = locate(text, grid)
    assert found.class_ == "none" and "more than one address" in found.reason.en


TYPED = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["ul.", "Długa", "Krzywa", "Szkolna", "Brzoza", "Apteka", "7", "15A", "17-19", "12/3", "m. 4",
         "62-010", "62030", "gm.", "pow.", "Dolno", "Górno", ",", ";", "i", "nr", "99999999999", "0",
         "😀", "\u0000", "Дълга", "Δλουγκα", "'; DROP TABLE people; --", "–", "\n"]
    ),
    max_size=9,
).map(" ".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(TYPED, st.none() | TYPED, st.none() | TYPED)
def test_any_text_is_answered_soundly(text: str, place: str | None, code: str | None) -> None:
    found = locate(text, GRID, municipality_text=place, postcode=code)
    assert found.reason.en and found.reason.el
    if found.class_ == "none":
        assert (found.lat, found.lon, found.radius_m, found.matched) == (None,) * 4
    else:
        assert found.radius_m is not None and 0 < found.radius_m < 1e6 and found.matched
    for other in found.alternatives:
        assert other.radius_m > 0 and math.isfinite(other.lat) and other.matched
    assert found == locate(text, GRID, municipality_text=place, postcode=code)


@pytest.mark.parametrize(
    ("typed", "class_"),
    [
        ("Długa 1-3, Dolno", "address"),
        ("Długa 17-19, Dolno", "address"),
        # The last number stands on no house, or too far away to be the same house.
        ("Długa 1-405, Dolno", "street"),
        ("Długa 7-13, Dolno", "street"),
        ("Krzywa 1-11, Dolno", "address"),
    ],
)
def test_a_range_is_a_house_only_where_its_end_is_known(typed: str, class_: str) -> None:
    found = locate(typed, gazetteer())
    assert found.class_ == class_, found.reason.en
    assert ("no range" in found.reason.en) == (class_ == "street")


def test_a_range_over_half_the_street_is_the_whole_street(grid: Gazetteer) -> None:
    found = locate("Długa 1-99, Dolno", grid)
    assert found.class_ == "street" and "no range of one house's" in found.reason.en
    # Whatever end of it was meant: the farthest house is inside.
    assert math.dist(place(found), (1000, -10)) <= found.radius_m
    assert math.dist(place(found), (50, 10)) <= found.radius_m


@pytest.mark.parametrize("typed", ["Długa 1 i 20, Dolno", "Długa 1+20, Dolno"])
def test_two_numbers_of_two_houses_are_no_house(grid: Gazetteer, typed: str) -> None:
    assert locate("Długa 7 i 9, Dolno", grid).class_ == "address"
    assert locate(typed.replace("20", "40"), grid).class_ == "street"
    assert locate(typed.replace("20", "18"), grid).class_ == "street"


def test_what_follows_a_slash_is_not_said_to_be_surveyed(grid: Gazetteer) -> None:
    found = locate("Długa 7/12, Dolno", grid)
    assert found.class_ == "address" and found.matched == "Długa 7, 62-010 Dolno"
    assert "number 7 of" in found.reason.en


def test_another_postcode_of_the_house_itself_is_told() -> None:
    more = [house("Długa", "30", 1000, 20, postcode="62-020")]
    grid = gazetteer(houses=pd.DataFrame([*HOUSES, *more]))
    found = locate("Długa 30, 62-010 Dolno", grid)
    assert found.class_ == "address" and found.postcode == "62-020"
    assert "Number 30 has the postcode 62-020 there, not 62-010" in found.reason.en


def test_a_street_known_by_one_house_may_go_on() -> None:
    found = locate("Zapomniana 77, Dolno", GRID)
    assert found.class_ == "street" and found.radius_m >= 500
    assert locate("Zapomniana 4, Dolno", GRID).radius_m == 80
