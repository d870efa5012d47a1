"""Who may enter."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.engine import Engine

from api.auth import store as auth
from api.cli.console import AsJson, emit, out, show_rows
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput
from geo.registers.areas import store as areas


def register(app: typer.Typer) -> None:
    """Add these commands."""
    user = typer.Typer(help="Users.", no_args_is_help=True)
    user.command("add")(add)
    user.command("disable")(disable)
    user.command("list")(list_users)
    app.add_typer(user, name="user")


def add(
    username: str,
    role: Annotated[str, typer.Option(help="planner, street_worker, committee or admin")],
    name: Annotated[str, typer.Option(help="Name shown to others.")] = "",
    territory: Annotated[str | None, typer.Option(help="Municipality code.")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)] = "",
    json: AsJson = False,
) -> None:
    """Make a user; the password is asked for, never given on the command line in production."""
    if role not in auth.USER_ROLES:
        raise InvalidInput(f"There is no role {role!r}.", hint=", ".join(auth.USER_ROLES))
    with database() as (_, engine):
        _check_territory(engine, territory)
        auth.put_user(
            engine,
            auth.new_user(username, name or username, role, territory),
            password,
        )
    if json:
        emit({"username": username})
    else:
        out.print(f"{username} may now log in.")


def _check_territory(engine: Engine, code: str | None) -> None:
    """A mistyped territory would show nothing for ever."""
    if code is None:
        return
    with transaction(engine, "job") as connection:
        if not areas.names_of(connection, [code]):
            raise InvalidInput(
                f"No municipality with the code {code} is loaded.", hint="Codes look like 4501."
            )


def disable(username: str, json: AsJson = False) -> None:
    """Shut a user out at once."""
    with database() as (_, engine):
        auth.set_disabled(engine, username, disabled=True)
    if json:
        emit({"username": username, "disabled": True})
    else:
        out.print(f"{username} is shut out.")


def list_users(json: AsJson = False) -> None:
    """All users."""
    with database() as (_, engine):
        rows = [dict(row._mapping) for row in auth.users(engine)]
    show_rows("Users", rows, as_json=json)
