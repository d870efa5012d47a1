"""What was found wrong with a row, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from geo.files.words import Told, Words

WORDS = Words(Path(__file__).with_name("words.toml"))

Level = Literal["rejected", "warning", "skipped"]

MOST_KEPT = 2_000
"""Findings told one by one; of more only the number by reason is kept, and the rejects file."""


@dataclass(frozen=True)
class Wrong:
    """Why a value cannot be taken; `code` names its sentences in words.toml."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing found in one row.

    `row` is its number as a spreadsheet shows it, `column` the file's own name of the column,
    `value` what stands there: for the person who brought the file, never for a log.
    """

    row: int
    level: Level
    wrong: Wrong
    column: str | None = None
    field: str | None = None
    value: str | None = None

    def told(self, language: str) -> Told:
        """Problem and remedy in a language."""
        return WORDS.tell(self.wrong.code, language, self.wrong.values)

    def __repr__(self) -> str:
        # Never the value: a finding may stand in a log or in the arguments of an exception.
        return f"Finding(row={self.row}, {self.level}, {self.wrong.code}, field={self.field})"


Reason = tuple[Level, str | None, str]
"""What findings are counted by: level, column or field, code."""


def reason_of(finding: Finding) -> Reason:
    """What a finding is counted by."""
    return (finding.level, finding.column or finding.field, finding.wrong.code)


@dataclass
class Findings:
    """The findings of one file: counted by reason, the first of them kept one by one.

    `several` are the reasons that do not say the same of all their rows.
    """

    kept: list[Finding] = field(default_factory=list)
    reasons: Counter[Reason] = field(default_factory=Counter)
    several: set[Reason] = field(default_factory=set)
    _said: dict[Reason, Wrong] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Count a finding and keep it while there is room; those that refuse a row go first."""
        key = reason_of(finding)
        self.reasons[key] += 1
        if self._said.setdefault(key, finding.wrong) != finding.wrong:
            self.several.add(key)
        few = self.reasons[key] <= MOST_KEPT // 20
        if len(self.kept) < MOST_KEPT and (few or len(self.kept) < MOST_KEPT // 2):
            self.kept.append(finding)

    def extend(self, findings: list[Finding]) -> None:
        """Add them all."""
        for finding in findings:
            self.add(finding)

    def coded(self, codes: Collection[str]) -> int:
        """How many findings there are of these codes, whatever became of their rows."""
        return sum(count for (_, _, code), count in self.reasons.items() if code in codes)

    def number(self, level: Level) -> int:
        """How many findings of a level there are; a row may have several."""
        return sum(count for (each, _, _), count in self.reasons.items() if each == level)
