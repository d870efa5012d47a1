"""Which street worker works with which person: given and ended by the lead of the team."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field

from api.auth.user import User
from api.deps import EngineOf, as_user, only
from api.routes.registers.answers import Assigned, Assignments
from api.routes.registers.described import problems
from api.routes.registers.models import MOST
from api.routes.registers.permission import PurposeOf, reader_of
from api.routes.registers.versions import cursor_of, key_of
from api.schemas import Strict
from geo.errors import InvalidInput, NotFound
from geo.registers.assignments import store as assignments
from geo.registers.assignments.store import Asked
from geo.registers.records import store as records

router = APIRouter(prefix="/api/v1/assignments", tags=["people"])

Seer = Annotated[User, Depends(only("street_worker", "centre_staff", "team_lead"))]
Lead = Annotated[User, Depends(only("team_lead"))]
_ID = "01937f6e-7c00-7000-8000-000000000001"


class Sought(Strict):
    """Which assignments are asked for."""

    purpose: PurposeOf
    person_id: Annotated[UUID | None, Field(description="only those of this person")] = None
    open: Annotated[bool, Field(description="only those that have not ended")] = False
    limit: Annotated[int, Field(ge=1, le=MOST, description="rows of a page")] = 50
    cursor: Annotated[
        str | None,
        Field(pattern="^[A-Za-z0-9_-]{22}$", description="`next` of the page before"),
    ] = None


class AssignmentNew(Strict):
    """A person and the worker who takes them on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"person_id": _ID, "user_id": _ID}]})

    person_id: UUID
    user_id: UUID
    assigned_on: date | None = None


class AssignmentEnd(Strict):
    """The last day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_on": "2026-11-30"}]})

    ended_on: date


@router.get("", response_model=Assignments, responses=problems())
def list_assignments(
    engine: EngineOf, user: Seer, asked: Annotated[Sought, Query()]
) -> dict[str, Any]:
    """Who works with whom: all of the municipality, or a street worker's own."""
    wanted = Asked(asked.limit, key_of(asked.cursor), asked.person_id, asked.open)
    with as_user(engine, user) as connection:
        rows = assignments.page(connection, wanted, reader_of(user, asked.purpose))
    last = cursor_of(UUID(rows[-1]["id"])) if len(rows) == asked.limit else None
    return {"items": rows, "next": last}


@router.post("", status_code=201, response_model=Assigned, responses=problems(409))
def assign(body: AssignmentNew, engine: EngineOf, user: Lead) -> dict[str, Any]:
    """Give a person to a street worker, who sees the record from then on."""
    with as_user(engine, user) as connection:
        if not records.is_seen(connection, "registry.person", body.person_id):
            raise InvalidInput("person_id: there is no such row.", hint="Choose one you can see.")
        return assignments.assign(connection, body.model_dump())


@router.post("/{key}/end", response_model=Assigned, responses=problems(404))
def end_assignment(key: UUID, body: AssignmentEnd, engine: EngineOf, user: Lead) -> dict[str, Any]:
    """End an assignment: the worker sees the record no more, at once."""
    if body.ended_on > datetime.now(UTC).date():
        raise InvalidInput("ended_on: lies in the future.", hint="An end takes effect at once.")
    with as_user(engine, user) as connection:
        row = assignments.finish(connection, key, body.ended_on)
    if row is None:
        raise NotFound("There is no such open assignment.")
    return row
