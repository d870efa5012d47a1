"""What a source hands over: frames by vocabulary name, what was rejected, and what was done to it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from geo.errors import InvalidInput, Problem, SourceRejected
from geo.files.formulas import defused
from geo.sources.source import Source, check_counts, load
from geo.sources.vocabulary import check_frames, with_none

REASON = "reason"
"""The column that says why a row came back; a reader ignores it when the file is loaded again."""


@dataclass(frozen=True)
class Batch:
    """The outcome of reading one source.

    `counts` are of what stood in the source before anything was dropped or mended; `notes` list
    everything dropped, fixed or repaired; `rejected_rows` are the refused rows as they stood in
    the file, with the reason.
    """

    source_id: str
    frames: Mapping[str, pd.DataFrame]
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rejected: tuple[Problem, ...] = ()
    rejected_rows: pd.DataFrame | None = None
    sha256: str = ""

    @property
    def rejected_count(self) -> int:
        """How many rows were refused (one row may have several problems)."""
        return 0 if self.rejected_rows is None else len(self.rejected_rows)


def read_source(
    source_id: str,
    path: Path | None = None,
    *,
    fixes: bool | None = None,
    partial: bool = False,
    known_codes: frozenset[str] | None = None,
) -> Batch:
    """Read one source by its identifier and hold it to what it must contain.

    `path` is the file, or None for a source that stands in the repository; `known_codes` are the
    area codes already loaded, where they are. Raises SourceRejected, naming every problem, unless
    `partial` lets the good rows through.
    """
    source = load(source_id, fixes=fixes)
    if known_codes is not None:
        source = source.knowing(known_codes)
    return read_with(source, path, partial=partial)


def read_with(source: Source, path: Path | None = None, *, partial: bool = False) -> Batch:
    """Read one source by its facts, as `read_source` does by its identifier."""
    if not source.path("read.py").exists():
        raise InvalidInput(
            f"{source.id} is made from other sources, not read from a file.",
            hint="needsmap demo makes it.",
        )
    reader = importlib.import_module(f"geo.sources.{source.folder.name}.read")
    batch: Batch = reader.read(path, source)
    return accept(batch, source, partial=partial)


def accept(batch: Batch, source: Source, *, partial: bool = False) -> Batch:
    """The door: refuse problems (unless `partial`), missed counts and frames of other columns."""
    if batch.rejected and not partial:
        raise SourceRejected(source.id, batch.rejected)
    notes = check_counts(source, batch.counts, partial=partial)
    check_frames(batch.frames)
    if batch.rejected_count:
        notes.append(f"{batch.rejected_count:,} rows rejected and left out")
    return replace(batch, frames=with_none(batch.frames), notes=(*batch.notes, *notes))


def write_rejects(batch: Batch, path: Path) -> Path:
    """Write the refused rows as CSV (UTF-8): the file's own columns and the reason.

    The file can be mended and loaded again as it is: the reason column is ignored, and the
    apostrophes before what a spreadsheet would run as a formula are taken off. `path` must not
    exist yet, so that no file somebody is mending is overwritten. Raises InvalidInput if it does,
    or if there is nothing to write.
    """
    if batch.rejected_rows is None or batch.rejected_rows.empty:
        raise InvalidInput(f"{batch.source_id}: no row was rejected.")
    if path.exists():
        raise InvalidInput(
            f"{path} exists already.", hint="Mend and load it, move it away, or name another file."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    safe = batch.rejected_rows.map(defused).rename(columns=defused)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path
