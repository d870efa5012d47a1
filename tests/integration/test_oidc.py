"""Logins through another house, and everything somebody could slip in on the way."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import store
from api.auth.user import UserRole, new_user
from geo.db.engine import transaction
from geo.errors import Conflict
from geo.settings import Settings
from tests.integration.house import CODE, COOKIE, SESSION, SETUP, House, log_in, who
from tests.integration.identity_provider import CLIENT, REDIRECT, Provider, back_with, running

BEGIN = f"{SESSION}/oidc"
STATE = "__Host-needsmap-oidc"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as made:
        yield made


@pytest.fixture
def linked(house: House, provider: Provider) -> House:
    """A service that knows the provider, and Maria, who has no password here."""
    settings = replace(
        house.settings,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_redirect_url=REDIRECT,
    )
    put_linked(house, provider, "maria")
    return replace(house, app=create_app(settings, house.app.state.engine), settings=settings)


def put_linked(house: House, provider: Provider, name: str, role: UserRole = "committee") -> None:
    where = "4501" if role == "centre_staff" else None
    store.put_user(house.owner, new_user(name, name.title(), role, where), None)
    with transaction(house.owner, "auth") as connection:
        user_id = store.account(connection, name).id
        store.link_subject(connection, user_id, (provider.issuer, provider.subject), None)


def begin(client: TestClient) -> str:
    answer = client.post(BEGIN)
    assert answer.status_code == 200, answer.text
    url: str = answer.json()["authorization_url"]
    return url


def come_back(client: TestClient, brought: dict[str, str]) -> Any:
    return client.get(back_with(**brought), follow_redirects=False)


def sign_in(client: TestClient, provider: Provider) -> Any:
    return come_back(client, provider.authorize(begin(client)))


def refused(client: TestClient, answer: Any) -> bool:
    """No login, no cookie, one text for whatever was wrong."""
    assert answer.status_code == 401, answer.text
    assert answer.json()["detail"] == "The login through your organisation did not work."
    assert COOKIE not in answer.headers.get("set-cookie", "")
    return who(client)["user"] is None


# --- as it should be


def test_a_linked_user_comes_in_and_the_cookie_is_as_always(
    linked: House, provider: Provider
) -> None:
    client = linked.client()
    answer = sign_in(client, provider)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookies = answer.headers.get_list("set-cookie")
    given = next(one for one in cookies if one.startswith(f"{COOKIE}="))
    assert all(part in given for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert who(client)["user"]["username"] == "maria"
    assert STATE not in client.cookies
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_provider_is_asked_with_pkce_and_fresh_values(
    linked: House, provider: Provider
) -> None:
    first, second = begin(linked.client()), begin(linked.client())
    for name in ("state=", "nonce=", "code_challenge="):
        assert name in first
        assert first.partition(name)[2][:43] != second.partition(name)[2][:43]
    assert "scope=openid" in first
    client = linked.client()
    sign_in(client, provider)
    form = next(form for path, form, _ in provider.asked if path == "/token")
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == REDIRECT
    assert "client_secret" not in form


def test_a_client_secret_goes_in_the_header_and_from_a_private_file_only(
    linked: House, provider: Provider, tmp_path: Path
) -> None:
    file = tmp_path / "client-secret"
    file.write_text("very secret\n")
    file.chmod(0o600)
    settings = replace(linked.settings, oidc_client_secret_file=str(file))
    house = replace(linked, app=create_app(settings, linked.app.state.engine))
    client = house.client()
    assert sign_in(client, provider).status_code == 303
    login = next(login for path, _, login in provider.asked if path == "/token")
    assert base64.b64decode(login.removeprefix("Basic ")).decode() == f"{CLIENT}:very secret"
    file.chmod(0o644)
    answer = sign_in(house.client(), provider)
    assert answer.status_code == 500
    assert "Others than its owner" in answer.json()["detail"]


def test_without_a_provider_nothing_is_offered_and_nobody_is_asked(house: House) -> None:
    client = house.client()
    assert client.get(BEGIN).json() == {"enabled": False}
    assert client.post(BEGIN).status_code == 404
    assert come_back(client, {"code": "x", "state": "y"}).status_code == 404


def test_where_there_is_one_it_is_offered(linked: House, provider: Provider) -> None:
    assert linked.client().get(BEGIN).json() == {"enabled": True}
    assert provider.asked == []


# --- accounts


def test_an_account_is_never_made_by_itself(linked: House, provider: Provider) -> None:
    provider.subject = "somebody-else"
    client = linked.client()
    answer = sign_in(client, provider)
    assert answer.status_code == 401
    assert "no account of this service is linked" in answer.json()["detail"]
    assert linked.sql("SELECT count(*) FROM account.app_user") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account.app_user SET disabled = true",
        "UPDATE account.app_user SET oidc_issuer = NULL, oidc_subject = NULL",
        "UPDATE account.app_user SET oidc_issuer = 'https://other.example'",
    ],
)
def test_who_is_shut_out_or_not_linked_stays_out(
    linked: House, provider: Provider, statement: str
) -> None:
    linked.sql(statement)
    client = linked.client()
    assert sign_in(client, provider).status_code == 401
    assert who(client)["user"] is None


def test_one_subject_opens_one_account(linked: House, provider: Provider) -> None:
    with pytest.raises(Conflict, match="Another account"):
        put_linked(linked, provider, "nikos")


def test_a_linked_account_without_a_password_has_none(linked: House) -> None:
    assert log_in(linked.client(), "maria", "x").status_code == 401


# --- the second factor


@pytest.mark.parametrize(
    ("claims", "step"),
    [
        ({}, "enrol"),
        ({"amr": ["pwd"]}, "enrol"),
        ({"amr": "mfa"}, "enrol"),
        ({"amr": [["mfa"]]}, "enrol"),
        ({"acr": "0"}, "enrol"),
        ({"amr": ["pwd", "mfa"]}, None),
        ({"acr": "https://refeds.org/profile/mfa"}, None),
    ],
)
def test_the_second_factor_is_the_providers_only_where_it_says_so(
    linked: House, provider: Provider, claims: dict[str, Any], step: str | None
) -> None:
    provider.subject = "subject-2"
    put_linked(linked, provider, "anna", "centre_staff")
    provider.claims = claims
    client = linked.client()
    assert sign_in(client, provider).status_code == 303
    assert who(client)["second_factor"] == step
    assert (who(client)["user"] is None) == (step is not None)
    if step:
        secret = client.post(SETUP).json()["secret"]
        code = pyotp.TOTP(secret).now()
        assert client.post(CODE, json={"code": code}).status_code == 200
        assert who(client)["user"]["username"] == "anna"


# --- what is slipped in


WRONG: list[dict[str, Any]] = [
    {"signing": "none"},
    {"signing": "HS256"},
    {"signing": "another key"},
    {"signing": "ES256"},
    {"signing": "changed"},
    {"claims": {"aud": "another-client"}},
    {"claims": {"aud": ["another-client"]}},
    {"claims": {"aud": [CLIENT, "another-client"]}},
    {"claims": {"aud": [CLIENT, "another-client"], "azp": "another-client"}},
    {"claims": {"azp": "another-client"}},
    {"claims": {"aud": []}},
    {"claims": {"iss": "https://idp.example"}},
    {"claims": {"nonce": "of-another-login"}},
    {"claims": {"exp": int(time.time()) - 3600}},
    {"claims": {"exp": "tomorrow"}},
    {"claims": {"iat": int(time.time()) + 3600}},
    {"claims": {"iat": int(time.time()) - 3600}},
    {"claims": {"nbf": int(time.time()) + 3600}},
    {"claims": {"sub": ""}},
    {"claims": {"sub": 7}},
    {"claims": {"sub": ["subject-1"]}},
    {"dropped": ("aud",)},
    {"dropped": ("iss",)},
    {"dropped": ("nonce",)},
    {"dropped": ("exp",)},
    {"dropped": ("iat",)},
    {"dropped": ("sub",)},
    {"description": {"issuer": "https://idp.example"}},
    {"description": {"token_endpoint": "http://127.0.0.1:1/token"}},
    {"description": {"jwks_uri": "http://169.254.169.254/latest/meta-data"}},
    {"description": {"jwks_uri": "file:///etc/passwd"}},
]


def test_a_wrong_token_or_another_providers_description_is_refused(
    linked: House, provider: Provider
) -> None:
    client = linked.client()
    right = {name: getattr(provider, name) for change in WRONG for name in change}
    for changes in WRONG:
        brought = provider.authorize(begin(client))
        for name, value in changes.items():
            setattr(provider, name, value)
        assert refused(client, come_back(client, brought)), changes
        for name, value in right.items():
            setattr(provider, name, value)
    assert linked.sql("SELECT count(*) FROM account.session") == 0
    assert sign_in(client, provider).status_code == 303


def test_an_audience_of_several_with_us_as_the_one_meant_is_right(
    linked: House, provider: Provider
) -> None:
    provider.claims = {"aud": [CLIENT, "another-client"], "azp": CLIENT}
    assert sign_in(linked.client(), provider).status_code == 303


def test_a_way_back_is_used_once(linked: House, provider: Provider) -> None:
    client = linked.client()
    brought = provider.authorize(begin(client))
    state = client.cookies[STATE]
    assert come_back(client, brought).status_code == 303
    client.delete(SESSION)
    client.cookies.set(STATE, state)
    assert refused(client, come_back(client, brought))


def test_a_code_of_somebody_elses_login_is_refused(linked: House, provider: Provider) -> None:
    """PKCE: the code alone is worth nothing in another browser."""
    thief, victim = linked.client(), linked.client()
    stolen = provider.authorize(begin(victim))["code"]
    own = provider.authorize(begin(thief))
    assert refused(thief, come_back(thief, own | {"code": stolen}))


def test_nobody_is_logged_in_as_the_one_who_sent_the_link(
    linked: House, provider: Provider
) -> None:
    attacker, victim = linked.client(), linked.client()
    link = provider.authorize(begin(attacker))
    assert refused(victim, come_back(victim, link))
    begin(victim)
    assert refused(victim, come_back(victim, link))


@pytest.mark.parametrize("state", ["", "made-up"])
def test_a_made_up_state_is_refused(linked: House, provider: Provider, state: str) -> None:
    client = linked.client()
    brought = provider.authorize(begin(client))
    client.cookies.clear()
    client.cookies.set(STATE, state)
    assert refused(client, come_back(client, brought | {"state": state}))


@pytest.mark.parametrize("issuer", ["https://other.example", ""])
def test_a_mix_up_of_providers_is_refused(linked: House, provider: Provider, issuer: str) -> None:
    client = linked.client()
    brought = provider.authorize(begin(client)) | {"iss": issuer}
    if not issuer:
        del brought["iss"]
    provider.asked.clear()
    assert refused(client, come_back(client, brought))
    # The code was shown to nobody.
    assert "/token" not in {path for path, _, _ in provider.asked}


def test_a_provider_that_does_not_name_itself_need_not(linked: House, provider: Provider) -> None:
    provider.description = {"authorization_response_iss_parameter_supported": False}
    client = linked.client()
    brought = provider.authorize(begin(client))
    del brought["iss"]
    assert come_back(client, brought).status_code == 303


def test_who_comes_back_too_late_begins_anew(linked: House, provider: Provider) -> None:
    client = linked.client()
    brought = provider.authorize(begin(client))
    linked.sql("UPDATE account.oidc_login SET created_at = now() - interval '11 minutes'")
    assert refused(client, come_back(client, brought))


def test_who_said_no_there_is_not_in_here(linked: House, provider: Provider) -> None:
    client = linked.client()
    state = provider.authorize(begin(client))["state"]
    assert refused(client, come_back(client, {"error": "access_denied", "state": state}))
    assert refused(client, come_back(client, {}))


@pytest.mark.parametrize("status", [302, 404])
def test_redirects_of_the_provider_are_not_followed(
    linked: House, provider: Provider, status: int
) -> None:
    client = linked.client()
    brought = provider.authorize(begin(client))
    provider.status = status
    assert refused(client, come_back(client, brought))
    assert "/elsewhere" not in {path for path, _, _ in provider.asked}


def test_a_provider_that_is_away_is_said_to_be(linked: House, provider: Provider) -> None:
    provider.status = 503
    answer = linked.client().post(BEGIN)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json()["detail"]


def test_the_cookie_one_came_with_is_ended(linked: House, provider: Provider) -> None:
    linked.put("nikos")
    client = linked.client()
    log_in(client, "nikos")
    assert sign_in(client, provider).status_code == 303
    assert who(client)["user"]["username"] == "maria"
    assert linked.sql("SELECT count(*) FROM account.session") == 1


def test_the_settings_of_the_test_are_those_of_an_administrator(linked: House) -> None:
    from geo.settings import read_settings

    read = read_settings(
        {
            "NEEDSMAP_OIDC_ISSUER": linked.settings.oidc_issuer,
            "NEEDSMAP_OIDC_CLIENT_ID": CLIENT,
            "NEEDSMAP_OIDC_REDIRECT_URL": REDIRECT,
        }
    )
    assert isinstance(read, Settings)
