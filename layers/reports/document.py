"""The planning summary as one HTML page and as an accessible PDF, from a release alone."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib as mpl
import weasyprint
from babel.dates import format_date
from jinja2 import Environment, PackageLoader
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from geo.releases.release import Indicator, Release, SourceNote
from layers.catalogue import Layer, indicator_of, layers_of
from layers.charts import bars, choropleth
from layers.credits import notices
from layers.descriptions import chart_description, map_description
from layers.figures import RegionFigure, cells, region_figures
from layers.reports.evenness import evenness_methods, evenness_tables
from layers.reports.summary import Summary, summary
from layers.reports.tables import area_tables, heading, municipality_tables
from layers.words import language, say

MAPS = ("staff_norm", "beneficiary_rate_smoothed", "beneficiaries", "population")
CHARTS = ("beneficiary_rate_smoothed", "staff_shortfall", "population")
PICTURES = 2
"""A summary shows two maps and two charts: the first of these that the release has."""

GAPS = 20
"""Gaps that the document lists; all of them stand in its tables."""


@dataclass(frozen=True)
class Picture:
    """A drawing as a data address, with its caption and its text for those who cannot see it."""

    address: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Method:
    """How one figure is made."""

    title: str
    formula: str
    parameters: tuple[tuple[str, str], ...]
    sources: str


def render_html(release: Release, code: str, *, lang: str) -> str:
    """The planning summary of an area as one HTML page that loads nothing; NotFound for no area."""
    page = _page(release, code, lang)
    css = _css("report.css") + _css("screen.css")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    page["policy"] = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    page["css"] = css
    return _environment().get_template("report.html.j2").render(page)


def render_pdf(release: Release, code: str, *, lang: str) -> bytes:
    """The planning summary of an area as PDF/UA-1: tagged, titled, with its language.

    Dates in it are those of the release, so the same release gives the same bytes.
    """
    page = _page(release, code, lang)
    page["css"] = ""
    html = _environment().get_template("report.html.j2").render(page)
    fonts = FontConfiguration()
    sheets = [
        weasyprint.CSS(string=css, font_config=fonts, url_fetcher=_fetcher())
        for css in (_fonts(), _css("report.css"), _css("print.css"))
    ]
    document = weasyprint.HTML(string=html, url_fetcher=_fetcher())
    pdf: bytes = document.write_pdf(
        stylesheets=sheets,
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
    )
    return pdf


def _page(release: Release, code: str, lang: str) -> dict[str, Any]:
    language(lang)
    found = summary(release, code)
    name = found.names[lang]
    is_region = found.level == "region"
    highlight = None if is_region else code
    alone = region_figures(release) if is_region else ()
    return {
        "lang": lang,
        "title": f"{say('report', 'kind', lang)} – {name}",
        "kind": say("report", "kind", lang),
        "name": name,
        "region": "" if is_region else release.region_names[lang],
        "date": _date(release.created_at, lang),
        "created": release.created_at.isoformat(timespec="seconds"),
        "say": lambda key: say("report", key, lang),
        "sentences": found.sentences[lang],
        "notices": [notice.text[lang] for notice in notices(release)],
        "gaps": found.gaps[:GAPS],
        "gaps_note": found.gaps_note,
        "more_gaps": len(found.gaps) > GAPS,
        "is_region": is_region,
        "pockets": found.pockets,
        "pockets_sought": found.pockets_sought,
        "pockets_note": found.pockets_note,
        "evenness": evenness_tables(alone, lang),
        "maps": _maps(release, lang, highlight, name),
        "charts": _charts(release, lang, highlight),
        "tables": area_tables(release, code, lang=lang),
        "annex": municipality_tables(release, lang=lang) if is_region else [],
        "method": _methods(release, alone, lang),
        "sources": [_source(source, lang) for source in found.sources],
        "identity": _identity(release, lang),
        "foot": _foot(release, found, lang),
    }


def _date(day: date, lang: str) -> str:
    # Day, month in letters, year: the order of the country's readers, and never ambiguous.
    return format_date(day, format="d MMMM y", locale=lang)


def _identity(release: Release, lang: str) -> str:
    return say(
        "report",
        "identity",
        lang,
        release=release.id,
        tier=say("tier", release.tier, lang),
        date=_date(release.created_at, lang),
        snapshot=release.snapshot_id,
        rules=release.rule_version,
    )


def _foot(release: Release, found: Summary, lang: str) -> str:
    kind = say("report", "kind", lang).partition(":")[0]
    return say("report", "foot", lang, kind=kind, name=found.names[lang], release=release.id)


def _maps(release: Release, lang: str, highlight: str | None, name: str) -> list[Picture]:
    outlined = f" {say('report', 'outlined', lang, name=name)}" if highlight else ""
    return [
        Picture(
            address=_data_address(
                choropleth(release, layer, lang=lang, fmt="png", highlight=highlight, framed=False)
            ),
            caption=f"{layer.title[lang]}.{outlined}",
            alt=map_description(release, layer, lang=lang),
        )
        for layer in _chosen(release, MAPS)
    ]


def _charts(release: Release, lang: str, highlight: str | None) -> list[Picture]:
    gaps = [layer for layer in layers_of(release) if layer.indicator == "capacity_gap"]
    widest = sorted(gaps, key=lambda layer: -_people(release, layer))[:1]
    chosen = [*widest, *_chosen(release, CHARTS)]
    return [
        Picture(
            address=_data_address(
                bars(release, layer, lang=lang, fmt="png", highlight=highlight, framed=False)
            ),
            caption=heading(release, layer, lang=lang),
            alt=chart_description(release, layer, lang=lang, highlight=highlight),
        )
        for layer in [layer for layer in chosen if _shows_figures(release, layer)][:PICTURES]
    ]


def _chosen(release: Release, wanted: tuple[str, ...]) -> list[Layer]:
    there = {layer.id: layer for layer in layers_of(release)}
    return [there[layer_id] for layer_id in wanted if layer_id in there][:PICTURES]


def _people(release: Release, layer: Layer) -> float:
    return sum(cell.value or 0.0 for cell in cells(release, layer) if cell.level != "region")


def _shows_figures(release: Release, layer: Layer) -> bool:
    found = cells(release, layer)
    return any(cell.value is not None for cell in found if cell.level != "region")


def _methods(release: Release, alone: tuple[RegionFigure, ...], lang: str) -> list[Method]:
    titles: dict[str, list[Layer]] = {}
    for layer in layers_of(release):
        if layer.kind == "choropleth":
            titles.setdefault(layer.indicator, []).append(layer)
    methods = []
    for members in titles.values():
        title = members[0].title[lang]
        title = title.partition(":")[0] if members[0].breakdown else title
        methods.append(_method(release, indicator_of(release, members[0]), title, lang))
    return methods + [
        _method(release, one, one.names[lang], lang) for one in evenness_methods(release, alone)
    ]


def _method(release: Release, indicator: Indicator, title: str, lang: str) -> Method:
    named = [source for source in release.sources if source.id in indicator.sources]
    return Method(
        title=title,
        formula=indicator.formula[lang],
        parameters=tuple(
            (str(key), str(value)) for key, value in sorted(indicator.parameters.items())
        ),
        sources=say("format", "separator", lang).join(source.title for source in named),
    )


def _source(source: SourceNote, lang: str) -> tuple[str, str, str, str, str]:
    dated = (
        say("report", "undated", lang)
        if source.reference_date is None
        else _date(source.reference_date, lang)
    )
    kinds = [key for key in ("synthetic", "derived", "official") if getattr(source, key)]
    kind = say("report", kinds[0] if kinds else "other", lang)
    return source.title, source.publisher, source.licence, dated, kind


def _data_address(png: bytes) -> str:
    # Patterned areas as vectors cost a PDF seconds a map; at 200 dpi print is sharp.
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("layers", "reports"), autoescape=True, trim_blocks=True)


@cache
def _css(name: str) -> str:
    return resources.files("layers.reports").joinpath(name).read_text(encoding="utf-8")


@cache
def _fonts() -> str:
    # The font that matplotlib carries has Greek and stands on every machine the service runs on.
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    faces = (("DejaVuSans.ttf", "normal"), ("DejaVuSans-Bold.ttf", "bold"))
    return "\n".join(
        f"@font-face {{ font-family: 'Report'; font-weight: {weight};"
        f" src: url('{(folder / name).as_uri()}'); }}"
        for name, weight in faces
    )


def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols=("data", "file"), allow_redirects=False)
