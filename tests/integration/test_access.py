"""Who may see what, asked of the database itself."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.engine import Role, transaction
from geo.db.tables import TIERS, metadata

TABLES = sorted(f"{table.schema}.{table.name}" for table in metadata.tables.values())


def _rights(engine: Engine, role: str, table: str, rights: str) -> bool:
    """Whether a role may enter the table's schema and do any of these things to it."""
    with engine.connect() as connection:
        return bool(
            connection.scalar(
                sa.text(
                    "SELECT has_schema_privilege(:role, split_part(:t, '.', 1), 'USAGE')"
                    " AND has_table_privilege(:role, :t, :rights)"
                ),
                {"role": role, "t": table, "rights": rights},
            )
        )


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_reads_its_own_releases_and_nothing_else(engine: Engine, tier: Role) -> None:
    for name in TABLES:
        role = f"needsmap_{tier}"
        assert _rights(engine, role, name, "SELECT") == name.startswith(f"pub_{tier}."), name
        assert not _rights(engine, role, name, "INSERT, UPDATE, DELETE, TRUNCATE"), name


def test_a_tier_is_refused_when_it_tries(app_engine: Engine) -> None:
    for name in TABLES:
        if name.startswith("pub_public."):
            continue
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            transaction(app_engine, "public") as connection,
        ):
            connection.execute(sa.text(f"SELECT * FROM {name} LIMIT 1"))


def test_the_service_has_no_rights_of_its_own(engine: Engine, app_engine: Engine) -> None:
    for name in TABLES:
        assert not _rights(engine, "needsmap_app", name, "SELECT, INSERT, UPDATE, DELETE"), name
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        transaction(app_engine, "job"),
    ):
        pass


def test_every_register_has_forced_row_level_security(engine: Engine) -> None:
    with engine.connect() as connection:
        open_tables = connection.scalars(
            sa.text(
                "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname IN ('registry', 'field') AND relkind = 'r'"
                " AND NOT (relrowsecurity AND relforcerowsecurity)"
            )
        ).all()
        roles = connection.execute(
            sa.text(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'needsmap\\__%'"
            )
        ).all()
    assert open_tables == []
    assert roles
    assert not any(flag for row in roles for flag in row)


def test_context_does_not_leak_to_the_next_borrower(app_engine: Engine) -> None:
    with transaction(app_engine, "case", user_id=uuid.uuid4(), territory="4501") as connection:
        assert connection.scalar(sa.text("SELECT base.current_territory()")) == "4501"
    with transaction(app_engine, "case") as connection:
        assert connection.scalar(sa.text("SELECT base.current_territory()")) is None
        assert connection.scalar(sa.text("SELECT count(*) FROM field.observation")) == 0
    with app_engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT current_user")) == "needsmap_app"
