"""The allocation of people to places, against brute force, two solvers and its invariants."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from geo.analysis.stair.allocation import allocate
from geo.analysis.stair.transport import NEAREST
from geo.errors import InvalidInput


def _cost(rows):
    """Minutes from nested lists; None is out of reach, 0 a real zero."""
    shape = (len(rows), len(rows[0]))
    stored = [(i, j, c) for i, row in enumerate(rows) for j, c in enumerate(row) if c is not None]
    i, j, minutes = zip(*stored, strict=True) if stored else ((), (), ())
    return sparse.csr_array((np.array(minutes, float), (i, j)), shape)


@st.composite
def _regions(draw, most=5, people=6, minutes=40):
    """need, capacity, minutes as nested lists; times repeat, so that ties are common."""
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    some = st.one_of(st.none(), st.integers(0, minutes))
    return (
        draw(st.lists(st.integers(0, people), min_size=n, max_size=n)),
        draw(st.lists(st.integers(0, people), min_size=m, max_size=m)),
        draw(st.lists(st.lists(some, min_size=m, max_size=m), min_size=n, max_size=n)),
    )


def _by_linear_programme(need, capacity, rows, threshold, at_least=None):
    """Most served and least minutes by HiGHS, in two steps; nothing of ours in it."""
    pairs = [
        (i, j, c)
        for i, row in enumerate(rows)
        for j, c in enumerate(row)
        if c is not None and c <= threshold
    ]
    if not pairs:
        return 0, 0.0
    i, j, minutes = map(np.array, zip(*pairs, strict=True))
    ones, each = np.ones(len(pairs)), np.arange(len(pairs))
    sums = sparse.vstack(
        [
            sparse.csr_array((ones, (i, each)), (len(need), len(pairs))),
            sparse.csr_array((ones, (j, each)), (len(capacity), len(pairs))),
        ]
    )
    limits = np.concatenate((need, capacity))
    if at_least is not None:
        sums = sparse.vstack([sums, -sums[: len(need)]])
        limits = np.concatenate((limits, -at_least))
    most = round(-linprog(-ones, A_ub=sums, b_ub=limits).fun)
    least = linprog(minutes, A_ub=sums, b_ub=limits, A_eq=ones[None, :], b_eq=[most])
    return most, least.fun


def _by_hand_of_all(need, capacity, rows, threshold):
    """Every whole allocation there is; the best by number, minutes, then earlier rows."""
    n, m = len(need), len(capacity)
    best = None
    for flow in product(*(range(min(need[k // m], capacity[k % m]) + 1) for k in range(n * m))):
        sent = np.array(flow).reshape(n, m)
        served = sent.sum(axis=1)
        if (served > need).any() or (sent.sum(axis=0) > capacity).any():
            continue
        used = [(i, j) for i, j in product(range(n), range(m)) if sent[i, j]]
        if any(rows[i][j] is None or rows[i][j] > threshold for i, j in used):
            continue
        minutes = sum(sent[i, j] * rows[i][j] for i, j in used)
        score = (-served.sum(), minutes, tuple(-served))
        best = score if best is None else min(best, score)
    return -best[0], best[1], [-one for one in best[2]]


def test_as_many_as_can_be_before_the_shortest_journeys():
    # The nearest pair (origin 0, site 0) would leave origin 1 without any place.
    found = allocate([1, 1], [1, 1], _cost([[1, 25], [2, None]]), 30)
    assert found.flow.toarray().tolist() == [[0, 1], [1, 0]]
    assert found.served.tolist() == [1, 1]
    assert found.cost == 27


def test_a_short_site_takes_the_nearest():
    found = allocate([30, 20, 10], [35], _cost([[12], [5], [0]]), 30)
    assert found.served.tolist() == [5, 20, 10]
    assert found.used.tolist() == [35]
    assert found.cost == 5 * 12 + 20 * 5
    assert found.flow.dtype == np.int64


def test_sites_beyond_the_nearest_are_used_too():
    sites = 2 * NEAREST
    cost = _cost([list(range(sites)), [*range(sites - 1), None]])
    found = allocate([sites, 1], np.ones(sites), cost, sites)
    assert found.served.tolist() == [sites, 0]
    last_only_for_the_first = allocate([1, sites - 1], np.ones(sites), cost, sites)
    assert last_only_for_the_first.served.tolist() == [1, sites - 1]
    assert last_only_for_the_first.flow[0, sites - 1] == 1


def test_equal_journeys_go_to_earlier_rows():
    cost = _cost([[10], [10], [10]])
    assert allocate([4, 4, 4], [6], cost, 30).served.tolist() == [4, 2, 0]


def test_the_threshold_is_inclusive_and_zero_minutes_are_a_journey():
    cost = _cost([[30.0, None], [30.001, 0]])
    assert allocate([2, 5], [9, 3], cost, 30).served.tolist() == [2, 3]


def test_only_allowed_pairs_are_used():
    cost = _cost([[5, 9], [5, 9]])
    for allowed in (
        np.array([[False, True], [True, True]]),
        np.array([[0, 1], [1, 1]]),
        sparse.csr_array(np.array([[0, 1], [1, 1]])),
        sparse.coo_array(np.array([[False, True], [True, True]])),
    ):
        found = allocate([3, 3], [3, 3], cost, 30, allowed=allowed)
        assert found.flow.toarray().tolist() == [[0, 3], [3, 0]]
    assert allocate([3], [3], _cost([[1]]), 9, allowed=np.array([[False]])).served.tolist() == [0]


def test_those_who_must_be_served_are_served_first():
    cost = _cost([[1], [29]])
    assert allocate([5, 5], [5], cost, 30).served.tolist() == [5, 0]
    found = allocate([5, 5], [5], cost, 30, at_least=[0, 3])
    assert found.served.tolist() == [2, 3]
    assert found.cost == 2 + 3 * 29
    with pytest.raises(InvalidInput, match="cannot be served at position"):
        allocate([5, 5], [5], cost, 30, at_least=[3, 3])
    with pytest.raises(InvalidInput, match="more than 'need' at position 0"):
        allocate([5, 5], [5], cost, 30, at_least=[6, 0])


@pytest.mark.parametrize(
    ("need", "capacity", "rows"),
    [([5, 3], [0, 0], [[1, 2], [3, 4]]), ([0, 0], [9], [[1], [2]]), ([4], [4], [[None]])],
)
def test_no_places_no_people_no_way(need, capacity, rows):
    found = allocate(need, capacity, _cost(rows), 30)
    assert not found.served.any()
    assert not found.used.any()
    assert found.flow.nnz == 0
    assert found.cost == 0


def test_nothing_at_all():
    assert allocate([], [], sparse.csr_array((0, 0)), 30).served.size == 0
    assert allocate([3], [], sparse.csr_array((1, 0)), 30).served.tolist() == [0]
    assert allocate([], [3], sparse.csr_array((0, 1)), 30).used.tolist() == [0]


@pytest.mark.parametrize(
    ("need", "capacity", "says"),
    [
        ([1, -1], [1], "'need' is negative at position 1"),
        ([1, np.nan], [1], "'need' has no number at position 1"),
        ([1, 2.5], [1], "'need' must be whole: 2.5 at position 1"),
        ([1, "x"], [1], "'need' must be one row of whole numbers"),
        ([1, 1], [np.inf], "'capacity' has no number"),
        ([1, 1], [0.5], "'capacity' must be whole"),
        ([2.0**60, 1], [1], "beyond exact whole numbers"),
    ],
)
def test_broken_numbers_are_refused(need, capacity, says):
    with pytest.raises(InvalidInput, match=says):
        allocate(need, capacity, _cost([[1], [2]]), 30)


def test_broken_pairs_and_thresholds_are_refused():
    cost = _cost([[1], [2]])
    for threshold in (0, -1, np.nan):
        with pytest.raises(InvalidInput, match="threshold must be positive"):
            allocate([1, 1], [1], cost, threshold)
    with pytest.raises(InvalidInput, match="'allowed' must be 2 x 1"):
        allocate([1, 1], [1], cost, 30, allowed=np.ones((1, 2), bool))
    with pytest.raises(InvalidInput, match="yes or no"):
        allocate([1, 1], [1], cost, 30, allowed=np.array([[0.5], [1]]))
    with pytest.raises(InvalidInput, match="sparse"):
        allocate([1, 1], [1], cost.toarray(), 30)


def test_journeys_too_long_for_exact_sums_are_refused():
    cost = sparse.csr_array(np.full((300, 300), 1e9))
    with pytest.raises(InvalidInput, match="allocate by part"):
        allocate(np.ones(300), np.ones(300), cost, 1e10)


@given(region=_regions(most=2, people=3, minutes=4))
@settings(max_examples=150, deadline=None)
def test_brute_force_over_every_allocation(region):
    need, capacity, rows = region
    served, minutes, by_row = _by_hand_of_all(need, capacity, rows, 3)
    found = allocate(need, capacity, _cost(rows), 3)
    assert found.served.sum() == served
    assert found.cost == minutes
    assert found.served.tolist() == by_row


@given(region=_regions())
@settings(max_examples=60, deadline=None)
def test_a_linear_programme_finds_nothing_better(region):
    need, capacity, rows = region
    most, least = _by_linear_programme(need, capacity, rows, 30)
    found = allocate(need, capacity, _cost(rows), 30)
    assert found.served.sum() == most
    assert found.cost == pytest.approx(least, abs=1e-6)


@given(region=_regions(), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_whom_fewer_pairs_served_more_pairs_serve_too(region, seed):
    need, capacity, rows = region
    cost = _cost(rows)
    fewer = np.random.default_rng(seed).random(cost.shape) < 0.6
    inner = allocate(need, capacity, cost, 30, allowed=fewer).served
    found = allocate(need, capacity, cost, 30, at_least=inner)
    assert (found.served >= inner).all()
    # Holding on to them costs minutes at most, never a person.
    assert found.served.sum() == allocate(need, capacity, cost, 30).served.sum()
    most, least = _by_linear_programme(need, capacity, rows, 30, at_least=inner)
    assert found.served.sum() == most
    assert found.cost == pytest.approx(least, abs=1e-6)


@pytest.mark.parametrize("load", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("threshold", [12, 60])
def test_a_linear_programme_on_a_town(load, threshold):
    random = np.random.default_rng(5)
    # More sites than an origin's nearest, and the places where few live: many must go far.
    minutes = np.round(random.random((60, NEAREST + 40)) * 60, 3)
    shares = random.gamma(0.3, 1, minutes.shape[1])
    need = random.integers(0, 40, len(minutes))
    capacity = random.multinomial(int(need.sum() * load), shares / shares.sum())
    most, least = _by_linear_programme(need, capacity, minutes.tolist(), threshold)
    found = allocate(need, capacity, _cost(minutes.tolist()), threshold)
    assert found.served.sum() == most
    assert found.cost == pytest.approx(least, rel=1e-9)


@given(region=_regions(), seed=st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_conservation_and_no_order(region, seed):
    need, capacity, rows = region
    cost = _cost(rows)
    found = allocate(need, capacity, cost, 30)
    flow = found.flow.toarray()
    assert (flow >= 0).all()
    assert flow.sum(axis=1).tolist() == found.served.tolist()
    assert flow.sum(axis=0).tolist() == found.used.tolist()
    assert (found.served <= need).all()
    assert (found.used <= capacity).all()
    sent = np.argwhere(flow > 0)
    assert all(rows[i][j] is not None and rows[i][j] <= 30 for i, j in sent)
    assert found.cost == sum(int(flow[i, j]) * rows[i][j] for i, j in sent)

    random = np.random.default_rng(seed)
    i, j = random.permutation(len(need)), random.permutation(len(capacity))
    turned = allocate(np.array(need)[i], np.array(capacity)[j], cost[i][:, j], 30)
    assert turned.served.sum() == found.served.sum()
    assert turned.cost == found.cost


@given(region=_regions(), where=st.integers(0, 100), more=st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_more_places_longer_ways_or_more_pairs_never_serve_fewer(region, where, more):
    need, capacity, rows = region
    cost = _cost(rows)
    served = allocate(need, capacity, cost, 20).served.sum()
    grown = list(capacity)
    grown[where % len(grown)] += more
    assert allocate(need, grown, cost, 20).served.sum() >= served
    assert allocate(need, capacity, cost, 20 + more).served.sum() >= served
    fewer = np.random.default_rng(where).random(cost.shape) < 0.6
    assert allocate(need, capacity, cost, 20, allowed=fewer).served.sum() <= served


def test_without_ties_the_order_of_rows_and_columns_moves_nothing():
    random = np.random.default_rng(8)
    minutes = random.random((60, 12)) * 40
    need, capacity = random.integers(0, 30, 60), random.integers(0, 60, 12)
    found = allocate(need, capacity, sparse.csr_array(minutes), 30)
    i, j = random.permutation(60), random.permutation(12)
    turned = allocate(need[i], capacity[j], sparse.csr_array(minutes[i][:, j]), 30)
    assert turned.served.tolist() == found.served[i].tolist()
    assert turned.used.tolist() == found.used[j].tolist()
    assert (turned.flow.toarray() == found.flow.toarray()[i][:, j]).all()
    assert turned.cost == found.cost
