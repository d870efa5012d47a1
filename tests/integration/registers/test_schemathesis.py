"""Requests drawn from the interface's own description, as each role: no failure of ours, no way past
a login, and every answer as described."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo.db.cluster import Cluster
from geo.settings import Settings
from tests.conftest import clone
from tests.integration.registers.conftest import AGENCY_A, ORIGIN, Office, _opened

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.specs.openapi import checks

ROLES = (
    None,
    "street_worker",
    "centre_staff",
    "team_lead",
    "agency",
    "municipal_planner",
    "regional_planner",
    "national",
    "committee",
    "auditor",
    "admin",
)
OURS = (
    *("/registers", "/people", "/duplicates", "/assignments", "/imports"),
    *("/locate", "/reverse", "/gazetteer", "/locations", "/spots"),
)
EXAMPLES = 1
DRILLED = 2_000


@pytest.fixture(scope="module")
def fuzzed(
    cluster: Cluster, settings: Settings, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """An office of its own: what is written here is nonsense."""
    secret = tmp_path_factory.mktemp("fuzzed") / "secret"
    for name in clone(cluster, template):
        yield from _opened(cluster, settings, name, secret)


def operations(office: Office) -> list[Any]:
    """Every operation of the description; ours are held to their answers too."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", office.app)
    return [result.ok() for result in schema.get_all_operations()]


def known_keys(office: Office) -> list[str]:
    """Keys of rows that are there, so that some requests find something."""
    staff, planner = office.client("centre_staff"), office.client("municipal_planner")
    person = staff.made("/registers/people", consent_basis="law")
    need = staff.made(
        "/registers/needs", person_id=person["id"], service_type="home_help", since="2026-01-01"
    )
    site = planner.made("/registers/sites", agency_id=str(AGENCY_A), address="Street 1")
    return [str(AGENCY_A), person["id"], need["id"], site["id"]]


def try_one(operation: Any, role: str | None, keys: list[str], examples: int) -> Counter[int]:
    """Requests to one operation by one role; how often it answered with which status."""
    statuses: Counter[int] = Counter()
    who = {} if role is None else {"X-Test-User": role}
    modes = schemathesis.GenerationMode
    strategy = st.one_of(
        operation.as_strategy(generation_mode=modes.POSITIVE),
        operation.as_strategy(generation_mode=modes.NEGATIVE),
    )

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, pick=st.integers(0, 7))
    def tried(case: Any, pick: int) -> None:
        if pick < len(keys) and "key" in (case.path_parameters or {}):
            case.path_parameters["key"] = keys[pick]
            case.headers = {**(case.headers or {}), "If-Match": '"v1"'}
        answer = case.call(base_url="http://testserver", headers=ORIGIN_HERE | who)
        statuses[answer.status_code] += 1
        held = [schemathesis.checks.not_a_server_error]
        if operation.path.startswith(tuple(f"/api/v1{part}" for part in OURS)):
            held += [checks.response_schema_conformance, checks.content_type_conformance]
        case.validate_response(answer, checks=held)
        if role is None and operation.path.startswith(tuple(f"/api/v1{part}" for part in OURS)):
            assert answer.status_code in (400, 401, 404, 405, 413, 422), answer.text

    tried()
    return statuses


ORIGIN_HERE = {**ORIGIN, "Origin": "http://testserver"}
SLOW = ("/reports/", "map.html")
"""Documents take seconds each and are tried elsewhere."""


def run(office: Office, role: str | None, examples: int) -> Counter[int]:
    """Requests to every operation by one role."""
    keys = known_keys(office)
    statuses: Counter[int] = Counter()
    for operation in operations(office):
        if not any(word in operation.path for word in SLOW):
            statuses += try_one(operation, role, keys, examples)
    return statuses


@pytest.mark.parametrize("role", ROLES)
def test_requests_drawn_from_the_description(fuzzed: Office, role: str | None) -> None:
    statuses = run(fuzzed, role, EXAMPLES)
    assert statuses.total() > 60 * EXAMPLES
    # Nobody gets no further than the door; everybody else finds something of theirs.
    assert (statuses[401] > 60) == (role is None), statuses


@pytest.mark.drill
@pytest.mark.parametrize("role", ROLES)
def test_many_requests_drawn_from_the_description(fuzzed: Office, role: str | None) -> None:
    assert run(fuzzed, role, DRILLED).total() > 60 * DRILLED
