"""The table of docs/geocoding.md: what the last run of the bench measured, and on what."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from geo.db.cluster import find_binaries
from geo.settings import ROOT
from tests.bench.geocode.against import NO_NUMBER, Compared, Side
from tests.bench.geocode.peer import VERSION
from tests.bench.geocode.shares import Shares
from tests.bench.measure import Measured

DOCUMENT = ROOT / "docs" / "geocoding.md"
BEGIN, END = "<!-- Written by `make bench`: begin -->", "<!-- Written by `make bench`: end -->"

MUCH_LOAD = 2.0
"""Programs that want to run for each core: the bench itself, the peer and its database need two."""


def write(found: Compared, more: list[Measured], document: Path = DOCUMENT) -> None:
    """Put the tables between the two marks of the document; what stands around them stays."""
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or not after:
        raise ValueError(f"{document.name} has lost the marks that the bench writes between")
    words = "\n".join((*_head(found), "", *_accuracy(found), "", *_speed(found), "", *_more(more)))
    document.write_text(f"{before}{BEGIN}\n{words.rstrip()}\n{END}{after}", encoding="utf-8")


def _head(found: Compared) -> Iterator[str]:
    day = datetime.now(UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0))
    postgresql = find_binaries().parent.name
    yield (
        f"Measured on {day} with {cores} cores; Python {platform.python_version()}, PostgreSQL"
        f" {postgresql}, Nominatim {VERSION} with its normal settings, both warmed up, one after the"
        f" other in one run. {found.houses:,} addresses in six spellings,"
        f" {found.invented} that do not exist."
    )
    load = os.getloadavg()[1]
    if load > MUCH_LOAD * cores:
        yield ""
        yield (
            f"The machine had much other work meanwhile (load {load:.0f} on {cores} cores), so every"
            f" speed below is lower than it would be alone, and no two of them compare well."
        )


def _accuracy(found: Compared) -> Iterator[str]:
    yield (
        "| asked as | ours, within 50 m | 250 m | off by more than 1 km | no answer"
        " | Nominatim, within 50 m | 250 m | off by more than 1 km | no answer |"
    )
    yield "| --- |" + " ---: |" * 8
    for kind in found.ours.shares:
        if kind != NO_NUMBER:
            yield _row(kind, found.ours.shares[kind], found.theirs.shares[kind])
    yield _row(f"{NO_NUMBER}, from the street", found.ours.street, found.theirs.street)
    own, peers = found.ours.shares[NO_NUMBER], found.theirs.shares[NO_NUMBER]
    yield _row(f"{NO_NUMBER}, from the house meant", own, peers)


def _row(what: str, own: Shares, peers: Shares) -> str:
    cells = [
        _percent(share)
        for one in (own, peers)
        for share in (one.near, one.close, one.wrong, 1 - one.answered)
    ]
    return f"| {what} | " + " | ".join(cells) + " |"


def _speed(found: Compared) -> Iterator[str]:
    own, peers = found.ours, found.theirs
    yield "| | ours | Nominatim |"
    yield "| --- | ---: | ---: |"
    yield f"| does not exist, answered as an address | {own.as_address} | {peers.as_address} |"
    yield _line("single look-up, median", own, peers, "median_ms", " ms", 2)
    yield _line("single look-up, 95th percentile", own, peers, "p95_ms", " ms", 2)
    yield _line("in one process, one after the other, a second", own, peers, "one_process", "", 0)
    yield _line("all at once, the best way of each, a second", own, peers, "a_second", "", 0)
    yield ""
    yield (
        f"Without a number the street is asked for, so the first of the two lines measures from its"
        f" nearest surveyed house. No answer can do better than {_percent(found.best_possible)}"
        f" within 250 m of the house that was meant: some streets are longer."
        f" Loading the extract took {found.load_seconds:.0f} s."
    )


def _line(what: str, own: Side, peers: Side, name: str, unit: str, digits: int) -> str:
    cells = [f"{getattr(side, name):,.{digits}f}{unit}" for side in (own, peers)]
    return f"| {what} | {cells[0]} | {cells[1]} |"


def _more(lines: list[Measured]) -> Iterator[str]:
    if lines:
        yield "| measured besides | found | wanted |"
        yield "| --- | ---: | ---: |"
    for one in lines:
        yield f"| {one.what} | {one.ours} | {one.against} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
