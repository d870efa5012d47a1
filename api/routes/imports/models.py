"""What imports look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.routes.registers.answers import Answer
from api.schemas import Strict


class Guessed(Answer):
    """A column of the file, what it is taken for, how surely, and the first value in it."""

    column: str
    field: str | None
    confidence: float
    how_sure: str
    because: str
    sample: str


class Reason(Answer):
    """How many rows have one thing wrong with them."""

    level: str
    column: str | None
    rows: int
    code: str
    problem: str
    remedy: str
    first_row: int | None


class FoundRow(Answer):
    """One thing wrong with one row."""

    row: int
    level: str
    column: str | None
    field: str | None
    value: str | None
    problem: str
    remedy: str


class Tried(Answer):
    """How a file reads; nothing of it is written yet."""

    id: UUID
    register_name: str = Field(alias="register")
    source: str
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: list[str] = Field(description="all sheets that the file has")
    header_rows: list[int] = Field(description="the rows the columns are named in, from 1 on")
    mapping: dict[str, Any]
    guesses: list[Guessed]
    unused_columns: list[str]
    total: int
    accepted: int
    rejected: int
    skipped: int
    warned: int
    written: dict[str, dict[str, int]] = Field(description="what it would do, by register")
    seconds: float
    notes: list[str]
    reasons: list[Reason]
    rows: list[FoundRow]


class ImportOf(Answer):
    """An import and how far it is."""

    id: UUID
    register_name: str = Field(alias="register")
    source: str
    file_name: str
    file_bytes: int
    mode: str
    state: str
    mapping: dict[str, Any]
    counts: dict[str, Any]
    problem: dict[str, str] | None = Field(description="language -> what went wrong")
    rows_done: int
    rows_total: int | None
    rate: float | None = Field(description="rows a second, while it runs")
    seconds_left: float | None
    rejects: bool = Field(description="refused rows can be fetched, mended and imported again")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class ImportsOf(Answer):
    """A page of imports."""

    items: list[ImportOf]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class Undone(Answer):
    """What taking an import back did; rows that somebody changed since stay."""

    removed: int
    restored: int
    kept: int


class MappingIn(Strict):
    """Which column of the file is which field, and how the file is read where that must be said."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"columns": {"Name": "name", "Type": "service_type"}}]}
    )

    columns: dict[str, str] = Field(max_length=500, description="column -> field")
    skip: list[str] = Field(default=[], max_length=500, description="columns left out on purpose")
    constants: dict[str, str] = Field(
        default={}, max_length=100, description="field -> value for all rows"
    )
    values: dict[str, dict[str, str]] = Field(
        default={}, max_length=100, description="field -> word of the file -> code"
    )
    country: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: Annotated[list[int], Field(max_length=20)] | None = None
    decimal: str | None = None
    date_order: str | None = None


class RunIn(Strict):
    """All rows or none (strict), or the good ones (partial)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "strict"}]})

    mode: Literal["strict", "partial"] = "strict"
