import itertools

import numpy as np
import pytest
from every_set import sets_of, small_case, stored
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import floyd_warshall

from geo.analysis import siting
from geo.analysis.siting import Infeasible, Limits, p_median
from geo.errors import InvalidInput
from tests.conftest import shared_data

PLAIN = Limits(prices=False)
HEURISTIC = Limits(prices=False, exact_pairs=0)

# Three villages on a line with 10, 1 and 10 persons; a site in each, 10 minutes from one to the next.
LINE = stored(np.abs(np.subtract.outer([0, 10, 20], [0, 10, 20])), np.ones((3, 3), bool))
PEOPLE = [10, 1, 10]


def orlib(name: str) -> tuple[csr_array, int]:
    path = shared_data("reference", "pmedian_orlib", name)
    numbers = np.array(path.read_text().split(), dtype=int)
    n, edges, p = numbers[:3]
    away = np.full((n, n), np.inf)
    for i, j, length in numbers[3 : 3 + 3 * edges].reshape(-1, 3):
        away[i - 1, j - 1] = away[j - 1, i - 1] = length  # a repeated edge: its last cost counts
    np.fill_diagonal(away, 0)
    return stored(floyd_warshall(away), np.ones((n, n), bool)), int(p)


def by_hand(dense: np.ndarray, demand: np.ndarray, sites: list[int]) -> float:
    nearest = dense[:, sites].min(axis=1)[demand > 0]
    return float(demand[demand > 0] @ nearest) if np.isfinite(nearest).all() else np.inf


def test_one_site_on_a_line_goes_to_the_middle():
    found = p_median(LINE, PEOPLE, 1)
    assert found.open.tolist() == [1]
    assert (found.objective, found.bound, found.gap, found.state) == (200.0, 200.0, 0.0, "optimal")
    assert found.assignment.tolist() == [1, 1, 1]
    assert found.served.tolist() == PEOPLE


def test_a_second_site_is_worth_what_it_saves():
    (price,) = p_median(LINE, PEOPLE, 1).prices
    assert (price.bound, price.step, price.proven) == ("p", 1.0, True)
    # Two sites: the two ends, and one person travels ten minutes.
    assert price.change == 10.0 - 200.0


def test_no_price_where_no_site_is_left():
    (price,) = p_median(LINE, PEOPLE, 3).prices
    assert (price.change, price.reason) == (None, "no_more_sites")


def test_of_equally_near_sites_the_lowest_index():
    assert p_median(LINE, PEOPLE, 2, fixed=[0, 2]).assignment.tolist() == [0, 0, 2]


def test_of_equally_good_sites_the_one_open_today_then_the_lowest_index():
    same = stored(np.full((2, 4), 7.0), np.ones((2, 4), bool))
    for limits in (PLAIN, HEURISTIC):
        assert p_median(same, [1, 1], 1, limits=limits).open.tolist() == [0]
        assert p_median(same, [1, 1], 2, closable=[2], limits=limits).open.tolist() == [0, 2]


def test_fixed_stays_closable_may_close_barred_never_opens():
    held = p_median(LINE, PEOPLE, 2, fixed=[1])
    assert 1 in held.open and held.objective == 100.0
    moved = p_median(LINE, PEOPLE, 2, closable=[0, 1])
    assert moved.open.tolist() == [0, 2] and moved.status_quo == 100.0
    assert p_median(LINE, PEOPLE, 1, barred=[1]).objective == 210.0


def test_status_quo_is_none_where_nothing_is_open_or_somebody_is_not_reached():
    assert p_median(LINE, PEOPLE, 1).status_quo is None
    cut = stored(LINE.toarray(), np.array([[1, 0, 0], [1, 1, 1], [0, 1, 1]], bool))
    found = p_median(cut, PEOPLE, 2, closable=[0])
    assert (found.status_quo, found.status_quo_unserved) == (None, 10.0)


def test_penalty_moves_the_choice_and_is_told():
    assert p_median(LINE, PEOPLE, 1, penalty=[0, 9, 0]).open.tolist() == [1]
    found = p_median(LINE, PEOPLE, 1, penalty=[0, 11, 0])
    assert found.open.tolist() == [0] and found.objective == 210.0 and found.penalty == 0.0
    assert p_median(LINE, PEOPLE, 1, penalty=[20, 9, 20]).penalty == 9.0


def test_origins_without_demand_need_no_site():
    cut = stored(LINE.toarray(), np.array([[1, 1, 1], [0, 0, 0], [1, 1, 1]], bool))
    found = p_median(cut, [1, 0, 1], 1)
    assert found.objective == 20.0 and found.assignment[1] == siting.result.NOBODY


