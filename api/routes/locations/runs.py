"""Routes of runs: locate a register, watch it, end it, let it go on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.deps import EngineOf, as_user
from api.routes.locations.desk import SILENCE, DeskOf, Job, caller_of
from api.routes.locations.models import JobIn, JobMade, JobOf, JobsOf
from api.routes.locations.permission import Placer, may_place
from api.routes.registers.described import problems
from api.routes.registers.versions import Cursor, Limit, key_of, next_after
from geo.locating import jobs
from geo.registers.locate_runs import store

router = APIRouter(prefix="/api/v1/locations/jobs", tags=["places"])


@router.post("", status_code=202, response_model=JobMade, responses=problems(409))
def begin(body: JobIn, engine: EngineOf, user: Placer, desk: DeskOf) -> dict[str, Any]:
    """Find places for the addresses of a register that wait, or for all but those that a person
    or a file placed. One that is under way already is not begun twice."""
    may_place(user, body.register_name)
    caller = caller_of(user)
    key = jobs.begin(
        engine, caller, body.register_name, everything=body.everything, country=body.country
    )
    desk.add(Job(key, caller))
    return {"id": key}


@router.get("", response_model=JobsOf, responses=problems())
def list_jobs(
    engine: EngineOf,
    user: Placer,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Your runs, the newest first."""
    with as_user(engine, user) as connection:
        rows = store.page(connection, user.id, key_of(cursor), limit)
    return {
        "items": [_told(row) for row in rows],
        "next": next_after([row.id for row in rows], limit),
    }


@router.get("/{key}", response_model=JobOf, responses=problems(404))
def read_job(key: UUID, engine: EngineOf, user: Placer, desk: DeskOf) -> dict[str, Any]:
    """One run: how far it is, at which rate, how long it will take. One that was cut off by a
    restart goes on when you look at it."""
    with as_user(engine, user) as connection:
        row = store.one(connection, key)
        silent = row.state in ("waiting", "running") and not desk.has(key)
        taken_up = silent and store.take_up(connection, key, SILENCE)
    if taken_up:
        desk.add(Job(key, caller_of(user)))
    return _told(row)


@router.post("/{key}/cancel", response_model=JobOf, responses=problems(404, 409))
def cancel(key: UUID, engine: EngineOf, user: Placer) -> dict[str, Any]:
    """End a run after the piece it is at; what it found so far stays."""
    jobs.cancel(engine, key, caller_of(user))
    with as_user(engine, user) as connection:
        return _told(store.one(connection, key))


@router.post("/{key}/resume", status_code=202, response_model=JobOf, responses=problems(404, 409))
def resume(key: UUID, engine: EngineOf, user: Placer, desk: DeskOf) -> dict[str, Any]:
    """Let a run that was ended or cut off go on where it stood."""
    jobs.resume(engine, key, caller_of(user))
    desk.add(Job(key, caller_of(user)))
    with as_user(engine, user) as connection:
        return _told(store.one(connection, key))


def _told(row: Any) -> dict[str, Any]:
    told = {**row._mapping}
    rate = row.done / row.seconds if row.done and row.seconds else None
    left = None
    if rate and row.total is not None and row.state in ("waiting", "running"):
        left = round(max(row.total - row.done, 0) / rate, 1)
    return told | {"per_second": None if rate is None else round(rate, 1), "seconds_left": left}
