"""The database's own catalogue: nothing is open that need not be, whatever the rows."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo.db import schema
from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.db.tables import SCHEMAS, metadata
from geo.settings import ROOT
from tests.acceptance.access import behaviour, lint
from tests.acceptance.access.attempts import become, undone
from tests.acceptance.access.conftest import Planted
from tests.acceptance.access.readers import ALL
from tests.acceptance.access.world import TABLES


def test_the_catalogue_has_no_holes(planted: Planted) -> None:
    assert list(lint.findings(planted.cursor)) == []


@pytest.mark.parametrize("table", TABLES)
def test_the_database_does_its_part_at_a_write(planted: Planted, table: str) -> None:
    assert list(behaviour.differences(planted.world, planted.cursor, table)) == []


def test_statistics_show_nothing_of_the_registers(planted: Planted) -> None:
    """The planner's sample of values is a copy of them; the owner sees it, nobody else."""
    cursor = planted.cursor
    asked = "SELECT count(*) FROM pg_stats WHERE schemaname = ANY (%s)"
    locked = ["registry", "field", "intake", "account"]
    with undone(cursor):
        cursor.execute(
            "ANALYZE registry.person, registry.site, field.observation, account.app_user"
        )
        assert cursor.execute(asked, [locked]).fetchone() > (50,)
        for reader in ALL:
            with undone(cursor):
                become(cursor, reader)
                assert cursor.execute(asked, [locked]).fetchone() == (0,), reader.name


FORBIDDEN = re.compile(r"ST_(Estimated|Find_?)Extent|_postgis_(stats|index_extent)", re.IGNORECASE)


def test_no_code_asks_for_estimated_extents() -> None:
    """They are reckoned from the rows of everybody (maplibre/martin#1206, tipg 1.6.1)."""
    where = [path for part in ("geo", "api", "layers") for path in (ROOT / part).rglob("*.*")]
    found = {
        str(path.relative_to(ROOT))
        for path in where
        if path.suffix in {".py", ".sql", ".yaml", ".toml"}
        and FORBIDDEN.search(path.read_text("utf-8"))
    }
    assert found == {"geo/db/policies.sql"}, "only where the right to them is taken away"


SHAPE = {
    "constraints": """SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace::regnamespace::text = ANY (:ours) AND contype <> 't'""",
    "defaults": """SELECT adrelid::regclass || '.' || attname || ' ' || pg_get_expr(adbin, adrelid)
        FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
        JOIN pg_class c ON c.oid = adrelid WHERE relnamespace::regnamespace::text = ANY (:ours)""",
    "columns": """SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod),
            attnotnull, attidentity, attgenerated)
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' AND attnum > 0
            AND NOT attisdropped AND relnamespace::regnamespace::text = ANY (:ours)""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = ANY (:ours)",
}
"""What a table is made of; Alembic compares neither checks nor defaults."""


def _shape(connection: Connection) -> dict[str, set[str]]:
    ours = {"ours": list(SCHEMAS)}
    return {
        what: set(connection.scalars(sa.text(statement), ours)) for what, statement in SHAPE.items()
    }


def test_migrations_end_in_the_very_tables(engine: Engine, cluster: Cluster, database: str) -> None:
    """Checks, defaults, columns and indexes of a migrated database against those made at once."""
    fresh = f"{database}_fresh"
    schema.create_database(cluster.url(fresh))
    made = make_engine(cluster.url(fresh))
    try:
        with made.begin() as connection:
            schema._extensions(connection)
            for name in SCHEMAS:
                connection.execute(sa.text(f"CREATE SCHEMA {name}"))
            metadata.create_all(connection)
            wanted = _shape(connection)
        with engine.connect() as connection:
            found = _shape(connection)
        differences = {what: found[what] ^ wanted[what] for what in SHAPE}
        assert differences == {what: set() for what in SHAPE}
    finally:
        made.dispose()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(f'DROP DATABASE "{fresh}" WITH (FORCE)'))
