"""What must hold between the fields of one row, register by register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo.imports.finding import Wrong

ORDERED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "programmes": (("valid_from", "valid_to"),),
    "agreements": (("valid_from", "valid_to"),),
    "needs": (
        ("since", "evaluated_on"),
        ("since", "resolved_on"),
        ("evaluated_on", "resolved_on"),
        ("since", "closed_on"),
    ),
    "referrals": (("sent_at", "answered_at"),),
    "rounds": (("started_at", "ended_at"),),
}
"""Fields of which the first may not lie after the second."""

EXACTLY_ONE: Mapping[str, tuple[str, ...]] = {
    "needs": ("person_external_id", "household_external_id", "group_name"),
}
"""A need is a person's, a household's or a group's."""


@dataclass(frozen=True)
class Broken:
    """A rule that a row breaks, with the field to look at."""

    field: str
    wrong: Wrong


def broken(register: str, row: Mapping[str, Any]) -> Broken | None:
    """The first rule that a row of values by field breaks; None if it keeps all."""
    for earlier, later in ORDERED.get(register, ()):
        first, second = row.get(earlier), row.get(later)
        if isinstance(first, date | datetime) and isinstance(second, date | datetime):
            strict = register == "rounds"
            if second < first or (strict and second == first):
                return Broken(later, Wrong("order", {"earlier": earlier, "later": later}))
    one_of = EXACTLY_ONE.get(register)
    if one_of and sum(row.get(name) is not None for name in one_of) != 1:
        return Broken(one_of[0], Wrong("one_of", {"fields": ", ".join(one_of)}))
    if register == "referrals" and row.get("outcome") == "refused" and not row.get("reason"):
        return Broken("reason", Wrong("needs_reason"))
    return None


def has_rules(register: str) -> bool:
    """Whether any rule between fields holds for a register."""
    return register in ORDERED or register in EXACTLY_ONE
