"""Pieces of SQL for a target's columns: their values as JSON, how they change, what is by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Table

from geo.registers.incoming.target import GIVEN_PLACE, Column, Target, defaults

SHAPES = ("shape", "point")
"""Kinds spoken as hexadecimal digits, so that nothing of them is lost."""

NEVER_NULL: Mapping[str, Mapping[str, str]] = {"people": {"address": ""}, "sites": {"address": ""}}
"""Columns of new rows that hold at least this."""

FIXED = frozenset(
    {"id", "external_id", "source_id", "synthetic", "version", "updated_at", "import_id"}
    | {"provenance"}
)
"""Columns that no import changes in a row that is there."""


def listed(names: Sequence[str]) -> sql.Composable:
    """Names with commas between."""
    return sql.SQL(", ").join(map(sql.Identifier, names))


def kept_columns(target: Target) -> list[Column]:
    """The columns that the target's own table has."""
    return [column for column in target.columns if column.kind != "references"]


def pairs(target: Target, table: Table) -> sql.Composable:
    """Name, old and new value of each column, as rows of VALUES."""
    rows = []
    for column in kept_columns(target):
        old: sql.Composable = sql.SQL("t.{}").format(sql.Identifier(column.name))
        new = _new(table, column)
        if column.kind in SHAPES:
            old, new = (sql.SQL("({})::text").format(value) for value in (old, new))
        row = sql.SQL("({}, to_jsonb({}), to_jsonb({}))")
        rows.append(row.format(sql.Literal(column.name), old, new))
    return sql.SQL(", ").join(rows)


def assignments(target: Target, table: Table) -> sql.Composable:
    """Each column gets what the file says, but where a person typed something."""
    return sql.SQL(", ").join(
        sql.SQL("{0} = CASE WHEN t.provenance ? {1} THEN t.{0} ELSE {2} END").format(
            sql.Identifier(column.name), sql.Literal(column.name), _new(table, column)
        )
        for column in kept_columns(target)
    )


def _new(table: Table, column: Column) -> sql.Composable:
    """The value a row gets: where the file says nothing and nothing may not be, what it had."""
    incoming = sql.SQL("p.{}").format(sql.Identifier(column.name))
    # A row that gives no point says nothing of where its address was found.
    kept = column.name in GIVEN_PLACE or (column.name == "geom" and _is_located(table))
    if table.columns[column.name].nullable and not kept:
        return incoming
    return sql.SQL("coalesce({}, t.{})").format(incoming, sql.Identifier(column.name))


def owner(target: Target, table: Table) -> dict[str, sql.Composable]:
    """What says whose a row is, for the log of changes."""
    names = ("area_code", "origin_area_code")
    area = next((name for name in names if name in table.columns), None)
    agency = "agency_id" if "agency_id" in table.columns else None
    if target.register == "agencies":
        agency = "id"
    null = sql.SQL("NULL")
    return {
        "area": sql.SQL("t.{}").format(sql.Identifier(area)) if area else null,
        "agency": sql.SQL("t.{}").format(sql.Identifier(agency)) if agency else null,
    }


def new_row(target: Target, table: Table) -> tuple[sql.Composable, sql.Composable]:
    """The columns of a new row and their values; what the file does not say is by default."""
    never_null = {**defaults(target.register), **NEVER_NULL.get(target.register, {})}
    values: dict[str, sql.Composable] = {
        "id": sql.SQL("p.id"),
        "external_id": sql.SQL("p.external_id"),
        "source_id": sql.SQL("%(source)s"),
        # What a demo's account hands in is as invented as the demo.
        "synthetic": sql.SQL("(SELECT account.acts_for_demo())"),
        "import_id": sql.SQL("%(import)s"),
    }
    for column in kept_columns(target):
        value: sql.Composable = sql.SQL("p.{}").format(sql.Identifier(column.name))
        fallback: sql.Composable | None = None
        if column.name in never_null:
            fallback = sql.Literal(never_null[column.name])
        elif not table.columns[column.name].nullable:
            fallback = _server_default(table.columns[column.name].server_default)
        if fallback is not None:
            value = sql.SQL("coalesce({}, {})").format(value, fallback)
        values[column.name] = value
    for name, text in never_null.items():
        values.setdefault(name, sql.Literal(text))
    return listed(list(values)), sql.SQL(", ").join(values.values())


def _is_located(table: Table) -> bool:
    """Whether a place is found for its rows where a file gives none."""
    return "location_class" in table.columns


def _server_default(default: Any) -> sql.Composable | None:
    """The default of a column of our own tables: a quoted text or a plain word of theirs."""
    if default is None:
        return None
    text = str(default.arg)
    return sql.SQL(text) if text.startswith("'") else sql.Literal(text)


def restored(table: Table) -> sql.Composable:
    """Each column that a change may hold, from the row as it was before."""
    return sql.SQL(", ").join(
        sql.SQL("{0} = (jsonb_populate_record(t, c.before)).{0}").format(sql.Identifier(name))
        for name in (column.name for column in table.columns)
        if name not in FIXED
    )


def depended(table: Table) -> sql.Composable:
    """Whether other rows, which this import did not bring, hang on a row of the table."""
    tests: list[sql.Composable] = []
    for other in table.metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table is not table or other.name == "duplicate":
                continue
            if other.schema not in ("registry", "field"):
                continue  # accounts are not everybody's to see; the database keeps their agencies
            own = "import_id" in other.columns
            text = "EXISTS (SELECT FROM {} r WHERE r.{} = t.id{})"
            tests.append(
                sql.SQL(text).format(
                    sql.Identifier(str(other.schema), other.name),
                    sql.Identifier(key.parent.name),
                    sql.SQL(" AND r.import_id IS DISTINCT FROM %(import)s" if own else ""),
                )
            )
    return sql.SQL(" OR ").join(tests) if tests else sql.SQL("false")
