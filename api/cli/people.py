"""Who may enter: accounts, second factors and keys, for whoever runs the server."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.engine import Engine

from api.auth import keys, places, second_factor, store
from api.auth.user import USER_ROLES, User, UserRole, new_user
from api.cli.console import AsJson, emit, out, show, show_rows
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput

Role = Annotated[str, typer.Option(help=", ".join(USER_ROLES))]
Territory = Annotated[
    str | None,
    typer.Option(help="Code of a municipality, region, country or territory of an agency."),
]
Agency = Annotated[UUID | None, typer.Option(help="Identifier of an agency, for the role agency.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    user = typer.Typer(help="Accounts.", no_args_is_help=True)
    user.command("add")(add)
    user.command("list")(list_users)
    user.command("change")(change)
    user.command("password")(password)
    user.command("disable")(disable)
    user.command("enable")(enable)
    user.command("reset-second-factor")(reset_second_factor)
    user.command("link")(link)
    key = typer.Typer(help="Keys for machines.", no_args_is_help=True)
    key.command("add")(add_key)
    key.command("list")(list_keys)
    key.command("revoke")(revoke_key)
    user.add_typer(key, name="key")
    app.add_typer(user, name="user")


def add(
    username: str,
    role: Role,
    name: Annotated[str, typer.Option(help="Name shown to others.")] = "",
    territory: Territory = None,
    agency: Agency = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Only a linked provider says who it is.")
    ] = False,
    password_stdin: FromInput = False,
    json: AsJson = False,
) -> None:
    """Make an account; the password is asked for."""
    given = None if no_password else _asked(password_stdin)
    user = new_user(username, name or username, _role(role), territory, agency)
    with database() as (_, engine):
        _check_place(engine, user)
        with transaction(engine, "auth") as connection:
            store.add_user(connection, user, given, None)
    _told(f"{username} may now log in.", json, username=username)


def change(
    username: str,
    role: Annotated[str | None, typer.Option(help=", ".join(USER_ROLES))] = None,
    name: Annotated[str | None, typer.Option(help="Name shown to others.")] = None,
    territory: Territory = None,
    agency: Agency = None,
    json: AsJson = False,
) -> None:
    """Change role or place; ends the account's logins and keys. Another role needs its place."""
    with database() as (_, engine):
        with transaction(engine, "auth") as connection:
            row = store.account(connection, username)
        user = store.user_of(row)
        if role is not None and role != user.role:
            user = replace(user, role=_role(role), territory_code=None, agency_id=None)
        user = replace(
            user,
            display_name=name or user.display_name,
            territory_code=territory or user.territory_code,
            agency_id=agency or user.agency_id,
        )
        _check_place(engine, user)
        with transaction(engine, "auth") as connection:
            store.change_user(connection, user, None, disabled=row.disabled)
    _told(f"{username} is changed, and logged out everywhere.", json, username=username)


def password(username: str, password_stdin: FromInput = False, json: AsJson = False) -> None:
    """Give an account another password, which is asked for; its logins end."""
    given = _asked(password_stdin)
    with database() as (_, engine), transaction(engine, "auth") as connection:
        user = store.user_of(store.account(connection, username))
        store.set_password(connection, user, given, None)
    _told(f"{username} has a new password.", json, username=username)


def disable(username: str, json: AsJson = False) -> None:
    """Shut a user out at once."""
    with database() as (_, engine):
        store.set_disabled(engine, username, disabled=True)
    _told(f"{username} is shut out.", json, username=username, disabled=True)


def enable(username: str, json: AsJson = False) -> None:
    """Let a user in again."""
    with database() as (_, engine):
        store.set_disabled(engine, username, disabled=False)
    _told(f"{username} may log in again.", json, username=username, disabled=False)


def reset_second_factor(username: str, json: AsJson = False) -> None:
    """Take the second factor away, for a lost device; the next login sets up a new one."""
    with database() as (_, engine), transaction(engine, "auth") as connection:
        second_factor.reset(connection, store.account(connection, username).id, None)
    _told(f"{username} has no second factor now.", json, username=username)


def link(
    username: str,
    issuer: Annotated[str, typer.Option(help="Address of the OpenID Connect provider.")] = "",
    subject: Annotated[str, typer.Option(help="Who the user is there (the claim `sub`).")] = "",
    json: AsJson = False,
) -> None:
    """Link an account with a user of an OpenID Connect provider; without options the link ends."""
    if bool(issuer) != bool(subject):
        raise InvalidInput("A link needs --issuer and --subject.", hint="Nothing was changed.")
    linked = (issuer, subject) if issuer else None
    with database() as (_, engine), transaction(engine, "auth") as connection:
        store.link_subject(connection, store.account(connection, username).id, linked, None)
    _told(f"{username} is {'linked' if linked else 'not linked'}.", json, username=username)


def list_users(json: AsJson = False) -> None:
    """All accounts."""
    with database() as (_, engine):
        rows = store.users(engine)
    shown = [
        {
            "username": row.username,
            "display_name": row.display_name,
            "role": row.role,
            "territory": row.territory_code,
            "agency": row.agency_id,
            "second factor": "yes" if row.totp_confirmed_at else "no",
            "disabled": row.disabled,
            "demo": row.demo,
        }
        for row in rows
    ]
    show_rows("Accounts", shown, as_json=json)


def add_key(
    username: str,
    name: Annotated[str, typer.Option(help="What it is for.")],
    days: Annotated[int, typer.Option(help=f"How long it holds: 1 to {keys.MOST_DAYS}.")] = 90,
    json: AsJson = False,
) -> None:
    """Make a key for a machine; it is shown this once."""
    with database() as (_, engine), transaction(engine, "auth") as connection:
        owner = store.account(connection, username)
        made, key = keys.make_key(connection, owner, name, days, None)
    if json:
        emit({"id": made, "key": key})
    else:
        show("Key", ("id", "key"), [(made, key)])
        out.print("It is shown this once. Keep it where the machine alone can read it.")


def list_keys(username: str, json: AsJson = False) -> None:
    """The keys of an account, without their secrets."""
    with database() as (_, engine), transaction(engine, "auth") as connection:
        rows = keys.keys_of(connection, store.account(connection, username).id)
    now = datetime.now(UTC)
    shown = [
        {
            "id": row.id,
            "name": row.name,
            "state": keys.state_of(row, now),
            "expires_at": row.expires_at,
            "used_at": row.used_at,
        }
        for row in rows
    ]
    show_rows(f"Keys of {username}", shown, as_json=json)


def revoke_key(username: str, key_id: UUID, json: AsJson = False) -> None:
    """End a key at once."""
    with database() as (_, engine), transaction(engine, "auth") as connection:
        keys.revoke_key(connection, store.account(connection, username).id, key_id, None)
    _told("The key is revoked.", json, id=key_id)


def _role(text: str) -> UserRole:
    for role in USER_ROLES:
        if role == text:
            return role
    raise InvalidInput(f"There is no role {text!r}.", hint=", ".join(USER_ROLES))


def _asked(from_input: bool) -> str:
    """The password, never seen on the command line, where other users of the machine read it."""
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def _check_place(engine: Engine, user: User) -> None:
    with transaction(engine, "job") as connection:
        places.check_place(connection, user)


def _told(sentence: str, as_json: bool, **facts: object) -> None:
    if as_json:
        emit(facts)
    else:
        out.print(sentence, markup=False, highlight=False)
