"""One table from failure to answer: which exception becomes which status, all of one shape."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    TimeoutError,
)
from starlette.exceptions import HTTPException

from geo import errors

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotLoggedIn: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SourceRejected: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ReleaseBlocked: HTTPStatus.CONFLICT,
    errors.SettingsError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ClusterError: HTTPStatus.SERVICE_UNAVAILABLE,
    TimeoutError: HTTPStatus.SERVICE_UNAVAILABLE,
    OperationalError: HTTPStatus.SERVICE_UNAVAILABLE,
}

BUSY_HINT = "The service is busy or starting; what you entered is not lost, try again shortly."
ASK = "Ask your administrator who does this, or choose what is in your territory."
LONGEST_PATH = 200
FIELD = re.compile(r"(?P<path>[A-Za-z_][\w.\[\]-]*): (?P<message>.+)", re.ASCII | re.DOTALL)

COLUMNS = {
    "stages_in_order": "evaluated_on",
    "one_unit_of_need": "person_id",
    "refusal_has_reason": "reason",
    "validity_order": "valid_to",
    "capacity_not_negative": "capacity",
    "capacities_not_negative": "capacity_funded",
    "opening_list": "opening",
    "eligibility_object": "eligibility",
    "premises_object": "premises",
    "service_area_in_range": "service_area",
    "people_range": "people_count",
    "accuracy_range": "accuracy_m",
    "note_length": "note",
    "geom_in_range": "lat",
}
"""The column people know, for constraints that are named after what they hold."""


def problem(
    status: int, detail: str, hint: str = "", path: str = "", wait: int = 900, **more: Any
) -> JSONResponse:
    """An error as the outside sees it (RFC 9457), with what to do about it.

    `wait`: seconds until the next try counts, for who tried too often. `more`: members of this
    kind of problem, such as the fields that are wrong.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "hint": hint,
        "instance": path,
        **more,
    }
    headers = {"Cache-Control": "no-store"}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = str(wait) if status == HTTPStatus.TOO_MANY_REQUESTS else "2"
    return JSONResponse(
        body, status_code=status, media_type="application/problem+json", headers=headers
    )


def register(app: FastAPI) -> None:
    """Give every failure its answer."""
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(errors.NeedsmapError, _known)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(IntegrityError, _refused)
    app.add_exception_handler(ProgrammingError, _refused)
    app.add_exception_handler(InsufficientPrivilege, _refused)  # of what goes to the driver itself
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, unexpected)


def _known(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), None)
    if isinstance(error, errors.NeedsmapError):
        return problem(
            status or HTTPStatus.INTERNAL_SERVER_ERROR,
            error.message,
            error.hint,
            request.url.path,
            error.seconds if isinstance(error, errors.TooManyTries) else 0,
            **_named(error),
        )
    log.warning("database unavailable: %s", type(error).__name__)
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database cannot be reached.",
        BUSY_HINT,
        request.url.path,
    )


def _named(error: errors.NeedsmapError) -> dict[str, Any]:
    """The field an error names before its colon, as a path."""
    found = FIELD.match(error.message) if isinstance(error, errors.InvalidInput) else None
    if found is None:
        return {}
    return {"errors": [{"path": found["path"], "message": found["message"]}]}


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Only field and rule: the rejected value may be somebody's words.
    named = [{"path": _path(one["loc"][1:]), "message": one["msg"]} for one in error.errors()]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(f"{one['path']}: {one['message']}" for one in named),
        "Correct the named fields and send again; nothing was stored.",
        request.url.path,
        errors=named,
    )


def _path(parts: Sequence[str | int]) -> str:
    """Where a value stands: `opening[0].rrule`; nothing is the whole body."""
    told = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in parts)
    return told.lstrip(".")[:LONGEST_PATH] or "body"


def _refused(request: Request, error: Exception) -> JSONResponse:
    """What the database would not take: by its own state, never by its words, which hold values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    told = getattr(cause, "diag", None)
    name = getattr(told, "constraint_name", None) or ""
    if state == "42501":
        return problem(403, "This is not yours to write.", ASK, request.url.path)
    if state == "23505":
        return problem(409, "This is there already.", "Read it again.", request.url.path)
    if state == "23503" and name and "still referenced" in _detail(told):
        hint = "Take out what refers to it first, or keep it."
        return problem(409, "Other records refer to this one.", hint, request.url.path)
    if state in ("23514", "23503", "23502"):
        path = _column_of(name, told)
        named = [{"path": path, "message": "the value does not fit the others or its list"}]
        detail = f"{path}: the value does not fit."
        return problem(422, detail, "Nothing was stored.", request.url.path, errors=named)
    return unexpected(request, error)


def _detail(told: Any) -> str:
    return getattr(told, "message_detail", None) or ""


def _column_of(constraint: str, told: Any) -> str:
    """The column that a constraint is about."""
    if told.column_name:
        return str(told.column_name)
    rest = constraint.removeprefix(f"ck_{told.table_name}_").removeprefix(f"fk_{told.table_name}_")
    return COLUMNS.get(rest) or rest.removesuffix("_word").removesuffix("_range") or "body"


def _unstorable(request: Request, _: Exception) -> JSONResponse:
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "A value holds a character or a number that cannot be stored.",
        "Take out control characters and send again; nothing was stored.",
        request.url.path,
    )


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail), "", request.url.path)


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """The answer to a failure nobody thought of; the log says where it happened."""
    note_unexpected(request, error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on our side.",
        "Try again; if it happens again, tell the administrator the time and the page.",
        request.url.path,
    )


def note_unexpected(request: Request, error: BaseException) -> None:
    """Write down what kind of failure came from where, and never its own words: those of the
    database and of checks hold whole records."""
    told = [f"unexpected {type(error).__name__} at {request.url.path}"]
    cause: BaseException | None = error
    while cause is not None:
        told += [type(cause).__name__, *map(str.rstrip, traceback.format_tb(cause.__traceback__))]
        cause = cause.__cause__
    log.error("%s", "\n".join(told))
