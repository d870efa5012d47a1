"""The directory out of the database: who reads it, what stays inside, and that it comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pandas as pd
import pytest
import sqlalchemy as sa
import typer
from fastapi.testclient import TestClient
from shapely.geometry import MultiPolygon, box
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from api.app import create_app
from api.auth.user import USER_ROLES, User, UserRole, new_user
from api.cli import hsds as command
from api.deps import find_user
from api.routes import hsds as routes
from geo.db.engine import transaction
from geo.hsds.package import read_package
from geo.hsds.read import read
from geo.hsds.write import write
from geo.registers.agencies import store
from geo.registers.agencies.directory import directory, of_agencies, of_services, service_page
from geo.registers.keys import row_key
from geo.settings import Settings

SOURCE = "test"
HIDDEN = ("Refuge", "Secret street 1", "Counselling at the refuge")
OPENING = [{"rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "opens": "08:00", "closes": "15:30"}]


@pytest.fixture
def registers(engine: Engine) -> Engine:
    """Two agencies, three sites of which one is kept secret, and services at each."""
    with transaction(engine, "job") as connection:
        connection.execute(
            sa.text(
                "INSERT INTO base.source (id, title, titles, notices, publisher, licence,"
                " attribution, official, derived, synthetic, counts, notes, sha256) VALUES"
                " (:id, 't', '{}', '{}', 'p', 'l', 'a', false, false, true, '{}', '[]', '')"
            ),
            {"id": SOURCE},
        )
        store.put_agencies(connection, agencies(), SOURCE)
        store.put_sites(connection, sites(), SOURCE)
        store.put_services(connection, services(), SOURCE)
        store.put_programmes(connection, programmes(), SOURCE)
        connection.execute(
            sa.text(
                "UPDATE registry.site SET location_class = 'address', radius_m = 30,"
                " geom = ST_SetSRID(ST_MakePoint(23.72, 37.98), 4326) WHERE external_id = 't1'"
            )
        )
        connection.execute(
            sa.text(
                "UPDATE registry.service SET service_area = ST_GeomFromText(:area, 4326)"
                " WHERE external_id = 's1'"
            ),
            {"area": MultiPolygon([box(23.7, 37.9, 23.8, 38.0)]).wkt},
        )
    return engine


def agencies() -> pd.DataFrame:
    rows = [("a1", "Δήμος Αθηναίων", "4501"), ("a2", "A society", "4502")]
    frame = pd.DataFrame(rows, columns=["external_id", "name", "area_code"])
    return frame.assign(legal_form="municipality", synthetic=True, email="info@example.org")


def sites() -> pd.DataFrame:
    rows = [
        ("t1", "a1", None, "Οδός Αθηνάς 1", "4501", False),
        ("t2", "a2", "Branch", "Main street 2", "4502", False),
        ("t3", "a2", HIDDEN[0], HIDDEN[1], "4502", True),
    ]
    columns = ["external_id", "agency_external_id", "name", "address", "area_code", "sensitive"]
    premises = [{"lift": True, "private_office": False}, {}, {}]
    return pd.DataFrame(rows, columns=columns).assign(
        postcode="10551", synthetic=True, premises=premises
    )


def services() -> pd.DataFrame:
    rows = [
        ("s1", "a1", "t1", "Community centre", 40),
        ("s2", "a2", "t2", "Soup kitchen", None),
        ("s3", "a2", "t3", HIDDEN[2], 9),
    ]
    columns = ["external_id", "agency_external_id", "site_external_id", "name", "capacity"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object).assign(
        service_type="community_centre", active=True, synthetic=True, sector="families"
    )
    frame["area_code"] = ["4501", "4502", "4502"]
    for name, values in {
        "mandatory_services": [["information"], [], []],
        "target_groups": [["homeless"], [], []],
        "languages": [["el", "rom"], [], []],
        "programme_codes": [["MIS 1"], [], []],
        "opening": [OPENING, [], []],
        "eligibility": [{"min_age": 18, "sexes": ["f"]}, None, None],
        "staff": [[], [], []],
    }.items():
        frame[name] = values
    return frame


def programmes() -> pd.DataFrame:
    rows = [("p1", "MIS 1", "Centres of the community"), ("p2", "MIS 2", "Nobody runs this")]
    frame = pd.DataFrame(rows, columns=["external_id", "code", "name"])
    return frame.assign(fund="ESF+", synthetic=True)


Client = Callable[[str | None], TestClient]


@pytest.fixture
def client(registers: Engine, app_engine: Engine, settings: Settings) -> Iterator[Client]:
    """The service on these registers, asked by somebody of a role."""
    app = create_app(replace(settings, allowed_hosts="testserver"), app_engine)
    if "/api/v1/hsds/services" not in app.openapi()["paths"]:
        app.include_router(routes.router)
        app.router.routes.insert(0, app.router.routes.pop())

    def asked_by(role: str | None) -> TestClient:
        app.dependency_overrides[find_user] = lambda: None if role is None else someone(role)
        return TestClient(app, base_url="https://testserver")

    yield asked_by
    app.dependency_overrides.clear()


def someone(role: str) -> User:
    """Somebody of a role, as a login would make them; logins have tests of their own."""
    territory = {"regional_planner": "EL30", "national": None, "committee": None, "admin": None}
    agency = key("agency", "a2") if role == "agency" else None
    return new_user(role, role, cast(UserRole, role), territory.get(role, "4502"), agency)


def key(register: str, external_id: str) -> UUID:
    return row_key(register, SOURCE, external_id)


def contents(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["contents"]
    return found


READERS = sorted(routes.ROLES)
OTHERS = sorted(set(USER_ROLES) - routes.ROLES)
PATHS = ("organizations", "services", "service_at_locations")


def test_who_reads_follows_the_matrix() -> None:
    assert "national" in READERS and "street_worker" in READERS
    assert {"committee", "auditor"} <= set(OTHERS)


@pytest.mark.parametrize("role", [None, *OTHERS])
def test_nobody_else_reads_anything(client: Client, role: str | None) -> None:
    for path in ("", *(f"/{one}" for one in PATHS), f"/services/{key('service', 's1')}"):
        answer = client(role).get(f"/api/v1/hsds{path}")
        assert answer.status_code == (401 if role is None else 403), path
        assert "Athens" not in answer.text and "contents" not in answer.text


@pytest.mark.parametrize("role", READERS)
def test_what_is_kept_secret_is_told_to_no_role(client: Client, role: str) -> None:
    """Not even to the agency that runs the refuge, whose own registers show it to them."""
    asked = client(role)
    texts = [
        asked.get(f"/api/v1/hsds/{path}", params={"full": full}).text
        for path in PATHS
        for full in (True, False)
    ]
    texts.append(asked.get(f"/api/v1/hsds/organizations/{key('agency', 'a2')}").text)
    assert all("Soup kitchen" in text for text in texts[2:])
    for text in texts:
        assert not [word for word in HIDDEN if word in text]
        assert str(key("site", "t3")) not in text
    hidden = asked.get(f"/api/v1/hsds/services/{key('service', 's3')}")
    missing = asked.get(f"/api/v1/hsds/services/{key('service', 'none')}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["detail"] == missing.json()["detail"]


def test_pages_of_services(client: Client) -> None:
    asked = client("national")
    first = asked.get("/api/v1/hsds/services", params={"per_page": 1}).json()
    second = asked.get("/api/v1/hsds/services", params={"per_page": 1, "page": 2}).json()
    beyond = asked.get("/api/v1/hsds/services", params={"per_page": 1, "page": 3}).json()
    shape = ["total_items", "total_pages", "page_number", "size", "first_page", "last_page",
             "empty", "contents"]  # fmt: skip
    assert [list(one) for one in (first, second, beyond)] == [shape] * 3
    assert [one["total_items"] for one in (first, second, beyond)] == [2, 2, 2]
    assert (first["first_page"], first["last_page"], first["size"]) == (True, False, 1)
    assert (second["first_page"], second["last_page"]) == (False, True)
    assert beyond["empty"] is True
    names = {one["contents"][0]["name"] for one in (first, second)}
    assert names == {"Community centre", "Soup kitchen"}
    of_one = {"organization_id": str(key("agency", "a2"))}
    assert [one["name"] for one in contents(asked.get("/api/v1/hsds/services", params=of_one))] == [
        "Soup kitchen"
    ]
    for wrong in ({"page": 0}, {"per_page": 101}, {"page": "x"}, {"organization_id": "x"}):
        assert asked.get("/api/v1/hsds/services", params=wrong).status_code == 422


def test_secret_places_are_not_read_at_all_unless_asked(registers: Engine) -> None:
    """Each reading leaves them out by itself, whoever reads and whatever the writer does later."""
    with transaction(registers, "job") as connection:
        frames = [
            directory(connection),
            of_agencies(connection, [key("agency", "a2")]),
            of_services(connection, [key("service", "s2"), key("service", "s3")]),
        ]
        keys, total = service_page(connection, 10, 0)
        whole = directory(connection, sensitive=True)
    for one in frames:
        assert "t3" not in set(one["sites"]["external_id"])
        assert "s3" not in set(one["services"]["external_id"])
        assert "s2" in set(one["services"]["external_id"])
    assert total == len(keys) == 2 and key("service", "s3") not in keys
    assert "t3" in set(whole["sites"]["external_id"])
    assert "s3" in set(whole["services"]["external_id"])


def test_one_service_by_hand(client: Client) -> None:
    answer = client("municipal_planner").get(f"/api/v1/hsds/services/{key('service', 's1')}")
    service = answer.json()
    assert service["id"] == str(key("service", "s1"))
    assert (service["name"], service["status"]) == ("Community centre", "active")
    assert service["minimum_age"] == 18
    assert service["organization"]["name"] == "Δήμος Αθηναίων"
    assert service["program"]["name"] == "Centres of the community"
    (at,) = service["service_at_locations"]
    assert (at["location"]["latitude"], at["location"]["longitude"]) == (37.98, 23.72)
    assert at["location"]["addresses"][0]["address_1"] == "Οδός Αθηνάς 1"
    (hours,) = service["schedules"]
    assert (hours["freq"], hours["byday"], hours["opens_at"]) == ("WEEKLY", "MO,TH", "08:00")
    assert json.loads(service["service_areas"][0]["extent"])["type"] == "MultiPolygon"
    said = {one["taxonomy_term"]["code"]: one.get("value") for one in service["attributes"]}
    assert said["capacity"] == "40" and "community_centre" in said
    assert "there is no such service" in service["alert"]


def test_everything_of_the_registers_comes_back(registers: Engine) -> None:
    with transaction(registers, "job") as connection:
        frames = directory(connection, sensitive=True)
    reading = read(write(frames, sensitive=True).documents("organization"))
    assert reading.sources == {SOURCE}
    back = {
        name: {row["external_id"]: row for row in frame.to_dict("records")}
        for name, frame in reading.frames.items()
    }
    assert set(back["agencies"]) == {"a1", "a2"}
    assert set(back["sites"]) == {"t1", "t2", "t3"}
    assert set(back["services"]) == {"s1", "s2", "s3"}
    assert set(back["programmes"]) == {"p1"}  # nobody runs the other
    for given, register in ((agencies(), "agencies"), (sites(), "sites"), (services(), "services")):
        frame = given.rename(columns={"mandatory_services": "offers"})
        for row in frame.drop(columns=["staff"], errors="ignore").to_dict("records"):
            found = back[register][row["external_id"]]
            for name, value in row.items():
                if name in found:
                    assert found[name] == value or (pd.isna(value) and found[name] is None), name
    assert back["services"]["s1"]["service_area"].equals(
        MultiPolygon([box(23.7, 37.9, 23.8, 38.0)])
    )
    # The same source and external ids make the same keys: a second import meets the same rows.
    ids = {str(row_key("service", SOURCE, external)) for external in back["services"]}
    assert ids == {str(one) for one in frames["services"]["id"]}


@pytest.mark.parametrize("sensitive", [False, True])
def test_the_command_tells_of_refuges_only_when_asked(
    registers: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sensitive: bool
) -> None:
    monkeypatch.setattr(command, "database", lambda: nullcontext((None, registers)))
    app = typer.Typer()
    command.register(app)
    asked = ["--with-sensitive"] if sensitive else []
    for target in (tmp_path / "all.json", tmp_path / "folder"):
        result = CliRunner().invoke(app, ["hsds", "export", str(target), "--json", *asked])
        assert result.exit_code == 0, result.output
        said = json.loads(result.output)
        assert said["written"] == {
            "organization": 2, "location": 2 + sensitive, "service": 2 + sensitive, "program": 1,
        }  # fmt: skip
    text = (tmp_path / "all.json").read_text(encoding="utf-8")
    tables = "".join(one.read_text(encoding="utf-8") for one in (tmp_path / "folder").iterdir())
    for word in HIDDEN:
        assert (word in text, word in tables) == (sensitive, sensitive), word
    frames = read(json.loads(text)).frames
    expected = read(read_package(tmp_path / "folder")).frames
    for name, frame in frames.items():
        found, other = (one.sort_values("external_id") for one in (frame, expected[name]))
        assert found.to_dict("records") == other.to_dict("records")
    again = CliRunner().invoke(app, ["hsds", "export", str(tmp_path / "folder")])
    assert again.exit_code != 0 and "not empty" in str(again.exception)
