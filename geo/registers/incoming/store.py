"""Put checked rows beside their register, settle them in it as one action, and take them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import CursorResult, Table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from geo.db import tables
from geo.db.named_sql import load_queries
from geo.errors import Conflict, InvalidInput, NotAllowed
from geo.registers.incoming import composing
from geo.registers.incoming.lines import cells, lines_of, text_cell
from geo.registers.incoming.target import KEYS, Column, Target
from geo.registers.keys import key_digits

QUERIES = load_queries(__file__)
PASSING = load_queries(__file__, "passing.sql")

ALIKE = 0.7
"""Share of three-letter pieces that two addresses have in common from which they are alike."""


@dataclass(frozen=True)
class Settled:
    """What became of a register's incoming rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0

    def __add__(self, other: Settled) -> Settled:
        return Settled(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.conflicts + other.conflicts,
        )


@dataclass(frozen=True)
class Unresolved:
    """A row that names another which nobody, or several sources, have."""

    row: int
    column: Column
    several: bool


class Unwritable(InvalidInput):
    """The database refuses rows that the checks let through; `code` says why, `rule` which rule."""

    def __init__(self, code: str, message: str, *, hint: str, rule: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.rule = rule


@dataclass(frozen=True)
class TakenBack:
    """What undoing an import did; `kept` are external ids of rows that somebody needs since."""

    removed: int = 0
    restored: int = 0
    kept: tuple[str, ...] = ()


def begin(connection: Connection, source_id: str, register: str, *, owned: bool) -> str:
    """The source's identifier, made if need be; no other import of it runs until the end.

    `owned`: the source belongs to the house of the reader, whose name then stands before it.
    """
    connection.execute(QUERIES["take_time"])
    connection.execute(QUERIES["lock_source"], {"name": f"needsmap.import.{register}.{source_id}"})
    if owned:
        return str(connection.scalar(QUERIES["own_source"], {"id": source_id}))
    connection.execute(QUERIES["put_source"], {"id": source_id})
    return source_id


def open_passing(connection: Connection, target: Target) -> None:
    """Make the table that rows stand in until all of them are there. Raises NotAllowed."""
    key = [] if target.register == "population" else ["id", "external_id"]
    names = key + [column.name for column in composing.kept_columns(target)]
    try:
        _run(connection, "make_passing", target, columns=composing.listed(names))
    except ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise NotAllowed(f"You may not import into {target.register}.") from None
        raise
    for column in target.columns:
        if column.refers_to:
            _run(connection, "add_named", target, named=_added(column))


def put_rows(
    connection: Connection,
    target: Target,
    source_id: str,
    numbers: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
) -> None:
    """Copy rows: `columns` are the values of `external_id` and of each target column by name."""
    if not numbers:
        return
    names = ["row_no"]
    spoken: list[list[str]] = [list(map(str, numbers))]
    if target.register != "population":
        names += ["id", "external_id"]
        identifiers = columns["external_id"]
        spoken.append(key_digits(KEYS[target.register], source_id, identifiers))
        spoken.append([text_cell(identifier) for identifier in identifiers])
    for column in target.columns:
        names.append(column.text if column.refers_to else column.name)
        kind = "codes" if column.kind == "references" else column.kind
        spoken.append(cells(columns[column.name], kind))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(target.passing), composing.listed(names)
    )
    try:
        with _driver(connection).cursor().copy(statement) as copy:
            copy.write(lines_of(spoken))
    except psycopg.OperationalError as error:
        raise OperationalError("COPY", None, error) from None


def resolve(connection: Connection, target: Target, source_id: str) -> list[Unresolved]:
    """Find the rows that rows refer to; returns those that name nobody, in the order of the file."""
    found: list[Unresolved] = []
    for column in target.references():
        if column.kind == "references":
            continue
        parts: dict[str, sql.Composable] = {
            "column": sql.Identifier(column.name),
            "named": sql.Identifier(column.text),
            "referred": _named(str(column.refers_to)),
        }
        _run(connection, "resolve_own", target, {"source": source_id}, **parts)
        _run(connection, "resolve_others", target, {}, **parts)
        rows = _run(connection, "unresolved", target, {}, **parts).fetchall()
        found += [Unresolved(row.row_no, column, row.several) for row in rows]
    return found


