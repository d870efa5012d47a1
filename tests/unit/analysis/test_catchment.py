"""Floating catchments against hand-worked values and their invariants."""

import math

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.analysis.catchment import floating_catchment, spatial_access_ratio
from geo.analysis.catchment.sums import Weighing, _pieces, site_sums
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
    decay=st.sampled_from(["gaussian", "step", "linear", "binary"]),
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
    # Beside each other, apart, and where the row before ends on a higher site.
    for columns, ends in (([0, 0], [0, 2, 2]), ([0, 1, 0], [0, 3, 3]), ([1, 0, 0], [0, 1, 3])):
        times = np.arange(len(columns), dtype=float)
        twice = sparse.csr_array((times, np.array(columns), np.array(ends)), shape=(2, 2))
        with pytest.raises(InvalidInput, match="twice"):
            floating_catchment([1, 1], [1, 1], twice, 30)


def test_rows_that_are_not_in_order_give_the_same_and_are_left_as_they_are():
    times, columns = np.array([50.0, 10.0, 50.0, 30.0, 35.0]), np.array([1, 0, 0, 1, 1])
    mixed = sparse.csr_array((times, columns, np.array([0, 2, 4, 5])), shape=(3, 2))
    # SciPy believes what it is told: the rows themselves must be looked at.
    mixed.has_sorted_indices = True
    found = floating_catchment([1000, 500, 800], [10, 5], mixed, 60, decay="step")
    assert found.access == pytest.approx([0.009215, 0.003499, 0.001584], abs=5e-7)
    assert mixed.indices.tolist() == [1, 0, 0, 1, 1]


def test_a_site_that_does_not_exist_is_refused():
    for columns in ([5], [-1]):
        outside = sparse.csr_array(
            (np.array([1.0]), np.array([0]), np.array([0, 1, 1])), shape=(2, 2)
        )
        outside.indices[:] = columns
        with pytest.raises(InvalidInput, match="outside 0 to 1"):
            floating_catchment([1, 1], [1, 1], outside, 30)


def test_ends_of_rows_that_fall_are_refused():
    wrong = TRIANGLE.copy()
    wrong.indptr[:] = [0, 4, 2, 5]
    with pytest.raises(InvalidInput, match="end before they begin"):
        floating_catchment([1, 1, 1], [1, 1], wrong, 60)


def test_an_infinite_cost_is_out_of_reach():
    cost = _cost((2, 1), [(0, 0, 1), (1, 0, np.inf)])
    assert floating_catchment([1, 1], [1], cost, 30).reached.tolist() == [True, False]


@pytest.mark.parametrize("decay", ["gaussian", "step", "linear", "binary"])
@pytest.mark.parametrize("threshold", [0, -5, np.nan, np.inf])
def test_a_threshold_must_be_positive_whatever_the_decay(threshold, decay):
    with pytest.raises(InvalidInput, match="threshold must be positive"):
        floating_catchment([1], [1], _cost((1, 1), [(0, 0, 0)]), threshold, decay=decay)


@pytest.mark.parametrize("words", [{"decay": "cubic"}, {"method": "3sfca"}])
def test_unknown_words_are_refused(words):
    arguments = {"threshold": 30, **words}
    with pytest.raises(InvalidInput):
        floating_catchment([1], [1], _cost((1, 1), [(0, 0, 1)]), **arguments)


def test_places_without_places_and_people_without_reach():
    found = floating_catchment([10, 20, 30], [0, 0], TRIANGLE, 60)
    assert found.access.tolist() == [0, 0, 0]
    assert found.reached.all()
    assert found.used.all()


def test_at_the_threshold_itself_a_site_is_reached_and_weighs_nothing():
    for decay in ("gaussian", "linear"):
        found = floating_catchment([7], [3], _cost((1, 1), [(0, 0, 30)]), 30, decay=decay)
        assert found.access.tolist() == [0]
        assert found.reached.tolist() == [True]
        assert found.used.tolist() == [False]


def _plainly(people, places, cost, threshold, decay, method):
    """The formulas of methods.md 5.7 over a dense table, one pair after the other."""
    weights = np.zeros(cost.shape)
    for i in range(cost.shape[0]):
        for k in range(cost.indptr[i], cost.indptr[i + 1]):
            share = cost.data[k] / threshold
            if share > 1 + 1e-9:
                continue
            weights[i, cost.indices[k]] = {
                "gaussian": (np.exp(-0.5 * share**2) - np.exp(-0.5)) / (1 - np.exp(-0.5)),
                "linear": 1 - share,
                "step": 1 if share <= 1 / 3 else 0.68 if share <= 2 / 3 else 0.22,
                "binary": 1,
            }[decay]
    out_of, into = weights.sum(axis=1, keepdims=True), weights.sum(axis=0, keepdims=True)
    by_row = by_column = weights
    if method == "balanced":
        by_row = np.divide(weights, out_of, out=np.zeros_like(weights), where=out_of > 0)
        by_column = np.divide(weights, into, out=np.zeros_like(weights), where=into > 0)
    demand = people @ by_row
    return by_column @ np.divide(places, demand, out=np.zeros_like(places), where=demand > 0)


