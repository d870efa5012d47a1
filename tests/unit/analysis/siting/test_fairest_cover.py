import numpy as np
import pytest
from every_set import most_served, sets_of, small_case, stored

from geo.analysis.siting import Infeasible, Limits, fairest_cover
from geo.errors import InvalidInput

PLAIN = Limits(prices=False)


def test_the_worst_off_come_first_and_the_price_is_told():
    # Site 0 covers 30 of group 0; site 1 covers 12 of 20 and half of group 1.
    minutes = np.array([[0.0, 0], [0, 90], [90, 0], [90, 90]])
    cost = stored(minutes, np.ones((4, 2), bool))
    found = fairest_cover(cost, [20, 10, 5, 5], 10, 1, [0, 0, 1, 1])
    assert found.siting.open.tolist() == [1]
    assert found.coverage == (pytest.approx(20 / 30), 0.5) and found.proven
    assert found.siting.fairness is not None and found.siting.fairness.price == 5.0


def test_a_group_without_demand_has_no_coverage():
    cost = stored(np.zeros((2, 1)), np.ones((2, 1), bool))
    assert fairest_cover(cost, [4, 0], 10, 1, [0, 1]).coverage == (1.0, None)


@pytest.mark.parametrize("capacitated", [False, True])
@pytest.mark.parametrize("seed", range(15))
def test_equal_to_the_best_sorted_coverage_of_every_set(seed, capacitated):
    cost, dense, demand = small_case(seed)
    n, m = dense.shape
    group = np.arange(n) % 3 if n >= 3 else np.arange(n)
    total = np.bincount(group, weights=demand)
    places = np.random.default_rng(seed).integers(1, 9, m).astype(float)
    found = fairest_cover(
        cost, demand, 9, 2, group, capacity=places if capacitated else None, limits=PLAIN
    )
    shares = sorted(share for share in found.coverage if share is not None)
    worst = 0.0
    for one in sets_of(m, 2):
        given_places = np.where(np.isin(np.arange(m), one), places if capacitated else 99, 0)
        if not capacitated:
            hit = (dense[:, one] <= 9).any(axis=1)
            served = np.bincount(group, weights=demand * hit)
            theirs = sorted((served / np.where(total > 0, total, 1))[total > 0].tolist())
            rounded = [round(share, 6) for share in theirs]
            assert rounded <= [round(share, 6) for share in shares]
        worst = max(worst, _least_share(dense, demand, given_places, group, total))
    assert found.worst[0] == pytest.approx(worst, abs=1e-5)


def _least_share(dense, demand, places, group, total) -> float:
    """The highest share that every group can have at once, by halving."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        floors = [(np.flatnonzero(group == g), middle * total[g]) for g in range(total.size)]
        if most_served(dense, demand, places, 9, floors) >= 0:
            low = middle
        else:
            high = middle
    return low


def test_broken_input_is_refused():
    cost = stored(np.zeros((2, 1)), np.ones((2, 1), bool))
    with pytest.raises(InvalidInput):
        fairest_cover(cost, [0, 0], 10, 1, [0, 1])
    with pytest.raises(InvalidInput):
        fairest_cover(cost, [1, 1], 10, 1, [0, 1], levels=3)
    with pytest.raises(Infeasible):
        fairest_cover(cost, [1, 1], 10, 2, [0, 1])
