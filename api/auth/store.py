"""Accounts in the database: made, changed, shut out; and who did what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from api.auth.passwords import check_strength, hashed
from api.auth.user import USER_ROLES, User, UserRole, check_user, new_user
from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import Conflict, NotFound

__all__ = ["USER_ROLES", "User", "UserRole", "new_user"]

QUERIES = load_queries(__file__)
BY_COMMAND = "command line"
"""The role that the audit log names where somebody on the server did it."""

EVERYBODY = 1_000_000


def put_user(engine: Engine, user: User, password: str | None) -> None:
    """Make an account, or give an existing one of the same kind all that is new.

    For the demo and for tests; a demo account never replaces a real one, nor the reverse (raises
    Conflict). Without a password only another house can say who it is.
    """
    check_user(user)
    row = _row(user, password)
    with transaction(engine, "auth") as connection:
        known = connection.scalar(QUERIES["put_user"], row)
        if known is None:
            raise _taken(user.username)
        connection.execute(QUERIES["end_all_sessions"], {"user_id": known})


def add_user(connection: Connection, user: User, password: str | None, actor: UUID | None) -> None:
    """Make an account; raises InvalidInput, Conflict where the name is taken."""
    check_user(user)
    if connection.scalar(QUERIES["add_user"], _row(user, password)) is None:
        raise _taken(user.username)
    note_account(connection, actor, "add account", user.id)


def change_user(connection: Connection, user: User, actor: UUID | None, *, disabled: bool) -> None:
    """Change what an account may do; who is logged in with it is out at once.

    A key of the account was made for what it could do then: it is revoked unless the name alone
    changed.
    """
    check_user(user)
    old = account(connection, user.username)
    connection.execute(
        QUERIES["change_account"],
        {
            "id": old.id,
            "display_name": user.display_name,
            "role": user.role,
            "territory_code": user.territory_code,
            "agency_id": user.agency_id,
            "disabled": disabled,
        },
    )
    before = (old.role, old.territory_code, old.agency_id)
    moved = before != (user.role, user.territory_code, user.agency_id)
    if moved or disabled != old.disabled:
        connection.execute(QUERIES["end_all_sessions"], {"user_id": old.id})
    if moved:
        connection.execute(QUERIES["revoke_keys"], {"user_id": old.id})
    note_account(connection, actor, "change account", old.id)


def set_disabled(engine: Engine, username: str, *, disabled: bool) -> None:
    """Shut a user out at once, or let them in again; raises NotFound."""
    with transaction(engine, "auth") as connection:
        change_user(connection, user_of(account(connection, username)), None, disabled=disabled)


def set_password(
    connection: Connection, user: User, password: str, actor: UUID | None, keep: bytes | None = None
) -> None:
    """Give an account another password; every login but the one to keep ends."""
    check_strength(password, user.username, user.display_name)
    row = {"id": user.id, "password_hash": hashed(password)}
    connection.execute(QUERIES["set_password"], row)
    if keep is None:
        connection.execute(QUERIES["end_all_sessions"], {"user_id": user.id})
        # Somebody else had to set it: whoever held the account may hold its keys.
        connection.execute(QUERIES["revoke_keys"], {"user_id": user.id})
    else:
        connection.execute(QUERIES["end_sessions"], {"user_id": user.id, "but": keep})
    role = user.role if actor == user.id else None
    note_account(connection, actor, "set password", user.id, role)


def link_subject(
    connection: Connection, user_id: UUID, link: tuple[str, str] | None, actor: UUID | None
) -> None:
    """Say under which (issuer, subject) another house knows the user; None ends the link."""
    issuer, subject = link or (None, None)
    row = {"id": user_id, "issuer": issuer, "subject": subject}
    try:
        with connection.begin_nested():
            connection.execute(QUERIES["link_subject"], row)
    except sa.exc.IntegrityError:
        raise Conflict(
            "Another account is linked with this subject; nothing was changed.",
            hint="Take that link away first.",
        ) from None
    connection.execute(QUERIES["end_all_sessions"], {"user_id": user_id})
    note_account(connection, actor, "link account" if link else "unlink account", user_id)


def end_sessions(connection: Connection, user_id: UUID, actor: UUID | None) -> None:
    """Log a user out everywhere, their machines too."""
    connection.execute(QUERIES["end_all_sessions"], {"user_id": user_id})
    connection.execute(QUERIES["revoke_keys"], {"user_id": user_id})
    note_account(connection, actor, "end sessions", user_id)


def account(connection: Connection, username: str) -> sa.Row[Any]:
    """One account without its secrets; raises NotFound."""
    row = connection.execute(QUERIES["account"], {"username": username}).first()
    if row is None:
        raise NotFound(f"There is no user {username!r}.", hint="See `needsmap user list`.")
    return row


def accounts(
    connection: Connection, *, after: str = "", role: str | None = None, most: int = EVERYBODY
) -> list[sa.Row[Any]]:
    """Accounts by username, without their secrets."""
    parameters = {"after": after, "role": role, "most": most}
    return list(connection.execute(QUERIES["accounts"], parameters))


def users(engine: Engine) -> list[sa.Row[Any]]:
    """All accounts, without their secrets."""
    with transaction(engine, "auth") as connection:
        return accounts(connection)


def user_of(row: sa.Row[Any]) -> User:
    """The user in a row of accounts."""
    return User(
        row.id,
        row.username,
        row.display_name,
        row.role,
        row.territory_code,
        row.agency_id,
        row.demo,
    )


def note_event(
    connection: Connection,
    actor: UUID | None,
    action: str,
    subject: str,
    *,
    person_id: UUID | None = None,
    purpose: str | None = None,
) -> None:
    """Note in the audit log that somebody saw or changed something.

    Without an actor it was a command on the machine. Role and territory are those of the
    transaction; `subject` names a thing and never its content.
    """
    _note(connection, actor, action, subject, person_id=person_id, purpose=purpose)


def note_login(connection: Connection, user: User, action: str) -> None:
    """Note that somebody came or went; the transaction is the login's, the role the user's."""
    place = {"role": user.role, "territory": user.territory_code}
    _note(connection, user.id, action, "account.session", **place)


def note_account(
    connection: Connection, actor: UUID | None, action: str, user_id: UUID, role: str | None = None
) -> None:
    """Note that an account was made or changed, by an administrator or on the server itself.

    `role`: of the actor, where the transaction is not theirs.
    """
    role = BY_COMMAND if actor is None else role
    _note(connection, actor, action, f"account.app_user {user_id}", role=role)


def _note(
    connection: Connection, actor: UUID | None, action: str, subject: str, **more: Any
) -> None:
    row: dict[str, Any] = {"role": None, "territory": None, "person_id": None, "purpose": None}
    row |= {"actor_id": actor, "action": action, "subject": subject, **more}
    connection.execute(QUERIES["note_event"], row)


def _row(user: User, password: str | None) -> dict[str, Any]:
    if password is not None:
        check_strength(password, user.username, user.display_name)
    return {
        "id": user.id,
        "username": user.username,
        "display_name": user.display_name,
        "password_hash": None if password is None else hashed(password),
        "role": user.role,
        "territory_code": user.territory_code,
        "agency_id": user.agency_id,
        "demo": user.demo,
    }


def _taken(username: str) -> Conflict:
    return Conflict(
        f"There is an account {username!r} already; nothing was changed.",
        hint="Change it with `needsmap user change`, or take another name.",
    )
