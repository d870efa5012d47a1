"""Delimited text as rows of cells: recognised, strict about quotation marks, never all at once."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from geo.files.encoding import encoding_of
from geo.files.limits import Limits
from geo.files.message import Message, Note, Opened, Row, Rows, Wanted
from geo.files.refused import FileRefused

DELIMITERS = (";", ",", "\t", "|")
"""Where two divide a file equally well, the earlier: decimal commas are commoner than decimal
semicolons."""

FIRST_ROWS = 200
"""The first piece is small, so that columns can be guessed before the rest is read."""
PIECE_ROWS = 10_000
SAMPLE_CHARACTERS = 64 * 1024
SAMPLE_ROWS = 50


def read_delimited(path: Path, wanted: Wanted, limits: Limits) -> Iterator[Message]:
    """What a delimited text file holds; raises FileRefused where it cannot be divided."""
    encoding, guessed = encoding_of(path, wanted.encoding)
    # One cell of a whole file may be longer than the library takes by default; it is cut below.
    csv.field_size_limit(limits.file_bytes)
    delimiter = wanted.delimiter or _delimiter(path, encoding)
    notes = (Note("encoding_guessed", {"encoding": encoding}),) if guessed else ()
    yield Opened("csv", encoding=encoding, delimiter=delimiter, notes=notes)
    size = path.stat().st_size
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as stream:
        records = _records(stream, delimiter)
        yield from in_pieces(records, limits, lambda _: raw.tell() / size)


def in_pieces(
    rows: Iterable[Row], limits: Limits, share: Callable[[int], float] = lambda _: 0.0
) -> Iterator[Rows]:
    """Rows in pieces; too many rows or columns are refused, cells cut at the longest allowed.

    `share` tells how much of the file so many rows are.
    """
    waiting: list[Row] = []
    most = FIRST_ROWS
    number = 1
    for row in rows:
        waiting.append(_within_limits(row, limits))
        if len(waiting) >= most:
            yield Rows(number, waiting, share(number + len(waiting)))
            number += len(waiting)
            waiting, most = [], PIECE_ROWS
            if number > limits.rows:
                raise FileRefused("too_many_rows", most=limits.rows)
    if waiting:
        yield Rows(number, waiting, 1.0)


def _records(stream: Iterable[str], delimiter: str) -> Iterator[Row]:
    number = 0
    try:
        for record in csv.reader(stream, delimiter=delimiter, strict=True):
            number += 1
            yield record if any(record) else []
    except csv.Error:
        raise FileRefused("row_unreadable", row=number + 1) from None
    except UnicodeDecodeError:
        raise FileRefused("encoding_row", row=number + 1) from None


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that divides the first rows into most columns, all alike."""
    try:
        with path.open(encoding=encoding, newline="") as stream:
            text = stream.read(SAMPLE_CHARACTERS)
    except UnicodeDecodeError:
        raise FileRefused("encoding_row", row=1) from None
    best = max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))
    return best if _fit(text, best) > (0.0, 0) else DELIMITERS[1]


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows with the commonest number of columns, and that number; 0 if it is one."""
    rows: list[Row] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows.extend(row for row in islice(reader, SAMPLE_ROWS) if any(row))
    except csv.Error:
        pass  # the sample may end within quotation marks; what was divided before counts
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0, 0
    width, rows_alike = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        width, rows_alike = max(widths.items(), key=lambda item: item[0])
        if width < 2:
            return 0.0, 0
    return round(rows_alike / len(rows), 1), width


def _within_limits(row: Row, limits: Limits) -> Row:
    if len(row) > limits.columns:
        row = _without_empty_tail(row)
        if len(row) > limits.columns:
            raise FileRefused("too_many_columns", found=len(row), most=limits.columns)
    most = limits.cell_characters
    if row and max(map(len, row)) > most:
        return [cell[: most + 1] for cell in row]
    return row


def _without_empty_tail(row: Row) -> Row:
    last = len(row)
    while last and not row[last - 1].strip():
        last -= 1
    return row[:last]
