"""An office over an empty database: two municipalities, two agencies, one person of each role."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from api import deps
from api.app import create_app
from api.auth.user import User, UserRole
from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine
from geo.settings import Settings
from tests.conftest import clone

ORIGIN = {"Origin": "https://testserver"}
ATHENS, PIRAEUS = "4501", "5101"
AGENCY_A = uuid.UUID("00000000-0000-4000-8000-00000000000a")
AGENCY_B = uuid.UUID("00000000-0000-4000-8000-00000000000b")

AREAS = """
INSERT INTO base.area (country, level, code, parent_code, geometry_kind, source_id, geom)
SELECT 'gr', level, code, parent, 'official', 'office',
    ST_Multi(ST_MakeEnvelope(x, 37.5, x + 0.4, 38.2, 4326))
FROM (VALUES ('country', 'gr', NULL, 23.0), ('region', 'EL30', 'gr', 23.0),
    ('municipality', '4501', 'EL30', 23.6), ('municipality', '5101', 'EL30', 23.1))
    AS a (level, code, parent, x)
"""
AGENCIES = """
INSERT INTO registry.agency (id, external_id, source_id, synthetic, name, legal_form, area_code)
VALUES (:a, 'a', 'office', true, 'Agency A', 'ngo', '4501'),
    (:b, 'b', 'office', true, 'Agency B', 'ngo', '5101')
"""
ACCOUNTS = """
INSERT INTO account.app_user (id, username, display_name, role, territory_code, agency_id)
VALUES (:id, :username, :display_name, :role, :territory_code, :agency_id)
"""

PLACES: dict[UserRole, tuple[str | None, uuid.UUID | None]] = {
    "street_worker": (ATHENS, None),
    "centre_staff": (ATHENS, None),
    "team_lead": (ATHENS, None),
    "municipal_planner": (ATHENS, None),
    "regional_planner": ("EL30", None),
    "agency": (None, AGENCY_A),
    "committee": (None, None),
    "national": ("gr", None),
    "auditor": (None, None),
    "admin": (None, None),
}


def _users() -> dict[str, User]:
    made = {
        role: User(uuid.uuid4(), role, role.title(), role, place, agency)
        for role, (place, agency) in PLACES.items()
    }
    more: tuple[tuple[str, UserRole, str | None, uuid.UUID | None], ...] = (
        ("second_staff", "centre_staff", ATHENS, None),
        ("second_planner", "municipal_planner", ATHENS, None),
        ("piraeus_staff", "centre_staff", PIRAEUS, None),
        ("piraeus_planner", "municipal_planner", PIRAEUS, None),
        ("piraeus_worker", "street_worker", PIRAEUS, None),
        ("other_agency", "agency", None, AGENCY_B),
    )
    return made | {
        name: User(uuid.uuid4(), name, name.title(), role, place, agency)
        for name, role, place, agency in more
    }


class Client:
    """One person at the office: what they send, as JSON, with what every page of ours sends along."""

    def __init__(self, app: FastAPI, user: User | None) -> None:
        self.user = user
        who = {"X-Test-User": user.username} if user else {}
        self.http = TestClient(
            app,
            base_url="https://testserver",
            raise_server_exceptions=False,
            headers=ORIGIN | who,
        )

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/api/v1{path}", params=query)

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/api/v1{path}", json=body)

    def patch(self, path: str, version: int | None, **body: Any) -> Any:
        headers = {} if version is None else {"If-Match": f'"v{version}"'}
        return self.http.patch(f"/api/v1{path}", json=body, headers=headers)

    def delete(self, path: str, version: int | None = None) -> Any:
        headers = {} if version is None else {"If-Match": f'"v{version}"'}
        return self.http.delete(f"/api/v1{path}", headers=headers)

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        """What a POST that must succeed gives back."""
        answer = self.post(path, **body)
        assert answer.status_code == 201, answer.text
        return answer.json()


@dataclass(frozen=True)
class Office:
    """The application, who works with it, and the owner's view of its database."""

    app: FastAPI
    users: dict[str, User]
    owner: Engine

    def client(self, name: str | None) -> Client:
        return Client(self.app, self.users[name] if name else None)

    def scalar(self, statement: str, **given: Any) -> Any:
        with self.owner.connect() as connection:
            return connection.scalar(sa.text(statement), given)

    def rows(self, statement: str, **given: Any) -> list[dict[str, Any]]:
        with self.owner.connect() as connection:
            found = connection.execute(sa.text(statement), given).mappings()
            return [dict(row) for row in found]


@pytest.fixture(scope="package")
def office(
    cluster: Cluster, settings: Settings, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The office; whoever sends `X-Test-User` is that person, logged in."""
    secret = tmp_path_factory.mktemp("office") / "secret"
    for name in clone(cluster, template):
        yield from _opened(cluster, settings, name, secret)


def _opened(cluster: Cluster, settings: Settings, database: str, secret: Path) -> Iterator[Office]:
    owner = make_engine(cluster.url(database))
    with owner.begin() as connection:
        connection.execute(sa.text(AREAS))
        connection.execute(sa.text(AGENCIES), {"a": AGENCY_A, "b": AGENCY_B})
    users = _users()
    kept = ("id", "username", "display_name", "role", "territory_code", "agency_id")
    accounts = [{name: getattr(one, name) for name in kept} for one in users.values()]
    with owner.begin() as connection:
        connection.execute(sa.text(ACCOUNTS), accounts)
    engine = make_engine(cluster.url(database, APP_USER), pool_size=5)
    own: dict[str, Any] = {
        "allowed_hosts": "testserver",
        "secret_file": secret,
        "var": secret.parent,
    }
    app = create_app(replace(settings, **own), engine)

    def known(request: Request) -> User | None:
        return users.get(request.headers.get("X-Test-User", ""))

    app.dependency_overrides[deps.find_user] = known
    yield Office(app, users, owner)
    engine.dispose()
    owner.dispose()


@pytest.fixture
def at(office: Office) -> Callable[[str | None], Client]:
    """Somebody at their desk."""
    return office.client
