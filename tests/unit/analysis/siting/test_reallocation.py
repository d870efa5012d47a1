import itertools

import numpy as np
import pytest
from every_set import most_served, small_case, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.siting import Floor, Infeasible, Limits, Sites, cheapest_closure, reallocate
from geo.errors import InvalidInput

PLAIN = Limits(prices=False)

# Two villages an hour apart with a site each, and a third site nobody runs yet.
APART = stored(np.array([[5.0, 60, 5], [60, 5, 60]]), np.ones((2, 3), bool))
NEED = [30, 10]
SITES = Sites(places=[10, 25, 0], most=[20, 25, 40], cost_per_place=[50_000, 50_000, 50_000])


def cents(sites: Sites, places: np.ndarray, is_open: np.ndarray) -> int:
    once = sites.cost_per_site if sites.cost_per_site is not None else np.zeros(places.size, int)
    return int(np.dot(places, sites.cost_per_place) + np.dot(is_open, once))


def random_sites(seed: int, m: int) -> tuple[Sites, list[int], list[int]]:
    """Few places at unequal costs; some sites fixed, some closable, some not open."""
    rng = np.random.default_rng(seed)
    places = rng.integers(0, 4, m)
    places[0] += 1
    most = places + rng.integers(0, 3, m) + (places == 0)
    sites = Sites(places, most, rng.integers(1, 4, m) * 1_111, rng.integers(0, 3, m) * 1_111)
    today = np.flatnonzero(places)
    return sites, today[::2].tolist(), today[1::2].tolist()


def test_places_move_to_where_people_are_at_the_same_cost():
    found = reallocate(APART, NEED, 30, SITES, closable=[0, 1], group=[0, 1])
    assert found.siting.status_quo == 20.0
    assert found.siting.objective == 35.0 and found.siting.state == "optimal"
    assert found.places.sum() == 35 and found.cost_after == found.cost_today == 35 * 50_000
    assert found.unspent == 0
    assert found.by_group is not None
    assert found.by_group.before.tolist() == [10.0, 10.0]
    assert (found.by_group.after >= [25, 5]).all()
    assert found.by_group.change.sum() == 15.0


def test_fixed_sites_keep_their_places():
    found = reallocate(APART, NEED, 30, SITES, fixed=[1], closable=[0])
    assert found.places[1] >= 25 and found.siting.objective == 20.0


def test_the_budget_is_priced_by_a_place():
    found = reallocate(APART, NEED, 30, SITES, closable=[0, 1])
    (price,) = found.siting.prices
    assert (price.bound, price.step, price.change) == ("budget", 50_000.0, 1.0)


def test_a_floor_holds_and_one_out_of_reach_is_named():
    floor = Floor([0, 1], [0.0, 1.0])
    found = reallocate(APART, NEED, 30, SITES, closable=[0, 1], group=[0, 1], floor=floor)
    assert found.by_group is not None and found.by_group.after.tolist() == [25.0, 10.0]
    with pytest.raises(Infeasible) as error:
        reallocate(APART, NEED, 30, SITES, closable=[0, 1], floor=Floor([0, 1], 1.0))
    assert (error.value.constraint, error.value.short_by) == ("floor", 5.0)


def test_a_steady_answer_moves_no_more_than_it_must():
    # Of 35 places 30 are used at best: the third village's site may get them or the first keep its.
    cost = stored(np.array([[5.0, 60, 5], [60, 5, 60]]), np.ones((2, 3), bool))
    sites = Sites([20, 10, 0], [30, 30, 30], [7, 7, 7])
    found = reallocate(cost, [20, 5], 30, sites, closable=[0, 1], steady=True)
    assert found.places.tolist() == [20, 10, 0] and found.siting.objective == 25.0


