"""Access by municipality says how far it moves with the length of journey and the decay."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.analysis import parameters
from geo.analysis.figures.access import access_figures
from geo.analysis.figures.stair import Ground


def towns(minutes: list[float], people: list[float]) -> Ground:
    """One site of 10 places, each town one cell so many minutes away (beyond 30: no way)."""
    near = [number for number, away in enumerate(minutes) if away <= 30]
    return Ground(
        codes=tuple("ABCD"[: len(minutes)]),
        cell_area=np.arange(len(minutes)),
        cell_people=np.array(people),
        capacity=np.array([10]),
        cost=csr_array(
            ([minutes[one] for one in near], (near, [0] * len(near))), shape=(len(minutes), 1)
        ),
        threshold=20.0,
    )


def rows(ground: Ground):
    made = access_figures(ground, "R", parameters.load(), "2026-11", "kapi")
    return made.set_index("area_code")


def test_two_towns_at_the_same_distance_have_the_mean_at_every_setting() -> None:
    made = rows(towns([5, 5], [100, 300]))
    for code in "AB":
        assert made.loc[code, ["value", "low", "high"]].tolist() == pytest.approx([1, 1, 1])
        assert "near the mean or above it throughout" in made.loc[code, "explanation"]["en"]


def test_a_town_that_only_a_longer_journey_reaches_does_not_hold() -> None:
    made = rows(towns([5, 25], [100, 100]))
    assert made.loc["B", "value"] == 0
    assert made.loc["B", "low"] == 0
    # Binary at 30 minutes: both towns have the same access, which is the mean.
    assert made.loc["B", "high"] == pytest.approx(1)
    assert "does not hold" in made.loc["B", "explanation"]["en"]
    assert "δεν ισχύει" in made.loc["B", "explanation"]["el"]


def test_out_of_reach_at_every_setting_is_a_zero_that_holds() -> None:
    made = rows(towns([5, 90], [100, 100]))
    assert made.loc["B", ["value", "low", "high"]].tolist() == [0, 0, 0]
    assert "a shortage throughout" in made.loc["B", "explanation"]["en"]


def test_where_nobody_lives_there_is_no_data() -> None:
    made = rows(towns([5, 5], [100, 0]))
    assert made.loc["B", "status"] == "no_data"
    assert made.loc["B", "explanation"] == {}
    assert made.loc["R", "status"] == "not_applicable"
