"""Routes of imports: hand in, map, run, watch, fetch what was refused, take back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from sqlalchemy.engine import Engine

from api.auth import limits
from api.auth.store import note_event
from api.auth.user import User
from api.deps import EngineOf, SettingsOf, as_user
from api.routes.imports.desk import SILENCE, Desk, Job, kept_as_file
from api.routes.imports.models import ImportOf, ImportsOf, MappingIn, RunIn, Tried, Undone
from api.routes.registers.described import problems
from api.routes.registers.permission import REFUSED, REFUSED_HINT, may
from api.routes.registers.versions import Cursor, Limit, key_of, next_after
from api.schemas import Language
from api.security import LARGEST_FILE
from geo.db import access
from geo.db.caller import Caller
from geo.errors import Conflict, InvalidInput, NeedsmapError, NotAllowed, NotFound
from geo.fields import reading
from geo.files.refused import FileRefused
from geo.ids import new_id
from geo.importing import runs
from geo.importing.looking import look
from geo.importing.request import Request as ImportRequest
from geo.imports.mapping import as_content, from_content
from geo.imports.report import Report
from geo.registers.handed import store
from geo.registers.handed.store import HandedIn

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

IMPORTS = limits.Limit("imports", 120, 60)
"""Files a person may hand in in an hour."""

ROLES = frozenset(
    role
    for role, rights in access.matrix()["intake.import_run"].roles.items()
    if "insert" in rights.verbs
)
Importer = Annotated[User, Depends(may(ROLES))]
Encoding = Literal[
    "utf-8", "utf-16", "cp1250", "cp1251", "cp1252", "cp1253", "iso8859-2", "iso8859-5", "iso8859-7"
]
Lang = Annotated[Language, Query(description="in which problems are told")]


def get_desk(request: Request, engine: EngineOf, settings: SettingsOf) -> Desk:
    """The service's one desk for imports."""
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk(engine, settings)
    desk: Desk = state.desk
    return desk


DeskOf = Annotated[Desk, Depends(get_desk)]


