"""Where handed-in files are read: tried at once a few at a time, read in one after the other."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Engine

from api.routes.line import Line
from geo.db.caller import Caller
from geo.errors import Busy, NeedsmapError
from geo.fields import reading
from geo.files.refused import FileRefused
from geo.importing import runs
from geo.importing.request import Request
from geo.importing.work import Cancelled
from geo.imports.mapping import from_content
from geo.imports.report import Report
from geo.registers.handed import store
from geo.settings import Settings

log = logging.getLogger(__name__)

WAITING = 8
TRIES = 2
SILENCE = 30.0
"""Seconds without a sign of life after which an import is taken for cut off."""

BUSY = "Several files are being read already."
BUSY_HINT = "Try again in a minute; nothing was kept of this try."
STOPPED = {
    "en": "The import was stopped by a failure of ours; nothing was written.",
    "el": "Η εισαγωγή σταμάτησε από δικό μας σφάλμα· δεν γράφτηκε τίποτα.",
}


@dataclass(frozen=True)
class Job:
    """One import to do, in whose name, telling what is wrong in which language."""

    key: UUID
    caller: Caller
    language: str


class Desk:
    """Reads one file in at a time, in the order they came; beyond a few that wait it says so.

    What waits here lives in the database: after a restart an import goes on when its reader next
    looks at it, in that reader's name, since nobody else may see it.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._line: Line[Job] = Line("imports", WAITING, self._do, Busy(BUSY, hint=BUSY_HINT))
        self._tries = threading.BoundedSemaphore(TRIES)

    def has(self, key: UUID) -> bool:
        """Whether an import waits or is under way here."""
        return self._line.has(key)

    def add(self, job: Job) -> None:
        """Put an import at the end of the line; raises Busy where the line is full."""
        self._line.add(job)

    def attempt(self, make: Callable[[], Report]) -> Report:
        """A dry run, a few at a time; raises Busy."""
        if not self._tries.acquire(blocking=False):
            raise Busy(BUSY, hint=BUSY_HINT)
        try:
            return make()
        finally:
            self._tries.release()

    def rejects(self, key: UUID) -> Path:
        """Where the refused rows of an import lie, for their reader alone."""
        return self._settings.var / "rejects" / "handed-in" / f"{key}.csv"

    def dry_run(self, request: Request, caller: Caller) -> Report:
        """Read a file and write nothing."""
        return self.attempt(lambda: runs.run(self._engine, self._settings, request, caller=caller))

    def _do(self, job: Job) -> None:
        try:
            with job.caller.begin(self._engine) as connection:
                row, content = store.one(connection, job.key), store.content(connection, job.key)
            with kept_as_file(row.file_name, content) as path:
                request = request_of(row, path, job.language)
                report = runs.run(self._engine, self._settings, request, caller=job.caller)
            if report.rejects:
                self._keep(Path(report.rejects), job.key)
        except Cancelled:
            return
        except FileRefused as refused:
            told = {lang: refused.told(lang).problem for lang in ("en", "el")}
            self._stop(job, told)
        except NeedsmapError as error:
            self._stop(job, {"en": error.message})
        except Exception as error:  # whatever it is, the next import must still be done
            log.error("import %s failed: %s", job.key, type(error).__name__)
            self._stop(job, STOPPED)

    def _stop(self, job: Job, problem: dict[str, str]) -> None:
        try:
            with job.caller.begin(self._engine) as connection:
                store.stopped(connection, job.key, problem)
        except Exception as error:  # the database may be what failed
            log.error("import %s cannot be ended: %s", job.key, type(error).__name__)

    def _keep(self, written: Path, key: UUID) -> None:
        target = self.rejects(key)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(written, target)


def request_of(row: Any, path: Path, language: str) -> Request:
    """How a handed-in file is to be read."""
    return Request(
        row.register,
        path,
        mapping=from_content(row.mapping, reading.load(row.register)),
        source=row.source_id,
        partial=row.mode == "partial",
        language=language,
        run_id=row.id,
    )


@contextmanager
def kept_as_file(name: str, content: bytes) -> Iterator[Path]:
    """The bytes as a file of that name for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="needsmap-import-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path
