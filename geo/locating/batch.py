"""A file of addresses to a file of places: piece by piece, gone on with where it was cut off."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from geo.errors import InvalidInput
from geo.files.formulas import defused
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate_many
from geo.locating.working_files import check_own, open_own

PIECE = 2_000
"""Rows in memory at once."""

NEEDED = ("id", "address")
TAKEN = (*NEEDED, "municipality", "postcode")
WRITTEN = (
    *("id", "status", "class", "lat", "lon", "radius_m"),
    *("municipality", "matched", "reason"),
)
BLOCK = 1 << 20
NOTE_BYTES = 4096
"""No note is longer."""
LONGEST_FIELD = 131_072
"""Characters; what is longer is no address but an open quote."""
LINES = 20
"""A row on more lines than these is no address but an open quote that swallows rows."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Begun:
    """How far a part of the result is: of which file, by which gazetteer, rows and bytes."""

    sha256: str
    gazetteer: str
    country: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Done:
    """What a batch did; `taken_over` rows were done by a run before that was cut off. `anew`:
    something of a run before was there, but not of this file, or damaged, and was not used."""

    rows: int
    taken_over: int
    by_class: dict[str, int]
    anew: bool


def locate_file(
    source: Path,
    target: Path,
    gazetteer: Gazetteer,
    country: str,
    *,
    lang: str = "en",
    progress: Progress | None = None,
) -> Done:
    """Locate a CSV file (UTF-8; id, address[, municipality][, postcode]) into another.

    The result grows in `<target>.part` and bears its name only when it is whole; a run that was
    cut off goes on from there, as long as file and gazetteer are the same. Only its owner may read
    it, and no cell of it is run by a spreadsheet. Raises InvalidInput for a file that is no such
    table (with the line), for a target that is the source or no file, for a working file that is
    a link or another user's, and while another run writes the same result.
    """
    part = target.with_name(f"{target.name}.part")
    notes = target.with_name(f"{target.name}.part.json")
    _check_files(source, target, (part, notes, _aside(notes)))
    total, sha256 = _looked(source)
    with _alone(part, target) as stream:
        fresh = Begun(sha256, gazetteer.version, country, 0, 0)
        begun = _begun(stream, notes, source, fresh)
        anew = not begun.rows and (notes.exists() or bool(stream.seek(0, os.SEEK_END)))
        done = begun.rows
        stream.truncate(begun.bytes)
        stream.seek(begun.bytes)
        if not begun.bytes:
            _write(stream, [WRITTEN])
        for piece in _pieces(source, skip=begun.rows):
            _write(stream, _located(piece, gazetteer, lang))
            done += len(piece)
            _note(notes, stream, Begun(sha256, gazetteer.version, country, done, stream.tell()))
            if progress is not None:
                progress(done, total)
        stream.flush()
        os.fsync(stream.fileno())
        by_class = _counted(stream)
        os.replace(part, target)
        notes.unlink(missing_ok=True)
    return Done(done, begun.rows, by_class, anew)


def _check_files(source: Path, target: Path, working: tuple[Path, ...]) -> None:
    """Refuse what is no file to read, and what must not be written over."""
    if not source.is_file():
        raise InvalidInput(f"{source}: there is no such file.")
    if not target.parent.is_dir():
        raise InvalidInput(f"{target.parent}: there is no such folder.")
    for path in (target, *working):
        if path.exists() and path.samefile(source):
            raise InvalidInput(
                f"{path} is the file of addresses itself.",
                hint="Give another name for the result; nothing was written.",
            )
    if os.path.lexists(target) and not target.is_file():
        raise InvalidInput(
            f"{target} is no file that could be replaced.",
            hint="Give the name of a new file; nothing was written.",
        )
    for path in working:
        check_own(path)


@contextmanager
def _alone(part: Path, target: Path) -> Iterator[BinaryIO]:
    """The part, open and locked for this run; raises InvalidInput where another run has it."""
    with open_own(part) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking the other run may have ended: then this is its result.
            mine = os.path.samestat(os.fstat(stream.fileno()), part.stat())
        except (BlockingIOError, FileNotFoundError):
            mine = False
        if not mine:
            raise InvalidInput(
                f"Another run is writing {target}.",
                hint="Wait until it has ended, or give another name for the result.",
            )
        yield stream


def _looked(source: Path) -> tuple[int, str]:
    """How many rows a file has, and what it is known by again; raises InvalidInput."""
    digest = hashlib.sha256()
    with source.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    ids: dict[str, int] = {}
    return sum(len(piece) for piece in _pieces(source, ids=ids)), digest.hexdigest()


def _pieces(
    source: Path, skip: int = 0, ids: dict[str, int] | None = None
) -> Iterator[list[dict[str, str]]]:
    """The rows in pieces; `ids` takes up the ids with their lines, each of which may be but once."""
    # Of the process, and other readers of files set their own.
    csv.field_size_limit(LONGEST_FIELD)
    with source.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream, strict=True)
        try:
            missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise InvalidInput(
                    f"{source.name}: there is no column {', '.join(missing)}.",
                    hint=f"Columns are {', '.join(TAKEN)}; the last two may be absent.",
                )
            left = itertools.islice(_rows(rows, source, ids), skip, None)
            while piece := list(itertools.islice(left, PIECE)):
                yield piece
        except UnicodeDecodeError:
            raise InvalidInput(
                f"{source.name}, line {rows.line_num + 1}: cannot be read as UTF-8.",
                hint="Save it as CSV in UTF-8; nothing was written.",
            ) from None


