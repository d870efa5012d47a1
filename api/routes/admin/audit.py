"""The audit log, for auditors only."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.auth import log
from api.auth.store import note_event
from api.deps import Auditor, EngineOf, as_user

router = APIRouter(prefix="/audit")

Word = Annotated[str | None, Query(max_length=100)]


@router.get("")
def list_events(
    engine: EngineOf,
    auditor: Auditor,
    actor: Word = None,
    person: UUID | None = None,
    action: Word = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """Who did what, newest first; the look at it is an event of its own."""
    sought = log.Sought(actor, person, action, since, until)
    with as_user(engine, auditor) as connection:
        rows = log.events(connection, sought, before=cursor, most=limit + 1)
        note_event(connection, auditor.id, "read", "account.audit_event", person_id=person)
    return {
        "items": [
            {
                "id": row.id,
                "at": row.at.isoformat(),
                "actor": row.actor,
                "actor_id": row.actor_id and str(row.actor_id),
                "role": row.role,
                "territory": row.territory,
                "action": row.action,
                "subject": row.subject,
                "person_id": row.person_id and str(row.person_id),
                "purpose": row.purpose,
            }
            for row in rows[:limit]
        ],
        "next": rows[limit - 1].id if len(rows) > limit else None,
    }
