"""Where a table begins: titles, one to several rows of column names, the first row of data."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.files.message import Row
from geo.files.refused import FileRefused
from geo.names import fold

SEARCHED_ROWS = 40
"""A table that has no header in its first forty rows has none."""

MOST_HEADER_ROWS = 6
LONGEST_NAME = 300
PARTS = " / "
"""Between the parts of a column name that stood in several rows."""

_NUMBER = re.compile(r"[-+]?[\d\s.,%]+|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*", re.ASCII)

Kind = Literal["blank", "title", "header", "column_numbers"]


@dataclass(frozen=True)
class Layout:
    """Which rows are what. Numbers are those of a spreadsheet, the first row is 1.

    `names` has one name a column, unlike each other, "" for a column without name and content.
    `skipped` are the rows before the data with what they are; `data_from` is the first after.
    """

    names: tuple[str, ...]
    header_rows: tuple[int, ...]
    skipped: dict[int, Kind]
    data_from: int


def find_header(
    rows: Sequence[Row], known: Collection[str] = (), given: Sequence[int] = ()
) -> Layout:
    """The layout of a table from its first rows.

    `known` are folded names that columns may have; a row that holds some is likely the header.
    `given` are the header's row numbers where a person says them. Raises FileRefused where no
    row can be the header.
    """
    if given:
        header = [number - 1 for number in given]
        if max(header) >= len(rows):
            raise FileRefused("no_header")
    else:
        header = _header_rows(rows, frozenset(known))
    names = _names(rows, header)
    after = header[-1] + 1
    while after < len(rows) and (not any(rows[after]) or _column_numbers(rows[after])):
        after += 1
    skipped: dict[int, Kind] = {}
    for place in range(after):
        if place not in header:
            skipped[place + 1] = _kind(rows[place], place < header[0])
    return Layout(names, tuple(place + 1 for place in header), skipped, after + 1)


def named(names: Sequence[str]) -> Layout:
    """The layout of a format that has its own column names: every row is data."""
    return Layout(_distinct([_short(name) for name in names]), (), {}, 1)


def _short(name: str) -> str:
    """A name on one line, cut where it is a text rather than a name."""
    return " ".join(name[:LONGEST_NAME].split())


def _kind(row: Row, before: bool) -> Kind:
    if not any(cell.strip() for cell in row):
        return "blank"
    return "title" if before else "column_numbers"


def _filled(row: Row) -> list[int]:
    return [place for place, cell in enumerate(row) if cell.strip()]


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None


def _header_rows(rows: Sequence[Row], known: frozenset[str]) -> list[int]:
    searched = rows[:SEARCHED_ROWS]
    width = _usual_width(rows)
    best, best_score = None, 0.0
    for place, row in enumerate(searched):
        score = _header_score(row, width, known) - 0.02 * place
        if score > best_score:
            best, best_score = place, score
    if best is None:
        raise FileRefused("no_header")
    # Merged cells repeat their name downwards, so that the last row of a header is its fullest.
    while best and len(_filled(rows[best - 1])) > 1 and _continues(rows, [best - 1], best):
        best -= 1
    found = [best]
    for place in range(best + 1, min(best + MOST_HEADER_ROWS, len(rows))):
        if not _continues(rows, found, place):
            break
        if any(cell.strip() for cell in rows[place]):
            found.append(place)
    return found


def _usual_width(rows: Sequence[Row]) -> int:
    """How many cells a row of this table usually fills."""
    counts = sorted(len(_filled(row)) for row in rows if any(row))
    return counts[len(counts) // 2] if counts else 0


def _usual_end(rows: Sequence[Row]) -> int:
    """Where at least half of the rows end; a few that are longer are mistakes, not columns."""
    ends = sorted(filled[-1] + 1 for row in rows if (filled := _filled(row)))
    return ends[len(ends) // 2] if ends else 0


def _header_score(row: Row, width: int, known: frozenset[str]) -> float:
    """How much a row looks like column names: from 0 (not at all) to about 3."""
    filled = [row[place].strip() for place in _filled(row)]
    if not filled or (width > 1 and len(filled) < 2):
        return 0.0
    names = [cell for cell in filled if not _is_number(cell) and len(cell) <= LONGEST_NAME]
    hits = sum(fold(cell) in known for cell in names)
    texts = len(names) / len(filled)
    if texts < 0.7 or (texts < 1 and hits == 0 and len(filled) < 8):
        return 0.0
    share = min(len(filled) / max(width, 1), 1.0)
    if share < 0.5 and hits < 2:
        return 0.0
    return share + texts * len(set(names)) / len(filled) + min(hits / len(filled), 1.0)


def _continues(rows: Sequence[Row], found: Sequence[int], place: int) -> bool:
    """Whether a row goes on with the header above: it fills only what the header left open."""
    first, row = rows[found[0]], rows[place]
    filled = _filled(row)
    if not filled:
        # Blank rows belong to the header when it goes on after them; a merged cell may be tall.
        return bool(found) and len(found) > 1
    above = rows[found[-1]]
    fresh = [column for column in filled if _cell(row, column) != _cell(above, column)]
    if not fresh:
        return True
    if any(_is_number(_cell(row, column)) for column in fresh):
        return False
    leftmost = _filled(first)[0]
    if leftmost in fresh or fresh[0] <= leftmost:
        return False
    spanned = _spanned(first)
    names = [column for column in _filled(first) if column not in fresh]
    return all(column in spanned for column in fresh) and len(names) >= 2


def _spanned(row: Row) -> frozenset[int]:
    """The columns that have a name in a row, or lie right of one without having one."""
    filled = _filled(row)
    return frozenset(range(filled[0], max(len(row), filled[-1] + 1))) if filled else frozenset()


def _cell(row: Row, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _column_numbers(row: Row) -> bool:
    """A row that only counts the columns: 1, 2, 3 ..."""
    cells = [row[place].strip().strip("().") for place in _filled(row)]
    return len(cells) > 2 and cells in (
        [str(number) for number in range(1, len(cells) + 1)],
        [str(number) for number in range(len(cells))],
    )


def _names(rows: Sequence[Row], header: Sequence[int]) -> tuple[str, ...]:
    width = max(*(len(rows[place]) for place in header), _usual_end(rows))
    parts: list[list[str]] = [[] for _ in range(width)]
    for level, place in enumerate(header):
        below = [rows[other] for other in header[level + 1 :]]
        current = ""
        for column in range(width):
            cell = _cell(rows[place], column)
            if cell:
                current = cell
            elif _starts_own(parts, rows, header[:level], column):
                current = ""
            own = cell or (current if any(_cell(row, column) for row in below) and current else "")
            if own and (not parts[column] or parts[column][-1] != own):
                parts[column].append(own)
    return _distinct([PARTS.join(map(_short, each)) for each in parts])


def _starts_own(
    parts: list[list[str]], rows: Sequence[Row], above: Sequence[int], column: int
) -> bool:
    """Whether a column stands under another heading than the one left of it."""
    if column == 0 or not above:
        return False
    return parts[column] != parts[column - 1] and bool(_cell(rows[above[-1]], column))


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names unlike each other: the second of a name gets (2), and so on."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        again = name and seen[name] > 1
        found.append(f"{name} ({seen[name]})" if again else name)
    return tuple(found)
