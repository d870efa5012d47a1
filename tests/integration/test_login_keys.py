"""Keys for machines; and requests that another site's page made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.auth import keys, store
from api.security import CONTENT_SECURITY_POLICY, HEADERS
from geo.db.engine import transaction
from geo.errors import InvalidInput, NotAllowed
from tests.integration.house import COOKIE, SESSION, House, enrol, log_in, who


def make_key(house: House, name: str, days: int = 30) -> str:
    with transaction(house.owner, "auth") as connection:
        owner = store.account(connection, name)
        return keys.make_key(connection, owner, "export", days, None)[1]


def machine(house: House, key: str) -> TestClient:
    client = house.client()
    client.headers = {"Authorization": f"Bearer {key}"}
    return client


def test_a_key_stands_for_its_account(house: House) -> None:
    house.put("maria", "national")
    key = make_key(house, "maria")
    assert key.startswith("nmk_") and len(key) >= 47
    client = machine(house, key)
    assert who(client)["user"]["role"] == "national"
    assert "set-cookie" not in client.get(SESSION).headers
    assert house.sql("SELECT now() - used_at FROM account.api_key") < timedelta(minutes=1)
    assert house.sql("SELECT count(*) FROM account.session") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account.api_key SET revoked_at = now()",
        "UPDATE account.api_key SET expires_at = now() - interval '1 second'",
        "UPDATE account.app_user SET disabled = true",
        "UPDATE account.api_key SET key_hash = sha256('other')",
        "DELETE FROM account.app_user",
    ],
)
def test_one_that_no_longer_holds_is_refused_at_once(house: House, statement: str) -> None:
    house.put("maria", "national")
    client = machine(house, make_key(house, "maria"))
    assert client.get(SESSION).status_code == 200
    house.sql(statement)
    answer = client.get(SESSION)
    assert answer.status_code == 401
    assert "nmk_" not in answer.text


def test_another_role_or_place_revokes_the_keys(house: House) -> None:
    house.put("maria", "national")
    client = machine(house, make_key(house, "maria"))
    with transaction(house.owner, "auth") as connection:
        user = store.user_of(store.account(connection, "maria"))
        store.change_user(connection, replace(user, role="committee"), None, disabled=False)
    assert client.get(SESSION).status_code == 401


@pytest.mark.parametrize("days", [0, -1, 366, 10_000])
def test_a_key_holds_for_a_year_at_most(house: House, days: int) -> None:
    house.put("maria", "national")
    with pytest.raises(InvalidInput, match="1 to 365"):
        make_key(house, "maria", days)
    make_key(house, "maria", 365)
    assert house.sql("SELECT expires_at - created_at FROM account.api_key") == timedelta(days=365)


def test_an_account_that_sees_persons_needs_its_second_factor_first(house: House) -> None:
    house.put("maria", "centre_staff")
    with pytest.raises(NotAllowed, match="second factor"):
        make_key(house, "maria")
    client = house.client()
    log_in(client, "maria")
    enrol(client)
    assert who(machine(house, make_key(house, "maria")))["user"]["role"] == "centre_staff"


def test_a_demo_account_has_no_keys(house: House) -> None:
    house.put("demo", "national", demo=True)
    with pytest.raises(NotAllowed, match="demo"):
        make_key(house, "demo")


def test_a_key_does_not_open_what_is_for_people(house: House) -> None:
    house.put("root", "admin")
    own = house.client()
    log_in(own, "root")
    enrol(own)
    client = machine(house, make_key(house, "root"))
    for path in ("/api/v1/admin/users", "/api/v1/admin/territories"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "key" in answer.json()["detail"]
    for method, path, body in (
        ("POST", f"{SESSION}/second-factor/setup", None),
        ("POST", f"{SESSION}/second-factor", {"code": "123456"}),
        ("POST", f"{SESSION}/password", {"current": "x", "new": "y"}),
    ):
        assert client.request(method, path, json=body).status_code == 401


def test_with_a_key_the_cookie_counts_for_nothing(house: House) -> None:
    """Otherwise a made-up key would let another site's page use the cookie."""
    house.put("maria")
    client = house.client()
    log_in(client, "maria")
    client.headers = {"Authorization": "Bearer nmk_made-up", "Origin": "https://evil.example"}
    assert client.get(SESSION).status_code == 401
    assert client.post(f"{SESSION}/second-factor/setup").status_code == 401
    assert client.delete(SESSION).status_code == 204
    client.headers = {}
    client.cookies.clear()


def test_wrong_keys_are_counted(house: House) -> None:
    client = machine(house, "nmk_wrong")
    statuses = [client.get(SESSION).status_code for _ in range(101)]
    assert statuses == [401] * 100 + [429]
    house.put("maria", "national")
    assert machine(house, make_key(house, "maria")).get(SESSION).status_code == 200


# --- other sites

FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://testserver.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://testserver"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://testserver"},
    {"Sec-Fetch-Site": "none"},
    {"Authorization": "Basic bm1rXw=="},
]


def unsafe_routes(house: House) -> list[tuple[str, str]]:
    paths: dict[str, dict[str, Any]] = house.client().get("/api/v1/openapi.json").json()["paths"]
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, methods in paths.items()
        for method in methods
        if method.upper() not in {"GET", "HEAD", "OPTIONS"}
    ]


def test_no_route_changes_anything_for_another_site(house: House) -> None:
    house.put("root", "admin")
    client = house.client()
    log_in(client, "root")
    routes = unsafe_routes(house)
    assert len(routes) >= 15
    for method, path in routes:
        for headers in FOREIGN:
            client.headers = headers
            answer = client.request(method, path, json={})
            assert answer.status_code == 403, (method, path, headers)
            assert "another site" in answer.json()["detail"]
    assert house.sql("SELECT count(*) FROM account.session") == 1


def test_every_route_that_is_not_safe_is_in_the_list(house: House) -> None:
    listed = {method for method, _ in unsafe_routes(house)}
    served = {
        method
        for route in house.app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert served - {"GET", "HEAD", "OPTIONS"} <= listed


# --- headers


def test_every_kind_of_answer_carries_the_headers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.put("root", "admin")
    client = house.client()
    log_in(client, "root")

    def fail(*_: Any) -> None:
        raise RuntimeError("unexpected")

    answers = {
        200: client.get(SESSION),
        204: client.delete(f"{SESSION}"),
        401: client.get("/api/v1/admin/users"),
        404: client.get("/api/v1/areas/0?release=rel-unknownunknown"),
        405: client.put(SESSION),
        403: client.post(SESSION, headers={"Origin": "https://evil.example"}),
        413: client.post(SESSION, headers={"Content-Length": "99999999"}),
        421: client.get(SESSION, headers={"Host": "evil.example"}),
        422: client.post(SESSION, json={}),
    }
    monkeypatch.setattr("api.routes.session.sessions.log_in", fail)
    answers[500] = log_in(client, "root")
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["cache-control"] == "no-store"
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (status, name)
        for part in ("object-src 'none'", "base-uri 'none'", "form-action 'self'",
                     "frame-ancestors 'none'"):  # fmt: skip
            assert part in answer.headers["content-security-policy"]
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]
    assert COOKIE not in client.cookies
