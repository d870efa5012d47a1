"""Service areas: the extents of HSDS as polygons and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

from geo.hsds.tables import Row
from geo.hsds.untaken import Ledger

MOST_LETTERS = 20_000_000
"""A longer extent is no service area but an attack or a mistake."""


def write_extent(area: MultiPolygon) -> str:
    """A polygon (EPSG:4326) as GeoJSON text that reads back to the same coordinates."""
    return json.dumps(mapping(area), allow_nan=False, separators=(",", ":"))


def read_extents(rows: Iterable[Row], ledger: Ledger) -> MultiPolygon | None:
    """One MultiPolygon (EPSG:4326) of all GeoJSON extents; others are noted. None for none."""
    parts: list[Polygon] = []
    extents = 0
    for row in rows:
        if "extent" not in row:
            continue
        found = _polygons(row["extent"]) if row.get("extent_type") == "geojson" else None
        if found is None:
            ledger.note("service_area", "extent", "unreadable")
        elif not _on_earth(found):
            ledger.note("service_area", "extent", "out_of_range")
        else:
            extents += 1
            parts.extend(found)
    if not parts:
        return None
    # One extent stays as it was given; several may overlap and become one area. What is invalid
    # is left so, for the register to refuse by row.
    if extents == 1 or not shapely.is_valid(parts).all():
        return MultiPolygon(parts)
    whole: Any = shapely.union_all(parts)
    return whole if isinstance(whole, MultiPolygon) else MultiPolygon([whole])


def _polygons(text: str) -> list[Polygon] | None:
    """The polygons of a GeoJSON text, or None where it holds anything else."""
    if len(text) > MOST_LETTERS:
        return None
    try:
        found = [shape(one) for one in _geometries(json.loads(text, parse_constant=_no_number))]
        polygons = [part for one in found for part in getattr(one, "geoms", [one])]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        del error  # its text may hold the value
        return None
    except (GEOSException, ShapelyError):
        return None
    whole = [one for one in polygons if isinstance(one, Polygon) and not one.is_empty]
    return whole if whole and len(whole) == len(polygons) else None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _geometries(given: Any) -> Iterator[Any]:
    if given["type"] == "FeatureCollection":
        yield from (one["geometry"] for one in given["features"])
    elif given["type"] == "Feature":
        yield given["geometry"]
    elif given["type"] in ("Polygon", "MultiPolygon"):
        yield given
    else:
        raise ValueError("neither polygon nor feature")


def _on_earth(polygons: list[Polygon]) -> bool:
    places = shapely.get_coordinates(polygons)
    return bool(np.isfinite(places).all() and (np.abs(places) <= (180, 90)).all())
