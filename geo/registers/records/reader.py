"""Who looks at registers or edits them, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

Purpose = Literal["case_work", "referral", "check", "correction", "request_of_person"]
"""Why somebody looks at a person's record: a closed list, so that looks can be compared."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

MUNICIPAL = frozenset({"street_worker", "centre_staff", "team_lead", "municipal_planner"})
"""Roles whose territory is one municipality; what they enter stands there unless they say."""


@dataclass(frozen=True)
class Reader:
    """Who asks; `purpose` is needed where persons are read."""

    user_id: UUID
    role: str
    territory: str | None
    purpose: Purpose | None = None

    @property
    def municipality(self) -> str | None:
        """The municipality they work in, if it is one."""
        return self.territory if self.role in MUNICIPAL else None
