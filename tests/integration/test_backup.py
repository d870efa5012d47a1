"""Backups: whole or not there; a restore that fails changes nothing, one that works forgets whom it must."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db import backup
from geo.db.cluster import Cluster
from geo.db.engine import make_engine, transaction
from geo.errors import ClusterError, InvalidInput

PEOPLE = (
    "INSERT INTO registry.person (id, external_id, source_id, synthetic, pseudonym, address)"
    " SELECT gen_random_uuid(), n::text, 'office', true, 'p' || n, 'Odos ' || n"
    " FROM generate_series(1, 20) AS n"
)


def _people(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(sa.text("SELECT external_id FROM registry.person")))


def _erase(engine: Engine, external_id: str) -> None:
    with engine.connect() as connection:
        key = connection.scalar(
            sa.text("SELECT id FROM registry.person WHERE external_id = :e"), {"e": external_id}
        )
    with transaction(engine, "auditor", user_id=uuid.uuid4()) as connection:
        erase = sa.text("SELECT registry.erase_person(:p, 'request')")
        assert connection.scalar(erase, {"p": key})


@pytest.fixture
def url(cluster: Cluster, database: str) -> str:
    return cluster.url(database)


def _with_people(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(PEOPLE))
    engine.dispose()


def test_who_was_erased_since_the_backup_is_erased_again(url: str, tmp_path: Path) -> None:
    _with_people(url)
    made = backup.back_up(url, tmp_path / "b.dump")
    assert made.bytes > 10_000 and made.audit_place > 0 and len(made.audit_hash) == 64
    assert (tmp_path / "b.dump").stat().st_mode & 0o077 == 0
    engine = make_engine(url)
    _erase(engine, "7")
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM registry.person WHERE external_id = '8'"))
    engine.dispose()

    done = backup.restore(url, tmp_path / "b.dump")

    engine = make_engine(url)
    assert done.erased_again == 1
    assert _people(engine) == {str(n) for n in range(1, 21)} - {"7"}
    with engine.connect() as connection:
        erased = connection.scalar(sa.text("SELECT registry.is_erased('office', '7')"))
        names = set(connection.scalars(sa.text("SELECT datname FROM pg_database")))
    engine.dispose()
    assert erased and done.kept_as in names
    drop = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with drop.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{done.kept_as}"')
    drop.dispose()


ACCOUNT = (
    "INSERT INTO account.app_user (id, username, display_name, role, disabled)"
    " VALUES (CAST(:id AS uuid), :name, 'n', 'national', :disabled)"
)


def test_a_restore_brings_back_no_access_that_ended(url: str, tmp_path: Path) -> None:
    ids = {name: str(uuid.uuid4()) for name in ("stays", "shut", "removed")}
    engine = make_engine(url)
    with engine.begin() as connection:
        for name, key in ids.items():
            connection.execute(sa.text(ACCOUNT), {"id": key, "name": name, "disabled": False})
        connection.execute(
            sa.text(
                "INSERT INTO account.session (token_hash, user_id, expires_at)"
                " SELECT 't', id, now() + interval '1 day' FROM account.app_user WHERE username = 'shut'"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO account.api_key (id, user_id, name, key_hash, expires_at)"
                " SELECT gen_random_uuid(), id, 'k', 'h', now() + interval '1 day'"
                " FROM account.app_user WHERE username = 'stays'"
            )
        )
    engine.dispose()
    file = backup.back_up(url, tmp_path / "b.dump").file
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement in (
            "UPDATE account.app_user SET disabled = true WHERE username = 'shut'",
            "DELETE FROM account.app_user WHERE username = 'removed'",
            "UPDATE account.api_key SET revoked_at = now()",
        ):
            connection.execute(sa.text(statement))
    engine.dispose()

    done = backup.restore(url, file)

    engine = make_engine(url)
    with engine.connect() as connection:
        disabled = connection.execute(sa.text("SELECT username, disabled FROM account.app_user"))
        assert {row.username: row.disabled for row in disabled} == {
            "stays": False,
            "shut": True,
            "removed": True,
        }
        assert connection.scalar(sa.text("SELECT count(*) FROM account.session")) == 0
        keys = connection.scalars(sa.text("SELECT revoked_at IS NOT NULL FROM account.api_key"))
        assert keys.all() == [True]
    engine.dispose()
    drop = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with drop.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{done.kept_as}"')
    drop.dispose()


@pytest.mark.parametrize("cut", [0, 100, 0.5])
def test_a_broken_file_leaves_the_database_as_it_was(
    url: str, tmp_path: Path, cut: float, cluster: Cluster
) -> None:
    _with_people(url)
    file = backup.back_up(url, tmp_path / "b.dump").file
    whole = file.read_bytes()
    file.write_bytes(whole[: int(cut if cut > 1 else cut * len(whole))])
    with pytest.raises(ClusterError, match="pg_restore"):
        backup.restore(url, file)
    engine = make_engine(url)
    assert len(_people(engine)) == 20
    with engine.connect() as connection:
        left = connection.scalars(
            sa.text("SELECT datname FROM pg_database WHERE datname LIKE current_database() || '_%'")
        ).all()
    engine.dispose()
    assert left == []


def test_a_restore_waits_for_nobody_and_changes_nothing_while_somebody_works(
    url: str, tmp_path: Path
) -> None:
    _with_people(url)
    file = backup.back_up(url, tmp_path / "b.dump").file
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        with pytest.raises(ClusterError, match="still works"):
            backup.restore(url, file)
    assert len(_people(engine)) == 20
    engine.dispose()


def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    (tmp_path / "b.dump").write_text("older")
    with pytest.raises(InvalidInput, match="exists"):
        backup.back_up(url, tmp_path / "b.dump")
    assert (tmp_path / "b.dump").read_text() == "older"
