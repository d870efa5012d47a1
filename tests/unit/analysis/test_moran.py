"""Moran's I against hand calculations, esda's statistics and an exhaustive permutation."""

import warnings
from itertools import permutations as orders

import numpy as np
import pytest
from lattice import board, path, path_with_isolate
from scipy.sparse import csr_array

from geo.analysis.moran import classify, global_moran, local_moran
from geo.analysis.neighbours import row_standardised
from geo.errors import InvalidInput

X = [10, 8, 2, 1]
STANDARD = row_standardised(path(4))


def test_golden_values_on_a_path_of_four():
    whole = global_moran(X, STANDARD, permutations=99, seed=1)
    assert whole.statistic == pytest.approx(0.534043, abs=5e-7)
    assert whole.expected == pytest.approx(-1 / 3)
    local = local_moran(X, STANDARD, permutations=99, seed=1)
    assert local.statistic == pytest.approx([0.889362, 0.140426, 0.165957, 0.940426], abs=5e-7)
    assert local.statistic.mean() == pytest.approx(whole.statistic)
    assert local.quadrant.tolist() == [1, 1, 3, 3]
    assert local.z @ local.z == pytest.approx(4)


def test_local_statistics_sum_to_s0_times_the_global_one():
    values = np.random.default_rng(2).gamma(2, 3, 36)
    whole = global_moran(values, board(6), permutations=9, seed=1)
    local = local_moran(values, board(6), permutations=9, seed=1)
    assert local.statistic.sum() == pytest.approx(board(6).sum() * whole.statistic)


def test_statistics_agree_with_esda():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import Moran, Moran_Local
        from libpysal.weights import lat2W

        weights = lat2W(7, 7, rook=False)
        values = np.random.default_rng(4).normal(size=49) + np.arange(49) / 20
        whole = Moran(values, weights, transformation="r", permutations=0)
        parts = Moran_Local(values, weights, transformation="r", permutations=0)
    ours = local_moran(values, row_standardised(board(7)), permutations=9, seed=1)
    assert global_moran(
        values, row_standardised(board(7)), permutations=9, seed=1
    ).statistic == pytest.approx(whole.I)
    # esda divides the local one by n - 1 where m2 = sum z^2 / n has n.
    assert ours.statistic == pytest.approx(parts.Is * 49 / 48)
    assert ours.quadrant.tolist() == parts.q.tolist()


def test_p_of_the_whole_map_is_that_of_all_orders():
    whole = global_moran(X, STANDARD, permutations=19_999, seed=3)
    z = np.array(X) - np.mean(X)
    all_of_them = np.array([np.array(o) @ (STANDARD @ np.array(o)) for o in orders(z)])
    observed = z @ (STANDARD @ z)
    above = np.mean(all_of_them >= observed - 1e-9)
    assert above < 0.5
    assert whole.p_value == pytest.approx(2 * above, abs=0.02)


def test_p_of_a_unit_is_that_of_all_draws_of_its_neighbours():
    values = np.array([9.0, 8, 7, 1, 2, 3, 0, 5])
    weights = np.zeros((8, 8))
    weights[0, [1, 2]] = 0.7, 0.3  # unequal, so that the order of a draw matters
    weights[1, 0] = weights[2, 0] = 1
    local = local_moran(values, csr_array(weights + np.eye(8, k=1)), permutations=39_999, seed=3)
    others = values[1:]
    row = (csr_array(weights + np.eye(8, k=1)))[[0]].toarray()[0, 1:3]
    draws = np.array([row @ np.array(o) for o in orders(others, 2)])
    above = np.mean(draws >= row @ others[:2] - 1e-9)
    below = np.mean(draws <= row @ others[:2] + 1e-9)
    assert local.p_value[0] == pytest.approx(min(1, 2 * min(above, below)), abs=0.01)


def test_isolates_are_left_out_above_and_below_the_line():
    alone = local_moran([*X, 1000], row_standardised(path_with_isolate(4)), permutations=99, seed=1)
    four = local_moran(X, STANDARD, permutations=99, seed=1)
    assert alone.isolates.tolist() == [False] * 4 + [True]
    assert alone.statistic[:4] == pytest.approx(four.statistic)
    assert alone.p_value[:4] == pytest.approx(four.p_value)
    assert np.isnan(alone.p_value[4])
    whole = global_moran(
        [*X, 1000], row_standardised(path_with_isolate(4)), permutations=99, seed=1
    )
    assert (whole.statistic, whole.n) == (pytest.approx(0.534043, abs=5e-7), 4)


def test_same_seed_same_p():
    values = np.random.default_rng(8).normal(size=25)
    one = local_moran(values, board(5), permutations=199, seed=5)
    two = local_moran(values, board(5), permutations=199, seed=5)
    other = local_moran(values, board(5), permutations=199, seed=6)
    assert (one.p_value == two.p_value).all()
    assert (one.p_value != other.p_value).any()


@pytest.mark.parametrize("values", [[3.0, 3, 3, 3], [0.1 + 0.2, 0.3, 0.3, 0.3]])
def test_without_variation_there_is_no_pattern(values):
    local = local_moran(values, STANDARD, permutations=99, seed=1)
    assert local.statistic.tolist() == [0] * 4
    assert local.p_value.tolist() == [1] * 4
    whole = global_moran(values, STANDARD, permutations=99, seed=1)
    assert (whole.statistic, whole.p_value) == (0, 1)


def test_a_cluster_on_a_board_is_found_and_named():
    values = np.random.default_rng(1).normal(size=(12, 12))
    values[:4, :4] += 6
    local = local_moran(values.ravel(), row_standardised(board(12)), permutations=9_999, seed=1)
    words = classify(local, 0.05).reshape(12, 12)
    assert (words[:3, :3] == "high_high").all()
    assert (words[6:, 6:] != "high_high").all()


def test_words_for_isolates_and_for_what_is_not_significant():
    local = local_moran([*X, 5], path_with_isolate(4), permutations=99, seed=1)
    assert classify(local, 0.05).tolist() == ["not_significant"] * 4 + ["isolate"]


@pytest.mark.parametrize("broken", [[1, 2, np.nan, 4], [1, 2, 3], [[1, 2], [3, 4]]])
def test_broken_values_are_refused(broken):
    with pytest.raises(InvalidInput):
        local_moran(broken, STANDARD, permutations=9, seed=1)
    with pytest.raises(InvalidInput):
        global_moran(broken, STANDARD, permutations=9, seed=1)


def test_nothing_to_compare_with_is_refused():
    for test in (local_moran, global_moran):
        with pytest.raises(InvalidInput, match="permutation"):
            test(X, STANDARD, permutations=0, seed=1)