@pytest.mark.parametrize("decay", ["gaussian", "step", "linear", "binary"])
@pytest.mark.parametrize("method", ["balanced", "enhanced"])
def test_the_formulas_over_many_rows_of_every_length(decay, method):
    cost, people, places = _large()
    found = floating_catchment(people, places, cost, 30, decay=decay, method=method)
    expected = _plainly(people, places, cost, 30, decay, method)
    assert found.access == pytest.approx(expected, rel=1e-9, abs=1e-15)


def _large():
    """Rows without a site, short ones, and some longer than what the kernels weigh at a time."""
    draw = np.random.default_rng(3)
    share = np.where(np.arange(400) % 100 == 0, 0.9, draw.choice([0, 0.001, 0.02], 400))
    stored = draw.random((400, 10_000)) < share[:, None]
    rows, columns = np.nonzero(stored)
    ends = np.concatenate(([0], np.cumsum(stored.sum(axis=1))))
    cost = sparse.csr_array((draw.random(rows.size) * 40, columns, ends), stored.shape)
    return (
        cost,
        draw.integers(0, 900, 400).astype(float),
        draw.integers(0, 60, 10_000).astype(float),
    )


@pytest.mark.parametrize("method", ["balanced", "enhanced"])
def test_the_number_of_threads_moves_no_bit(method, monkeypatch):
    monkeypatch.setattr("geo.analysis.catchment.sums.PAIRS_A_PIECE", 500)
    draw = np.random.default_rng(4)
    cost = sparse.csr_array(sparse.random_array((2000, 50), density=0.3, rng=draw) * 40)
    people, places = draw.random(2000) * 900, draw.random(50)
    assert len(_pieces(cost)) == 16
    weighing = Weighing(30, "gaussian", method)
    sums = [site_sums(cost, people, places.size, weighing, threads=t)[1] for t in (1, 2, 3, 7)]
    assert all(np.array_equal(sums[0], other) for other in sums)


def test_the_matrix_is_neither_changed_nor_copied():
    cost, people, places = _large()
    before = cost.copy()
    matrix, _ = site_sums(cost, people, places.size, Weighing(30, "gaussian", "balanced"))
    assert np.shares_memory(matrix.data, cost.data)
    assert np.shares_memory(matrix.indices, cost.indices)
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(before, name), getattr(cost, name))


@pytest.mark.parametrize("indices", [np.int32, np.int64])
def test_a_matrix_that_may_not_be_written_is_read(indices):
    cost = TRIANGLE.copy()
    cost.indices, cost.indptr = cost.indices.astype(indices), cost.indptr.astype(indices)
    for array in (cost.data, cost.indices, cost.indptr):
        array.setflags(write=False)
    found = floating_catchment([1000, 500, 800], [10, 5], cost, 60, decay="step")
    assert found.access == pytest.approx([0.009215, 0.003499, 0.001584], abs=5e-7)


def test_equal_to_pysal_access():
    draw = np.random.default_rng(11)
    cost = sparse.csr_array(sparse.random_array((300, 40), density=0.3, rng=draw) * 40)
    people, places = draw.integers(1, 900, 300), draw.integers(1, 60, 40)
    table = cost.tocoo()
    pairs = pd.DataFrame({"origin": table.row, "dest": table.col, "cost": table.data})
    theirs = two_stage_fca(
        pd.DataFrame({"geoid": range(300), "demand": people}),
        pd.DataFrame({"supply": places}, index=pd.RangeIndex(40, name="geoid")),
        pairs,
        max_cost=30,
        demand_name="demand",
        supply_name="supply",
        weight_fn=lambda c: (
            (math.exp(-0.5 * (c / 30) ** 2) - math.exp(-0.5)) / (1 - math.exp(-0.5))
        ),
    )
    found = floating_catchment(people, places, cost, 30, method="enhanced")
    assert found.access[theirs.index] == pytest.approx(theirs.to_numpy(), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(pairs=costs, seed=st.integers(0, 99), method=st.sampled_from(["balanced", "enhanced"]))
def test_the_order_of_places_and_sites_changes_nothing(pairs, seed, method):
    draw = np.random.default_rng(seed)
    people, places = draw.integers(0, 900, 6), draw.integers(0, 60, 4)
    cost = _cost((6, 4), pairs)
    rows, columns = draw.permutation(6), draw.permutation(4)
    found = floating_catchment(people, places, cost, 30, method=method)
    mixed = sparse.csr_array(cost[rows][:, columns])
    other = floating_catchment(people[rows], places[columns], mixed, 30, method=method)
    assert other.access == pytest.approx(found.access[rows], rel=1e-9)
    assert other.level == pytest.approx(found.level[columns], rel=1e-9)
