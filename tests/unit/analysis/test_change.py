"""Change accounting against all orders of switching, and what has to hold of its parts."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.change import FACTORS, account_change, as_known, population_crosswalk
from geo.errors import InvalidInput


def all_orders(old, new, evaluate, factors, area):
    """The definition: every order of switching, each factor's step, their mean."""
    sums = dict.fromkeys(factors, Fraction(0))
    orders = list(permutations(factors))
    for order in orders:
        state = dict(old)
        before = Fraction(float(evaluate(state)[area]))
        for factor in order:
            state[factor] = new[factor]
            after = Fraction(float(evaluate(state)[area]))
            sums[factor] += after - before
            before = after
    return {factor: total / len(orders) for factor, total in sums.items()}


def gap_of(inputs):
    """People in need beyond the places of those who reach them."""
    reached = np.minimum(inputs["need"], inputs["access"])
    return inputs["need"] - np.minimum(inputs["capacity"], reached)


def row(*numbers):
    return np.array(numbers, dtype=float)


def test_two_factors_by_hand():
    # Gap 100 - 40 = 60, then 130 - 50 = 80. Need first: +30, -10; capacity first: -10, +30.
    found = account_change(
        {"need": row(100), "capacity": row(40)},
        {"need": row(130), "capacity": row(50)},
        lambda inputs: np.maximum(inputs["need"] - inputs["capacity"], 0),
        ("need", "capacity"),
    )
    assert found.before.tolist() == [60]
    assert found.after.tolist() == [80]
    assert found.parts.tolist() == [[30], [-10]]


def test_parts_that_meet_at_zero_by_hand():
    # Gap max(0, need - places): 10 to 0. Need falls by 10: -10 first, or places +4 first: -4, -6.
    found = account_change(
        {"need": row(10), "capacity": row(0)},
        {"need": row(0), "capacity": row(4)},
        lambda inputs: np.maximum(inputs["need"] - inputs["capacity"], 0),
        ("need", "capacity"),
    )
    assert found.parts[:, 0].tolist() == [-8, -2]


