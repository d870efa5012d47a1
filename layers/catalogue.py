"""Which layers there are: a layer stands in catalogue.toml or nowhere."""

from __future__ import annotations

import logging
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from geo.errors import NotFound
from geo.releases.release import Indicator, Release
from layers.words import LANGUAGES, Words, say

LOGGER = logging.getLogger(__name__)

Kind = Literal["choropleth", "points"]
Attribution = Literal["indicator", "all"]

SERVICES = "services"
"""The one layer of points."""


@dataclass(frozen=True)
class Layer:
    """One thing that can be looked at.

    `attribution` says whose sources stand under it: those its indicator names, or all of the
    release. `style` names an entry of layers/styles/styles.toml.
    """

    id: str
    indicator: str
    breakdown: str
    kind: Kind
    group: Words
    title: Words
    abstract: Words
    unit: Words
    decimals: int
    style: str
    attribution: Attribution


@cache
def catalogue() -> tuple[Layer, ...]:
    """Every layer of catalogue.toml, in its order."""
    text = resources.files("layers").joinpath("catalogue.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return tuple(
        _layer(document, entry, breakdown)
        for entry in document["layers"]
        for breakdown in entry.get("breakdowns", [""])
    )


def layers_of(release: Release) -> tuple[Layer, ...]:
    """The layers this release has figures for, with the release's own units and decimals.

    What a release carries and the catalogue does not know is logged, and shown nowhere; but for
    figures that only the region has, of which `region_figures_of` tells.
    """
    carried = _carried(release)
    known = tuple(layer for layer in catalogue() if (layer.indicator, layer.breakdown) in carried)
    unknown = carried - {(layer.indicator, layer.breakdown) for layer in known}
    unknown -= {(indicator.code, breakdown) for indicator, breakdown in region_figures_of(release)}
    if unknown:
        LOGGER.warning("Release %s carries figures without a layer: %s", release.id, unknown)
    indicators = {indicator.code: indicator for indicator in release.indicators}
    return tuple(_as_released(layer, indicators.get(layer.indicator)) for layer in known)


def region_figures_of(release: Release) -> tuple[tuple[Indicator, str], ...]:
    """Indicators that only the region has, with their service types: in reports, in no layer.

    In the order of the release's indicators and of the catalogue's service types; a service type
    that the catalogue does not know has no words, and is not among them.
    """
    alone = {one.code: one for one in release.indicators if one.region_only}
    breakdowns = dict.fromkeys(layer.breakdown for layer in catalogue())
    carried = _carried(release)
    return tuple(
        (indicator, breakdown)
        for indicator in alone.values()
        for breakdown in breakdowns
        if (indicator.code, breakdown) in carried
    )


def layer_of(release: Release, layer_id: str) -> Layer:
    """The layer with this id as the release has it; NotFound if it has none."""
    for layer in layers_of(release):
        if layer.id == layer_id:
            return layer
    raise NotFound(
        f"Release {release.id} has no layer {layer_id!r}.",
        hint="The list of layers names those there are.",
    )


def indicator_of(release: Release, layer: Layer) -> Indicator:
    """What the figures of a choropleth mean, as the release carries it."""
    for indicator in release.indicators:
        if indicator.code == layer.indicator:
            return indicator
    raise NotFound(
        f"Release {release.id} carries no indicator {layer.indicator!r}.",
        hint="A release must carry every indicator that it has values of.",
    )


def _carried(release: Release) -> set[tuple[str, str]]:
    pairs = release.values[["indicator", "breakdown"]].drop_duplicates()
    carried = {(str(row[0]), str(row[1])) for row in pairs.itertuples(index=False)}
    if len(release.services):
        carried.add((SERVICES, ""))
    return carried


def _as_released(layer: Layer, indicator: Indicator | None) -> Layer:
    if indicator is None:
        return layer
    own = {lang: unit for lang, unit in indicator.unit.items() if unit}
    return replace(layer, unit={**layer.unit, **own}, decimals=int(indicator.decimals))


def _layer(document: dict[str, Any], entry: dict[str, Any], breakdown: str) -> Layer:
    code = str(entry["indicator"])
    return Layer(
        id=f"{code}.{breakdown}" if breakdown else code,
        indicator=code,
        breakdown=breakdown,
        kind=cast(Kind, entry.get("kind", "choropleth")),
        group=document["groups"][entry["group"]],
        title=_with_service(entry["title"], breakdown),
        abstract=_with_service(entry["abstract"], breakdown),
        unit=document["units"][entry["unit"]],
        decimals=int(entry.get("decimals", 0)),
        style=str(entry["style"]),
        attribution=cast(Attribution, entry.get("attribution", "indicator")),
    )


def _with_service(words: dict[str, str], breakdown: str) -> dict[str, str]:
    if not breakdown:
        return dict(words)
    return {
        lang: words[lang].format(service=say("service_type", breakdown, lang)) for lang in LANGUAGES
    }
