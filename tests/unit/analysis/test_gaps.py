"""The capacity gap and joint services, by hand and by their invariants."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.stair.gaps import Agreement, capacity_gap, with_agreements
from geo.errors import InvalidInput


def test_coverage_and_gap_by_hand():
    found = capacity_gap([100, 40, 0, 20], [60, 50, 30, 0])
    assert found.coverage[[0, 1, 3]].tolist() == [0.6, 1.0, 0.0]
    assert found.gap.tolist() == [40, 0, 0, 20]
    # A surplus of 10 and of 30 elsewhere fills no gap: 1 - 60 / 160.
    assert found.region_coverage == 0.625


def test_no_need_is_not_full_coverage():
    found = capacity_gap([0], [30])
    assert found.reason.tolist() == ["no_need"]
    assert np.isnan(found.coverage).all()
    assert found.region_coverage is None
    assert not found.covered.any()


def test_the_unknown_stays_unknown_and_out_of_the_region():
    found = capacity_gap([10, np.nan, 10], [5, 5, np.nan])
    assert found.reason.tolist() == ["", "no_data", "no_data"]
    assert np.isnan(found.gap[1:]).all()
    assert found.region_coverage == 0.5


def test_broken_numbers_are_refused():
    with pytest.raises(InvalidInput):
        capacity_gap([-1], [1])
    with pytest.raises(InvalidInput):
        capacity_gap([1, 2], [1])


def _places(**known):
    return pd.Series(known, dtype=float)


def test_a_surplus_fills_a_gap_only_by_agreement():
    need, capacity = [100, 100], _places(A=150, B=50)
    assert capacity_gap(need, capacity).gap.tolist() == [0, 50]
    joint = Agreement("J1", places={"A": 60}, split={"A": 0.25, "B": 0.75})
    shared = with_agreements(capacity, [joint])
    # Of the 60 places 15 stay with A and 45 go to B.
    assert shared.to_dict() == {"A": 105, "B": 95}
    assert capacity_gap(need, shared).gap.tolist() == [0, 5]


def test_a_joint_service_of_three_in_whole_places():
    thirds = {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}
    joint = Agreement("J1", places={"A": 10, "C": 1}, split=thirds)
    assert with_agreements(_places(A=10, B=0, C=4), [joint]).to_dict() == {"A": 4, "B": 4, "C": 6}


def test_what_is_received_is_not_passed_on():
    chain = [
        Agreement("J1", places={"A": 10}, split={"B": 1.0}),
        Agreement("J2", places={"B": 5}, split={"C": 1.0}),
    ]
    with pytest.raises(InvalidInput, match="Area B puts 5 places in"):
        with_agreements(_places(A=10, B=0, C=0), chain)
    capacity = _places(A=10, B=5, C=0)
    there = with_agreements(capacity, chain)
    assert there.to_dict() == {"A": 0, "B": 10, "C": 5}
    assert with_agreements(capacity, chain[::-1]).to_dict() == there.to_dict()


def test_no_agreement_changes_nothing_and_the_unknown_stays():
    capacity = _places(A=3, B=np.nan)
    pd.testing.assert_series_equal(with_agreements(capacity, []), capacity)


@pytest.mark.parametrize(
    ("places", "split", "says"),
    [
        ({"A": 4}, {"B": 1.0}, "Area A puts 4 places in, more than it has"),
        ({"A": 1}, {"B": 0.5}, "does not sum to 1"),
        ({"A": 1}, {}, "does not sum to 1"),
        ({"A": 1}, {"B": 1.5, "A": -0.5}, "split of J1' is negative"),
        ({"A": 1.5}, {"B": 1.0}, "places of J1' must be whole"),
        ({"A": 1}, {"Z": 1.0}, "names area Z, which is not here"),
        ({"A": 1}, {"N": 1.0}, "names area N, whose capacity is not known"),
    ],
)
def test_agreements_that_would_lose_places_are_refused(places, split, says):
    with pytest.raises(InvalidInput, match=says):
        with_agreements(_places(A=3, B=2, N=np.nan), [Agreement("J1", places, split)])


def test_capacity_of_one_area_once():
    with pytest.raises(InvalidInput, match="an area twice"):
        with_agreements(pd.Series([1.0, 2.0], index=["A", "A"]), [])


@given(
    capacity=st.lists(st.integers(0, 40), min_size=4, max_size=4),
    shares=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), max_size=4),
    parts=st.lists(st.integers(0, 10), min_size=16, max_size=16),
)
@settings(max_examples=150, deadline=None)
def test_agreements_keep_every_place(capacity, shares, parts):
    own = pd.Series(capacity, index=list("ABCD"), dtype=float)
    agreements = [
        Agreement(
            f"J{n}",
            # At most a quarter each, so that four agreements never ask for more than there is.
            {area: int(own[area]) * parts[4 * n + k] // 40 for k, area in enumerate("ABCD")},
            {area: weight / sum(weights) for area, weight in zip("ABCD", weights, strict=True)},
        )
        for n, weights in enumerate(shares)
        if sum(weights)
    ]
    shared = with_agreements(own, agreements)
    assert shared.sum() == own.sum()
    assert (shared >= 0).all()
    assert (shared == shared.round()).all()
    assert with_agreements(own, agreements[::-1]).to_dict() == shared.to_dict()
