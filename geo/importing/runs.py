"""Imports as actions: done, resumed where they were cut off, taken back."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Engine

from geo.db.caller import Caller
from geo.errors import Busy, Conflict, NeedsmapError
from geo.fields import reading
from geo.ids import new_id
from geo.importing import rejects
from geo.importing.looking import Looked, look
from geo.importing.request import Progress, Request
from geo.importing.work import CANCELLED, Cancelled, Work
from geo.imports import store
from geo.imports.mapping import as_content, from_content
from geo.imports.report import Report
from geo.registers.incoming import store as incoming
from geo.registers.incoming.target import IN_ORDER, target
from geo.settings import Settings

BLOCK = 1 << 20


def run(
    engine: Engine,
    settings: Settings,
    request: Request,
    *,
    caller: Caller | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import a file: all of it, or nothing and why; with `partial` the good rows.

    Everything is one transaction as the caller: cut off at any moment it leaves nothing, and the
    same call again, or `resume`, does the whole. A dry run is the same and is taken back at its
    end. Raises FileRefused, InvalidInput, Busy where the same import is under way, Cancelled
    where the import that the request names was ended.
    """
    caller = caller or Caller()
    looked = look(request, caller)
    if request.dry_run:
        return Work(engine, settings, request, looked, caller).write(new_id(), progress)
    run_id = _started(engine, request, looked, caller)
    return _do(Work(engine, settings, request, looked, caller), run_id, progress)


def resume(
    engine: Engine,
    settings: Settings,
    run_id: UUID,
    *,
    caller: Caller | None = None,
    progress: Progress | None = None,
) -> Report:
    """Do an import that was cut off, from the file that was kept. Raises NotFound, Conflict."""
    caller = caller or Caller()
    with caller.begin(engine) as connection:
        found = store.get(connection, run_id)
        if found.state not in ("waiting", "running"):
            raise Conflict(f"This import is {found.state}; there is nothing to resume.")
        content = store.content(connection, run_id)
    with tempfile.TemporaryDirectory(prefix="needsmap-import-") as folder:
        path = Path(folder) / Path(found.file_name).name
        path.write_bytes(content)
        mapping = from_content(found.mapping, reading.load(found.register))
        request = Request(
            found.register,
            path,
            mapping=mapping,
            source=found.source_id,
            partial=found.mode == "partial",
        )
        looked = look(request, caller)
        return _do(Work(engine, settings, request, looked, caller), run_id, progress)


def cancel(engine: Engine, run_id: UUID, *, caller: Caller | None = None) -> None:
    """End an import that waits or runs; it notices within seconds and leaves nothing."""
    _end(engine, caller or Caller(), run_id, "cancelled", {})


def undo(engine: Engine, run_id: UUID, *, caller: Caller | None = None) -> incoming.TakenBack:
    """Take an import back as one action; rows somebody needs since stay and are listed.

    Raises NotFound, Conflict where the import is not done.
    """
    with (caller or Caller()).begin(engine) as connection:
        found = store.get(connection, run_id)
        if found.state != "done":
            raise Conflict(f"This import is {found.state}; there is nothing to undo.")
        written = found.counts.get("written", {})
        names = [name for name in IN_ORDER if name in written]  # JSON does not keep an order
        taken = incoming.take_back(connection, [target(name, ()) for name in names], run_id)
        counts = {"removed": taken.removed, "restored": taken.restored, "kept": len(taken.kept)}
        if not store.undone(connection, run_id, {"undone": counts}):
            raise Conflict("Somebody else undid this import at the same moment.")
        incoming.note(connection, "undo_import", f"{found.register} of {found.source_id}")
    return taken


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _started(engine: Engine, request: Request, looked: Looked, caller: Caller) -> UUID:
    """A new import, or the same one that was cut off before; the one that is named and no other."""
    mapping = as_content(looked.prepared.mapping)
    if request.run_id is not None:
        with caller.begin(engine) as connection:
            if not store.begin_again(connection, request.run_id, mapping):
                raise Cancelled(CANCELLED)
        return request.run_id
    new = store.NewRun(
        id=new_id(),
        register=request.register,
        source_id=looked.source,
        path=request.path,
        sha256=checksum(request.path),
        mode="partial" if request.partial else "strict",
        actor_id=caller.user_id,
        role=caller.role,
        territory=caller.territory,
        agency_id=caller.agency,
    )
    with caller.begin(engine) as connection:
        cut_off = store.unfinished(connection, new)
        if cut_off is not None:
            store.begin_again(connection, cut_off, mapping)
            return cut_off
        store.start(connection, new, mapping)
    return new.id


def _do(work: Work, run_id: UUID, progress: Progress | None) -> Report:
    """One import with its refused rows, which lie ready only when it has ended."""
    try:
        report = _written(work, run_id, progress)
    except BaseException:
        if work.rejects is not None:
            rejects.drop(work.rejects)
        raise
    if work.rejects is not None:
        report.rejects = str(rejects.lay_ready(work.rejects))
    return report


def _written(work: Work, run_id: UUID, progress: Progress | None) -> Report:
    try:
        report = work.write(run_id, progress)
    except (KeyboardInterrupt, Cancelled):
        _end(work.engine, work.caller, run_id, "cancelled", {})
        raise
    except Busy:
        raise  # somebody else works on it
    except NeedsmapError as refusal:
        _end(work.engine, work.caller, run_id, "failed", {}, refusal)
        raise
    if report.refused:
        _end(work.engine, work.caller, run_id, "failed", report.counts())
    return report


def _end(
    engine: Engine,
    caller: Caller,
    run_id: UUID,
    state: store.Ended,
    counts: dict[str, Any],
    why: NeedsmapError | None = None,
) -> None:
    problem = None if why is None else {"en": why.message}
    with caller.begin(engine) as connection:
        store.ended(connection, run_id, state, counts, problem)
