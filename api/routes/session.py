"""Log in, give the second factor, change the own password, log out, who am I."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from api.auth import passwords, places, second_factor, sessions, store
from api.auth.sessions import Opened
from api.auth.user import User
from api.deps import (
    COOKIE,
    EngineOf,
    OwnSession,
    Reader,
    SessionOf,
    SettingsOf,
    as_user,
    client_address,
    end_login,
    set_cookie,
)
from api.routes import oidc
from api.schemas import Credentials, Strict
from geo.db.engine import transaction
from geo.errors import NotLoggedIn

router = APIRouter(prefix="/api/v1/session", tags=["session"])
router.include_router(oidc.router)

Password = Annotated[
    str, StringConstraints(strip_whitespace=False), Field(min_length=1, max_length=500)
]


class Code(Strict):
    """A code of an authenticator."""

    code: Annotated[str, Field(pattern="^[0-9]{6}$", examples=["492039"])]


class PasswordChange(Strict):
    """The current password, which shows that it is the owner who asks, and the next one."""

    current: Password
    new: Password


@router.get("")
def read_session(engine: EngineOf, session: SessionOf, user: Reader) -> dict[str, Any]:
    """Who is logged in, if anybody; `second_factor`: what a login that was begun still needs."""
    step = None if session is None or user is not None else session.second_factor
    return {"user": None if user is None else _described(engine, user), "second_factor": step}


@router.post("")
def log_in(
    request: Request,
    credentials: Credentials,
    response: Response,
    engine: EngineOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """Log in; the cookie is the login, and opens nothing until the second factor is `passed`."""
    opened = sessions.log_in(
        engine,
        settings,
        credentials.username,
        credentials.password,
        client_address(request, settings),
    )
    end_login(request, engine, settings)
    return _welcomed(response, engine, settings, opened)


@router.post("/second-factor/setup")
def set_up_second_factor(
    engine: EngineOf, settings: SettingsOf, session: OwnSession
) -> dict[str, Any]:
    """A new secret for an authenticator, shown once; a code then confirms it."""
    made = second_factor.set_up(engine, settings, session.user)
    return {"secret": made.secret, "uri": made.uri, "qr_svg": made.qr_svg}


@router.post("/second-factor")
def give_second_factor(
    given: Code, response: Response, engine: EngineOf, settings: SettingsOf, session: OwnSession
) -> dict[str, Any]:
    """Give the code of the authenticator; the login goes on under a new cookie."""
    opened = second_factor.give_code(engine, settings, session, given.code)
    return _welcomed(response, engine, settings, opened)


@router.post("/password")
def change_password(
    change: PasswordChange,
    response: Response,
    engine: EngineOf,
    settings: SettingsOf,
    session: OwnSession,
) -> dict[str, Any]:
    """Change the own password; every other login of the account ends."""
    if session.second_factor != "passed":
        raise NotLoggedIn(
            "The second factor is missing: the password was not changed.",
            hint="Enter the code that your authenticator shows, then change the password.",
        )
    user = session.user
    sessions.check_password(engine, user, change.current)
    passwords.check_strength(change.new, user.username, user.display_name)
    with transaction(engine, "auth") as connection:
        store.set_password(connection, user, change.new, user.id)
        opened = sessions.open_session(connection, settings, user, "passed")
    return _welcomed(response, engine, settings, opened)


@router.delete("", status_code=204)
def log_out(request: Request, response: Response, engine: EngineOf, settings: SettingsOf) -> None:
    """Log out, here and on the server."""
    end_login(request, engine, settings)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _welcomed(
    response: Response, engine: EngineOf, settings: SettingsOf, opened: Opened
) -> dict[str, Any]:
    set_cookie(response, settings, opened)
    if opened.second_factor != "passed":
        return {"user": None, "second_factor": opened.second_factor}
    return {"user": _described(engine, opened.user), "second_factor": None}


def _described(engine: EngineOf, user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "tier": user.tier,
        "territory": _territory(engine, user),
    }


def _territory(engine: EngineOf, user: User) -> dict[str, Any] | None:
    if user.territory_code is None:
        return None
    code = user.territory_code
    with as_user(engine, user) as connection:
        names = places.names_of(connection, [code])
    return {"code": code, "names": names.get(code, {"en": code, "el": code})}
