"""The TileJSON document that stands beside a layer's vector tiles."""

from __future__ import annotations

from typing import Any

from geo.releases.release import Release
from layers.catalogue import Layer
from layers.credits import attribution
from layers.words import language

MIN_ZOOM = 5
MAX_ZOOM = 14

AREA_FIELDS = {
    "code": "String",
    "name_en": "String",
    "name_el": "String",
    "value": "Number",
    "category": "String",
    "status": "String",
}
SERVICE_FIELDS = {"id": "String", "type": "String", "name": "String"}
"""The attributes of tiles, as geo/releases writes them; nothing else is in a tile."""


def bounds(release: Release) -> tuple[float, float, float, float]:
    """West, south, east, north of the release's zones in degrees (EPSG:4326).

    From zones, never from points: the extent of points tells where people are.
    """
    west, south, east, north = (float(edge) for edge in release.zones.total_bounds)
    return west, south, east, north


def tilejson(release: Release, layer: Layer, tiles_url: str, *, lang: str = "en") -> dict[str, Any]:
    """TileJSON 3.0.0 for one layer; `tiles_url` is the template with {z}, {x} and {y}."""
    points = layer.kind == "points"
    west, south, east, north = bounds(release)
    return {
        "tilejson": "3.0.0",
        "name": layer.title[language(lang)],
        "description": layer.abstract[lang],
        "attribution": attribution(release, layer)[lang],
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [tiles_url],
        "minzoom": MIN_ZOOM,
        "maxzoom": MAX_ZOOM,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, 8],
        "vector_layers": [
            {
                "id": "services" if points else "areas",
                "description": layer.abstract[lang],
                "minzoom": MIN_ZOOM,
                "maxzoom": MAX_ZOOM,
                "fields": dict(SERVICE_FIELDS if points else AREA_FIELDS),
            }
        ],
    }
