"""Catchments in parts by origin against the whole."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.analysis.catchment import floating_catchment
from geo.analysis.catchment.parts import (
    CatchmentPart,
    catchment_in_parts,
    regions_by_place,
    straight_line_catchment,
)
from geo.analysis.travel import straight_line_costs
from geo.errors import InvalidInput
from geo.executor import Cancelled

SPEED = {"detour_factor": 1.4, "speed_kmh": 25.0}


def _region(seed, origins=200, sites=30, side=40_000):
    draw = np.random.default_rng(seed)
    return (
        draw.integers(0, 900, origins).astype(float),
        draw.integers(0, 60, sites).astype(float),
        draw.random((origins, 2)) * side,
        draw.random((sites, 2)) * side,
    )


def _same(found, whole):
    assert found.access == pytest.approx(whole.access, rel=1e-9)
    assert found.level == pytest.approx(whole.level, rel=1e-9)
    assert found.reached.tolist() == whole.reached.tolist()
    assert found.used.tolist() == whole.used.tolist()


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    largest=st.sampled_from([1, 7, 50, 1000]),
    threshold=st.sampled_from([2, 20, 300]),
    method=st.sampled_from(["balanced", "enhanced"]),
    decay=st.sampled_from(["gaussian", "step", "linear", "binary"]),
)
def test_parts_by_place_give_the_whole(seed, largest, threshold, method, decay):
    people, places, origins, sites = _region(seed)
    words = {"decay": decay, "method": method}
    cost = straight_line_costs(origins, sites, threshold_minutes=threshold, **SPEED)
    whole = floating_catchment(people, places, cost, threshold, **words)
    _same(
        straight_line_catchment(
            people, places, origins, sites, threshold, **SPEED, **words, largest_part=largest
        ),
        whole,
    )


def test_a_site_exactly_at_the_threshold_is_in_the_halo():
    # 60 minutes at 60 km/h without detour are 60,000 m, on the axis along which parts are cut.
    origins, sites = [[0.0, 0.0], [1000.0, 0.0]], [[60_000.0, 0.0], [61_000.0, 0.0]]
    found = straight_line_catchment(
        [5, 5], [10, 10], origins, sites, 60,
        detour_factor=1, speed_kmh=60, decay="binary", largest_part=1,
    )  # fmt: skip
    assert found.reached.tolist() == [True, True]
    assert found.access @ [1, 1] == pytest.approx(found.level.sum())


def test_matrices_and_functions_are_taken_alike_and_in_the_order_of_parts():
    people, places, origins, sites = _region(1)
    cost = straight_line_costs(origins, sites, threshold_minutes=30, **SPEED)
    parts = []
    for rows in (np.arange(120, 200), np.arange(0, 120)):
        near = np.unique(cost[rows].indices)
        inside = sparse.csr_array(cost[rows][:, near])
        parts.append(
            CatchmentPart(people[rows], near, inside if rows[0] else partial(_just, inside))
        )
    found = catchment_in_parts(parts, places, 30)
    whole = floating_catchment(people, places, cost, 30)
    assert found.access == pytest.approx(np.roll(whole.access, -120), rel=1e-9)


def _just(matrix):
    return matrix


def test_progress_goes_through_both_steps_and_work_can_be_called_off():
    people, places, origins, sites = _region(2)
    told = []
    arguments = (people, places, origins, sites, 30)
    straight_line_catchment(
        *arguments, **SPEED, largest_part=60, progress=lambda *seen: told.append(seen)
    )
    assert [seen[:2] for seen in told] == [(done, 8) for done in range(9)]
    assert told[0][2] is None
    assert told[-1][2] == 0
    assert all(left >= 0 for *_, left in told[1:])
    with pytest.raises(Cancelled):
        straight_line_catchment(*arguments, **SPEED, cancelled=lambda: True)


def test_regions_hold_everybody_once_and_every_site_they_may_reach():
    _, _, origins, sites = _region(3)
    regions = regions_by_place(origins, sites, halo=3000, largest=30)
    assert sorted(np.concatenate([inside for inside, _ in regions])) == list(range(200))
    assert max(inside.size for inside, _ in regions) <= 30
    for inside, near in regions:
        apart = np.hypot(*(origins[inside][:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
        assert set(np.flatnonzero((apart <= 3000).any(axis=0))) <= set(near)


def test_everybody_in_one_spot_is_still_cut():
    regions = regions_by_place(np.zeros((10, 2)), np.zeros((1, 2)), halo=0, largest=3)
    assert sum(inside.size for inside, _ in regions) == 10


def test_nobody_and_no_site():
    found = straight_line_catchment([], [5], np.empty((0, 2)), [[0, 0]], 30, **SPEED)
    assert (found.access.size, found.level.tolist(), found.used.tolist()) == (0, [0], [False])
    found = straight_line_catchment([5], [], [[0, 0]], np.empty((0, 2)), 30, **SPEED)
    assert (found.access.tolist(), found.reached.tolist()) == ([0], [False])


def test_an_error_names_its_part():
    good = CatchmentPart(np.array([1.0]), np.array([0]), sparse.csr_array([[1.0]]))
    broken = CatchmentPart(np.array([1.0]), np.array([1]), sparse.csr_array([[-1.0]]))
    with pytest.raises(InvalidInput, match="Part 2 of 2 failed: 'cost' holds a negative"):
        catchment_in_parts([good, broken], [1, 1], 30)
    for sites in ([0, 0], [2], [-1]):
        part = CatchmentPart(np.array([1.0]), np.array(sites), good.cost)
        with pytest.raises(InvalidInput, match="Part 2 names a site"):
            catchment_in_parts([good, part], [1, 1], 30)


@pytest.mark.parametrize(
    "wrong",
    [
        {"population": [1, -1]},
        {"population": [1]},
        {"supply": [1, 1]},
        {"origins_xy": [[0, 0], [np.nan, 0]]},
        {"threshold_minutes": 0},
        {"detour_factor": 0.9},
        {"speed_kmh": 0},
        {"decay": "cubic"},
        {"largest_part": 0},
    ],
)
def test_broken_input_is_refused(wrong):
    arguments = {
        "population": [1, 1],
        "supply": [1],
        "origins_xy": [[0, 0], [1, 1]],
        "sites_xy": [[0, 0]],
        "threshold_minutes": 30,
        **SPEED,
        **wrong,
    }
    with pytest.raises(InvalidInput):
        straight_line_catchment(**arguments)
