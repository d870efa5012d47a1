"""Keep pairs of records that may be one person, and what was decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries
from geo.registers.records.reader import Reader
from geo.registers.records.spoken import spoken_row

QUERIES = load_queries(__file__)
MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Pairs:
    """Which pairs are asked for."""

    state: str
    limit: int
    after: UUID | None = None
    person: UUID | None = None


def same_key(connection: Connection, key: bytes, reader: Reader) -> list[dict[str, Any]]:
    """Records with a match key that the reader may see, up to MOST_CANDIDATES; each is noted."""
    given = {"key": key, "most": MOST_CANDIDATES, **_by(reader)}
    return [spoken_row(row) for row in connection.execute(QUERIES["same_key"], given).mappings()]


def flag(connection: Connection, person: UUID, key: bytes) -> int:
    """Put a record beside every other with its match key; how many new pairs that makes."""
    return connection.execute(QUERIES["flag"], {"id": person, "key": key}).rowcount


def page(connection: Connection, pairs: Pairs, reader: Reader) -> list[dict[str, Any]]:
    """Pairs in the order of their keys; both persons of each are noted as seen."""
    given = {
        "state": pairs.state,
        "most": pairs.limit,
        "after": pairs.after,
        "person": pairs.person,
        **_by(reader),
    }
    return [spoken_row(row) for row in connection.execute(QUERIES["page"], given).mappings()]


def held(connection: Connection, key: UUID) -> sa.Row[Any] | None:
    """One pair that the reader may decide, held until the end: id, person_a, person_b, state."""
    return connection.execute(QUERIES["pair"], {"id": key}).first()


def decide(connection: Connection, key: UUID, state: str, reader: Reader) -> dict[str, Any]:
    """Write down what a person says of a pair."""
    given = {"id": key, "state": state, "user_id": reader.user_id}
    return spoken_row(connection.execute(QUERIES["decide"], given).mappings().one())


def rows_of(connection: Connection, person: UUID) -> dict[str, list[UUID]]:
    """Needs and contacts of a person by register."""
    return {
        register: list(connection.scalars(QUERIES[f"{register}_of"], {"person": person}))
        for register in ("needs", "contacts")
    }


def homes(connection: Connection, a: UUID, b: UUID) -> list[tuple[str, UUID, UUID]]:
    """What was ever moved between two persons and is with one of them: (table, row, first home)."""
    rows = connection.execute(QUERIES["homes"], {"a": a, "b": b})
    return [(row.table_name, row.row_id, row.home) for row in rows]


def _by(reader: Reader) -> dict[str, Any]:
    return {
        "actor_id": reader.user_id,
        "role": reader.role,
        "territory": reader.territory,
        "purpose": reader.purpose,
    }
