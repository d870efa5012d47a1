"""Straight-line times and the share of people within reach, by hand."""

import numpy as np
import pytest

from geo.analysis.travel import nearest_minutes, straight_line_costs
from geo.analysis.travel.reach import reach_by_area, reach_share
from geo.errors import InvalidInput

# 1.4 x 3 km at 30 km/h is 8.4 minutes.
CITY = {"threshold_minutes": 8.4, "detour_factor": 1.4, "speed_kmh": 30}
BASE = np.array([5_500_000.0, 1_770_000.0])


def test_minutes_by_hand():
    origins = BASE + np.array([[0, 0], [3000, 0], [3001, 0], [0, 1500]])
    cost = straight_line_costs(origins, [BASE], **CITY)
    assert cost.shape == (4, 1)
    assert cost.nnz == 3  # the zero at the door is stored, 3,001 m are out of reach
    assert nearest_minutes(cost) == pytest.approx([0, 8.4, np.inf, 4.2])


def test_nearest_of_several():
    cost = straight_line_costs([BASE], BASE + np.array([[1000, 0], [0, 500]]), **CITY)
    assert cost.toarray().tolist() == [pytest.approx([2.8, 1.4])]
    assert nearest_minutes(cost).tolist() == pytest.approx([1.4])


def test_without_sites_nobody_reaches_anything():
    cost = straight_line_costs([BASE], [], **CITY)
    assert cost.shape == (1, 0)
    assert nearest_minutes(cost).tolist() == [np.inf]
    assert reach_share([7], nearest_minutes(cost), 10) == 0.0


@pytest.mark.parametrize(
    "wrong", [{"detour_factor": 0.9}, {"speed_kmh": 0}, {"threshold_minutes": -1}]
)
def test_impossible_travel_is_refused(wrong):
    with pytest.raises(InvalidInput):
        straight_line_costs([BASE], [BASE], **{**CITY, **wrong})


def test_broken_coordinates_are_refused():
    with pytest.raises(InvalidInput):
        straight_line_costs([[np.nan, 1]], [BASE], **CITY)


def test_the_last_minute_counts_and_the_unreachable_stay_in_the_denominator():
    assert reach_share([50, 30, 20], [20.0, 20.1, np.inf], 20) == 0.5
    assert reach_share([50, 30, 20], [0.0, 20.1, np.inf], 30) == 0.8
    assert reach_share([0, 0], [1, 1], 30) is None


def test_areas_are_ratios_of_sums():
    found = reach_by_area([900, 100, 40, 0], [5, 50, np.inf, 1], 20, ["A", "A", "B", "C"])
    assert found["area_code"].tolist() == ["A", "B", "C"]
    # The mean of the two cells' ratios in A would be 0.5.
    assert found["share"].tolist()[:2] == [0.9, 0.0]
    assert found["share"].isna().tolist() == [False, False, True]
    assert found["reached"].sum() / found["population"].sum() == pytest.approx(900 / 1040)


def test_people_without_an_area_are_not_dropped():
    with pytest.raises(InvalidInput, match="1 cells with 7 people"):
        reach_by_area([5, 7], [1, 1], 20, ["A", None])


@pytest.mark.parametrize("nearest", [[np.nan], [-1.0], [1.0, 2.0]])
def test_undefined_times_are_refused(nearest):
    with pytest.raises(InvalidInput):
        reach_share([1], nearest, 20)
