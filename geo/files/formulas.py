"""Keeps cells of a table that people open in a spreadsheet from being run there as formulas."""

from __future__ import annotations

import re

SIGN = "'"
"""Put before a cell, it makes a spreadsheet take what follows for text."""

FORMULA = re.compile(rf"{SIGN}*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
"""What a spreadsheet may run (it skips blanks; some take the wide signs of East Asia too). Cells that begin so after apostrophes of their own
count too: they get one more, so that taking one off gives every cell back as it was."""


def defused(cell: object) -> object:
    """The cell with an apostrophe before it if it is a text that a spreadsheet could run."""
    return f"{SIGN}{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """What was given to `defused`: without the apostrophe that it put, and no other."""
    return cell[1:] if cell.startswith(SIGN) and FORMULA.match(cell) else cell
