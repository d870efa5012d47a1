"""Floating catchments against hand-worked values and their invariants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.analysis.catchment import floating_catchment, spatial_access_ratio
from geo.errors import InvalidInput


def _cost(shape, pairs):
    rows, columns, minutes = zip(*pairs, strict=True)
    return sparse.csr_array((np.array(minutes, float), (rows, columns)), shape)


# Minutes that give the step weights [[1, .22], [.22, .68], [0, .68]] at a threshold of 60.
TRIANGLE = _cost((3, 2), [(0, 0, 10), (0, 1, 50), (1, 0, 50), (1, 1, 30), (2, 1, 35)])


def test_enhanced_two_origins_one_site():
    cost = _cost((2, 1), [(0, 0, 5), (1, 0, 50)])
    found = floating_catchment([1000, 500], [10], cost, 60, decay="step", method="enhanced")
    # R = 10 / (1000 + 0.22 x 500)
    assert found.access == pytest.approx([10 / 1110, 2.2 / 1110])
    assert found.access == pytest.approx([0.009009, 0.001982], abs=5e-7)


def test_balanced_golden_values():
    found = floating_catchment([1000, 500, 800], [10, 5], TRIANGLE, 60, decay="step")
    assert found.access == pytest.approx([0.009215, 0.003499, 0.001584], abs=5e-7)
    assert found.access.sum() == pytest.approx(0.014299, abs=1e-6)
    assert found.level.sum() == pytest.approx(found.access.sum())
    # Step 1 counts every person once: demand = supply / level.
    assert (np.array([10, 5]) / found.level).sum() == pytest.approx(2300)


def test_enhanced_golden_values():
    people = np.array([1000, 500, 800])
    found = floating_catchment(people, [10, 5], TRIANGLE, 60, decay="step", method="enhanced")
    assert found.access == pytest.approx([0.010005, 0.005062, 0.003080], abs=5e-7)
    assert people @ found.access == pytest.approx(15)
    assert (np.array([10, 5]) / found.level).sum() == pytest.approx(2214)


@pytest.mark.parametrize(
    ("minutes", "weight"), [(0, 1.0), (15, 0.701367), (30, 0.0), (29.999, 0.000051)]
)
def test_gaussian_decay(minutes, weight):
    # Beside a place at the door, the weight is the ratio of the two accesses.
    cost = _cost((2, 1), [(0, 0, 0), (1, 0, minutes)])
    found = floating_catchment([1, 1], [10], cost, 30, method="enhanced")
    assert found.access[1] / found.access[0] == pytest.approx(weight, abs=1e-6)


@pytest.mark.parametrize(("minutes", "weight"), [(10, 1), (10.1, 0.68), (20, 0.68), (30, 0.22)])
def test_step_zones_are_inclusive(minutes, weight):
    cost = _cost((2, 1), [(0, 0, 0), (1, 0, minutes)])
    found = floating_catchment([1, 1], [10], cost, 30, decay="step", method="enhanced")
    assert found.access[1] / found.access[0] == pytest.approx(weight)


@pytest.mark.parametrize("method", ["balanced", "enhanced"])
def test_a_stored_zero_is_at_the_door_and_a_missing_pair_is_out_of_reach(method):
    cost = _cost((3, 2), [(0, 0, 0), (1, 0, 31)])
    found = floating_catchment([100, 50, 70], [5, 9], cost, 30, method=method)
    assert found.access.tolist() == [0.05, 0.0, 0.0]
    assert found.reached.tolist() == [True, False, False]
    assert found.used.tolist() == [True, False]
    assert found.level[1] == 0


def test_threshold_is_inclusive_for_the_binary_method():
    cost = _cost((2, 1), [(0, 0, 20), (1, 0, 20.001)])
    found = floating_catchment([4, 4], [1], cost, 20, decay="binary")
    assert found.access.tolist() == [0.25, 0]


def test_nobody_at_all_and_no_site_at_all():
    found = floating_catchment([10, 20], [], sparse.csr_array((2, 0)), 30)
    assert found.access.tolist() == [0, 0]
    assert not found.reached.any()
    empty = floating_catchment([0], [5], _cost((1, 1), [(0, 0, 1)]), 30)
    assert empty.access.tolist() == [0]
    assert empty.used.tolist() == [False]


costs = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.floats(0, 40)),
    min_size=1,
    unique_by=lambda pair: pair[:2],
)


@settings(max_examples=60, deadline=None)
@given(
    people=st.lists(st.integers(0, 5000), min_size=6, max_size=6),
    places=st.lists(st.integers(0, 90), min_size=4, max_size=4),
    pairs=costs,
    decay=st.sampled_from(["gaussian", "step", "binary"]),
)
def test_nothing_is_lost_or_invented(people, places, pairs, decay):
    cost = _cost((6, 4), pairs)
    shared = floating_catchment(people, places, cost, 30, decay=decay, method="enhanced")
    used = np.array(places) * shared.used
    assert np.array(people) @ shared.access == pytest.approx(used.sum())
    balanced = floating_catchment(people, places, cost, 30, decay=decay)
    assert balanced.access.sum() == pytest.approx(balanced.level.sum())
    assert (balanced.access[~balanced.reached] == 0).all()


def test_access_ratio_is_to_the_weighted_mean():
    ratio = spatial_access_ratio([0.01, 0.02, 0.0], [300, 100, 100])
    # mean = (3 + 2 + 0) / 500 = 0.01
    assert ratio == pytest.approx([1, 2, 0])
    with pytest.raises(InvalidInput):
        spatial_access_ratio([0, 0], [1, 1])
    with pytest.raises(InvalidInput):
        spatial_access_ratio([1, 1], [0, 0])


@pytest.mark.parametrize(
    ("people", "cost"),
    [
        ([-1, 1], _cost((2, 1), [(0, 0, 1)])),
        ([np.nan, 1], _cost((2, 1), [(0, 0, 1)])),
        ([1, 1], _cost((2, 1), [(0, 0, -1)])),
        ([1, 1], _cost((2, 1), [(0, 0, np.nan)])),
        ([1, 1], _cost((3, 1), [(0, 0, 1)])),
        ([1, 1], np.ones((2, 1))),
    ],
)
def test_broken_input_is_refused(people, cost):
    with pytest.raises(InvalidInput):
        floating_catchment(people, [1], cost, 30)


def test_a_pair_stored_twice_is_refused():
    twice = sparse.csr_array(
        (np.array([1.0, 2.0]), np.array([0, 0]), np.array([0, 2, 2])), shape=(2, 1)
    )
    with pytest.raises(InvalidInput, match="twice"):
        floating_catchment([1, 1], [1], twice, 30)


def test_an_infinite_cost_is_out_of_reach():
    cost = _cost((2, 1), [(0, 0, 1), (1, 0, np.inf)])
    assert floating_catchment([1, 1], [1], cost, 30).reached.tolist() == [True, False]


@pytest.mark.parametrize("words", [{"decay": "linear"}, {"method": "3sfca"}, {"threshold": 0}])
def test_unknown_words_are_refused(words):
    arguments = {"threshold": 30, **words}
    with pytest.raises(InvalidInput):
        floating_catchment([1], [1], _cost((1, 1), [(0, 0, 1)]), **arguments)
