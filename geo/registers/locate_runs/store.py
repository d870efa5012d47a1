"""Keep how far each run of the geocoder is; each reader sees their own only."""

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
Ended = Literal["done", "cancelled", "stopped"]


@dataclass(frozen=True)
class NewRun:
    """A run over a register, in whose name."""

    id: UUID
    actor_id: UUID | None
    role: str
    territory: str | None
    agency_id: UUID | None
    register: str
    country: str
    everything: bool


@dataclass(frozen=True)
class Step:
    """How far a run is after a piece; `was_after` is the record it stood at before."""

    done: int
    after_id: UUID
    was_after: UUID | None
    by_class: Mapping[str, int]
    seconds: float
    version: str


def put(connection: Connection, run: NewRun) -> UUID:
    """Keep a run; one of the same kind that has not ended is not made twice. Returns its key."""
    known: UUID | None = connection.scalar(QUERIES["open_run"], vars(run))
    if known is not None:
        return known
    connection.execute(QUERIES["put"], vars(run))
    return run.id


def start(connection: Connection, key: UUID, total: int, version: str) -> bool:
    """The run is worked on; False where it was ended."""
    given = {"id": key, "total": total, "version": version}
    return bool(connection.execute(QUERIES["start"], given).rowcount)


def step(connection: Connection, key: UUID, done: Step) -> bool:
    """Keep how far a run is; False where it was ended or somebody else went on with it."""
    given = {**vars(done), "by_class": json.dumps(dict(done.by_class)), "id": key}
    return bool(connection.execute(QUERIES["step"], given).rowcount)


def ended(connection: Connection, key: UUID, state: Ended) -> bool:
    """End a run; False where it was ended before."""
    return bool(connection.execute(QUERIES["ended"], {"id": key, "state": state}).rowcount)


def again(connection: Connection, key: UUID) -> bool:
    """Let a run that was ended go on; False where there is nothing to go on with."""
    return bool(connection.execute(QUERIES["again"], {"id": key}).rowcount)


def take_up(connection: Connection, key: UUID, silence: float) -> bool:
    """Whether nobody has worked on the run for so many seconds; then it is the asker's."""
    given = {"id": key, "silence": silence}
    return connection.execute(QUERIES["take_up"], given).first() is not None


def one(connection: Connection, key: UUID) -> sa.Row[Any]:
    """One run. Raises NotFound, the same for one of somebody else."""
    found = connection.execute(QUERIES["one"], {"id": key}).first()
    if found is None:
        raise NotFound("There is no such run.")
    return found


def page(
    connection: Connection, actor_id: UUID | None, before: UUID | None, most: int
) -> list[sa.Row[Any]]:
    """Runs of one reader, the newest first."""
    given = {"actor_id": actor_id, "before": before, "most": most}
    return list(connection.execute(QUERIES["page"], given))
