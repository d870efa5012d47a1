"""The HTTP interface: who gets what, in which shape, and what every answer carries."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import pytest
import sqlalchemy as sa

from api.errors import STATUS
from tests.integration.conftest import ORIGIN, PASSWORD, Service

GUARDED = {"/api/v1/observations": {"athens"}, "/api/v1/admin/users": {"admin"}}
ATHENS_AT_8 = "8/144/98"


def report(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "observed_at": "2026-11-20T21:30:00+02:00",
        "lat": 37.9838,
        "lon": 23.7275,
        "accuracy_m": 12.5,
        "category": "rough_sleeping",
        "people_count": 2,
        "urgency": "medium",
        "note": "Two people by the arcade",
        **changes,
    }


@pytest.mark.parametrize("path", sorted(GUARDED))
@pytest.mark.parametrize("name", [None, "planner", "committee", "admin", "athens"])
def test_guarded_routes_open_to_their_role_only(
    service: Service, path: str, name: str | None
) -> None:
    answer = service.client(name).get(path)
    expected = 200 if name in GUARDED[path] else 401 if name is None else 403
    assert answer.status_code == expected
    if expected != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail", "hint", "instance"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/areas/9999", 404),
        ("/api/v1/layers/nothing/table", 404),
        ("/api/v1/layers/services/table", 404),
        ("/api/v1/layers?release=rel-unknownunknown", 404),
        ("/api/v1/layers?release=x%00", 422),
        ("/tiles/rel-%00/beneficiaries/7/72/49.mvt", 422),
        ("/api/v1/reports/4501?format=docx", 422),
        ("/api/v1/reports/4501?lang=xx", 422),
        ("/tiles/latest/beneficiaries/99/0/0.mvt", 422),
        ("/tiles/latest/beneficiaries/3/9/0.mvt", 404),
        ("/api/v1/areas/%00", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_every_error_has_one_shape(service: Service, path: str, status: int) -> None:
    answer = service.client(None).get(path)
    assert answer.status_code == status, answer.text
    members = {"type", "title", "status", "detail", "hint", "instance"}
    # A validation that fails names the paths of the fields too.
    assert set(answer.json()) == members | ({"errors"} if status == 422 else set())
    assert answer.json()["status"] == status


def test_every_error_of_the_domain_has_a_status() -> None:
    from geo import errors

    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.NeedsmapError)
    }
    assert kinds - {errors.NeedsmapError} <= set(STATUS)


@pytest.mark.parametrize("path", ["/api/v1/meta", "/api/v1/nothing", "/api/v1/observations"])
def test_every_answer_carries_the_security_headers(service: Service, path: str) -> None:
    headers = service.client(None).get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_each_tier_reads_its_own_release(service: Service) -> None:
    found = {}
    for name, tier in ((None, "public"), ("planner", "planner"), ("committee", "committee")):
        release = service.client(name).get("/api/v1/layers").json()["release"]
        assert release["tier"] == tier
        found[tier] = release["id"]
    assert len(set(found.values())) == 3
    # A release of another tier does not exist for one who may not see it.
    answer = service.client(None).get(f"/api/v1/layers?release={found['planner']}")
    assert answer.status_code == 404
    answer = service.client(None).get(f"/tiles/{found['planner']}/beneficiaries/{ATHENS_AT_8}.mvt")
    assert answer.status_code == 404


def test_the_same_figure_in_table_geojson_tile_and_area(service: Service) -> None:
    client = service.client("committee")
    layers = [
        layer
        for layer in client.get("/api/v1/layers").json()["layers"]
        if layer["kind"] == "choropleth"
    ]
    assert len(layers) > 20
    for layer in layers[::5]:
        table = client.get(f"/api/v1/layers/{layer['id']}/table").json()["rows"]
        rows = {row["code"]: row for row in table if row["level"] == "municipality"}
        assert len(rows) == 66
        document = client.get(layer["geojson"]).json()
        for feature in document["features"]:
            told, row = feature["properties"], rows[feature["properties"]["code"]]
            assert (told["value"], told["status"]) == (row["value"], row["status"])
            assert (told["text_en"], told["text_el"]) == (row["text"]["en"], row["text"]["el"])
        tile = client.get(f"/tiles/latest/{layer['id']}/{ATHENS_AT_8}.mvt")
        features = mapbox_vector_tile.decode(tile.content)["areas"]["features"]
        assert len(features) > 40
        for feature in features:
            told, row = feature["properties"], rows[feature["properties"]["code"]]
            assert set(told) <= {"code", "name_en", "name_el", "value", "category", "status"}
            assert told["status"] == row["status"]
            assert told.get("value") == row["value"]
    area = client.get("/api/v1/areas/4902").json()
    for figure in area["figures"]:
        table = client.get(f"/api/v1/layers/{figure['layer']}/table").json()["rows"]
        row = next(row for row in table if row["code"] == "4902")
        assert figure["text"] == row["text"]
        assert figure["why"]["formula"]["el"]
        assert figure["why"]["sources"]


def test_vari_voula_vouliagmeni_meets_the_norm_with_three(service: Service) -> None:
    figures = {
        figure["layer"]: figure
        for figure in service.client(None).get("/api/v1/areas/4902").json()["figures"]
    }
    assert figures["staff_norm"]["category"] == "met"
    assert figures["staff_actual"]["value"] == 3
    assert figures["staff_required"]["value"] == 3
    assert "50,585" in figures["staff_norm"]["why"]["explanation"]["en"]


def test_sensitive_counts_below_the_threshold_are_nowhere(service: Service) -> None:
    for name, k, base in ((None, 10, 5), ("committee", 5, 1), ("planner", 5, 1)):
        client = service.client(name)
        withheld = 0
        for layer in ("beneficiaries", "institution_residents", "open_needs.home_help"):
            for row in client.get(f"/api/v1/layers/{layer}/table").json()["rows"]:
                if row["status"] == "withheld":
                    withheld += 1
                    assert row["value"] is None
                    assert row["text"]["en"] == ": withheld"
                else:
                    assert row["value"] >= k
                    assert row["value"] % base == 0
        assert withheld > 0


def test_a_report_is_received_once(service: Service) -> None:
    client, sent = service.client("athens"), report()
    first = client.post("/api/v1/observations", json=sent, headers=ORIGIN)
    assert first.status_code == 201
    assert first.json()["area"]["code"] == "4501"
    again = client.post("/api/v1/observations", json=sent, headers=ORIGIN)
    assert (again.status_code, again.json()) == (200, first.json())
    other = client.post("/api/v1/observations", json=sent | {"people_count": 9}, headers=ORIGIN)
    assert other.status_code == 409
    listed = client.get("/api/v1/observations").json()["items"]
    assert [item["people_count"] for item in listed if item["id"] == sent["id"]] == [2]
    # Another territory sees nothing of it, and cannot tell that its id is taken.
    elsewhere = service.client("piraeus")
    ids = {item["id"] for item in elsewhere.get("/api/v1/observations").json()["items"]}
    assert sent["id"] not in ids
    assert {
        item["area"]["code"] for item in elsewhere.get("/api/v1/observations").json()["items"]
    } <= {"5101"}
    with service.owner.connect() as connection:
        actions = connection.scalars(
            sa.text("SELECT action FROM account.audit_event ORDER BY id DESC LIMIT 5")
        ).all()
    assert "read" in actions


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lat": 91}, "lat"),
        ({"lat": 85.5}, "lat"),
        ({"lon": 181}, "lon"),
        ({"accuracy_m": 0}, "accuracy_m"),
        ({"people_count": -1}, "people_count"),
        ({"people_count": 501}, "people_count"),
        ({"urgency": "now"}, "urgency"),
        ({"category": "gossip"}, "category"),
        ({"note": "x" * 2001}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"observed_at": "1970-01-01T00:00:00Z"}, "observed_at"),
        ({"observed_at": "2026-11-20T21:30:00"}, "observed_at"),
        ({"reviewed_by": "me"}, "reviewed_by"),
        ({"id": "7"}, "id"),
    ],
)
def test_a_bad_report_names_the_field_and_stores_nothing(
    service: Service, changes: dict[str, Any], field: str
) -> None:
    client = service.client("athens")
    before = len(client.get("/api/v1/observations").json()["items"])
    answer = client.post("/api/v1/observations", json=report(**changes), headers=ORIGIN)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]
    assert "Two people" not in answer.text
    assert "gossip" not in answer.text
    assert len(client.get("/api/v1/observations").json()["items"]) == before


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_numbers_that_are_none_are_refused(service: Service, number: str) -> None:
    body = json.dumps(report()).replace("37.9838", number)
    answer = service.client("athens").post(
        "/api/v1/observations",
        content=body,
        headers={**ORIGIN, "Content-Type": "application/json"},
    )
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", **ORIGIN},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_nothing_changes_on_another_sites_behalf(service: Service, headers: dict[str, str]) -> None:
    client = service.client("athens")
    answer = client.post("/api/v1/observations", json=report(), headers=headers)
    assert answer.status_code == 403
    assert client.delete("/api/v1/session", headers=headers).status_code == 403
    assert client.get("/api/v1/session").json()["user"]["username"] == "athens"


def test_the_cookie_is_for_this_host_only_and_ends_with_the_login(service: Service) -> None:
    client = service.client(None)
    answer = client.post(
        "/api/v1/session", json={"username": "planner", "password": PASSWORD}, headers=ORIGIN
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-needsmap=")
    for word in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert word in cookie
    token = client.cookies["__Host-needsmap"]
    with service.owner.connect() as connection:
        stored = connection.scalars(sa.text("SELECT token_hash FROM account.session")).all()
    assert token.encode() not in {bytes(value) for value in stored}
    assert client.delete("/api/v1/session", headers=ORIGIN).status_code == 204
    client.cookies.set("__Host-needsmap", token)
    assert client.get("/api/v1/session").json()["user"] is None


def test_a_disabled_user_is_out_at_once(service: Service) -> None:
    from api.auth import store as auth

    auth.put_user(
        service.owner, auth.new_user("leaver", "Leaver", "street_worker", "4501"), PASSWORD
    )
    client = service.client("leaver")
    assert client.get("/api/v1/observations").status_code == 200
    auth.set_disabled(service.owner, "leaver", disabled=True)
    assert client.get("/api/v1/observations").status_code == 401
    answer = client.post(
        "/api/v1/session", json={"username": "leaver", "password": PASSWORD}, headers=ORIGIN
    )
    assert answer.status_code == 401


def test_after_ten_wrong_passwords_a_name_must_wait(service: Service) -> None:
    client = service.client(None)
    name = f"nobody-{uuid.uuid4().hex[:6]}"
    statuses = [
        client.post(
            "/api/v1/session", json={"username": name, "password": "wrong"}, headers=ORIGIN
        ).status_code
        for _ in range(11)
    ]
    assert statuses == [401] * 10 + [429]


def test_tiles_are_kept_and_latest_leads_to_an_id(service: Service) -> None:
    client = service.client(None)
    answer = client.get(f"/tiles/latest/beneficiaries/{ATHENS_AT_8}.mvt", follow_redirects=False)
    assert answer.status_code == 307
    assert "/tiles/rel-" in answer.headers["location"]
    tile = client.get(answer.headers["location"])
    assert "immutable" in tile.headers["cache-control"]
    same = client.get(answer.headers["location"], headers={"If-None-Match": tile.headers["etag"]})
    assert same.status_code == 304
    document = client.get("/tiles/latest/beneficiaries/tilejson.json").json()
    assert document["tiles"][0].startswith("https://testserver/tiles/rel-")
    assert document["vector_layers"][0]["id"] == "areas"


@pytest.mark.parametrize("lang", ["en", "el"])
def test_documents_open_in_both_languages(service: Service, lang: str) -> None:
    client = service.client("committee")
    page = client.get(f"/api/v1/reports/4902?lang={lang}")
    assert f'lang="{lang}"' in page.text
    assert "50,585" in page.text or "50.585" in page.text
    drawn = client.get(f"/api/v1/layers/beneficiaries/map.html?lang={lang}")
    assert drawn.status_code == 200
    assert drawn.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_body_without_length_is_cut_off(service: Service) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    answer = service.client("athens").post(
        "/api/v1/observations",
        content=endless(),
        headers={**ORIGIN, "Content-Type": "application/json"},
    )
    assert answer.status_code in (400, 413)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "", "127.0.0.1"])
def test_a_name_that_is_not_ours_is_refused(service: Service, host: str) -> None:
    answer = service.client(None).get(
        "/tiles/latest/beneficiaries/tilejson.json", headers={"Host": host}
    )
    assert answer.status_code == 421
    assert "evil" not in answer.text


def test_a_name_with_a_nul_byte_is_an_error_of_the_sender(service: Service) -> None:
    answer = service.client(None).post(
        "/api/v1/session", json={"username": "a\x00b", "password": "x"}, headers=ORIGIN
    )
    assert answer.status_code == 422
    assert "cannot be stored" in answer.json()["detail"]


def test_a_reader_s_territory_has_the_names_that_the_administration_shows(service: Service) -> None:
    own = service.client("planner").get("/api/v1/session").json()["user"]["territory"]
    users = service.client("admin").get("/api/v1/admin/users").json()["items"]
    shown = next(one for one in users if one["username"] == "planner")
    assert own["code"] == "EL30"
    assert own["names"]["el"] == "Αττική"
    assert own["names"] == shown["territory"]["names"]
