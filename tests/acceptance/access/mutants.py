"""Every policy dropped, opened, or robbed of a clause, every trigger silenced, every right given away."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from geo.db import access
from geo.db.tables import SCHEMAS
from tests.acceptance.access import behaviour, lint, matrix, oracle, owner
from tests.acceptance.access.readers import ALL, Reader
from tests.acceptance.access.world import TABLES, World

POLICIES = """
SELECT schemaname || '.' || tablename, policyname, cmd, qual, with_check, roles[1]
FROM pg_policies WHERE schemaname = ANY (%s) ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Mutant:
    """A policy made worse."""

    table: str
    policy: str
    role: str
    verbs: tuple[str, ...]
    how: str
    statement: str

    @property
    def name(self) -> str:
        return f"{self.table} {self.policy}: {self.how}"


def mutants(cursor: psycopg.Cursor[Any]) -> list[Mutant]:
    """All of them, from the catalogue of the database itself."""
    clauses = {(p.table, p.name): p for p in access.policies()}
    rows = cursor.execute(POLICIES, [list(access.SCHEMAS)]).fetchall()
    made = []
    for table, policy, verb, using, check, role in rows:
        verbs = access.VERBS if verb == "ALL" else (verb.lower(),)
        head = f"ALTER POLICY {policy} ON {table}"
        changes = [("dropped", f"DROP POLICY {policy} ON {table}")]
        if using not in (None, "true"):
            changes.append(("using opened", f"{head} USING (true)"))
        if check not in (None, "true"):
            changes.append(("check opened", f"{head} WITH CHECK (true)"))
        if (table, policy) in clauses and check is not None:
            changes += _without_a_clause(head, clauses[table, policy])
        role = role.removeprefix("needsmap_") if role != "needsmap" else "owner"
        made += [Mutant(table, policy, role, verbs, how, statement) for how, statement in changes]
    return made


def _without_a_clause(head: str, policy: access.Policy) -> Iterator[tuple[str, str]]:
    for place, clause in enumerate(policy.checks if policy.clauses else ()):
        if clause == "((true))":
            continue
        rest = [other for other in policy.checks if other != clause]
        what = clause.split(" ", 1)[0].strip("(") if place else "scope"
        yield f"check without {what}", f"{head} WITH CHECK ({' AND '.join(rest)})"


OTHERS = """
SELECT c.oid::regclass::text, t.tgname, 'ALTER TABLE %%s DISABLE TRIGGER %%I'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal
    AND relnamespace::regnamespace::text = ANY (%(locked)s)
UNION ALL
SELECT c.oid::regclass::text, what, 'ALTER TABLE %%s ' || what || ' ROW LEVEL SECURITY'
FROM pg_class c, unnest(ARRAY['DISABLE', 'NO FORCE']) AS what
WHERE relkind = 'r' AND relnamespace::regnamespace::text = ANY (%(locked)s)
UNION ALL
SELECT p.oid::regprocedure::text, 'for everybody', 'GRANT EXECUTE ON FUNCTION %%s TO PUBLIC'
FROM pg_proc p WHERE pronamespace::regnamespace::text = ANY (%(ours)s)
UNION ALL
SELECT p.oid::regprocedure::text, 'any path', 'ALTER FUNCTION %%s RESET search_path'
FROM pg_proc p WHERE pronamespace::regnamespace::text = ANY (%(ours)s)
ORDER BY 3, 1, 2
"""


def others(cursor: psycopg.Cursor[Any]) -> list[Mutant]:
    """Triggers silenced, row security off, functions opened; and each right given to each role."""
    values = {"locked": list(access.SCHEMAS), "ours": list(SCHEMAS)}
    made = []
    for thing, what, form in cursor.execute(OTHERS.encode(), values).fetchall():
        statement = form.replace("%s", thing).replace("%I", what)
        how = "silenced" if "TRIGGER" in statement else "opened"
        made.append(Mutant(thing, what, "", (), how, statement))
    for reader, table, verb in itertools.product(ROLES, TABLES, ("SELECT", "UPDATE", "DELETE")):
        if not _holds(reader, table, verb.lower()):
            statement = f"GRANT {verb} ON {table} TO {reader.database_role}"
            made.append(Mutant(table, reader.role, reader.role, (verb,), "granted", statement))
    return made


ROLES = tuple({reader.role: reader for reader in ALL}.values())


def _holds(reader: Reader, table: str, verb: str) -> bool:
    """Whether the role has the verb on all of the table already: then giving it changes nothing."""
    if verb == "delete" or reader.role in oracle.TECHNICAL or not oracle.has(reader, table, verb):
        return oracle.has(reader, table, verb)
    part = access.matrix()[table]
    return len(part.columns(reader.role, verb)) == len(part.table.columns)


def survives(world: World, cursor: psycopg.Cursor[Any], mutant: Mutant) -> bool:
    """Whether nothing turns red: only the cells of the policy's own role, table and verbs are asked."""
    cursor.execute("SAVEPOINT mutant")
    try:
        if mutant.role == "owner":
            owner.hand_over(cursor)
        cursor.execute(mutant.statement)
        return next(_differences(world, cursor, mutant), None) is None
    except psycopg.Error:
        return False  # what breaks is noticed
    finally:
        cursor.execute("ROLLBACK TO mutant; RELEASE mutant")


def _differences(world: World, cursor: psycopg.Cursor[Any], mutant: Mutant) -> Iterator[str]:
    if mutant.role == "owner":
        yield from owner.fails(world, cursor)
        return
    if mutant.how == "silenced":
        yield from behaviour.differences(world, cursor, mutant.table)
        return
    if mutant.how == "opened":
        yield from lint.findings(cursor)
        return
    readers = [reader for reader in ALL if reader.role == mutant.role]
    if mutant.how == "granted":
        yield from matrix.columns(cursor, readers[0], mutant.table)
        return
    for reader, verb in itertools.product(readers, mutant.verbs):
        for check in matrix.CHECKS[verb]:
            yield from check(world, cursor, reader, mutant.table)