@router.post(
    "",
    status_code=201,
    response_model=Tried,
    responses=problems(409, 413, 429),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def hand_in(
    request: Request,
    register: Annotated[str, Query(max_length=40, description="the register it is for")],
    name: Annotated[str, Query(max_length=200, description="the file's name")],
    engine: EngineOf,
    user: Importer,
    desk: DeskOf,
    source: Annotated[
        str | None, Query(max_length=60, description="whose rows these are; else by the name")
    ] = None,
    country: Annotated[
        str | None, Query(pattern="^[a-z]{2}$", description="else that of your territory")
    ] = None,
    encoding: Annotated[
        Encoding | None, Query(description="of a text file, where it is not found by itself")
    ] = None,
    lang: Lang = "en",
) -> dict[str, Any]:
    """Hand in a file (the body as it is, up to 50 MB). Answers how it reads: what each column is
    taken for, how many rows can be taken, what is wrong with the others. Nothing is written."""
    _may_import(user, register)
    _file_name(name)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_FILE:
            raise HTTPException(413, f"The file is larger than {LARGEST_FILE} bytes.")
    given = _Given(register, name, source, country, lang)
    text = _in_utf8(bytes(content), encoding)
    return await run_in_threadpool(_taken_in, engine, user, desk, text, given)


@router.get("", response_model=ImportsOf, responses=problems())
def list_imports(
    engine: EngineOf,
    user: Importer,
    desk: DeskOf,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Your imports, the newest first."""
    with as_user(engine, user) as connection:
        rows = store.page(connection, user.id, key_of(cursor), limit)
    return {
        "items": [_told(row, desk) for row in rows],
        "next": next_after([row.id for row in rows], limit),
    }


@router.get("/{key}", response_model=ImportOf, responses=problems(404))
def read_import(key: UUID, engine: EngineOf, user: Importer, desk: DeskOf) -> dict[str, Any]:
    """One import: how far it is, at which rate, how long it will take. One that was cut off by a
    restart goes on from here."""
    with as_user(engine, user) as connection:
        row = store.one(connection, key)
        cut_off = row.state == "running" and not desk.has(key)
        mine = cut_off and store.take_up(connection, key, SILENCE)
    if mine:
        desk.add(Job(key, _caller(user), str(row.counts.get("language", "en"))))
    return _told(row, desk)


@router.put("/{key}/mapping", response_model=Tried, responses=problems(404, 409))
def map_columns(
    key: UUID,
    body: MappingIn,
    engine: EngineOf,
    user: Importer,
    desk: DeskOf,
    lang: Lang = "en",
) -> dict[str, Any]:
    """Say which column is which field; answers how the file reads so. Nothing is written."""
    with as_user(engine, user) as connection:
        row = store.one(connection, key)
        content = store.content(connection, key)
    said = body.model_dump(exclude_none=True)
    said = {name: value for name, value in said.items() if value or name == "columns"}
    said |= {"register": row.register, "source": row.source_id}
    if "country" in row.mapping:
        said.setdefault("country", row.mapping["country"])
    try:
        mapping = from_content(said, reading.load(row.register))
    except NeedsmapError as error:
        raise InvalidInput(error.message, hint=error.hint) from error
    # Tried before it is kept: a mapping that cannot be read never stands.
    with kept_as_file(row.file_name, content) as path:
        request = ImportRequest(
            row.register, path, mapping, row.source_id, dry_run=True, language=lang
        )
        report = _read_by(desk, request, _caller(user))
    with as_user(engine, user) as connection:
        if not store.remap(connection, key, as_content(mapping)):
            raise Conflict(f"This import is {row.state}; its columns are settled.")
    return _tried(key, report, lang)


@router.post("/{key}/run", status_code=202, response_model=ImportOf, responses=problems(404, 409))
def run_import(
    key: UUID, body: RunIn, engine: EngineOf, user: Importer, desk: DeskOf, lang: Lang = "en"
) -> dict[str, Any]:
    """Read the file in, as its columns stand. It is done in the line; watch it where it stands."""
    with as_user(engine, user) as connection:
        row = store.one(connection, key)
        if not store.confirm(connection, key, body.mode, lang):
            raise Conflict(f"This import is {row.state}; it runs once.")
        row = store.one(connection, key)
    desk.add(Job(key, _caller(user), lang))
    return _told(row, desk)


@router.get(
    "/{key}/rejects.csv",
    response_class=Response,
    responses={
        **problems(404),
        200: {
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the rows as they stood in the file, with why",
        },
    },
)
def read_rejects(key: UUID, engine: EngineOf, user: Importer, desk: DeskOf) -> FileResponse:
    """The rows that were refused, each with its reason: mend them and hand the file in again."""
    with as_user(engine, user) as connection:
        row = store.one(connection, key)
        path = desk.rejects(key)
        if not path.exists():
            raise NotFound(_why_no_rejects(row.counts))
        table = reading.load(row.register).table
        note_event(connection, user.id, "export", f"{table}: refused rows of an import")
    return FileResponse(
        path, media_type="text/csv; charset=utf-8", filename=f"{row.source_id}.rejected.csv"
    )


@router.post("/{key}/undo", response_model=Undone, responses=problems(404, 409))
def undo_import(key: UUID, engine: EngineOf, user: Importer, desk: DeskOf) -> dict[str, int]:
    """Take an import back as one action: what it brought goes, what it changed is as before. Rows
    that somebody changed since, or that others refer to, stay."""
    with as_user(engine, user) as connection:
        store.one(connection, key)
    taken = runs.undo(engine, key, caller=_caller(user))
    desk.rejects(key).unlink(missing_ok=True)
    return {"removed": taken.removed, "restored": taken.restored, "kept": len(taken.kept)}


@router.delete("/{key}", status_code=204, responses=problems(404, 409))
def cancel_import(key: UUID, engine: EngineOf, user: Importer, desk: DeskOf) -> None:
    """Drop a file that waits, or stop an import that runs; it leaves nothing behind."""
    with as_user(engine, user) as connection:
        row = store.one(connection, key)
    if row.state not in ("waiting", "running"):
        raise Conflict(f"This import is {row.state}.", hint="What is done can be undone.")
    runs.cancel(engine, key, caller=_caller(user))
    desk.rejects(key).unlink(missing_ok=True)


# -- parts -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Given:
    """What was said of a file when it was handed in."""

    register: str
    name: str
    source: str | None
    country: str | None
    lang: str


def _taken_in(
    engine: Engine, user: User, desk: Desk, content: bytes, given: _Given
) -> dict[str, Any]:
    """Keep a file and try how it reads."""
    limits.check(engine, IMPORTS, str(user.id))
    caller = _caller(user)
    with as_user(engine, user) as connection:
        country = given.country or store.country(connection, user.territory_code)
    with kept_as_file(given.name, content) as path:
        request = ImportRequest(
            given.register,
            path,
            source=given.source,
            country=country,
            dry_run=True,
            language=given.lang,
        )
        report = _read_by(desk, request, caller)
        looked = look(request, caller)
    handed = HandedIn(
        new_id(),
        user.id,
        user.role,
        user.territory_code,
        user.agency_id,
        given.register,
        report.source,
        given.name,
        content,
        hashlib.sha256(content).hexdigest(),
    )
    with as_user(engine, user) as connection:
        mapping = as_content(looked.prepared.mapping)
        mapping |= {"country": country} if country else {}
        key = store.put(connection, handed, mapping)
    return _tried(key, report, given.lang)


def _in_utf8(content: bytes, encoding: str | None) -> bytes:
    """A text in the encoding somebody says it has, as UTF-8."""
    if encoding is None:
        return content
    try:
        return content.decode(encoding).encode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("encoding: the file is not written in this one.") from None


def _read_by(desk: Desk, request: ImportRequest, caller: Caller) -> Report:
    """A dry run; a file that is not read at all is told of in its reader's language."""
    try:
        return desk.dry_run(request, caller)
    except FileRefused as refused:
        told = refused.told(request.language)
        raise InvalidInput(
            f"{told.problem[:1].upper()}{told.problem[1:]}.", hint=told.remedy
        ) from None


def _tried(key: UUID, report: Report, lang: str) -> dict[str, Any]:
    return report.as_content(lang) | {"id": key}


def _caller(user: User) -> Caller:
    return Caller(user.role, user.id, user.territory_code, user.agency_id)


def _may_import(user: User, register: str) -> None:
    """Whether the role writes anything into that register; which rows the database decides."""
    if register not in reading.registers():
        raise NotFound("There is no such register.", hint=", ".join(reading.registers()))
    granted = access.matrix().get(reading.load(register).table)
    rights = granted.roles.get(user.role) if granted else None
    if rights is None or "insert" not in rights.verbs:
        raise NotAllowed(REFUSED, hint=REFUSED_HINT)


def _why_no_rejects(counts: dict[str, Any]) -> str:
    """Why there is no file: nothing was refused, or it went."""
    if counts.get("rejected"):
        return "The refused rows of this import are not kept; hand the file in to see them again."
    return "No refused rows of this import are kept."


def _file_name(name: str) -> None:
    if name in ("", ".", "..") or "/" in name or "\\" in name or not name.isprintable():
        raise InvalidInput("name: must be the name of a file, without its folder.")
    if len(name.encode()) > 240:
        raise InvalidInput("name: is too long for a file.")


def _told(row: Any, desk: Desk) -> dict[str, Any]:
    told = {
        "id": row.id,
        "register": row.register,
        "source": row.source_id,
        "file_name": row.file_name,
        "file_bytes": row.file_bytes,
        "mode": row.mode,
        # Until the refused rows lie ready too.
        "state": "running" if desk.has(row.id) and row.state != "cancelled" else row.state,
        "mapping": row.mapping,
        "counts": row.counts,
        "problem": row.problem,
        "rows_done": row.rows_done,
        "rows_total": row.rows_total,
        "rejects": desk.rejects(row.id).exists(),
        "created_at": row.created_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }
    return told | _pace(row)


def _pace(row: Any) -> dict[str, float | None]:
    """Rows a second so far, and how many seconds are left at that rate."""
    none: dict[str, float | None] = {"rate": None, "seconds_left": None}
    if row.state != "running" or row.started_at is None or not row.rows_done:
        return none
    passed = (row.asked_at - row.started_at).total_seconds()
    if passed <= 0:
        return none
    rate = row.rows_done / passed
    left = None if row.rows_total is None else max(row.rows_total - row.rows_done, 0) / rate
    return {"rate": round(rate, 1), "seconds_left": None if left is None else round(left, 1)}
