"""Which column is which field: by what it is called, and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from geo.fields.shape import Field, Register
from geo.files.header import PARTS
from geo.files.message import Row
from geo.imports.country import Country
from geo.imports.finding import Wrong
from geo.imports.mapping import joined
from geo.imports.values import Manner, parse
from geo.names import fold

ENOUGH = 0.55
"""A guess below this is none."""

SURE, LIKELY = 0.9, 0.7
SAMPLE_VALUES = 60
SHORTEST_INSIDE = 5
"""A shorter name found inside of a longer heading says nothing ("id" in "powiat_pip")."""

MOST_REPEATED, ENOUGH_CELLS = 0.1, 20
"""Share of cells that repeat an earlier one from which a column identifies nothing, where there
are enough of them to say so."""

ALIKE = 88.0
"""Share of letters, in per cent, from which two headings are spellings of one."""

_NUMERIC = re.compile(r"[-+]?[\d\s.,]+", re.ASCII)
_NOTE = re.compile(r"[(\[].*?[)\]]")


@dataclass(frozen=True)
class Guess:
    """What a column is taken for, how surely, and the first value that stands in it."""

    column: str
    field: str | None
    confidence: float
    sample: str
    because: Literal["name", "part of the name", "similar name", "content", ""]

    @property
    def word(self) -> Literal["sure", "likely", "unsure", "none"]:
        """The confidence as a word."""
        if self.field is None:
            return "none"
        if self.confidence >= SURE:
            return "sure"
        return "likely" if self.confidence >= LIKELY else "unsure"


@dataclass(frozen=True)
class _Column:
    """A column with its heading folded and some of its values."""

    place: int
    name: str
    folded: str
    values: tuple[str, ...]
    repeated: float


def known_names(register: Register) -> frozenset[str]:
    """Every folded heading that some field of the register may have."""
    return frozenset(name for field in register.fields.values() for name in _names_of(field))


def guess(
    register: Register,
    names: Sequence[str],
    rows: Sequence[Row],
    manner: Manner,
    country: Country | None,
) -> list[Guess]:
    """One guess for each column that has a name, in the order of the file.

    `rows` are the first rows of data. A field is given to one column only, but for those that
    several may give together.
    """
    columns = [_column(place, name, rows) for place, name in enumerate(names) if name]
    candidates = [
        found
        for column in columns
        for field in register.fields.values()
        if (found := _candidate(column, field, manner, country)) is not None
    ]
    fields = register.fields.values()
    own = {c.name for c in columns if any(_is_own_name(c, field) for field in fields)}
    candidates += _by_content(register, columns, manner, country)
    # What bears a field's own name is that field, whatever else it is like.
    candidates = [one for one in candidates if one.column not in own or one.because == "name"]
    chosen = _choose(candidates, columns, joined(register.name))
    return [
        chosen.get(column.name, Guess(column.name, None, 0.0, _first(column), ""))
        for column in columns
    ]


def _folded(name: str) -> str:
    return fold(name.replace("_", " "))


def _column(place: int, name: str, rows: Sequence[Row]) -> _Column:
    cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
    values = tuple(dict.fromkeys(cells))
    enough = len(cells) >= ENOUGH_CELLS
    repeated = 1 - len(values) / len(cells) if enough else 0.0
    return _Column(place, name, _folded(name), values[:SAMPLE_VALUES], repeated)


def _first(column: _Column) -> str:
    return " ".join(column.values[0].split())[:80] if column.values else ""


def _names_of(field: Field) -> frozenset[str]:
    own = fold(field.name.replace("_", " "))
    return frozenset({own, *map(fold, field.names.values()), *map(fold, field.also)})


def _candidate(
    column: _Column, field: Field, manner: Manner, country: Country | None
) -> Guess | None:
    """How well a column fits a field by its name, held to what stands in it."""
    score, because = _by_name(column, field)
    if score == 0.0:
        return None
    fit = _fit(column, field, manner, country)
    confidence = score * fit
    if _is_own_name(column, field):
        confidence = max(confidence, ENOUGH)  # its rows are refused, each by name
    if confidence < ENOUGH:
        return None
    return Guess(column.name, field.name, round(confidence, 3), _first(column), because)


def _is_own_name(column: _Column, field: Field) -> bool:
    """Whether a column bears the name of the field itself, or its label in some language."""
    own = (field.name.replace("_", " "), *field.names.values())
    return column.folded in map(fold, own)


def _by_name(
    column: _Column, field: Field
) -> tuple[float, Literal["name", "part of the name", "similar name", ""]]:
    names = _names_of(field)
    parts = [_folded(part) for part in column.name.split(PARTS)]
    without_note = _folded(_NOTE.sub("", column.name))
    if column.folded in names or without_note in names:
        return 1.0, "name"
    if len(parts) > 1 and len(parts[-1]) >= SHORTEST_INSIDE and parts[-1] in names:
        return 0.8, "part of the name"
    best = 0.0
    for name in names:
        if len(name) >= SHORTEST_INSIDE and f" {name} " in f" {without_note} ":
            best = max(best, 0.45 + 0.5 * len(name) / max(len(without_note), 1))
    if best:
        return best, "part of the name"
    similar = max((fuzz.token_sort_ratio(column.folded, name) for name in names), default=0.0)
    return (0.85 * similar / 100, "similar name") if similar >= ALIKE else (0.0, "")


def _fit(column: _Column, field: Field, manner: Manner, country: Country | None) -> float:
    """How much of a column can be taken as the field's kind; an empty column says nothing."""
    if not column.values:
        return 0.9
    if field.name == "external_id" and column.repeated > MOST_REPEATED:
        return 0.3  # it is something else that is called so: a code of the place, of the kind
    if field.name == "postcode" and country is not None:
        pattern = country.postcode
        return 0.5 + 0.5 * _share(column, lambda value: pattern.fullmatch(value) is not None)
    parsed = [parse(value, field, manner) for value in column.values]
    taken = sum(not isinstance(value, Wrong) for value in parsed) / len(parsed)
    if field.kind in ("text", "long_text") and field.name in ("name", "municipality", "district"):
        numbers = sum(_NUMERIC.fullmatch(value) is not None for value in column.values)
        taken -= 0.8 * numbers / len(column.values)
    if field.words or field.words_from:
        # An unknown word can be translated; a column of other things cannot.
        few = len(set(column.values)) <= max(30, len(column.values) // 3)
        taken = max(taken, 0.6 if few else 0.0)
    return max(0.0, min(1.0, 0.1 + 0.9 * taken))


def _by_content(
    register: Register, columns: Sequence[_Column], manner: Manner, country: Country | None
) -> list[Guess]:
    """Guesses for columns whose name says nothing: places, postcodes, mail addresses."""
    found: list[Guess] = []
    fields = register.fields
    if country is not None and {"lat", "lon"} <= fields.keys():
        west, south, east, north = country.box
        found += _pair(columns, ("lat", south, north), ("lon", west, east))
    if country is not None and "postcode" in fields:
        pattern = country.postcode
        found += [
            Guess(column.name, "postcode", 0.65, _first(column), "content")
            for column in columns
            if _share(column, lambda value: pattern.fullmatch(value) is not None) > 0.9
            and not all(value.isdecimal() and len(value) < 5 for value in column.values)
        ]
    if "email" in fields:
        found += [
            Guess(column.name, "email", 0.7, _first(column), "content")
            for column in columns
            if _share(column, lambda value: "@" in value and "." in value) > 0.8
        ]
    return found


def _pair(columns: Sequence[_Column], *ranges: tuple[str, float, float]) -> list[Guess]:
    """Two columns of decimals that lie in the country's two ranges, one in each."""
    found = []
    for field, least, most in ranges:
        inside = [column for column in columns if _share(column, _between(least, most)) > 0.9]
        if len(inside) != 1:
            return []
        found.append(Guess(inside[0].name, field, 0.75, _first(inside[0]), "content"))
    return found if found[0].column != found[1].column else []


def _between(least: float, most: float) -> Callable[[str], bool]:
    def inside(value: str) -> bool:
        try:
            return (
                "." in value.replace(",", ".") and least <= float(value.replace(",", ".")) <= most
            )
        except ValueError:
            return False

    return inside


def _share(column: _Column, test: Callable[[str], bool]) -> float:
    return sum(map(test, column.values)) / len(column.values) if column.values else 0.0


def _choose(
    candidates: Sequence[Guess], columns: Sequence[_Column], together: Sequence[str]
) -> Mapping[str, Guess]:
    """Each column once, each field once, the surest first; equal ones in the order of the file."""
    places = {column.name: column.place for column in columns}
    taken: dict[str, Guess] = {}
    fields: dict[str, float] = {}
    for found in sorted(candidates, key=lambda one: (-one.confidence, places[one.column])):
        assert found.field is not None
        if found.column in taken:
            continue
        joins = found.field in together and found.confidence >= SURE
        if found.field in fields and not (joins and fields[found.field] >= SURE):
            continue
        taken[found.column] = found
        fields.setdefault(found.field, found.confidence)
    return taken
