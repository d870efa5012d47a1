"""Reads official areas from a polygon file whose columns source.toml maps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from geo.profiles import profile
from geo.sources.batch import Batch
from geo.sources.polygons import overlaps, read_polygons
from geo.sources.source import Source, checksum


def read_areas(path: Path, source: Source) -> Batch:
    """Frame `areas` (EPSG:4326, MultiPolygon, geometry_kind official), parents left to the profile.

    The mapping must name code; parent_code and names in any language (name_el, name_pl) are taken
    where mapped. `[parameters]` may say `level` (municipality if not). Overlaps between the
    polygons are noted, not mended. Counts: municipalities (rows in the file), repaired.
    """
    rows, geometry = read_polygons(path, source)
    codes = rows.check_codes("code")
    good = rows.good()
    named = [name for name in source.columns if name.startswith("name_")]
    texts = {
        name: rows.texts(name).loc[good].to_numpy() if name in source.columns else None
        for name in dict.fromkeys(("parent_code", "name_el", "name_en", *named))
    }
    areas = gpd.GeoDataFrame(
        {
            "code": codes.loc[good].to_numpy(),
            "level": source.parameters.get("level", "municipality"),
            "country": source.country,
            **texts,
            "geometry_kind": "official",
        },
        geometry=geometry.loc[good].to_numpy(),
        crs=geometry.crs,
    )
    pairs, shared = overlaps(areas)
    if pairs:
        rows.notes.append(f"{pairs:,} pairs of polygons overlap, by {shared:,.1f} km2 in all")
    repaired = sum(note.startswith("repaired the polygon") for note in rows.notes)
    if repaired > 1:
        rows.notes.append(f"{repaired:,} polygons were invalid and were repaired")
    return Batch(
        source_id=source.id,
        frames={"areas": areas},
        counts={"municipalities": len(rows.frame), "repaired": repaired},
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(path),
    )


def read_regions(path: Path, source: Source) -> Batch:
    """Frame `areas` of a country's regions: under the country, named as its profile names them.

    Raises NotFound for a code the profile does not have.
    """
    batch = read_areas(path, source)
    country = profile.load(source.country)
    areas = batch.frames["areas"]
    regions = [country.region(code).names for code in areas["code"]]
    named = areas.assign(parent_code=source.country)
    for language in country.languages:
        named[f"name_{language}"] = [names.get(language) for names in regions]
    return replace(batch, frames={"areas": named})
