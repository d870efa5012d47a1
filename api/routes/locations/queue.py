"""Routes of the queue: addresses that wait for a person, decisions about them, taking them back."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import EngineOf, SettingsOf, as_user
from api.routes.locations.models import (
    Decided,
    DecisionIn,
    DecisionsOf,
    GroupIn,
    QueueOf,
    RegisterIn,
    Undone,
)
from api.routes.locations.permission import Placer, may_place
from api.routes.registers.described import problems
from api.routes.registers.models import MOST
from api.routes.registers.versions import Cursor, Limit, key_of, next_after
from geo.errors import InvalidInput
from geo.locating import deciding
from geo.locating.deciding import Choice
from geo.locating.pins import PIN_RADIUS, Pin
from geo.registers.locations import store
from geo.registers.locations.store import Kind, Page
from geo.registers.records.reader import Purpose
from geo.settings import Settings

router = APIRouter(prefix="/api/v1/locations", tags=["places"])


@router.get("/queue", response_model=QueueOf, responses=problems())
def read_queue(
    engine: EngineOf,
    settings: SettingsOf,
    user: Placer,
    register: Annotated[RegisterIn, Query(description="whose records")],
    group: Annotated[GroupIn | None, Query(description="only those; else all")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="addresses of a page")] = 50,
    cursor: Annotated[
        str | None,
        Query(pattern="^[A-Za-z0-9_-]{4,80}$", description="`next` of the page before"),
    ] = None,
    purpose: Annotated[
        Purpose, Query(description="why you look; noted with every person you see")
    ] = "case_work",
) -> dict[str, Any]:
    """Addresses that wait for a person, those of most records first. Equal addresses are one
    item; what was typed is shown as it was."""
    may_place(user, register)
    page = Page(register, user.role, group, limit, _after(cursor), purpose)
    with as_user(engine, user) as connection:
        groups = store.groups(connection, register, user.role)
        rows = store.queue(connection, page)
    last = rows[-1] if len(rows) == limit else None
    return {
        "groups": groups,
        "items": [_item(settings, row) for row in rows],
        "next": None if last is None else _cursor(last["records"], last["key"]),
    }


@router.post("/decisions", status_code=201, response_model=Decided, responses=problems(404, 409))
def decide(
    body: DecisionIn, engine: EngineOf, settings: SettingsOf, user: Placer
) -> dict[str, Any]:
    """Say where an address is, for every record that has it. No run moves them any more, and the
    next record with this address is placed by it."""
    may_place(user, body.register_name)
    choice = Choice(
        register=body.register_name,
        key=body.key,
        kind=_kind(body),
        shown=body.alternative or body.keep,
        pin=_pin(body),
        record=body.record,
    )
    with as_user(engine, user) as connection:
        return vars(deciding.decide(connection, settings, user.role, choice))


@router.get("/decisions", response_model=DecisionsOf, responses=problems())
def list_decisions(
    engine: EngineOf,
    user: Placer,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Decisions of your house, the newest first; none of them names a record or an address."""
    with as_user(engine, user) as connection:
        rows = store.decisions(connection, key_of(cursor), limit)
    return {"items": rows, "next": next_after([row["id"] for row in rows], limit)}


@router.post("/decisions/{key}/undo", response_model=Undone, responses=problems(404, 409))
def undo(key: UUID, engine: EngineOf, user: Placer) -> dict[str, Any]:
    """Take a decision back as one action: its records are what they were and wait again, what it
    taught is over. Records that somebody changed since stay, and are named with why. A decision
    that also placed what is not yours to change is left whole."""
    with as_user(engine, user) as connection:
        done = deciding.undo(connection, user.role, key)
    kept = [{"id": one, "why": why} for one, why in done.kept]
    return {"changed": done.changed, "kept": kept}


@router.post(
    "/{register}/{key}/unlock", status_code=201, response_model=Decided, responses=problems(404)
)
def unlock(register: RegisterIn, key: UUID, engine: EngineOf, user: Placer) -> dict[str, Any]:
    """Give a record that a person placed back to the next run, with the address it has. What was
    decided about that address places no other record any more. It is a decision of its own and is
    taken back as others are."""
    may_place(user, register)
    with as_user(engine, user) as connection:
        return vars(deciding.unlock(connection, user.role, register, key))


def _kind(body: DecisionIn) -> Kind:
    if body.point is not None:
        return "point"
    if body.alternative is not None:
        return "alternative"
    return "keep" if body.keep else "refuse"


def _pin(body: DecisionIn) -> Pin | None:
    if body.point is None:
        return None
    return Pin(body.point.lat, body.point.lon, body.point.radius_m or PIN_RADIUS)


def _item(settings: Settings, row: dict[str, Any]) -> dict[str, Any]:
    """An item with keys of what may be decided of it."""
    stands = deciding.standing(row)
    return {
        **stands,
        "count": row["records"],
        "group": row["location_group"],
        "place": deciding.place_key(settings, row["key"], stands),
        "record": deciding.record_key(settings, row["id"]),
        "alternatives": [
            {**one, "key": deciding.place_key(settings, row["key"], one)}
            for one in row["alternatives"] or ()
        ],
    }


def _cursor(records: int, key: str) -> str:
    """The place after an address, without saying how it is found."""
    return base64.urlsafe_b64encode(f"{records}:{key}".encode()).decode("ascii").rstrip("=")


def _after(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        records, _, key = base64.urlsafe_b64decode(padded).decode("ascii").partition(":")
        return int(records), key
    except (ValueError, binascii.Error):
        raise InvalidInput("cursor: is none of ours.", hint="Begin with the first page.") from None
