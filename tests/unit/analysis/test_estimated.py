"""Estimates of need as figures, and the need that no register knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from small_region import CODES, GOLDEN, region

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.analysis.figures.estimated import estimated_figures
from geo.analysis.figures.inputs import ESTIMATES
from geo.profiles.profile import load

HELP = "home_help"
SECTORS = load("gr").sectors


def estimate(area: str, persons: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "area_code": area,
        "service_type": HELP,
        "sector": "total",
        "age_band": "total",
        "source_class": "survey",
        "persons": persons,
        "rate": None,
        "standard_error": None,
        "source_name": "Household survey",
        "reference_date": date(2025, 5, 31),
        **changes,
    }


def rows_of(*estimates: dict[str, Any], needs: list[float] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(list(estimates), columns=ESTIMATES)
    counted = np.array(needs or [4.0] * 6)
    made = estimated_figures(region(estimates=frame), HELP, counted, SECTORS)
    return made.set_index(["indicator", "area_code"])


def test_hidden_need_is_the_estimate_less_the_register() -> None:
    # 100 with a standard error of 10: 100 -+ 19.6.
    found = rows_of(estimate("M1", 100, standard_error=10.0), estimate("M2", 3))
    likely = found.loc[("need_estimated", "M1")]
    assert (likely["value"], round(likely["low"], 1), round(likely["high"], 1)) == (
        100,
        80.4,
        119.6,
    )
    assert likely["period"] == "2025-05"
    assert likely["explanation"]["en"] == "Survey: Household survey, 2025-05-31."
    hidden = found.loc[("hidden_need", "M1")]
    assert (hidden["value"], round(hidden["low"], 1), round(hidden["high"], 1)) == (96, 76.4, 115.6)
    # The register of M2 holds 4 and the estimate is 3: 0, and why.
    assert found.loc[("hidden_need", "M2"), "value"] == 0
    assert "more people than the estimate" in found.loc[("hidden_need", "M2"), "explanation"]["en"]
    assert pd.isna(found.loc[("need_estimated", "M2"), "low"])
    # Nobody estimated M3: no data, not zero.
    assert found.loc[("hidden_need", "M3"), "status"] == "no_data"
    assert found.loc[("need_estimated", "R"), "value"] == 103


def test_without_a_complete_register_nothing_is_hidden_for_sure() -> None:
    found = rows_of(estimate("M1", 100), needs=[np.nan] * 6)
    assert found.loc[("hidden_need", "M1"), "status"] == "no_data"
    assert found.loc[("need_estimated", "M1"), "status"] == "shown"


def test_a_rate_counts_everybody_who_lives_there() -> None:
    told = {"source_class": "prevalence", "rate": 0.01, "standard_error": 0.001}
    found = rows_of(estimate("*", None, **told)).loc["need_estimated"]
    # Largest remainder over 99.99 + 100 + 400 + 400.01 + 1,000 + 1,000.01 = 3,000.01.
    assert list(found.loc[CODES, "value"]) == [100, 100, 400, 400, 1000, 1000]
    assert sum(GOLDEN) * 0.01 == 3000.01
    # 1.96 standard errors of 0.001 x 10,000 people.
    assert round(found.loc["M2", "high"] - found.loc["M2", "value"], 4) == 19.5996
    assert "Rate times residents" in found.loc["M1", "explanation"]["en"]


def test_a_survey_goes_before_a_rate_and_a_newer_before_an_older_one() -> None:
    rate = {"source_class": "prevalence", "rate": 0.01}
    found = rows_of(
        estimate("*", None, **rate),
        estimate("M1", 70),
        estimate("M1", 50, source_name="Older", reference_date=date(2020, 1, 1)),
    ).loc["need_estimated"]
    assert list(found.loc[["M1", "M2"], "value"]) == [70, 100]


def test_age_bands_that_fill_all_ages_are_summed_and_told() -> None:
    bands = [
        estimate("M1", 30, age_band="0-17", standard_error=3.0),
        estimate("M1", 20, age_band="18-64", standard_error=0.0),
        estimate("M1", 50, age_band="65+", standard_error=4.0),
        estimate("M2", 9, age_band="65+"),
        estimate("M1", 40, sector="older"),
    ]
    found = rows_of(*bands).loc["need_estimated"]
    assert found.loc["M1", "value"] == 100
    assert round(found.loc["M1", "high"], 1) == round(100 + 1.96 * 5, 1)
    # Older people alone are not everybody.
    assert found.loc["M2", "status"] == "no_data"
    told = found.loc["M1", "explanation"]
    assert "0-17: 30; 18-64: 20; 65+: 50; Older people: 40." in told["en"]
    assert "Ηλικιωμένοι: 40." in told["el"]


def test_where_nobody_estimated_anything_there_are_no_rows() -> None:
    assert rows_of().empty
    plain = coverage(region(), load("gr"), parameters.load())
    assert not {"need_estimated", "hidden_need"} & set(plain["indicator"])
    frame = pd.DataFrame([estimate("M1", 100)], columns=ESTIMATES)
    made = coverage(region(estimates=frame), load("gr"), parameters.load())
    asked = made[made["indicator"] == "need_estimated"]
    assert set(asked["breakdown"]) == {HELP} and set(asked["area_code"]) == {*CODES, "R"}
