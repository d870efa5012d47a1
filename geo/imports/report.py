"""What became of an import, in the words of whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.files.header import Layout
from geo.files.message import Note, Opened
from geo.files.refused import WORDS as FILE_WORDS
from geo.files.words import Told
from geo.imports.check import Tally
from geo.imports.finding import WORDS, Finding, Findings, Reason, Wrong, reason_of
from geo.imports.guess import Guess
from geo.imports.mapping import ColumnMapping, as_content
from geo.imports.places import OUTSIDE

SHOWN_FINDINGS = 200


@dataclass
class Report:
    """Everything to say about one import.

    `written` counts rows by register and what became of them; `rejects` is where the refused
    rows lie; `not_checked` what could not be looked at, and why; `duplicates` None was not asked.
    """

    register: str
    source: str
    file: str
    opened: Opened
    layout: Layout
    mapping: ColumnMapping
    guesses: tuple[Guess, ...]
    unused: tuple[str, ...]
    tally: Tally
    findings: Findings
    dry_run: bool
    partial: bool
    not_checked: list[Wrong] = field(default_factory=list)
    written: dict[str, dict[str, int]] = field(default_factory=dict)
    duplicates: int | None = 0
    run_id: str | None = None
    rejects: str | None = None
    seconds: float = 0.0

    @property
    def refused(self) -> bool:
        """Whether nothing was written because some rows cannot be taken."""
        return self.tally.rejected > 0 and not self.partial

    def counts(self) -> dict[str, Any]:
        """The figures to keep of this import; nothing of what stands in the rows."""
        figures = {
            "total": self.tally.total,
            "accepted": self.tally.accepted,
            "rejected": self.tally.rejected,
            "skipped": self.tally.skipped,
            "warned": self.tally.warned,
            "written": self.written,
            "duplicates": self.duplicates,
            "seconds": round(self.seconds, 2),
        }
        return {name: figure for name, figure in figures.items() if figure is not None}

    def notes(self, language: str) -> list[str]:
        """What to know about how the file was read."""
        found = [str(_told_note(note, language)) for note in self.opened.notes]
        found += [str(WORDS.tell(w.code, language, w.values)) for w in self.not_checked]
        outside = self.findings.coded(OUTSIDE)
        if outside:
            counts = {"outside": outside, "points": self.tally.points}
            found.append(str(WORDS.tell("points_outside", language, counts)))
        return found

    def reasons(self, language: str) -> list[dict[str, Any]]:
        """How many rows there are for each reason, the commonest first."""
        examples: dict[Reason, Finding] = {}
        for finding in self.findings.kept:
            examples.setdefault(reason_of(finding), finding)
        listed = []
        for key, count in self.findings.reasons.most_common():
            level, column, code = key
            first = examples.get(key)
            told = first.told(language) if first else Told(code, "")
            if first and key in self.findings.several:
                told = _in_general(first, told, language)
            listed.append(
                {
                    "level": level,
                    "column": column,
                    "rows": count,
                    "code": code,
                    "problem": told.problem,
                    "remedy": told.remedy,
                    "first_row": first.row if first else None,
                }
            )
        return listed

    def rows(self, language: str, most: int = SHOWN_FINDINGS) -> list[dict[str, Any]]:
        """The first findings one by one, with the value as it stands in the file."""
        return [
            {
                "row": finding.row,
                "level": finding.level,
                "column": finding.column,
                "field": finding.field,
                "value": finding.value,
                "problem": (told := finding.told(language)).problem,
                "remedy": told.remedy,
            }
            for finding in self.findings.kept[:most]
        ]

    def as_content(self, language: str) -> dict[str, Any]:
        """The whole report as plain values, for machines."""
        return {
            "register": self.register,
            "source": self.source,
            "file": self.file,
            "import": self.run_id,
            "dry_run": self.dry_run,
            "refused": self.refused,
            "format": self.opened.format,
            "encoding": self.opened.encoding,
            "delimiter": self.opened.delimiter,
            "sheet": self.opened.sheet,
            "sheets": list(self.opened.sheets),
            "header_rows": list(self.layout.header_rows),
            "skipped_before": {str(k): v for k, v in self.layout.skipped.items()},
            "mapping": as_content(self.mapping),
            "guesses": [_guess(one) for one in self.guesses],
            "unused_columns": list(self.unused),
            **self.counts(),
            "notes": self.notes(language),
            "reasons": self.reasons(language),
            "rows": self.rows(language),
            "rejects": self.rejects,
        }


def _in_general(first: Finding, told: Told, language: str) -> Told:
    """What is said of rows that have different things wrong, with the first as an example."""
    own = f"{first.wrong.code}_several"
    if own in WORDS.codes():
        return WORDS.tell(own, language, first.wrong.values)
    example = WORDS.tell("for_example", language, {"problem": told.problem})
    return Told(example.problem, told.remedy)


def _guess(one: Guess) -> Mapping[str, Any]:
    return {
        "column": one.column,
        "field": one.field,
        "confidence": one.confidence,
        "how_sure": one.word,
        "because": one.because,
        "sample": one.sample,
    }


def _told_note(note: Note, language: str) -> Told:
    return FILE_WORDS.tell(note.code, language, note.values)
