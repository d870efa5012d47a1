"""Keys for machines: list, make, revoke."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.auth import keys, store
from api.deps import Admin, AdminOrAuditor, EngineOf, as_user
from api.routes.admin.users import Username
from api.schemas import Strict

router = APIRouter(prefix="/users/{username}/keys")


class NewKey(Strict):
    """A key: what it is for, and for how many days."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["nightly export"])]
    days: Annotated[int, Field(ge=1, le=keys.MOST_DAYS)]


@router.get("")
def list_keys(username: Username, engine: EngineOf, reader: AdminOrAuditor) -> dict[str, Any]:
    """The keys of an account, newest first; the keys themselves are kept nowhere."""
    with as_user(engine, reader) as connection:
        rows = keys.keys_of(connection, store.account(connection, username).id)
    now = datetime.now(UTC)
    return {
        "items": [
            {
                "id": str(row.id),
                "name": row.name,
                "state": keys.state_of(row, now),
                "created_at": row.created_at.isoformat(),
                "expires_at": row.expires_at.isoformat(),
                "used_at": row.used_at and row.used_at.isoformat(),
            }
            for row in rows
        ]
    }


@router.post("", status_code=201)
def add_key(username: Username, given: NewKey, engine: EngineOf, admin: Admin) -> dict[str, Any]:
    """Make a key; this answer is the only one that shows it."""
    with as_user(engine, admin) as connection:
        owner = store.account(connection, username)
        made, key = keys.make_key(connection, owner, given.name, given.days, admin.id)
    return {"id": str(made), "key": key}


@router.delete("/{key_id}", status_code=204)
def revoke_key(username: Username, key_id: UUID, engine: EngineOf, admin: Admin) -> None:
    """End a key at once."""
    with as_user(engine, admin) as connection:
        owner = store.account(connection, username)
        keys.revoke_key(connection, owner.id, key_id, admin.id)
