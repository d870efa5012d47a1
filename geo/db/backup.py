"""Back up the database into one file, and restore it beside the old one before it takes its place."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from geo.db import schema
from geo.db.cluster import find_binaries
from geo.errors import ClusterError, InvalidInput

HEAD = (
    "SELECT place, encode(hash, 'hex') AS hash FROM account.audit_link ORDER BY place DESC LIMIT 1"
)


@dataclass(frozen=True)
class Backup:
    """A file made, and the newest link of the audit log in it: kept apart, it shows a cut tail."""

    file: Path
    bytes: int
    audit_place: int
    audit_hash: str


@dataclass(frozen=True)
class Restored:
    """What a restore did: the database it replaced is kept under another name until dropped."""

    erased_again: int
    kept_as: str | None


def back_up(url: str, file: Path) -> Backup:
    """Write the whole database to a file that nobody else may read; raises InvalidInput if it exists.

    The file is written under another name first: a cut-off backup never looks like a whole one.
    """
    if file.exists():
        raise InvalidInput(f"{file} exists already.", hint="Name another file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        _run(url, "pg_dump", ["--format=custom", "--no-owner"], out.fileno())
    part.replace(file)
    with _driver(url) as connection:
        head = connection.execute(HEAD).fetchone() or (0, "")
    return Backup(file, file.stat().st_size, int(head[0]), str(head[1]))


def restore(url: str, file: Path) -> Restored:
    """Restore a backup into a new database, bring it up to date, erase again, then exchange the two.

    Until the exchange the old database is untouched, whatever fails. Persons erased since the
    backup are erased in what was restored, from the proofs of the old database. Raises
    ClusterError where the file is no whole backup, or somebody still works in the database.
    """
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}.")
    target = make_url(url)
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    fresh = target.set(database=f"{target.database}_restore_{stamp}")
    fresh_url = fresh.render_as_string(hide_password=False)
    old_there = not schema.create_database(url)
    schema.create_database(fresh_url)
    try:
        schema.make_roles(fresh_url)
        _run(fresh_url, "pg_restore", ["--no-owner", "--exit-on-error", str(file)])
        schema.upgrade(fresh_url, again=True)
        erased = _erase_again(url, fresh_url)
        _keep_accounts(url, fresh_url)
    except Exception:
        _drop(target, str(fresh.database))
        raise
    kept = f"{target.database}_before_{stamp}"
    try:
        _exchange(target, str(fresh.database), kept)
    except psycopg.errors.ObjectInUse:
        _drop(target, str(fresh.database))
        raise ClusterError(
            "Somebody still works in the database; it is as it was.",
            hint="Stop the service (and other programs that use it), then restore again.",
        ) from None
    return Restored(erased, kept if old_there else None)


def _erase_again(old_url: str, fresh_url: str) -> int:
    """Carry the proofs of erasures and their key over, then erase who is there again."""
    with _driver(old_url) as old:
        known = old.execute("SELECT to_regclass('account.erasure') IS NOT NULL").fetchone()
        if known == (False,):
            return 0
        key = old.execute("SELECT value FROM account.secret WHERE name = 'erasure'").fetchone()
        proofs = old.execute("SELECT proof, at, actor_id, reason FROM account.erasure").fetchall()
    with _driver(fresh_url) as fresh:
        own = fresh.execute("SELECT value FROM account.secret WHERE name = 'erasure'").fetchone()
        if key != own and proofs:
            raise ClusterError(
                "The backup is of another installation: its erasures cannot be compared with those"
                " made here.",
                hint="Restore it into an installation of its own.",
            )
        with fresh.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO account.erasure (proof, at, actor_id, reason) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                proofs,
            )
        row = fresh.execute("SELECT registry.reapply_erasures()").fetchone()
        assert row is not None
        return int(row[0])


ACCOUNTS = ("app_user", "api_key")


def _keep_accounts(old_url: str, fresh_url: str) -> None:
    """Who may enter stays as it is now: a restore brings back no account, key or login that ended."""
    with _driver(old_url) as old, _driver(fresh_url) as fresh:
        there = old.execute("SELECT to_regclass('account.api_key') IS NOT NULL").fetchone()
        if there != (True,) or not old.execute("SELECT 1 FROM account.app_user LIMIT 1").fetchone():
            return  # a new machine knows of nobody
        fresh.execute("DELETE FROM account.session")
        fresh.execute("DELETE FROM account.api_key")
        fresh.execute("UPDATE account.app_user SET disabled = true")
        for table in ACCOUNTS:
            _carry(old, fresh, table)


def _carry(old: psycopg.Connection[Any], fresh: psycopg.Connection[Any], table: str) -> None:
    """The rows of a table of accounts, over those of the same key; agencies that are not there: none."""
    found = old.execute(sql.SQL("SELECT * FROM account.{}").format(sql.Identifier(table)))
    names = [column.name for column in found.description or ()]
    rows = found.fetchall()
    known = {row[0] for row in fresh.execute("SELECT id FROM registry.agency")}
    if "agency_id" in names:
        place = names.index("agency_id")
        rows = [
            (*row[:place], row[place] if row[place] in known else None, *row[place + 1 :])
            for row in rows
        ]
    statement = sql.SQL(
        "INSERT INTO account.{} ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET ({}) = ROW({})"
    ).format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(sql.Placeholder() * len(names)),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(name)) for name in names),
    )
    with fresh.cursor() as cursor:
        cursor.executemany(statement, rows)


def _exchange(target: URL, fresh: str, kept: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format
    name = sql.Identifier(str(target.database))
    with _driver(_admin(target)) as connection:
        # One transaction: there is always a database of that name, the old or the new.
        connection.execute(rename(name, sql.Identifier(kept)))
        connection.execute(rename(sql.Identifier(fresh), name))


def _drop(target: URL, database: str) -> None:
    engine = sa.create_engine(_admin(target), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            quoted = engine.dialect.identifier_preparer.quote_identifier(database)
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
    finally:
        engine.dispose()


def _admin(target: URL) -> str:
    return target.set(database="postgres").render_as_string(hide_password=False)


def _driver(url: str) -> psycopg.Connection[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain)


def _run(url: str, program: str, arguments: list[str], out: int | None = None) -> None:
    """Run one of PostgreSQL's own programs on a database; the password goes by the environment."""
    parsed = make_url(url)
    plain = parsed.set(drivername="postgresql", password=None).render_as_string()
    environment = {"PATH": "/usr/bin:/bin", "PGPASSWORD": str(parsed.password or "")}
    done = subprocess.run(  # noqa: S603 - our own binaries and paths
        [str(find_binaries() / program), f"--dbname={plain}", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
        text=True,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        raise ClusterError(
            f"{program} failed: {(lines or ['no message'])[0].strip()[:300]}",
            hint="Nothing was changed. Check that the file is whole and the disk has room.",
        )
