"""Administrative and postal boundaries of an extract: levels, codes, names, who lies in whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import shapely

from geo.crs import GEOGRAPHIC
from geo.sources.osm_extract import tags as meaning
from geo.sources.osm_extract.scan import Boundary
from geo.sources.source import Source

LEVELS = ("country", "region", "unit", "municipality")
_LATIN = re.compile(r"[^\W\d_]", re.UNICODE)
SHOWN = 12
"""How many boundaries a note names before it says how many more there are."""


def of_country(source: Source, table: str) -> Any:
    """The country's entry in a table of source.toml, or the one for any country."""
    entries: Mapping[str, Any] = source.parameters[table]
    return entries.get(source.country, entries.get("any"))


def administrative(boundaries: Iterable[Boundary], source: Source) -> gpd.GeoDataFrame:
    """The closed boundaries inside the country: code, level, parent_code, names, geometry.

    Everything in the file where the country's own boundary is not in it or does not close.
    """
    levels: Mapping[str, str] = of_country(source, "levels")
    language = of_country(source, "languages")
    closed = [
        (levels[level], boundary)
        for boundary in sorted(boundaries, key=lambda each: each.relation)
        if boundary.shape is not None
        and boundary.tags.get("boundary") == "administrative"
        and (level := boundary.tags.get("admin_level", "")) in levels
    ]
    country = _country(closed, source)
    rows = [
        {
            "code": _code(boundary, level, source),
            "level": level,
            "country": source.country,
            "geometry_kind": "derived",
            "geometry": _polygons(boundary.shape),
            **_names(boundary.tags, language),
        }
        for level, boundary in closed
        if boundary is country or (level != "country" and _within(boundary, country))
    ]
    columns = ["code", "level", "country", "geometry_kind", "geometry", "name_el", "name_en"]
    if not rows:
        return gpd.GeoDataFrame(
            columns=[*columns, "parent_code"], geometry="geometry", crs=GEOGRAPHIC
        )
    frame = gpd.GeoDataFrame(rows, crs=GEOGRAPHIC).drop_duplicates(["level", "code"])
    for name in ("name_el", "name_en"):
        frame[name] = frame.get(name)
    return _with_parents(frame.reset_index(drop=True))


def postal(boundaries: Iterable[Boundary]) -> gpd.GeoDataFrame:
    """The closed postal boundaries: postcode, geometry."""
    rows = [
        {"postcode": code, "geometry": boundary.shape}
        for boundary in sorted(boundaries, key=lambda each: each.relation)
        if boundary.shape is not None
        and boundary.tags.get("boundary") == "postal_code"
        and (code := meaning.postcode(boundary.tags))
    ]
    if not rows:
        return gpd.GeoDataFrame({"postcode": []}, geometry=[], crs=GEOGRAPHIC)
    return gpd.GeoDataFrame(rows, crs=GEOGRAPHIC)


def not_closed(boundaries: Iterable[Boundary], source: Source) -> str | None:
    """A note on boundaries that this file holds in parts only."""
    levels = of_country(source, "levels")
    names = sorted(
        meaning.text(boundary.tags, "name") or boundary.tags.get("postal_code", "without a name")
        for boundary in boundaries
        if boundary.shape is None
        and (
            boundary.tags.get("boundary") == "postal_code"
            or boundary.tags.get("admin_level") in levels
        )
    )
    if not names:
        return None
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (
        f"{len(names)} boundaries do not close in this file and were left out (an extract cuts"
        f" those at its edge): {', '.join(names[:SHOWN])}{more}"
    )


def _country(closed: list[tuple[str, Boundary]], source: Source) -> Boundary | None:
    for level, boundary in closed:
        code = boundary.tags.get("ISO3166-1") or boundary.tags.get("ISO3166-1:alpha2", "")
        if level == "country" and code.lower() == source.country:
            return boundary
    return None


def _within(boundary: Boundary, country: Boundary | None) -> bool:
    if country is None or country.shape is None or boundary.shape is None:
        return True
    inside = shapely.point_on_surface(boundary.shape)
    return bool(shapely.intersects(country.shape, inside))


def _code(boundary: Boundary, level: str, source: Source) -> str:
    if level == "country":
        return source.country
    keys = of_country(source, "codes") if level == "municipality" else ["ISO3166-2"]
    known = (meaning.text(boundary.tags, key) for key in keys)
    return next((code for code in known if code), f"osm-{boundary.relation}")


def _names(tags: Mapping[str, str], language: str | None) -> dict[str, str]:
    names = meaning.names_by_language(tags, language)
    own = meaning.text(tags, "name")
    if own and all(letter < "\u0250" for letter in _LATIN.findall(own)):
        # In Latin letters a name without an English form is the English one too.
        names.setdefault("en", own)
    return {f"name_{lang}": name for lang, name in sorted(names.items())}


def _polygons(shape: shapely.Geometry | None) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon(
        [piece for part in parts if part.geom_type.endswith("Polygon")
         for piece in shapely.get_parts(part)]
    )  # fmt: skip


def _with_parents(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Each area under the smallest one of a higher level that holds a point of it."""
    rank = frame["level"].map(LEVELS.index)
    inside = frame.geometry.representative_point()
    parents: list[str | None] = []
    for row in frame.index:
        holding = frame.index[(rank < rank[row]) & frame.geometry.contains(inside[row])]
        nearest = max(holding, key=lambda other: rank[other], default=None)
        parents.append(None if nearest is None else frame.at[nearest, "code"])
    return frame.assign(parent_code=parents)
