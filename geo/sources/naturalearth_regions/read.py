"""Reads the outlines of the demo regions, cut from Natural Earth, that stand beside this file."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.sources.batch import Batch
from geo.sources.polygons import read_polygons
from geo.sources.source import Source, checksum


def read(path: Path | None, source: Source) -> Batch:
    """Frame `areas`: one MultiPolygon (EPSG:4326) a region; `path` is one outline, None all own."""
    files = [path] if path else sorted(source.folder.glob("*.geojson"))
    outlines = [_outline(file, source) for file in files]
    areas = gpd.GeoDataFrame(pd.concat(outlines, ignore_index=True), crs=outlines[0].crs)
    return Batch(
        source_id=source.id,
        frames={"areas": areas},
        counts={"regions": len(areas), "parts": len(areas.explode())},
        sha256=checksum(files[0]) if len(files) == 1 else "",
    )


def _outline(file: Path, source: Source) -> gpd.GeoDataFrame:
    rows, geometry = read_polygons(file, source)
    regions = source.parameters["regions"]
    for row, iso_code in rows.texts("iso_code").items():
        if iso_code not in regions:
            rows.reject(
                int(str(row)),
                "iso_code",
                "this region is not described",
                f"Add it under [parameters.regions] in {source.id}/source.toml.",
            )
    rows.refuse_problems()
    described = [regions[iso_code] for iso_code in rows.texts("iso_code")]
    return gpd.GeoDataFrame(
        {
            "code": [each["code"] for each in described],
            "level": "region",
            "parent_code": None,
            "country": source.country,
            "name_el": [each["name_el"] for each in described],
            "name_en": [each["name_en"] for each in described],
            "geometry_kind": "derived",
        },
        geometry=geometry.to_numpy(),
        crs=geometry.crs,
    )
