"""Administration over HTTP: what somebody sees, what was done, what every answer carries."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from tests.integration.conftest import ORIGIN, Service
from tests.integration.test_admin import NEW_PASSWORD, USERS, agency_of, made, out

AUDIT = "/api/v1/admin/audit"


@pytest.fixture
def admin(service: Service) -> TestClient:
    client = service.client("admin")
    client.headers.update(ORIGIN)
    return client


@pytest.fixture
def auditor(service: Service) -> TestClient:
    return service.client("auditor")


# --- what somebody sees


def test_sees_counts_in_the_eyes_of_the_user(service: Service, admin: TestClient) -> None:
    name = made(admin, role="centre_staff")
    body = admin.get(f"{USERS}/{name}/sees").json()
    assert body["releases"]["en"] == "public releases"
    tables = {one["table"]: one for one in body["items"]}
    with service.owner.connect() as connection:
        own, every = connection.execute(
            sa.text(
                "SELECT count(*) FILTER (WHERE area_code = '4501'), count(*) FROM registry.person"
            )
        ).one()
    assert 5 < own < every
    persons = tables["registry.person"]
    assert persons["rows"] == {"en": f"{own:,}", "el": f"{own:,}".replace(",", ".")}
    assert persons["names"] == {"en": "persons", "el": "άτομα"}
    assert {"en": "see: those of the own municipality",
            "el": "βλέπει: όσα ανήκουν στον δικό του δήμο"} in persons["rights"]  # fmt: skip
    assert tables["registry.duplicate"]["rows"]["en"] == "fewer than 5"
    assert tables["account.audit_event"]["rows"]["en"] == "fewer than 5"
    # Somebody in another municipality sees others, a planner none.
    elsewhere = made(admin, role="centre_staff", territory="5208")
    there = admin.get(f"{USERS}/{elsewhere}/sees").json()["items"]
    assert (
        next(one for one in there if one["table"] == "registry.person")["rows"] != persons["rows"]
    )
    planner = admin.get(f"{USERS}/{made(admin)}/sees").json()["items"]
    assert "registry.person" not in {one["table"] for one in planner}


def test_sees_answers_for_every_role(service: Service, admin: TestClient) -> None:
    from api.auth.user import MUNICIPAL_ROLES, USER_ROLES

    for role in USER_ROLES:
        territory = "4501" if role in MUNICIPAL_ROLES else None
        territory = "EL30" if role == "regional_planner" else territory
        agency = agency_of(service) if role == "agency" else None
        name = made(admin, role=role, territory=territory, agency_id=agency)
        answer = admin.get(f"{USERS}/{name}/sees")
        assert answer.status_code == 200, answer.text
        for one in answer.json()["items"]:
            assert one["rights"] and all(set(right) == {"en", "el"} for right in one["rights"])


# --- the audit log


def test_every_change_of_an_account_is_noted(admin: TestClient, auditor: TestClient) -> None:
    name = made(admin)
    out(admin, name, territory="5101")
    admin.put(f"{USERS}/{name}/password", json={"password": NEW_PASSWORD})
    admin.delete(f"{USERS}/{name}/second-factor")
    key = admin.post(f"{USERS}/{name}/keys", json={"name": "k", "days": 1}).json()["id"]
    admin.delete(f"{USERS}/{name}/keys/{key}")
    admin.get(f"{USERS}/{name}/sees")
    found = auditor.get(AUDIT, params={"actor": "admin", "limit": 40}).json()["items"]
    # The database notes every change of these rows by itself too.
    events = [one for one in found if one["action"] not in ("insert", "update", "delete")][:7]
    assert any(one["action"] == "update" for one in found)
    assert [one["action"] for one in events] == [
        "read rights",
        f"revoke key {key}",
        f"make key {key}",
        "reset second factor",
        "set password",
        "change account",
        "add account",
    ]
    assert {one["role"] for one in events} == {"admin"}
    assert len({one["subject"] for one in events}) == 1
    assert name not in str([one["subject"] for one in events])


def test_the_log_is_for_auditors_and_the_look_is_noted(
    service: Service, admin: TestClient, auditor: TestClient
) -> None:
    for name in (None, "planner", "committee", "admin", "athens"):
        expected = 401 if name is None else 403
        assert service.client(name).get(AUDIT).status_code == expected
    before = auditor.get(AUDIT, params={"action": "read", "actor": "auditor"}).json()["items"]
    after = auditor.get(AUDIT, params={"action": "read", "actor": "auditor"}).json()["items"]
    assert len(after) == len(before) + 1
    assert after[0]["subject"] == "account.audit_event"


def test_the_log_pages_and_filters(admin: TestClient, auditor: TestClient) -> None:
    for _ in range(4):
        made(admin)
    asked = {"actor": "admin", "action": "add account", "limit": 2}
    page = auditor.get(AUDIT, params=asked).json()
    second = auditor.get(AUDIT, params={**asked, "cursor": page["next"]}).json()
    ids = [one["id"] for one in page["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True) and len(set(ids)) == 4
    at = page["items"][0]["at"]
    until = auditor.get(AUDIT, params={**asked, "until": at}).json()["items"]
    assert all(one["at"] < at for one in until)
    since = auditor.get(AUDIT, params={**asked, "since": at}).json()["items"]
    assert [one["at"] for one in since] == [at]
    person = str(uuid.uuid4())
    auditor.get(AUDIT, params={"person": person})
    looks = auditor.get(AUDIT, params={"person": person}).json()["items"]
    assert [one["person_id"] for one in looks] == [person]
    assert auditor.get(AUDIT, params={"since": "yesterday"}).status_code == 422
    assert auditor.get(AUDIT, params={"actor": "nobody-of-this-name"}).json()["items"] == []


def test_auditors_read_accounts_and_change_none(admin: TestClient, auditor: TestClient) -> None:
    name = made(admin)
    auditor.headers.update(ORIGIN)
    for path in ("", f"/{name}", f"/{name}/keys", f"/{name}/sees"):
        assert auditor.get(f"{USERS}{path}").status_code == 200
    for method, path, body in (
        ("POST", "", {"username": "x", "display_name": "x", "role": "admin"}),
        ("PATCH", f"/{name}", {"disabled": True}),
        ("DELETE", f"/{name}/sessions", None),
        ("POST", f"/{name}/keys", {"name": "k", "days": 1}),
    ):
        assert auditor.request(method, f"{USERS}{path}", json=body).status_code == 403


def test_there_is_no_route_that_runs_as_the_role_of_logins() -> None:
    """Administration happens as the administrator, under the database's own rules."""
    import inspect

    from api.routes.admin import audit, keys, territories, users

    for module in (audit, keys, territories, users):
        assert '"auth"' not in inspect.getsource(module)


# --- headers of what only the whole service answers


def test_redirects_tiles_and_304_carry_the_headers(service: Service) -> None:
    client = service.client(None)
    path = "/tiles/latest/beneficiaries/8/144/98.mvt"
    redirect = client.get(path, follow_redirects=False)
    tile = client.get(path)
    same = client.get(tile.url, headers={"If-None-Match": tile.headers["etag"]})
    assert (redirect.status_code, tile.status_code, same.status_code) == (307, 200, 304)
    report = client.get("/api/v1/reports/4501")
    for answer in (redirect, tile, same, report):
        assert answer.headers["strict-transport-security"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
