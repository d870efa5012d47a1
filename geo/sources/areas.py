"""Reads official areas from a polygon file whose columns source.toml maps."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geo.sources.batch import Batch
from geo.sources.polygons import overlaps, read_polygons
from geo.sources.source import Source, checksum


def read_areas(path: Path, source: Source) -> Batch:
    """Frame `areas` (EPSG:4326, MultiPolygon, geometry_kind official), parents left to the profile.

    The mapping must name code; name_el and name_en are taken where mapped. `[parameters]` may
    say `level` (municipality if not). Overlaps between the polygons are noted, not mended.
    """
    rows, geometry = read_polygons(path, source)
    codes = rows.check_codes("code")
    good = rows.good()
    names = {
        name: rows.texts(name).loc[good].to_numpy() if name in source.columns else None
        for name in ("name_el", "name_en")
    }
    areas = gpd.GeoDataFrame(
        {
            "code": codes.loc[good].to_numpy(),
            "level": source.parameters.get("level", "municipality"),
            "parent_code": None,
            "country": source.country,
            **names,
            "geometry_kind": "official",
        },
        geometry=geometry.loc[good].to_numpy(),
        crs=geometry.crs,
    )
    pairs, shared = overlaps(areas)
    if pairs:
        rows.notes.append(f"{pairs:,} pairs of polygons overlap, by {shared:,.1f} km2 in all")
    return Batch(
        source_id=source.id,
        frames={"areas": areas},
        counts={"municipalities": len(rows.frame)},
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(path),
    )
