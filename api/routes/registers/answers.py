"""What goes out of the registers' routes, where it is the same for every register."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What goes out: these members and no others."""

    model_config = ConfigDict(extra="ignore")


class Clashing(Answer):
    """A field two people set to different things."""

    id: UUID
    field: str
    kept: Any
    other: Any
    base_version: int
    actor_id: UUID
    at: datetime
    resolved_by: UUID | None
    resolved_at: datetime | None


class Clashes(Answer):
    """The conflicts of a record."""

    items: list[Clashing]


class Past(Answer):
    """One edit of a record: changed fields only."""

    version: int
    at: datetime
    actor_id: UUID | None
    import_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class History(Answer):
    """The edits of a record, newest first."""

    items: list[Past]


class Candidate(Answer):
    """A record that may be the person asked for: no more than tells whether to open it."""

    id: UUID
    pseudonym: str
    area_code: str | None
    target_group: str | None
    updated_at: datetime


class Candidates(Answer):
    """Records that may be one person."""

    items: list[Candidate]


class Look(Answer):
    """One look at a person's record, or one change of it."""

    at: datetime | None = Field(description="null: of an import that is not the reader's own")
    role: str | None
    territory: str | None
    action: str
    subject: str
    purpose: str | None
    actor_id: UUID | None


class Looks(Answer):
    """What was done with a person's record, newest first."""

    person_id: UUID
    items: list[Look]


class Pair(Answer):
    """Two records that may be one person."""

    id: UUID
    person_a: UUID
    person_b: UUID
    pseudonym_a: str
    pseudonym_b: str
    area_code: str | None
    score: float
    reasons: Any
    state: str
    found_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None


class Pairs(Answer):
    """A page of pairs."""

    items: list[Pair]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class Decided(Answer):
    """A pair after a decision."""

    id: UUID
    person_a: UUID
    person_b: UUID
    state: str
    decided_by: UUID | None
    decided_at: datetime | None


class Moved(Answer):
    """How many rows went to the other record."""

    needs: int
    contacts: int


class Brought(Answer):
    """What a merge did."""

    kept: UUID
    other: UUID
    moved: Moved


class TakenBack(Answer):
    """What taking a merge back did."""

    moved: Moved


class Assigned(Answer):
    """Who works with a person."""

    id: UUID
    person_id: UUID
    user_id: UUID
    area_code: str | None
    assigned_on: date
    ended_on: date | None


class Assignments(Answer):
    """A page of assignments."""

    items: list[Assigned]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


class FieldWord(Answer):
    """One word of a closed list."""

    code: str
    names: dict[str, str]


class FieldOf(Answer):
    """One field that people fill."""

    name: str
    kind: str
    names: dict[str, str]
    empty: bool = Field(description="may be left empty")
    personal: bool
    least: float | None
    most: float | None
    pattern: str | None
    words: list[FieldWord]
    words_from: str | None = Field(description="the list of the country's profile it is from")
    refers_to: str | None = Field(description="the register whose record it names")


class RegisterOf(Answer):
    """One register."""

    name: str
    names: dict[str, str]
    personal: bool = Field(description="each look is noted, and asks for a purpose")
    may: dict[str, list[str]] = Field(description="verb -> in which rows, as words of access.yaml")
    changeable: list[str]
    filters: list[str]
    fields: list[FieldOf]


class Overview(Answer):
    """All registers."""

    items: list[RegisterOf]
    purposes: list[str] = Field(description="why somebody may look at a person's record")
