import itertools

import numpy as np
import pytest
from every_set import most_served, sets_of, small_case, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.siting import Floor, Growth, Infeasible, Limits, max_cover
from geo.errors import InvalidInput

PLAIN = Limits(prices=False)
HEURISTIC = Limits(prices=False, exact_pairs=0)

# Three villages on a line, ten minutes from one to the next, a site in each.
LINE = stored(np.abs(np.subtract.outer([0, 10, 20], [0, 10, 20])), np.ones((3, 3), bool))
PEOPLE = [10, 1, 10]


def covered(dense: np.ndarray, demand: np.ndarray, sites: list[int], threshold: float) -> float:
    return float(demand[(dense[:, sites] <= threshold).any(axis=1)].sum())


def test_the_threshold_is_inclusive_and_zero_is_one():
    assert max_cover(LINE, PEOPLE, 10, 1).objective == 21.0
    assert max_cover(LINE, PEOPLE, 9.99, 1).objective == 10.0
    assert max_cover(LINE, PEOPLE, 0, 2).objective == 20.0


def test_an_origin_in_reach_of_nothing_is_not_covered_and_keeps_its_row():
    cut = stored(LINE.toarray(), np.array([[1, 1, 1], [1, 1, 1], [0, 0, 0]], bool))
    found = max_cover(cut, PEOPLE, 30, 1)
    assert found.served.tolist() == [10, 1, 0] and found.assignment[2] == -1


def test_places_limit_who_is_covered():
    found = max_cover(LINE, PEOPLE, 10, 1, capacity=[5, 12, 5])
    assert found.open.tolist() == [1] and found.objective == 12.0
    # Nearest first: the village of the site itself, then the rest of its places.
    assert found.served[1] == 1 and found.served.sum() == 12


def test_all_zero_supply_serves_nobody_and_says_so():
    found = max_cover(LINE, PEOPLE, 10, 2, capacity=[0, 0, 0])
    assert (found.objective, found.gap, found.assignment.tolist()) == (0.0, 0.0, [-1, -1, -1])


def test_growth_stays_within_its_budget_and_its_most():
    growth = Growth(most=[0, 6, 6], cost_per_place=[100, 100, 300], budget=1_100)
    found = max_cover(LINE, PEOPLE, 10, 1, capacity=[5, 12, 5], growth=growth)
    assert found.objective == 18.0 and found.added.tolist() == [0, 6, 0]
    poor = Growth(most=[0, 6, 6], cost_per_place=[100, 100, 300], budget=250)
    found = max_cover(LINE, PEOPLE, 10, 1, capacity=[5, 12, 5], growth=poor)
    assert found.objective == 14.0
    prices = {price.bound: price for price in found.prices}
    assert prices["p"].change == 5.0
    assert (prices["growth budget"].step, prices["growth budget"].change) == (100.0, 1.0)


def test_today_is_told_without_growth():
    growth = Growth(most=[9, 9, 9], cost_per_place=[0, 0, 0], budget=0)
    found = max_cover(LINE, PEOPLE, 10, 1, capacity=[5, 5, 5], closable=[0], growth=growth)
    assert (found.status_quo, found.status_quo_unserved) == (5.0, 16.0)


def test_a_floor_has_a_price():
    # Ten minutes around site 0 are 30 persons, around site 1 only 5: of group 1.
    cost = stored(np.array([[0.0, 90], [0, 90], [90, 0]]), np.ones((3, 2), bool))
    found = max_cover(cost, [20, 10, 5], 10, 1, floor=Floor([0, 0, 1], [0.0, 0.5]))
    assert found.open.tolist() == [1] and found.objective == 5.0
    assert found.fairness is not None
    assert (found.fairness.without, found.fairness.price) == (30.0, 25.0)
    assert {price.bound for price in found.prices} == {"p", "floor"}


