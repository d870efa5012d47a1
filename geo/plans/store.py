"""Keep scenarios and give them back; they hold exact counts, and only the job role reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries
from geo.errors import InvalidInput, NotFound
from geo.ids import content_id

QUERIES = load_queries(__file__)
PREFIX = "scen"


@dataclass(frozen=True)
class Kept:
    """A scenario as it was kept; `result` is canonical JSON (geo.planning.Evaluation)."""

    id: str
    snapshot_id: str
    name: str
    description: str
    result: bytes
    code_version: str
    made_by: str
    made_at: datetime

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.result)
        return found


def put(connection: Connection, result: bytes, made_by: str) -> bool:
    """Keep an evaluation under the id of its bytes; False when the very same is there already."""
    content = json.loads(result)
    asked = content["scenario"]
    row = {
        "id": content_id(PREFIX, result),
        "snapshot_id": asked["snapshot"],
        "name": asked["name"],
        "description": asked["description"],
        "result": result,
        "code_version": content["code_version"],
        "made_by": made_by,
    }
    return connection.execute(QUERIES["put"], row).first() is not None


def get(connection: Connection, scenario_id: str) -> Kept:
    """A scenario as it was kept. Raises NotFound, and InvalidInput where its bytes were changed."""
    row = connection.execute(QUERIES["scenario"], {"id": scenario_id}).first()
    if row is None:
        raise NotFound(f"There is no scenario {scenario_id}.", hint="See `needsmap scenario list`.")
    kept = Kept(**{**row._asdict(), "result": bytes(row.result)})
    if content_id(PREFIX, kept.result) != kept.id:
        raise InvalidInput(
            f"The result of scenario {scenario_id} is not the one that gave it its name.",
            hint="It was changed after it was kept. Run the scenario again.",
        )
    return kept


def listed(connection: Connection) -> list[sa.Row[Any]]:
    """All scenarios, newest first: all fields but the result."""
    return list(connection.execute(QUERIES["scenarios"]))
