"""What a document says and the registers do not take: counted by object, field and reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Why = Literal[
    "unknown",
    "kind",
    "no_id",
    "two_values",
    "linked_to_nothing",
    "no_place",
    "person",
    "derived",
    "coarser",
    "does_not_apply",
    "unreadable",
    "out_of_range",
    "half",
    "elsewhere",
]

REASONS: dict[Why, str] = {
    "unknown": "HSDS 3.0 has no such field",
    "kind": "not what HSDS 3.0 says the field holds",
    "no_id": "an object without an id cannot be met again",
    "two_values": "one id came with two values; the first was taken",
    "linked_to_nothing": "belongs to no object of this document that is taken",
    "no_place": "the registers have no place for it",
    "person": "names of contact persons are never taken",
    "derived": "made anew from other fields when it is exported",
    "coarser": "taken as active or not active",
    "does_not_apply": "HSDS gives this part no meaning beside the others of its schedule",
    "unreadable": "the value cannot be read",
    "out_of_range": "no such place on earth",
    "half": "says nothing without its other half",
    "elsewhere": "terms of another taxonomy; map them to ours first",
}


@dataclass(frozen=True)
class Untaken:
    """So many values of a field that were not taken, and why; field "*" is the whole object."""

    entity: str
    field: str
    reason: Why
    count: int

    def __str__(self) -> str:
        return f"{self.entity}.{self.field}: {self.count} ({REASONS[self.reason]})"


@dataclass
class Ledger:
    """Counts what is not taken while a document is read; values themselves are never kept."""

    counts: Counter[tuple[str, str, Why]] = field(default_factory=Counter)

    def note(self, entity: str, name: str, reason: Why, count: int = 1) -> None:
        self.counts[entity, name, reason] += count

    def listed(self) -> tuple[Untaken, ...]:
        """All counts, by entity, field and reason."""
        return tuple(Untaken(*key, count) for key, count in sorted(self.counts.items()))
