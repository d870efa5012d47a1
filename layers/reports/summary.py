"""What a planning summary says of an area: findings, gaps and pockets, from a release alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from babel.lists import format_list

from geo.errors import NotFound
from geo.releases.release import Release, SourceNote
from layers.catalogue import Layer, layers_of
from layers.credits import sources_of
from layers.figures import Cell, cells, number, region_figures, zone_names
from layers.reports.absences import GAPS, PATTERNS, gaps_note, pockets_note
from layers.reports.evenness import evenness_sentences
from layers.reports.sentences import sentence
from layers.reports.stair import stair_sentences
from layers.words import LANGUAGES, name_order, say

LARGEST = 3
"""Gaps that the region's findings name; the list holds all."""

Figures = dict[str, dict[str, Cell]]
"""Layer id -> area code -> figure."""


@dataclass(frozen=True)
class Gap:
    """Something that is missing in an area, with its figure as everywhere else."""

    layer: str
    area: str
    title: dict[str, str]
    names: dict[str, str]
    text: dict[str, str]
    size: float


@dataclass(frozen=True)
class Member:
    """A municipality of a pocket."""

    code: str
    names: dict[str, str]


@dataclass(frozen=True)
class PocketText:
    """A pocket with its members' names and its evidence in words."""

    id: str
    members: tuple[Member, ...]
    text: dict[str, str]


@dataclass(frozen=True)
class Summary:
    """The planning summary of a municipality or of the region.

    `gaps` are people without a place, most people first, then missing posts, most first;
    `gaps_note` and `pockets_note` say, by language, what may be said where none is listed, else
    None. `pockets_sought` is false where the release has no pattern at all; then nothing is said
    of pockets. `statuses` counts the area's figures by status (for the region, those of all its areas).
    """

    release: str
    tier: str
    code: str
    level: str
    names: dict[str, str]
    sentences: dict[str, list[str]]
    gaps: tuple[Gap, ...]
    gaps_note: dict[str, str] | None
    pockets: tuple[PocketText, ...]
    pockets_note: dict[str, str] | None
    pockets_sought: bool
    statuses: dict[str, int]
    sources: tuple[SourceNote, ...]

    def as_dict(self) -> dict[str, Any]:
        """The summary as JSON has it; dates stay dates."""
        return asdict(self)


@dataclass(frozen=True)
class _Area:
    """An area with everything its sentences draw on."""

    release: Release
    code: str
    level: str
    name: dict[str, str]
    layers: tuple[Layer, ...]
    figures: Figures
    gaps: tuple[Gap, ...]
    pockets: tuple[PocketText, ...]
    statuses: Counter[str]

    def cell(self, layer_id: str) -> Cell | None:
        return self.figures.get(layer_id, {}).get(self.code)

    def municipalities(self, layer_id: str) -> list[Cell]:
        found = self.figures.get(layer_id, {}).values()
        return [cell for cell in found if cell.level == "municipality"]

    def within(self, indicators: tuple[str, ...]) -> list[Cell]:
        """These indicators' figures of the municipality, or of all of the region's."""
        return [
            cell
            for layer in self.layers
            if layer.indicator in indicators
            for cell in self.municipalities(layer.id)
            if self.level == "region" or cell.code == self.code
        ]


def summary(release: Release, code: str) -> Summary:
    """The planning summary of one area; NotFound for a code the release does not have."""
    zone = _zone(release, code)
    level = str(zone["level"])
    layers = tuple(layer for layer in layers_of(release) if layer.kind == "choropleth")
    figures = {layer.id: {cell.code: cell for cell in cells(release, layer)} for layer in layers}
    alone = region_figures(release) if level == "region" else ()
    area = _Area(
        release=release,
        code=code,
        level=level,
        name=zone_names(zone),
        layers=layers,
        figures=figures,
        gaps=_gaps(layers, figures, None if level == "region" else code),
        pockets=_pockets(release, None if level == "region" else code),
        statuses=_statuses(figures, None if level == "region" else code)
        + Counter(one.cell.status for one in alone),
    )
    say_all = _region if level == "region" else _municipality
    return Summary(
        release=release.id,
        tier=release.tier,
        code=code,
        level=level,
        names=area.name,
        sentences={lang: [*say_all(area, lang), *_limits(area, lang)] for lang in LANGUAGES},
        gaps=area.gaps,
        gaps_note=None if area.gaps else gaps_note(area.within(GAPS)),
        pockets=area.pockets,
        pockets_note=_pockets_note(area),
        pockets_sought=_pockets_sought(area),
        statuses=dict(area.statuses),
        sources=sources_of(release),
    )


