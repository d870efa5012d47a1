"""The matrix held to the database: every reader, table and verb, by the facts of the planted world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql

from geo.db import access
from geo.db.tables import metadata
from tests.acceptance.access import attempts, candidates, oracle
from tests.acceptance.access.readers import Reader
from tests.acceptance.access.world import Row, Values, World, derive, insert_statement

Cursor = psycopg.Cursor[Any]
Check = Callable[[World, Cursor, Reader, str], Iterator[str]]

HARMLESS = (
    "provenance",
    "problem",
    "ended_on",
    "resolved_by",
    "decided_by",
    "disabled",
    "revoked_at",
)
BY_TABLE = {
    "registry.agreement_party": ("agency_id", "agency_id"),
    "field.named_spot": ("note", "'n'"),
    "account.rate": ("used", "2"),
    "account.oidc_login": ("nonce", "'n'"),
    "account.session": ("second_factor", "DEFAULT"),
    "account.audit_link": ("hash", "'h'"),
    "account.secret": ("value", "'v'"),
    "account.erasure": ("actor_id", "DEFAULT"),
    "account.audit_event": ("purpose", "DEFAULT"),
    "registry.change": ("import_id", "DEFAULT"),
}
"""A column that decides nothing, to see which rows an update may touch."""


def selected(world: World, cursor: Cursor, reader: Reader, table: str) -> Iterator[str]:
    """Rows seen against rows that may be seen."""
    seen = attempts.read(cursor, reader, table)
    yield from _compare("select", reader, table, seen, _expected(world, reader, table, "select"))


def updated(world: World, cursor: Cursor, reader: Reader, table: str) -> Iterator[str]:
    """Rows an update without conditions touches, against those that it may."""
    column, value = BY_TABLE.get(table) or (_harmless(reader, table), "DEFAULT")
    statement = sql.SQL("UPDATE {} SET {} = {}").format(
        sql.Identifier(*table.split(".")), sql.Identifier(column), sql.SQL(value)
    )
    seen = attempts.touched(cursor, reader, table, statement)
    yield from _compare("update", reader, table, seen, _expected(world, reader, table, "update"))


def deleted(world: World, cursor: Cursor, reader: Reader, table: str) -> Iterator[str]:
    """Rows a delete without conditions removes, against those that it may."""
    statement = sql.SQL("DELETE FROM {}").format(sql.Identifier(*table.split(".")))
    seen = attempts.touched(cursor, reader, table, statement)
    yield from _compare("delete", reader, table, seen, _expected(world, reader, table, "delete"))


def inserted(world: World, cursor: Cursor, reader: Reader, table: str) -> Iterator[str]:
    """Each row that may be tried, and for one that may be written all its variations."""
    good: Values | None = None
    for name, values in candidates.inserts(world, reader, table):
        row = Row(table, (), derive(world, table, values))
        wanted = oracle.may_write(world, reader, "insert", row)
        answer = attempts.try_out(cursor, reader, insert_statement(table, values), values)
        if answer.let_through != wanted or (wanted and answer.state):
            yield f"{reader.name}: insert {table} {name}: {answer}, wanted {wanted}"
        if wanted:
            good = good or values
        elif not oracle.has(reader, table, "insert"):
            return  # without the right to insert one try is as good as all
    if good and reader.role not in oracle.TECHNICAL:
        yield from _references(world, cursor, reader, Row(table, (), good))
        yield from _sources(world, cursor, reader, Row(table, (), good))


def _references(world: World, cursor: Cursor, reader: Reader, good: Row) -> Iterator[str]:
    """What is not seen answers as what is not there."""
    for column in access.matrix()[good.table].references:
        answers = set()
        for target in candidates.others_of(world, good.table, column):
            values = {**candidates.fresh(reader, good.table, good.facts), column: target}
            row = Row(good.table, (), derive(world, good.table, values))
            answer = attempts.try_out(cursor, reader, insert_statement(good.table, values), values)
            wanted = oracle.may_write(world, reader, "insert", row)
            if answer.let_through != wanted:
                yield f"{reader.name}: insert {good.table}.{column} -> {target}: {answer}"
            if not oracle.sees(
                world, reader, access.matrix()[good.table].references[column], target
            ):
                answers.add(answer)
        if len(answers) != 1:
            yield f"{reader.name}: insert {good.table}.{column} tells what is there: {answers}"


def _sources(world: World, cursor: Cursor, reader: Reader, good: Row) -> Iterator[str]:
    """Under one's own name, or typed in under a key made here; never under another's."""
    if "source_id" not in good.facts or good.table.startswith("intake."):
        return
    for source in ("other:file", "planted", "office", "street_work", reader.own_source):
        for own_key in (True, False):
            values = candidates.fresh(reader, good.table, good.facts)
            values |= {"source_id": source} | ({} if own_key else {"external_id": "x"})
            row = Row(good.table, (), derive(world, good.table, values))
            wanted = oracle.may_write(world, reader, "insert", row)
            answer = attempts.try_out(cursor, reader, insert_statement(good.table, values), values)
            if answer.let_through != wanted:
                yield f"{reader.name}: insert {good.table} from {source}, {own_key}: {answer}"


def rewritten(world: World, cursor: Cursor, reader: Reader, table: str) -> Iterator[str]:
    """A row one may change, with each deciding column set to all it could be."""
    if table not in access.matrix() or not oracle.has(reader, table, "update"):
        return
    if reader.role in oracle.TECHNICAL:
        return
    own = [row for row in world.rows[table] if oracle.may_write(world, reader, "update", row)]
    for row in (own[:1] + own[-1:])[: len(own)]:
        for column in access.matrix()[table].columns(reader.role, "update"):
            for value in candidates.others_of(world, table, column):
                facts = derive(world, table, {**row.facts, column: value})
                wanted = oracle.may_write(world, reader, "update", Row(table, row.key, facts))
                answer = _rewrite(cursor, reader, row, column, value)
                if answer.let_through != wanted:
                    yield f"{reader.name}: {table}.{column} = {value} in {row.key}: {answer}"


def _rewrite(cursor: Cursor, reader: Reader, row: Row, column: str, value: Any) -> attempts.Answer:
    """Set one column of one row without a condition: the others are taken away before."""
    table = sql.Identifier(*row.table.split("."))
    with attempts.undone(cursor):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.SQL("DELETE FROM {} WHERE id <> %s").format(table), [row["id"]])
        cursor.execute("SET LOCAL session_replication_role = origin")
        attempts.become(cursor, reader)
        statement = sql.SQL("UPDATE {} SET {} = %s").format(table, sql.Identifier(column))
        return attempts.run(cursor, statement, [value])


CHECKS: Mapping[str, tuple[Check, ...]] = {
    "select": (selected,),
    "insert": (inserted,),
    "update": (updated, rewritten),
    "delete": (deleted,),
}


ASKED = """SELECT a.attname, has_column_privilege(%s, a.attrelid, a.attnum, %s) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped"""
WHOLE = """SELECT has_table_privilege(%(role)s, %(table)s, 'DELETE'),
    has_table_privilege(%(role)s, %(table)s, 'TRUNCATE, REFERENCES, TRIGGER')"""


def columns(cursor: Cursor, reader: Reader, table: str) -> Iterator[str]:
    """Column rights of a role against the matrix; nobody may do more to a table than its verbs."""
    role = reader.database_role
    for verb in ("select", "insert", "update"):
        found = cursor.execute(ASKED, [role, verb, table]).fetchall()
        given = {column for column, may in found if may}
        if given != (wanted := _columns(reader, table, verb)):
            yield f"{role}: {verb} {table}: {sorted(given ^ wanted)}"
    whole = cursor.execute(WHOLE, {"role": role, "table": table}).fetchone()
    if whole != (oracle.has(reader, table, "delete"), False):
        yield f"{role}: may delete from, or truncate, reference or watch {table}: {whole}"


def _columns(reader: Reader, table: str, verb: str) -> set[str]:
    if not oracle.has(reader, table, verb):
        return set()
    if reader.role in oracle.TECHNICAL:
        return {column.name for column in metadata.tables[table].columns}
    return set(access.matrix()[table].columns(reader.role, verb))


def _harmless(reader: Reader, table: str) -> str:
    there = [column.name for column in metadata.tables[table].columns]
    if oracle.has(reader, table, "update") and reader.role not in oracle.TECHNICAL:
        there = list(access.matrix()[table].columns(reader.role, "update"))
    return next((name for name in HARMLESS if name in there), there[-1])


def _expected(world: World, reader: Reader, table: str, verb: str) -> attempts.Keys:
    return frozenset(row.key for row in world.rows[table] if oracle.may(world, reader, verb, row))


def _compare(
    verb: str, reader: Reader, table: str, seen: attempts.Keys, wanted: attempts.Keys
) -> Iterator[str]:
    if seen != wanted:
        yield (
            f"{reader.name}: {verb} {table}: {len(seen - wanted)} too many {sorted(map(str, seen - wanted))[:3]},"
            f" {len(wanted - seen)} missing {sorted(map(str, wanted - seen))[:3]}"
        )
