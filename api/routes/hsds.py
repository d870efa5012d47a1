"""The directory of services as Open Referral HSDS 3.0, for readers of the registers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy.engine import Engine

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
ServiceOf = Annotated[UUID | None, Query(description="only services of this organization")]


@dataclass(frozen=True)
class Asked:
    """Which page of a list is asked for, and how much of each record."""

    number: int
    size: int
    full: bool

    @property
    def skip(self) -> int:
        """How many records stand on the pages before."""
        return (self.number - 1) * self.size


def get_asked(
    page: Annotated[int, Query(ge=1, le=1_000_000, description="counts from 1")] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 50,
    full: Annotated[bool, Query(description="with all that is within each")] = False,
) -> Asked:
    """The page that a list's query names."""
    return Asked(page, per_page, full)


AskedOf = Annotated[Asked, Depends(get_asked)]


@router.get("", responses=problems())
def read_about(request: Request, user: ReaderOf) -> dict[str, str]:
    """Which version of HSDS this is, and where the interface is described."""
    return {"version": VERSION, "openapi_url": str(request.url_for("openapi"))}


@router.get("/organizations", responses=problems())
def list_organizations(engine: EngineOf, user: ReaderOf, asked: AskedOf) -> JSONResponse:
    """A page of the agencies."""
    with as_user(engine, user) as connection:
        keys, total = directory.agency_page(connection, asked.size, asked.skip)
        written = _written(directory.of_agencies(connection, keys))
    return _page(written, "organization", total, asked)


@router.get("/organizations/{key}", responses=problems(404))
def read_organization(key: UUID, engine: EngineOf, user: ReaderOf) -> JSONResponse:
    """One agency with its sites, programmes and services."""
    with as_user(engine, user) as connection:
        written = _written(directory.of_agencies(connection, [key]))
    return _one(written, "organization", lambda one: one["id"] == str(key))


@router.get("/services", responses=problems())
def list_services(
    engine: EngineOf, user: ReaderOf, asked: AskedOf, organization_id: ServiceOf = None
) -> JSONResponse:
    """A page of the services; places that are kept secret are never among them."""
    return _services("service", engine, user, asked, organization_id)


@router.get("/services/{key}", responses=problems(404))
def read_service(key: UUID, engine: EngineOf, user: ReaderOf) -> JSONResponse:
    """One service with all that is told of it."""
    with as_user(engine, user) as connection:
        written = _written(directory.of_services(connection, [key]))
    return _one(written, "service", lambda one: one["id"] == str(key))


@router.get("/service_at_locations", responses=problems())
def list_service_at_locations(
    engine: EngineOf, user: ReaderOf, asked: AskedOf, organization_id: ServiceOf = None
) -> JSONResponse:
    """A page of the services with the places where they are given."""
    return _services("service_at_location", engine, user, asked, organization_id)


def _services(
    entity: str, engine: Engine, user: User, asked: Asked, agency: UUID | None
) -> JSONResponse:
    with as_user(engine, user) as connection:
        keys, total = directory.service_page(connection, asked.size, asked.skip, agency)
        written = _written(directory.of_services(connection, keys))
    return _page(written, entity, total, asked)


def _written(frames: Frames) -> Written:
    profiles = [profile.load(country) for country in profile.countries()]
    return write(frames, labels=labels_of(profiles))


def _page(written: Written, entity: str, total: int, asked: Asked) -> JSONResponse:
    documents = written.documents(entity, full=asked.full)
    return JSONResponse(page_of(documents, total, asked.number, asked.size))


def _one(written: Written, entity: str, wanted: Callable[[dict[str, Any]], bool]) -> JSONResponse:
    for document in written.documents(entity):
        if wanted(document):
            return JSONResponse(document)
    raise NotFound("There is no such record.", hint="It may have been removed; see the list.")
