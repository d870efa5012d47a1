"""The directory of services as Open Referral HSDS 3.0, for readers of the registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy.engine import Connection

from api.auth.user import User
from api.deps import EngineOf, as_user
from api.routes.registers.described import problems
from api.routes.registers.permission import may
from geo.db import access
from geo.errors import NotFound
from geo.hsds.labels import labels_of
from geo.hsds.write import Written, write
from geo.hsds.write import page as page_of
from geo.profiles import profile
from geo.registers.agencies import directory
from geo.registers.agencies.directory import Frames

router = APIRouter(prefix="/api/v1/hsds", tags=["HSDS"])

VERSION = "3.0"
ROLES = frozenset(
    role
    for role, rights in access.matrix()["registry.service"].roles.items()
    if "select" in rights.verbs
)
ReaderOf = Annotated[User, Depends(may(ROLES))]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="counts from 1")]
PerPage = Annotated[int, Query(ge=1, le=100)]
Full = Annotated[bool, Query(description="with all that is within each")]
ServiceOf = Annotated[UUID | None, Query(description="only services of this organization")]


@router.get("", responses=problems())
def read_about(request: Request, user: ReaderOf) -> dict[str, str]:
    """Which version of HSDS this is, and where the interface is described."""
    return {"version": VERSION, "openapi_url": str(request.url_for("openapi"))}


@router.get("/organizations", responses=problems())
def list_organizations(
    engine: EngineOf,
    user: ReaderOf,
    page: PageNumber = 1,
    per_page: PerPage = 50,
    full: Full = False,
) -> JSONResponse:
    """A page of the agencies."""
    with as_user(engine, user) as connection:
        keys, total = directory.agency_page(connection, per_page, (page - 1) * per_page)
        written = _written(directory.of_agencies(connection, keys))
    documents = written.documents("organization", full=full)
    return _page(documents, total, page, per_page)


@router.get("/organizations/{key}", responses=problems(404))
def read_organization(key: UUID, engine: EngineOf, user: ReaderOf) -> JSONResponse:
    """One agency with its sites, programmes and services."""
    with as_user(engine, user) as connection:
        written = _written(directory.of_agencies(connection, [key]))
    return _one(written, "organization", lambda one: one["id"] == str(key))


@router.get("/services", responses=problems())
def list_services(
    engine: EngineOf,
    user: ReaderOf,
    page: PageNumber = 1,
    per_page: PerPage = 50,
    full: Full = False,
    organization_id: ServiceOf = None,
) -> JSONResponse:
    """A page of the services; places that are kept secret are never among them."""
    with as_user(engine, user) as connection:
        written, total = _services(connection, page, per_page, organization_id)
    return _page(written.documents("service", full=full), total, page, per_page)


@router.get("/services/{key}", responses=problems(404))
def read_service(key: UUID, engine: EngineOf, user: ReaderOf) -> JSONResponse:
    """One service with all that is told of it."""
    with as_user(engine, user) as connection:
        written = _written(directory.of_services(connection, [key]))
    return _one(written, "service", lambda one: one["id"] == str(key))


@router.get("/service_at_locations", responses=problems())
def list_service_at_locations(
    engine: EngineOf,
    user: ReaderOf,
    page: PageNumber = 1,
    per_page: PerPage = 50,
    full: Full = False,
    organization_id: ServiceOf = None,
) -> JSONResponse:
    """A page of the services with the places where they are given."""
    with as_user(engine, user) as connection:
        written, total = _services(connection, page, per_page, organization_id)
    return _page(written.documents("service_at_location", full=full), total, page, per_page)


def _services(
    connection: Connection, number: int, size: int, agency: UUID | None
) -> tuple[Written, int]:
    keys, total = directory.service_page(connection, size, (number - 1) * size, agency)
    return _written(directory.of_services(connection, keys)), total


def _written(frames: Frames) -> Written:
    profiles = [profile.load(country) for country in profile.countries()]
    return write(frames, labels=labels_of(profiles))


def _page(documents: list[dict[str, Any]], total: int, number: int, size: int) -> JSONResponse:
    return JSONResponse(page_of(documents, total, number, size))


def _one(written: Written, entity: str, wanted: Callable[[dict[str, Any]], bool]) -> JSONResponse:
    for document in written.documents(entity):
        if wanted(document):
            return JSONResponse(document)
    raise NotFound("There is no such record.", hint="It may have been removed; see the list.")
