"""Records that may be one person: listed, decided by a person, brought together on request."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field

from api.auth.user import User
from api.deps import EngineOf, as_user, only
from api.routes.registers.answers import Brought, Decided, Pairs, TakenBack
from api.routes.registers.described import problems
from api.routes.registers.models import MOST
from api.routes.registers.permission import PurposeOf, reader_of
from api.routes.registers.versions import cursor_of, key_of
from api.schemas import Strict
from geo.registers.duplicates import deciding
from geo.registers.duplicates import store as duplicates

router = APIRouter(prefix="/api/v1/duplicates", tags=["people"])

Decider = Annotated[User, Depends(only("centre_staff", "team_lead"))]
Merger = Annotated[User, Depends(only("centre_staff"))]
"""A merge moves contacts too, which the staff of a centre keep and nobody else."""


class Sought(Strict):
    """Which pairs are asked for."""

    purpose: PurposeOf
    state: Annotated[
        Literal["open", "same", "different"], Field(description="what was decided, if anything")
    ] = "open"
    person_id: Annotated[UUID | None, Field(description="only pairs with this record")] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="rows of a page")] = 50
    cursor: Annotated[
        str | None,
        Field(pattern="^[A-Za-z0-9_-]{22}$", description="`next` of the page before"),
    ] = None


class DecisionIn(Strict):
    """Whether two records are one person; `open` takes an earlier decision back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "same"}]})

    state: deciding.Decision


class MergeIn(Strict):
    """Which record the needs and contacts go to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keep": "a"}]})

    keep: Literal["a", "b"]


@router.get("", response_model=Pairs, responses=problems())
def list_duplicates(
    engine: EngineOf, user: Decider, asked: Annotated[Sought, Query()]
) -> dict[str, Any]:
    """Pairs of records of the municipality that may be one person."""
    wanted = duplicates.Pairs(asked.state, asked.limit, key_of(asked.cursor), asked.person_id)
    with as_user(engine, user) as connection:
        rows = duplicates.page(connection, wanted, reader_of(user, asked.purpose))
    last = cursor_of(UUID(rows[-1]["id"])) if len(rows) == asked.limit else None
    return {"items": rows, "next": last}


@router.post("/{key}/decision", response_model=Decided, responses=problems(404, 409))
def decide(key: UUID, body: DecisionIn, engine: EngineOf, user: Decider) -> dict[str, Any]:
    """Say whether two records are one person. The records stay as they are: it only links them."""
    with as_user(engine, user) as connection:
        return deciding.decide(connection, key, body.state, reader_of(user))


@router.post("/{key}/merge", response_model=Brought, responses=problems(404, 409))
def merge(key: UUID, body: MergeIn, engine: EngineOf, user: Merger) -> dict[str, Any]:
    """Bring needs and contacts of two records together in one. Both records stay, each under its
    own identifiers; every move is an edit of its own and can be taken back."""
    with as_user(engine, user) as connection:
        return deciding.merge(connection, key, body.keep, reader_of(user, "case_work"))


@router.post("/{key}/take-back", response_model=TakenBack, responses=problems(404, 409))
def take_back(key: UUID, engine: EngineOf, user: Merger) -> dict[str, Any]:
    """Take a merge back: each record gets back what was its own and still is where it was put."""
    with as_user(engine, user) as connection:
        return deciding.take_back(connection, key, reader_of(user, "correction"))
