"""The five-part stair: by hand, against independent maximum flows, and its invariants."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from geo.analysis.apportionment import half_up, largest_remainder
from geo.analysis.stair import PARTS, coverage_stair
from geo.errors import InvalidInput

STEPS = ("capacity", "reach", "fit", "information", "covered")


def _cost(rows):
    """Minutes from an array; NaN is out of reach, 0 a real zero."""
    minutes = np.asarray(rows, float)
    i, j = np.nonzero(~np.isnan(minutes))
    return sparse.csr_array((minutes[i, j], (i, j)), minutes.shape)


def _parts(found):
    return {part: getattr(found, part).tolist() for part in PARTS}


def _most(need, capacity, pairs):
    """The most that can be served at once, by SciPy's maximum flow (Dinic)."""
    n, m = pairs.shape
    graph = np.zeros((n + m + 2, n + m + 2), dtype=np.int32)
    graph[0, 1 : n + 1] = need
    graph[1 : n + 1, n + 1 : n + m + 1] = pairs * 1000
    graph[n + 1 : n + m + 1, n + m + 1] = capacity
    return maximum_flow(sparse.csr_array(graph), 0, n + m + 1).flow_value


def _persons(shares, need):
    """Shares of the need in whole persons."""
    return largest_remainder(shares * need, half_up(float((shares * need).sum())))


@st.composite
def _regions(draw):
    """Everything the stair takes, small, with ties, empty rows and zeros."""
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 5))

    def row(element, size):
        return np.array(draw(st.lists(element, min_size=size, max_size=size)))

    need = row(st.integers(0, 9), n)
    return {
        "need": need,
        "capacity": row(st.integers(0, 9), m),
        "minutes": row(st.sampled_from([0, 5, 10, 20, 30, np.nan]), n * m).reshape(n, m),
        "serves": draw(st.none() | st.just(row(st.booleans(), n * m).reshape(n, m))),
        "fit": draw(
            st.none()
            | st.just(row(st.booleans(), m))
            | st.just(row(st.booleans(), n * m).reshape(n, m))
        ),
        "informed": draw(
            st.none()
            | st.just(np.minimum(row(st.integers(0, 9), n), need))
            | st.just(row(st.sampled_from([0.0, 0.25, 0.5, 1.0]), n))
        ),
    }


def _stair(region, threshold=20.0, **changed):
    given_ = {**region, **changed}
    return coverage_stair(
        given_["need"],
        given_["capacity"],
        _cost(given_["minutes"]),
        threshold,
        serves=given_["serves"],
        fit=given_["fit"],
        informed=given_["informed"],
    )


def test_each_gap_alone():
    # Six places, each with its own site and its own gap; nobody may be served elsewhere.
    minutes = np.full((6, 6), np.nan)
    np.fill_diagonal(minutes, [5, 5, 50, 5, 5, 5])
    serves = np.eye(6, dtype=bool)
    serves[0, 0] = False
    found = coverage_stair(
        [10, 10, 10, 10, 10, 10],
        [10, 4, 10, 10, 10, 10],
        _cost(minutes),
        30,
        serves=serves,
        fit=[True, True, True, False, True, True],
        informed=[10, 10, 10, 10, 7, 10],
    )
    assert _parts(found) == {
        "existence": [10, 0, 0, 0, 0, 0],
        "capacity": [0, 6, 0, 0, 0, 0],
        "reach": [0, 0, 10, 0, 0, 0],
        "fit": [0, 0, 0, 10, 0, 0],
        "information": [0, 0, 0, 0, 3, 0],
        "covered": [0, 4, 0, 0, 7, 10],
    }
    assert found.totals == {
        "existence": 10,
        "capacity": 6,
        "reach": 10,
        "fit": 10,
        "information": 3,
        "covered": 21,
    }


def test_every_gap_in_one_place():
    # 100 people; sites of 30 (suits), 20 (does not), 25 (too far). 75 places for 100: 25 lack
    # one; 25 of the 75 are too far; 20 of the 50 near do not suit; 12 of 30 places go to the 12
    # who know.
    cost = _cost([[10, 10, 90]])
    found = coverage_stair([100], [30, 20, 25], cost, 30, fit=[1, 0, 1], informed=[12])
    assert _parts(found) == {
        "existence": [0],
        "capacity": [25],
        "reach": [25],
        "fit": [20],
        "information": [18],
        "covered": [12],
    }


def test_the_uninformed_leave_their_places_to_those_who_know():
    # Five places for ten people of whom six know: nothing is lost for lack of information.
    found = coverage_stair([10], [5], _cost([[3]]), 30, informed=[0.6])
    assert _parts(found)["capacity"] == [5]
    assert _parts(found)["information"] == [0]
    assert _parts(found)["covered"] == [5]


def test_an_inner_place_is_never_taken_for_an_outer_one():
    # Cheapest for all who could go is that the near origin takes the one place, but the only
    # suitable pair is the far one: it stays served on every step.
    fit = np.array([[False], [True]])
    found = coverage_stair([1, 1], [1], _cost([[1], [20]]), 30, fit=fit)
    assert _parts(found)["covered"] == [0, 1]
    assert _parts(found)["capacity"] == [1, 0]
    assert _parts(found)["fit"] == [0, 0]


