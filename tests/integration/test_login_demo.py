"""The demo's logins: one for each role, let in without a second factor, each in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth.sees import sees
from api.auth.store import user_of, users
from api.auth.user import USER_ROLES
from api.cli.demo import LOGINS, make_logins
from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine
from geo.settings import Settings
from tests.integration.house import ORIGIN, SESSION, House


@pytest.fixture
def demo(cluster: Cluster, demo_copy: str, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """The service over a demo of its own."""
    owner, engine = (
        make_engine(cluster.url(demo_copy)),
        make_engine(cluster.url(demo_copy, APP_USER)),
    )
    own = replace(
        settings, var=tmp_path, secret_file=tmp_path / "secret", allowed_hosts="testserver"
    )
    yield House(owner, create_app(own, engine), own)
    engine.dispose()
    owner.dispose()


def test_every_role_has_a_demo_login_that_works(demo: House) -> None:
    rows = make_logins(demo.settings, demo.owner)
    assert {role for _, _, role in rows} == set(USER_ROLES)
    file = demo.settings.var / "demo-logins.json"
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text())
    territories = {name: territory for name, _, _, territory in LOGINS}
    for name, password, role in rows:
        assert kept[name] == password
        client = TestClient(demo.app, base_url="https://testserver", headers=ORIGIN)
        answer = client.post(SESSION, json={"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        user = answer.json()["user"]
        assert user["role"] == role
        assert (user["territory"] or {}).get("code") == territories[name]
    # The same again: the same passwords, and everybody logged out.
    assert make_logins(demo.settings, demo.owner) == rows
    assert demo.sql("SELECT count(*) FROM account.session") == 0
    assert demo.sql("SELECT bool_and(demo) FROM account.app_user")


def test_each_demo_login_has_something_to_see(demo: House) -> None:
    make_logins(demo.settings, demo.owner)
    seen = {
        row.username: {one.table: one.rows for one in sees(demo.owner, user_of(row))}
        for row in users(demo.owner)
    }

    def some(name: str, table: str) -> bool:
        rows = seen[name][table]
        return rows is not None and not rows["en"].startswith(("fewer", "not"))

    for name in ("centre", "lead"):
        assert some(name, "registry.person")
        assert some(name, "registry.need")
    for name in ("planner", "municipal", "national", "street"):
        assert some(name, "registry.service")
    assert "registry.person" not in seen["planner"]
    with demo.owner.connect() as connection:
        own = connection.scalar(
            sa.text(
                "SELECT count(*) FROM registry.site s JOIN account.app_user u USING (agency_id)"
                " WHERE u.username = 'agency'"
            )
        )
    assert own
