"""Accounts: list, make, change, shut out, log out, and what each can see."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy.engine import Connection

from api.auth import places, second_factor, store
from api.auth.sees import sees, words
from api.auth.store import User
from api.auth.user import UserRole, new_user
from api.deps import Admin, AdminOrAuditor, EngineOf, as_user
from api.schemas import Strict
from geo.db.access import rights_of
from geo.errors import Conflict

router = APIRouter(prefix="/users")

AGENCIES = "registry.agency"

Username = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._-]{1,39}$")]
Shown = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Password = Annotated[
    str, StringConstraints(strip_whitespace=False), Field(min_length=1, max_length=500)
]
Page = Annotated[int, Query(ge=1, le=200)]


class NewUser(Strict):
    """An account; without a password only the linked house can say who it is."""

    username: Annotated[str, Field(max_length=100, examples=["maria.p"])]
    display_name: Shown
    role: UserRole
    territory: Code | None = None
    agency_id: UUID | None = None
    password: Password | None = None


class UserChange(Strict):
    """What is to change; what is not named stays."""

    display_name: Shown | None = None
    role: UserRole | None = None
    territory: Code | None = None
    agency_id: UUID | None = None
    disabled: bool | None = None


class NewPassword(Strict):
    """A password given by the administrator."""

    password: Password


class OidcLink(Strict):
    """Under which name another house knows the user."""

    issuer: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=300)]
    subject: Annotated[str, Field(min_length=1, max_length=255)]


@router.get("")
def list_users(
    engine: EngineOf,
    reader: AdminOrAuditor,
    cursor: Annotated[str, Query(max_length=40)] = "",
    limit: Page = 100,
    role: UserRole | None = None,
) -> dict[str, Any]:
    """Accounts by username; `next` is the cursor of the next page."""
    with as_user(engine, reader) as connection:
        rows = store.accounts(connection, after=cursor, role=role, most=limit + 1)
        items = _described(connection, rows[:limit], reader)
    return {"items": items, "next": rows[limit - 1].username if len(rows) > limit else None}


@router.post("", status_code=201)
def add_user(given: NewUser, response: Response, engine: EngineOf, admin: Admin) -> dict[str, Any]:
    """Make an account."""
    user = new_user(
        given.username, given.display_name, given.role, given.territory, given.agency_id
    )
    with as_user(engine, admin) as connection:
        places.check_place(connection, user)
        store.add_user(connection, user, given.password, admin.id)
        return _answered(connection, response, user.username, admin)


@router.get("/{username}")
def read_user(
    username: Username, response: Response, engine: EngineOf, reader: AdminOrAuditor
) -> dict[str, Any]:
    """One account; its ETag is for a later change."""
    with as_user(engine, reader) as connection:
        return _answered(connection, response, username, reader)


@router.patch("/{username}")
def change_user(
    username: Username,
    change: UserChange,
    response: Response,
    engine: EngineOf,
    admin: Admin,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Change role, place, name, or shut out; a change of role or place ends logins and keys."""
    with as_user(engine, admin) as connection:
        row = _others(connection, username, admin)
        if if_match is not None and if_match != _tag(_described(connection, [row], admin)[0]):
            raise Conflict(
                "Somebody changed this account since you read it; nothing was changed.",
                hint="Read it again, look at the difference, and send your change anew.",
            )
        user = _changed(store.user_of(row), change)
        disabled = row.disabled if change.disabled is None else change.disabled
        places.check_place(connection, user)
        store.change_user(connection, user, admin.id, disabled=disabled)
        return _answered(connection, response, username, admin)


@router.put("/{username}/password", status_code=204)
def set_password(username: Username, given: NewPassword, engine: EngineOf, admin: Admin) -> None:
    """Give an account another password; its logins end."""
    with as_user(engine, admin) as connection:
        user = store.user_of(_others(connection, username, admin))
        store.set_password(connection, user, given.password, admin.id)


@router.delete("/{username}/second-factor", status_code=204)
def reset_second_factor(username: Username, engine: EngineOf, admin: Admin) -> None:
    """Take the second factor away, for a lost device; the next login sets up a new one."""
    with as_user(engine, admin) as connection:
        second_factor.reset(connection, _others(connection, username, admin).id, admin.id)


