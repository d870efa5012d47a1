"""The audit log, read: who did what, newest first, some at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries

QUERIES = load_queries(__file__)


@dataclass(frozen=True)
class Sought:
    """Which events are asked for; None: any."""

    actor: str | None = None
    person: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(
    connection: Connection, sought: Sought, *, before: int | None, most: int
) -> list[sa.Row[Any]]:
    """Events older than one of that number, newest first; for a reader who sees the log.

    Rows of id, at, actor (username), actor_id, role, territory, action, subject, person_id,
    purpose.
    """
    parameters = {**vars(sought), "before": before, "most": most}
    return list(connection.execute(QUERIES["events"], parameters))
