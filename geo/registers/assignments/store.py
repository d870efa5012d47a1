"""Write and read which worker works with which person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries
from geo.ids import new_id
from geo.registers.records.reader import Reader
from geo.registers.records.spoken import spoken_row

QUERIES = load_queries(__file__)


@dataclass(frozen=True)
class Asked:
    """Which assignments are asked for."""

    limit: int
    after: UUID | None = None
    person: UUID | None = None
    open: bool = False


def page(connection: Connection, asked: Asked, reader: Reader) -> list[dict[str, Any]]:
    """Assignments that the reader may see; each person is noted as seen."""
    given = {
        "most": asked.limit,
        "after": asked.after,
        "person": asked.person,
        "open": asked.open,
        "actor_id": reader.user_id,
        "role": reader.role,
        "territory": reader.territory,
        "purpose": reader.purpose,
    }
    return [spoken_row(row) for row in connection.execute(QUERIES["page"], given).mappings()]


def assign(connection: Connection, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give a person to a worker: person_id, user_id, assigned_on (None: today)."""
    key = new_id()
    connection.execute(QUERIES["assign"], {"id": key, **given})
    return spoken_row(connection.execute(QUERIES["one"], {"id": key}).mappings().one())


def finish(connection: Connection, key: UUID, ended_on: date) -> dict[str, Any] | None:
    """End an assignment; None where there is no open one that the reader may end."""
    row = connection.execute(QUERIES["finish"], {"id": key, "ended_on": ended_on}).mappings()
    found = row.first()
    return None if found is None else spoken_row(found)
