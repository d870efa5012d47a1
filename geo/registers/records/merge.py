"""Two people edit one record: what of the later edit is taken, what a person has to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clash:
    """A field that two people set to different things: what stands in the row, what came later."""

    field: str
    kept: Any
    other: Any


@dataclass(frozen=True)
class Merged:
    """What of an edit goes into the row, and what has to be decided by a person."""

    taken: Mapping[str, Any]
    clashes: tuple[Clash, ...]


def merge(base: Mapping[str, Any], current: Mapping[str, Any], wanted: Mapping[str, Any]) -> Merged:
    """Set an edit against a row that may have moved on since its editor read it.

    `base` holds, for the fields that others changed since, what they were when the editor read
    the row; `current` the whole row as it stands; `wanted` what the editor sent. All values are
    JSON, so that equal means equal. A field others left alone, or changed and changed back, is
    the editor's. Sending what was read, or what now stands, is no change of one's own. Anything
    else is a clash: the row keeps its value, and the editor's is kept beside it.
    """
    taken: dict[str, Any] = {}
    clashes: list[Clash] = []
    for field, value in wanted.items():
        stands = current[field]
        before = base.get(field, stands)
        if value == stands:
            continue
        if before == stands:
            taken[field] = value
        elif value != before:
            clashes.append(Clash(field, stands, value))
    return Merged(taken, tuple(clashes))
