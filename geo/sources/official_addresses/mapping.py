"""Which column of a register's file is which, and who publishes it: one TOML file a register."""

from __future__ import annotations

import codecs
import dataclasses
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyproj
from pyproj.exceptions import CRSError

from geo.crs import GEOGRAPHIC
from geo.errors import InvalidInput, NotFound
from geo.sources.source import Bounds, Source
from geo.sources.tables import DELIMITERS

FOLDER = Path(__file__).parent
COLUMNS = frozenset({"external_id", "street", "number", "postcode", "place", "area_code", "x", "y"})
SAID = frozenset(
    {"country", "name", "title", "publisher", "licence", "attribution", "reference_date", "crs",
     "delimiter", "encoding", "decimal", "layer", "columns", "only", "bounds"}
)  # fmt: skip
NEEDED = ("country", "name", "title", "publisher", "licence", "attribution", "columns")


def shipped() -> list[str]:
    """The names of the mappings that come with the code."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "source")


def mapped(source: Source, mapping: Path) -> Source:
    """The source as the mapping describes it: `mapping` is a file, or a shipped mapping's name.

    Raises NotFound where there is no such mapping, InvalidInput naming the key that is wrong.
    """
    if not source.parameters.get("takes_mapping"):
        raise InvalidInput(f"{source.id} takes no mapping.", hint="Leave --mapping out.")
    said = _read(mapping)
    name = mapping.name
    for key in NEEDED:
        if not said.get(key):
            raise InvalidInput(
                f"{name}: {key!r} is missing.", hint=f"See {FOLDER.name}/pl_prg.toml."
            )
    unknown = sorted(said.keys() - SAID)
    if unknown:
        raise InvalidInput(f"{name}: unknown {', '.join(unknown)}.", hint=f"Known: {sorted(SAID)}.")
    if not re.fullmatch("[a-z][a-z0-9_]{0,30}", str(said["name"]), re.ASCII):
        raise InvalidInput(f"{name}: 'name' must be small letters, digits and underscores.")
    return dataclasses.replace(
        source.of_country(str(said["country"])),
        id=f"{source.id}_{said['country']}_{said['name']}",
        title=str(said["title"]),
        titles=MappingProxyType({"en": str(said["title"]), "el": str(said["title"])}),
        publisher=str(said["publisher"]),
        licence=str(said["licence"]),
        attribution=str(said["attribution"]),
        reference_date=_date(said, name),
        columns=MappingProxyType(_columns(said, name)),
        crs=_crs(said, name),
        bounds=_bounds(said, source, name),
        encoding=_encoding(said, name),
        delimiter=_one_of(said, "delimiter", DELIMITERS, None, name),
        decimal=_one_of(said, "decimal", (".", ","), ".", name) or ".",
        parameters=MappingProxyType(
            {
                **source.parameters,
                "mapping": mapping,
                "only": _only(said, name),
                "layer": said.get("layer"),
            }
        ),
    )


def _read(mapping: Path) -> dict[str, Any]:
    path = mapping
    if not path.exists() and path.name in {*shipped(), *(f"{name}.toml" for name in shipped())}:
        path = FOLDER / f"{mapping.name.removesuffix('.toml')}.toml"
    if not path.is_file():
        raise NotFound(
            f"There is no mapping {mapping.name}.",
            hint=f"Name a TOML file, or one of these: {', '.join(shipped())}.",
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise InvalidInput(
            f"{mapping.name}: cannot be read as UTF-8.", hint="A mapping is a TOML file in UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{mapping.name}: {error}.") from None


def _columns(said: Mapping[str, Any], name: str) -> dict[str, str]:
    columns = said["columns"]
    if not isinstance(columns, dict) or not all(isinstance(v, str) for v in columns.values()):
        raise InvalidInput(f"{name}: [columns] must name one column of the file each.")
    unknown = sorted(columns.keys() - COLUMNS)
    if unknown:
        raise InvalidInput(
            f"{name}: [columns] has unknown {', '.join(unknown)}.",
            hint=f"Known: {', '.join(sorted(COLUMNS))}.",
        )
    if "number" not in columns or not columns.keys() & {"street", "place"}:
        raise InvalidInput(f"{name}: [columns] needs number, and street or place.")
    twice = sorted(
        {column for column in columns.values() if list(columns.values()).count(column) > 1}
    )
    if twice or "" in columns.values():
        raise InvalidInput(
            f"{name}: [columns] names the column {', '.join(map(repr, twice or ['']))} twice or not"
            " at all.",
            hint="Each line names a column of its own.",
        )
    if len(columns.keys() & {"x", "y"}) == 1:
        raise InvalidInput(f"{name}: [columns] needs x and y both, or neither for a GeoPackage.")
    return dict(columns)


def _encoding(said: Mapping[str, Any], name: str) -> str | None:
    given = said.get("encoding")
    try:
        return None if given is None else codecs.lookup(given).name
    except (LookupError, TypeError, ValueError):
        hint = 'Leave it out for UTF-8, or write encoding = "cp1250".'
        raise InvalidInput(f"{name}: 'encoding' {given!r} is not known.", hint=hint) from None


def _one_of(
    said: Mapping[str, Any], key: str, known: tuple[str, ...], usual: str | None, name: str
) -> str | None:
    given = said.get(key, usual)
    if given is not None and given not in known:
        hint = f"One of these: {' '.join(map(repr, known))}."
        raise InvalidInput(f"{name}: {key!r} cannot be {given!r}.", hint=hint)
    return None if given is None else str(given)


def _crs(said: Mapping[str, Any], name: str) -> str:
    try:
        system = pyproj.CRS(said.get("crs", GEOGRAPHIC))
        # One of heights alone moves no point, one from the Earth's centre has three numbers.
        flat = system.is_projected or (system.is_geographic and not system.is_geocentric)
    except CRSError:
        flat = False
    if not flat:
        raise InvalidInput(
            f"{name}: 'crs' {said['crs']!r} is no reference system of a map.",
            hint="A number: crs = 2180.",
        )
    return str(system.to_string())


def _bounds(said: Mapping[str, Any], source: Source, name: str) -> Bounds | None:
    box = said.get("bounds") or source.parameters["bounds"].get(said["country"])
    try:
        found = Bounds(**{side: float(value) for side, value in box.items()}) if box else None
        if found and not (found.west < found.east and found.south < found.north):
            raise ValueError
        return found
    except (TypeError, ValueError, AttributeError):
        raise InvalidInput(f"{name}: [bounds] needs west, south, east and north.") from None


def _only(said: Mapping[str, Any], name: str) -> dict[str, frozenset[str]]:
    only = said.get("only", {})
    if not isinstance(only, dict) or not all(isinstance(v, list) for v in only.values()):
        raise InvalidInput(f"{name}: [only] gives a list of values a column.")
    return {column: frozenset(map(str, values)) for column, values in only.items()}


def _date(said: Mapping[str, Any], name: str) -> date | None:
    given = said.get("reference_date")
    if given is not None and not isinstance(given, date):
        raise InvalidInput(f"{name}: 'reference_date' is a date without quotation marks.")
    return given
