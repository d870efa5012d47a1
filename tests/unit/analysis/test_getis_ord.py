"""Local G against hand calculations and esda."""

import warnings

import numpy as np
import pytest
from lattice import board, path, path_with_isolate
from scipy.sparse import csr_array

from geo.analysis.getis_ord import classify, local_g

X = [10, 8, 2, 1]


def test_golden_values_with_the_unit_itself():
    found = local_g(X, path(4), permutations=99, seed=1)
    assert found.statistic == pytest.approx([1.694798, 1.108958, -1.239423, -1.694798], abs=5e-7)


def test_without_the_unit_itself_by_hand():
    # Unit 1: others 8, 2, 1 with mean 11/3 and variance 69/3 - 121/9 = 86/9; lag 8, W = S1 = 1;
    # (8 - 11/3) / sqrt(86/9 x (3 - 1)/2)
    found = local_g(X, path(4), star=False, permutations=99, seed=1)
    assert found.statistic[0] == pytest.approx((13 / 3) / np.sqrt(86 / 9))


@pytest.mark.parametrize("star", [True, False])
def test_agrees_with_esda(star):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local
        from libpysal.weights import lat2W

        values = np.random.default_rng(4).gamma(2, 2, 49)
        theirs = G_Local(values, lat2W(7, 7, rook=False), transform="B", star=star, permutations=0)
    ours = local_g(values, board(7), star=star, permutations=9, seed=1)
    assert ours.statistic == pytest.approx(theirs.Zs)


def test_neither_shift_nor_scale_changes_it():
    values = np.random.default_rng(4).gamma(2, 2, 25)
    one = local_g(values, board(5), permutations=99, seed=1)
    two = local_g(1e6 + values * 1e-3, board(5), permutations=99, seed=1)
    assert two.statistic == pytest.approx(one.statistic, abs=1e-5)
    assert (one.p_value == two.p_value).all()


@pytest.mark.parametrize("star", [True, False])
def test_a_unit_that_neighbours_all_says_nothing(star):
    everyone = csr_array(1 - np.eye(4))
    found = local_g(X, everyone, star=star, permutations=99, seed=1)
    assert found.statistic.tolist() == [0] * 4
    assert found.p_value.tolist() == [1] * 4


def test_without_variation_there_is_no_spot():
    found = local_g([2, 2, 2, 2], path(4), permutations=99, seed=1)
    assert found.statistic.tolist() == [0] * 4
    assert classify(found, 0.05).tolist() == ["not_significant"] * 4


def test_isolates_change_nothing_for_the_others():
    found = local_g([*X, 1000], path_with_isolate(4), permutations=99, seed=1)
    four = local_g(X, path(4), permutations=99, seed=1)
    assert found.statistic[:4] == pytest.approx(four.statistic)
    assert classify(found, 0.05)[4] == "isolate"


def test_hot_and_cold_corners_are_found():
    values = np.random.default_rng(1).normal(size=(12, 12))
    values[:4, :4] += 6
    values[8:, 8:] -= 6
    found = local_g(values.ravel(), board(12), permutations=9_999, seed=1)
    words = classify(found, 0.05).reshape(12, 12)
    assert (words[:3, :3] == "hot").all()
    assert (words[9:, 9:] == "cold").all()
    assert (words[:3, 9:] == "not_significant").mean() > 0.8
