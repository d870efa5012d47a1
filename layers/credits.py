"""What must stand beside a map or a table: where its figures come from, and what they are not."""

from __future__ import annotations

from dataclasses import dataclass

from geo.releases.release import Release, SourceNote
from layers.catalogue import Layer, indicator_of
from layers.figures import is_rounded
from layers.words import LANGUAGES, say, wording


@dataclass(frozen=True)
class Notice:
    """One thing readers must know about a figure, in every language."""

    code: str
    text: dict[str, str]


def sources_of(release: Release, layer: Layer | None = None) -> tuple[SourceNote, ...]:
    """The sources of a layer by its attribution policy; all of the release without a layer."""
    if layer is None or layer.attribution == "all":
        return release.sources
    named = indicator_of(release, layer).sources
    return tuple(source for source in release.sources if source.id in named)


def attribution(release: Release, layer: Layer | None = None) -> dict[str, str]:
    """The line that the sources' licences ask for, by language."""
    lines = list(dict.fromkeys(source.attribution for source in sources_of(release, layer)))
    return {
        lang: say("format", "separator", lang).join(line for line in lines if line)
        for lang in LANGUAGES
    }


def notices(release: Release, layer: Layer | None = None) -> tuple[Notice, ...]:
    """What readers must be told: derived areas, synthetic rows, rounding, the withheld mark."""
    found: list[Notice] = []
    # A region's outline is always the union of its municipalities; only their own shape matters.
    municipalities = release.zones[release.zones["level"] == "municipality"]
    if (municipalities["geometry_kind"] == "derived").any():
        found.append(_notice("derived_areas"))
    if any(source.synthetic for source in sources_of(release, layer)):
        found.append(_notice("synthetic"))
    if _rounds(release, layer):
        found.append(_notice("rounded", base=release.rounded_to))
    if _withholds(release, layer):
        found.append(_notice("withheld"))
    return tuple(found)


def _notice(code: str, **values: object) -> Notice:
    return Notice(code, {lang: said.format(**values) for lang, said in _texts(code).items()})


def _texts(code: str) -> dict[str, str]:
    return wording("notice", code)


def _rounds(release: Release, layer: Layer | None) -> bool:
    if layer is None:
        return any(is_rounded(each, release.rounded_to) for each in release.indicators)
    if layer.kind == "points":
        return False
    return is_rounded(indicator_of(release, layer), release.rounded_to)


def _withholds(release: Release, layer: Layer | None) -> bool:
    withheld = release.values["status"] == "withheld"
    if layer is not None:
        withheld &= (release.values["indicator"] == layer.indicator) & (
            release.values["breakdown"] == layer.breakdown
        )
    return bool(withheld.any())
