"""Tables for people to open in a spreadsheet: as CSV, in which no cell can run."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from geo.errors import InvalidInput
from geo.files.formulas import defused

OWNER_ONLY = 0o600


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table that only its owner may read; returns the rows written.

    UTF-8 with a mark at the start, by which spreadsheets know it. Raises InvalidInput where the
    file is there already: somebody may be mending it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise InvalidInput(
            f"{path.name} exists already.", hint="Mend and import it, or move it away."
        ) from None
    written = 0
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([defused(name) for name in header])
        for row in rows:
            writer.writerow([defused(cell) for cell in row])
            written += 1
    return written