def erased_rows(
    connection: Connection, target: Target, source_id: str, *, all_known: bool
) -> list[int]:
    """Rows of persons who were erased. `all_known`: the reader may know that there are none."""
    if target.register != "people":
        return []
    if all_known and not connection.scalar(QUERIES["any_erased"]):
        return []
    return list(_run(connection, "erased", target, {"source": source_id}).scalars())


def drop_rows(connection: Connection, target: Target, numbers: Sequence[int]) -> None:
    """Leave rows out that are given back."""
    _run(connection, "drop_rows", target, {"rows": list(numbers)})


def is_fresh(connection: Connection, target: Target, source_id: str) -> bool:
    """Whether the source has no rows in the register yet, so that none can be known again."""
    if target.register == "population":
        return False
    return not _run(connection, "has_rows", target, {"source": source_id}).scalar_one()


def settle(
    connection: Connection, target: Target, source_id: str, import_id: UUID, *, fresh: bool
) -> Settled:
    """Put the waiting rows into the register: new ones, changed ones with their changes kept.

    `fresh`: the source had no rows here before this import. Raises Unwritable where the
    database refuses a row that the checks let through: a rule of its own, or a municipality that
    is not the reader's. Nothing of these rows is then written, and they wait as before.
    """
    given = {"source": source_id, "import": import_id, "table": target.table}
    try:
        with connection.begin_nested():
            settled = _settle(connection, target, given, fresh=fresh)
    except DBAPIError as error:
        raise _refused(target, error) from None
    _run(connection, "empty_passing", target)
    return settled


def lay_aside(connection: Connection, target: Target) -> list[int]:
    """Move the waiting rows to where `take_up` finds them; returns their numbers."""
    parts: dict[str, sql.Composable] = {"aside": sql.Identifier(f"{target.passing}_aside")}
    _run(connection, "drop_aside", target, None, **parts)
    _run(connection, "make_aside", target, None, **parts)
    return list(_run(connection, "numbers_aside", target, None, **parts).scalars())


def take_up(connection: Connection, target: Target, first: int, last: int) -> None:
    """Let those rows wait whose numbers lie between two, both included, and no others."""
    parts: dict[str, sql.Composable] = {"aside": sql.Identifier(f"{target.passing}_aside")}
    _run(connection, "empty_passing", target)
    _run(connection, "take_up", target, {"first": first, "last": last}, **parts)


def _refused(target: Target, error: DBAPIError) -> Exception:
    """What the database refused, without what stands in the rows; other failures as they are."""
    cause = error.orig
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return _not_yours(target)
    if isinstance(cause, psycopg.errors.IntegrityError):
        rule = str(cause.diag.constraint_name)
        # Both are made from source and identifier. The source is of the reader's own house, so
        # this row came from there once, and has gone to where the reader does not see it.
        known = rule in (f"pk_{target.name}", f"uq_{target.name}_source_id")
        return Unwritable(
            "kept_elsewhere" if known else "breaks_rule",
            f"Some rows of {target.register} break the rule {rule}: nothing was imported.",
            hint="Tell us, with the name of the rule; the checks should have named the rows.",
            rule=rule,
        )
    return error


def _not_yours(target: Target) -> Unwritable:
    return Unwritable(
        "not_yours",
        f"Some rows of {target.register} are not yours to write: nothing was imported.",
        hint="Leave out rows of other municipalities or agencies.",
    )


