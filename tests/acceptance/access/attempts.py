"""One try as one reader, undone at once: what it did, or how it was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tests.acceptance.access.readers import Reader
from tests.acceptance.access.world import primary_key

Keys = frozenset[tuple[Any, ...]]
REFUSED = "42501"
"""No right to the table or column, or a row that the policies do not let through."""

CONTEXT = (
    "SELECT set_config('role', %s, true), set_config('needsmap.user', %s, true),"
    " set_config('needsmap.territory', %s, true), set_config('needsmap.agency', %s, true)"
)


@dataclass(frozen=True)
class Answer:
    """How the database answered: nothing, or the error as its caller sees it."""

    state: str = ""
    text: str = ""

    @property
    def let_through(self) -> bool:
        """Whether row and table rules had nothing against it; a constraint may still have."""
        return self.state != REFUSED


def become(cursor: psycopg.Cursor[Any], reader: Reader) -> None:
    """Take the reader's role and context until the transaction or savepoint ends."""
    empty = [
        str(value) if value else "" for value in (reader.user, reader.territory, reader.agency)
    ]
    cursor.execute(CONTEXT, [reader.database_role, *empty])


@contextmanager
def undone(cursor: psycopg.Cursor[Any]) -> Iterator[None]:
    """Whatever happens inside is taken back."""
    cursor.execute("SAVEPOINT attempt")
    try:
        yield
    finally:
        cursor.execute("ROLLBACK TO attempt; RELEASE attempt")


def run(cursor: psycopg.Cursor[Any], statement: sql.Composable, values: Any = None) -> Answer:
    """Execute; the error, if any, without its place in the statement."""
    try:
        cursor.execute(statement, values)
    except psycopg.Error as error:
        parts = (error.diag.message_primary, error.diag.message_detail, error.diag.message_hint)
        return Answer(error.sqlstate or "?", " | ".join(part or "" for part in parts))
    return Answer()


def try_out(
    cursor: psycopg.Cursor[Any], reader: Reader, statement: sql.Composable, values: Any = None
) -> Answer:
    """Run one statement as a reader and undo it."""
    with undone(cursor):
        become(cursor, reader)
        return run(cursor, statement, values)


def read(cursor: psycopg.Cursor[Any], reader: Reader, table: str) -> Keys:
    """The keys of the rows a reader sees; none where the table is refused."""
    with undone(cursor):
        become(cursor, reader)
        if not run(cursor, _select(table)).let_through:
            return frozenset()
        return frozenset(cursor.fetchall())


def touched(
    cursor: psycopg.Cursor[Any], reader: Reader, table: str, statement: sql.Composable
) -> Keys:
    """The keys of the rows that a statement without conditions changed or removed.

    Its conditions would be read, and reading has rules of its own that hide those of writing. Triggers
    and foreign keys rest meanwhile: they are not asked here.
    """
    with undone(cursor):
        cursor.execute("SET LOCAL session_replication_role = replica")
        before = _places(cursor, table)
        become(cursor, reader)
        if not run(cursor, statement).let_through:
            return frozenset()
        cursor.execute("SET LOCAL ROLE NONE")
        after = _places(cursor, table)
        return frozenset(row for row, place in before.items() if after.get(row) != place)


def _select(table: str, *more: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, (*primary_key(table), *more)))
    return sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(*table.split(".")))


def _places(cursor: psycopg.Cursor[Any], table: str) -> dict[tuple[Any, ...], str]:
    rows = cursor.execute(_select(table, "ctid")).fetchall()
    return {tuple(row[:-1]): str(row[-1]) for row in rows}
