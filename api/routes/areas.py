"""Areas: which there are, their figures with why, their summary, their report."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from api.deps import ReleaseOf, Shelves
from api.schemas import Language
from api.security import DOCUMENT_POLICY
from geo.errors import NotFound
from geo.releases.release import Release
from layers.catalogue import Layer, indicator_of, layers_of
from layers.credits import sources_of
from layers.figures import Cell, cells
from layers.reports.document import render_html, render_pdf
from layers.reports.summary import summary

router = APIRouter(prefix="/api/v1", tags=["areas"])

ReportFormat = Literal["html", "pdf"]


@router.get("/areas")
def list_areas(release: ReleaseOf) -> dict[str, Any]:
    """The region and its municipalities."""
    zones = release.zones
    edges = zones.geometry.bounds.round(6).to_numpy().tolist()
    points = zones.geometry.representative_point()
    return {
        "items": [
            {
                "code": row["code"],
                "level": row["level"],
                "names": {"en": row["name_en"], "el": row["name_el"]},
                "parent_code": row["parent_code"],
                "bounds": edge,
                "label_point": [round(point.x, 6), round(point.y, 6)],
            }
            for row, edge, point in zip(
                zones.drop(columns="geometry").to_dict("records"), edges, points, strict=True
            )
        ]
    }


@router.get("/areas/{code}")
def read_area(code: str, release: ReleaseOf) -> dict[str, Any]:
    """All figures of one area, each with why it is so."""
    zone = _zone(release, code)
    figures = []
    for layer in layers_of(release):
        if layer.kind == "points":
            continue
        found = next((cell for cell in cells(release, layer) if cell.code == code), None)
        if found is not None:
            figures.append(_figure(release, layer, found))
    return {
        "code": code,
        "level": zone["level"],
        "names": {"en": zone["name_en"], "el": zone["name_el"]},
        "geometry_kind": zone["geometry_kind"],
        "figures": figures,
    }


@router.get("/areas/{code}/summary")
def read_summary(code: str, release: ReleaseOf) -> dict[str, Any]:
    """What the figures say, in sentences."""
    found = summary(release, code).as_dict()
    return {**found, "sources": [_plain_source(source) for source in found["sources"]]}


@router.get("/reports/{code}")
def read_report(
    code: str,
    request: Request,
    release: ReleaseOf,
    format: Annotated[ReportFormat, Query()] = "html",
    lang: Annotated[Language, Query()] = "en",
) -> Response:
    """The planning summary of an area as a document."""
    shelves: Shelves = request.app.state.shelves
    key = (release.tier, release.id, code, lang, format)
    content = shelves.documents.get(key, lambda: _rendered(release, code, format, lang))
    if format == "html":
        headers = {"Content-Security-Policy": DOCUMENT_POLICY}
        return Response(content, media_type="text/html; charset=utf-8", headers=headers)
    name = f"needsmap-{code}-{lang}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _rendered(release: Release, code: str, format: ReportFormat, lang: str) -> bytes:
    if format == "pdf":
        return render_pdf(release, code, lang=lang)
    return render_html(release, code, lang=lang).encode()


def _zone(release: Release, code: str) -> dict[str, Any]:
    found = release.zones[release.zones["code"] == code]
    if found.empty:
        raise NotFound(f"This release has no area {code}.", hint="See the list of areas.")
    row: dict[str, Any] = found.drop(columns="geometry").iloc[0].to_dict()
    return row


def _figure(release: Release, layer: Layer, cell: Cell) -> dict[str, Any]:
    indicator = indicator_of(release, layer)
    key = (layer.indicator, layer.breakdown, cell.code)
    return {
        "layer": layer.id,
        "title": layer.title,
        "unit": layer.unit,
        "value": cell.value,
        "low": cell.low,
        "high": cell.high,
        "category": cell.category,
        "status": cell.status,
        "text": cell.text,
        "period": cell.period,
        "why": {
            "formula": indicator.formula,
            "explanation": release.explanations.get(key),
            "parameters": indicator.parameters,
            "sources": [_plain_source(asdict(source)) for source in sources_of(release, layer)],
            "release": release.id,
            "snapshot": release.snapshot_id,
        },
    }


def _plain_source(source: dict[str, Any]) -> dict[str, Any]:
    day = source["reference_date"]
    return {**source, "reference_date": None if day is None else day.isoformat()}
