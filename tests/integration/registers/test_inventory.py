"""Every route of the service says who may use it, and keeps to that for who is nobody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api import deps
from tests.integration.registers.conftest import ORIGIN, Office

PUBLIC = (
    "GET /api/v1/meta",
    "GET /api/v1/session",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "GET /api/v1/layers",
    "GET /api/v1/layers/{layer_id}/table",
    "GET /api/v1/layers/{layer_id}/geojson",
    "GET /api/v1/layers/{layer_id}/map.html",
    "GET /api/v1/areas",
    "GET /api/v1/areas/{code}",
    "GET /api/v1/areas/{code}/summary",
    "GET /api/v1/reports/{code}",
    "GET /tiles/{release_id}/{layer_id}/tilejson.json",
    "GET /tiles/{release_id}/{layer_id}/{z}/{x}/{y}.mvt",
    "GET /health/live",
    "GET /health/ready",
)
"""What anybody may ask for; a login half-way is part of logging in."""
HALF_WAY = ("/api/v1/session/",)


def routes(app: FastAPI) -> Iterator[tuple[str, Dependant]]:
    """Every operation of the application, with what it depends on."""
    for route in iter_route_contexts(app.routes):
        if isinstance(getattr(route, "dependant", None), Dependant):
            for method in sorted(set(route.methods or ()) - {"HEAD", "OPTIONS"}):
                yield f"{method} {route.path}", route.dependant


def asks_who(dependant: Dependant) -> bool:
    """Whether a route lets nobody in without knowing them."""
    return dependant.call is deps.get_user or any(map(asks_who, dependant.dependencies))


def test_every_operation_has_a_declared_permission(office: Office) -> None:
    found = dict(routes(office.app))
    described = {
        f"{method.upper()} {path}"
        for path, methods in office.app.openapi()["paths"].items()
        for method in methods
    }
    assert described <= set(found)
    undeclared = [
        name
        for name, dependant in found.items()
        if not asks_who(dependant)
        and name not in PUBLIC
        and not name.split()[1].startswith(HALF_WAY)
    ]
    assert undeclared == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_nobody_gets_in(office: Office, method: str) -> None:
    http = office.client(None).http
    tried = 0
    for path, methods in office.app.openapi()["paths"].items():
        name = f"{method} {path}"
        if method.lower() not in methods or name in PUBLIC or path.startswith(HALF_WAY):
            continue
        url = path
        while "{" in url:
            before, _, rest = url.partition("{")
            word, _, after = rest.partition("}")
            url = before + ("needs" if word == "register" else str(uuid.uuid4())) + after
        answer = http.request(method, url, headers={**ORIGIN, "If-Match": '"v1"'})
        assert answer.status_code in (401, 403, 404), (name, answer.status_code, answer.text)
        tried += 1
    assert tried or method == "PUT"


def test_an_undeclared_route_is_seen() -> None:
    app = FastAPI()

    @app.get("/open")
    def read_open() -> None: ...

    @app.get("/closed")
    def read_closed(user: deps.LoggedIn) -> None: ...

    found = dict(routes(app))
    assert not asks_who(found["GET /open"])
    assert asks_who(found["GET /closed"])