@pytest.mark.parametrize("seed", range(15))
def test_a_steady_answer_is_as_good_and_moves_fewest_of_all(seed):
    cost, dense, demand = small_case(seed)
    dense, cost = dense[:, :4], cost[:, :4]
    sites, fixed, closable = random_sites(seed, dense.shape[1])
    places = np.asarray(sites.places)
    budget = cents(sites, places, places > 0)
    tried = [
        np.array(after)
        for after in itertools.product(*(range(most + 1) for most in sites.most))
        if (np.array(after)[fixed] >= places[fixed]).all()
        and cents(sites, np.array(after), np.array(after) > 0) == budget
    ]
    served = [most_served(dense, demand, after, 10) for after in tried]
    fewest = min(
        int(np.maximum(after - places, 0).sum())
        for after, n in zip(tried, served, strict=True)
        if n >= max(served) - 1e-6
    )
    asked = {"fixed": fixed, "closable": closable, "limits": PLAIN}
    found = reallocate(cost, demand, 10, sites, **asked, steady=True)
    assert found.siting.objective == pytest.approx(max(served))
    assert int(np.maximum(found.places - places, 0).sum()) == fewest
    assert found.cost_after == found.cost_today == budget


def test_what_a_floor_costs_is_told():
    # Without a floor 35 are served, 30 + 5; with everybody in the second village 25 + 10.
    found = reallocate(APART, NEED, 30, SITES, closable=[0, 1], floor=Floor([0, 1], [0.0, 1.0]))
    assert found.siting.fairness is not None
    assert (found.siting.fairness.without, found.siting.fairness.with_floor) == (35.0, 35.0)
    # 12 places for 30 and 10 people: all of them may go to the first village, but for the floor.
    few = Sites(places=[0, 12, 0], most=[20, 25, 0], cost_per_place=[2, 3, 1])
    kept = reallocate(APART, NEED, 30, few, closable=[1], floor=Floor([0, 1], [0.0, 0.6]))
    assert kept.siting.fairness is not None
    # 36 of money: 18 places in the first village alone, else 6 and 9 of them, 15 in all.
    assert (kept.siting.fairness.without, kept.siting.fairness.with_floor) == (18.0, 15.0)
    assert kept.siting.fairness.price == 3.0 and kept.siting.fairness.proven


def test_a_floor_out_of_reach_names_the_groups():
    with pytest.raises(Infeasible) as error:
        reallocate(APART, NEED, 30, SITES, closable=[0, 1], floor=Floor([0, 1], 1.0))
    assert sum(error.value.groups.values()) == 5.0
    with pytest.raises(Infeasible) as error:
        cheapest_closure(APART, NEED, 30, SITES, [0, 11], group=[0, 1])
    assert error.value.groups == {1: 1.0}


def test_unequal_costs_that_do_not_add_up_stay_exact():
    sites = Sites(places=[3, 0], most=[3, 9], cost_per_place=[100_003, 99_991])
    near = stored(np.array([[90.0, 5]]), np.ones((1, 2), bool))
    stuck = reallocate(near, [9], 30, sites, closable=[0])
    assert stuck.places.tolist() == [3, 0] and stuck.siting.objective == 0.0
    free = reallocate(near, [9], 30, sites, closable=[0], unspent=40)
    assert free.places.tolist() == [0, 3] and free.unspent == 36
    assert free.cost_today == free.cost_after + free.unspent


@pytest.mark.parametrize("seed", range(25))
def test_equal_to_trying_every_number_of_places(seed):
    cost, dense, demand = small_case(seed)
    dense, cost = dense[:, :4], cost[:, :4]
    m = dense.shape[1]
    sites, fixed, closable = random_sites(seed, m)
    places = np.asarray(sites.places)
    budget = cents(sites, places, places > 0)
    best = -1.0
    for after in itertools.product(*(range(most + 1) for most in sites.most)):
        trial = np.array(after)
        kept = (trial[fixed] >= places[fixed]).all()
        if kept and cents(sites, trial, trial > 0) == budget:
            best = max(best, most_served(dense, demand, trial, 10))
    found = reallocate(cost, demand, 10, sites, fixed=fixed, closable=closable, limits=PLAIN)
    assert found.siting.objective == pytest.approx(best)
    assert found.cost_after == found.cost_today == budget
    assert found.cost_after == cents(sites, found.places, found.places > 0)
    assert found.siting.objective >= found.siting.status_quo


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_sites_does_not_matter(seed, random):
    cost, dense, demand = small_case(seed)
    m = dense.shape[1]
    sites, fixed, closable = random_sites(seed, m)
    order = list(range(m))
    random.shuffle(order)
    turned = Sites(*(np.asarray(row)[order] for row in vars(sites).values()))
    where = {old: new for new, old in enumerate(order)}
    other = stored(dense[:, order], np.isfinite(dense[:, order]))
    one = reallocate(cost, demand, 10, sites, fixed=fixed, closable=closable, limits=PLAIN)
    two = reallocate(
        other,
        demand,
        10,
        turned,
        fixed=[where[j] for j in fixed],
        closable=[where[j] for j in closable],
        limits=PLAIN,
    )
    assert one.siting.objective == two.siting.objective
    assert one.cost_after == two.cost_after == one.cost_today


