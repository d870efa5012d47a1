"""Whatever an office sends: each row is accepted, or refused with its reason; nothing else happens."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from zoo import Animal, animal

from geo.fields import reading
from geo.files.message import Wanted
from geo.files.reading import read
from geo.files.refused import FileRefused
from geo.files.sandbox import read_file
from geo.imports.check import Checker
from geo.imports.finding import WORDS
from geo.imports.prepare import open_sheet, prepare

IN_EVERY_RUN, ALL, SANDBOXED = 300, 10_000, 12
SERVICES = reading.load("services")


def outcome(path: Path, beast: Animal, *, sandboxed: bool = False) -> str:
    """What became of a file: "read", or the code of its refusal."""
    path.write_bytes(beast.data)
    messages = read_file(path) if sandboxed else read(path, Wanted())
    try:
        sheet = open_sheet(messages, SERVICES, ())
        prepared = prepare(sheet, SERVICES, None, {"file": path.stem})
        checker = Checker(
            SERVICES,
            prepared.mapping,
            sheet.layout.names,
            prepared.manner,
            prepared.country,
            exact_width=sheet.opened.delimiter,
        )
        accepted = rejected = 0
        for rows in sheet.rows:
            piece = checker.check(rows, "el")
            accepted += len(piece.accepted)
            rejected += len(piece.rejected)
            assert all(piece.rejected.values())
    except FileRefused as refusal:
        assert refusal.told("el").problem
        return refusal.code
    tally = checker.tally
    assert (tally.accepted, tally.rejected) == (accepted, rejected)
    assert tally.accepted + tally.rejected + tally.skipped == tally.total
    if beast.records is not None and sheet.layout.header_rows == (1,):
        assert tally.total == beast.records, beast.seed
    for finding in checker.findings.kept:
        assert finding.row > 1 or finding.wrong.code == "twice"
        assert WORDS.tell(finding.wrong.code, "el", finding.wrong.values).problem
        assert finding.value is None or finding.value not in repr(finding) or len(finding.value) < 3
    return "read"


def walk(folder: Path, seeds: range) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in seeds:
        try:
            found[outcome(folder / "beast.csv", animal(seed))] += 1
        except Exception as error:
            raise AssertionError(f"animal {seed} broke out: {error!r}") from error
    return found


def test_a_part_of_the_zoo(tmp_path: Path) -> None:
    found = walk(tmp_path, range(IN_EVERY_RUN))
    assert found["read"] > 0.8 * IN_EVERY_RUN, found


def test_the_same_through_the_reading_process(tmp_path: Path) -> None:
    for seed in range(SANDBOXED):
        path = tmp_path / "beast.csv"
        assert outcome(path, animal(seed), sandboxed=True) == outcome(path, animal(seed))


@pytest.mark.drill
def test_the_whole_zoo(tmp_path: Path) -> None:
    found = walk(tmp_path, range(ALL))
    assert sum(found.values()) == ALL
    assert found["read"] > 0.8 * ALL, found