@pytest.mark.parametrize("seed", range(40))
def test_equal_to_trying_every_set(seed):
    cost, dense, demand = small_case(seed)
    rng = np.random.default_rng(seed)
    m = dense.shape[1]
    p = int(rng.integers(1, m + 1))
    fixed = tuple(rng.permutation(m)[: int(rng.integers(0, p + 1))].tolist())
    penalty = rng.integers(0, 12, m).astype(float)
    best = min(by_hand(dense, demand, one) + penalty[one].sum() for one in sets_of(m, p, fixed))
    for limits in (PLAIN, HEURISTIC):
        if np.isinf(best):
            with pytest.raises(Infeasible):
                p_median(cost, demand, p, fixed=fixed, penalty=penalty, limits=limits)
            continue
        found = p_median(cost, demand, p, fixed=fixed, penalty=penalty, limits=limits)
        assert found.bound <= best + 1e-9 <= found.objective + 2e-9
        worth = by_hand(dense, demand, found.open.tolist()) + penalty[found.open].sum()
        assert found.objective == pytest.approx(worth)
        if limits is PLAIN:
            assert (found.objective, found.state) == (pytest.approx(best), "optimal")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_origins_and_sites_does_not_matter(seed, random):
    cost, dense, demand = small_case(seed)
    rows, columns = list(range(dense.shape[0])), list(range(dense.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    turned = dense[np.ix_(rows, columns)]
    other = stored(turned, np.isfinite(turned))
    try:
        found = p_median(cost, demand, 2, limits=PLAIN).objective
    except Infeasible as error:
        with pytest.raises(Infeasible) as again:
            p_median(other, demand[rows], 2, limits=PLAIN)
        assert (again.value.constraint, again.value.short_by) == (error.constraint, error.short_by)
        return
    assert p_median(other, demand[rows], 2, limits=PLAIN).objective == pytest.approx(found)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_one_site_more_is_never_worse(seed):
    cost, dense, demand = small_case(seed)
    values = []
    for p in range(1, dense.shape[1] + 1):
        try:
            values.append(p_median(cost, demand, p, limits=PLAIN).objective)
        except Infeasible:
            assert not values
    assert all(more <= fewer + 1e-9 for fewer, more in itertools.pairwise(values))


def test_orlib_pmed1_is_exact():
    cost, p = orlib("pmed1.txt")
    found = p_median(cost, np.ones(cost.shape[0]), p, limits=PLAIN)
    assert (found.objective, found.bound, found.state) == (5819.0, 5819.0, "optimal")


def test_orlib_pmed1_by_heuristic_is_within_its_bound():
    cost, p = orlib("pmed1.txt")
    found = p_median(cost, np.ones(cost.shape[0]), p, limits=HEURISTIC)
    assert found.bound <= 5819.0 <= found.objective <= 5819.0 * 1.005


def test_never_worse_than_today_and_said_so_when_time_is_up():
    rng = np.random.default_rng(2)
    minutes = rng.integers(1, 500, (120, 120)).astype(float)
    cost, demand = stored(minutes, np.ones(minutes.shape, bool)), rng.integers(1, 9, 120)
    found = p_median(
        cost, demand, 12, closable=range(12), limits=Limits(seconds=0.02, prices=False)
    )
    assert found.objective <= found.status_quo
    assert found.bound <= found.objective and found.state in {"time_limit", "optimal"}
    assert (found.gap > 0) == (found.state != "optimal")


def test_equal_input_gives_equal_output():
    cost, _, demand = small_case(3)
    first, second = (p_median(cost, demand, 2, limits=PLAIN) for _ in range(2))
    assert first.open.tolist() == second.open.tolist()
    assert first.assignment.tolist() == second.assignment.tolist()


def test_what_cannot_be_says_which_rule_and_by_how_much():
    with pytest.raises(Infeasible, match="fixed") as error:
        p_median(LINE, PEOPLE, 1, fixed=[0, 1, 2])
    assert (error.value.constraint, error.value.short_by) == ("p", 2)
    with pytest.raises(Infeasible) as error:
        p_median(LINE, PEOPLE, 3, barred=[0])
    assert (error.value.constraint, error.value.short_by) == ("sites", 1)
    cut = stored(LINE.toarray(), np.array([[1, 1, 1], [1, 1, 1], [0, 0, 0]], bool))
    with pytest.raises(Infeasible) as error:
        p_median(cut, PEOPLE, 1)
    assert (error.value.constraint, error.value.short_by, error.value.origins) == (
        "reach",
        10,
        (2,),
    )
    with pytest.raises(Infeasible) as error:
        p_median(stored(np.zeros((3, 3)), np.eye(3, dtype=bool)), PEOPLE, 1)
    assert (error.value.constraint, error.value.short_by, error.value.unit) == ("p", 2, "sites")


@pytest.mark.parametrize(
    "change",
    [
        {"demand": [1, -1, 1]},
        {"demand": [1, np.nan, 1]},
        {"demand": [1, 1]},
        {"cost": LINE.toarray()},
        {"cost": LINE * -1},
        {"cost": csr_array((0, 3)), "demand": []},
        {"cost": csr_array((3, 0))},
        {"p": 0},
        {"p": 1.5},
        {"p": True},
        {"fixed": [3]},
        {"fixed": [-1]},
        {"fixed": [0, 0]},
        {"fixed": [0.5]},
        {"fixed": [0], "closable": [0]},
        {"penalty": [1, 2]},
        {"penalty": [1, -2, 0]},
    ],
)
def test_broken_input_is_refused(change):
    asked = {"cost": LINE, "demand": PEOPLE, "p": 1, **change}
    with pytest.raises(InvalidInput):
        p_median(asked.pop("cost"), asked.pop("demand"), asked.pop("p"), **asked)


@pytest.mark.parametrize("change", [{"seconds": 0}, {"exact_pairs": -1}, {"seed": -1}])
def test_broken_limits_are_refused(change):
    with pytest.raises(InvalidInput):
        Limits(**change)


def test_nobody_anywhere_costs_nothing():
    found = p_median(LINE, [0, 0, 0], 1)
    assert (found.objective, found.gap, found.state) == (0.0, 0.0, "optimal")
