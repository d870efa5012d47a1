"""Rows on their way in: what is wrong with each is gathered, so that all of it is said at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from geo.errors import Problem, SourceRejected
from geo.sources.batch import REASON
from geo.sources.source import Fix, Source

SHOWN_ROWS = 6
"""How many row numbers a message spells out before it says "and n more"."""


class Rows:
    """A file's records as text, by row number, with the problems and notes found so far.

    `frame` has the file's own column names and an index of row numbers (a spreadsheet's for
    tables: the header is row 1; a feature's for polygons, from 1).
    """

    def __init__(self, file: str, frame: pd.DataFrame, source: Source) -> None:
        self.file = file
        self.frame = frame
        self.source = source
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.unreadable: frozenset[int] = frozenset()
        self._reasons: dict[int, list[str]] = defaultdict(list)

    def heading(self, name: str) -> str:
        """What the file calls the column that the vocabulary calls `name`."""
        return self.source.columns.get(name, name)

    def texts(self, name: str) -> pd.Series[str]:
        """The column's values as trimmed text, "" where empty."""
        column = self.frame[self.heading(name)]
        return column.where(column.notna(), "").astype(str).str.strip()

    def reject(
        self, row: int, name: str | None, problem: str, remedy: str, value: str | None = None
    ) -> None:
        """Refuse a row for what stands in its column `name` (None: for the row as a whole).

        `value` is what to show where the column is not one of the table's own, as a geometry.
        """
        column = None if name is None else self.heading(name)
        if value is None and column is not None and column in self.frame.columns:
            value = str(self.frame[column].at[row])
        self.problems.append(
            Problem(self.file, problem, remedy, row=row, column=column, value=value)
        )
        self._reasons[row].append(problem if column is None else f"{column}: {problem}")

    def refused(self, row: int) -> bool:
        """True where something wrong was found in the row already."""
        return row in self._reasons

    def found(self) -> tuple[Problem, ...]:
        """All problems, in the order of the file."""
        return tuple(sorted(self.problems, key=lambda each: each.row or 0))

    def good(self) -> pd.Index[int]:
        """The row numbers with nothing wrong found so far."""
        return self.frame.index.difference(list(self._reasons), sort=False)

    def refuse_problems(self) -> None:
        """Raise SourceRejected if anything was found wrong: for sources taken whole or not."""
        if self.problems:
            raise SourceRejected(self.source.id, self.found())

    def rejected_rows(self) -> pd.DataFrame | None:
        """The refused rows as they stood in the file, with the reason; None if there are none."""
        if not self._reasons:
            return None
        rows = sorted(self._reasons)
        refused = self.frame.loc[rows].drop(columns=[REASON], errors="ignore")
        return refused.assign(**{REASON: ["; ".join(self._reasons[row]) for row in rows]})

    def fix(self) -> None:
        """Apply the source's reviewed corrections, each noted; one that fits no row is noted too."""
        for fix in self.source.fixes:
            self._fix(fix)

    def _fix(self, fix: Fix) -> None:
        unknown = [name for name in (*fix.match, *fix.set) if name not in self.frame.columns]
        if unknown:
            self.notes.append(f"fix not applied, no column {', '.join(unknown)}: {fix}")
            return
        rows = self.matching(fix)
        if len(rows) > 1:
            self.problems.append(
                Problem(
                    self.file,
                    f"a fix that must name one row names {listed(rows)}: {fix}",
                    f"Make its match in {self.source.id}/fixes.toml narrower.",
                    row=rows[0],
                )
            )
        elif not rows:
            self.notes.append(f"fix not needed, no such row any more: {fix}")
        else:
            for column, value in fix.set.items():
                self.frame.loc[rows[0], column] = value
            self.notes.append(f"fixed row {rows[0]}: {fix}")

    def matching(self, fix: Fix) -> list[int]:
        """The row numbers that have all the values a fix looks for."""
        hit = pd.Series(True, index=self.frame.index)
        for column, value in fix.match.items():
            if column not in self.frame.columns:
                return []
            hit &= self.frame[column].astype(str).str.strip() == value
        return [int(row) for row in self.frame.index[hit]]

    def check_codes(self, name: str) -> pd.Series[str]:
        """The codes in column `name`; refuses empty, malformed, unknown and duplicate ones."""
        codes = self.texts(name)
        for row, code in codes.items():
            if not self.refused(int(str(row))):
                self._check_code(int(str(row)), name, code)
        self.check_unique(name, codes)
        return codes

    def _check_code(self, row: int, name: str, code: str) -> None:
        pattern, known = self.source.code_pattern, self.source.known_codes
        padded = code.zfill(max((len(each) for each in known or ()), default=0))
        lost_zero = known is not None and code not in known and padded in known
        if not code:
            self.reject(row, name, "the code is empty", "Give the area's code.")
        elif lost_zero:
            self.reject(
                row,
                name,
                "the code has lost its leading zero",
                f"Write {padded}; format the column as text before saving.",
            )
        elif pattern is not None and not re.fullmatch(pattern, code, re.ASCII):
            self.reject(
                row,
                name,
                f"not a code of this country (expected the form {pattern})",
                "Correct the code.",
            )
        elif known is not None and code not in known:
            self.reject(
                row,
                name,
                "unknown code: no area loaded has it",
                "Correct the code, or load the areas it belongs to first.",
            )

    def check_unique(self, name: str, values: pd.Series[str]) -> None:
        """Refuse every row whose value stands in more than one row, naming all of them."""
        twice = values[values.duplicated(keep=False) & (values != "")]
        for value, rows in twice.groupby(twice).groups.items():
            numbers = [int(row) for row in rows]
            for row in numbers:
                self.reject(
                    row,
                    name,
                    f"the same value stands in {listed(numbers)}",
                    f"Keep {value} in one row and correct the other{self._mend_hint()}.",
                )

    def _mend_hint(self) -> str:
        if (self.source.path("fixes.toml")).exists() and not self.source.fixes:
            return f", or load with --fixes if {self.source.id}/fixes.toml names this row"
        return ""


def listed(rows: Sequence[int]) -> str:
    """Row numbers as words: "rows 58 and 183"."""
    numbers = [str(row) for row in rows]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    if len(numbers) > SHOWN_ROWS:
        return f"rows {', '.join(numbers[:SHOWN_ROWS])} and {len(numbers) - SHOWN_ROWS} more"
    return f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"
