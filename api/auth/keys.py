"""Keys for machines: a long secret in a header stands for an account, until a day."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from api.auth import limits, store
from api.auth.limits import Limit
from api.auth.user import FACTOR_ROLES, User
from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import InvalidInput, NotAllowed, NotFound, NotLoggedIn
from geo.ids import new_id

QUERIES = load_queries(__file__)
PREFIX = "nmk_"
MOST_DAYS = 365
WRONG_KEYS = Limit("wrong keys from this address", 100, 15)


def shown(authorization: str | None) -> str | None:
    """The key in an Authorization header, or None where there is none."""
    if not authorization:
        return None
    scheme, _, given = authorization.partition(" ")
    key = given.strip()
    return key if scheme.lower() == "bearer" and key.startswith(PREFIX) else None


def user_of(engine: Engine, key: str, address: str) -> User:
    """Whose key it is; raises NotLoggedIn, the same for whatever is wrong with it."""
    house = limits.house_of(address)
    with transaction(engine, "auth") as connection:
        row = connection.execute(QUERIES["key_user"], {"key_hash": key_hash(key)}).first()
        if row is not None and row.is_long_ago:
            connection.execute(QUERIES["see_key"], {"id": row.key_id})
        wrong = limits.take(connection, WRONG_KEYS, house) if row is None else None
    if row is None:
        if wrong is not None:
            limits.refuse_beyond(WRONG_KEYS, wrong)
        raise NotLoggedIn(
            "The key is wrong, has run out or was revoked.",
            hint="Nothing was changed. Ask your administrator for a new one.",
        )
    return User(
        row.id,
        row.username,
        row.display_name,
        row.role,
        row.territory_code,
        row.agency_id,
        machine=True,
    )


def make_key(
    connection: Connection, owner: sa.Row[Any], name: str, days: int, actor: UUID | None
) -> tuple[UUID, str]:
    """A new key of an account and its id; the key itself is kept nowhere.

    Raises InvalidInput for a wrong time, NotAllowed where the role needs a second factor and
    the account has none.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"days: a key holds for 1 to {MOST_DAYS} days.", hint="No key was made.")
    if owner.demo:
        raise NotAllowed("A demo account has no keys.", hint="Make an account of its own for it.")
    if owner.role in FACTOR_ROLES and owner.totp_confirmed_at is None:
        raise NotAllowed(
            f"The role {owner.role} logs in with a second factor: its account needs one before it"
            " may have a key.",
            hint="No key was made. The user logs in once and sets up an authenticator.",
        )
    key, key_id = PREFIX + secrets.token_urlsafe(32), new_id()
    connection.execute(
        QUERIES["put_key"],
        {
            "id": key_id,
            "user_id": owner.id,
            "name": name,
            "key_hash": key_hash(key),
            "days": days,
        },
    )
    store.note_account(connection, actor, f"make key {key_id}", owner.id)
    return key_id, key


def keys_of(connection: Connection, user_id: UUID) -> list[sa.Row[Any]]:
    """The keys of an account: id, name, created_at, expires_at, used_at, revoked_at."""
    return list(connection.execute(QUERIES["keys"], {"user_id": user_id}))


def revoke_key(connection: Connection, user_id: UUID, key_id: UUID, actor: UUID | None) -> None:
    """End a key at once; raises NotFound."""
    found = connection.scalar(QUERIES["revoke_key"], {"id": key_id, "user_id": user_id})
    if found is None:
        raise NotFound("This account has no such key.", hint="See the list of its keys.")
    store.note_account(connection, actor, f"revoke key {key_id}", user_id)


def state_of(row: sa.Row[Any], now: datetime) -> str:
    """Whether a key is in use, has run out or was revoked."""
    if row.revoked_at is not None:
        return "revoked"
    return "valid" if row.expires_at > now else "expired"


def key_hash(key: str) -> bytes:
    """What is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).digest()
