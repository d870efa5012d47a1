"""A login that goes through another house and comes back (OpenID Connect, code flow with PKCE)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy.engine import Engine

from api.auth import limits, provider
from api.auth.limits import Limit
from api.auth.provider import Refused
from api.auth.sessions import Opened, open_session, refuse_outdated_demo, step_of, token_hash
from api.auth.store import user_of
from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import NotFound, NotLoggedIn
from geo.settings import Settings

log = logging.getLogger(__name__)
QUERIES = load_queries(__file__)
BEGUN = Limit("logins through the provider from this address", 200, 15)
MINUTES = 10
"""How long a login may stay in the other house."""


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and the state that it must bring back."""

    url: str
    state: str


@dataclass(frozen=True)
class Returned:
    """What the browser brings back, and the state that its cookie holds."""

    code: str | None
    state: str | None
    issuer: str | None
    error: str | None
    cookie: str | None


def begin(engine: Engine, settings: Settings, address: str) -> Begun:
    """Begin a login in the other house; raises NotFound where none is configured."""
    if not settings.oidc_issuer:
        raise NotFound(
            "This service has no log-in provider.", hint="Log in with a name and a password."
        )
    limits.check(engine, BEGUN, limits.house_of(address))
    try:
        door = provider.discover(settings).authorization_endpoint
    except Refused as reason:
        raise _refused(reason) from None
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with transaction(engine, "auth") as connection:
        row = {"state_hash": token_hash(state), "nonce": nonce, "verifier": verifier}
        connection.execute(QUERIES["begin_oidc"], row)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": settings.oidc_redirect_url,
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return Begun(f"{door}{'&' if urlsplit(door).query else '?'}{urlencode(asked)}", state)


def finish(engine: Engine, settings: Settings, returned: Returned) -> Opened:
    """A new login for whom the provider names; raises NotLoggedIn for whatever is not right."""
    if not settings.oidc_issuer:
        raise NotFound("This service has no log-in provider.", hint="Log in with a password.")
    try:
        claims = _claims(engine, settings, returned)
    except Refused as reason:
        raise _refused(reason) from None
    with transaction(engine, "auth") as connection:
        linked = {"issuer": settings.oidc_issuer, "subject": claims["sub"]}
        row = connection.execute(QUERIES["user_by_subject"], linked).first()
        if row is None or row.disabled:
            raise NotLoggedIn(
                "Your organisation knows you, but no account of this service is linked with you.",
                hint="You are not logged in. Ask your administrator to link your account.",
            )
        refuse_outdated_demo(row)
        step = "passed" if provider.has_second_factor(claims) else step_of(row)
        return open_session(connection, settings, user_of(row), step)


def _claims(engine: Engine, settings: Settings, returned: Returned) -> Any:
    """What the provider says of who comes back, every check passed; raises Refused."""
    state, cookie = returned.state or "", returned.cookie or ""
    # The browser that comes back is the one that left: nobody is logged in as somebody else.
    if not state or not hmac.compare_digest(state.encode(), cookie.encode()):
        raise Refused("the state is not that of this browser")
    with transaction(engine, "auth") as connection:
        kept = connection.execute(QUERIES["finish_oidc"], {"state_hash": token_hash(state)}).first()
    if kept is None:
        raise Refused("the login was not begun here, has come back before, or took too long")
    if returned.error or not returned.code:
        raise Refused("the provider did not let the user in")
    found = provider.discover(settings)
    if returned.issuer != found.issuer and (returned.issuer or found.names_itself):
        raise Refused("the answer comes from another provider")
    token = provider.id_token(settings, found, returned.code, kept.verifier)
    return provider.claims_of(settings, found, token, kept.nonce)


def _refused(reason: Refused) -> NotLoggedIn:
    log.warning("login through the provider refused: %s", reason)
    return NotLoggedIn(
        "The login through your organisation did not work.",
        hint="You are not logged in and nothing was changed. Begin again from the log-in page; if"
        " it happens again, tell your administrator the time.",
    )
