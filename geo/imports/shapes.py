"""Polygons from a cell: guarded before the geometry library sees them."""

from __future__ import annotations

import re

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOGRAPHIC
from geo.files.geometry import check_wkb, is_polygon_text
from geo.files.limits import STANDARD
from geo.files.refused import FileRefused
from geo.imports.finding import Wrong
from geo.imports.values import MAP_EDGE

_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}){9,}", re.ASCII)


def polygons(text: str) -> str | Wrong:
    """A text in WKT or hexadecimal WKB as hexadecimal EWKB of a multipolygon in EPSG:4326."""
    shape = _parsed(text)
    if not isinstance(shape, Polygon | MultiPolygon):
        return Wrong("not_a_shape")
    flat = shapely.force_2d(shape)
    whole = flat if isinstance(flat, MultiPolygon) else MultiPolygon([flat])
    west, south, east, north = whole.bounds
    # False for the NaN of an empty shape too.
    inside = west >= -180 and east <= 180 and south >= -MAP_EDGE and north <= MAP_EDGE
    if not inside or not whole.is_valid:
        return Wrong("shape_invalid")
    with_system = shapely.set_srid(whole, GEOGRAPHIC)
    return str(shapely.to_wkb(with_system, hex=True, include_srid=True))


def _parsed(text: str) -> BaseGeometry | None:
    try:
        if _HEXADECIMAL.fullmatch(text):
            check_wkb(bytes.fromhex(text), STANDARD)
            return shapely.from_wkb(text)
        if is_polygon_text(text, STANDARD):
            return shapely.from_wkt(text.upper().removeprefix("SRID=4326;"))
    except (FileRefused, shapely.errors.GEOSException):
        return None
    return None