def test_a_floor_that_cannot_hold_names_groups_and_persons():
    cost = stored(np.array([[0.0, 90], [0, 90], [90, 0]]), np.ones((3, 2), bool))
    with pytest.raises(Infeasible, match="group") as error:
        max_cover(cost, [20, 10, 5], 10, 1, floor=Floor([0, 0, 1], 0.5))
    assert (error.value.constraint, error.value.short_by) == ("floor", 3.0)


@pytest.mark.parametrize("seed", range(30))
def test_equal_to_trying_every_set(seed):
    cost, dense, demand = small_case(seed)
    rng = np.random.default_rng(seed)
    m, threshold = dense.shape[1], float(rng.integers(0, 12))
    p = int(rng.integers(1, m + 1))
    fixed = tuple(rng.permutation(m)[: int(rng.integers(0, p + 1))].tolist())
    penalty = rng.integers(0, 4, m).astype(float)
    best = max(
        covered(dense, demand, one, threshold) - penalty[one].sum() for one in sets_of(m, p, fixed)
    )
    given_too = {"fixed": fixed, "penalty": penalty}
    exact = max_cover(cost, demand, threshold, p, **given_too, limits=PLAIN)
    assert (exact.objective, exact.state) == (pytest.approx(best), "optimal")
    near = max_cover(cost, demand, threshold, p, **given_too, limits=HEURISTIC)
    assert near.objective <= best + 1e-9 <= near.bound + 2e-9


@pytest.mark.parametrize("seed", range(25))
def test_with_places_equal_to_trying_every_set(seed):
    cost, dense, demand = small_case(seed)
    rng = np.random.default_rng(seed)
    m, threshold = dense.shape[1], float(rng.integers(2, 15))
    places = rng.integers(0, 9, m).astype(float)
    p = int(rng.integers(1, m + 1))
    best = max(
        most_served(dense, demand, np.where(np.isin(np.arange(m), one), places, 0), threshold)
        for one in sets_of(m, p)
    )
    found = max_cover(cost, demand, threshold, p, capacity=places, limits=PLAIN)
    assert (found.objective, found.state) == (pytest.approx(best), "optimal")
    assert (found.served <= demand).all() and (found.served == np.floor(found.served)).all()


@pytest.mark.parametrize("seed", range(12))
def test_with_growth_equal_to_trying_every_set_and_every_growth(seed):
    cost, dense, demand = small_case(seed)
    rng = np.random.default_rng(seed)
    m, threshold, p = dense.shape[1], 10.0, 2
    places, most = rng.integers(0, 5, m).astype(float), rng.integers(0, 3, m)
    cents, budget = rng.integers(1, 5, m), int(rng.integers(0, 9))
    best = 0.0
    for one in sets_of(m, p):
        for added in itertools.product(*(range(most[site] + 1) for site in one)):
            if np.dot(added, cents[one]) <= budget:
                given_places = np.zeros(m)
                given_places[one] = places[one] + added
                best = max(best, most_served(dense, demand, given_places, threshold))
    growth = Growth(most, cents, budget)
    found = max_cover(cost, demand, threshold, p, capacity=places, growth=growth, limits=PLAIN)
    assert found.objective == pytest.approx(best)
    assert found.added @ cents <= budget and (found.added <= most).all()


