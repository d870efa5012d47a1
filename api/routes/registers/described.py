"""How routes of registers stand in the interface's description: their problems and their types."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

Function = TypeVar("Function", bound=Callable[..., Any])


class Wrong(BaseModel):
    """One value that cannot be taken: where it stands and why."""

    path: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457) with what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    hint: str
    instance: str
    errors: list[Wrong] = []


CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
KNOWN: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "any other problem", "content": CONTENT}
}
"""Stands at one route, so that the description knows the model that all the others refer to."""

MEANINGS = {
    400: "the request cannot be read",
    401: "no login",
    403: "the role may not do this",
    404: "it does not exist, or not for this reader",
    409: "it stands against what there is; both are kept",
    413: "more than is taken at once",
    422: "a value that cannot be taken; `errors` names each by its path",
    428: "say with If-Match which version you edited",
    429: "too many in a short time; `Retry-After` says how long to wait",
    503: "busy; try again",
}
ETAG = {"ETag": {"description": 'the version read, as `"v3"`', "schema": {"type": "string"}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These problems, and those every route of a registered user has."""
    return {
        status: {
            "description": MEANINGS[status],
            "content": CONTENT,
        }
        for status in sorted({400, 401, 403, 422, 503, *statuses})
    }


DROPPED = object()
"""In place of a type: this register's route has no such parameter."""


def typed(function: Function, **types: Any) -> Function:
    """A route's function whose parameters of these names have the types made for its register."""
    signature = inspect.signature(function, eval_str=True)
    parameters = [
        one.replace(
            kind=one.KEYWORD_ONLY,
            annotation=types.get(name, one.annotation),
            default=one.empty if name in types else one.default,
        )
        for name, one in signature.parameters.items()
        if types.get(name) is not DROPPED
    ]
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return function
