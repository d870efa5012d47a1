"""Bring a source's rows of a table up to a frame: only rows that changed are touched."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.engine import Connection

from geo.db.bulk import copy_beside, driver_of
from geo.errors import InvalidInput


@dataclass(frozen=True)
class Reload:
    """How many rows of a table a load added, changed, removed, and found as they were."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def rows(self) -> int:
        """How many rows there are now."""
        return self.added + self.changed + self.unchanged


def reload_frame(
    connection: Connection,
    table: Table,
    frame: pd.DataFrame,
    *,
    source_id: str,
    country: str,
    key: str,
) -> Reload:
    """Make the rows of one source and country those of the frame; told apart by the column `key`.

    The frame has the table's columns but id, country, source_id and content; `content` is the MD5
    of the row as copied, by which a row is known as unchanged. Geometry must be in EPSG:4326.
    Raises InvalidInput where a key stands twice.
    """
    twice = frame.loc[frame[key].duplicated(), key]
    if len(twice):
        raise InvalidInput(
            f"{source_id}: {table.name} has {twice.iloc[0]!r} as {key} more than once.",
            hint="Each row needs a key of its own, or it cannot be known again at the next load.",
        )
    cursor = driver_of(connection).cursor()
    target, passing, columns = copy_beside(cursor, table, frame)
    cursor.execute(sql.SQL("ANALYZE {}").format(passing))
    asked = {"source_id": source_id, "country": country}
    statements = _Statements(target, passing, columns, key)
    cursor.execute(statements.removed(), asked)
    removed = cursor.rowcount
    cursor.execute(statements.changed(), asked)
    changed = cursor.rowcount
    cursor.execute(statements.added(), asked)
    added = cursor.rowcount
    cursor.execute(sql.SQL("DROP TABLE {}").format(passing))
    return Reload(added, changed, removed, len(frame) - added - changed)


@dataclass(frozen=True)
class _Statements:
    """The three statements of a reload over a target and the passing table beside it."""

    target: sql.Identifier
    passing: sql.Identifier
    columns: list[str]
    key: str

    def removed(self) -> sql.Composed:
        return sql.SQL(
            "DELETE FROM {target} old WHERE source_id = %(source_id)s AND country = %(country)s"
            " AND NOT EXISTS (SELECT FROM {passing} new WHERE new.{key} = old.{key})"
        ).format(target=self.target, passing=self.passing, key=sql.Identifier(self.key))

    def changed(self) -> sql.Composed:
        given = sql.SQL(", ").join(
            sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in self.columns
        )
        return sql.SQL(
            "UPDATE {target} old SET {given}, content = new.content"
            " FROM (SELECT p.*, md5(p::text)::uuid AS content FROM {passing} p) new"
            " WHERE old.source_id = %(source_id)s AND old.country = %(country)s"
            " AND old.{key} = new.{key} AND old.content <> new.content"
        ).format(
            target=self.target,
            passing=self.passing,
            given=given,
            key=sql.Identifier(self.key),
        )

    def added(self) -> sql.Composed:
        names = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL(
            "INSERT INTO {target} (source_id, country, content, {names})"
            " SELECT %(source_id)s, %(country)s, md5(new::text)::uuid, {names} FROM {passing} new"
            " WHERE NOT EXISTS (SELECT FROM {target} old WHERE old.source_id = %(source_id)s"
            " AND old.country = %(country)s AND old.{key} = new.{key}) ORDER BY new.ctid"
        ).format(
            target=self.target, passing=self.passing, names=names, key=sql.Identifier(self.key)
        )
