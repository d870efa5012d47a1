"""From the first pieces of a file to a table with a mapping: header, country, columns, manner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from geo.fields.shape import Register
from geo.files.formulas import restored
from geo.files.header import Layout, find_header, named
from geo.files.message import Document, Message, Opened, Row, Rows
from geo.files.refused import FileRefused
from geo.imports.check import REASON
from geo.imports.country import Country, countries, country, words_of
from geo.imports.guess import ENOUGH, Guess, guess, known_names
from geo.imports.mapping import ColumnMapping, check_columns
from geo.imports.values import Decimal, Manner
from geo.names import fold
from geo.profiles import profile

SAMPLE_ROWS = 200
MOST_OF = 0.8
"""Share of rows that must speak for a guess about the whole file."""

FEW_DIGITS = 0.1
"""How much a cell of digits alone speaks for a country that has postcodes of so many."""

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(?:\d{1,2}|\d{4,})", re.ASCII)
_DECIMAL_POINT = re.compile(r"[-+]?\d+\.(?:\d{1,2}|\d{4,})", re.ASCII)
_DAY_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})[_.-](\d{2})[_.-](\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """An opened table: its layout, its first rows of data, and all of them piece by piece."""

    opened: Opened
    layout: Layout
    sample: Sequence[Row]
    title: str
    rows: Iterator[Rows]
    document: Any = None


@dataclass(frozen=True)
class Prepared:
    """How a sheet becomes rows of a register; `guesses` are none where a mapping was given."""

    mapping: ColumnMapping
    guesses: tuple[Guess, ...]
    constants_guessed: tuple[str, ...]
    unused: tuple[str, ...]
    country: Country | None
    manner: Manner


def open_sheet(
    messages: Iterable[Message], register: Register, header_rows: Sequence[int]
) -> Sheet:
    """The table at the beginning of a file's messages; raises FileRefused where there is none."""
    stream = iter(messages)
    opened = next(stream, None)
    if not isinstance(opened, Opened):
        raise FileRefused("empty")
    first = next(stream, None)
    if isinstance(first, Document):
        return Sheet(opened, named(()), (), "", iter(()), first.content)
    if first is None:
        raise FileRefused("empty")
    assert isinstance(first, Rows)
    rest = (piece for piece in stream if isinstance(piece, Rows))
    if opened.header is not None:
        layout = named(opened.header)
    else:
        layout = find_header(first.rows, known_names(register), header_rows)
    # Names of a file that came from here have an apostrophe before what could run.
    layout = replace(layout, names=tuple(restored(name) for name in layout.names))
    before = layout.data_from - 1
    data = Rows(layout.data_from, first.rows[before:], first.share)
    titles = [cell for row in first.rows[:before] for cell in row if layout.header_rows]
    title = " ".join(titles[:20]) if layout.skipped else ""
    return Sheet(opened, layout, data.rows[:SAMPLE_ROWS], title, chain([data], rest))


def prepare(
    sheet: Sheet,
    register: Register,
    given: ColumnMapping | None,
    facts: Mapping[str, str],
    country_code: str | None = None,
) -> Prepared:
    """The mapping of a sheet: the one given, held to the file's columns, or a guess.

    `facts` are what else speaks of the file: its name. Raises InvalidInput where a given mapping
    names columns that the file does not have.
    """
    names = [name for name in sheet.layout.names if name != REASON]
    code = (given.country if given else None) or country_code
    code = code or guess_country(sheet, register)
    found = country(code) if code else None
    manner = _manner(register, found, given)
    if given is not None:
        check_columns(given, sheet.layout.names, facts.get("file", ""))
        mapping = replace(given, country=code)
        return Prepared(mapping, (), (), tuple(given.unused(names)), found, manner)
    guesses = tuple(guess(register, names, _only(sheet, names), manner, found))
    columns = {one.column: one.field for one in guesses if one.field}
    constants = _constants(register, columns, sheet, facts, found)
    mapping = ColumnMapping(
        register.name, columns, constants=constants, country=code, decimal=_decimal(sheet, columns)
    )
    unused = tuple(mapping.unused(names))
    return Prepared(
        mapping, guesses, tuple(constants), unused, found, replace(manner, decimal=mapping.decimal)
    )


def _only(sheet: Sheet, names: Sequence[str]) -> list[Row]:
    places = [place for place, name in enumerate(sheet.layout.names) if name in names]
    return [[row[place] if place < len(row) else "" for place in places] for row in sheet.sample]


def _manner(register: Register, found: Country | None, given: ColumnMapping | None) -> Manner:
    code = found.code if found else None
    words = {
        field.name: words_of(field, code)
        for field in register.fields.values()
        if field.kind in ("choice", "choices")
    }
    levels = profile.load(code).levels if code else ()
    forms = [level.code_pattern for level in levels if level.code == "municipality"]
    manner = Manner(words=words, area_form=forms[0] if forms else None)
    if found is not None:
        manner = replace(manner, clock=found.clock)
    if given is not None:
        manner = replace(manner, decimal=given.decimal, date_order=given.date_order)
    return manner


