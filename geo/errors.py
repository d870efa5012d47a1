"""The words for what can go wrong; the edge decides what they look like outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NeedsmapError(Exception):
    """A failure with a sentence for people and, where there is one, the remedy."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotFound(NeedsmapError):
    """What was asked for does not exist, or is not for this reader (the two look the same)."""


class NotAllowed(NeedsmapError):
    """The reader is known and may not do this."""


class NotLoggedIn(NeedsmapError):
    """The reader must log in first."""


class Busy(NeedsmapError):
    """More work of one kind is waiting than the service takes on at once."""


class TooManyTries(NeedsmapError):
    """Too many tries in too short a time; `seconds` until the next one counts."""

    def __init__(self, message: str, *, hint: str = "", seconds: int = 900) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class Conflict(NeedsmapError):
    """The same identifier came with other content; both are kept, neither is overwritten."""


class InvalidInput(NeedsmapError):
    """A value that cannot be taken, with the field that holds it."""


class SettingsError(NeedsmapError):
    """A setting that cannot be used."""


class ClusterError(NeedsmapError):
    """The private database cluster cannot be made, started or stopped."""


class ReleaseBlocked(NeedsmapError):
    """A release that would give a withheld figure away."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: where it stands, what it says and what to do about it.

    `row` is the line as a spreadsheet shows it (the header is row 1), or the feature's number
    counted from 1; None where the whole file is meant.
    """

    file: str
    problem: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        shown = f" (value: {self.value!r})" if self.value is not None else ""
        return f"{place}: {self.problem}{shown}. {self.remedy}"


MEND = (
    "Mend the rows named above, or load with --partial to take the good rows and get the rejected"
    " ones back as a file."
)


class SourceRejected(NeedsmapError):
    """A file that was not loaded; nothing of it was written."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        first = "\n".join(f"  {problem}" for problem in self.problems[:20])
        more = len(self.problems) - 20
        tail = f"\n  and {more} more" if more > 0 else ""
        super().__init__(
            f"{source}: {len(self.problems)} problem(s); nothing of this file was loaded.\n"
            f"{first}{tail}",
            hint=MEND if any(problem.row is not None for problem in self.problems) else "",
        )
