"""The stair by municipality: people placed in cells, steps that sum to the need."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.analysis.figures.stair import (
    Ground,
    stair_by_area,
    stair_figures,
    stair_of_shown,
    stair_steps,
)
from geo.analysis.stair import PARTS
from geo.errors import InvalidInput


def ground(**changes: object) -> Ground:
    """Two towns of two cells each, and a third where nobody lives.

    The one site, with 5 places, stands in the first town's first cell; the second town's far cell
    is out of reach.
    """
    minutes = csr_array(([0.0, 5.0, 20.0], ([0, 1, 2], [0, 0, 0])), shape=(4, 1))
    given: dict[str, object] = {
        "codes": ("A", "B", "C"),
        "cell_area": np.array([0, 0, 1, 1]),
        "cell_people": np.array([300.0, 100.0, 50.0, 50.0]),
        "capacity": np.array([5]),
        "cost": minutes,
        "threshold": 20.0,
    }
    return Ground(**{**given, **changes})  # type: ignore[arg-type]


def by_name(parts: np.ndarray) -> dict[str, list[int]]:
    return {name: list(parts[number]) for number, name in enumerate(PARTS)}


def test_places_for_all_leave_only_those_out_of_reach() -> None:
    found = by_name(stair_by_area(ground(capacity=np.array([50])), np.array([4, 4, 0])))
    # B's need stands half and half in its cells, one of which is beyond the threshold.
    assert found["covered"] == [4, 2, 0]
    assert found["reach"] == [0, 2, 0]
    assert found["capacity"] == [0, 0, 0]


def test_without_a_site_every_need_stops_at_existence() -> None:
    empty = ground(capacity=np.array([], dtype=int), cost=csr_array((4, 0)))
    found = by_name(stair_by_area(empty, np.array([4, 3, 0])))
    assert found["existence"] == [4, 3, 0]


def test_a_site_of_one_town_does_not_exist_for_the_other() -> None:
    own = csr_array(([True, True], ([0, 1], [0, 0])), shape=(4, 1))
    found = by_name(stair_by_area(ground(serves=own), np.array([4, 3, 0])))
    assert found["existence"] == [0, 3, 0]
    assert found["covered"] == [4, 0, 0]


def test_a_site_that_does_not_work_fits_nobody() -> None:
    found = by_name(stair_by_area(ground(suits=np.array([False])), np.array([4, 0, 0])))
    assert found["fit"] == [4, 0, 0]
    assert found["covered"] == [0, 0, 0]


def test_need_where_nobody_lives_is_refused() -> None:
    with pytest.raises(InvalidInput, match="C has need and no cell"):
        stair_by_area(ground(), np.array([1, 1, 1]))


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=2), st.integers(0, 40))
def test_the_steps_sum_to_the_need_of_every_town(need: list[int], places: int) -> None:
    parts = stair_by_area(ground(capacity=np.array([places])), np.array([*need, 0]))
    assert (parts >= 0).all()
    assert list(parts.sum(axis=0)) == [*need, 0]
    assert parts[PARTS.index("covered")].sum() <= places


def test_rows_say_what_is_not_known() -> None:
    rows = stair_figures(ground(), np.array([4.0, np.nan, 2.0]), "R", "2026-11", "day_centre")
    table = rows.pivot(index="area_code", columns="indicator", values="status")
    assert set(table.loc["A"].drop("stair_information")) == {"shown"}
    assert set(table.loc["B"]) == {"no_data"}
    assert set(table.loc["C"]) == {"no_data"}
    assert set(table["stair_information"]) == {"no_data"}
    covered = rows[rows["indicator"] == "stair_covered"].set_index("area_code")
    assert covered.loc["R", "value"] == 4
    assert "no populated cell" in covered.loc["C", "explanation"]["en"]
    assert not rows["value"].where(rows["status"] == "shown", 0).isna().any()


def test_a_released_stair_rests_on_what_is_shown() -> None:
    alone = stair_of_shown(ground(), ["B"], np.array([4.0]))
    assert by_name(alone.value)["covered"] == [2]
    # A's four are told as a rest; they live nearer and leave one place.
    rest = stair_of_shown(ground(), ["B"], np.array([4.0]), ["A"], np.array([400.0]), 4.0)
    assert by_name(rest.value)["covered"] == [1]
    assert list(rest.value.sum(axis=0)) == [4]


def test_a_released_stair_is_the_exact_one_where_all_is_shown() -> None:
    exact = stair_by_area(ground(), np.array([7, 9, 0]))[:, :2]
    assert (stair_of_shown(ground(), ["A", "B"], np.array([7.0, 9.0])).value == exact).all()


def test_an_interval_holds_what_a_silent_service_may_turn_out_to_be() -> None:
    # One site with neither places nor point: it may have 10 places, and be beyond reach.
    silent = ground(
        capacity=np.array([0]),
        cost=csr_array((4, 1)),
        not_stated=np.array([True]),
        site_area=np.array([0]),
    )
    found = stair_steps(silent, np.array([10, 0, 0]))
    low, high = by_name(found.low), by_name(found.high)
    assert [one[0] for one in (low["existence"], high["existence"])] == [0, 0]
    assert [one[0] for one in (low["capacity"], high["capacity"])] == [0, 10]
    assert [one[0] for one in (low["reach"], high["reach"])] == [0, 10]
    assert [one[0] for one in (low["covered"], high["covered"])] == [0, 10]
    assert (found.low <= found.value).all() and (found.value <= found.high).all()