@router.delete("/{username}/sessions", status_code=204)
def end_sessions(username: Username, engine: EngineOf, admin: Admin) -> None:
    """Log a user out everywhere."""
    with as_user(engine, admin) as connection:
        store.end_sessions(connection, store.account(connection, username).id, admin.id)


@router.put("/{username}/oidc", status_code=204)
def link_user(username: Username, link: OidcLink, engine: EngineOf, admin: Admin) -> None:
    """Say under which name another house knows the user."""
    with as_user(engine, admin) as connection:
        row = _others(connection, username, admin)
        store.link_subject(connection, row.id, (link.issuer, link.subject), admin.id)


@router.delete("/{username}/oidc", status_code=204)
def unlink_user(username: Username, engine: EngineOf, admin: Admin) -> None:
    """The other house no longer speaks for the user."""
    with as_user(engine, admin) as connection:
        row = _others(connection, username, admin)
        store.link_subject(connection, row.id, None, admin.id)


@router.get("/{username}/sees")
def read_sees(username: Username, engine: EngineOf, reader: AdminOrAuditor) -> dict[str, Any]:
    """What this user can see and do, in words, with counts of rows in the user's own eyes."""
    with as_user(engine, reader) as connection:
        row = store.account(connection, username)
        described = _described(connection, [row], reader)[0]
        store.note_account(connection, reader.id, "read rights", row.id)
    user = store.user_of(row)
    return {
        "user": described,
        "releases": words()["tiers"][user.tier],
        "items": [
            {
                "table": one.table,
                "names": one.names,
                "rights": one.rights,
                "hidden": one.hidden,
                "rows": one.rows,
            }
            for one in sees(engine, user)
        ],
    }


def _others(connection: Connection, username: str, admin: User) -> sa.Row[Any]:
    """An account of somebody else: nobody raises or shuts out themself."""
    row = store.account(connection, username)
    if row.id == admin.id:
        raise Conflict(
            "This is your own account; nothing was changed.",
            hint="Another administrator can do it, or `needsmap user change` on the server. Your own"
            " password you change under your name.",
        )
    return row


def _changed(user: User, change: UserChange) -> User:
    named = change.model_fields_set
    if change.role is not None and change.role != user.role:
        # What belonged to the old role does not come along unsaid.
        user = replace(user, role=change.role, territory_code=None, agency_id=None)
    if change.display_name is not None:
        user = replace(user, display_name=change.display_name)
    if "territory" in named:
        user = replace(user, territory_code=change.territory)
    if "agency_id" in named:
        user = replace(user, agency_id=change.agency_id)
    return user


def _answered(
    connection: Connection, response: Response, username: str, reader: User
) -> dict[str, Any]:
    described = _described(connection, [store.account(connection, username)], reader)[0]
    response.headers["ETag"] = _tag(described)
    return described


def _tag(described: dict[str, Any]) -> str:
    text = json.dumps(described, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _described(
    connection: Connection, rows: list[sa.Row[Any]], reader: User
) -> list[dict[str, Any]]:
    codes = sorted({row.territory_code for row in rows if row.territory_code})
    names = places.names_of(connection, codes)
    agencies: dict[UUID, str] = {}
    if AGENCIES in rights_of(reader.role):
        ids = [row.agency_id for row in rows if row.agency_id]
        agencies = places.agency_names(connection, ids)
    return [_one(row, names, agencies) for row in rows]


def _one(
    row: sa.Row[Any], names: dict[str, dict[str, str]], agencies: dict[UUID, str]
) -> dict[str, Any]:
    code, agency = row.territory_code, row.agency_id
    unnamed = {"en": code, "el": code}
    return {
        "username": row.username,
        "display_name": row.display_name,
        "role": row.role,
        "territory": code and {"code": code, "names": names.get(code, unnamed)},
        "agency": agency and {"id": str(agency), "name": agencies.get(agency, str(agency))},
        "disabled": row.disabled,
        "demo": row.demo,
        "second_factor": row.totp_confirmed_at is not None,
        "oidc": row.oidc_issuer and {"issuer": row.oidc_issuer, "subject": row.oidc_subject},
        "created_at": row.created_at.isoformat(),
    }
