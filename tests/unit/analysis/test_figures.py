"""Rows of figures: a number, a word, or a reason why there is none - never a NaN that means both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.analysis.figures.rows import COLUMNS, figures, joined, no_figure, region_total, with_total


def test_a_row_without_a_value_says_why() -> None:
    rows = figures("open_needs", ["A", "B", "C"], "2026-10", values=[3, np.nan, 0], low=[1, 2, 3])
    assert rows["status"].tolist() == ["shown", "no_data", "shown"]
    assert rows["value"].tolist()[::2] == [3.0, 0.0]
    # Bounds of a value that is not there are not there either.
    assert rows["low"].isna().tolist() == [False, True, False]
    assert list(rows.columns) == list(COLUMNS)


@pytest.mark.parametrize("missing", [None, pd.NA, np.nan])
def test_every_spelling_of_unknown_is_unknown(missing: object) -> None:
    rows = figures("population", ["A", "B"], "2021", values=[missing, 5])
    assert rows["status"].tolist() == ["no_data", "shown"]


def test_each_area_may_have_its_own_reason() -> None:
    rows = figures(
        "staff_required",
        ["A", "B", "C"],
        "2026-10",
        values=[np.nan, np.nan, 2],
        missing=["not_applicable", "no_data", "no_data"],
    )
    assert rows["status"].tolist() == ["not_applicable", "no_data", "shown"]


def test_words_without_numbers() -> None:
    rows = figures("staff_norm", ["A", "B"], "2026-10", categories=["met", None])
    assert rows["status"].tolist() == ["shown", "no_data"]
    assert rows["category"].tolist() == ["met", None]
    assert rows["value"].isna().all()


def test_a_word_beside_a_missing_number_is_dropped() -> None:
    rows = figures("m", ["A", "B"], "p", values=[1, np.nan], categories=["full", "none"])
    assert rows["category"].tolist() == ["full", None]


def test_a_total_is_the_sum_over_what_is_known_and_says_so() -> None:
    rows = figures("capacity", ["A", "B", "C"], "2026-10", values=[3, np.nan, 4], breakdown="x")
    (total,) = region_total(rows, "R").to_dict("records")
    assert (total["value"], total["status"], total["breakdown"]) == (7.0, "shown", "x")
    assert total["explanation"]["en"] == "Sum over 2 municipalities; 1 have no figure."
    assert with_total(rows, "R")["area_code"].tolist() == ["A", "B", "C", "R"]


def test_a_total_of_nothing_known_is_no_zero() -> None:
    rows = figures("capacity", ["A", "B"], "2026-10", values=[np.nan, np.nan])
    (total,) = region_total(rows, "R").to_dict("records")
    assert total["status"] == "no_data"
    assert np.isnan(total["value"])
    assert total["explanation"] == {}


def test_a_region_may_have_no_such_figure() -> None:
    rows = joined([no_figure("staff_norm", "R", "2026-10")])
    assert rows["status"].tolist() == ["not_applicable"]


def test_a_region_of_which_a_part_is_covered_has_census_figures_only() -> None:
    from geo.analysis.figures.rows import figures, joined, with_total, without_partial_totals

    rows = joined(
        [
            with_total(figures("population", ["a", "b"], "2021", values=[10, 20]), "R"),
            with_total(figures("staff_actual", ["a", "b"], "2021", values=[3, np.nan]), "R"),
        ]
    )
    made = without_partial_totals(rows, "R").set_index(["indicator", "area_code"])
    assert made.loc[("population", "R"), "value"] == 30
    assert made.loc[("staff_actual", "a"), "value"] == 3
    assert made.loc[("staff_actual", "R"), "status"] == "no_data"
    assert np.isnan(made.loc[("staff_actual", "R"), "value"])
    assert "not cover" in made.loc[("staff_actual", "R"), "explanation"]["en"]
