"""Keep files that people hand in, until they are read in or dropped; each sees their own only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries
from geo.errors import NotFound

QUERIES = load_queries(__file__)
Mode = Literal["strict", "partial"]


@dataclass(frozen=True)
class HandedIn:
    """A file with who handed it in, for which register, under which source."""

    id: UUID
    actor_id: UUID
    role: str
    territory: str | None
    agency_id: UUID | None
    register: str
    source_id: str
    file_name: str
    content: bytes
    sha256: str


def put(connection: Connection, file: HandedIn, mapping: Mapping[str, Any]) -> UUID:
    """Keep a file; the same one that still waits is not kept twice. Returns its import's key."""
    given = vars(file) | {"file_bytes": len(file.content), "mapping": json.dumps(mapping)}
    known: UUID | None = connection.scalar(QUERIES["same"], given)
    if known is not None:
        return known
    connection.execute(QUERIES["put"], given)
    return file.id


def remap(connection: Connection, key: UUID, mapping: Mapping[str, Any]) -> bool:
    """Read the file by other columns; False where it does not wait any more."""
    given = {"id": key, "mapping": json.dumps(mapping)}
    return bool(connection.execute(QUERIES["remap"], given).rowcount)


def confirm(connection: Connection, key: UUID, mode: Mode, language: str) -> bool:
    """The file is to be read in; False where it does not wait any more."""
    given = {"id": key, "mode": mode, "language": language}
    return bool(connection.execute(QUERIES["confirm"], given).rowcount)


def take_up(connection: Connection, key: UUID, silence: float) -> bool:
    """Whether nobody has worked on the import for so many seconds; then it is the asker's."""
    given = {"id": key, "silence": silence}
    return connection.execute(QUERIES["take_up"], given).first() is not None


def stopped(connection: Connection, key: UUID, problem: Mapping[str, str]) -> None:
    """Write down why an import did not go on, by language."""
    connection.execute(QUERIES["stopped"], {"id": key, "problem": json.dumps(problem)})


def one(connection: Connection, key: UUID) -> sa.Row[Any]:
    """One import. Raises NotFound, the same for one of somebody else."""
    found = connection.execute(QUERIES["one"], {"id": key}).first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def page(
    connection: Connection, actor_id: UUID, before: UUID | None, most: int
) -> list[sa.Row[Any]]:
    """Imports of one reader, the newest first."""
    given = {"actor_id": actor_id, "before": before, "most": most}
    return list(connection.execute(QUERIES["page"], given))


def content(connection: Connection, key: UUID) -> bytes:
    """The file. Raises NotFound where it is not kept any more."""
    found = connection.scalar(QUERIES["content"], {"id": key})
    if found is None:
        raise NotFound("The file of this import is not kept any more.", hint="Hand it in again.")
    return bytes(found)


def country(connection: Connection, territory: str | None) -> str | None:
    """The country somebody works in, where that is certain."""
    found = list(connection.scalars(QUERIES["countries"], {"territory": territory}))
    return str(found[0]) if len(found) == 1 else None
