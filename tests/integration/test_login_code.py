"""The second factor: who needs one, how it is set up, given, lost."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyotp
import pytest
from fastapi.testclient import TestClient

from api.auth import store
from api.auth.user import UserRole, new_user
from geo.db.engine import transaction
from tests.integration.conftest import PASSWORD
from tests.integration.house import CODE, COOKIE, SESSION, SETUP, House, enrol, log_in, who

NEW_PASSWORD = "copper-violin-monday-fjord"


@pytest.fixture
def maria(house: House) -> Iterator[TestClient]:
    """Somebody without a second factor, logged in."""
    house.put("maria")
    client = house.client()
    assert log_in(client, "maria").status_code == 200
    yield client


# --- the second factor


@pytest.mark.parametrize(
    "role", ["street_worker", "centre_staff", "team_lead", "agency", "admin", "auditor"]
)
def test_roles_that_see_persons_get_nowhere_with_a_password_alone(
    house: House, role: UserRole
) -> None:
    if role == "agency":
        house.put_source()
        agency = house.sql(
            "INSERT INTO registry.agency (source_id, external_id, name, legal_form, synthetic)"
            " VALUES ('s', '1', 'A', 'ngo', true) RETURNING id"
        )
        store.put_user(house.owner, new_user("maria", "Maria", role, agency_id=agency), PASSWORD)
    else:
        house.put("maria", role)
    client = house.client()
    assert log_in(client, "maria").json() == {"user": None, "second_factor": "enrol"}
    before = client.cookies[COOKIE]
    assert who(client) == {"user": None, "second_factor": "enrol"}
    for path in ("/api/v1/observations", "/api/v1/admin/users", "/api/v1/admin/audit"):
        refused = client.get(path)
        assert refused.status_code == 401
        assert "second factor" in refused.json()["detail"]
    assert client.post(f"{SESSION}/password", json={"current": PASSWORD, "new": NEW_PASSWORD}
                       ).status_code == 401  # fmt: skip
    enrol(client)
    assert client.cookies[COOKIE] != before
    assert who(client)["user"]["role"] == role
    # The cookie of before is dead, not merely replaced.
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    assert who(client) == {"user": None, "second_factor": None}


def test_the_secret_is_shown_once_and_kept_sealed(house: House) -> None:
    house.put("maria", "centre_staff")
    client = house.client()
    log_in(client, "maria")
    made = client.post(SETUP).json()
    parsed = pyotp.parse_uri(made["uri"])
    assert (parsed.secret, parsed.name, parsed.issuer) == (made["secret"], "maria", "needsmap")
    assert made["qr_svg"].startswith("<svg ")
    kept = bytes(house.sql("SELECT totp_secret FROM account.app_user"))
    assert made["secret"].encode() not in kept
    assert client.post(CODE, json={"code": pyotp.TOTP(made["secret"]).now()}).status_code == 200
    again = client.post(SETUP)
    assert again.status_code == 409
    assert bytes(house.sql("SELECT totp_secret FROM account.app_user")) == kept


def test_later_logins_want_a_code_and_each_code_counts_once(house: House) -> None:
    house.put("maria", "team_lead")
    first = house.client()
    log_in(first, "maria")
    totp = pyotp.TOTP(enrol(first))
    client = house.client()
    assert log_in(client, "maria").json()["second_factor"] == "wanted"
    before = client.cookies[COOKIE]
    replayed = totp.now()
    answer = client.post(CODE, json={"code": replayed})
    assert answer.status_code == 403
    assert "used before" in answer.json()["detail"]
    # One step later is within the window; one before the last that was used is not.
    assert client.post(CODE, json={"code": totp.at(time.time() - 30)}).status_code == 403
    assert client.post(CODE, json={"code": totp.at(time.time() + 30)}).status_code == 200
    assert who(client)["user"]["username"] == "maria"
    assert client.cookies[COOKIE] != before
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    assert who(client) == {"user": None, "second_factor": None}


def test_two_at_once_with_one_code_are_one(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor

    house.put("maria", "team_lead")
    first = house.client()
    log_in(first, "maria")
    totp = pyotp.TOTP(enrol(first))
    clients = [house.client() for _ in range(4)]
    for client in clients:
        log_in(client, "maria")
    code = totp.at(time.time() + 30)
    with ThreadPoolExecutor(4) as pool:
        statuses = list(
            pool.map(lambda client: client.post(CODE, json={"code": code}).status_code, clients)
        )
    assert sorted(statuses) == [200, 403, 403, 403]


def test_five_wrong_codes_end_the_login(house: House) -> None:
    house.put("maria", "team_lead")
    first = house.client()
    log_in(first, "maria")
    totp = pyotp.TOTP(enrol(first))
    client = house.client()
    log_in(client, "maria")
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" not in codes_near(totp))
    statuses = [client.post(CODE, json={"code": wrong}).status_code for _ in range(5)]
    assert statuses == [403] * 4 + [401]
    assert who(client) == {"user": None, "second_factor": None}
    assert client.post(CODE, json={"code": totp.at(time.time() + 30)}).status_code == 401
    # Another login does not give endless tries; who knows the password must wait at last.
    log_in(client, "maria")
    statuses = [client.post(CODE, json={"code": wrong}).status_code for _ in range(5)]
    assert statuses == [403] * 4 + [401]
    log_in(client, "maria")
    answer = client.post(CODE, json={"code": totp.at(time.time() + 30)})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 900


def codes_near(totp: pyotp.TOTP) -> set[str]:
    return {totp.at(time.time() + 30 * step) for step in range(-3, 20)}


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456\n"])
def test_what_is_no_code_is_named(house: House, maria: TestClient, code: str) -> None:
    assert maria.post(CODE, json={"code": code}).status_code in (409, 422)


def test_confirming_ends_logins_from_before_there_was_a_second_factor(
    house: House, maria: TestClient
) -> None:
    other = house.client()
    log_in(other, "maria")
    enrol(maria)
    assert who(maria)["user"] is not None
    assert who(other)["user"] is None


def test_a_reset_ends_logins_and_the_next_one_sets_up_anew(house: House) -> None:
    from api.auth import second_factor

    house.put("maria", "centre_staff")
    client = house.client()
    log_in(client, "maria")
    enrol(client)
    with transaction(house.owner, "auth") as connection:
        second_factor.reset(connection, store.account(connection, "maria").id, None)
    assert who(client)["user"] is None
    assert log_in(client, "maria").json()["second_factor"] == "enrol"
    noted = house.sql("SELECT count(*) FROM account.audit_event WHERE action = :a AND role = :r",
                      a="reset second factor", r="command line")  # fmt: skip
    assert noted == 1


def test_a_secret_of_another_installation_is_said_to_be_one(house: House) -> None:
    house.put("maria", "centre_staff")
    client = house.client()
    log_in(client, "maria")
    enrol(client)
    house.sql("UPDATE account.app_user SET totp_secret = sha512('x')")
    log_in(client, "maria")
    answer = client.post(CODE, json={"code": "000000"})
    assert answer.status_code == 500
    assert "cannot be read" in answer.json()["detail"]
    assert "restores" in answer.json()["hint"]
