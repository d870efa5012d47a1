"""Planted words of a person and of a refuge are sought in every answer to roles that must not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.auth.user import UserRole
from geo.registers.records.catalogue import ORDER
from tests.integration.registers.conftest import PLACES, Client, Office
from tests.integration.registers.test_people import person

PERSON, REFUGE = "Canaryperson Street 7", "Canaryrefuge Street 9"
SEES_PERSONS = frozenset({"centre_staff", "team_lead"})
SEES_REFUGES = SEES_PERSONS


@pytest.fixture(scope="module")
def keys(office: Office) -> dict[str, str]:
    """Keys of what was planted in Athens: a person, a refuge of another agency, its service."""
    refuge = office.client("other_agency")
    assert refuge.user is not None
    site = refuge.made(
        "/registers/sites",
        agency_id=str(refuge.user.agency_id),
        address=REFUGE,
        area_code="4501",
        sensitive=True,
    )
    service = refuge.made(
        "/registers/services",
        agency_id=site["agency_id"],
        site_id=site["id"],
        service_type="home_help",
        name=REFUGE,
    )
    one = person(office.client("centre_staff"), address=PERSON)
    return {"person": one["id"], "site": site["id"], "service": service["id"]}


def paths(office: Office, keys: dict[str, str]) -> Iterator[str]:
    """Every address that can be read, for each of the planted keys and each register."""
    for path, methods in office.app.openapi()["paths"].items():
        if "get" not in methods:
            continue
        given = {match: keys.values() for match in re.findall(r"{\w+}", path)}
        given |= {"{register}": ORDER, "{name}": ORDER} if given else {}
        filled = [path]
        for place, values in given.items():
            filled = [one.replace(place, value) for one in filled for value in values]
        yield from dict.fromkeys(filled)


def told(client: Client, path: str) -> str:
    """All that an answer says; registers without persons take no purpose."""
    answer: Any = client.http.get(path, params={"purpose": "check"})
    if answer.status_code == 422:
        answer = client.http.get(path)
    text: str = answer.text
    return text


@pytest.mark.parametrize("role", [*PLACES, None])
def test_no_answer_holds_what_the_role_must_not_know(
    office: Office, keys: dict[str, str], role: UserRole | None
) -> None:
    client = office.client(role)
    found: dict[str, list[str]] = {PERSON: [], REFUGE: []}
    asked = 0
    for path in paths(office, keys):
        asked += 1
        text = told(client, path)
        for word, where in found.items():
            if word in text:
                where.append(path)
    assert asked > 100
    # Who may know is told: what is sought can be found.
    assert bool(found[PERSON]) == (role in SEES_PERSONS), found[PERSON]
    assert bool(found[REFUGE]) == (role in SEES_REFUGES), found[REFUGE]
