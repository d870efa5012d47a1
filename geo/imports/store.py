"""Keep what became of each import: begun, how far, done, failed, taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.engine import Connection, Row

from geo.db.named_sql import load_queries
from geo.errors import NotFound

QUERIES = load_queries(__file__)
MOST_LISTED = 200

Mode = Literal["strict", "partial"]
Ended = Literal["failed", "cancelled"]


@dataclass(frozen=True)
class NewRun:
    """What is known of an import when it begins."""

    id: UUID
    register: str
    source_id: str
    path: Path
    sha256: str
    mode: Mode
    actor_id: UUID | None = None
    role: str = "job"
    territory: str | None = None
    agency_id: UUID | None = None


def start(connection: Connection, run: NewRun, mapping: Mapping[str, Any]) -> None:
    """Write down a new import with its file."""
    content = run.path.read_bytes()
    connection.execute(
        QUERIES["start"],
        {
            "id": run.id,
            "actor_id": run.actor_id,
            "role": run.role,
            "territory": run.territory,
            "agency_id": run.agency_id,
            "register": run.register,
            "source_id": run.source_id,
            "file_name": run.path.name[:200],
            "file_bytes": len(content),
            "content": content,
            "sha256": run.sha256,
            "mapping": _json(mapping),
            "mode": run.mode,
        },
    )


def unfinished(connection: Connection, run: NewRun) -> UUID | None:
    """An import of the same file by the same caller that was cut off, if there is one."""
    found: UUID | None = connection.scalar(
        QUERIES["unfinished"],
        {
            "sha256": run.sha256,
            "register": run.register,
            "source_id": run.source_id,
            "mode": run.mode,
            "actor_id": run.actor_id,
            "role": run.role,
            "territory": run.territory,
            "agency_id": run.agency_id,
        },
    )
    return found


def begin_again(connection: Connection, run_id: UUID, mapping: Mapping[str, Any]) -> bool:
    """Note that work on an import begins; False where it ended."""
    given = {"id": run_id, "mapping": _json(mapping)}
    return connection.execute(QUERIES["begin_again"], given).rowcount == 1


def beat(connection: Connection, run_id: UUID, done: int, total: int | None) -> bool:
    """Note how far an import is; False where somebody cancelled it."""
    given = {"id": run_id, "done": done, "total": total}
    return connection.execute(QUERIES["beat"], given).rowcount == 1


def hold(connection: Connection, run_id: UUID) -> bool:
    """Keep everybody else off an import until the transaction ends; False if one works on it."""
    return bool(connection.scalar(QUERIES["hold"], {"id": str(run_id)}))


def done(connection: Connection, run_id: UUID, counts: Mapping[str, Any], rows: int) -> bool:
    """Note that an import is whole; False where somebody cancelled it. In its own transaction."""
    given = {"id": run_id, "counts": _json(counts), "rows": rows}
    return connection.execute(QUERIES["done"], given).rowcount == 1


def ended(
    connection: Connection,
    run_id: UUID,
    state: Ended,
    counts: Mapping[str, Any],
    problem: Mapping[str, str] | None = None,
) -> None:
    """Note that an import ended without writing anything."""
    given = {"id": run_id, "state": state, "counts": _json(counts), "problem": _json(problem)}
    connection.execute(QUERIES["ended"], given)


def undone(connection: Connection, run_id: UUID, counts: Mapping[str, Any]) -> bool:
    """Note that an import was taken back; False where it was not done."""
    given = {"id": run_id, "counts": _json(counts)}
    return connection.execute(QUERIES["undone"], given).rowcount == 1


def listed(connection: Connection) -> list[Row[Any]]:
    """Imports, the newest first."""
    return list(connection.execute(QUERIES["listed"], {"most": MOST_LISTED}))


def get(connection: Connection, run_id: UUID) -> Row[Any]:
    """One import. Raises NotFound."""
    found = connection.execute(QUERIES["found"], {"id": run_id}).first()
    if found is None:
        raise NotFound("There is no such import.", hint="`needsmap imports list` shows them.")
    return found


def content(connection: Connection, run_id: UUID) -> bytes:
    """The file of an import that is not done. Raises NotFound where it was dropped."""
    found = connection.scalar(QUERIES["content"], {"id": run_id})
    if found is None:
        raise NotFound("The file of this import is not kept any more.", hint="Import it again.")
    return bytes(found)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
