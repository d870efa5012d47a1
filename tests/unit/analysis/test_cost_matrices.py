"""Cost matrices that are not what they seem: every door refuses them with one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array, csc_array, csr_array

from geo.analysis.arrays import cost_matrix
from geo.analysis.catchment import floating_catchment
from geo.analysis.siting import max_cover, p_median, set_cover
from geo.analysis.stair.allocation import allocate
from geo.analysis.stair.steps import coverage_stair
from geo.errors import InvalidInput

PEOPLE, PLACES = [2, 3], [5, 5]

DOORS: dict[str, Callable[[Any], Any]] = {
    "p_median": lambda cost: p_median(cost, PEOPLE, 1).objective,
    "max_cover": lambda cost: max_cover(cost, PEOPLE, 10, 1, capacity=PLACES).objective,
    "set_cover": lambda cost: set_cover(cost, PEOPLE, 10).objective,
    "allocate": lambda cost: allocate(PEOPLE, PLACES, cost, 10).cost,
    "stair": lambda cost: coverage_stair(PEOPLE, PLACES, cost, 10).totals,
    "catchment": lambda cost: floating_catchment(PEOPLE, PLACES, cost, 10).access.tolist(),
}


def raw(kind: Any, data: list[float], indices: list[int], indptr: list[int], whole: Any) -> Any:
    """A matrix whose arrays nobody has looked at."""
    matrix = kind((2, 2))
    matrix.data = np.array(data)
    matrix.indices, matrix.indptr = np.array(indices, whole), np.array(indptr, whole)
    return matrix


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", [csr_array, csc_array])
@pytest.mark.parametrize("whole", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("indices", "indptr"),
    [
        ([0, 7, 1], [0, 2, 3]),
        ([0, -1, 1], [0, 2, 3]),
        ([0, 1, 1], [0, 3, 2]),
        ([0, 1, 1], [0, 2, 9]),
        ([1, 1, 1], [0, 2, 3]),
    ],
)
def test_indices_that_point_nowhere_or_twice_are_refused(door, kind, whole, indices, indptr):
    with pytest.raises(InvalidInput, match="'cost'"):
        DOORS[door](raw(kind, [5.0, 3.0, 2.0], indices, indptr, whole))


@pytest.mark.parametrize("door", DOORS)
def test_two_ways_of_one_pair_are_not_added_up(door):
    """As coordinates SciPy would make 3 and 4 minutes one way of 7."""
    twice = coo_array(([3.0, 4.0, 1.0], ([0, 0, 1], [0, 0, 0])), (2, 2))
    with pytest.raises(InvalidInput, match="twice"):
        DOORS[door](twice)


@pytest.mark.parametrize("door", DOORS)
def test_neither_order_nor_width_nor_kind_changes_an_answer(door):
    sorted_ = raw(csr_array, [5.0, 3.0, 2.0], [0, 1, 1], [0, 2, 3], np.int32)
    others = [
        raw(csr_array, [3.0, 5.0, 2.0], [1, 0, 1], [0, 2, 3], np.int64),
        raw(csr_array, [5.0, 3.0, 2.0, 9.0], [0, 1, 1, 0], [0, 2, 3], np.int32),
        csc_array(sorted_),
        coo_array(sorted_),
        csr_array(np.array([[5, 3], [0, 2]])),
    ]
    for other in others:
        assert DOORS[door](other) == DOORS[door](sorted_)


def test_what_is_handed_in_stays_as_it_was():
    matrix = raw(csr_array, [3.0, 5.0, np.inf], [1, 0, 1], [0, 2, 3], np.int32)
    found = cost_matrix(matrix, 2, 2)
    assert found.indices.tolist() == [0, 1] and found.data.tolist() == [5.0, 3.0]
    assert matrix.indices.tolist() == [1, 0, 1] and matrix.data.size == 3
