"""How wide the columns of a table are, so that words stay whole where there is room for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

LEAST_CUT = 8
"""Characters that stay of a cell that is cut."""


@dataclass(frozen=True)
class Wish:
    """How wide a column would be, and how narrow it may become before its words break."""

    most: int
    least: int


def wish(header: str, cells: Sequence[str], *, whole: bool, cut: bool) -> Wish:
    """The wish of a column; its heading may always go on in the next line."""
    lines = [line for cell in cells for line in cell.splitlines()]
    widest = max(map(cell_len, lines), default=0)
    most = max(widest, cell_len(header))
    heading = _longest_word(header)
    if cut:
        return Wish(most, min(most, max(LEAST_CUT, heading)))
    if whole:
        return Wish(most, max(widest, heading))
    return Wish(most, max(map(_longest_word, [header, *cells]), default=0))


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def widths(wishes: Sequence[Wish], room: int) -> list[int]:
    """A width for each column; where not even the words have room, the widest give way."""
    found = [one.least for one in wishes]
    while sum(found) > max(room, len(found)):
        found[found.index(max(found))] -= 1
    while sum(found) < room:
        wanting = [place for place, one in enumerate(wishes) if found[place] < one.most]
        if not wanting:
            break
        found[min(wanting, key=lambda place: found[place])] += 1
    return found
