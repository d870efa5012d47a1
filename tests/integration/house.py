"""A service over an empty database, and what people do at its door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyotp
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from api.auth import store
from api.auth.user import UserRole, new_user
from geo.settings import Settings

SESSION = "/api/v1/session"
CODE = f"{SESSION}/second-factor"
SETUP = f"{CODE}/setup"
COOKIE = "__Host-needsmap"
ORIGIN = {"Origin": "https://testserver"}
PASSWORD = "quiet-river-green-lamp"


@dataclass(frozen=True)
class House:
    """A service over an empty database, with the owner's view of it."""

    owner: Engine
    app: Any
    settings: Settings

    def client(self, address: str = "198.51.100.7") -> TestClient:
        """A browser that nobody has logged in with."""
        return TestClient(
            self.app,
            base_url="https://testserver",
            raise_server_exceptions=False,
            client=(address, 50000),
            headers=ORIGIN,
        )

    def put(self, name: str, role: UserRole = "committee", *, demo: bool = False) -> None:
        """An account, in a municipality where the role needs one."""
        where = "4501" if role in ("centre_staff", "team_lead", "street_worker") else None
        user = replace(new_user(name, name.title(), role, where), demo=demo)
        store.put_user(self.owner, user, PASSWORD)

    def put_source(self) -> None:
        """A source `s` that rows of registers may name."""
        self.sql(
            "INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution,"
            " official, derived, synthetic, counts, notes, sha256) VALUES ('s', '', '{}', '{}', '',"
            " '', '', true, false, true, '{}', '[]', '')"
        )

    def sql(self, statement: str, **parameters: Any) -> Any:
        """One statement as the owner; the first value of its answer."""
        with self.owner.begin() as connection:
            result = connection.execute(sa.text(statement), parameters)
            return result.scalar() if result.returns_rows else None


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> Any:
    return client.post(SESSION, json={"username": name, "password": password})


def who(client: TestClient) -> Any:
    answer = client.get(SESSION)
    assert answer.status_code == 200, answer.text
    return answer.json()


def enrol(client: TestClient) -> str:
    """Set up an authenticator; its secret."""
    made = client.post(SETUP)
    assert made.status_code == 200, made.text
    secret: str = made.json()["secret"]
    assert client.post(CODE, json={"code": pyotp.TOTP(secret).now()}).status_code == 200
    return secret
