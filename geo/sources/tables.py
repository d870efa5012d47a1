"""Reads delimited text as strictly as it can: header, delimiter, rows, numbers."""

from __future__ import annotations

import csv
import difflib
import io
import re
from pathlib import Path

import pandas as pd

from geo.errors import Problem, SourceRejected
from geo.files.formulas import restored
from geo.sources.batch import REASON
from geo.sources.encoding import decode
from geo.sources.guard import check_file
from geo.sources.rows import Rows
from geo.sources.source import Source

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 2_000
"""A census table by age and sex has some hundreds; a file with more is not the table meant."""

LARGEST_COUNT = 2_000_000_000
"""More persons than any country has: a larger figure is a slip of the keyboard or of a column."""


def read_table(path: Path, source: Source) -> Rows:
    """All records of a delimited text file as text, fixes applied, indexed by row (header: 1).

    Rows whose fields do not fit the header are refused already, and no column of theirs is read.

    Raises SourceRejected where nothing of the file can be used: unsafe, unreadable, or without
    a column that source.toml maps.
    """
    check_file(path, source)
    text, encoding, notes = decode(path.read_bytes(), source, path.name)
    delimiter = _delimiter(text, source)
    if source.delimiter is not None and delimiter != source.delimiter:
        notes.append(f"declared with {source.delimiter!r} between columns, read with {delimiter!r}")
    header, frame, misfits = _records(text, delimiter, source, path.name)
    missing_columns(header, source, path.name, row=1)
    rows = Rows(path.name, frame, source)
    rows.notes.append(f"read as {encoding}, columns divided by {delimiter!r}")
    rows.notes.extend(notes)
    unknown = set(header) - set(source.columns.values()) - source.ignored_columns - {REASON}
    if unknown:
        rows.notes.append(
            f"columns this source does not know, not read: {', '.join(sorted(unknown))}"
        )
    rows.unreadable = frozenset(misfits)
    for row, found in misfits.items():
        rows.reject(
            row,
            None,
            f"the row has {found} fields, the header {len(header)}",
            f"Put quotation marks around a value that holds {delimiter!r} or a line break.",
        )
    rows.fix()
    return rows


def whole_numbers(rows: Rows, name: str) -> pd.Series[int]:
    """The column as whole numbers >= 0 (Int64, missing in the rows refused for being else)."""
    kept: dict[int, int] = {}
    for row, value in decimals(rows, name).dropna().items():
        number = int(str(row))
        if value == int(value) and 0 <= value <= LARGEST_COUNT:
            kept[number] = int(value)
            continue
        rows.reject(
            number,
            name,
            "not a whole number from 0 on",
            "Correct the figure, or the mapping if this is another column.",
        )
    return pd.Series(kept, index=rows.frame.index, dtype="Int64")


def decimals(rows: Rows, name: str) -> pd.Series[float]:
    """The column as finite numbers (NaN in refused rows), read with the declared decimal sign."""
    kept: dict[int, float] = {}
    for row, text in rows.texts(name).items():
        if int(str(row)) in rows.unreadable:
            continue
        value, problem, remedy = _number(text, rows.source.decimal)
        if value is None:
            rows.reject(int(str(row)), name, problem, remedy)
        else:
            kept[int(str(row))] = value
    return pd.Series(kept, index=rows.frame.index, dtype=float)


def _number(text: str, decimal: str) -> tuple[float | None, str, str]:
    if not text:
        return None, "the value is missing", "Give a figure, 0 where there is none."
    other = "," if decimal == "." else "."
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if decimal == "," and re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", plain, re.ASCII):
        plain = plain.replace(".", "")
    if re.fullmatch(rf"-?\d+({re.escape(decimal)}\d+)?", plain, re.ASCII):
        return float(plain.replace(decimal, ".")), "", ""
    if re.fullmatch(rf"-?\d+{re.escape(other)}\d+", plain, re.ASCII):
        return (
            None,
            f"the decimal sign is {other!r}, this source uses {decimal!r}",
            f'Write {plain.replace(other, decimal)}, or set decimal = "{other}" in source.toml.',
        )
    return None, "not a number", "Give digits only, without unit or remark."


def _delimiter(text: str, source: Source) -> str:
    """The delimiter whose header row has most of the columns looked for, the declared one first."""
    wanted = set(source.columns.values())
    candidates = dict.fromkeys((source.delimiter or DELIMITERS[0], *DELIMITERS))

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        except csv.Error:  # a header this does not divide; refused below if none of them does
            return 0, 0
        return len(wanted & {name.strip() for name in header}), len(header)

    return max(candidates, key=fit)


def _records(
    text: str, delimiter: str, source: Source, file: str
) -> tuple[list[str], pd.DataFrame, dict[int, int]]:
    """Header, frame by row number, and the field counts of rows that do not fit the header.

    A file with our reason column is one of ours come back: its cells are restored.
    """
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    kept: dict[int, list[str]] = {}
    misfits: dict[int, int] = {}
    number = 0
    try:
        header = [name.strip() for name in next(records, [])]
        _check_width(header, source, file)
        number, ours = 1, REASON in header
        for number, record in enumerate(records, 2):
            if not any(value.strip() for value in record):
                continue
            values = [restored(value) for value in record] if ours else record
            kept[number] = _to_width(values, len(header), delimiter)
            if len(record) != len(header):
                misfits[number] = len(record)
    except csv.Error as error:
        problem = f"the row cannot be divided into columns ({error})"
        remedy = "Look for a quotation mark that is never closed, in this row or the next."
        raise SourceRejected(source.id, [Problem(file, problem, remedy, row=number + 1)]) from None
    header = [restored(name) for name in header] if ours else header
    frame = pd.DataFrame.from_dict(kept, orient="index", columns=header, dtype=object)
    return header, frame, misfits


def _check_width(header: list[str], source: Source, file: str) -> None:
    if len(header) > MOST_COLUMNS:
        problem = f"the header has {len(header):,} columns, more than the {MOST_COLUMNS:,} allowed"
        remedy = "Leave out the columns that are not needed, or check that this is the right file."
        raise SourceRejected(source.id, [Problem(file, problem, remedy, row=1)])


def _to_width(record: list[str], width: int, delimiter: str) -> list[str]:
    """A record of the header's width; what is too much stays readable in the last field."""
    if len(record) <= width:
        return record + [""] * (width - len(record))
    return [*record[: width - 1], delimiter.join(record[width - 1 :])]


def missing_columns(header: list[str], source: Source, file: str, row: int | None = None) -> None:
    """Raise SourceRejected naming every mapped column the file lacks, or has more than once."""
    problems = [
        Problem(
            file,
            f"the column {name!r} is missing",
            _missing_remedy(name, header, source),
            row=row,
            column=name,
        )
        for name in source.columns.values()
        if name not in header
    ]
    problems += [
        Problem(
            file,
            f"the column {name!r} stands {header.count(name)} times",
            "Give each column a name of its own.",
            row=row,
            column=name,
        )
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    if problems:
        raise SourceRejected(source.id, problems)


def _missing_remedy(name: str, header: list[str], source: Source) -> str:
    like = difflib.get_close_matches(name, header, n=1, cutoff=0.6)
    has = f"Rename {like[0]!r}" if like else f"The file has {', '.join(map(repr, header))}: rename"
    return f"{has} to {name!r}, or map it under [columns] in {source.facts_file}."
