"""How a figure reads to people: the one formatter behind every table, map, file and document."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache
from typing import Any, Protocol

from babel import Locale
from babel.numbers import format_decimal

from geo.errors import InvalidInput
from geo.releases.release import Indicator, Release
from layers.catalogue import Layer, indicator_of, region_figures_of
from layers.words import LANGUAGES, name_order, say

NUMBER_STATUSES = ("shown", "held", "structural_zero")
"""The statuses under which a number, or the class made of it, may be seen."""


class Row(Protocol):
    """One row of a release's values: value, low, high, category and status by name."""

    def __getitem__(self, key: str, /) -> Any: ...


@dataclass(frozen=True)
class Cell:
    """One area's figure as anybody may see it: numbers are finite, or None with a status.

    A `rounded` figure that is 0 may stand for a few people.
    """

    code: str
    level: str
    names: dict[str, str]
    value: float | None
    low: float | None
    high: float | None
    category: str | None
    status: str
    period: str
    rounded: bool
    text: dict[str, str]


@dataclass(frozen=True)
class RegionFigure:
    """A figure that only the region has, of one service type."""

    indicator: Indicator
    breakdown: str
    cell: Cell


def text(row: Row, indicator: Indicator, lang: str, *, rounded_to: int | None = None) -> str:
    """One figure in one language.

    Withheld figures read ": withheld"; nothing else is said of them. No data and not applicable
    are words, zero is "0", a count rounded by the release's tier reads "about 25" (or "about 0"),
    and a number too small for its decimals "under 0.1", so that it is not taken for zero.
    """
    status = _status(row)
    if status == "withheld":
        return f": {say('status', 'withheld', lang)}"
    if status in ("no_data", "not_applicable"):
        return say("status", status, lang)
    shown = _shown_text(row, indicator, lang, rounded_to)
    return f"{shown} ({say('status', 'held', lang)})" if status == "held" else shown


def number(value: float, lang: str, *, decimals: int = 0, percent: bool = False) -> str:
    """A finite number by the locale's habits; a percentage is given in 0..100."""
    exact = Decimal(str(value))
    if exact == 0:
        return "0%" if percent else "0"
    smallest = Decimal(1).scaleb(-decimals)
    if abs(exact.quantize(smallest, rounding=ROUND_HALF_EVEN)) == 0:
        return say("format", "under", lang, number=_plain(smallest, lang, decimals, percent))
    return _plain(exact, lang, decimals, percent)


def edge(value: float, lang: str, *, percent: bool = False) -> str:
    """A class break as a legend names it: as many decimals as it has, and no more."""
    said = format_decimal(Decimal(str(value)), format="#,##0.####", locale=lang)
    return _percent_pattern(lang).replace("#,##0", said) if percent else said


def cells(release: Release, layer: Layer) -> tuple[Cell, ...]:
    """Every area of a choropleth with its figure: the region first, then municipalities by name.

    An area without a row in the release has no data. InvalidInput where a release says that a
    figure is shown and carries none.
    """
    indicator = indicator_of(release, layer)
    chosen = (release.values["indicator"] == layer.indicator) & (
        release.values["breakdown"] == layer.breakdown
    )
    rows = {str(row["area_code"]): row for row in release.values[chosen].to_dict("records")}
    zones = release.zones.drop(columns="geometry").to_dict("records")
    found = [_cell(release, zone, rows.get(str(zone["code"])), indicator) for zone in zones]
    return tuple(sorted(found, key=lambda cell: (cell.level != "region", _order(cell), cell.code)))


def region_figures(release: Release) -> tuple[RegionFigure, ...]:
    """Every figure that only the region has; InvalidInput as for `cells`."""
    zones = release.zones[release.zones["code"].astype(str) == release.region_code]
    (zone,) = zones.drop(columns="geometry").to_dict("records")
    own = release.values[release.values["area_code"] == release.region_code]
    rows = {(row["indicator"], row["breakdown"]): row for row in own.to_dict("records")}
    return tuple(
        RegionFigure(
            indicator,
            breakdown,
            _cell(release, zone, rows.get((indicator.code, breakdown)), indicator),
        )
        for indicator, breakdown in region_figures_of(release)
    )