def _zone(release: Release, code: str) -> dict[Any, Any]:
    rows = release.zones.drop(columns="geometry")
    found = rows[rows["code"].astype(str) == code].to_dict("records")
    if not found:
        raise NotFound(f"Release {release.id} has no area {code!r}.")
    return dict(found[0])


def _gaps(layers: tuple[Layer, ...], figures: Figures, code: str | None) -> tuple[Gap, ...]:
    people = _of_indicator("capacity_gap", layers, figures, code)
    posts = _of_indicator("staff_shortfall", layers, figures, code)
    return (*people, *posts)


def _of_indicator(
    indicator: str, layers: tuple[Layer, ...], figures: Figures, code: str | None
) -> list[Gap]:
    found = [
        Gap(layer.id, cell.code, dict(layer.title), cell.names, cell.text, cell.value)
        for layer in layers
        if layer.indicator == indicator
        for cell in figures[layer.id].values()
        if cell.level == "municipality" and code in (None, cell.code)
        if cell.value is not None and cell.value > 0
    ]
    return sorted(found, key=lambda gap: (-gap.size, gap.layer, name_order(gap.names["el"])))


def _pockets(release: Release, code: str | None) -> tuple[PocketText, ...]:
    zones = release.zones.drop(columns="geometry").to_dict("records")
    names = {str(zone["code"]): zone_names(zone) for zone in zones}
    return tuple(
        PocketText(
            id=pocket.id,
            members=tuple(Member(member, names[member]) for member in pocket.members),
            text=dict(pocket.evidence),
        )
        for pocket in release.pockets
        if code is None or code in pocket.members
    )


def _statuses(figures: Figures, code: str | None) -> Counter[str]:
    found = [cell for by_area in figures.values() for cell in by_area.values()]
    return Counter(cell.status for cell in found if code in (None, cell.code))


def _municipality(area: _Area, lang: str) -> list[str]:
    said: list[str] = []
    people = area.cell("population")
    if people is not None and people.value is not None:
        said.append(
            sentence(
                "municipality.population",
                lang,
                count=people.value,
                n=people.text[lang],
                period=people.period,
            )
        )
    said += _own_norm(area, lang)
    mandatory = area.cell("mandatory_services")
    if mandatory is not None and mandatory.value is not None:
        said.append(sentence("municipality.mandatory", lang, text=mandatory.text[lang]))
    said += _reach(area, lang) + _places(area, lang)
    said += stair_sentences(area.layers, area.cell, lang)
    rate = area.cell("beneficiary_rate_smoothed")
    if rate is not None and rate.value is not None:
        said.append(sentence("municipality.rate", lang, text=rate.text[lang]))
    for pocket in area.pockets:
        names = [member.names[lang] for member in pocket.members]
        said.append(
            sentence(
                "municipality.pocket",
                lang,
                count=len(names),
                n=number(len(names), lang),
                names=format_list(names, locale=lang),
            )
        )
    reports = area.cell("observations")
    if reports is not None and reports.status == "no_data":
        said.append(sentence("municipality.not_looked", lang))
    return said


def _own_norm(area: _Area, lang: str) -> list[str]:
    norm = area.cell("staff_norm")
    if norm is None:
        return []
    if norm.status == "no_data":
        return [sentence("municipality.norm_no_data", lang)]
    if norm.category is None:
        return []
    missing = area.cell("staff_shortfall")
    if norm.category == "short" and missing is not None and missing.value:
        count, text = missing.value, missing.text[lang]
        first = sentence("municipality.norm_short_by", lang, count=count, n=text)
    else:
        first = sentence(f"municipality.norm_{norm.category}", lang)
    actual, required = area.cell("staff_actual"), area.cell("staff_required")
    if actual is None or required is None or actual.value is None or required.value is None:
        return [first]
    posts = sentence(
        "municipality.posts", lang, actual=actual.text[lang], required=required.text[lang]
    )
    return [f"{first} {posts}"]


