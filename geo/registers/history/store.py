"""Keep every edit of a row and every value that lost against another; read both back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries

QUERIES = load_queries(__file__)
MOST = 500


@dataclass(frozen=True)
class RowOf:
    """Which row is meant, and whose it is."""

    table_name: str
    row_id: UUID
    area_code: str | None
    agency_id: UUID | None
    actor_id: UUID


def note_change(
    connection: Connection,
    row: RowOf,
    version: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Keep an edit: the changed fields as JSON; no `before`: a new row, no `after`: it is gone."""
    said = {
        "before": None if before is None else _json(before),
        "after": None if after is None else _json(after),
    }
    connection.execute(QUERIES["note_change"], {**_told(row), "version": version, **said})


def changed_since(
    connection: Connection, table_name: str, row_id: UUID, version: int
) -> dict[str, Any]:
    """The fields that were edited after a version, each with what it was at that version.

    Versions that the database makes by itself (a service follows its site, a need its person)
    change no field that people edit and leave no edit.
    """
    given = {"table_name": table_name, "row_id": row_id, "version": version}
    base: dict[str, Any] = {}
    for row in connection.execute(QUERIES["changes_since"], given):
        for field, value in (row.before or {}).items():
            base.setdefault(field, value)
    return base


def changes(connection: Connection, table_name: str, row_id: UUID) -> list[sa.RowMapping]:
    """The newest edits of a row, up to MOST."""
    given = {"table_name": table_name, "row_id": row_id, "most": MOST}
    return list(connection.execute(QUERIES["changes"], given).mappings())


def put_conflict(
    connection: Connection, row: RowOf, base_version: int, field: str, values: tuple[Any, Any]
) -> None:
    """Keep both values of a field: (what stands, what the later editor wrote)."""
    kept, other = values
    given: dict[str, Any] = {"field": field, "kept": _json(kept), "other": _json(other)}
    told = {**_told(row), **given, "base_version": base_version}
    connection.execute(QUERIES["put_conflict"], told)


def conflicts(
    connection: Connection, table_name: str, row_id: UUID, *, settled_too: bool = False
) -> list[sa.RowMapping]:
    """Values of a row that stand against each other."""
    given = {"table_name": table_name, "row_id": row_id, "settled_too": settled_too}
    return list(connection.execute(QUERIES["conflicts"], given).mappings())


def conflict(connection: Connection, row: RowOf, conflict_id: UUID) -> sa.Row[Any] | None:
    """An open conflict of a row: field, kept, other; None where there is none."""
    return connection.execute(QUERIES["conflict"], _one(row, conflict_id)).first()


def settle(connection: Connection, row: RowOf, conflict_id: UUID) -> bool:
    """Close a conflict; False where it is closed already or not the reader's to close."""
    given = {**_one(row, conflict_id), "user_id": row.actor_id}
    return bool(connection.execute(QUERIES["settle"], given).rowcount)


def _one(row: RowOf, conflict_id: UUID) -> dict[str, Any]:
    return {"id": conflict_id, "table_name": row.table_name, "row_id": row.row_id}


def _told(row: RowOf) -> dict[str, Any]:
    return {
        "table_name": row.table_name,
        "row_id": row.row_id,
        "area_code": row.area_code,
        "agency_id": row.agency_id,
        "actor_id": row.actor_id,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
