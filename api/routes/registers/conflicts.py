"""What became of a record: its edits, the values that stand against each other, and deciding those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ConfigDict
from sqlalchemy.engine import Connection

from api.auth.user import User
from api.deps import EngineOf, LoggedIn, as_user
from api.errors import problem
from api.routes.registers.answers import Answer, Clashes, History
from api.routes.registers.described import ETAG, problems
from api.routes.registers.permission import REFUSED, REFUSED_HINT, reader_of
from api.routes.registers.versions import etag
from api.schemas import Strict
from geo.errors import InvalidInput, NotAllowed, NotFound
from geo.registers.history import store as history
from geo.registers.records import catalogue, editing, store
from geo.registers.records.catalogue import Register
from geo.registers.records.editing import Edited
from geo.registers.records.reader import Purpose, Reader

router = APIRouter(prefix="/api/v1/registers", tags=["registers"])

Name = Annotated[
    str,
    Path(pattern=f"^({'|'.join(catalogue.ORDER)})$", description="the register's name"),
]
WhyOf = Annotated[Purpose | None, Query(description="why you look; needed in registers of persons")]


class Resolution(Strict):
    """How a conflict is decided."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"take": "other"}]})

    take: Literal["kept", "other"]


class Resolved(Answer):
    """The record after a decision."""

    id: UUID
    version: int


@router.get("/{register}/{key}/conflicts", response_model=Clashes, responses=problems(404))
def list_conflicts(
    register: Name, key: UUID, engine: EngineOf, user: LoggedIn, purpose: WhyOf = None
) -> dict[str, Any]:
    """Fields of a record that two people set to different things and nobody has decided."""
    found = _permitted(register, user, "select")
    with as_user(engine, user) as connection:
        _seen(connection, found, key, reader_of(user, purpose))
        listed = history.conflicts(connection, found.table_name, key)
    return {"items": [one for one in listed if one["field"] in found.shown]}


@router.get("/{register}/{key}/changes", response_model=History, responses=problems(404))
def list_changes(
    register: Name, key: UUID, engine: EngineOf, user: LoggedIn, purpose: WhyOf = None
) -> dict[str, Any]:
    """The edits of a record, newest first: which fields, before and after, by whom."""
    found = _permitted(register, user, "select")
    with as_user(engine, user) as connection:
        _seen(connection, found, key, reader_of(user, purpose))
        edits = history.changes(connection, found.table_name, key)
    return {
        "items": [
            {**edit, **{side: _told(found, edit[side]) for side in ("before", "after")}}
            for edit in edits
        ]
    }


@router.post(
    "/{register}/{key}/conflicts/{conflict_id}/resolve",
    response_model=Resolved,
    responses={**problems(404, 409), 200: {"headers": ETAG}},
)
def resolve_conflict(
    register: Name,
    key: UUID,
    conflict_id: UUID,
    body: Resolution,
    request: Request,
    response: Response,
    engine: EngineOf,
    user: LoggedIn,
) -> Any:
    """Decide a conflict: `kept` leaves the record as it is, `other` puts the other value in.

    Where the record has a third value by now `other` is answered by 409, and nothing is stored.
    """
    found = _permitted(register, user, "update")
    with as_user(engine, user) as connection:
        decided = editing.resolve(connection, found, key, conflict_id, (body.take, reader_of(user)))
    tag = etag(decided.row["version"])
    if decided.clashes:
        return _outdated(request, decided, tag)
    response.headers["ETag"] = tag
    return decided.row


def _outdated(request: Request, decided: Edited, tag: str) -> Response:
    clash = decided.clashes[0]
    answer = problem(
        409,
        f"{clash.field}: the record has another value by now than when the two stood against"
        " each other.",
        "Nothing was changed. Take `kept` to leave the record as it is, or edit it anew.",
        request.url.path,
        conflicts=[
            {
                "field": clash.field,
                "kept": clash.kept,
                "other": clash.other,
                "stands": decided.row[clash.field],
            }
        ],
    )
    answer.headers["ETag"] = tag
    return answer


def _told(register: Register, side: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """One side of an edit without the columns that nobody reads."""
    if side is None:
        return None
    return {name: value for name, value in side.items() if name in register.shown}


def _permitted(name: str, user: User, verb: str) -> Register:
    """The register, if the role may do this there."""
    found = catalogue.load(name)
    if user.role not in found.roles(verb):
        raise NotAllowed(REFUSED, hint=REFUSED_HINT)
    return found


def _seen(connection: Connection, register: Register, key: UUID, reader: Reader) -> None:
    """What became of a record tells what is in it: the look is noted as one at the record."""
    if register.personal and reader.purpose is None:
        raise InvalidInput("purpose: say why you look at a person's record.")
    if store.get(connection, register, key, reader) is None:
        raise NotFound("There is no such record.")
