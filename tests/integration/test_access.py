"""Who may see what of releases, asked of the database itself; of registers: tests/acceptance/access."""

from __future__ import annotations

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


@pytest.mark.parametrize("tier", ("planner", "public"))
def test_a_tier_reads_its_own_releases_and_nothing_else(engine: Engine, tier: Role) -> None:
    for name in TABLES:
        role = f"needsmap_{tier}"
        assert _rights(engine, role, name, "SELECT") == name.startswith(f"pub_{tier}."), name
        assert not _rights(engine, role, name, "INSERT, UPDATE, DELETE, TRUNCATE"), name


def test_the_committee_reads_its_releases_and_the_names_of_places(engine: Engine) -> None:
    """It is a role of people too: what it does is noted, and its territory has a name."""
    read = {name for name in TABLES if _rights(engine, "needsmap_committee", name, "SELECT")}
    assert {name for name in read if not name.startswith("pub_committee.")} == {
        *("base.area", "base.area_name", "base.source"),
        *("base.agency_territory", "base.agency_territory_member"),
    }
    for name in TABLES:
        assert not _rights(engine, "needsmap_committee", name, "UPDATE, DELETE, TRUNCATE"), name


def test_every_role_reads_at_most_its_own_tier(engine: Engine) -> None:
    with engine.connect() as connection:
        roles = connection.scalars(
            sa.text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'needsmap\\_%'")
        ).all()
    assert len(roles) > len(TIERS)
    for role in roles:
        for tier in TIERS:
            if role == f"needsmap_{tier}":
                assert _rights(engine, role, f"pub_{tier}.value", "SELECT"), "its own it reads"
            elif role != "needsmap_job":
                assert not _rights(engine, role, f"pub_{tier}.value", "SELECT"), (role, tier)


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
