"""How many permutations, which p, and whether 5 per cent is 5 per cent."""

import numpy as np
import pytest
from lattice import board

from geo.analysis import permutation
from geo.analysis.getis_ord import local_g
from geo.analysis.moran import global_moran, local_moran
from geo.analysis.neighbours import row_standardised
from geo.analysis.permutation import conditional_p, permutations_for, two_sided
from geo.errors import InvalidInput


@pytest.mark.parametrize(
    ("n", "level", "expected"),
    [
        (66, 0.05, 9_999),
        (226, 0.05, 9_999),
        (250, 0.05, 9_999),
        (333, 0.05, 13_319),
        (7, 0.03, 9_999),
    ],
)
def test_number_of_permutations(n, level, expected):
    assert permutations_for(n, level) == expected


@pytest.mark.parametrize("n", [1, 66, 251, 333, 2477, 3181])
@pytest.mark.parametrize("level", [0.05, 0.1, 0.01, 0.025])
def test_a_lone_unit_can_pass_and_the_level_is_exact(n, level):
    permutations = permutations_for(n, level)
    assert 2 / (permutations + 1) <= level / n * (1 + 1e-12)
    assert (permutations + 1) * level == pytest.approx(round((permutations + 1) * level))


def test_no_units_need_no_permutations():
    with pytest.raises(InvalidInput):
        permutations_for(0, 0.05)


def test_two_sided_p_by_hand():
    # Of 99: none as high -> 2 x 1/100; 49 on either side -> 1; never above 1.
    above, below = np.array([0, 49, 99, 4]), np.array([99, 50, 99, 95])
    assert two_sided(above, below, 99).tolist() == [0.02, 1.0, 1.0, 0.1]


def test_small_blocks_are_allowed(monkeypatch):
    values = np.random.default_rng(1).normal(size=25)
    whole = conditional_p(values, board(5), permutations=999, seed=2)
    monkeypatch.setattr(permutation, "BLOCK", 5_000)
    assert conditional_p(values, board(5), permutations=999, seed=2) == pytest.approx(
        whole, abs=0.12
    )


def _rejected(test, runs=400, side=5):
    rng = np.random.default_rng(11)
    weights = row_standardised(board(side)) if test is not local_g else board(side)
    found = [
        np.mean(np.atleast_1d(test(x, weights, permutations=199, seed=run).p_value) <= 0.05)
        for run, x in enumerate(rng.normal(size=(runs, side * side)))
    ]
    return float(np.mean(found))


@pytest.mark.parametrize("test", [local_moran, local_g])
def test_under_the_null_five_per_cent_are_rejected_and_not_ten(test):
    assert _rejected(test) == pytest.approx(0.05, abs=0.008)


def test_under_the_null_the_whole_map_is_rejected_as_often_as_it_says():
    # 400 maps: the standard error is 0.011.
    assert _rejected(global_moran) == pytest.approx(0.05, abs=0.03)


def test_draws_are_ordered_samples_all_equally_likely():
    drawn = permutation._draws(np.random.default_rng(1), 4, 3, 48_000)
    kinds, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(kinds) == 24
    assert all(len(set(kind)) == 3 for kind in kinds.tolist())
    # 2,000 expected of each; the standard error is 44.
    assert counts == pytest.approx([2_000] * 24, abs=200)
