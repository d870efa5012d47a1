"""Log in, log out, who am I."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from api.auth import store as auth
from api.auth.store import User
from api.deps import COOKIE, EngineOf, Reader, SettingsOf
from api.schemas import Credentials
from geo.db.engine import transaction
from geo.registers.areas import store as areas

router = APIRouter(prefix="/api/v1/session", tags=["session"])


@router.get("")
def read_session(engine: EngineOf, user: Reader) -> dict[str, Any]:
    """Who is logged in, if anybody."""
    return {"user": None if user is None else _described(engine, user)}


@router.post("")
def log_in(
    credentials: Credentials, response: Response, engine: EngineOf, settings: SettingsOf
) -> dict[str, Any]:
    """Log in; the cookie is the login."""
    user, token = auth.log_in(engine, settings, credentials.username, credentials.password)
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return {"user": _described(engine, user)}


@router.delete("", status_code=204)
def log_out(request: Request, response: Response, engine: EngineOf) -> None:
    """Log out, here and on the server."""
    token = request.cookies.get(COOKIE)
    if token:
        auth.log_out(engine, token)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


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
    with transaction(engine, "case", user_id=user.id, territory=code) as connection:
        names = areas.names_of(connection, [code])
    return {"code": code, "names": names.get(code, {"en": code, "el": code})}
