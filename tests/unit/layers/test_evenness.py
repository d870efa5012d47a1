"""How evenly services are spread: what the report says of the region, in both languages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pandas as pd
import pytest

from geo.indicators import indicators
from geo.releases.release import VALUE_COLUMNS, Release
from layers.catalogue import layers_of, region_figures_of
from layers.figures import region_figures
from layers.reports.document import render_html
from layers.reports.evenness import (
    MEASURES,
    SPREAD,
    evenness_methods,
    evenness_sentences,
    evenness_tables,
)
from layers.reports.summary import summary

Make = Callable[..., Release]
FIGURES: list[tuple[str, str, float | str]] = [
    ("access_gini", "home_help", 0.356),
    ("access_gini", "community_centre", 0.0),
    ("access_theil", "home_help", 0.2104),
    ("access_theil_between", "home_help", "not_applicable"),
    ("access_theil_within", "home_help", "not_applicable"),
    ("access_ratio_90_10", "home_help", "not_applicable"),
    ("access_ratio_90_10", "community_centre", 1.0),
    ("access_concentration", "home_help", -0.124),
    ("access_concentration", "community_centre", "withheld"),
    ("reach_gini", "home_help", 0.002),
    ("reach_theil", "home_help", "no_data"),
]


def with_figures(release: Release, figures: list[tuple[str, str, float | str]]) -> Release:
    """The release with these figures of its region and the indicators that they are of."""
    rows: list[dict[str, Any]] = [
        {
            "indicator": code,
            "breakdown": service,
            "area_code": "R9",
            "value": None if isinstance(figure, str) else figure,
            "status": figure if isinstance(figure, str) else "shown",
            "category": None,
            "period": "2026-10",
        }
        for code, service, figure in figures
    ]
    more = pd.DataFrame(rows, columns=list(VALUE_COLUMNS))
    numbers = {"value": float, "low": float, "high": float}
    alone = [one for one in indicators().values() if one.region_only]
    return replace(
        release,
        values=pd.concat([release.values, more.astype(numbers)], ignore_index=True),
        indicators=(*release.indicators, *(replace(one, sources=("register",)) for one in alone)),
    )


@pytest.fixture(scope="module")
def even(release: Release) -> Release:
    return with_figures(release, FIGURES)


def test_every_indicator_of_the_region_alone_has_its_row_and_its_words() -> None:
    alone = [code for code, one in indicators().items() if one.region_only]
    assert alone == [f"{spread}_{measure}" for spread in SPREAD for measure in MEASURES]


def test_no_figure_of_the_region_alone_is_a_layer_or_a_warning(
    even: Release, release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert layers_of(even) == layers_of(release)
    assert caplog.text == ""


def test_a_service_type_without_words_is_logged_and_not_told(
    release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    strange = with_figures(release, [("access_gini", "shoe_repair", 0.5)])
    with caplog.at_level(logging.WARNING):
        assert region_figures_of(strange) == ()
        layers_of(strange)
    assert "shoe_repair" in caplog.text
    assert evenness_tables(region_figures(strange), "en") == []


def test_the_sentences_have_figure_meaning_and_day_in_both_languages(even: Release) -> None:
    found = region_figures(even)
    assert evenness_sentences(found, "en") == [
        "How unevenly access to places is spread over the municipalities (Gini: 0 would be the"
        " same everywhere, 1 all in one place; 2026-10): community centres 0; home help 0.36.",
        "Access to places against income support (concentration index, from -1 to 1: below 0"
        " there is more access where more people receive it, above 0 less; 2026-10):"
        " home help -0.124.",
    ]
    greek = evenness_sentences(found, "el")
    assert greek[0].endswith("· 2026-10): Κέντρα Κοινότητας 0· Βοήθεια στο Σπίτι 0,36.")
    assert greek[1].endswith("· 2026-10): Βοήθεια στο Σπίτι -0,124.")
    for lang, told in (("en", "access to places is spread"), ("el", "κατανέμεται η πρόσβαση")):
        assert sum(told in one for one in summary(even, "R9").sentences[lang]) == 1


def test_what_is_not_shown_is_not_told(release: Release) -> None:
    nothing: list[tuple[str, str, float | str]] = [
        ("access_gini", "home_help", "no_data"),
        ("access_concentration", "home_help", "withheld"),
    ]
    assert evenness_sentences(region_figures(with_figures(release, nothing)), "en") == []
    assert evenness_sentences((), "el") == []


def test_the_tables_keep_no_data_not_applicable_withheld_and_zero_apart(even: Release) -> None:
    access, reach = evenness_tables(region_figures(even), "en")
    assert access.caption == "Access to places (2026-10)"
    assert access.head == ("Measure", "community centres", "home help")
    rows = {row[0]: row[1:] for row in access.rows}
    assert rows["Gini (from 0, the same everywhere, to 1)"] == ("0", "0.36")
    assert rows["between counties or regions (of Theil's measure)"] == ("", "not applicable")
    (tenths,) = [row for name, row in rows.items() if name.startswith("90/10")]
    assert tenths == ("1.0", "not applicable")
    (against,) = [row for name, row in rows.items() if name.startswith("Concentration")]
    assert against == (": withheld", "-0.124")
    # Too small for its decimals is not zero.
    assert [row[1] for row in reach.rows] == ["under 0.01", "no data"]
    greek = evenness_tables(region_figures(even), "el")
    assert greek[0].rows[1][2] == "0,210"
    assert greek[0].caption == "Πρόσβαση σε θέσεις (2026-10)"


def test_the_report_of_the_region_has_them_and_that_of_a_municipality_not(even: Release) -> None:
    page = unescape(render_html(even, "R9", lang="en"))
    assert "<h2>How evenly services are spread</h2>" in page and "0.36" in page
    for name in ("access_gini", "reach_theil"):
        assert indicators()[name].formula["en"] in page
    other = unescape(render_html(even, "9101", lang="en"))
    assert "How evenly services are spread" not in other
    assert indicators()["access_gini"].formula["en"] not in other
    greek = render_html(even, "R9", lang="el")
    assert "<h2>Πόσο ίσα κατανέμονται οι υπηρεσίες</h2>" in greek and "0,36" in greek


def test_without_such_figures_the_report_has_no_empty_place_for_them(release: Release) -> None:
    assert "How evenly" not in render_html(release, "R9", lang="en")
    assert evenness_methods(release, region_figures(release)) == []


def test_they_count_among_the_figures_of_the_region_only(even: Release, release: Release) -> None:
    before, after = summary(release, "R9").statuses, summary(even, "R9").statuses
    more = {status: after[status] - before.get(status, 0) for status in after}
    assert {status: n for status, n in more.items() if n} == {
        "shown": 6,
        "not_applicable": 3,
        "withheld": 1,
        "no_data": 1,
    }
    assert summary(even, "9101").statuses == summary(release, "9101").statuses
