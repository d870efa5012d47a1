"""Logins: the cookie, what ends it, passwords, the demo, and what is noted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from api.auth import store
from api.auth.user import new_user
from geo.db.engine import transaction
from tests.integration.conftest import PASSWORD
from tests.integration.house import COOKIE, SESSION, House, enrol, log_in, who

NEW_PASSWORD = "copper-violin-monday-fjord"


@pytest.fixture
def maria(house: House) -> Iterator[TestClient]:
    """Somebody without a second factor, logged in."""
    house.put("maria")
    client = house.client()
    assert log_in(client, "maria").status_code == 200
    yield client


# --- the cookie


def test_the_cookie_is_long_and_for_this_host_only(house: House) -> None:
    house.put("maria")
    header = log_in(house.client(), "maria").headers["set-cookie"]
    name, _, rest = header.partition("=")
    value, *attributes = (part.strip() for part in rest.split(";"))
    assert name == COOKIE
    assert len(value) >= 43  # 256 bits in base64
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=43200"} == set(attributes)


def test_a_login_gets_a_new_cookie_and_ends_the_one_it_came_with(
    house: House, maria: TestClient
) -> None:
    planted = maria.cookies[COOKIE]
    house.put("nikos")
    client = house.client()
    client.cookies.set(COOKIE, planted)
    answer = log_in(client, "nikos")
    assert answer.status_code == 200
    assert answer.cookies[COOKIE] != planted
    # Whoever planted the cookie holds nothing.
    assert who(maria)["user"] is None


def test_a_made_up_cookie_opens_nothing(house: House) -> None:
    house.put("maria")
    client = house.client()
    for value in ("", "x" * 43, "'; DROP TABLE account.session; --"):
        client.cookies.clear()
        client.cookies.set(COOKIE, value)
        assert who(client)["user"] is None


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ("seen_at = now() - interval '29 minutes'", True),
        ("seen_at = now() - interval '31 minutes'", False),
        ("expires_at = now() - interval '1 second'", False),
    ],
)
def test_a_login_ends_when_idle_and_in_any_case(
    house: House, maria: TestClient, change: str, stays: bool
) -> None:
    assert house.sql("SELECT expires_at - created_at FROM account.session").total_seconds() == 43200
    house.sql(f"UPDATE account.session SET {change}")
    assert (who(maria)["user"] is not None) == stays


def test_using_a_login_keeps_it_alive_but_not_beyond_its_end(
    house: House, maria: TestClient
) -> None:
    house.sql("UPDATE account.session SET seen_at = now() - interval '20 minutes'")
    before = house.sql("SELECT expires_at FROM account.session")
    who(maria)
    assert house.sql("SELECT now() - seen_at FROM account.session").total_seconds() < 60
    assert house.sql("SELECT expires_at FROM account.session") == before


def test_logging_out_ends_it_on_the_server_and_clears_the_browser(
    house: House, maria: TestClient
) -> None:
    token = maria.cookies[COOKIE]
    answer = maria.delete(SESSION)
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert COOKIE not in maria.cookies
    maria.cookies.set(COOKIE, token)
    assert who(maria)["user"] is None
    assert house.sql("SELECT count(*) FROM account.session") == 0


# --- what ends logins at once


@pytest.mark.parametrize(
    "change",
    [
        {"role": "national", "territory_code": None},
        {"territory_code": "5101"},
        {"disabled": True},
    ],
)
def test_the_next_request_after_a_change_is_refused(house: House, change: dict[str, Any]) -> None:
    house.put("planner", "committee")
    store.put_user(house.owner, new_user("moved", "Moved", "municipal_planner", "4501"), PASSWORD)
    client = house.client()
    log_in(client, "moved")
    assert who(client)["user"]["role"] == "municipal_planner"
    with transaction(house.owner, "auth") as connection:
        row = store.account(connection, "moved")
        fields = {name: value for name, value in change.items() if name != "disabled"}
        user = replace(store.user_of(row), **fields)
        store.change_user(connection, user, None, disabled=change.get("disabled", False))
    assert who(client)["user"] is None
    assert client.get("/api/v1/observations").status_code == 401
    assert log_in(client, "moved").status_code == (401 if "disabled" in change else 200)


def test_another_name_alone_ends_nothing(house: House, maria: TestClient) -> None:
    with transaction(house.owner, "auth") as connection:
        user = store.user_of(store.account(connection, "maria"))
        store.change_user(connection, replace(user, display_name="M."), None, disabled=False)
    assert who(maria)["user"]["display_name"] == "M."


# --- passwords


def test_the_same_answer_for_whatever_is_wrong(house: House) -> None:
    house.put("maria")
    house.put("gone")
    store.set_disabled(house.owner, "gone", disabled=True)
    store.put_user(house.owner, new_user("elsewhere", "E", "committee"), None)
    answers = [
        log_in(house.client(), name, password)
        for name, password in (
            ("maria", "wrong"),
            ("nobody", PASSWORD),
            ("gone", PASSWORD),
            ("elsewhere", PASSWORD),
            ("elsewhere", ""[:0] or "x"),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_an_outdated_hash_is_made_anew_at_the_next_login(house: House) -> None:
    house.put("maria")
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    house.sql("UPDATE account.app_user SET password_hash = :old", old=old)
    assert log_in(house.client(), "maria").status_code == 200
    fresh = house.sql("SELECT password_hash FROM account.app_user")
    assert fresh.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert log_in(house.client(), "maria").status_code == 200
    assert house.sql("SELECT password_hash FROM account.app_user") == fresh


def test_changing_the_own_password_ends_every_other_login(house: House, maria: TestClient) -> None:
    other = house.client()
    log_in(other, "maria")
    old = maria.cookies[COOKIE]
    wrong = maria.post(f"{SESSION}/password", json={"current": "x", "new": NEW_PASSWORD})
    assert wrong.status_code == 403
    weak = maria.post(f"{SESSION}/password", json={"current": PASSWORD, "new": "maria-maria-"})
    assert weak.status_code == 422
    assert who(other)["user"] is not None
    done = maria.post(f"{SESSION}/password", json={"current": PASSWORD, "new": NEW_PASSWORD})
    assert done.status_code == 200, done.text
    assert maria.cookies[COOKIE] != old
    assert who(maria)["user"]["username"] == "maria"
    assert who(other)["user"] is None
    assert log_in(house.client(), "maria").status_code == 401
    assert log_in(house.client(), "maria", NEW_PASSWORD).status_code == 200


# --- the demo


def test_demo_logins_need_no_second_factor_and_end_with_the_first_real_person(
    house: House,
) -> None:
    house.put("demo", "centre_staff", demo=True)
    house.put("maria", "committee")
    client, real = house.client(), house.client()
    assert log_in(client, "demo").json()["user"]["role"] == "centre_staff"
    log_in(real, "maria")
    house.put_source()
    person = (
        "INSERT INTO registry.person (source_id, external_id, pseudonym, address, synthetic,"
        " consent_basis, area_code)"
        " VALUES ('s', :key, :key, '', :invented, 'consent', '4501')"
    )
    house.sql(person, key="1", invented=True)
    assert who(client)["user"] is not None
    house.sql(person, key="2", invented=False)
    assert who(client)["user"] is None
    refused = log_in(client, "demo")
    assert refused.status_code == 403
    assert "not invented" in refused.json()["detail"]
    assert log_in(client, "demo", "wrong").status_code == 401
    assert who(real)["user"] is not None


def test_a_demo_never_takes_the_name_of_a_real_account(house: House) -> None:
    from geo.errors import Conflict

    house.put("admin", "admin")
    with pytest.raises(Conflict, match="admin"):
        house.put("admin", "admin", demo=True)
    assert not house.sql("SELECT demo FROM account.app_user")


# --- what is noted


def test_comings_and_goings_are_noted_with_the_role_and_no_secret(
    house: House,
) -> None:
    house.put("maria", "centre_staff")
    client = house.client()
    log_in(client, "maria")
    enrol(client)
    client.delete(SESSION)
    with house.owner.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT action, role, territory, subject FROM account.audit_event"
                " WHERE subject = 'account.session' ORDER BY id"
            )
        ).all()
    assert [row.action for row in rows] == ["give password", "log in", "log out"]
    assert {(row.role, row.territory) for row in rows} == {("centre_staff", "4501")}


def test_ids_of_logins_are_not_kept_as_they_are(house: House, maria: TestClient) -> None:
    from hashlib import sha256

    kept = bytes(house.sql("SELECT token_hash FROM account.session"))
    assert kept == sha256(maria.cookies[COOKIE].encode()).digest()
    assert uuid.UUID(str(house.sql("SELECT user_id FROM account.session")))
