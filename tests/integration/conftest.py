"""The service over a clone of the demo, and people who may use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from api.app import create_app
from api.auth import store as auth
from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine
from geo.settings import Settings

PASSWORD = "quiet-river-green-lamp"
USERS: tuple[tuple[str, auth.UserRole, str | None], ...] = (
    ("planner", "planner", None),
    ("committee", "committee", None),
    ("admin", "admin", None),
    ("athens", "street_worker", "4501"),
    ("piraeus", "street_worker", "5101"),
)
ORIGIN = {"Origin": "https://testserver"}


@dataclass(frozen=True)
class Service:
    """The running application and the owner's view of its database."""

    client: Callable[[str | None], TestClient]
    owner: Engine


@pytest.fixture(scope="session")
def service(cluster: Cluster, settings: Settings, demo_database: str) -> Iterator[Service]:
    """The application on this worker's demo database; each client is one logged-in person."""
    owner = make_engine(cluster.url(demo_database))
    for name, role, territory in USERS:
        auth.put_user(owner, auth.new_user(name, name.title(), role, territory), PASSWORD)
    engine = make_engine(cluster.url(demo_database, APP_USER), pool_size=5)
    app = create_app(replace(settings, allowed_hosts="testserver"), engine)

    def client(username: str | None) -> TestClient:
        made = TestClient(app, base_url="https://testserver", raise_server_exceptions=False)
        if username:
            answer = made.post(
                "/api/v1/session",
                json={"username": username, "password": PASSWORD},
                headers=ORIGIN,
            )
            assert answer.status_code == 200, answer.text
        return made

    yield Service(client, owner)
    engine.dispose()
    owner.dispose()
