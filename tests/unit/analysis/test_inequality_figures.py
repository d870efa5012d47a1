"""How evenly access and reach are spread: the region's rows, held against sums by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_region import CODES, counted, region, service, services

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.analysis.figures.inequality import (
    MEASURES,
    SPREAD,
    concentration_of_shown,
    inequality_figures,
)
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.rows import PARTIAL, figures, joined, no_figure, without_partial_totals
from geo.analysis.inequality import concentration_index
from geo.indicators import indicators
from geo.profiles.profile import load

CENTRE = "community_centre"
LEVELS = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def spread(values: list[float], figure: str = "access") -> pd.DataFrame:
    """Rows of the two figures by municipality, the other one 50 everywhere."""
    other = ({*SPREAD} - {figure}).pop()
    parts = [
        figures(figure, CODES, "2026-10", values=values, breakdown=CENTRE),
        figures(other, CODES, "2026-10", values=[50.0] * 6, breakdown=CENTRE),
        # The region's own row and another service's are none of the municipalities.
        figures("reach", ["R"], "2026-10", values=[77.0], breakdown=CENTRE),
        no_figure("access", "R", "2026-10", CENTRE),
        figures("access", CODES, "2026-10", values=[1, 9, 1, 9, 1, 9], breakdown="home_help"),
    ]
    return joined(parts)


def of(inputs: Inputs, rows: pd.DataFrame) -> pd.DataFrame:
    return inequality_figures(rows, inputs, CENTRE).set_index("indicator")


def even(**changes: Any) -> Inputs:
    """Six municipalities of 100 residents each."""
    population = region().population.assign(persons=100)
    return region(population=population, **changes)


def test_one_row_of_the_region_for_every_measure_and_none_of_a_municipality() -> None:
    made = inequality_figures(spread(LEVELS), even(), CENTRE)
    assert list(made["indicator"]) == [f"{one}_{name}" for one in SPREAD for name in MEASURES]
    assert set(made["area_code"]) == {"R"}
    assert set(made["breakdown"]) == {CENTRE} and set(made["period"]) == {"2026-10"}
    assert set(made["indicator"]) == {one for one, told in indicators().items() if told.region_only}


def test_gini_theil_and_their_like_by_hand() -> None:
    # 0 to 5 among equals: all 36 pairs differ by 70 together, so 70 / (2 * 36 * 2.5) = 7 / 18.
    made = of(even(), spread(LEVELS))
    assert made.loc["access_gini", "value"] == pytest.approx(7 / 18)
    shares = [one / 2.5 for one in LEVELS[1:]]
    assert made.loc["access_theil", "value"] == pytest.approx(
        sum(one * math.log(one) for one in shares) / 6
    )
    assert made.loc["reach_gini", "value"] == 0
    assert made.loc["reach_ratio_90_10", "value"] == 1
    said = made.loc["access_gini", "explanation"]
    assert said["en"].endswith("Over 6 municipalities, each weighed by its residents; without"
                               " a figure: 0.")  # fmt: skip
    assert said["el"].startswith("0 θα σήμαινε παντού το ίδιο")


def test_ninety_to_ten_by_hand_and_not_applicable_where_a_tenth_has_nothing() -> None:
    made = of(even(), spread([1, 2, 3, 4, 5, 8]))
    assert made.loc["access_ratio_90_10", "value"] == 8
    none = of(even(), spread(LEVELS)).loc["access_ratio_90_10"]
    assert none["status"] == "not_applicable" and math.isnan(none["value"])
    assert "nothing has no multiple" in none["explanation"]["en"]


def test_municipalities_weigh_by_their_residents() -> None:
    persons = [300, 100, 0, 0, 0, 0]
    population = region().population.assign(persons=persons)
    made = of(region(population=population), spread([0, 4, 9, 9, 9, 9]))
    # A quarter of the people has everything: 1 - 1/4.
    assert made.loc["access_gini", "value"] == pytest.approx(0.75)


def test_parts_between_and_within_counties_sum_to_the_whole() -> None:
    municipalities = region().municipalities.assign(parent_code=["A", "A", "A", "B", "B", "B"])
    made = of(even(municipalities=municipalities), spread([1, 1, 1, 3, 3, 3]))
    whole = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert made.loc["access_theil_between", "value"] == pytest.approx(whole)
    assert made.loc["access_theil_within", "value"] == pytest.approx(0, abs=1e-15)
    other = of(even(municipalities=municipalities), spread(LEVELS))["value"]
    parts = other["access_theil_between"] + other["access_theil_within"]
    assert parts == pytest.approx(other["access_theil"])
    assert other["access_theil_within"] > 0.01


@pytest.mark.parametrize("parents", [None, ["R"] * 6, ["A", "A", "A", "B", "B", None]])
def test_without_counties_the_parts_are_not_applicable(parents: list[str | None] | None) -> None:
    municipalities = region().municipalities
    if parents is not None:
        municipalities = municipalities.assign(parent_code=parents)
    made = of(even(municipalities=municipalities), spread(LEVELS))
    assert made.loc["access_theil", "status"] == "shown"
    for name in ("access_theil_between", "access_theil_within"):
        assert made.loc[name, "status"] == "not_applicable"
        assert "counties" in made.loc[name, "explanation"]["en"]


def test_concentration_is_below_zero_where_the_poor_have_more() -> None:
    people = counted("persons", M1=1, M2=2, M3=3, M4=4, M5=5, M6=60)
    poor_have = of(even(people=people), spread(LEVELS)).loc["access_concentration", "value"]
    rich_have = of(even(people=people), spread(LEVELS[::-1])).loc["access_concentration", "value"]
    # The order by income support is that of access, so up to its sign it is the Gini.
    assert poor_have == pytest.approx(-7 / 18) and rich_have == pytest.approx(7 / 18)


def test_where_nobody_receives_support_there_is_no_order() -> None:
    made = of(even(), spread(LEVELS)).loc["access_concentration"]
    assert made["status"] == "not_applicable"
    assert "the same in all municipalities" in made["explanation"]["en"]


def test_registers_of_a_part_say_nothing_of_the_whole() -> None:
    made = of(even(covered=frozenset(CODES[:5])), spread([*LEVELS[:5], math.nan]))
    assert set(made["status"]) == {"no_data"} and made["value"].isna().all()
    assert all(told == PARTIAL for told in made["explanation"])
    again = without_partial_totals(made.reset_index(), "R")
    assert set(again["status"]) == {"no_data"}


def test_what_has_no_data_is_left_out_and_counted() -> None:
    made = of(even(), spread([math.nan, 2, 2, 2, 2, 2])).loc["access_gini"]
    assert made["value"] == 0
    assert "Over 5 municipalities" in made["explanation"]["en"]
    assert made["explanation"]["el"].endswith("χωρίς τιμή: 1.")
    nothing = of(even(), spread([math.nan] * 6)).loc["access_gini"]
    assert nothing["status"] == "no_data"
    everywhere = of(even(), spread([0.0] * 6)).loc["access_gini"]
    assert everywhere["status"] == "not_applicable"


def test_a_region_has_them_from_its_own_access_and_reach() -> None:
    inputs = region(
        services=services(service("a", "M2"), service("b", "M4")),
        people=counted("persons", M1=100, M2=300, M3=500, M4=900, M5=800, M6=2000),
    )
    rows = coverage(inputs, load("gr"), parameters.load())
    own = rows[rows["breakdown"] == CENTRE]
    access = own[(own["indicator"] == "access") & (own["area_code"] != "R")]["value"].to_numpy()
    people = inputs.residents_of().to_numpy(dtype=float)
    gaps = np.abs(access[:, None] - access[None, :]) * people[:, None] * people[None, :]
    gini = gaps.sum() / (2 * people.sum() * (access @ people))
    found = own.set_index("indicator").loc["access_gini"]
    assert found["value"] == pytest.approx(gini) and 0 < gini < 1
    assert found["area_code"] == "R"
    # One set for every service type whose need is counted.
    every = rows[rows["indicator"] == "reach_gini"]["breakdown"]
    assert sorted(every) == sorted(kind.code for kind in load("gr").demand_types())


VALUES = {"A": 1.0, "B": 2.0, "C": 3.0, "D": 8.0}
NOBODY: tuple[tuple[str, ...], np.ndarray] = ((), np.array([]))


def test_hidden_municipalities_share_the_rank_of_their_rest() -> None:
    shown = (("A", "B"), np.array([90.0, 10.0]), np.array([1000.0, 1000.0]))
    hidden = (("C", "D"), np.array([500.0, 500.0]))
    # 40 of 1,000 together: between A and B, and one rank for both.
    expected = concentration_index([1, 2, 3, 8], [1000, 1000, 500, 500], [3, 1, 2, 2]).value
    assert concentration_of_shown(VALUES, shown, hidden, 40.0) == pytest.approx(expected)
    without = concentration_index([1, 2], [1000, 1000], [3, 1]).value
    assert concentration_of_shown(VALUES, shown, hidden, None) == pytest.approx(without)
    assert expected != pytest.approx(without)


def test_without_two_municipalities_there_is_no_number() -> None:
    one = (("A",), np.array([90.0]), np.array([1000.0]))
    assert math.isnan(concentration_of_shown(VALUES, one, NOBODY, 0.0))
    unknown = (("X", "Y"), np.array([90.0, 10.0]), np.array([1000.0, 1000.0]))
    assert math.isnan(concentration_of_shown(VALUES, unknown, NOBODY, 0.0))
    nowhere = (("A", "B"), np.array([90.0, 10.0]), np.array([math.nan, 1000.0]))
    assert math.isnan(concentration_of_shown(VALUES, nowhere, NOBODY, 0.0))
