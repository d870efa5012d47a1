"""Worksheets of XLSX, XLS and ODS as rows of cells as text, merged cells filled downwards."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from geo.files.delimited import in_pieces
from geo.files.formats import Format
from geo.files.limits import Limits
from geo.files.message import Message, Note, Opened, Row, Wanted
from geo.files.refused import FileRefused

WHOLE_UP_TO = 1e15
"""Sheets keep every number as a floating one; up to here a whole one is exact."""

Fills = dict[tuple[int, int], tuple[int, int]]


def read_sheet(path: Path, form: Format, wanted: Wanted, limits: Limits) -> Iterator[Message]:
    """What the wanted worksheet holds, or the first visible one that is not empty."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise FileRefused("encrypted") from None
    except (CalamineError, OSError, ValueError):
        raise FileRefused("sheet_damaged") from None
    names = tuple(
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible
    )
    sheet = _sheet(workbook, names, wanted.sheet)
    others = [name for name in names if name != sheet.name]
    notes = (Note("other_sheets", {"sheet": sheet.name, "found": len(others)}),) if others else ()
    yield Opened(form, sheet=sheet.name, sheets=names, notes=notes)
    height = max(sheet.total_height, 1)
    yield from in_pieces(_rows(sheet), limits, lambda row: min(row / height, 1.0))


def _sheet(workbook: Any, names: tuple[str, ...], wanted: str | None) -> Any:
    if wanted is not None:
        if wanted not in names:
            raise FileRefused("no_such_sheet", found=len(names))
        return workbook.get_sheet_by_name(wanted)
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height:
            return sheet
    raise FileRefused("empty")


def _rows(sheet: Any) -> Iterator[Row]:
    # The library gives the empty rows above the first cell, and not the empty columns left of it.
    left = [""] * int((sheet.start or (0, 0))[1])
    fills = _fills(sheet)
    wanted = set(fills.values())
    kept: dict[tuple[int, int], str] = {}
    for number, cells in enumerate(sheet.iter_rows()):
        row = left + [as_text(cell) for cell in cells] if cells else []
        for place, cell in enumerate(row):
            if (number, place) in wanted:
                kept[number, place] = cell
            elif not cell and (number, place) in fills:
                row[place] = kept.get(fills[number, place], "")
        yield row if any(row) else []


def _fills(sheet: Any) -> Fills:
    """The cells that a merged range leaves empty below its first cell -> that first cell.

    Only ranges one column wide: those are values that hold for several rows. Wider ones are
    headings.
    """
    ranges = getattr(sheet, "merged_cell_ranges", None) or ()
    return {
        (row, left): (top, left)
        for (top, left), (bottom, right) in ranges
        if left == right
        for row in range(top + 1, bottom + 1)
    }


def as_text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, days and times as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < WHOLE_UP_TO
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
