"""Routes of each register: list, read, make, edit, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel

from api.auth.user import User
from api.deps import EngineOf, SettingsOf, as_user
from api.errors import problem
from api.routes.registers.described import DROPPED, ETAG, problems, typed
from api.routes.registers.matches import flag_doubles, match_key
from api.routes.registers.models import models_of
from api.routes.registers.permission import PurposeOf, may, reader_of
from api.routes.registers.versions import IfMatch, cursor_of, edited_version, etag, key_of
from geo.errors import NotFound
from geo.registers.records import catalogue, editing, store
from geo.registers.records.catalogue import Register
from geo.registers.records.editing import Edit, Edited
from geo.registers.records.store import Wanted

RANGES = ("_from", "_to")

router = APIRouter(prefix="/api/v1/registers", tags=["registers"])


def _add(register: Register) -> None:
    _list(register)
    if register.roles("insert") and register.name != "observations":
        _make(register)
    _read(register)
    if register.roles("update"):
        _change(register)
    if register.roles("delete"):
        _remove(register)


def wanted_of(filters: BaseModel) -> Wanted:
    """The part of a register that a query asks for."""
    given = filters.model_dump(exclude_none=True)
    given.pop("purpose", None)
    ranges = {name: given.pop(name) for name in [*given] if name.endswith(RANGES)}
    since = given.pop("updated_since", None)
    least = {} if since is None else {"updated_at": since}
    return Wanted(
        limit=given.pop("limit", 0),
        after=key_of(given.pop("cursor", None)),
        words=given.pop("q", None),
        equal=given,
        least=least
        | {n.removesuffix("_from"): v for n, v in ranges.items() if n.endswith("_from")},
        most={n.removesuffix("_to"): v for n, v in ranges.items() if n.endswith("_to")},
    )


def _list(register: Register) -> None:
    models = models_of(register.name)

    def list_rows(engine: EngineOf, user: Any, filters: Any) -> dict[str, Any]:
        """A page of the rows that the database lets this reader see, in the order of their keys."""
        wanted = wanted_of(filters)
        reader = reader_of(user, getattr(filters, "purpose", None))
        with as_user(engine, user) as connection:
            rows = store.page(connection, register, wanted, reader)
        last = cursor_of(UUID(rows[-1]["id"])) if len(rows) == wanted.limit else None
        return {"items": rows, "next": last}

    router.get(
        f"/{register.name}",
        name=f"list_{register.name}",
        response_model=models.page,
        responses=problems(),
    )(_for(list_rows, register, "select", filters=Annotated[models.filters, Query()]))


def _read(register: Register) -> None:
    def read_row(
        key: UUID,
        response: Response,
        engine: EngineOf,
        user: Any,
        purpose: Any = None,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Any:
        """One record with the sources of its fields. What is not yours does not exist."""
        with as_user(engine, user) as connection:
            row = store.get(connection, register, key, reader_of(user, purpose))
        if row is None:
            raise NotFound("There is no such record.")
        tag = etag(row["version"])
        if if_none_match == tag:
            return Response(status_code=304, headers={"ETag": tag})
        response.headers["ETag"] = tag
        return row

    router.get(
        f"/{register.name}/{{key}}",
        name=f"read_{register.name}",
        response_model=models_of(register.name).record,
        responses={
            **problems(404),
            200: {"headers": ETAG},
            304: {"description": "not changed since If-None-Match"},
        },
    )(_for(read_row, register, "select", purpose=PurposeOf if register.personal else DROPPED))


def _make(register: Register) -> None:
    models = models_of(register.name)

    def make_row(
        body: Any, response: Response, engine: EngineOf, settings: SettingsOf, user: Any
    ) -> dict[str, Any]:
        """Write a new record; its key is made here, its source is this house."""
        given = {n: v for n, v in body.model_dump(exclude_unset=True).items() if v is not None}
        given |= match_key(settings, given) if register.name == "people" else {}
        with as_user(engine, user) as connection:
            row = editing.create(connection, register, given, reader_of(user), synthetic=user.demo)
            if register.name == "people":
                flag_doubles(connection, row, given.get("match_key"))
        response.headers["Location"] = f"/api/v1/registers/{register.name}/{row['id']}"
        response.headers["ETag"] = etag(row["version"])
        return row

    router.post(
        f"/{register.name}",
        name=f"make_{register.name}",
        status_code=201,
        response_model=models.record,
        responses={**problems(409, 413), 201: {"headers": ETAG}},
    )(_for(make_row, register, "insert", body=models.new))


def _change(register: Register) -> None:
    models = models_of(register.name)

    def change_row(
        key: UUID,
        body: Any,
        request: Request,
        response: Response,
        engine: EngineOf,
        settings: SettingsOf,
        user: Any,
        if_match: IfMatch = None,
    ) -> Any:
        """Edit fields (a JSON merge patch). Edits of others since your version merge field by
        field; where both changed one to different values both are kept and the answer is 409."""
        version = edited_version(if_match)
        given = body.model_dump(exclude_unset=True)
        reason = given.pop("stage_reason", None)
        beside = match_key(settings, given) if register.name == "people" else {}
        edit = Edit(given, version, reason, beside)
        with as_user(engine, user) as connection:
            edited = editing.edit(connection, register, key, edit, reader_of(user))
            if beside:
                flag_doubles(connection, edited.row, beside["match_key"])
        tag = etag(edited.row["version"])
        if edited.clashes:
            return _clashing(request, edited, tag)
        response.headers["ETag"] = tag
        return edited.row

    router.patch(
        f"/{register.name}/{{key}}",
        name=f"change_{register.name}",
        response_model=models.record,
        responses={**problems(404, 409, 413, 428), 200: {"headers": ETAG}},
    )(_for(change_row, register, "update", body=models.change))


def _remove(register: Register) -> None:
    def remove_row(key: UUID, engine: EngineOf, user: Any, if_match: IfMatch = None) -> None:
        """Take a record out for good; what others refer to stays (409)."""
        version = edited_version(if_match)
        with as_user(engine, user) as connection:
            editing.remove(connection, register, key, version, reader_of(user))

    router.delete(
        f"/{register.name}/{{key}}",
        name=f"remove_{register.name}",
        status_code=204,
        responses=problems(404, 409, 428),
    )(_for(remove_row, register, "delete"))


def _clashing(request: Request, edited: Edited, tag: str) -> Response:
    names = ", ".join(clash.field for clash in edited.clashes)
    answer = problem(
        409,
        f"Others changed the same fields since you read the record: {names}.",
        "The record keeps their value, yours is kept beside it; your other fields were taken."
        " Decide under conflicts.",
        request.url.path,
        conflicts=[
            {"field": clash.field, "kept": clash.kept, "other": clash.other}
            for clash in edited.clashes
        ],
    )
    answer.headers["ETag"] = tag
    return answer


def _for(function: Callable[..., Any], register: Register, verb: str, **types: Any) -> Any:
    """The function for one register: its words in the description, its roles at the door."""
    who = Annotated[User, Depends(may(register.roles(verb)))]
    return typed(function, user=who, **types)


for _name in catalogue.ORDER:
    _add(catalogue.load(_name))
