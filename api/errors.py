"""One table from failure to answer: which exception becomes which status, all of one shape."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError, TimeoutError
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


def problem(status: int, detail: str, hint: str = "", path: str = "") -> JSONResponse:
    """An error as the outside sees it (RFC 9457), with what to do about it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "hint": hint,
        "instance": path,
    }
    headers = {"Cache-Control": "no-store"}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = "900" if status == HTTPStatus.TOO_MANY_REQUESTS else "2"
    return JSONResponse(
        body, status_code=status, media_type="application/problem+json", headers=headers
    )


def register(app: FastAPI) -> None:
    """Give every failure its answer."""
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(errors.NeedsmapError, _known)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def _known(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), None)
    if isinstance(error, errors.NeedsmapError):
        return problem(
            status or HTTPStatus.INTERNAL_SERVER_ERROR, error.message, error.hint, request.url.path
        )
    log.warning("database unavailable: %s", type(error).__name__)
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database cannot be reached.",
        BUSY_HINT,
        request.url.path,
    )


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Only field and rule: the rejected value may be somebody's words.
    places = [
        f"{'.'.join(str(part) for part in one['loc'][1:]) or 'body'}: {one['msg']}"
        for one in error.errors()
    ]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(places),
        "Correct the named fields and send again; nothing was stored.",
        request.url.path,
    )


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


def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected %s at %s", type(error).__name__, request.url.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on our side.",
        "Try again; if it happens again, tell the administrator the time and the page.",
        request.url.path,
    )
