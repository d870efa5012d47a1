"""Users and sessions in the database; runs as the role that sees accounts and nothing else."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.engine import Connection, Engine

from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import InvalidInput, NotFound, NotLoggedIn, TooManyTries
from geo.ids import new_id
from geo.releases.release import Tier
from geo.settings import Settings

QUERIES = load_queries(__file__)
HASHER = PasswordHasher()
UNKNOWN_USER_HASH = HASHER.hash(secrets.token_hex())
"""Checked when the name is unknown, so that the answer takes as long as for a known one."""

MOST_FAILED_LOGINS = 10
SHORTEST_PASSWORD = 12
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)

UserRole = Literal["planner", "street_worker", "committee", "admin"]
USER_ROLES: tuple[UserRole, ...] = ("planner", "street_worker", "committee", "admin")
TIER_OF_ROLE: dict[UserRole, Tier] = {
    "planner": "planner",
    "committee": "committee",
    "street_worker": "public",
    "admin": "public",
}
"""Which releases a role reads; street workers and administrators see the public ones."""


@dataclass(frozen=True)
class User:
    """Somebody who is logged in."""

    id: UUID
    username: str
    display_name: str
    role: UserRole
    territory_code: str | None

    @property
    def tier(self) -> Tier:
        return TIER_OF_ROLE[self.role]


def put_user(engine: Engine, user: User, password: str) -> None:
    """Make a user, or give an existing one a new password, role and territory."""
    if len(password.strip()) < SHORTEST_PASSWORD:
        raise InvalidInput(
            f"A password needs at least {SHORTEST_PASSWORD} characters.",
            hint="Several unrelated words make a good one.",
        )
    if not USERNAME.fullmatch(user.username):
        raise InvalidInput(
            f"The name {user.username!r} cannot be used to log in.",
            hint="2 to 40 small Latin letters, digits, dots, hyphens and underscores.",
        )
    if user.role not in USER_ROLES:
        raise InvalidInput(f"There is no role {user.role!r}.", hint=", ".join(USER_ROLES))
    if user.role == "street_worker" and not user.territory_code:
        raise InvalidInput("A street worker needs a territory.", hint="Give a municipality code.")
    with transaction(engine, "auth") as connection:
        connection.execute(
            QUERIES["put_user"],
            {
                "id": user.id,
                "username": user.username,
                "display_name": user.display_name,
                "password_hash": HASHER.hash(password),
                "role": user.role,
                "territory_code": user.territory_code,
            },
        )
        connection.execute(QUERIES["end_sessions"], {"username": user.username})


def log_in(engine: Engine, settings: Settings, username: str, password: str) -> tuple[User, str]:
    """The user and a new session token; raises NotLoggedIn, the same for whatever was wrong."""
    name_hash = {"username_hash": hashlib.sha256(username.encode()).digest()}
    # The try is noted before the password is looked at: many at once must not slip through.
    with transaction(engine, "auth") as connection:
        connection.execute(QUERIES["note_login_try"], name_hash)
        tries = connection.scalar(QUERIES["login_tries"], name_hash) or 0
        row = connection.execute(QUERIES["user_by_name"], {"username": username}).first()
    if tries > MOST_FAILED_LOGINS:
        raise TooManyTries(
            "Too many failed logins for this name.", hint="Wait a quarter of an hour."
        )
    if not _matches(row, password):
        raise NotLoggedIn("The name or the password is wrong.", hint="Check both and try again.")
    assert row is not None
    token = secrets.token_urlsafe(32)
    with transaction(engine, "auth") as connection:
        connection.execute(
            QUERIES["start_session"],
            {
                "token_hash": token_hash(token),
                "user_id": row.id,
                "hours": settings.session_hours,
            },
        )
        connection.execute(QUERIES["forget_login_tries"], name_hash)
        _note(connection, row.id, "log in", "session")
    return _user(row), token


def user_of(engine: Engine, settings: Settings, token: str) -> User | None:
    """Who is behind a cookie, or None when the login has ended."""
    with transaction(engine, "auth") as connection:
        row = connection.execute(
            QUERIES["session_user"],
            {"token_hash": token_hash(token), "idle_minutes": settings.session_idle_minutes},
        ).first()
    return None if row is None else _user(row)


def log_out(engine: Engine, token: str) -> None:
    """End one login."""
    with transaction(engine, "auth") as connection:
        connection.execute(QUERIES["end_session"], {"token_hash": token_hash(token)})


def set_disabled(engine: Engine, username: str, *, disabled: bool) -> None:
    """Shut a user out at once, or let them in again; raises NotFound."""
    with transaction(engine, "auth") as connection:
        known = connection.execute(
            QUERIES["set_disabled"], {"username": username, "disabled": disabled}
        ).first()
        if known is None:
            raise NotFound(f"There is no user {username!r}.", hint="See `needsmap user list`.")
        connection.execute(QUERIES["end_sessions"], {"username": username})


def users(engine: Engine) -> list[sa.Row[Any]]:
    """All users: username, display_name, role, territory_code, disabled."""
    with transaction(engine, "auth") as connection:
        return list(connection.execute(QUERIES["users"]))


def note_event(connection: Connection, actor: UUID, action: str, subject: str) -> None:
    """Write into the audit log that somebody saw or changed something."""
    _note(connection, actor, action, subject)


def new_user(
    username: str, display_name: str, role: UserRole, territory_code: str | None = None
) -> User:
    """A user that is not in the database yet."""
    return User(new_id(), username, display_name, role, territory_code)


def token_hash(token: str) -> bytes:
    """What is kept of a session token."""
    return hashlib.sha256(token.encode()).digest()


def _note(connection: Connection, actor: UUID, action: str, subject: str) -> None:
    connection.execute(
        QUERIES["note_event"], {"actor_id": actor, "action": action, "subject": subject}
    )


def _matches(row: sa.Row[Any] | None, password: str) -> bool:
    stored = UNKNOWN_USER_HASH if row is None else row.password_hash
    try:
        HASHER.verify(stored, password)
    except VerificationError:
        return False
    return row is not None and not row.disabled


def _user(row: sa.Row[Any]) -> User:
    return User(row.id, row.username, row.display_name, row.role, row.territory_code)
