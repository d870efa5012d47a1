"""Rows of a register as CSV or XLSX, in which nothing a person typed can run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from geo.files.formulas import defused
from geo.registers.records.catalogue import Register

LONGEST = 32_000
"""A spreadsheet refuses longer cells; what is cut shows it."""


def csv_of(register: Register, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """CSV in UTF-8 with a mark at the start, by which spreadsheets know the encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(register.shown)
    for row in rows:
        writer.writerow([defused(_plain(row[name])) for name in register.shown])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def xlsx_of(register: Register, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A workbook of one sheet; text is written as text, never as a formula or a link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(register.name[:31])
    for place, name in enumerate(register.shown):
        sheet.write_string(0, place, name)
    for number, row in enumerate(rows, 1):
        for place, name in enumerate(register.shown):
            _cell(sheet, number, place, _plain(row[name]))
    book.close()
    return out.getvalue()


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        # Defused as in CSV: whoever saves the sheet as one keeps cells that do not run.
        text = str(defused(value))
        sheet.write_string(row, column, text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return ";".join(value)
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
