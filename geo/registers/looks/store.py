"""Read the looks at a person's record from the audit log; erase a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries
from geo.registers.records.spoken import spoken_row

QUERIES = load_queries(__file__)
MOST = 2_000


def looks(connection: Connection, person: UUID) -> list[dict[str, Any]]:
    """Reads, exports and changes of a person's record, newest first, up to MOST.

    Rows of at, role, territory, action, subject (the kind of record), purpose, actor_id.
    """
    found = connection.execute(QUERIES["looks"], {"person": person, "most": MOST})
    return [spoken_row(row) for row in found.mappings()]


def acts(connection: Connection, person: UUID) -> list[dict[str, Any]]:
    """The looks, and what was done with many records at once, of which the log says no person.

    Rows as those of `looks`, newest first, up to MOST. Of an import that is not the reader's own
    nothing is known but that it was one: its `at`, `role` and `territory` are None, and it is last.
    """
    found = connection.execute(QUERIES["acts"], {"person": person, "most": MOST})
    return [spoken_row(row) for row in found.mappings()]


def erase(connection: Connection, person: UUID, reason: str) -> bool:
    """Delete a person and keep a proof that names nobody; False where there is none."""
    return bool(connection.scalar(QUERIES["erase"], {"person": person, "reason": reason}))