@pytest.mark.parametrize(
    "change",
    [
        {"sites": Sites([10, 25, 0], [5, 25, 40], [1, 1, 1])},
        {"sites": Sites([10, 25, 0], [20, 25], [1, 1, 1])},
        {"sites": Sites([10, 25, 0], [20, 25, 40], [1, -1, 1])},
        {"sites": Sites([10, 25, 0], [20, 25, 40], [1, 1.5, 1])},
        {"closable": [0]},
        {"closable": [0, 1, 2]},
        {"demand": [1.5, 2]},
        {"unspent": -1},
        {"group": [0, 2]},
        {"threshold": -1},
    ],
)
def test_broken_input_is_refused(change):
    asked = {"sites": SITES, "demand": NEED, "threshold": 30, "closable": [0, 1], **change}
    with pytest.raises(InvalidInput):
        reallocate(APART, asked.pop("demand"), asked.pop("threshold"), asked.pop("sites"), **asked)


def test_the_cheapest_closure_grows_before_it_builds():
    sites = Sites([10, 25, 0], [20, 25, 40], [50_000, 50_000, 30_000], [0, 0, 500_000])
    found = cheapest_closure(APART, NEED, 30, sites, 30)
    assert found.places.tolist() == [20, 25, 0] and found.opened == ()
    assert (found.cost, found.served_today, found.served_after) == (500_000, 20.0, 30.0)
    built = cheapest_closure(APART, NEED, 30, sites, 40)
    assert built.opened == (2,) and built.cost == 500_000 + 20 * 30_000
    assert built.siting.prices[0].reason == "infeasible"


def test_a_gap_already_closed_costs_nothing():
    found = cheapest_closure(APART, NEED, 30, SITES, 20)
    assert (found.cost, found.siting.status_quo, found.opened) == (0, 0.0, ())


def test_a_gap_by_group():
    found = cheapest_closure(APART, NEED, 30, SITES, [12, 10], group=[0, 1])
    assert found.cost == 2 * 50_000 and found.served_after >= 22


def test_what_no_money_can_close_is_told():
    sites = Sites([10, 25, 0], [20, 25, 0], [1, 1, 1])
    with pytest.raises(Infeasible, match="cannot be served") as error:
        cheapest_closure(APART, NEED, 30, sites, 33)
    assert (error.value.constraint, error.value.short_by) == ("wanted", 3.0)


@pytest.mark.parametrize("seed", range(25))
def test_closure_equal_to_trying_every_number_of_places(seed):
    cost, dense, demand = small_case(seed)
    dense, cost = dense[:, :4], cost[:, :4]
    sites, _, _ = random_sites(seed, dense.shape[1])
    places, most = np.asarray(sites.places), np.asarray(sites.most)
    most_of_all = most_served(dense, demand, most, 10)
    wanted = round(0.8 * most_of_all)
    today = cents(sites, places, places > 0)
    best = min(
        cents(sites, np.array(after), np.array(after) > 0) - today
        for after in itertools.product(
            *(range(had, top + 1) for had, top in zip(places, most, strict=True))
        )
        if most_served(dense, demand, np.array(after), 10) >= wanted - 1e-6
    )
    found = cheapest_closure(cost, demand, 10, sites, wanted, limits=PLAIN)
    assert (found.cost, found.siting.state) == (best, "optimal")
    assert found.served_after >= wanted


def test_nobody_wanted_more_than_there_are():
    with pytest.raises(Infeasible):
        cheapest_closure(APART, NEED, 30, SITES, 41)
    with pytest.raises(InvalidInput):
        cheapest_closure(APART, NEED, 30, SITES, -1)