@given(st.integers(2, 6), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_parts_are_those_of_all_orders_and_sum_exactly(k, n, seed):
    rng = np.random.default_rng(seed)
    factors = FACTORS[:k] if k <= 5 else (*FACTORS, "norm")
    old, new = ({f: rng.integers(0, 60, n) for f in factors} for _ in range(2))

    def evaluate(inputs):
        rows = [inputs[f] for f in factors]
        mixed = rows[0] * rows[1] // 7 + sum(rows[2:], np.zeros(n, dtype=int))
        return np.maximum(mixed - rows[-1] * 3, 0)

    found = account_change(old, new, evaluate, factors)
    assert found.unit == 1
    assert (found.parts == np.floor(found.parts)).all()
    assert (found.parts.sum(axis=0) == found.after - found.before).all()
    for area in range(n if k < 6 else 1):
        expected = all_orders(old, new, evaluate, factors, area)
        exact = {f: found.exact(f, area) for f in factors}
        assert exact == expected
        for at, factor in enumerate(factors):
            assert abs(Fraction(found.parts[at, area]) - expected[factor]) < 1


@given(st.lists(st.floats(0, 1e6), min_size=6, max_size=6))
def test_gaps_that_are_no_whole_numbers_sum_exactly_too(numbers):
    names = ("need", "capacity", "access")
    old = dict(zip(names, (row(x) for x in numbers[:3]), strict=True))
    new = dict(zip(names, (row(x) for x in numbers[3:]), strict=True))
    found = account_change(old, new, gap_of, names)
    assert found.before[0] == pytest.approx(gap_of(old)[0], abs=1e-6)
    assert found.parts.sum(axis=0)[0] == found.after[0] - found.before[0]
    assert sum(found.exact(name, 0) for name in names) == found.after[0] - found.before[0]


def test_factors_alike_get_equal_parts():
    found = account_change(
        {"a": row(0), "b": row(0), "c": row(0)},
        {"a": row(1), "b": row(1), "c": row(1)},
        lambda inputs: (inputs["a"] + inputs["b"] + inputs["c"]) ** 2 + 1,
        ("a", "b", "c"),
    )
    assert found.exact("a", 0) == found.exact("b", 0) == found.exact("c", 0) == 3
    odd = account_change(
        {"a": row(0), "b": row(0)},
        {"a": row(1), "b": row(1)},
        lambda inputs: inputs["a"] * inputs["b"],
        ("a", "b"),
    )
    # Half a person each; as whole persons the first named has the one there is.
    assert odd.exact("a", 0) == odd.exact("b", 0) == Fraction(1, 2)
    assert odd.parts[:, 0].tolist() == [1, 0]


def test_a_factor_that_changes_nothing_has_no_part():
    rng = np.random.default_rng(3)
    old = {name: rng.integers(0, 200, 50) for name in ("need", "capacity", "access")}
    new = {**old, "need": rng.integers(0, 200, 50), "access": rng.integers(0, 200, 50)}
    found = account_change(old, new, gap_of, ("need", "capacity", "access"))
    assert not found.numerators[1].any()
    assert not found.parts[1].any()
    assert found.parts[0].any()
    same = account_change(old, old, gap_of, ("need", "capacity", "access"))
    assert not same.parts.any()


def test_every_mixture_is_evaluated_once():
    seen = []

    def evaluate(inputs):
        seen.append(tuple(sorted(inputs.items())))
        return [float(sum(inputs.values()))]

    account_change(dict.fromkeys(FACTORS, 0), dict.fromkeys(FACTORS, 1), evaluate)
    assert len(seen) == len(set(seen)) == 2**5


def test_areas_without_data_are_told_apart_and_touch_no_other():
    found = account_change(
        {"need": row(np.nan, 5, 5, 9), "capacity": row(1, 1, 1, 1)},
        {"need": row(5, np.nan, 5, 7), "capacity": row(1, 1, 2, 2)},
        lambda inputs: np.where(
            (inputs["need"] == 5) & (inputs["capacity"] == 2) & (np.arange(4) == 2),
            np.nan,
            inputs["need"] - inputs["capacity"],
        ),
        ("need", "capacity"),
    )
    assert found.reason.tolist() == ["no_data_before", "no_data_after", "no_data_after", ""]
    assert np.isnan(found.parts[:, :3]).all()
    assert found.parts[:, 3].tolist() == [-2, -1]
    assert found.total == {"need": -2, "capacity": -1}
    assert found.exact("need", 0) is None


def test_a_mixture_without_data_leaves_no_account():
    found = account_change(
        {"need": "old", "capacity": "old"},
        {"need": "new", "capacity": "new"},
        lambda inputs: [np.nan if inputs["need"] != inputs["capacity"] else 4.0],
        ("need", "capacity"),
    )
    assert found.reason.tolist() == ["no_data_between"]
    assert found.total is None


def test_the_region_is_the_sum_of_its_areas():
    rng = np.random.default_rng(8)
    names = ("need", "capacity", "access")
    old, new = ({name: rng.integers(0, 500, 300) for name in names} for _ in range(2))
    found = account_change(old, new, gap_of, names)
    assert sum(found.total.values()) == gap_of(new).sum() - gap_of(old).sum()


def five_inputs():
    """Three old areas that became two: B was split, its larger half (150 of 200) went to A."""
    pieces = pd.DataFrame(
        [("A", "A+", 300), ("B", "A+", 150), ("B", "C+", 50), ("C", "C+", 100)],
        columns=["old_code", "new_code", "persons"],
    )
    walk = population_crosswalk(pieces, ["A", "B", "C"], ["A+", "C+"])
    recorded, corrected = row(30, 21, 9), row(30, 17, 9)
    current = row(36, 17, 12)

    def evaluate(inputs):
        """Old boundaries: the gap of the old areas is carried; new ones: what makes the gap is."""
        need = as_known(
            recorded, corrected, current, moved=inputs["need"], fixed=inputs["correction"]
        )
        reached = np.minimum(need, inputs["access"])
        if inputs["boundary"] == "new":
            need, places, reached = (walk.carry(x) for x in (need, inputs["capacity"], reached))
            return need - np.minimum(places, reached)
        return walk.carry(need - np.minimum(inputs["capacity"], reached))

    old = {
        "need": False, "correction": False, "capacity": row(10, 20, 0),
        "access": row(30, 15, 9), "boundary": "old",
    }  # fmt: skip
    new = {
        "need": True, "correction": True, "capacity": row(15, 20, 6),
        "access": row(36, 17, 4), "boundary": "new",
    }  # fmt: skip
    return old, new, evaluate


def test_all_five_factors_with_a_crosswalk_sum_exactly():
    old, new, evaluate = five_inputs()
    found = account_change(old, new, evaluate)
    assert found.factors == FACTORS
    assert found.unit == 1
    assert (found.parts.sum(axis=0) == found.after - found.before).all()
    for area in range(2):
        expected = all_orders(old, new, evaluate, FACTORS, area)
        assert {f: found.exact(f, area) for f in FACTORS} == expected
    assert found.parts.any(axis=1).all()


def test_a_correction_alone_is_called_correction():
    # Nothing happened; the register of B had four people twice, and they were taken out.
    old, _, evaluate = five_inputs()
    new = {**old, "correction": True}
    found = account_change(old, new, evaluate)
    assert found.total["correction"] == (found.after - found.before).sum() != 0
    assert [found.total[f] for f in FACTORS if f != "correction"] == [0] * 4


def test_as_known_by_hand():
    states = {
        (moved, fixed): as_known([5, 2], [3, 10], [4, 5], moved=moved, fixed=fixed).tolist()
        for moved in (False, True)
        for fixed in (False, True)
    }
    assert states == {
        (False, False): [5, 2],
        (False, True): [3, 10],
        (True, True): [4, 5],
        (True, False): [6, 0],  # 2 + (5 - 10) would be below nobody
    }


def test_crosswalk_goes_by_population_and_keeps_the_sum():
    pieces = pd.DataFrame(
        [("A", "X", 0), ("B", "X", 1), ("B", "Y", 2)], columns=["old_code", "new_code", "persons"]
    )
    walk = population_crosswalk(pieces, ["A", "B"], ["X", "Y"])
    assert walk.shares.tolist() == [[1, 0], [1 / 3, 2 / 3]]
    assert walk.carry([7, 10]).tolist() == [10, 7]
    assert walk.carry([0.5, 0.3]) == pytest.approx([0.6, 0.2])
    lost = walk.carry([np.nan, 3])
    assert np.isnan(lost[0])
    assert lost[1] == 2


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), st.integers(0, 2**32 - 1))
def test_carried_counts_stay_whole_and_none_is_lost(counted, seed):
    living = np.random.default_rng(seed).integers(1, 1000, (4, 5))
    pieces = pd.DataFrame(
        [(f"o{i}", f"n{j}", living[i, j]) for i in range(4) for j in range(5)],
        columns=["old_code", "new_code", "persons"],
    )
    walk = population_crosswalk(pieces, [f"o{i}" for i in range(4)], [f"n{j}" for j in range(5)])
    carried = walk.carry(counted)
    assert carried.sum() == sum(counted)
    assert (carried == np.floor(carried)).all()
    assert (carried >= 0).all()
    assert np.abs(carried - walk.shares.T @ np.array(counted)).max() < 4


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("A", "X", 1), ("A", "X", 1), ("B", "X", 1)], "twice"),
        ([("A", "X", 1)], "Old area B has no piece"),
        ([("A", "X", 0), ("A", "Y", 0), ("B", "X", 1)], "Old area A is split"),
        ([("A", "Q", 1), ("B", "X", 1)], "unknown areas: A to Q"),
        ([("A", "X", -1), ("B", "X", 1)], "negative"),
        ([("A", "X", np.nan), ("B", "X", 1)], "persons"),
    ],
)
def test_broken_crosswalks_are_refused(rows, message):
    pieces = pd.DataFrame(rows, columns=["old_code", "new_code", "persons"])
    with pytest.raises(InvalidInput, match=message):
        population_crosswalk(pieces, ["A", "B"], ["X", "Y"])


def test_broken_inputs_are_refused():
    one = {"a": 1, "b": 2}
    with pytest.raises(InvalidInput, match="2 to 6"):
        account_change({"a": 1}, {"a": 1}, lambda _: [0.0], ("a",))
    with pytest.raises(InvalidInput, match="2 to 6"):
        account_change(one, one, lambda _: [0.0], ("a", "a"))
    with pytest.raises(InvalidInput, match="'new' must have one input"):
        account_change(one, {"a": 1}, lambda _: [0.0], ("a", "b"))
    with pytest.raises(InvalidInput, match="beyond"):
        account_change(one, one, lambda _: [np.inf], ("a", "b"))
    lengths = iter(([1.0], [1.0, 2.0]))
    with pytest.raises(InvalidInput, match="same areas"):
        account_change(one, one, lambda _: next(lengths), ("a", "b"))
    with pytest.raises(InvalidInput, match="each of 2 old areas"):
        pieces = pd.DataFrame({"old_code": ["A", "B"], "new_code": ["X", "X"], "persons": [1, 2]})
        population_crosswalk(pieces, ["A", "B"], ["X"]).carry([1, -2])
