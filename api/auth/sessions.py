"""Logins: a name and a password become a session, and a cookie becomes its user again."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from api.auth import limits, passwords
from api.auth.limits import Limit
from api.auth.store import note_login, user_of
from api.auth.user import FACTOR_ROLES, User
from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import NotAllowed, NotLoggedIn
from geo.settings import Settings

QUERIES = load_queries(__file__)
SecondFactor = Literal["passed", "wanted", "enrol"]

BY_NAME_AND_ADDRESS = Limit("logins under this name from here", 10, 15)
BY_NAME = Limit("logins under this name", 50, 15)
BY_ADDRESS = Limit("logins from this address", 100, 15)
"""A stranger who knows a name does not shut its owner out elsewhere; an office of fifty people who
mistype now and then is not shut out either. What succeeds does not count."""

HALF_WAY_MINUTES = 15
"""How long a login waits for its second factor."""


@dataclass(frozen=True)
class Session:
    """A login: of whom, and whether the second factor was given."""

    user: User
    second_factor: SecondFactor
    token_hash: bytes


@dataclass(frozen=True)
class Opened:
    """A new login and the cookie that stands for it; the cookie is kept nowhere."""

    user: User
    token: str
    second_factor: SecondFactor


def log_in(
    engine: Engine, settings: Settings, username: str, password: str, address: str
) -> Opened:
    """A new login; raises NotLoggedIn, the same for whatever was wrong, or TooManyTries."""
    counted = _counted(username, address)
    # The try is noted before the password is looked at: many at once must not slip through.
    with transaction(engine, "auth") as connection:
        taken = [limits.take(connection, limit, *who) for limit, who in counted]
        row = connection.execute(QUERIES["user_by_name"], {"username": username}).first()
    for (limit, _), count in zip(counted, taken, strict=True):
        limits.refuse_beyond(limit, count)
    stored = None if row is None else row.password_hash
    if not passwords.matches(stored, password) or row is None or row.disabled:
        raise NotLoggedIn("The name or the password is wrong.", hint="Check both and try again.")
    refuse_outdated_demo(row)
    with transaction(engine, "auth") as connection:
        if passwords.is_outdated(row.password_hash):
            fresh = {"id": row.id, "password_hash": passwords.hashed(password)}
            connection.execute(QUERIES["set_password"], fresh)
        (first, first_who), *others = counted
        limits.forget(connection, first, *first_who)
        for limit, who in others:
            limits.give_back(connection, limit, *who)
        return open_session(connection, settings, user_of(row), step_of(row))


def refuse_outdated_demo(row: sa.Row[Any]) -> None:
    """A demo's password lies in a file: with real persons in the registers it opens nothing."""
    if row.outdated_demo:
        raise NotAllowed(
            "Demo logins are shut: the registers hold persons who are not invented.",
            hint="Ask your administrator for an account of your own.",
        )


def step_of(row: sa.Row[Any]) -> SecondFactor:
    """What a login still needs after the password."""
    if row.demo:
        return "passed"
    if row.totp_confirmed_at is not None:
        return "wanted"
    return "enrol" if row.role in FACTOR_ROLES else "passed"


def open_session(
    connection: Connection, settings: Settings, user: User, step: SecondFactor
) -> Opened:
    """Begin a session under a new token, in a transaction of the role `auth`."""
    token = secrets.token_urlsafe(32)
    minutes = settings.session_hours * 60 if step == "passed" else HALF_WAY_MINUTES
    connection.execute(
        QUERIES["start_session"],
        {
            "token_hash": token_hash(token),
            "user_id": user.id,
            "minutes": minutes,
            "second_factor": step,
        },
    )
    note_login(connection, user, "log in" if step == "passed" else "give password")
    return Opened(user, token, step)


def find_session(engine: Engine, settings: Settings, token: str) -> Session | None:
    """The login behind a cookie, or None when it has ended."""
    key = {"token_hash": token_hash(token)}
    idle = settings.session_idle_minutes
    with transaction(engine, "auth") as connection:
        row = connection.execute(QUERIES["session_user"], {**key, "idle_minutes": idle}).first()
        if row is None:
            return None
        # Not with every request: each would wait for the disk.
        if row.is_long_ago:
            connection.execute(QUERIES["see_session"], key)
    return Session(user_of(row), row.second_factor, key["token_hash"])


def log_out(engine: Engine, settings: Settings, token: str) -> None:
    """End one login."""
    session = find_session(engine, settings, token)
    if session is None:
        return
    with transaction(engine, "auth") as connection:
        end(connection, session.token_hash)
        note_login(connection, session.user, "log out")


def end(connection: Connection, hash_of_token: bytes) -> None:
    """End the login of that token."""
    connection.execute(QUERIES["end_session"], {"token_hash": hash_of_token})


def token_hash(token: str) -> bytes:
    """What is kept of a session token."""
    return hashlib.sha256(token.encode()).digest()


def check_password(engine: Engine, user: User, password: str) -> None:
    """Raise NotAllowed unless it is the user's password; tries are counted as logins are."""
    with transaction(engine, "auth") as connection:
        taken = limits.take(connection, BY_NAME_AND_ADDRESS, user.username, "own password")
        row = connection.execute(QUERIES["user_by_name"], {"username": user.username}).one()
    limits.refuse_beyond(BY_NAME_AND_ADDRESS, taken)
    if not passwords.matches(row.password_hash, password):
        raise NotAllowed(
            "The current password is wrong; nothing was changed.", hint="Type it again."
        )


def _counted(username: str, address: str) -> list[tuple[Limit, tuple[str, ...]]]:
    house = limits.house_of(address)
    return [
        (BY_NAME_AND_ADDRESS, (username, house)),
        (BY_NAME, (username,)),
        (BY_ADDRESS, (house,)),
    ]
