"""Decide whether two records are one person; bring their needs together, and take that back."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.errors import Conflict, NotFound
from geo.registers.duplicates import store
from geo.registers.records import catalogue, editing
from geo.registers.records import store as records
from geo.registers.records.editing import Edit
from geo.registers.records.reader import Reader

Decision = Literal["same", "different", "open"]


def decide(connection: Connection, key: UUID, decision: Decision, reader: Reader) -> dict[str, Any]:
    """Say whether two records are one person; the records stay as they are. Raises NotFound.

    Raises Conflict where needs were brought together on the strength of an earlier decision.
    """
    pair = _held(connection, key)
    if decision != "same" and pair.state == "same" and _moved(connection, pair):
        raise Conflict(
            "Needs of the two records were brought together.",
            hint="Take the merge back first; each then returns to its own record.",
        )
    return store.decide(connection, key, decision, reader)


def merge(
    connection: Connection, key: UUID, keep: Literal["a", "b"], reader: Reader
) -> dict[str, Any]:
    """Move needs and contacts of one record to the other, each move an edit of its own.

    Both records stay under their own identifiers, so whoever comes with either finds the person;
    nothing of the record that is not kept is written over. Raises NotFound, Conflict.
    """
    pair = _held(connection, key)
    if pair.state != "same":
        raise Conflict("Nobody has decided that these are one person.", hint="Decide first.")
    kept, other = (pair.person_a, pair.person_b) if keep == "a" else (pair.person_b, pair.person_a)
    moved = {}
    for name, rows in store.rows_of(connection, other).items():
        for row in rows:
            _move(connection, name, row, kept, reader)
        moved[name] = len(rows)
    records.note(connection, reader, "merge", f"registry.person {other} into {kept}", kept)
    records.note(connection, reader, "merge", f"registry.person {other} into {kept}", other)
    return {"kept": str(kept), "other": str(other), "moved": moved}


def take_back(connection: Connection, key: UUID, reader: Reader) -> dict[str, Any]:
    """Give each record back what a merge took from it and is still where it was put."""
    pair = _held(connection, key)
    moved = _moved(connection, pair)
    if not moved:
        raise Conflict("There is nothing to take back.")
    counts: dict[str, int] = {"needs": 0, "contacts": 0}
    for name, row, home in moved:
        _move(connection, name, row, home, reader)
        counts[name] += 1
    for person in (pair.person_a, pair.person_b):
        records.note(connection, reader, "unmerge", f"registry.duplicate {key}", person)
    return {"moved": counts}


def _held(connection: Connection, key: UUID) -> Any:
    pair = store.held(connection, key)
    if pair is None:
        raise NotFound("There is no such pair.")
    return pair


def _moved(connection: Connection, pair: Any) -> list[tuple[str, UUID, UUID]]:
    """What stands with one of the two and was the other's at first: (register, row, home)."""
    stands = {one: store.rows_of(connection, one) for one in (pair.person_a, pair.person_b)}
    found = []
    for table, row, home in store.homes(connection, pair.person_a, pair.person_b):
        name = catalogue.of_table(table).name
        if row not in stands[home][name]:
            found.append((name, row, home))
    return found


def _move(connection: Connection, name: str, row: UUID, person: UUID, reader: Reader) -> None:
    register = catalogue.load(name)
    now = records.own(connection, register, row)
    editing.edit(connection, register, row, Edit({"person_id": person}, now["version"]), reader)
