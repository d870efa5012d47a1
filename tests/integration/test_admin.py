"""Administration over HTTP: accounts, keys, territories, what somebody sees, the audit log."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from tests.integration.conftest import ORIGIN, PASSWORD, Service

USERS = "/api/v1/admin/users"
NEW_PASSWORD = "copper-violin-monday-fjord"


@pytest.fixture
def admin(service: Service) -> TestClient:
    client = service.client("admin")
    client.headers.update(ORIGIN)
    return client


def made(admin: TestClient, **changes: Any) -> str:
    """A new account of a name of its own."""
    name = f"u-{uuid.uuid4().hex[:10]}"
    given = {
        "username": name,
        "display_name": "Somebody",
        "role": "municipal_planner",
        "territory": "4501",
        "password": PASSWORD,
        **changes,
    }
    answer = admin.post(USERS, json=given)
    assert answer.status_code == 201, answer.text
    return name


def out(admin: TestClient, name: str, **changes: Any) -> dict[str, Any]:
    answer = admin.patch(f"{USERS}/{name}", json=changes)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def agency_of(service: Service) -> str:
    with service.owner.connect() as connection:
        return str(connection.scalar(sa.text("SELECT min(id::text) FROM registry.agency")))


# --- accounts


def test_an_account_is_made_and_may_log_in(service: Service, admin: TestClient) -> None:
    name = made(admin)
    body = admin.get(f"{USERS}/{name}").json()
    assert body["role"] == "municipal_planner"
    assert body["territory"] == {"code": "4501", "names": {"en": "Athens", "el": "Αθηναίων"}}
    assert body["second_factor"] is False and body["oidc"] is None and not body["demo"]
    assert set(body) == {
        "username", "display_name", "role", "territory", "agency", "disabled", "demo",
        "second_factor", "oidc", "created_at",
    }  # fmt: skip
    client = service.client(name)
    assert client.get("/api/v1/session").json()["user"]["tier"] == "planner"


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"role": "planner"}, "role", 422),
        ({"role": "team_lead", "territory": None}, "territory", 422),
        ({"territory": "9999"}, "territory", 422),
        ({"territory": "EL30"}, "territory", 422),
        ({"role": "regional_planner", "territory": "4501"}, "territory", 422),
        ({"role": "auditor"}, "territory", 422),
        ({"role": "agency", "territory": None}, "agency", 422),
        ({"role": "agency", "territory": None, "agency_id": str(uuid.uuid4())}, "agency", 422),
        ({"agency_id": str(uuid.uuid4())}, "agency", 422),
        ({"password": "short"}, "password", 422),
        ({"password": "passwordpassword"}, "password", 422),
        ({"username": "Ünïcode"}, "username", 422),
        ({"username": "admin"}, "admin", 409),
        ({"demo": True}, "demo", 422),
        ({"password_hash": "x"}, "password_hash", 422),
        ({"disabled": True}, "disabled", 422),
        ({"totp_confirmed_at": "2026-01-01"}, "totp_confirmed_at", 422),
    ],
)
def test_what_no_account_may_be_is_refused_by_its_field(
    service: Service, admin: TestClient, changes: dict[str, Any], field: str, status: int
) -> None:
    name = f"u-{uuid.uuid4().hex[:10]}"
    given = {
        "username": name,
        "display_name": "Somebody",
        "role": "municipal_planner",
        "territory": "4501",
        "password": PASSWORD,
    }
    answer = admin.post(USERS, json=given | changes)
    assert answer.status_code == status, answer.text
    assert field in answer.json()["detail"]
    assert admin.get(f"{USERS}/{name}").status_code == 404


def test_every_role_can_be_given_its_place(service: Service, admin: TestClient) -> None:
    agency = agency_of(service)
    for role, territory, agency_id in (
        ("street_worker", "4501", None),
        ("centre_staff", "4501", None),
        ("agency", None, agency),
        ("team_lead", "5101", None),
        ("municipal_planner", "4501", None),
        ("regional_planner", "EL30", None),
        ("committee", None, None),
        ("national", None, None),
        ("auditor", None, None),
        ("admin", None, None),
    ):
        name = made(admin, role=role, territory=territory, agency_id=agency_id)
        body = admin.get(f"{USERS}/{name}").json()
        assert body["role"] == role
        assert (body["agency"] or {}).get("id") == agency_id


def test_a_territory_of_an_agency_is_one_for_a_regional_planner(
    service: Service, admin: TestClient
) -> None:
    code = f"T-{uuid.uuid4().hex[:6]}"
    with service.owner.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO base.agency_territory (code, country, hierarchy, names, source_id)"
                " SELECT :code, 'gr', 'directorates', CAST(:names AS jsonb), id FROM base.source"
                " LIMIT 1"
            ),
            {"code": code, "names": '{"en": "Eastern directorate", "el": "Διεύθυνση Ανατολής"}'},
        )
    name = made(admin, role="regional_planner", territory=code)
    territory = admin.get(f"{USERS}/{name}").json()["territory"]
    assert territory["names"]["el"] == "Διεύθυνση Ανατολής"
    found = admin.get("/api/v1/admin/territories", params={"q": "ανατολης"}).json()["items"]
    assert {"code": code, "level": "agency_territory"}.items() <= found[0].items()


def test_changes_hold_at_the_next_request(service: Service, admin: TestClient) -> None:
    name = made(admin)
    client = service.client(name)
    assert out(admin, name, display_name="Other")["display_name"] == "Other"
    assert client.get("/api/v1/session").json()["user"]["display_name"] == "Other"
    assert out(admin, name, territory="5101")["territory"]["code"] == "5101"
    assert client.get("/api/v1/session").json()["user"] is None
    client = service.client(name)
    body = out(admin, name, role="committee")
    assert (body["role"], body["territory"]) == ("committee", None)
    assert client.get("/api/v1/session").json()["user"] is None
    client = service.client(name)
    assert out(admin, name, disabled=True)["disabled"]
    assert client.get("/api/v1/session").json()["user"] is None
    assert not out(admin, name, disabled=False)["disabled"]
    client = service.client(name)
    assert admin.delete(f"{USERS}/{name}/sessions").status_code == 204
    assert client.get("/api/v1/session").json()["user"] is None


def test_a_new_role_without_its_place_changes_nothing(service: Service, admin: TestClient) -> None:
    name = made(admin, role="committee", territory=None)
    answer = admin.patch(f"{USERS}/{name}", json={"role": "team_lead"})
    assert answer.status_code == 422
    assert admin.get(f"{USERS}/{name}").json()["role"] == "committee"


def test_two_who_edit_the_same_account_do_not_overwrite_each_other(admin: TestClient) -> None:
    name = made(admin)
    tag = admin.get(f"{USERS}/{name}").headers["etag"]
    first = admin.patch(f"{USERS}/{name}", json={"display_name": "A"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = admin.patch(f"{USERS}/{name}", json={"display_name": "B"}, headers={"If-Match": tag})
    assert second.status_code == 409
    assert admin.get(f"{USERS}/{name}").json()["display_name"] == "A"
    newer = {"If-Match": first.headers["etag"]}
    assert admin.patch(f"{USERS}/{name}", json={"display_name": "B"}, headers=newer).is_success


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"role": "national"}),
        ("PATCH", "", {"disabled": True}),
        ("PUT", "/password", {"password": NEW_PASSWORD}),
        ("DELETE", "/second-factor", None),
        ("PUT", "/oidc", {"issuer": "https://idp.example", "subject": "x"}),
        ("DELETE", "/oidc", None),
    ],
)
def test_nobody_changes_their_own_account(
    admin: TestClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = admin.request(method, f"{USERS}/admin{path}", json=body)
    assert answer.status_code == 409
    assert "your own account" in answer.json()["detail"]


def test_a_password_given_by_the_administrator(service: Service, admin: TestClient) -> None:
    name = made(admin)
    client = service.client(name)
    weak = admin.put(f"{USERS}/{name}/password", json={"password": "weak"})
    assert weak.status_code == 422
    given = admin.put(f"{USERS}/{name}/password", json={"password": NEW_PASSWORD})
    assert given.status_code == 204
    assert client.get("/api/v1/session").json()["user"] is None
    logged = client.post(
        "/api/v1/session", json={"username": name, "password": NEW_PASSWORD}, headers=ORIGIN
    )
    assert logged.status_code == 200


def test_a_lost_device(service: Service, admin: TestClient) -> None:
    name = made(admin, role="team_lead")
    client = service.client(name)
    assert client.get("/api/v1/session").json()["user"] is not None
    assert admin.get(f"{USERS}/{name}").json()["second_factor"] is True
    assert admin.delete(f"{USERS}/{name}/second-factor").status_code == 204
    assert admin.get(f"{USERS}/{name}").json()["second_factor"] is False
    assert client.get("/api/v1/session").json() == {"user": None, "second_factor": None}


def test_a_link_with_a_provider(admin: TestClient) -> None:
    name, other = made(admin, password=None), made(admin)
    link = {"issuer": "https://idp.example", "subject": f"s-{name}"}
    assert admin.put(f"{USERS}/{name}/oidc", json=link).status_code == 204
    assert admin.get(f"{USERS}/{name}").json()["oidc"] == link
    assert admin.put(f"{USERS}/{other}/oidc", json=link).status_code == 409
    assert admin.delete(f"{USERS}/{name}/oidc").status_code == 204
    assert admin.put(f"{USERS}/{other}/oidc", json=link).status_code == 204


def test_pages_of_accounts_hold_each_once(admin: TestClient) -> None:
    for _ in range(5):
        made(admin)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = admin.get(USERS, params={"limit": 3, "cursor": cursor}).json()
        assert len(page["items"]) <= 3
        seen += [one["username"] for one in page["items"]]
        cursor = page["next"]
    whole = [one["username"] for one in admin.get(USERS, params={"limit": 200}).json()["items"]]
    assert seen == whole == sorted(set(whole))
    admins = admin.get(USERS, params={"role": "admin"}).json()["items"]
    assert {one["role"] for one in admins} == {"admin"}


def test_no_answer_holds_a_secret(service: Service, admin: TestClient) -> None:
    name = made(admin, role="team_lead")
    service.client(name)
    with service.owner.connect() as connection:
        row = connection.execute(
            sa.text(
                "SELECT password_hash, encode(totp_secret, 'hex') AS totp FROM account.app_user"
                " WHERE username = :name"
            ),
            {"name": name},
        ).one()
    for path in ("", f"/{name}", f"/{name}/keys", f"/{name}/sees"):
        text = admin.get(f"{USERS}{path}").text
        assert "argon2" not in text and row.password_hash not in text and row.totp not in text


# --- keys


def test_a_key_is_shown_once_and_revoked(service: Service, admin: TestClient) -> None:
    name = made(admin)
    answer = admin.post(f"{USERS}/{name}/keys", json={"name": "nightly", "days": 30})
    assert answer.status_code == 201
    key, key_id = answer.json()["key"], answer.json()["id"]
    client = service.client(None)
    client.headers["Authorization"] = f"Bearer {key}"
    assert client.get("/api/v1/session").json()["user"]["username"] == name
    listed = admin.get(f"{USERS}/{name}/keys").json()["items"]
    assert [one["state"] for one in listed] == ["valid"]
    assert listed[0]["used_at"] is not None
    assert key not in str(listed)
    other = made(admin)
    assert admin.delete(f"{USERS}/{other}/keys/{key_id}").status_code == 404
    assert admin.delete(f"{USERS}/{name}/keys/{key_id}").status_code == 204
    assert client.get("/api/v1/session").status_code == 401
    listed = admin.get(f"{USERS}/{name}/keys").json()["items"]
    assert [one["state"] for one in listed] == ["revoked"]


@pytest.mark.parametrize("days", [0, 366, None])
def test_a_key_without_an_end_is_refused(admin: TestClient, days: int | None) -> None:
    name = made(admin)
    answer = admin.post(f"{USERS}/{name}/keys", json={"name": "for ever", "days": days})
    assert answer.status_code == 422
    assert admin.get(f"{USERS}/{name}/keys").json() == {"items": []}


# --- territories


def test_territories_are_found_by_code_or_name_accents_aside(admin: TestClient) -> None:
    def codes(**asked: Any) -> list[str]:
        answer = admin.get("/api/v1/admin/territories", params=asked)
        assert answer.status_code == 200, answer.text
        return [one["code"] for one in answer.json()["items"]]

    assert codes(q="EL30") == ["EL30"]
    assert codes(q="athens") == codes(q="ΑΘΗΝΑΙΩΝ") == codes(q="αθηναιων") == ["4501"]
    assert codes(q="%") == codes(q="_") == codes(q="\\") == []
    first = admin.get("/api/v1/admin/territories", params={"limit": 40}).json()
    rest = codes(limit=200, cursor=first["next"])
    assert not set(rest) & {one["code"] for one in first["items"]}
    assert len(rest) + 40 >= 67
