"""Bring a database to the newest schema: extensions, migrations, then the access policies."""

from __future__ import annotations

import hashlib
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, make_url

from geo.db import access
from geo.errors import ClusterError

HERE = Path(__file__).parent
ERASURE_KEY = """
INSERT INTO account.secret (name, value) VALUES ('erasure',
    sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))
ON CONFLICT DO NOTHING
"""
"""What the proofs of erasures are keyed with; made once, never read outside the database."""

FUNCTIONS = ("roles", "context", "rows", "taught", "audit", "erasure", "accounts")
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "fuzzystrmatch", "btree_gist", "pgrouting")


def create_database(url: str, *, template: str | None = None) -> bool:
    """Make the database if it is not there; False when it was."""
    target = make_url(url)
    engine = sa.create_engine(target.set(database="postgres"), isolation_level="AUTOCOMMIT")
    quote = engine.dialect.identifier_preparer.quote_identifier
    try:
        with engine.connect() as connection:
            exists = connection.scalar(
                sa.text("SELECT 1 FROM pg_database WHERE datname = :name"),
                {"name": target.database},
            )
            if exists:
                return False
            statement = f"CREATE DATABASE {quote(str(target.database))}"
            if template:
                statement += f" TEMPLATE {quote(template)}"
            connection.execute(sa.text(statement))
            return True
    finally:
        engine.dispose()


def upgrade(url: str, *, again: bool = False) -> None:
    """Extensions, migrations, functions and access rules; the whole of it in one transaction.

    Rules take a lock on every table, so they are made only where they are not the newest, or
    where that is asked for (`again`).
    """
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            wanted = _rules_digest()
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7262002)")
            known = connection.scalar(RULES_KNOWN)
            if known == wanted and is_current(connection) and not again:
                return
            _extensions(connection)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _rules(connection)
            # The digest is made of hexadecimal digits: there is nothing to quote.
            connection.exec_driver_sql(f"COMMENT ON SCHEMA registry IS '{wanted}'")
    finally:
        engine.dispose()


def make_roles(url: str) -> None:
    """The accounts that rights are given to: a backup names them and does not hold them."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute((HERE / "functions" / "roles.sql").read_text(encoding="utf-8"))
    finally:
        engine.dispose()


RULES_KNOWN = sa.text(
    "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'registry'"
)


def _rules_digest() -> str:
    """What the rules are made of, as one number: every file that says something of them."""
    files = [*sorted((HERE / "functions").glob("*.sql")), HERE / "policies.sql"]
    text = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(text + "\n".join(access.statements()).encode()).hexdigest()


def _rules(connection: Connection) -> None:
    """Functions, the rights of the service's own accounts, then those of people's roles."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(ERASURE_KEY)
    for path in [
        *(HERE / "functions" / f"{name}.sql" for name in FUNCTIONS),
        HERE / "policies.sql",
    ]:
        # Straight to the driver, as they stand: neither colons nor percent signs are parameters.
        driver.execute(path.read_text(encoding="utf-8"))
    for statement in access.statements():
        driver.execute(statement)


def alembic_config() -> Config:
    """Alembic's settings, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    return config


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the newest migration."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _extensions(connection: Connection) -> None:
    missing = connection.scalars(
        sa.text(
            "SELECT wanted FROM unnest(CAST(:wanted AS text[])) AS wanted"
            " WHERE wanted NOT IN (SELECT name FROM pg_available_extensions)"
        ),
        {"wanted": list(EXTENSIONS)},
    ).all()
    if missing:
        raise ClusterError(
            f"The database server lacks the extension(s) {', '.join(missing)}.",
            hint="Install the PostGIS and pgrouting packages of that PostgreSQL version.",
        )
    for name in EXTENSIONS:
        connection.execute(sa.text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
