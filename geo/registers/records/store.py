"""Read and write rows of any register as the reader's own database role; persons' reads are noted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from geoalchemy2.functions import ST_X, ST_Y
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection

from geo.db import tables
from geo.registers.records.catalogue import Register
from geo.registers.records.reader import Reader
from geo.registers.records.spoken import spoken_row

DIGITS = 7
"""Decimals of degrees in shapes: about a centimetre."""


@dataclass(frozen=True)
class Wanted:
    """Which part of a register: rows after a key, narrowed by values or ranges of columns."""

    limit: int
    after: UUID | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    least: Mapping[str, Any] = field(default_factory=dict)
    most: Mapping[str, Any] = field(default_factory=dict)
    words: str | None = None

    def upto(self, limit: int) -> Wanted:
        """The same rows, so many at most."""
        return replace(self, limit=limit)


def page(
    connection: Connection, register: Register, wanted: Wanted, reader: Reader
) -> list[dict[str, Any]]:
    """Rows in the order of their keys, as JSON; each person seen is noted in the same statement."""
    statement = _narrowed(register, wanted, register.listed)
    return _read(connection, register, statement, reader, "read")


def export(
    connection: Connection, register: Register, wanted: Wanted, reader: Reader
) -> list[dict[str, Any]]:
    """Whole rows for a file; noted as an export, and for each person seen."""
    statement = _narrowed(register, wanted, register.shown)
    rows = _read(connection, register, statement, reader, "export")
    note(connection, reader, "export", f"{register.table_name}: {len(rows)} rows")
    return rows


def get(
    connection: Connection, register: Register, key: UUID, reader: Reader
) -> dict[str, Any] | None:
    """One row as JSON, if the reader may see it; a person's is noted in the same statement."""
    table = register.table
    statement = sa.select(*_columns(register, register.shown)).where(table.c.id == key)
    return next(iter(_read(connection, register, statement, reader, "read")), None)


def own(connection: Connection, register: Register, key: UUID) -> dict[str, Any]:
    """The row as its writer has just left it, without a note: the change itself is one."""
    table = register.table
    statement = sa.select(*_columns(register, register.shown)).where(table.c.id == key)
    return spoken_row(connection.execute(statement).mappings().one())


def lock(connection: Connection, register: Register, key: UUID) -> dict[str, Any] | None:
    """One row to be changed, held until the end; None where the reader may not change it."""
    table = register.table
    statement = sa.select(*_columns(register, register.shown)).where(table.c.id == key)
    row = connection.execute(statement.with_for_update(of=table)).mappings().first()
    return None if row is None else spoken_row(row)


def is_seen(connection: Connection, table_name: str, key: UUID) -> bool:
    """Whether the reader can see that row."""
    table = tables.metadata.tables[table_name]
    return connection.scalar(sa.select(sa.literal(True)).where(table.c.id == key)) is not None


def insert(connection: Connection, register: Register, values: Mapping[str, Any]) -> None:
    """Write a new row; `values` by column, the key among them."""
    table = register.table
    parties = values.get("parties")
    known = {name: value for name, value in values.items() if name != "parties"}
    connection.execute(sa.insert(table).values(**_stored(known)))
    if parties:
        _add_parties(connection, values["id"], parties)


def update(
    connection: Connection, register: Register, key: UUID, values: Mapping[str, Any]
) -> bool:
    """Change a row; its version grows by itself. False where no row could be changed."""
    table = register.table
    known = {name: value for name, value in values.items() if name != "parties"}
    changed = connection.execute(
        sa.update(table).where(table.c.id == key).values(**_stored(known))
    ).rowcount
    if "parties" in values:
        party = tables.agreement_party
        connection.execute(
            sa.delete(party).where(
                party.c.agreement_id == key, party.c.agency_id.not_in(values["parties"])
            )
        )
        there = set(
            connection.scalars(sa.select(party.c.agency_id).where(party.c.agreement_id == key))
        )
        _add_parties(connection, key, [one for one in values["parties"] if one not in there])
    return bool(changed)


def delete(connection: Connection, register: Register, key: UUID) -> bool:
    """Take a row out; False where no row could be taken out."""
    table = register.table
    return bool(connection.execute(sa.delete(table).where(table.c.id == key)).rowcount)


def note(
    connection: Connection,
    reader: Reader,
    action: str,
    subject: str,
    person_id: UUID | None = None,
) -> None:
    """Write into the audit log what somebody did; `subject` names a row, never its content."""
    values = {
        "actor_id": reader.user_id,
        "role": reader.role,
        "territory": reader.territory,
        "action": action,
        "subject": subject,
        "person_id": person_id,
        "purpose": reader.purpose,
    }
    # What was noted is not the writer's to read back.
    connection.execute(sa.insert(tables.audit_event).values(**values).inline())