def guess_country(sheet: Sheet, register: Register) -> str | None:
    """The country whose language the headings are in, or whose postcodes and places the cells."""
    scores = dict.fromkeys(countries(), 0.0)
    headings = {fold(name.replace("_", " ")) for name in sheet.layout.names if name}
    for field in register.fields.values():
        for code in scores:
            language = "el" if code == "gr" else code
            if fold(field.names.get(language, "")) in headings - {fold(field.names["en"])}:
                scores[code] += 1.0
    cells = [cell.strip() for row in sheet.sample for cell in row if cell.strip()]
    for code, found in countries().items():
        hits = [cell for cell in cells if found.postcode.fullmatch(cell)]
        # Digits alone are many things besides postcodes.
        weight = sum(FEW_DIGITS if cell.isdecimal() else 1.0 for cell in hits)
        scores[code] += min(weight / max(len(sheet.sample), 1), 1.0)
        scores[code] += _points_in(sheet, found)
        scores[code] += _letters_of(code, cells)
    best = max(scores, key=lambda code: scores[code])
    others = [score for code, score in scores.items() if code != best]
    return best if scores[best] >= ENOUGH and scores[best] > max(others) else None


def _points_in(sheet: Sheet, found: Country) -> float:
    """The share of rows that hold one decimal in each of the country's two ranges."""
    west, south, east, north = found.box
    inside = 0
    for row in sheet.sample:
        numbers = [float(cell) for cell in row if _DECIMAL_POINT.fullmatch(cell.strip())]
        lat = any(south <= number <= north for number in numbers)
        inside += lat and any(west <= number <= east for number in numbers)
    return inside / max(len(sheet.sample), 1)


def _letters_of(code: str, cells: Sequence[str]) -> float:
    """How clearly the cells are written in a country's own letters."""
    own = {"gr": "[α-ωά-ώ]", "pl": "[łąęśćńźż]", "ro": "[ășțşţ]", "bg": "[а-я]"}[code]
    pattern = re.compile(own, re.IGNORECASE)
    texts = [cell for cell in cells if any(sign.isalpha() for sign in cell)]
    share = sum(pattern.search(text) is not None for text in texts) / max(len(texts), 1)
    return min(1.0, 3.0 * share)


def _decimal(sheet: Sheet, columns: Mapping[str, str]) -> Decimal:
    """The decimal sign that the numbers of the file agree on."""
    places = [place for place, name in enumerate(sheet.layout.names) if name in columns]
    cells = [row[place].strip() for row in sheet.sample for place in places if place < len(row)]
    comma = any(_DECIMAL_COMMA.fullmatch(cell) for cell in cells)
    point = any(_DECIMAL_POINT.fullmatch(cell) for cell in cells)
    if comma == point:
        return "auto"
    return "," if comma else "."


def _constants(
    register: Register,
    columns: Mapping[str, str],
    sheet: Sheet,
    facts: Mapping[str, str],
    found: Country | None,
) -> dict[str, str]:
    """One value for all rows where no column gives a required field but the file's name does."""
    constants: dict[str, str] = {}
    given = set(columns.values())
    about = register.fields.get("service_type")
    if about is not None and about.required and about.name not in given and found is not None:
        words = words_of(about, found.code)
        code = _named_type(words, facts.get("file", ""), sheet, columns)
        if code is not None:
            constants[about.name] = code
    if "reference_date" in register.fields and "reference_date" not in given:
        texts = [*columns, facts.get("file", ""), sheet.title]
        days = {match[0] for text in texts if (match := _DAY_IN_NAME.search(text))}
        if len(days) == 1:
            constants["reference_date"] = re.sub(r"[_.]", "-", days.pop())
    return constants


def _named_type(
    words: Mapping[str, str], file: str, sheet: Sheet, columns: Mapping[str, str]
) -> str | None:
    """The one type of service that the file's name, its title, or most of its names speak of."""
    for text in (fold(re.sub(r"[_\d-]", " ", file)), fold(sheet.title)):
        if len(codes := _types_in(text, words)) == 1:
            return codes.pop()
    names = [name for name, field in columns.items() if field == "name"]
    places = [sheet.layout.names.index(name) for name in names]
    cells = [fold(row[p]) for row in sheet.sample for p in places if p < len(row) and row[p]]
    for code in dict.fromkeys(words.values()):
        own = tuple(word for word, meant in words.items() if meant == code)
        if cells and sum(cell.startswith(own) for cell in cells) >= MOST_OF * len(cells):
            return code
    return None


def _types_in(text: str, words: Mapping[str, str]) -> set[str]:
    found = {code for word, code in words.items() if f" {word} " in f" {text} "}
    return found
