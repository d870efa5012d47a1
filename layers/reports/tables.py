"""The tables of a planning summary: every figure of an area, and of every municipality."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from geo.releases.release import Release
from layers.catalogue import Layer, indicator_of, layers_of
from layers.figures import Cell, cells
from layers.words import name_order, say

COLUMNS = 5
"""Figures side by side on an A4 page that are still legible."""


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first cell of a row is the row's header."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def area_tables(release: Release, code: str, *, lang: str) -> list[Table]:
    """Every figure of one area, a table a group; municipalities stand beside the region."""
    shown = [layer for layer in layers_of(release) if layer.kind == "choropleth"]
    tables = []
    for group, members in groupby(shown, key=lambda layer: layer.group[lang]):
        rows = tuple(_row(release, layer, code, lang) for layer in members)
        beside = () if code == release.region_code else (release.region_names[lang],)
        own = (say("report", "indicator", lang), say("report", "figure", lang))
        tables.append(Table(group, (*own, *beside, say("label", "period", lang)), rows))
    return tables


def municipality_tables(release: Release, *, lang: str) -> list[Table]:
    """Every figure of every municipality: an indicator with breakdowns is one table."""
    shown = [layer for layer in layers_of(release) if layer.kind == "choropleth"]
    return [
        _matrix(release, members[at : at + COLUMNS], lang)
        for members in _families(shown)
        for at in range(0, len(members), COLUMNS)
    ]


def heading(release: Release, layer: Layer, *, lang: str) -> str:
    """The layer's title, with its unit where neither the title nor the figures say it."""
    if indicator_of(release, layer).kind in ("count", "ratio"):
        return f"{layer.title[lang]} ({layer.unit[lang]})"
    return layer.title[lang]


def _families(shown: list[Layer]) -> list[list[Layer]]:
    # Indicators without breakdowns share tables across groups: one column would waste its page.
    by_family: dict[str, list[Layer]] = {}
    for layer in shown:
        by_family.setdefault(layer.indicator if layer.breakdown else "", []).append(layer)
    return list(by_family.values())


def _row(release: Release, layer: Layer, code: str, lang: str) -> tuple[str, ...]:
    found = {cell.code: cell for cell in cells(release, layer)}
    own = found[code]
    title = heading(release, layer, lang=lang)
    if code == release.region_code:
        return title, own.text[lang], own.period
    region = found.get(release.region_code)
    return title, own.text[lang], region.text[lang] if region else "", own.period


def _matrix(release: Release, members: list[Layer], lang: str) -> Table:
    figures = [{cell.code: cell for cell in cells(release, layer)} for layer in members]
    areas = sorted(figures[0].values(), key=lambda cell: _order(cell, lang))
    rows = tuple(
        (area.names[lang], *(column[area.code].text[lang] for column in figures)) for area in areas
    )
    first = members[0]
    if first.breakdown:
        caption = f"{first.title[lang].partition(':')[0]} ({first.unit[lang]})"
        columns = [say("service_type", layer.breakdown, lang) for layer in members]
    else:
        caption = " · ".join(dict.fromkeys(layer.group[lang] for layer in members))
        columns = [heading(release, layer, lang=lang) for layer in members]
    return Table(caption, (say("report", "municipality", lang), *columns), rows)


def _order(cell: Cell, lang: str) -> tuple[bool, str, str]:
    return cell.level != "region", name_order(cell.names[lang]), cell.code
