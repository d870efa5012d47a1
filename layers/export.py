"""Layers as data for other programs: GeoJSON and table rows, with the properties allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shapely.geometry import mapping

from geo.releases.release import Release
from layers.catalogue import Layer
from layers.credits import attribution, notices
from layers.figures import Cell, absent, cells
from layers.words import LANGUAGES, say

AREA_PROPERTIES = (
    "code",
    "name_en",
    "name_el",
    "value",
    "category",
    "status",
    "text_en",
    "text_el",
    "unit",
)
SERVICE_PROPERTIES = (
    "id",
    "type",
    "name",
    "agency",
    "area_code",
    "capacity",
    "location_class",
    "radius_m",
    "synthetic",
    "text_en",
    "text_el",
)
"""Nothing but these leaves the house as a feature's property."""


def geojson(release: Release, layer: Layer) -> dict[str, Any]:
    """The layer as a GeoJSON FeatureCollection (RFC 7946, EPSG:4326).

    A choropleth has the municipalities; where a figure is not shown its value is null and its
    status says why. Beside the features stand title, unit, period, notices, attribution and the
    release's id.
    """
    features = (
        _service_features(release) if layer.kind == "points" else _area_features(release, layer)
    )
    return {
        "type": "FeatureCollection",
        "layer": layer.id,
        "title": dict(layer.title),
        "unit": dict(layer.unit),
        "period": period_of(release, layer),
        "notices": [
            {"code": notice.code, "text": notice.text} for notice in notices(release, layer)
        ],
        "attribution": attribution(release, layer),
        "release": release.id,
        "features": features,
    }


def as_text(document: Mapping[str, Any]) -> str:
    """A document as strict JSON text; ValueError on NaN or Infinity."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def table(release: Release, layer: Layer) -> list[dict[str, Any]]:
    """The rows of a choropleth for people and programs: the region first, then municipalities."""
    return [
        {
            "code": cell.code,
            "level": cell.level,
            "names": cell.names,
            "value": cell.value,
            "low": cell.low,
            "high": cell.high,
            "category": cell.category,
            "status": cell.status,
            "text": cell.text,
        }
        for cell in cells(release, layer)
    ]


def period_of(release: Release, layer: Layer) -> str:
    """The period or periods of a layer's figures, as '2021' or '2021, 2026-10'."""
    if layer.kind == "points":
        return release.created_at.strftime("%Y-%m")
    periods = {cell.period for cell in cells(release, layer) if cell.period}
    return ", ".join(sorted(periods))


def service_text(service: Mapping[str, Any], lang: str) -> str:
    """What a point says of its service: kind, places, and how precisely it is located."""
    parts = [say("service_type", str(service["service_type"]), lang)]
    if absent(service["capacity"]):
        parts.append(say("label", "capacity_unknown", lang))
    else:
        parts.append(f"{int(service['capacity'])} {say('label', 'places', lang)}")
    if not absent(service["radius_m"]):
        metres = round(float(service["radius_m"]))
        parts.append(say("label", "accuracy", lang, metres=metres))
    if bool(service["synthetic"]):
        parts.append(say("label", "synthetic", lang))
    return " · ".join(parts)


def area_properties(cell: Cell, layer: Layer) -> dict[str, Any]:
    """The allow-listed properties of one area."""
    return {
        "code": cell.code,
        **{f"name_{lang}": cell.names[lang] for lang in LANGUAGES},
        "value": cell.value,
        "category": cell.category,
        "status": cell.status,
        **{f"text_{lang}": cell.text[lang] for lang in LANGUAGES},
        "unit": dict(layer.unit),
    }


def _area_features(release: Release, layer: Layer) -> list[dict[str, Any]]:
    shapes = dict(zip(release.zones["code"].astype(str), release.zones.geometry, strict=True))
    return [
        {
            "type": "Feature",
            "id": cell.code,
            "geometry": mapping(shapes[cell.code]),
            "properties": area_properties(cell, layer),
        }
        for cell in cells(release, layer)
        if cell.level == "municipality"
    ]


def _service_features(release: Release) -> list[dict[str, Any]]:
    rows = release.services.drop(columns="geometry").to_dict("records")
    return [
        {
            "type": "Feature",
            "id": str(row["code"]),
            "geometry": mapping(point),
            "properties": _service_properties(row),
        }
        for row, point in zip(rows, release.services.geometry, strict=True)
    ]


def _service_properties(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "id": str(row["code"]),
        "type": str(row["service_type"]),
        "name": None if absent(row["name"]) else str(row["name"]),
        "agency": None if absent(row["agency"]) else str(row["agency"]),
        "area_code": None if absent(row["area_code"]) else str(row["area_code"]),
        "capacity": None if absent(row["capacity"]) else int(row["capacity"]),
        "location_class": str(row["location_class"]),
        "radius_m": None if absent(row["radius_m"]) else float(row["radius_m"]),
        "synthetic": bool(row["synthetic"]),
        **{f"text_{lang}": service_text(row, lang) for lang in LANGUAGES},
    }
