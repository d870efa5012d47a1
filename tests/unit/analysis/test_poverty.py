"""Poverty figures of a small region: rates by hand, and no pattern where there is too little."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_region import CODES, GOLDEN, counted, region

from geo.analysis import parameters
from geo.analysis.figures.poverty import poverty, smoothed_per_thousand
from geo.analysis.rates import empirical_bayes

COUNTS = {"M1": 40, "M2": 50, "M3": 100, "M4": 120, "M5": 200}


def computed(**changes: Any) -> pd.DataFrame:
    rows = poverty(region(people=counted("persons", **COUNTS), **changes), parameters.load()).rows
    return rows.set_index(["indicator", "area_code"])


def test_counts_and_rates() -> None:
    rows = computed()
    assert [rows.at[("beneficiaries", code), "value"] for code in CODES] == [*COUNTS.values(), 0]
    assert rows.at[("beneficiaries", "R"), "value"] == 510
    assert rows.at[("beneficiary_rate", "M2"), "value"] == pytest.approx(5.0)  # 50 of 10,000
    assert rows.at[("beneficiary_rate", "M6"), "value"] == 0
    # The region's is a ratio of sums, not a mean of ratios.
    assert rows.at[("beneficiary_rate", "R"), "value"] == pytest.approx(1000 * 510 / 300_001)


def test_smoothed_rates_lie_between_the_raw_rate_and_the_mean() -> None:
    rows, mean = computed(), 1000 * 510 / 300_001
    for code in CODES:
        raw = rows.at[("beneficiary_rate", code), "value"]
        value, low, high = rows.loc[("beneficiary_rate_smoothed", code), ["value", "low", "high"]]
        assert min(raw, mean) - 1e-9 <= value <= max(raw, mean) + 1e-9
        assert low < value < high


def test_smoothed_per_thousand_is_the_published_example() -> None:
    """Methods 5.8: e = (2, 80, 5, 0, 60), b = (100, 1000, 400, 50, 1500)."""
    events, base = np.array([2.0, 80, 5, 0, 60]), np.array([100.0, 1000, 400, 50, 1500])
    value, low, high = smoothed_per_thousand(events, base)
    assert value == pytest.approx([33.605, 77.288, 19.248, 31.373, 40.480], abs=5e-4)
    assert (low < value).all() and (value < high).all()
    assert value == pytest.approx(1000 * empirical_bayes(events, base).smoothed)


def test_outside_of_the_registers_there_is_no_rate() -> None:
    rows = computed(covered=frozenset(CODES[1:]))
    for name in ("beneficiaries", "beneficiary_rate", "beneficiary_rate_smoothed"):
        assert rows.at[(name, "M1"), "status"] == "no_data", name
    assert rows.at[("beneficiaries", "R"), "value"] == 470
    assert rows.at[("beneficiary_rate", "R"), "value"] == pytest.approx(
        1000 * 470 / sum(GOLDEN[1:])
    )


def test_few_areas_make_no_pattern() -> None:
    chosen = parameters.load()
    found = poverty(
        region(covered=frozenset(CODES[:2]), people=counted("persons", **COUNTS)), chosen
    )
    assert chosen.fewest_areas > 2
    assert (found.permutations, found.pockets, found.isolates) == (0, (), ())
    rows = found.rows.set_index(["indicator", "area_code"])
    for name in ("rate_pattern", "hot_spot"):
        assert set(rows.loc[name].loc[CODES, "status"]) == {"no_data"}


def test_an_area_with_very_few_residents_enters_no_pattern() -> None:
    people = region().population.copy()
    people.loc[0, "persons"] = 99
    chosen = replace(parameters.load(), fewest_areas=3)
    found = poverty(region(population=people, people=counted("persons", **COUNTS)), chosen)
    assert found.too_small == ("M1",)
    assert found.permutations > 0
    rows = found.rows.set_index(["indicator", "area_code"])
    for name in ("rate_pattern", "hot_spot"):
        statuses = [rows.at[(name, code), "status"] for code in CODES]
        assert statuses == ["no_data", *["shown"] * 5], name
    assert rows.at[("beneficiaries", "M1"), "status"] == "shown"


def test_the_same_seed_gives_the_same_patterns() -> None:
    pd.testing.assert_frame_equal(computed(), computed())
