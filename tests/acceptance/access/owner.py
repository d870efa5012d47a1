"""The tables' owner where it is no superuser, as on a managed server: rules are made, functions work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from geo.db import access, schema
from geo.db.tables import SCHEMAS
from tests.acceptance.access.attempts import become, run
from tests.acceptance.access.candidates import fresh
from tests.acceptance.access.readers import READERS, SERVICE, key
from tests.acceptance.access.world import World, insert_statement

# The schema of the extensions goes along: on a managed server it is the database owner's.
HAND_OVER = sql.SQL("""
DO $$
DECLARE found record;
BEGIN
    CREATE ROLE plain_house NOLOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE;
    FOR found IN
        SELECT format('SCHEMA %I', name) AS what FROM unnest({schemas} || ARRAY['public']) AS name
        UNION ALL SELECT format('TABLE %I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname = ANY ({schemas})
        UNION ALL SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc
            WHERE pronamespace::regnamespace::text = ANY ({schemas}) LOOP
        EXECUTE format('ALTER %s OWNER TO plain_house', found.what);
    END LOOP;
END $$
""").format(schemas=sql.Literal(list(SCHEMAS)))


def hand_over(cursor: psycopg.Cursor[Any]) -> None:
    """Give everything of ours to an ordinary role, which makes the rules anew; the caller undoes it."""
    cursor.execute(HAND_OVER)
    cursor.execute("SET LOCAL ROLE plain_house")
    files = [schema.HERE / "functions" / f"{name}.sql" for name in schema.FUNCTIONS]
    for path in (*files, schema.HERE / "policies.sql"):
        cursor.execute(path.read_bytes())
    for rule in access.statements():
        cursor.execute(rule.encode())
    cursor.execute("SET LOCAL ROLE NONE")


def fails(world: World, cursor: psycopg.Cursor[Any]) -> Iterator[str]:
    """What the functions that run with the owner's rights no longer do; the caller undoes it."""
    staff = next(reader for reader in READERS if reader.name == "staff")
    auditor = next(reader for reader in READERS if reader.name == "auditor")
    auth = next(reader for reader in SERVICE if reader.name == "auth")
    person = next(row for row in world.rows["registry.person"] if row["area_code"] == "M1")
    facts = {"id": key("x"), "person_id": person["id"]}
    contact = fresh(staff, "registry.contact", facts)
    steps = (
        (staff, insert_statement("registry.contact", contact), contact),
        (staff, sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"), None),
        (staff, sql.SQL("SELECT base.own_source('new')"), None),
        (auth, sql.SQL("SELECT 1 / (NOT account.holds_real_persons())::int"), None),
        (auditor, sql.SQL("SELECT registry.erase_person(%s, 'request')"), [person["id"]]),
    )
    for reader, statement, values in steps:
        become(cursor, reader)
        answer = run(cursor, statement, values)
        if answer.state:
            yield f"{reader.name}: {answer}"
            return
    cursor.execute("SET LOCAL ROLE NONE")
    if (left := cursor.execute(LEFT, {"person": person["id"]}).fetchone()) != (0, 0, 0, 1):
        yield f"events without link, persons, contacts, proofs: {left}"


LEFT = """SELECT
    (SELECT count(*) FROM account.audit_event e
        WHERE NOT EXISTS (SELECT FROM account.audit_link l WHERE l.event_id = e.id)),
    (SELECT count(*) FROM registry.person WHERE id = %(person)s),
    (SELECT count(*) FROM registry.contact WHERE person_id = %(person)s),
    (SELECT count(*) FROM account.erasure WHERE reason = 'request' AND proof <> 'p')
"""