def area(connection: Connection, code: str) -> str | None:
    """The country of a municipality by its code; None where there is none."""
    table = tables.area
    statement = sa.select(table.c.country).where(
        table.c.code == code, table.c.level == "municipality"
    )
    return connection.scalar(statement)


def country_of(connection: Connection, code: str) -> str | None:
    """The country of an area of any level."""
    table = tables.area
    return connection.scalar(sa.select(table.c.country).where(table.c.code == code).limit(1))


def area_of(connection: Connection, table_name: str, key: UUID) -> str | None:
    """The municipality of a row the reader can see."""
    table = tables.metadata.tables[table_name]
    found: str | None = connection.scalar(sa.select(table.c.area_code).where(table.c.id == key))
    return found


# -- reading -----------------------------------------------------------------------------------


def _narrowed(register: Register, wanted: Wanted, names: Iterable[str]) -> sa.Select[Any]:
    table = register.table
    statement = sa.select(*_columns(register, names)).order_by(table.c.id).limit(wanted.limit)
    for name, value in wanted.equal.items():
        statement = statement.where(table.c[name] == value)
    if wanted.after is not None:
        statement = statement.where(table.c.id > wanted.after)
    for name, value in wanted.least.items():
        statement = statement.where(table.c[name] >= value)
    for name, value in wanted.most.items():
        statement = statement.where(table.c[name] <= value)
    if wanted.words is not None and register.searched:
        column = table.c[register.searched]
        statement = statement.where(column.icontains(wanted.words, autoescape=True))
    return statement


def _read(
    connection: Connection,
    register: Register,
    statement: sa.Select[Any],
    reader: Reader,
    action: str,
) -> list[dict[str, Any]]:
    if not register.noted:
        return [spoken_row(row) for row in connection.execute(statement).mappings()]
    seen = statement.add_columns(_person(register).label("_person")).cte("seen")
    event = tables.audit_event
    noted = (
        sa.insert(event)
        .from_select(
            ["actor_id", "role", "territory", "action", "subject", "person_id", "purpose"],
            sa.select(
                sa.literal(reader.user_id, sa.Uuid),
                sa.literal(reader.role),
                sa.literal(reader.territory, sa.Text),
                sa.literal(action),
                sa.literal(f"{register.table_name} ") + sa.cast(seen.c.id, sa.Text),
                seen.c["_person"],
                sa.literal(reader.purpose, sa.Text),
            ),
        )
        .cte("noted")
    )
    shown = [column for column in seen.c if column.name != "_person"]
    whole = sa.select(*shown).order_by(seen.c.id).add_cte(noted)
    return [spoken_row(row) for row in connection.execute(whole).mappings()]


def _person(register: Register) -> sa.ColumnElement[Any]:
    """Whose row it is."""
    table = register.table
    if register.person is None:
        return sa.null().cast(sa.Uuid)
    if register.person == "need_id":
        need = tables.need
        found = sa.select(need.c.person_id).where(need.c.id == table.c.need_id)
        return found.scalar_subquery()
    return table.c[register.person]


def _columns(register: Register, names: Iterable[str]) -> list[sa.ColumnElement[Any]]:
    return [_column(register, name) for name in names]


def _column(register: Register, name: str) -> sa.ColumnElement[Any]:
    table = register.table
    if name == "lat":
        return ST_Y(table.c.geom).label(name)
    if name == "lon":
        return ST_X(table.c.geom).label(name)
    if name == "service_area":
        return sa.cast(sa.func.ST_AsGeoJSON(table.c.service_area, DIGITS), JSONB).label(name)
    if name == "parties":
        party = tables.agreement_party
        listed = (
            sa.select(party.c.agency_id)
            .where(party.c.agreement_id == table.c.id)
            .order_by(party.c.agency_id)
        )
        return sa.func.array(listed.scalar_subquery(), type_=sa.ARRAY(sa.Uuid)).label(name)
    column: sa.ColumnElement[Any] = table.c[name]
    return column


# -- writing -----------------------------------------------------------------------------------


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as columns take them; a shape comes as GeoJSON."""
    return {
        name: sa.func.ST_GeomFromGeoJSON(json.dumps(value))
        if name == "service_area" and value is not None
        else value
        for name, value in values.items()
    }


def _add_parties(connection: Connection, key: UUID, agencies: Iterable[UUID]) -> None:
    rows = [{"agreement_id": key, "agency_id": one} for one in agencies]
    if rows:
        connection.execute(sa.insert(tables.agreement_party), rows)
