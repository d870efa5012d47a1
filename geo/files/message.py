"""What the reading process hands on, piece by piece: first what was opened, then rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.files.formats import Format

Row = list[str]


@dataclass(frozen=True)
class Wanted:
    """What the person says about the file; None leaves it to be recognised."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Note:
    """Something a reader of the report should know; `code` names its sentence in words.toml."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """How the file was read. `header` are the column names where the format itself has them."""

    format: Format
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header: tuple[str, ...] | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of cells as text, empty rows as empty lists.

    `first` is the number of the first one as a spreadsheet shows it (the first row is 1), or of
    the feature counted from 1 where the format has its own column names. `share` is how much of
    the file they and all before them are, from 0 to 1.
    """

    first: int
    rows: Sequence[Row]
    share: float = 0.0


@dataclass(frozen=True)
class Document:
    """A whole JSON document, for formats of documents that others know how to read."""

    content: Any


Message = Opened | Rows | Document