def absent(value: Any) -> bool:
    """Whether a frame's entry is None, NaN or NA."""
    return value is None or value != value or str(value) == "<NA>"


def is_rounded(indicator: Indicator, rounded_to: int | None) -> bool:
    """Whether the tier rounds this indicator's figures: counts of persons in need only."""
    return rounded_to is not None and indicator.sensitive and indicator.kind == "count"


def _order(cell: Cell) -> str:
    return name_order(cell.names["el"])


def _status(row: Row) -> str:
    # A category "no_data" is the same statement as the status, and must look the same.
    return "no_data" if row["category"] == "no_data" else str(row["status"])


def _rounded(row: Row, indicator: Indicator, rounded_to: int | None) -> bool:
    return is_rounded(indicator, rounded_to) and _status(row) != "structural_zero"


def _shown_text(row: Row, indicator: Indicator, lang: str, rounded_to: int | None) -> str:
    value, category = row["value"], row["category"]
    word = None if absent(category) else say("category", str(category), lang)
    if indicator.kind == "category":
        if word is None:
            raise _without_figure(indicator)
        return word
    if _status(row) == "structural_zero" and absent(value):
        value = 0.0
    if absent(value) or not math.isfinite(value):
        raise _without_figure(indicator)
    percent = indicator.kind == "share"
    said = plain = number(value, lang, decimals=indicator.decimals, percent=percent)
    if _rounded(row, indicator, rounded_to):
        said = say("format", "about", lang, number=said)
    if not absent(row["low"]) and not absent(row["high"]):
        low, high = (
            number(row[end], lang, decimals=indicator.decimals, percent=percent)
            for end in ("low", "high")
        )
        # An interval that rounds to the figure itself says nothing.
        if not plain == low == high:
            said = f"{said} ({low}–{high})"
    return said if word is None else f"{said} ({word})"


@lru_cache(maxsize=65536)
def _plain(exact: Decimal, lang: str, decimals: int, percent: bool) -> str:
    digits = "#,##0." + "0" * decimals if decimals else "#,##0"
    said = format_decimal(exact, format=digits, locale=lang)
    return _percent_pattern(lang).replace("#,##0", said) if percent else said


@cache
def _percent_pattern(lang: str) -> str:
    return str(Locale.parse(lang).percent_formats[None].pattern)


def _cell(
    release: Release, zone: dict[Any, Any], row: dict[Any, Any] | None, indicator: Indicator
) -> Cell:
    if row is None:
        row = {
            "value": None,
            "low": None,
            "high": None,
            "category": None,
            "status": "no_data",
            "period": "",
        }
    status = _status(row)
    visible = status in NUMBER_STATUSES
    zero = status == "structural_zero" and absent(row["value"]) and indicator.kind != "category"
    return Cell(
        code=str(zone["code"]),
        level=str(zone["level"]),
        names=zone_names(zone),
        value=0.0 if zero else _finite(row["value"]) if visible else None,
        low=_finite(row["low"]) if visible else None,
        high=_finite(row["high"]) if visible else None,
        category=str(row["category"]) if visible and not absent(row["category"]) else None,
        status=status,
        period="" if absent(row["period"]) else str(row["period"]),
        rounded=_rounded(row, indicator, release.rounded_to),
        text={
            lang: text(row, indicator, lang, rounded_to=release.rounded_to) for lang in LANGUAGES
        },
    )


def zone_names(zone: Row) -> dict[str, str]:
    """The names of an area by language; one stands in for the other, and the code for both."""
    names = {lang: zone[f"name_{lang}"] for lang in LANGUAGES}
    known = [str(name) for name in names.values() if not absent(name)]
    stand_in = known[0] if known else str(zone["code"])
    return {lang: stand_in if absent(name) else str(name) for lang, name in names.items()}


def _finite(value: Any) -> float | None:
    if absent(value):
        return None
    if not math.isfinite(value):
        raise InvalidInput(f"A released figure is not finite: {value}.")
    return float(value)


def _without_figure(indicator: Indicator) -> InvalidInput:
    return InvalidInput(
        f"The release shows a figure of {indicator.code!r} and carries none.",
        hint="A figure without a value must have the status no_data, withheld or not_applicable.",
    )
