"""One private PostGIS for the tests, a template database made once, a clone for whoever asks."""

from __future__ import annotations

import fcntl
import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db import schema
from geo.db.cluster import Cluster, private_cluster
from geo.db.engine import APP_USER, make_engine
from geo.settings import ROOT, Settings, read_settings


def shared_data(*parts: str) -> Path:
    """A real open data file beside the project; the test skips where it is absent."""
    path = read_settings().shared_data.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real open data not found: {'/'.join(parts)} (set NEEDSMAP_SHARED_DATA)")
    return path


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings()


@pytest.fixture(scope="session")
def cluster(settings: Settings) -> Cluster:
    """The tests' own cluster; without fsync, since no test data need survive a power cut."""
    made = private_cluster(settings.var, "test-postgres", "fsync=off", "full_page_writes=off")
    made.up()
    return made


def _schema_key() -> str:
    files = [*sorted((ROOT / "geo" / "db").rglob("*.py")), ROOT / "geo" / "db" / "policies.sql"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A migrated database that nobody writes to; rebuilt when the schema's files change."""
    name = f"template_{_schema_key()}"
    with (cluster.home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if schema.create_database(cluster.url(name)):
            try:
                schema.upgrade(cluster.url(name))
            except BaseException:
                _drop(cluster, name)
                raise
    return name


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[str]:
    """Name of a fresh clone of the template; dropped afterwards."""
    yield from clone(cluster, template)


def clone(cluster: Cluster, template: str) -> Iterator[str]:
    """A copy of a template database for as long as the caller's fixture lives."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with (cluster.home / "template.lock").open("w") as lock:
        # A template can be copied by one session at a time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        schema.create_database(cluster.url(name), template=template)
    try:
        yield name
    finally:
        _drop(cluster, name)


@pytest.fixture
def engine(cluster: Cluster, database: str) -> Iterator[Engine]:
    """The owner's engine on a fresh clone."""
    made = make_engine(cluster.url(database))
    yield made
    made.dispose()


@pytest.fixture
def app_engine(cluster: Cluster, database: str) -> Iterator[Engine]:
    """The service's engine on the same clone: no rights but those of the role it takes."""
    made = make_engine(cluster.url(database, APP_USER))
    yield made
    made.dispose()


def _drop(cluster: Cluster, name: str) -> None:
    admin = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()
