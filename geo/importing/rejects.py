"""Refused rows as a file to be mended: set aside, laid ready once the import ended, swept in time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from geo.errors import InvalidInput
from geo.files.formulas import restored
from geo.files.tables import write_csv
from geo.importing.looking import REJECTED_MARK, Looked, rows_of
from geo.importing.request import Request
from geo.imports.check import REASON
from geo.settings import Settings

PART = ".part"
"""At the end of a file's name until its import has ended."""

KEPT_DAYS = 30


def set_aside(
    settings: Settings, request: Request, looked: Looked, refused: Mapping[int, str]
) -> Path:
    """Write the refused rows as they stand in the file, with why, before their import ends.

    `refused` is row number -> why. Returns where they lie until `lay_ready`. Raises InvalidInput
    where they cannot be written, so that no import is done whose refused rows are lost.
    """
    stem = looked.source.replace(":", "_")
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
    path = settings.var / "rejects" / f"{stem}{REJECTED_MARK}-{moment}.csv{PART}"
    names = list(looked.sheet.layout.names)
    own = names.index(REASON) if REASON in names else None
    header = [name for place, name in enumerate(names) if place != own]

    def rows() -> Iterator[list[str]]:
        for number, row in rows_of(request):
            why = refused.get(number)
            if why is None:
                continue
            cells = [restored(cell) for cell in row] + [""] * (len(names) - len(row))
            if own is not None:
                del cells[own]
            yield [*cells[: len(header)], why, *cells[len(header) :]]

    try:
        write_csv(path, [*header, REASON], rows())
    except OSError:
        drop(path)
        raise InvalidInput(
            "The refused rows cannot be written down; nothing was imported.",
            hint="Make room on the disk, or see to the folder rejects, and import the file again.",
        ) from None
    except BaseException:
        drop(path)
        raise
    return path


def lay_ready(path: Path) -> Path:
    """Give a file that was set aside its name."""
    ready = path.with_name(path.name.removesuffix(PART))
    os.replace(path, ready)
    return ready


def drop(path: Path) -> None:
    """Remove a file that was set aside."""
    if path.is_file():
        path.unlink(missing_ok=True)


def sweep(settings: Settings, as_of: date) -> int:
    """Remove files of refused rows last written more than 30 days before a day (UTC).

    Returns how many there were; links are not followed.
    """
    folder = settings.var / "rejects"
    removed = 0
    for path in [*folder.glob("*"), *(folder / "handed-in").glob("*")]:
        if path.is_symlink() or not path.is_file():
            continue
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        if as_of - written > timedelta(days=KEPT_DAYS):
            path.unlink(missing_ok=True)
            removed += 1
    return removed
