import numpy as np
import pytest
from every_set import sets_of, small_case, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.siting import Infeasible, Limits, p_centre, set_cover
from geo.errors import InvalidInput

PLAIN = Limits(prices=False)
LINE = stored(np.abs(np.subtract.outer([0, 10, 20], [0, 10, 20])), np.ones((3, 3), bool))
PEOPLE = [10, 1, 10]


def test_the_threshold_of_a_cover_is_inclusive():
    found = set_cover(LINE, PEOPLE, 10)
    assert found.open.tolist() == [1] and (found.objective, found.bound) == (1.0, 1.0)
    assert set_cover(LINE, PEOPLE, 9.9).objective == 3.0
    assert set_cover(LINE, PEOPLE, 0).objective == 3.0


def test_cover_with_roles_and_today():
    found = set_cover(LINE, PEOPLE, 10, fixed=[0])
    assert found.objective == 2.0 and (found.status_quo, found.status_quo_unserved) == (None, 10)
    assert set_cover(LINE, PEOPLE, 10, closable=[0, 2]).status_quo == 2.0
    assert set_cover(LINE, PEOPLE, 10, barred=[1]).objective == 2.0


def test_cover_that_cannot_be_tells_the_minutes():
    cut = stored(LINE.toarray(), np.array([[1, 1, 1], [1, 1, 1], [1, 0, 0]], bool))
    with pytest.raises(Infeasible, match="10 persons") as error:
        set_cover(cut, PEOPLE, 10)
    assert (error.value.constraint, error.value.short_by, error.value.origins) == (
        "threshold",
        10.0,
        (2,),
    )
    nowhere = stored(LINE.toarray(), np.array([[1, 1, 1], [1, 1, 1], [0, 0, 0]], bool))
    with pytest.raises(Infeasible) as error:
        set_cover(nowhere, PEOPLE, 10)
    assert (error.value.constraint, error.value.unit) == ("reach", "persons")


@pytest.mark.parametrize("seed", range(30))
def test_cover_equal_to_trying_every_set(seed):
    cost, dense, demand = small_case(seed)
    m, threshold = dense.shape[1], 9.0
    near = dense[demand > 0] <= threshold
    sizes = [
        size
        for size in range(1, m + 1)
        if any(near[:, one].any(axis=1).all() for one in sets_of(m, size))
    ]
    if not sizes:
        with pytest.raises(Infeasible):
            set_cover(cost, demand, threshold)
        return
    found = set_cover(cost, demand, threshold)
    assert (found.objective, found.state) == (sizes[0], "optimal")
    assert near[:, found.open].any(axis=1).all()


@pytest.mark.parametrize("seed", range(30))
def test_centre_equal_to_trying_every_set(seed):
    cost, dense, demand = small_case(seed)
    m = dense.shape[1]
    p = 1 + seed % m
    best = min(dense[demand > 0][:, one].min(axis=1).max() for one in sets_of(m, p))
    if np.isinf(best):
        with pytest.raises(Infeasible):
            p_centre(cost, demand, p, limits=PLAIN)
        return
    found = p_centre(cost, demand, p, limits=PLAIN)
    assert (found.objective, found.bound, found.state) == (best, best, "optimal")
    assert found.open.size == p


def test_centre_fills_up_with_sites_of_today_first():
    found = p_centre(LINE, [0, 1, 0], 2, closable=[2])
    assert found.open.tolist() == [1, 2] and found.objective == 0.0 and found.status_quo == 10.0


def test_centre_prices_one_site_more():
    (price,) = p_centre(LINE, PEOPLE, 2).prices
    assert (price.change, price.proven) == (-10.0, True)


def test_centre_without_enough_sites_names_the_number():
    apart = stored(np.zeros((3, 3)), np.eye(3, dtype=bool))
    with pytest.raises(Infeasible) as error:
        p_centre(apart, PEOPLE, 2)
    assert (error.value.constraint, error.value.short_by) == ("p", 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_origins_and_sites_does_not_matter(seed, random):
    _, dense, demand = small_case(seed)
    dense = np.where(np.isfinite(dense), dense, 40.0)
    rows, columns = list(range(dense.shape[0])), list(range(dense.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    every = np.ones(dense.shape, bool)
    one, two = stored(dense, every), stored(dense[np.ix_(rows, columns)], every)
    assert (
        p_centre(one, demand, 2, limits=PLAIN).objective
        == p_centre(two, demand[rows], 2, limits=PLAIN).objective
    )
    assert set_cover(one, demand, 40).objective == set_cover(two, demand[rows], 40).objective


@pytest.mark.parametrize("threshold", [-1, np.nan, np.inf])
def test_a_broken_threshold_is_refused(threshold):
    with pytest.raises(InvalidInput):
        set_cover(LINE, PEOPLE, threshold)
