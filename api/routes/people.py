"""Persons: who is already known, who looked at a record, and erasing one for good."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from pydantic import ConfigDict

from api.auth import limits
from api.auth.user import User
from api.deps import EngineOf, SettingsOf, as_user, only_in_person
from api.routes.registers.answers import Candidates, Looks
from api.routes.registers.described import problems
from api.routes.registers.kinds import incoming
from api.routes.registers.looks_page import page_of
from api.routes.registers.matches import key_of_person
from api.routes.registers.permission import may, reader_of
from api.schemas import Language, Strict
from api.security import DOCUMENT_POLICY
from geo.db import access
from geo.errors import NotFound
from geo.fields import reading
from geo.registers.duplicates import store as duplicates
from geo.registers.looks import store as looks
from geo.registers.records import store as records
from geo.registers.records.reader import Purpose

router = APIRouter(prefix="/api/v1/people", tags=["people"])

MATCHES = limits.Limit("matches", 120, 60)
"""Names somebody may ask for in an hour: enough for a desk, too few to try out a town."""

_FIELDS = reading.load("people").fields
NameIn = incoming(_FIELDS["name"])
BornIn = incoming(_FIELDS["birth_date"])
Desk = Annotated[User, Depends(only_in_person("centre_staff", "team_lead"))]
LOG_READERS = frozenset(
    role
    for role, rights in access.matrix()["account.audit_event"].roles.items()
    if "select" in rights.verbs
)
HISTORIANS = frozenset(
    role
    for role, rights in access.matrix()["registry.change"].roles.items()
    if "select" in rights.verbs
)
LISTERS = frozenset({"centre_staff", "team_lead", "auditor"})
Lister = Annotated[
    User,
    # Whoever of these the matrix of access lets read the log; the database decides which of it.
    Depends(may(LISTERS & LOG_READERS)),
]
Auditor = Annotated[User, Depends(only_in_person("auditor"))]


class WhoIs(Strict):
    """A name and a birth date, to find whether the person is known; neither is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Maria Example", "birth_date": "1950-05-01", "purpose": "case_work"}
            ]
        }
    )

    name: NameIn  # type: ignore[valid-type]
    birth_date: BornIn  # type: ignore[valid-type]
    purpose: Purpose


class Erasure(Strict):
    """Why a person is erased."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "request"}]})

    reason: Literal["request", "retention", "consent_withdrawn", "error"]


@router.post("/match", response_model=Candidates, responses=problems(429))
def match_person(body: WhoIs, engine: EngineOf, settings: SettingsOf, user: Desk) -> dict[str, Any]:
    """Records of the own municipality that may be this person, by a keyed hash of the two."""
    limits.check(engine, MATCHES, str(user.id))
    key = key_of_person(settings, body.name, body.birth_date)
    with as_user(engine, user) as connection:
        return {"items": duplicates.same_key(connection, key, reader_of(user, body.purpose))}


@router.get(
    "/{key}/access-list",
    response_model=Looks,
    responses={
        **problems(404),
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
    },
)
def list_looks(
    key: UUID,
    engine: EngineOf,
    user: Lister,
    format: Annotated[Literal["json", "html"], Query(description="html is for printing")] = "json",
    lang: Annotated[Language, Query(description="of the page")] = "en",
) -> Any:
    """Who read, exported or changed a person's record, when, and why: for the person to have.

    The auditor sees the audit log and no records: an empty list says that it names no such person.
    """
    with as_user(engine, user) as connection:
        reader = reader_of(user, "request_of_person")
        if user.role != "auditor" and not records.is_seen(connection, "registry.person", key):
            raise NotFound("There is no such record.")
        told = looks.acts if user.role in HISTORIANS else looks.looks
        items = told(connection, key)
        records.note(connection, reader, "access list", f"registry.person {key}", key)
    if format == "html":
        headers = {"Content-Security-Policy": DOCUMENT_POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(page_of(items, lang), headers=headers)
    return {"person_id": key, "items": items}


@router.post("/{key}/erasure", status_code=204, responses=problems(404))
def erase_person(key: UUID, body: Erasure, engine: EngineOf, user: Auditor) -> None:
    """Erase a person and all that hangs on them for good; a proof that names nobody stays."""
    with as_user(engine, user) as connection:
        if not looks.erase(connection, key, body.reason):
            raise NotFound("There is no such record.")