def _settle(
    connection: Connection, target: Target, given: Mapping[str, Any], *, fresh: bool
) -> Settled:
    total = int(_run(connection, "count_passing", target).scalar_one())
    if target.register == "population":
        changed = _run(connection, "population_changes", target, given).rowcount
        _run(connection, "put_population", target, given)
        return Settled(inserted=changed, unchanged=total - changed)
    table = _table(target)
    updated = conflicts = 0
    if not fresh:
        _run(connection, "analyse_passing", target)
    if not fresh and composing.kept_columns(target):
        parts = {"pairs": composing.pairs(target, table), **composing.owner(target, table)}
        conflicts = _run(connection, "note_conflicts", target, given, **parts).rowcount
        updated = _run(connection, "note_changes", target, given, **parts).rowcount
    if updated:
        assignments = composing.assignments(target, table)
        written = _run(connection, "update_rows", target, given, assignments=assignments).rowcount
        if written < updated:  # rows the reader sees and may not change pass by without a word
            raise _not_yours(target)
    columns, values = composing.new_row(target, table)
    name = "insert_all" if fresh else "insert_rows"
    inserted = _run(connection, name, target, given, columns=columns, values=values).rowcount
    if any(column.name == "parties" for column in target.columns):
        _run(connection, "put_parties", target, given)
    return Settled(inserted, updated, total - inserted - updated, conflicts)


def flag_doubles(connection: Connection, import_id: UUID) -> int:
    """Put imported persons beside those they may be; returns the pairs for a person to decide."""
    same = connection.execute(QUERIES["flag_same_key"], {"import_id": import_id}).rowcount
    alike = connection.execute(
        QUERIES["flag_same_place"], {"import_id": import_id, "alike": ALIKE}
    ).rowcount
    return int(same + alike)


def note(connection: Connection, action: str, subject: str) -> None:
    """Write into the audit log that rows were imported or taken back."""
    connection.execute(QUERIES["note_import"], {"action": action, "subject": subject})


def take_back(connection: Connection, registers: Sequence[Target], import_id: UUID) -> TakenBack:
    """Undo an import: what it brought goes, what it changed is as before.

    Rows that somebody changed since, or that other rows hang on, stay as they are and are listed.
    `registers` stand in the order in which they were written.
    """
    removed = restored = 0
    kept: list[str] = []
    for target in reversed(registers):
        given: dict[str, Any] = {"import": import_id, "import_id": import_id, "table": target.table}
        if target.register == "population":
            row = connection.execute(QUERIES["undo_population"], given).one()
            removed, restored = removed + row.removed, restored + row.restored
            kept += [""] * (row.noted - row.removed - row.restored)
            continue
        rows = _run(
            connection, "changed_since", target, given, depended=composing.depended(_table(target))
        ).fetchall()
        given["kept"] = [row.id for row in rows]
        kept += [row.external_id for row in rows]
        _run(connection, "note_restored", target, given)
        restored += _run(
            connection, "restore_rows", target, given, restored=composing.restored(_table(target))
        ).rowcount
        try:
            removed += _run(connection, "remove_rows", target, given).rowcount
        except IntegrityError:
            raise Conflict(
                f"Something else needs rows of {target.register} that this import brought.",
                hint="An account may belong to one of its agencies. Nothing was taken back.",
            ) from None
    return TakenBack(removed, restored, tuple(kept))


def areas(connection: Connection, country: str) -> list[Any]:
    """The areas of a country: level, code, names, shape as WKB."""
    return list(connection.execute(QUERIES["areas"], {"country": country}))


# -- composing -------------------------------------------------------------------------------------


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _run(
    connection: Connection,
    name: str,
    target: Target,
    given: Mapping[str, Any] | None = None,
    **parts: sql.Composable,
) -> CursorResult[Any]:
    """Run a statement of passing.sql for a target; identifiers are our own tables' alone."""
    composed = sql.SQL(PASSING.statements[name].sql).format(
        passing=sql.Identifier(target.passing), target=_named(target.table), **parts
    )
    return connection.exec_driver_sql(composed.as_string(_driver(connection)), dict(given or {}))


def _table(target: Target) -> Table:
    return tables.metadata.tables[target.table]


def _named(name: str) -> sql.Identifier:
    table = tables.metadata.tables[name]
    return sql.Identifier(str(table.schema), table.name)


def _added(column: Column) -> sql.Composable:
    kind = "text[]" if column.kind == "references" else "text"
    return sql.SQL("{} {}").format(sql.Identifier(column.text), sql.SQL(kind))