@pytest.mark.parametrize("capacitated", [False, True])
@pytest.mark.parametrize("seed", range(15))
def test_with_a_floor_equal_to_trying_every_set(seed, capacitated):
    cost, dense, demand = small_case(seed)
    rng = np.random.default_rng(seed)
    n, m = dense.shape
    group = np.arange(n) % 2
    share = rng.choice([0.0, 0.1, 0.3, 0.5, 0.8], 2)
    least = [np.ceil(share[g] * demand[group == g].sum() - 1e-9) for g in (0, 1)]
    places = rng.integers(0, 9, m).astype(float) if capacitated else np.full(m, 99.0)
    floors = [(np.flatnonzero(group == g), least[g]) for g in (0, 1)]
    best = max(
        most_served(dense, demand, np.where(np.isin(np.arange(m), one), places, 0), 9, floors)
        for one in sets_of(m, 2)
    )
    asked = {"capacity": places} if capacitated else {}
    if best < 0:
        with pytest.raises(Infeasible) as error:
            max_cover(cost, demand, 9, 2, floor=Floor(group, share), limits=PLAIN, **asked)
        assert error.value.constraint == "floor" and error.value.short_by > 0
        return
    found = max_cover(cost, demand, 9, 2, floor=Floor(group, share), limits=PLAIN, **asked)
    assert found.objective == pytest.approx(best)
    assert (np.bincount(group, weights=found.served) >= np.array(least) - 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_origins_and_sites_does_not_matter(seed, capacitated, random):
    cost, dense, demand = small_case(seed)
    rows, columns = list(range(dense.shape[0])), list(range(dense.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    turned = dense[np.ix_(rows, columns)]
    other = stored(turned, np.isfinite(turned))
    places = np.random.default_rng(seed).integers(0, 8, dense.shape[1]).astype(float)
    one = {"capacity": places} if capacitated else {}
    two = {"capacity": places[columns]} if capacitated else {}
    found = max_cover(cost, demand, 8, 2, limits=PLAIN, **one)
    again = max_cover(other, demand[rows], 8, 2, limits=PLAIN, **two)
    assert again.objective == pytest.approx(found.objective)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 19))
def test_more_places_and_more_minutes_never_cover_fewer(seed, threshold):
    cost, dense, demand = small_case(seed)
    places = np.random.default_rng(seed).integers(0, 6, dense.shape[1]).astype(float)
    small = max_cover(cost, demand, threshold, 2, capacity=places, limits=PLAIN).objective
    more = max_cover(cost, demand, threshold, 2, capacity=places + 1, limits=PLAIN).objective
    wider = max_cover(cost, demand, threshold + 3, 2, capacity=places, limits=PLAIN).objective
    free = max_cover(cost, demand, threshold, 2, limits=PLAIN).objective
    assert small <= min(more, wider, free) + 1e-9


def test_persons_in_parts_are_served_in_parts():
    found = max_cover(LINE, [0.5, 0.25, 0.5], 10, 1, capacity=[1, 1, 1])
    assert found.objective == pytest.approx(1.0) and found.open.tolist() == [1]


def test_time_is_up_and_it_is_said_with_the_bound():
    rng = np.random.default_rng(4)
    points, sites = rng.random((300, 2)), rng.random((150, 2))
    away = np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1)) * 100
    cost, demand = stored(away, away < 20), rng.integers(1, 50, 300)
    places = rng.integers(50, 300, 150)
    found = max_cover(
        cost, demand, 15, 20, capacity=places, limits=Limits(seconds=0.5, prices=False)
    )
    assert found.objective <= found.bound <= demand.sum()
    assert (found.gap > 0) == (found.state == "time_limit")


@pytest.mark.parametrize(
    "change",
    [
        {"threshold": -1},
        {"threshold": np.nan},
        {"demand": [1, -1, 1]},
        {"capacity": [1, -1, 1]},
        {"capacity": [1, 1]},
        {"capacity": [1, 1, np.nan]},
        {"growth": Growth([1, 1, 1], [1, 1, 1], 5)},
        {"capacity": [1, 1, 1], "growth": Growth([1, 1, 0.5], [1, 1, 1], 5)},
        {"capacity": [1, 1, 1], "growth": Growth([1, 1, 1], [1, 1, 1], -5)},
        {"floor": Floor([0, 0, 1], 1.2)},
        {"floor": Floor([0, 0, 2], 0.5)},
        {"floor": Floor([0, 0], 0.5)},
        {"floor": Floor([0, 0, 1], [0.1, 0.2, 0.3])},
    ],
)
def test_broken_input_is_refused(change):
    asked = {"cost": LINE, "demand": PEOPLE, "threshold": 10, **change}
    with pytest.raises(InvalidInput):
        max_cover(asked.pop("cost"), asked.pop("demand"), asked.pop("threshold"), 1, **asked)
