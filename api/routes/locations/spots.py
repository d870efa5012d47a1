"""Routes of the spots that teams keep themselves."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.engine import Connection

from api.auth.user import User
from api.deps import EngineOf, as_user
from api.routes.locations.models import SpotChange, SpotNew, SpotOf, SpotsOf
from api.routes.registers.described import ETAG, problems
from api.routes.registers.permission import may
from api.routes.registers.versions import (
    Cursor,
    IfMatch,
    Limit,
    edited_version,
    etag,
    key_of,
    next_after,
)
from geo.db import access
from geo.errors import Conflict, InvalidInput, NotFound
from geo.ids import new_id
from geo.registers.areas import store as areas
from geo.registers.spots import store

router = APIRouter(prefix="/api/v1/spots", tags=["places"])

Keeper = Annotated[User, Depends(may(frozenset(access.matrix()["field.named_spot"].roles)))]
CHANGED = "The spot was changed since you read it."


@router.get("", response_model=SpotsOf, responses=problems())
def list_spots(
    engine: EngineOf,
    user: Keeper,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Spots of the municipality, in the order of their keys."""
    with as_user(engine, user) as connection:
        rows = store.page(connection, key_of(cursor), limit)
    return {"items": rows, "next": next_after([row["id"] for row in rows], limit)}


@router.post(
    "",
    status_code=201,
    response_model=SpotOf,
    responses={**problems(413), 201: {"headers": ETAG}},
)
def make_spot(body: SpotNew, response: Response, engine: EngineOf, user: Keeper) -> dict[str, Any]:
    """Keep a spot under the name the team has for it; addresses and positions find it then."""
    key = new_id()
    with as_user(engine, user) as connection:
        code = _municipality(connection, body.lat, body.lon)
        given = body.model_dump() | {"id": key, "area_code": code, "synthetic": user.demo}
        store.put(connection, given)
        row = _one(connection, key)
    response.headers["Location"] = f"/api/v1/spots/{key}"
    response.headers["ETag"] = etag(row["version"])
    return row


@router.get("/{key}", response_model=SpotOf, responses={**problems(404), 200: {"headers": ETAG}})
def read_spot(key: UUID, response: Response, engine: EngineOf, user: Keeper) -> dict[str, Any]:
    """One spot. What is not yours does not exist."""
    with as_user(engine, user) as connection:
        row = _one(connection, key)
    response.headers["ETag"] = etag(row["version"])
    return row


@router.patch(
    "/{key}",
    response_model=SpotOf,
    responses={**problems(404, 409, 413, 428), 200: {"headers": ETAG}},
)
def change_spot(
    key: UUID,
    body: SpotChange,
    response: Response,
    engine: EngineOf,
    user: Keeper,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Change a spot's words or its point, within the municipality."""
    version = edited_version(if_match)
    given = body.model_dump(exclude_none=True)
    with as_user(engine, user) as connection:
        row = _one(connection, key)
        lat, lon = given.get("lat", row["lat"]), given.get("lon", row["lon"])
        if _municipality(connection, lat, lon) != row["area_code"]:
            raise InvalidInput("lat: lies in another municipality.", hint="Make a new spot.")
        if not store.change(connection, key, version, given):
            raise Conflict(CHANGED, hint="Read it again, then edit.")
        row = _one(connection, key)
    response.headers["ETag"] = etag(row["version"])
    return row


@router.delete("/{key}", status_code=204, responses=problems(404, 409, 428))
def remove_spot(key: UUID, engine: EngineOf, user: Keeper, if_match: IfMatch = None) -> None:
    """Take a spot out for good."""
    version = edited_version(if_match)
    with as_user(engine, user) as connection:
        _one(connection, key)
        if not store.remove(connection, key, version):
            raise Conflict(CHANGED, hint="Read it again first.")


def _one(connection: Connection, key: UUID) -> dict[str, Any]:
    row = store.one(connection, key)
    if row is None:
        raise NotFound("There is no such spot.")
    return row


def _municipality(connection: Connection, lat: float, lon: float) -> str:
    found = areas.municipality_at(connection, lat, lon)
    if found is None:
        raise InvalidInput("lat: lies in no municipality that is loaded.")
    return str(found.code)
