"""Rows of a sheet that hold no record: totals, headings of sections, notes, the header again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.files.message import Row
from geo.imports.finding import Wrong
from geo.names import fold

TOTALS = frozenset(
    map(
        fold,
        (
            "total", "totals", "grand total", "sum", "σύνολο", "σύνολα", "γενικό σύνολο",
            "άθροισμα", "razem", "ogółem", "suma", "łącznie", "razem ogółem", "total general",
            "общо", "всичко", "totale",
        ),
    )
)  # fmt: skip
"""What the first words of a row of totals are, in five languages."""

_BEGINS = re.compile(
    r"\W*(?:total|grand|sum|razem|og[oó][lł]em|[lł][aą]cznie|σ[υύ]νολ|γενικ|[αά]θροισμ|общо|всичко)",
    re.IGNORECASE,
)
"""How each of them begins: a look that costs little, since every row is looked at."""

_INITIALS = frozenset("tTgGsSrRoOłŁlLσΣγΓαάΑΆоОвВ \t\n(*")

LONGEST_TOTAL = 3
"""Words that may follow: "razem miejsca klubowe", not "Total Care Centre of the North"."""

WIDE_TABLE = 4
"""From so many named columns on, a row with one filled cell is a heading or a note."""


def no_record(row: Row, filled: Sequence[str], names: Sequence[str]) -> Wrong | None:
    """Why a row holds no record, None where it does; `filled` are its cells that hold anything."""
    if 2 * len(filled) <= len(names) and len(set(filled)) == 1:
        return Wrong("section_row") if sum(map(bool, names)) >= WIDE_TABLE else None
    for cell in filled[:3]:
        if cell[0] in _INITIALS and _BEGINS.match(cell) is not None:
            return _total_row(filled, sum(map(bool, names)))
    if row[0] == names[0] or "\n" in row[0]:
        return Wrong("header_again") if len(filled) > 1 and _same(row, names) else None
    return None


def _total_row(filled: Sequence[str], columns: int) -> Wrong | None:
    texts = [cell.strip() for cell in filled if not _numeric(cell)]
    if any(_total(text) for text in texts[:2]) and len(texts) <= max(2, columns // 3):
        return Wrong("total_row")
    return None


def _total(text: str) -> bool:
    words = fold(text).split()
    for length in (1, 2):
        if " ".join(words[:length]) in TOTALS and len(words) - length <= LONGEST_TOTAL:
            return True
    return False


def _numeric(cell: str) -> bool:
    return not any(sign.isalpha() for sign in cell)


def _same(row: Row, names: Sequence[str]) -> bool:
    cells = [" ".join(cell.split()) for cell in row]
    return cells == list(names[: len(cells)])
