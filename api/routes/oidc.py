"""Log in through another house: there with OpenID Connect, and back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import oidc
from api.deps import EngineOf, SettingsOf, client_address, end_login, set_cookie

router = APIRouter(prefix="/oidc")

STATE_COOKIE = "__Host-needsmap-oidc"
Given = Annotated[str | None, Query(max_length=4000)]


@router.get("")
def read_offer(settings: SettingsOf) -> dict[str, Any]:
    """Whether people may log in through a provider."""
    return {"enabled": bool(settings.oidc_issuer)}


@router.post("")
def begin(
    request: Request, response: Response, engine: EngineOf, settings: SettingsOf
) -> dict[str, Any]:
    """Begin a login at the provider: the page then goes to this address."""
    begun = oidc.begin(engine, settings, client_address(request, settings))
    response.set_cookie(
        STATE_COOKIE,
        begun.state,
        max_age=oidc.MINUTES * 60,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return {"authorization_url": begun.url}


@router.get("/return", response_class=RedirectResponse, status_code=303)
def come_back(
    request: Request,
    engine: EngineOf,
    settings: SettingsOf,
    code: Given = None,
    state: Given = None,
    iss: Given = None,
    error: Given = None,
) -> RedirectResponse:
    """Where the provider sends people back to: a login, and on to the first page."""
    cookie = request.cookies.get(STATE_COOKIE)
    opened = oidc.finish(engine, settings, oidc.Returned(code, state, iss, error, cookie))
    end_login(request, engine, settings)
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(STATE_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    set_cookie(answer, settings, opened)
    return answer