def _region(area: _Area, lang: str) -> list[str]:
    said: list[str] = []
    people = area.cell("population")
    if people is not None and people.value is not None:
        count = len(area.municipalities("population"))
        said.append(
            sentence(
                "region.population",
                lang,
                count=count,
                n=number(count, lang),
                region=area.name[lang],
                people=people.text[lang],
                period=people.period,
            )
        )
    said += _region_norm(area, lang) + _reach(area, lang) + _places(area, lang)
    said += stair_sentences(area.layers, area.cell, lang)
    said += evenness_sentences(region_figures(area.release), lang)
    largest = [gap for gap in area.gaps if gap.layer.startswith("capacity_gap")][:LARGEST]
    if largest:
        items = say("format", "separator", lang).join(_gap_item(gap, lang) for gap in largest)
        said.append(sentence("region.largest_gaps", lang, list=items))
    rate = area.cell("beneficiary_rate_smoothed") or area.cell("beneficiary_rate")
    if rate is not None and rate.value is not None:
        said.append(sentence("region.rate", lang, region=area.name[lang], text=rate.text[lang]))
    said += _region_pockets(area, lang)
    not_looked = Counter(cell.status for cell in area.municipalities("observations"))["no_data"]
    return said + _counted("region.not_looked", not_looked, lang)


def _region_norm(area: _Area, lang: str) -> list[str]:
    norms = area.municipalities("staff_norm")
    if not norms:
        return []
    counts = Counter(cell.category for cell in norms)
    met, short = counts["met"], counts["short"]
    unknown = counts[None] + counts["not_assessable"]
    said: list[str] = []
    if met or short:
        said.append(sentence("region.norm_met", lang, count=met, n=number(met, lang)))
        said.append(sentence("region.norm_short", lang, count=short, n=number(short, lang)))
    missing = area.cell("staff_shortfall")
    if missing is not None and missing.value:
        text = missing.text[lang]
        said.append(sentence("region.posts_missing", lang, count=missing.value, n=text))
    said += _counted("region.norm_no_norm", counts["no_norm"], lang)
    said += _counted("region.norm_unknown", unknown, lang)
    full = Counter(cell.category for cell in area.municipalities("mandatory_services"))["full"]
    return [" ".join(said), *_counted("region.mandatory_full", full, lang)]


def _region_pockets(area: _Area, lang: str) -> list[str]:
    note = _pockets_note(area)
    if not area.pockets:
        return [note[lang]] if note else []
    count = len(area.pockets)
    names = say("format", "separator", lang).join(
        format_list([member.names[lang] for member in pocket.members], locale=lang)
        for pocket in area.pockets
    )
    return [sentence("region.pockets", lang, count=count, n=number(count, lang), names=names)]


def _pockets_sought(area: _Area) -> bool:
    return bool(area.pockets) or any(pattern in area.figures for pattern in PATTERNS)


def _pockets_note(area: _Area) -> dict[str, str] | None:
    if area.pockets or not _pockets_sought(area):
        return None
    return pockets_note(area.within(PATTERNS), whole=area.level == "region")


def _reach(area: _Area, lang: str) -> list[str]:
    items = [
        _item(layer, cell, lang)
        for layer in area.layers
        if layer.indicator == "reach"
        for cell in [area.cell(layer.id)]
        if cell is not None and cell.value is not None
    ]
    return (
        [sentence("both.reach", lang, list=say("format", "separator", lang).join(items))]
        if items
        else []
    )


def _places(area: _Area, lang: str) -> list[str]:
    own = [
        (layer, cell)
        for layer in area.layers
        if layer.indicator == "capacity_gap"
        for cell in [area.cell(layer.id)]
        if cell is not None
    ]
    items = [_item(layer, cell, lang) for layer, cell in own if cell.value]
    if items:
        return [sentence("both.gaps", lang, list=say("format", "separator", lang).join(items))]
    if own and all(cell.value == 0 and not cell.rounded for _, cell in own):
        return [sentence("both.no_gaps", lang)]
    return []


def _limits(area: _Area, lang: str) -> list[str]:
    total, withheld = area.statuses.total(), area.statuses["withheld"]
    said = []
    if withheld:
        said.append(
            sentence(
                "both.share_withheld",
                lang,
                count=withheld,
                n=number(withheld, lang),
                total=number(total, lang),
                share=number(100 * withheld / total, lang, percent=True),
            )
        )
    return said + _counted("both.without_data", area.statuses["no_data"], lang)


def _counted(key: str, count: int, lang: str) -> list[str]:
    return [sentence(key, lang, count=count, n=number(count, lang))] if count else []


def _item(layer: Layer, cell: Cell, lang: str) -> str:
    name = say("service_type", layer.breakdown, lang)
    return sentence("label.item", lang, name=name, text=cell.text[lang])


def _gap_item(gap: Gap, lang: str) -> str:
    service = say("service_type", gap.layer.partition(".")[2], lang)
    return sentence(
        "label.gap_item", lang, area=gap.names[lang], title=service, text=gap.text[lang]
    )