def test_no_site_and_sites_without_places():
    none = coverage_stair([4, 0], [], sparse.csr_array((2, 0)), 30)
    assert _parts(none)["existence"] == [4, 0]
    empty = coverage_stair([4, 0], [0, 0], _cost([[1, 2], [3, 4]]), 30)
    assert _parts(empty)["capacity"] == [4, 0]
    unserved = coverage_stair([4], [], sparse.csr_array((1, 0)), 30, serves=np.ones((1, 0), bool))
    assert _parts(unserved)["existence"] == [4]
    for serves in (None, np.ones((0, 1), bool)):
        nobody = coverage_stair([], [7], sparse.csr_array((0, 1)), 30, serves=serves)
        assert nobody.totals == dict.fromkeys(PARTS, 0)


def test_an_unreachable_origin_keeps_its_row():
    found = coverage_stair([8, 5], [20], _cost([[np.nan], [10]]), 30)
    assert _parts(found)["reach"] == [8, 0]
    assert _parts(found)["covered"] == [0, 5]


def test_the_threshold_is_inclusive():
    found = coverage_stair([3, 3], [9], _cost([[30.0], [30.001]]), 30)
    assert _parts(found)["covered"] == [3, 0]


def test_places_out_of_reach_are_shared_in_equal_shares():
    # 30 places nobody reaches, 60 people of two origins: half of each could be held.
    cost = sparse.csr_array((2, 1))
    anybody = coverage_stair([40, 20], [30], cost, 30)
    assert _parts(anybody)["reach"] == [20, 10]
    assert _parts(anybody)["capacity"] == [20, 10]
    alike = coverage_stair([40, 20], [30], cost, 30, serves=[[1], [1]])
    assert _parts(alike) == _parts(anybody)
    # With other rights, in rounds: the second may also use a site of 5, which takes nobody else.
    other = coverage_stair(
        [400, 200], [300, 50], sparse.csr_array((2, 2)), 30, serves=[[1, 0], [1, 1]]
    )
    assert other.totals["reach"] == 350
    shares = other.reach / [400, 200]
    assert abs(shares[0] - shares[1]) <= 0.02


def test_a_right_to_a_site_of_ones_own_does_not_unseat_the_served():
    serves = [[1, 1], [1, 0]]
    found = coverage_stair([5, 5], [5, 5], _cost([[3, np.nan], [9, np.nan]]), 30, serves=serves)
    # Near: five at the first site, the nearer ones. All may be held: those of the second origin
    # by the first site, whose people would go to the far site; nobody served is unserved.
    assert _parts(found)["covered"] == [5, 0]
    assert _parts(found)["reach"] == [0, 5]
    assert found.totals["capacity"] == 0


def test_informed_as_persons_shares_and_truths():
    cost = _cost([[1], [1], [1]])

    def covered(informed):
        return coverage_stair([10, 10, 10], [30], cost, 30, informed=informed).covered.tolist()

    assert covered([1, 0, 10]) == [1, 0, 10]
    assert covered([99, 0, 10]) == [10, 0, 10]
    assert covered([1.0, 0.0, 0.5]) == [10, 0, 5]
    assert covered([True, False, True]) == [10, 0, 10]
    # 2.4 + 2.4 + 2.4 = 7.2: seven know, the spare one in the first row.
    assert covered([0.24, 0.24, 0.24]) == [3, 2, 2]
    assert covered([0.29, 0.0, 0.0]) == [3, 0, 0]


@given(region=_regions())
@settings(max_examples=300, deadline=None)
def test_parts_are_whole_none_negative_and_sum_to_the_need(region):
    found = _stair(region)
    parts = np.array([getattr(found, part) for part in PARTS])
    assert parts.dtype.kind == "i"
    assert (parts >= 0).all()
    assert parts.sum(axis=0).tolist() == region["need"].tolist()
    assert sum(found.totals.values()) == region["need"].sum()


@given(region=_regions())
@settings(max_examples=200, deadline=None)
def test_totals_are_differences_of_independent_maximum_flows(region):
    need, capacity, minutes = (region[key] for key in ("need", "capacity", "minutes"))
    serves = np.ones(minutes.shape, bool) if region["serves"] is None else region["serves"]
    near = serves & (minutes <= 20)
    suits = near if region["fit"] is None else near & region["fit"]
    informed = region["informed"]
    if informed is None:
        informed = need
    elif informed.dtype.kind == "f":
        informed = _persons(informed, need)
    existing = need[serves.any(axis=1)].sum()
    flows = [
        existing,
        _most(need, capacity, serves),
        _most(need, capacity, near),
        _most(need, capacity, suits),
        _most(informed, capacity, suits),
        0,
    ]
    totals = _stair(region).totals
    assert totals["existence"] == need.sum() - existing
    assert [totals[step] for step in STEPS] == [a - b for a, b in pairwise(flows)]


