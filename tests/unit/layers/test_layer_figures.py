"""The one formatter: zero, no data, withheld and not applicable are four things, in words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest

from geo.errors import InvalidInput
from geo.releases.release import Indicator, Release
from layers.catalogue import layer_of
from layers.figures import cells, edge, number, text

NBSP = "\u00a0"


def indicator(kind: str = "count", *, sensitive: bool = False, decimals: int = 0) -> Indicator:
    return Indicator(
        "x",
        {},
        {},
        decimals,
        kind,
        sensitive,
        {},
        {},
        (),  # type: ignore[arg-type]
    )


def row(value: float | None = None, status: str = "shown", **more: Any) -> dict[str, Any]:
    return {"value": value, "low": None, "high": None, "category": None, "status": status} | more


@pytest.mark.parametrize(
    ("value", "decimals", "en", "el"),
    [
        (10432481, 0, "10,432,481", "10.432.481"),
        (1234.56, 1, "1,234.6", "1.234,6"),
        (0, 2, "0", "0"),
        (-0.0, 1, "0", "0"),
        (12.0, 1, "12.0", "12,0"),
        (0.04, 1, "under 0.1", "κάτω από 0,1"),
        (0.4, 0, "under 1", "κάτω από 1"),
        (0.05, 1, "under 0.1", "κάτω από 0,1"),
        (0.06, 1, "0.1", "0,1"),
    ],
)
def test_numbers_follow_the_locale(value: float, decimals: int, en: str, el: str) -> None:
    assert number(value, "en", decimals=decimals) == en
    assert number(value, "el", decimals=decimals) == el


@pytest.mark.parametrize(
    ("figure", "en", "el"),
    [
        (row(status="withheld"), ": withheld", ": δεν δημοσιεύεται"),
        (row(status="no_data"), "no data", "χωρίς δεδομένα"),
        (row(status="not_applicable"), "not applicable", "δεν εφαρμόζεται"),
        (row(status="structural_zero"), "0", "0"),
        (row(0.0), "0", "0"),
        (row(25.0), "25", "25"),
        (row(25.0, "held"), "25 (held)", "25 (διατηρείται)"),
        (row(category="no_data"), "no data", "χωρίς δεδομένα"),
    ],
)
def test_every_status_reads_differently(figure: dict[str, Any], en: str, el: str) -> None:
    assert text(figure, indicator(), "en") == en
    assert text(figure, indicator(), "el") == el


@pytest.mark.parametrize("behind", [None, math.nan, 3.0])
def test_nothing_is_said_of_the_number_behind_a_withheld_figure(behind: float | None) -> None:
    figure = row(behind, "withheld", low=1.0, high=4.0, category="short")
    assert text(figure, indicator(sensitive=True), "en", rounded_to=5) == ": withheld"


def test_a_rounded_count_of_persons_is_about() -> None:
    persons = indicator(sensitive=True)
    assert text(row(25.0), persons, "en", rounded_to=5) == "about 25"
    assert text(row(1045.0), persons, "el", rounded_to=5) == "περίπου 1.045"
    assert text(row(0.0), persons, "en", rounded_to=5) == "about 0"
    assert text(row(0.0), persons, "el", rounded_to=5) == "περίπου 0"
    assert text(row(status="structural_zero"), persons, "en", rounded_to=5) == "0"


def test_what_the_tier_does_not_round_is_not_about() -> None:
    assert text(row(25.0), indicator(sensitive=False), "en", rounded_to=5) == "25"
    rate = indicator("rate", sensitive=True, decimals=1)
    assert text(row(25.0), rate, "en", rounded_to=5) == "25.0"
    assert text(row(25.0), indicator(sensitive=True), "en") == "25"


def test_an_interval_stands_in_brackets() -> None:
    rate = indicator("rate", decimals=1)
    assert text(row(12.34, low=10.0, high=14.96), rate, "en") == "12.3 (10.0–15.0)"
    assert text(row(12.34, low=10.0, high=14.96), rate, "el") == "12,3 (10,0–15,0)"
    # One that rounds to the figure says nothing; one end that does not still does.
    assert text(row(12.34, low=12.31, high=12.34), rate, "en") == "12.3"
    assert text(row(12.34, low=12.31, high=12.36), rate, "en") == "12.3 (12.3–12.4)"


def test_a_share_is_a_percentage() -> None:
    share = indicator("share", decimals=1)
    assert text(row(93.74), share, "en") == "93.7%"
    assert text(row(93.74), share, "el") == "93,7%"
    assert text(row(0.0), share, "en") == "0%"
    assert text(row(0.01), share, "en") == "under 0.1%"


def test_a_category_is_a_word_beside_the_number_if_there_is_one() -> None:
    assert text(row(category="short"), indicator("category"), "en") == "below the norm"
    assert text(row(category="short"), indicator("category"), "el") == "κάτω από το πρότυπο"
    shares = indicator("share")
    assert text(row(66.67, category="partial"), shares, "en") == "67% (some)"


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        (row(None), "count"),
        (row(math.nan), "count"),
        (row(math.inf), "count"),
        (row(5.0), "category"),
    ],
)
def test_shown_without_a_figure_is_an_error_not_a_guess(figure: dict[str, Any], kind: str) -> None:
    with pytest.raises(InvalidInput, match="carries none"):
        text(figure, indicator(kind), "en")


def test_an_unknown_category_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="splendid"):
        text(row(category="splendid"), indicator("category"), "en")


def test_edges_of_classes_have_the_decimals_they_need() -> None:
    assert [edge(value, "el") for value in (0.5, 1.25, 2.0, 1200.0)] == [
        "0,5",
        "1,25",
        "2",
        "1.200",
    ]
    assert edge(80.0, "en", percent=True) == "80%"


def test_cells_hold_no_number_where_none_is_shown(release: Release) -> None:
    found = {cell.code: cell for cell in cells(release, layer_of(release, "beneficiaries"))}
    withheld = found["9103"]
    assert (withheld.value, withheld.low, withheld.high, withheld.status) == (
        None,
        None,
        None,
        "withheld",
    )
    assert found["9109"].status == "no_data"
    assert found["9101"].value == 21450
    assert found["9101"].text == {"en": "21,450", "el": "21.450"}


def test_every_zone_has_a_cell_the_region_first(release: Release) -> None:
    found = cells(release, layer_of(release, "population"))
    assert len(found) == len(release.zones)
    assert found[0].code == "R9"
    greek = [cell.names["el"] for cell in found if cell.names["el"][0] >= "Ͱ"]
    assert greek == [
        "Αττική",
        "Αθήνα",
        "Βάρη-Βούλα-Βουλιαγμένη",
        "Νέα Σμύρνη",
        "Πειραιάς",
        "Ύδρα",
    ]


def test_an_area_without_a_row_has_no_data(make_release: Callable[..., Release]) -> None:
    release = make_release()
    fewer = release.values[
        ~((release.values["indicator"] == "population") & (release.values["area_code"] == "9106"))
    ]
    cut = make_release(values=fewer)
    found = {cell.code: cell for cell in cells(cut, layer_of(cut, "population"))}
    assert found["9106"].status == "no_data"
    assert found["9106"].text["en"] == "no data"


def test_a_missing_name_is_stood_in_for(release: Release) -> None:
    found = {cell.code: cell for cell in cells(release, layer_of(release, "population"))}
    assert found["9109"].names == {"en": "Agkistri", "el": "Agkistri"}


def test_a_released_infinity_is_refused(make_release: Callable[..., Release]) -> None:
    release = make_release()
    values = release.values.copy()
    at = values.index[values["indicator"] == "beneficiary_rate_smoothed"][0]
    values.loc[at, "high"] = math.inf
    broken = dataclasses.replace(release, values=values)
    with pytest.raises((InvalidInput, ArithmeticError)):
        cells(broken, layer_of(broken, "beneficiary_rate_smoothed"))