def _rows(
    rows: csv.DictReader[str], source: Path, ids: dict[str, int] | None
) -> Iterator[dict[str, str]]:
    while True:
        before = rows.reader.line_num
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise _no_row(source, before + 1, str(error)) from None
        if row is None:
            return
        breaks = sum(cell.count("\n") for cell in row.values() if isinstance(cell, str))
        line = rows.line_num - breaks
        if breaks > LINES:
            raise _no_row(source, line, f"it goes on for {breaks + 1} lines")
        if None in row or any(row[name] is None for name in NEEDED):
            raise InvalidInput(
                f"{source.name}, line {line}: has another number of columns than the header.",
                hint="Put texts with commas in quotes; nothing was written.",
            )
        taken = {name: row.get(name) or "" for name in TAKEN}
        if ids is not None and taken["id"] and (other := ids.setdefault(taken["id"], line)) != line:
            raise InvalidInput(
                f"{source.name}, line {line}: has the id of line {other}.",
                hint="Give each row an id of its own; nothing was written.",
            )
        yield taken


def _no_row(source: Path, line: int, why: str) -> InvalidInput:
    return InvalidInput(
        f"{source.name}, line {line}: is no row of a table, or has a quote that is not closed"
        f" ({why}).",
        hint="Close the quote, or write it twice where it belongs to the text; nothing was written.",
    )


def _located(
    piece: list[dict[str, str]], gazetteer: Gazetteer, lang: str
) -> Iterator[tuple[Any, ...]]:
    frame = pd.DataFrame(piece).rename(columns={"municipality": "municipality_text"})
    found = locate_many(frame, gazetteer)
    plain = found.astype(object).where(found.notna(), None)
    for row, answer in zip(piece, plain.to_dict("records"), strict=True):
        yield (
            defused(row["id"]),
            _status(answer),
            answer["class"],
            *(_number(answer[name], digits) for name, digits in _NUMBERS),
            defused(gazetteer.area_name(answer["area_code"], lang) or answer["area_code"] or ""),
            defused(answer["matched"] or ""),
            defused(answer[f"reason_{lang}"]),
        )


_NUMBERS = (("lat", 7), ("lon", 7), ("radius_m", 1))


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{float(value):.{digits}f}"


def _status(answer: dict[Any, Any]) -> str:
    """`located`; `ambiguous` where several fit and none is better; `none` where nothing does."""
    if answer["class"] in ("address", "street"):
        return "located"
    if answer["alternatives"]:
        return "ambiguous"
    return "none" if answer["class"] == "none" else "located"


def _write(stream: Any, rows: Any) -> None:
    lines = _Lines()
    # Ends as RFC 4180 has them: csv quotes a lone carriage return only where lines end with one.
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    stream.write("".join(lines).encode("utf-8"))


class _Lines(list[str]):
    """Where csv writes lines to."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def _begun(part: BinaryIO, notes: Path, source: Path, fresh: Begun) -> Begun:
    """Where a run before was cut off; the beginning where there was none or of something else, and
    where note and part do not agree."""
    try:
        with open_own(notes, make=False) as stream:
            known = Begun(**json.loads(stream.read(NOTE_BYTES)))
    except (FileNotFoundError, RecursionError, TypeError, ValueError):
        return fresh
    same = replace(known, rows=0, bytes=0) == fresh
    return known if same and _agrees(known, part, source) else fresh


def _agrees(known: Begun, part: BinaryIO, source: Path) -> bool:
    """Whether the noted bytes of the part are the header and the noted rows, those of the source."""
    if type(known.rows) is not int or type(known.bytes) is not int:
        return False
    if known.rows < 0 or not 0 <= known.bytes <= part.seek(0, os.SEEK_END):
        return False
    if known.rows == known.bytes == 0:
        return True
    ids = (defused(row["id"]) for piece in _pieces(source) for row in piece)
    try:
        rows = csv.reader(_lines(part, known.bytes), strict=True)
        if next(rows, None) != list(WRITTEN):
            return False
        found = 0
        for row in rows:
            if len(row) != len(WRITTEN) or row[0] != next(ids, None):
                return False
            found += 1
    except (csv.Error, UnicodeDecodeError):
        return False
    return found == known.rows


def _lines(part: BinaryIO, size: int) -> Iterator[str]:
    """The lines of the first bytes of a part; raises csv.Error where these end within a line."""
    part.seek(0)
    while size > 0:
        line = part.readline()
        size -= len(line)
        if size < 0 or not line.endswith(b"\n"):
            raise csv.Error("ends within a line")
        yield line.decode("utf-8")


def _aside(notes: Path) -> Path:
    """Where a note is written before it takes the place of the one before."""
    return notes.with_suffix(".tmp")


def _note(notes: Path, stream: Any, begun: Begun) -> None:
    """Write down how far the part is: first the part, then the note, each whole."""
    stream.flush()
    os.fsync(stream.fileno())
    aside = _aside(notes)
    with open_own(aside) as note:
        note.truncate()
        note.write(json.dumps(vars(begun)).encode("utf-8"))
    os.replace(aside, notes)


def _counted(part: BinaryIO) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in csv.DictReader(_lines(part, part.seek(0, os.SEEK_END))):
        counts[row["class"]] = counts.get(row["class"], 0) + 1
    return counts