@given(region=_regions(), seed=st.integers(0, 1000))
@settings(max_examples=150, deadline=None)
def test_totals_do_not_depend_on_any_order(region, seed):
    random = np.random.default_rng(seed)
    n, m = region["minutes"].shape
    i, j = random.permutation(n), random.permutation(m)
    turned = {
        "need": region["need"][i],
        "capacity": region["capacity"][j],
        "minutes": region["minutes"][i][:, j],
        "serves": None if region["serves"] is None else region["serves"][i][:, j],
        "fit": region["fit"],
        # Shares round to whole persons by row; persons do not.
        "informed": region["informed"],
    }
    if region["fit"] is not None:
        turned["fit"] = region["fit"][j] if region["fit"].ndim == 1 else region["fit"][i][:, j]
    if region["informed"] is not None:
        known = region["informed"]
        if known.dtype.kind == "f":
            known = _persons(known, region["need"])
        turned["informed"] = known[i]
        region = {**region, "informed": known}
    assert _stair(turned).totals == _stair(region).totals


def test_without_ties_each_origin_keeps_its_parts_in_any_order():
    random = np.random.default_rng(4)
    minutes = random.random((40, 8)) * 40
    # Places for all, but not near all: only sharing far places out would look at the order.
    need, capacity = random.integers(1, 30, 40), random.integers(20, 160, 8)
    assert capacity.sum() > need.sum()
    fit = random.random((40, 8)) < 0.3
    known = (need * 0.8).astype(int)
    found = coverage_stair(need, capacity, _cost(minutes), 9, fit=fit, informed=known)
    i, j = random.permutation(40), random.permutation(8)
    turned = coverage_stair(
        need[i],
        capacity[j],
        _cost(minutes[i][:, j]),
        9,
        fit=fit[i][:, j],
        informed=known[i],
    )
    for part in PARTS:
        assert getattr(turned, part).tolist() == getattr(found, part)[i].tolist()
    assert min(found.totals[part] for part in STEPS[1:]) > 0


@given(region=_regions(), where=st.integers(0, 100), more=st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_more_places_or_longer_ways_never_cover_fewer(region, where, more):
    covered = _stair(region).totals["covered"]
    grown = region["capacity"].copy()
    grown[where % grown.size] += more
    assert _stair(region, capacity=grown).totals["covered"] >= covered
    assert _stair(region, threshold=20 + more).totals["covered"] >= covered
    assert _stair(region, informed=None).totals["covered"] >= covered
    assert _stair(region, fit=None).totals["covered"] >= covered
    assert _stair(region, serves=None).totals["covered"] >= covered


@given(region=_regions())
@settings(max_examples=80, deadline=None)
def test_a_cost_cut_at_the_threshold_gives_the_same_stair(region):
    cut = np.where(region["minutes"] <= 20, region["minutes"], np.nan)
    assert _parts(_stair(region, minutes=cut)) == _parts(_stair(region))


@given(region=_regions())
@settings(max_examples=80, deadline=None)
def test_sparse_and_dense_answers_are_one(region):
    def thin(array):
        return array if array is None or array.ndim == 1 else sparse.csr_array(array)

    as_sparse = _stair(region, serves=thin(region["serves"]), fit=thin(region["fit"]))
    assert _parts(as_sparse) == _parts(_stair(region))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"need": [1, -1]}, "'need' is negative"),
        ({"need": [1, None]}, "'need' has no number at position 1"),
        ({"need": [1, 0.5]}, "'need' must be whole"),
        ({"capacity": [np.nan]}, "'capacity' has no number"),
        ({"serves": np.ones((1, 2), bool)}, "'serves' must be 2 x 1"),
        ({"serves": np.full((2, 1), np.nan)}, "'serves' must hold yes or no"),
        ({"fit": [True, True]}, "'fit' must be 1 x 1"),
        ({"fit": [0.3]}, "'fit' must hold yes or no"),
        ({"informed": [0.5]}, "'informed' must have 2 entries"),
        ({"informed": [0.5, 20.0]}, "share 20.0 at position 1"),
        ({"informed": [0.5, np.nan]}, "'informed' has no number"),
        ({"informed": [1, -1]}, "'informed' is negative"),
    ],
)
def test_broken_input_is_refused(changed, says):
    given_ = {"need": [1, 2], "capacity": [3], "serves": None, "fit": None, "informed": None}
    given_.update(changed)
    with pytest.raises(InvalidInput, match=says):
        coverage_stair(
            given_["need"],
            given_["capacity"],
            _cost([[1], [2]]),
            30,
            serves=given_["serves"],
            fit=given_["fit"],
            informed=given_["informed"],
        )


def test_a_threshold_of_zero_and_a_dense_cost_are_refused():
    with pytest.raises(InvalidInput, match="threshold must be positive"):
        coverage_stair([1], [1], _cost([[0]]), 0)
    with pytest.raises(InvalidInput, match="sparse"):
        coverage_stair([1], [1], np.zeros((1, 1)), 30)
