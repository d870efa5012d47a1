"""The service over a clone of the demo, and people who may use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from api.app import create_app
from api.auth import store as auth
from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine
from geo.settings import Settings
from tests.integration.house import ORIGIN, PASSWORD, House

__all__ = ["ORIGIN", "PASSWORD"]

USERS: tuple[tuple[str, auth.UserRole, str | None], ...] = (
    ("planner", "regional_planner", "EL30"),
    ("committee", "committee", None),
    ("admin", "admin", None),
    ("auditor", "auditor", None),
    ("athens", "street_worker", "4501"),
    ("piraeus", "street_worker", "5101"),
)


@dataclass(frozen=True)
class Service:
    """The running application and the owner's view of its database."""

    client: Callable[[str | None], TestClient]
    owner: Engine


@pytest.fixture(scope="session")
def service(
    cluster: Cluster,
    settings: Settings,
    demo_database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """The application on this worker's demo database; each client is one logged-in person."""
    owner = make_engine(cluster.url(demo_database))
    for name, role, territory in USERS:
        auth.put_user(owner, auth.new_user(name, name.title(), role, territory), PASSWORD)
    engine = make_engine(cluster.url(demo_database, APP_USER), pool_size=5)
    secret = tmp_path_factory.mktemp("secret") / "secret"
    own = replace(settings, allowed_hosts="testserver", secret_file=secret)
    app = create_app(own, engine)
    secrets: dict[str, str] = {}

    def client(username: str | None) -> TestClient:
        made = TestClient(app, base_url="https://testserver", raise_server_exceptions=False)
        if username:
            log_in(made, owner, username, secrets)
        return made

    yield Service(client, owner)
    engine.dispose()
    owner.dispose()


@pytest.fixture
def house(engine: Engine, app_engine: Engine, settings: Settings, tmp_path: Path) -> House:
    """The service over an empty database."""
    own = replace(settings, allowed_hosts="testserver", secret_file=tmp_path / "secret")
    return House(engine, create_app(own, app_engine), own)


def log_in(client: TestClient, owner: Engine, username: str, secrets: dict[str, str]) -> None:
    """Log in with the password and, where the role needs it, the second factor."""
    if username not in secrets:  # set up by another module, whose secret is gone
        with owner.begin() as connection:
            statement = (
                "UPDATE account.app_user SET totp_secret = NULL, totp_confirmed_at = NULL"
                " WHERE username = :name"
            )
            connection.execute(sa.text(statement), {"name": username})
    answer = client.post(
        "/api/v1/session", json={"username": username, "password": PASSWORD}, headers=ORIGIN
    )
    assert answer.status_code == 200, answer.text
    step = answer.json()["second_factor"]
    if step is None:
        return
    if step == "enrol":
        made = client.post("/api/v1/session/second-factor/setup", headers=ORIGIN)
        secrets[username] = made.json()["secret"]
    # A code counts once, and the tests log in more often than twice a minute.
    with owner.begin() as connection:
        statement = "UPDATE account.app_user SET totp_last_step = NULL WHERE username = :name"
        connection.execute(sa.text(statement), {"name": username})
    answer = client.post(
        "/api/v1/session/second-factor",
        json={"code": pyotp.TOTP(secrets[username]).now()},
        headers=ORIGIN,
    )
    assert answer.status_code == 200, answer.text
