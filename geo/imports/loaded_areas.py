"""Areas to hold points and codes against: those that are loaded, or those of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import shapely

from geo.errors import InvalidInput
from geo.files.message import Opened, Rows
from geo.files.sandbox import read_file
from geo.imports.country import Country
from geo.imports.places import Areas, NamedArea
from geo.profiles import profile

NAME_COLUMNS = ("name", "nazwa", "jpt_nazwa_", "denumire", "name_el", "name_en", "ονομα", "име")


def of_rows(rows: Iterable[tuple[str, str, Sequence[str] | None, bytes]]) -> Areas | None:
    """Areas from level, code, names and WKB of our own database; None where there are none."""
    found = [
        NamedArea(level, code, tuple(names or (code,)), shapely.from_wkb(bytes(shape)))
        for level, code, names, shape in rows
    ]
    return Areas(found) if found else None


def of_file(path: Path, country: Country) -> Areas:
    """Areas of a GeoJSON, GeoPackage or Shapefile; their level follows from the form of their codes.

    Raises InvalidInput where no column holds codes of the country's levels, or none names.
    """
    header: Sequence[str] = ()
    rows: list[list[str]] = []
    for message in read_file(path):
        if isinstance(message, Opened):
            header = message.header or ()
        elif isinstance(message, Rows):
            rows += message.rows
    names = [place for place, name in enumerate(header) if name.lower() in NAME_COLUMNS]
    if "geometry" not in header or not names:
        raise InvalidInput(
            f"{path.name}: areas need shapes and a column with their names.",
            hint=f"Call it {NAME_COLUMNS[0]}.",
        )
    level, codes = _level(header, rows, country)
    shape = header.index("geometry")
    return Areas(
        [
            NamedArea(
                level,
                row[codes],
                tuple(row[place] for place in names if row[place]),
                shapely.from_wkb(row[shape]),
            )
            for row in rows
            if row[shape]
        ]
    )


def _level(
    header: Sequence[str], rows: Sequence[Sequence[str]], country: Country
) -> tuple[str, int]:
    """The level whose codes a column holds, and that column."""
    levels = [level for level in profile.load(country.code).levels if level.code != "country"]
    for place, name in enumerate(header):
        if name == "geometry":
            continue
        for level in levels:
            if rows and all(level.matches(row[place]) for row in rows):
                return level.code, place
    forms = ", ".join(level.code_pattern for level in levels)
    raise InvalidInput(
        "No column holds the codes of areas of this country.", hint=f"Codes look like {forms}."
    )
