"""Budgets of many digits, kept to the cent; and numbers so large that they mean 'no limit'."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geo.analysis.siting import (
    Growth,
    Limits,
    Sites,
    cheapest_closure,
    max_cover,
    reallocate,
    set_cover,
)
from geo.analysis.siting.result import Infeasible
from geo.analysis.siting.solver import Solved
from geo.errors import InvalidInput
from tests.unit.analysis.siting.every_set import most_served, sets_of, small_case, stored

LIMITS = Limits(seconds=20, prices=False)


def test_an_answer_that_leaves_millions_unspent_is_not_taken_for_the_best():
    """Found by trying all: with one row for the whole budget HiGHS called 7 persons optimal."""
    minutes = np.array([[0, 5, 5], [10, 5, 5], [5, 0, 5], [10, 0, 5]])
    cost = stored(minutes, np.ones((4, 3), dtype=bool))
    sites = Sites(
        [3, 3, 1], [4, 5, 1], [5000000036, 2, 1000000008], [1000000007, 4000000028, 0]
    )  # fmt: skip
    found = reallocate(
        cost, [1, 3, 3, 3], 5, sites, fixed=[2], closable=[0, 1], unspent=5000000035,
        limits=LIMITS,
    )  # fmt: skip
    assert (found.siting.objective, found.siting.bound, found.siting.state) == (8, 8, "optimal")
    assert 21000000157 - 5000000035 <= found.cost_after <= 21000000157


def test_a_site_that_costs_more_than_all_there_is_does_not_drown_the_others():
    cost = stored(np.zeros((1, 2)), np.ones((1, 2), dtype=bool))
    sites = Sites([0, 2], [2, 3], [1, 405420495], [36193110126, 347370204])
    found = reallocate(cost, [9], 5, sites, closable=[1], unspent=10**10, limits=LIMITS)
    assert (found.siting.objective, found.places.tolist()) == (2, [0, 2])


def money(seed: int, scale: int):
    """Places, most, cents of places and sites, and what may stay unspent, none of them round."""
    draw = np.random.default_rng(seed)
    _, dense, demand = small_case(seed)
    n, m = min(len(demand), 4), min(dense.shape[1], 3)
    places = draw.choice([0, 1, 2, 3], m)
    most = places + draw.integers(0, 4, m)
    cents, once = draw.integers(1, scale, m), draw.integers(0, 4 * scale, m)
    unspent = int(draw.choice([0, scale // 3, scale, 3 * scale]))
    dense = dense[:n, :m]
    return (
        stored(np.where(np.isfinite(dense), dense, 0), np.isfinite(dense)), dense, demand[:n],
        places, most, cents, once, unspent,
    )  # fmt: skip


@pytest.mark.parametrize("scale", [10**4, 10**7, 10**9, 10**11])
def test_reallocation_to_the_cent_against_trying_all(scale):
    tried = 0
    for seed in range(25):
        cost, dense, demand, places, most, cents, once, unspent = money(seed, scale)
        today = np.flatnonzero(places).tolist()
        budget = sum(int(k) * int(c) for k, c in zip(places, cents, strict=True))
        budget += sum(int(c) for c in once[today])
        best = -1.0
        for each in itertools.product(*[range(k + 1) for k in most]):
            spent = sum(k * int(c) + (k > 0) * int(o) for k, c, o in zip(each, cents, once))  # noqa: B905
            if budget - unspent <= spent <= budget:
                best = max(best, most_served(dense, demand, np.array(each, float), 10))
        found = reallocate(
            cost, demand, 10, Sites(places, most, cents, once), closable=today, unspent=unspent,
            limits=LIMITS,
        )  # fmt: skip
        assert found.siting.objective == pytest.approx(best), (seed, scale)
        assert found.siting.state == "optimal"
        assert budget - unspent <= found.cost_after <= budget
        tried += best > 0
    assert tried > 10


@pytest.mark.parametrize("scale", [10**4, 10**9, 10**12])
def test_growth_never_costs_a_cent_more_than_its_budget(scale):
    for seed in range(40):
        cost, dense, demand, places, most, cents, _, _ = money(seed, scale)
        draw = np.random.default_rng(seed + 1000)
        room = most - places
        part = [int(draw.integers(0, k + 1)) for k in room]
        # Exactly what some growth costs, or one cent less.
        budget = max(sum(k * int(c) for k, c in zip(part, cents, strict=True)) - seed % 2, 0)
        p = int(draw.integers(1, places.size + 1))
        best = -1.0
        for some in sets_of(places.size, p):
            for each in itertools.product(*[range(room[j] + 1) for j in some]):
                if sum(k * int(cents[j]) for k, j in zip(each, some, strict=True)) <= budget:
                    held = (places[some] + np.array(each)).astype(float)
                    best = max(best, most_served(dense[:, some], demand, held, 10))
        growth = Growth(room, cents, budget)
        found = max_cover(cost, demand, 10, p, capacity=places, growth=growth, limits=LIMITS)
        assert sum(int(k) * int(c) for k, c in zip(found.added, cents, strict=True)) <= budget
        assert found.objective == pytest.approx(best), (seed, scale)


@pytest.mark.parametrize("huge", [10**6, 2**50, 2**62])
def test_so_many_places_that_they_are_no_limit(huge):
    cost, dense, demand = small_case(8)
    size = dense.shape[1]
    found = max_cover(cost, demand, 10, 2, capacity=[huge] * size, limits=LIMITS)
    assert found.objective == max_cover(cost, demand, 10, 2, limits=LIMITS).objective


def test_so_much_room_to_grow_that_it_is_no_limit():
    cost, dense, demand = small_case(8)
    size = dense.shape[1]
    places, cents, once = [1] * size, [300] * size, [0] * size

    def asked(most: int) -> list[float]:
        sites = Sites(places, [most] * size, cents, once)
        growth = Growth([most] * size, cents, 1200)
        every = list(range(size))
        return [
            reallocate(cost, demand, 10, sites, closable=every, limits=LIMITS).siting.objective,
            cheapest_closure(cost, demand, 10, sites, [5], limits=LIMITS).cost,
            max_cover(cost, demand, 10, 2, capacity=places, growth=growth, limits=LIMITS).objective,
        ]

    # The sum over all sites stays below 2^53, beyond which nobody's counts are taken.
    assert asked(2**49) == asked(40)


def test_a_budget_with_too_many_digits_is_refused_and_not_rounded():
    cost = stored(np.zeros((2, 2)), np.ones((2, 2), dtype=bool))
    sites = Sites([10**6, 10**6], [2 * 10**6] * 2, [4 * 10**9 + 1, 3 * 10**9 + 7])
    with pytest.raises(InvalidInput, match="too many digits") as refused:
        reallocate(cost, [5, 5], 5, sites, closable=[0, 1], limits=LIMITS)
    assert "whole euros" in refused.value.hint


def test_a_whole_person_less_is_another_answer_however_many_there_are():
    solved = Solved("optimal", None, 5_000_000.0, 5_000_000.0)
    assert solved.reached(4_999_999.9)
    assert not solved.reached(4_999_999.0)


def test_the_hint_names_minutes_that_are_enough():
    cost = stored(np.array([[12.3456123, 40.0]]), np.array([[True, True]]))
    with pytest.raises(Infeasible) as told:
        set_cover(cost, [1_234_567.0], 5)
    assert "1234567 persons" in told.value.message
    more = float(told.value.hint.split()[4])
    assert 7.3456123 <= more < 7.347
    assert set_cover(cost, [1.0], 5 + more).objective == 1
