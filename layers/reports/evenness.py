"""How evenly access and reach are spread over a region: a sentence each, and tables."""

from __future__ import annotations

from collections.abc import Sequence

from geo.releases.release import Indicator, Release
from layers.figures import RegionFigure
from layers.reports.sentences import sentence
from layers.reports.tables import COLUMNS, Table
from layers.words import say

SPREAD = ("access", "reach")
"""What is spread, in the order in which it is told."""

MEASURES = ("gini", "theil", "theil_between", "theil_within", "ratio_90_10", "concentration")
"""Measures of a spread, in the order of the tables' rows."""


def evenness_sentences(figures: Sequence[RegionFigure], lang: str) -> list[str]:
    """How evenly access is spread, and whether there is more of it where more people are poor.

    One sentence a measure, over all service types whose figure is shown; none where none is.
    """
    said = []
    for measure in ("gini", "concentration"):
        found = [
            one
            for one in figures
            if one.indicator.code == f"access_{measure}" and one.cell.value is not None
        ]
        if not found:
            continue
        items = [
            sentence(
                "label.item",
                lang,
                name=say("service_type", one.breakdown, lang),
                text=one.cell.text[lang],
            )
            for one in found
        ]
        periods = dict.fromkeys(one.cell.period for one in found)
        said.append(
            sentence(
                f"evenness.{measure}",
                lang,
                list=say("format", "separator", lang).join(items),
                period=", ".join(periods),
            )
        )
    return said


def evenness_tables(figures: Sequence[RegionFigure], lang: str) -> list[Table]:
    """A table for each of SPREAD that the release has: measures down, service types across."""
    return [
        _table(spread, found, services, lang)
        for spread in SPREAD
        for found in [[one for one in figures if _spread_of(one.indicator) == spread]]
        for services in _beside(found)
    ]


def evenness_methods(release: Release, figures: Sequence[RegionFigure]) -> list[Indicator]:
    """The indicators among the region's figures, once each, in the release's order."""
    there = {one.indicator.code for one in figures}
    return [indicator for indicator in release.indicators if indicator.code in there]


def _table(spread: str, found: Sequence[RegionFigure], services: Sequence[str], lang: str) -> Table:
    by_place = {(one.indicator.code, one.breakdown): one for one in found}
    rows = []
    for measure in MEASURES:
        own = [by_place.get((f"{spread}_{measure}", service)) for service in services]
        known = [one for one in own if one is not None]
        if not known:
            continue
        unit = known[0].indicator.unit[lang]
        header = f"{say('measure', measure, lang)} ({unit})"
        texts = ("" if one is None else one.cell.text[lang] for one in own)
        rows.append((header, *texts))
    periods = dict.fromkeys(one.cell.period for one in found)
    return Table(
        caption=f"{say('report', f'evenness_{spread}', lang)} ({', '.join(periods)})",
        head=(
            say("report", "measure", lang),
            *(say("service_type", service, lang) for service in services),
        ),
        rows=tuple(rows),
    )


def _beside(found: Sequence[RegionFigure]) -> list[list[str]]:
    """The service types in groups that fit on a page."""
    services = list(dict.fromkeys(one.breakdown for one in found))
    return [services[at : at + COLUMNS] for at in range(0, len(services), COLUMNS)]


def _spread_of(indicator: Indicator) -> str:
    return indicator.code.partition("_")[0]
