"""One private PostGIS for the tests, templates (empty, demo) made once, a clone for whoever asks."""

from __future__ import annotations

import fcntl
import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo import pipeline
from geo.db import schema
from geo.db.cluster import Cluster, private_cluster
from geo.db.engine import APP_USER, make_engine
from geo.demo import READ, load_demo
from geo.errors import NotFound
from geo.locating.jobs import locate_register
from geo.locating.serving import Gazetteers
from geo.registers.locations.store import TABLES
from geo.settings import ROOT, Settings, read_settings
from geo.snapshots.freeze import code_version
from geo.sources.source import load


def shared_data(*parts: str) -> Path:
    """A real open data file beside the project; the test skips where it is absent."""
    path = read_settings().shared_data.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real open data not found: {'/'.join(parts)} (set NEEDSMAP_SHARED_DATA)")
    return path


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The tests' own cluster stops with the last run that uses it."""
    if hasattr(session.config, "workerinput"):
        return  # a worker ends before the others; the run that started it does this
    cluster = _cluster(read_settings())
    if not cluster.home.exists() or not cluster.is_running():
        return
    with _admin(cluster) as connection:
        others = _databases(connection, "datname IN (SELECT datname FROM pg_stat_activity)")
    if set(others) <= {"postgres"}:
        cluster.down()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings()


@pytest.fixture(scope="session")
def cluster(settings: Settings) -> Cluster:
    """The tests' own cluster; without fsync, since no test data need survive a power cut."""
    made = _cluster(settings)
    made.up()
    return made


def _cluster(settings: Settings) -> Cluster:
    return private_cluster(settings.var, "test-postgres", "fsync=off", "full_page_writes=off")


def _schema_key() -> str:
    kinds = {".py", ".sql", ".yaml"}
    files = sorted(path for path in (ROOT / "geo" / "db").rglob("*") if path.suffix in kinds)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A migrated database that nobody writes to; rebuilt when the schema's files change."""
    return _built_once(cluster, f"template_{_schema_key()}", schema.upgrade)


@pytest.fixture(scope="session")
def packages(settings: Settings) -> Path:
    """The installed packages of open data; a test skips where the set-up has not run."""
    try:
        for facts in (load(source_id) for source_id in READ):
            if facts.package:
                facts.package_file(settings.packages)
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")
    return settings.packages


@pytest.fixture(scope="session")
def demo_template(cluster: Cluster, settings: Settings, template: str, packages: Path) -> str:
    """The demo region, loaded, analysed and published; rebuilt when its code or packages change."""
    lock = (packages.parent / "package-lock.json").read_bytes()
    key = hashlib.sha256(code_version(ROOT / "geo").encode() + lock).hexdigest()[:12]
    return _built_once(
        cluster, f"demo_{key}", lambda url: run_demo(url, settings), template=template
    )


def run_demo(url: str, settings: Settings) -> str:
    """What `needsmap demo` does before it makes logins; returns the snapshot's id."""
    made = make_engine(url)
    try:
        region = load_demo(made, settings, "attica", lambda _: None)
        gazetteers = Gazetteers(made)
        for register in TABLES:
            locate_register(made, settings, gazetteers, register, everything=True)
        snapshot_id = pipeline.freeze_analysis(made, pipeline.analyse(made, region))
        pipeline.publish(made, snapshot_id)
        return snapshot_id
    finally:
        made.dispose()


@pytest.fixture(scope="session")
def demo_database(cluster: Cluster, demo_template: str) -> Iterator[str]:
    """Name of this worker's clone of the demo; whoever changes what it holds takes `demo_copy`."""
    yield from clone(cluster, demo_template)


@pytest.fixture
def demo_copy(cluster: Cluster, demo_template: str) -> Iterator[str]:
    """Name of a fresh clone of the demo, to be written to; dropped afterwards."""
    yield from clone(cluster, demo_template)


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[str]:
    """Name of a fresh clone of the template; dropped afterwards."""
    yield from clone(cluster, template)


def clone(cluster: Cluster, template: str) -> Iterator[str]:
    """A copy of a template database for as long as the caller's fixture lives."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with _locked(cluster, template):
        # A template can be copied by one session at a time.
        schema.create_database(cluster.url(name), template=template)
    try:
        yield name
    finally:
        with _admin(cluster) as connection:
            _drop(connection, name)


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


def _built_once(
    cluster: Cluster, name: str, fill: Callable[[str], object], template: str | None = None
) -> str:
    """A database that the first worker makes and the others find; half-made ones never count."""
    with _locked(cluster, name), _admin(cluster) as connection:
        if name not in _databases(connection, "true"):
            _sweep(connection)
            half = f"{name}_half"
            _drop(connection, half)
            if template:
                with _locked(cluster, template):
                    schema.create_database(cluster.url(half), template=template)
            else:
                schema.create_database(cluster.url(half))
            fill(cluster.url(half))
            connection.execute(sa.text(f'ALTER DATABASE "{half}" RENAME TO "{name}"'))
    return name


def _sweep(connection: Connection) -> None:
    """Drop what earlier versions of the code and killed runs left behind."""
    old = "(pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '1 day'"
    for name in _databases(connection, f"datname ~ '^(template|demo|test)_' AND {old}"):
        _drop(connection, name)


def _databases(connection: Connection, condition: str) -> list[str]:
    statement = f"SELECT datname FROM pg_database WHERE {condition}"
    return [str(name) for name in connection.scalars(sa.text(statement))]


def _drop(connection: Connection, name: str) -> None:
    connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@contextmanager
def _admin(cluster: Cluster) -> Iterator[Connection]:
    made = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    try:
        with made.connect() as connection:
            yield connection
    finally:
        made.dispose()


@contextmanager
def _locked(cluster: Cluster, name: str) -> Iterator[None]:
    with (cluster.home / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
