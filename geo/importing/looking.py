"""A file opened and understood before anything is written: its table, its columns, its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from geo.db.caller import Caller
from geo.errors import InvalidInput
from geo.fields import reading
from geo.fields.shape import Register
from geo.files.header import named
from geo.files.message import Opened, Row, Rows, Wanted
from geo.files.refused import FileRefused
from geo.files.sandbox import read_file
from geo.importing.request import Request
from geo.imports.mapping import ColumnMapping
from geo.imports.prepare import SAMPLE_ROWS, Prepared, Sheet, open_sheet, prepare
from geo.names import elot743, fold

SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)
REJECTED_MARK = ".rejected"
"""In the name of a file of refused rows; it belongs to the source of the file it came from."""


@dataclass(frozen=True)
class Looked:
    """A file as it would be read: its table, and the mapping that is given or guessed."""

    sheet: Sheet
    prepared: Prepared
    register: Register
    source: str


def look(request: Request, caller: Caller | None = None) -> Looked:
    """Open a file and find its columns; nothing is written. Raises FileRefused, InvalidInput."""
    register = reading.load(request.register)
    sheet = _opened(request, register)
    if sheet.document is not None:
        sheet = _from_document(sheet, register)
    prepared = prepare(
        sheet, register, request.mapping, {"file": request.path.stem}, request.country
    )
    territory = caller.territory if caller else None
    if territory and _wants_area(register, prepared.mapping):
        constants = {**prepared.mapping.constants, "area_code": territory}
        prepared = replace(prepared, mapping=replace(prepared.mapping, constants=constants))
    return Looked(sheet, prepared, register, source_of(request))


def rows_of(request: Request) -> Iterator[tuple[int, Row]]:
    """The rows of the file once more, by their numbers, as they stand."""
    sheet = _opened(request, reading.load(request.register))
    for piece in sheet.rows:
        yield from enumerate(piece.rows, piece.first)


def source_of(request: Request) -> str:
    """The identifier of the source that rows are known by; raises InvalidInput for a wrong one."""
    said = request.source or (request.mapping.source if request.mapping else None)
    if said is None:
        stem = request.path.stem.partition(REJECTED_MARK)[0]
        said = re.sub(r"[^a-z0-9]+", "_", fold(elot743(stem))).strip("_")[:60] or "import"
    if SOURCE.fullmatch(said) is None:
        raise InvalidInput(
            "A source is named by small Latin letters, digits, - and _, a letter or digit first.",
            hint="As municipality_x_registry.",
        )
    return said


def _opened(request: Request, register: Register) -> Sheet:
    given = request.mapping
    wanted = Wanted(
        encoding=given.encoding if given else None,
        delimiter=given.delimiter if given else None,
        sheet=request.sheet or (given.sheet if given else None),
    )
    messages = read_file(request.path, wanted)
    return open_sheet(messages, register, given.header_rows if given else ())


def _wants_area(register: Register, mapping: ColumnMapping) -> bool:
    """Whether rows stand in a municipality that the file does not say."""
    return "area_code" in register.fields and "area_code" not in mapping.fields()


def _from_document(sheet: Sheet, register: Register) -> Sheet:
    """The rows of one register out of an HSDS document. Raises FileRefused for other documents."""
    # Only now: reading HSDS brings the frames of the analysis along.
    from geo.hsds.read import frames_of, looks_like_hsds

    if not looks_like_hsds(sheet.document):
        raise FileRefused("json_damaged")
    frames = frames_of(sheet.document)
    if register.name not in frames:
        raise InvalidInput(
            f"HSDS documents hold no {register.name}.", hint=f"They hold {', '.join(frames)}."
        )
    frame = frames[register.name]
    names = [str(name) for name in frame.columns if name in register.fields]
    rows: list[Row] = [
        [_spoken(value) for value in values] for values in frame[names].itertuples(index=False)
    ]
    opened = Opened("json", encoding="utf-8", header=tuple(names))
    return Sheet(opened, named(names), rows[:SAMPLE_ROWS], "", iter([Rows(1, rows, 1.0)]))


def _spoken(value: Any) -> str:
    """A value of a frame as the text that a cell of a file would hold."""
    import json

    from shapely.geometry.base import BaseGeometry

    if isinstance(value, BaseGeometry):
        return str(value.wkt)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False)
    if value is None or value != value:  # the second is NaN, of which no number is equal
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
