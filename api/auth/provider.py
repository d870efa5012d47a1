"""An OpenID Connect provider: where its doors are, and whether an ID token is its own and for us."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from geo.errors import Busy
from geo.secret import private_bytes
from geo.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures of a key that the provider alone has; never `none`, never a shared secret."""

TIMEOUT = 5.0
LARGEST_ANSWER = 256 * 1024
CLOCKS_MAY_DIFFER = 60
OLDEST = 600
"""Seconds since a token was issued; it is asked for and used at once."""

SEVERAL_FACTORS = frozenset({"mfa"})
"""Authentication methods that say a second factor was given (RFC 8176)."""

STRONG_CONTEXTS = frozenset(
    {
        "phr",
        "phrh",
        "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    }
)
"""Authentication contexts that mean the same (OpenID EAP, REFEDS, PAPE)."""


class Refused(Exception):
    """Something about the provider's answer is not as it must be; the reason is for the log."""


@dataclass(frozen=True)
class Provider:
    """What the provider says of itself, as far as a login needs it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool
    basic: bool


def discover(settings: Settings) -> Provider:
    """The provider's own description; raises Refused when it is another's, Busy when it is down."""
    issuer = settings.oidc_issuer
    said = _asked("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise Refused("the discovery document names another issuer")
    doors = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if any(not isinstance(door, str) or _origin(door) != _origin(issuer) for door in doors):
        raise Refused("an address of the discovery document is not the issuer's")
    if "S256" not in said.get("code_challenge_methods_supported", ["S256"]):
        raise Refused("the provider takes no PKCE with S256")
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Provider(
        issuer,
        str(doors[0]),
        str(doors[1]),
        str(doors[2]),
        bool(said.get("authorization_response_iss_parameter_supported", False)),
        "client_secret_basic" in methods,
    )


def id_token(settings: Settings, provider: Provider, code: str, verifier: str) -> str:
    """The ID token for a code, which counts once; raises Refused, Busy."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.oidc_redirect_url,
        "client_id": settings.oidc_client_id,
        "code_verifier": verifier,
    }
    password = _client_secret(settings)
    login = None
    if password and provider.basic:
        login = httpx.BasicAuth(settings.oidc_client_id, password)
    elif password:
        form["client_secret"] = password
    answer = _asked("POST", provider.token_endpoint, data=form, auth=login)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise Refused("the token endpoint gave no ID token")
    return token


def claims_of(settings: Settings, provider: Provider, token: str, nonce: str) -> Mapping[str, Any]:
    """What the token says, once it is shown to be the provider's, for us, now and of this login."""
    try:
        keys = KeySet.import_key_set(_asked("GET", provider.jwks_uri))  # type: ignore[arg-type]
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        now = int(time.time())
        JWTClaimsRegistry(
            now=now,
            leeway=CLOCKS_MAY_DIFFER,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": settings.oidc_client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"the ID token: {type(error).__name__}") from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.oidc_client_id:
        raise Refused("the ID token is for another client")
    if now - claims["iat"] > OLDEST:
        raise Refused("the ID token is old")
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise Refused("the ID token names nobody")
    return claims


def has_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor."""
    methods = claims.get("amr", [])
    named = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return bool(named & SEVERAL_FACTORS) or claims.get("acr") in STRONG_CONTEXTS


def _asked(
    method: str,
    url: str,
    data: Mapping[str, str] | None = None,
    auth: httpx.BasicAuth | None = None,
) -> dict[str, Any]:
    """One JSON object from the provider: no redirect is followed, no proxy of the environment."""
    try:
        with (
            httpx.Client(timeout=TIMEOUT, trust_env=False, verify=_trusted()) as client,
            client.stream(method, url, data=data, auth=auth) as answer,
        ):
            if answer.status_code >= 500:
                raise _away()
            if answer.status_code != 200:
                raise Refused(f"{urlsplit(url).path} answered {answer.status_code}")
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > LARGEST_ANSWER:
                    raise Refused(f"{urlsplit(url).path} answered too much")
    except httpx.HTTPError:
        raise _away() from None
    try:
        said = json.loads(content)
    except ValueError:
        raise Refused(f"{urlsplit(url).path} answered no JSON") from None
    if not isinstance(said, dict):
        raise Refused(f"{urlsplit(url).path} answered no JSON object")
    return said


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that the machine trusts, the office's own among them."""
    return ssl.create_default_context()


def _away() -> Busy:
    return Busy(
        "The log-in provider of your organisation cannot be reached.",
        hint="You are not logged in and nothing was changed. Try again in a minute.",
    )


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _client_secret(settings: Settings) -> str:
    if not settings.oidc_client_secret_file:
        return ""
    return private_bytes(Path(settings.oidc_client_secret_file)).decode().strip()
