"""Inequality between territories: by hand, against naive sums, and where there is none to state."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.analysis.inequality import (
    concentration_index,
    gini,
    ratio_90_10,
    territorial_inequality,
    theil,
)
from geo.errors import InvalidInput

VALUES = (1.0, 2.0, 5.0)
PEOPLE = (10.0, 30.0, 60.0)
"""Mean 3.7. Pairs: 10 30 1, 10 60 4, 30 60 3, so Gini = 8,100 x 2 / (2 x 100^2 x 3.7)."""

several = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        arrays.arrays(np.float64, n, elements=st.floats(0, 1e4).map(lambda x: round(x, 3))),
        arrays.arrays(np.float64, n, elements=st.integers(1, 10**6).map(float)),
        st.lists(st.sampled_from("abc"), min_size=n, max_size=n),
    )
)


def naive_gini(values, people):
    """The definition, pair by pair."""
    total = sum(people)
    mean = sum(p * a for p, a in zip(people, values, strict=True)) / total
    pairs = sum(
        p * q * abs(a - b)
        for a, p in zip(values, people, strict=True)
        for b, q in zip(values, people, strict=True)
    )
    return pairs / (2 * total**2 * mean)


def naive_theil(values, people):
    total = sum(people)
    mean = sum(p * a for p, a in zip(people, values, strict=True)) / total
    return math.fsum(
        p / total * a / mean * math.log(a / mean)
        for a, p in zip(values, people, strict=True)
        if a > 0
    )


def one_person_a_row(values, people):
    """Everybody as a row of their own: what weights stand for."""
    return np.repeat(values, np.asarray(people, dtype=int))


def test_gini_by_hand():
    assert gini(VALUES, PEOPLE).value == pytest.approx(8100 * 2 / (2 * 100**2 * 3.7), abs=1e-15)
    # One of two equal halves has everything.
    assert gini([0, 7], [50, 50]).value == pytest.approx(0.5)
    assert gini([3, 3, 3], [1, 5, 100]).value == pytest.approx(0, abs=1e-15)


@given(several)
def test_gini_is_the_mean_difference_of_all_pairs(case):
    values, people, _ = case
    if not values.any():
        return
    found = gini(values, people).value
    assert found == pytest.approx(naive_gini(values, people), abs=1e-9)
    assert 0 <= found < 1


def test_weights_stand_for_so_many_persons():
    rows = one_person_a_row(VALUES, PEOPLE)
    ones = np.ones(rows.size)
    whole = territorial_inequality(VALUES, PEOPLE, deprivation=[9, 2, 5])
    each = territorial_inequality(rows, ones, deprivation=one_person_a_row((9, 2, 5), PEOPLE))
    assert whole.gini.value == pytest.approx(each.gini.value, abs=1e-12)
    assert whole.theil.total.value == pytest.approx(each.theil.total.value, abs=1e-12)
    assert whole.concentration.value == pytest.approx(each.concentration.value, abs=1e-12)
    assert whole.ratio_90_10.value == each.ratio_90_10.value


def test_theil_by_hand():
    # Halves with 1 and 3, mean 2: 1/2 (0.5 ln 0.5 + 1.5 ln 1.5).
    expected = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert theil([1, 3], [4, 4]).total.value == pytest.approx(expected, abs=1e-15)
    # All in one half: ln 2, the other half adds 0 ln 0 = 0.
    assert theil([0, 3], [4, 4]).total.value == pytest.approx(math.log(2), abs=1e-15)


def test_theil_parts_by_hand():
    # County a: 1 and 3, mean 2; county b: 6 and 6, mean 6; common mean 4, equal people.
    found = theil([1, 3, 6, 6], [10, 10, 10, 10], ["a", "a", "b", "b"])
    inside = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert found.within == pytest.approx(0.5 * 0.5 * inside, abs=1e-15)
    assert found.between == pytest.approx(
        (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2, abs=1e-15
    )
    a, b = found.counties
    assert (a.county, a.population_share, a.mean) == ("a", 0.5, 2)
    assert a.theil == pytest.approx(inside)
    assert (b.theil, b.within) == (0, 0)


@given(several)
def test_theil_parts_sum_to_the_whole(case):
    values, people, counties = case
    if not values.any():
        return
    found = theil(values, people, counties)
    assert found.total.value == pytest.approx(naive_theil(values, people), abs=1e-9)
    assert abs(found.between + found.within - found.total.value) < 1e-12 * max(1, found.total.value)
    assert found.between >= -1e-12
    assert found.within >= -1e-12
    assert sum(part.population_share for part in found.counties) == pytest.approx(1)


def test_a_county_with_nothing_has_no_measure_of_its_own():
    found = theil([0, 0, 2, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert found.counties[0].theil is None
    assert found.counties[0].within == found.counties[0].between == 0
    assert found.between + found.within == pytest.approx(found.total.value, abs=1e-15)
    assert theil([1, 2], [1, 1]).between is None


def test_ratio_takes_values_that_people_have():
    # Ten people: the first has 2, the ninth 8.
    assert ratio_90_10([2, 4, 8, 16], [1, 4, 4, 1]).value == 4
    # NumPy's weighted quantile of the same definition, one more person at the bottom.
    values, people = [2.0, 3.0, 4.0, 8.0, 16.0], [1, 1, 4, 4, 1]
    low, high = np.quantile(values, [0.1, 0.9], weights=people, method="inverted_cdf")
    assert ratio_90_10(values, people).value == high / low == 8 / 3


@given(several)
def test_ratio_agrees_with_numpy_where_no_sum_meets_the_tenth(case):
    values, people, _ = case
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(people[order]) / people.sum()
    if np.isclose(upto[:, None], [0.1, 0.9], atol=1e-9).any():
        return
    low, high = np.quantile(values, [0.1, 0.9], weights=people, method="inverted_cdf")
    found = ratio_90_10(values, people)
    if low == 0:
        assert found.value is None
        assert found.reason in ("zero_below", "all_zero")
    else:
        assert found.value == high / low >= 1


def test_concentration_by_hand():
    # Ranks 0.25 and 0.75 of two equal halves, the deprived half first.
    # cov = mean of (A - 2)(r - 0.5) = ((1 - 2)(-0.25) + (3 - 2)(0.25)) / 2 = 0.25.
    assert concentration_index([1, 3], [5, 5], [9, 1]).value == pytest.approx(0.25)
    assert concentration_index([3, 1], [5, 5], [9, 1]).value == pytest.approx(-0.25)


def test_equally_deprived_areas_share_their_rank():
    # Ranks 1/3, 1/3, 5/6 whatever the order of the first two.
    values, people, deprived = [1.0, 4.0, 7.0], [1, 1, 1], [8, 8, 2]
    expected = 2 * ((-3) * (1 / 3) + 0 * (1 / 3) + 3 * (5 / 6)) / 3 / 4
    assert concentration_index(values, people, deprived).value == pytest.approx(expected)
    assert concentration_index([4.0, 1.0, 7.0], people, deprived).value == pytest.approx(expected)
    assert concentration_index(values, people, [3, 3, 3]).reason == "same_deprivation"


@given(several)
def test_ranked_by_itself_concentration_is_the_gini(case):
    values, people, _ = case
    if np.unique(values).size < 2:
        return
    index = concentration_index(values, people, -values).value
    assert index == pytest.approx(gini(values, people).value, abs=1e-9)
    assert concentration_index(values, people, values).value == pytest.approx(-index, abs=1e-9)


@given(several, st.randoms(use_true_random=False))
def test_order_and_unit_do_not_matter(case, random):
    values, people, counties = case
    if not values.any():
        return
    order = list(range(len(values)))
    random.shuffle(order)
    before = territorial_inequality(values, people, counties=counties)
    after = territorial_inequality(
        1000 * values[order], people[order], counties=[counties[i] for i in order]
    )
    assert after.gini.value == pytest.approx(before.gini.value, abs=1e-9)
    assert after.theil.between == pytest.approx(before.theil.between, abs=1e-9)


def test_where_there_is_nothing_to_measure_the_reason_is_stated():
    cases = {
        "no_data": ([np.nan, np.nan], [5, 5]),
        "nobody": ([1, 2], [0, 0]),
        "one_area": ([1, 2, np.nan], [5, 0, 5]),
        "all_zero": ([0, 0], [5, 5]),
    }
    for reason, (values, people) in cases.items():
        found = territorial_inequality(
            values, people, counties=["a"] * len(people), deprivation=range(len(people))
        )
        measures = (found.gini, found.theil.total, found.ratio_90_10, found.concentration)
        assert [m.reason for m in measures] == [reason] * 4
        assert [m.value for m in measures] == [None] * 4
        assert found.theil.between is None
        assert found.theil.within is None
    assert gini([], []).reason == "no_data"


def test_the_unknown_and_the_empty_are_left_out_and_counted():
    found = gini([*VALUES, np.nan, 100, 3], [*PEOPLE, 50, 0, np.nan])
    assert found.value == gini(VALUES, PEOPLE).value
    assert (found.areas, found.without_data, found.uninhabited) == (3, 2, 1)
    ranked = concentration_index(VALUES, PEOPLE, [1, np.nan, 3])
    assert (ranked.areas, ranked.without_data) == (2, 1)
    assert ratio_90_10([0, 5, 5], [20, 40, 40]).reason == "zero_below"


@pytest.mark.parametrize(
    ("values", "people"),
    [([-1, 2], [1, 1]), ([1, 2], [1, -1]), ([1, np.inf], [1, 1]), ([1], [1, 2])],
)
def test_broken_numbers_are_refused(values, people):
    with pytest.raises(InvalidInput):
        gini(values, people)
    with pytest.raises(InvalidInput):
        theil(values, people)


def test_areas_without_county_or_with_too_few_names_are_refused():
    with pytest.raises(InvalidInput, match="counties"):
        theil([1, 2], [1, 1], ["a"])
    with pytest.raises(InvalidInput, match="counties"):
        theil([1, 2], [1, 1], ["a", ""])
    with pytest.raises(InvalidInput, match="deprivation"):
        concentration_index([1, 2], [1, 1], [1])
