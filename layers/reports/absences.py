"""What may be said where no gap or pocket is shown: no more than the figures bear out."""

from __future__ import annotations

from collections.abc import Sequence

from layers.figures import Cell
from layers.reports.sentences import sentence
from layers.words import LANGUAGES

GAPS = ("capacity_gap", "staff_shortfall")
PATTERNS = ("rate_pattern", "hot_spot")
"""Indicators that tell of gaps and of pockets."""

HIGH = ("high_high", "hot")
"""Patterns that make a pocket."""


def gaps_note(found: Sequence[Cell]) -> dict[str, str]:
    """By language, why no gap is listed, from all gap figures in question.

    Only a shown 0 denies a gap; a count that the tier rounded to 0 does not.
    """
    statuses = {cell.status for cell in found}
    zeros = [cell for cell in found if cell.value == 0]
    if any(cell.rounded for cell in zeros):
        return _note("gaps_about_none")
    if zeros:
        return _note("gaps_none")
    if "withheld" in statuses:
        return _note("gaps_withheld")
    return _note("gaps_not_applicable" if statuses == {"not_applicable"} else "gaps_no_data")


def pockets_note(found: Sequence[Cell], *, whole: bool) -> dict[str, str]:
    """By language, why no pocket is listed, from all patterns in question.

    `whole` is true of the region with its municipalities, false of one municipality. A pocket is
    denied only where a pattern was analysed and none is high or withheld: a pocket with a
    withheld member is not in the release.
    """
    place = "region" if whole else "municipality"
    if any(cell.status == "withheld" or cell.category in HIGH for cell in found):
        return _note(f"{place}_pockets_not_shown")
    analysed = any(cell.category is not None for cell in found)
    return _note(f"{place}_pockets_{'none' if analysed else 'no_data'}")


def _note(key: str) -> dict[str, str]:
    return {lang: sentence(f"absent.{key}", lang) for lang in LANGUAGES}
