"""The same matrix through the door: lists, records and edits as each role; not yours is not there."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth.sessions import token_hash
from api.routes.registers.examples import EXAMPLES
from geo.db import access
from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine
from geo.registers.records import catalogue
from geo.registers.records.catalogue import Register
from geo.settings import Settings
from tests.acceptance.access import oracle
from tests.acceptance.access.conftest import plain
from tests.acceptance.access.readers import READERS, Reader, key
from tests.acceptance.access.world import Row, World, insert, plant
from tests.conftest import clone

REGISTERS = tuple(catalogue.load(name) for name in catalogue.ORDER)
NAMED = {"ids": lambda one: one.name}
PAGE = 11
"""Small, so that lists are read page by page."""


@dataclass(frozen=True)
class Web:
    """The service over the planted world, with everybody logged in."""

    world: World
    clients: dict[str, TestClient]

    def ask(self, reader: Reader, method: str, path: str, **more: Any) -> Any:
        """One request to the registers as somebody."""
        return self.clients[reader.name].request(method, f"/api/v1/registers/{path}", **more)


@pytest.fixture(scope="module")
def web(
    cluster: Cluster, template: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    for name in clone(cluster, template):
        with psycopg.connect(plain(cluster.url(name))) as connection:
            world = plant(connection)
            for reader in READERS:
                session = {"user_id": reader.user, "expires_at": "2099-01-01T00:00:00Z"}
                session["token_hash"] = token_hash(reader.name)
                insert(connection.cursor(), "account.session", session)
                connection.execute(
                    "UPDATE account.app_user SET agency_id = %s WHERE id = %s",
                    [reader.agency, reader.user],
                )
        engine = make_engine(cluster.url(name, APP_USER))
        secret = tmp_path_factory.mktemp("secret") / "secret"
        own = replace(settings, allowed_hosts="testserver", secret_file=secret)
        app = create_app(own, engine)
        clients = {reader.name: _client(app, reader) for reader in READERS}
        yield Web(world, clients)
        engine.dispose()


def _client(app: Any, reader: Reader) -> TestClient:
    headers = {"Origin": "https://testserver", "Cookie": f"__Host-needsmap={reader.name}"}
    return TestClient(
        app, base_url="https://testserver", headers=headers, raise_server_exceptions=False
    )


def _asked(register: Register, **more: Any) -> dict[str, Any]:
    return more | ({"purpose": "case_work"} if register.personal else {})


def _rows(world: World, register: Register) -> list[Row]:
    return world.rows[register.table_name]


@pytest.mark.parametrize("register", REGISTERS, **NAMED)
@pytest.mark.parametrize("reader", READERS, **NAMED)
def test_a_list_holds_what_the_database_gives(web: Web, reader: Reader, register: Register) -> None:
    wanted = {
        str(row["id"])
        for row in _rows(web.world, register)
        if oracle.may(web.world, reader, "select", row)
    }
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(100):
        asked = _asked(register, limit=PAGE, **cursor)
        answer = web.ask(reader, "GET", register.name, params=asked)
        if not oracle.has(reader, register.table_name, "select"):
            assert answer.status_code == 403 and not wanted, answer.text
            return
        assert answer.status_code == 200, answer.text
        found += [item["id"] for item in answer.json()["items"]]
        if answer.json()["next"] is None:
            break
        cursor = {"cursor": answer.json()["next"]}
    assert len(found) == len(set(found)), "no row stands on two pages"
    assert set(found) == wanted


def _seen_as(answer: Any, key: str) -> tuple[Any, ...]:
    """All of an answer that could tell one key from another."""
    headers = {k: v for k, v in answer.headers.items() if k not in {"date", "x-request-id"}}
    return answer.status_code, answer.text.replace(key, "KEY"), tuple(sorted(headers.items()))


MOST_FOREIGN = 6
"""Of each register, reader and method: some 3,000 keys over all of them."""
ASKED = ("GET", "PATCH", "DELETE")


@pytest.mark.parametrize("reader", READERS, **NAMED)
def test_what_is_not_yours_answers_as_what_is_not_there(web: Web, reader: Reader) -> None:
    """Status, body and headers, for the foreign rows of every register and as many invented keys."""
    compared = 0
    for register, method in itertools.product(REGISTERS, ASKED):
        more = _request_of(register, reader, method)
        foreign = [
            str(row["id"])
            for row in _rows(web.world, register)
            if not oracle.may(web.world, reader, "select", row)
        ][:MOST_FOREIGN]
        answers = {
            _seen_as(web.ask(reader, method, f"{register.name}/{key}", **more), key)
            for key in [*foreign, *(str(uuid.uuid4()) for _ in foreign)]
        }
        assert len(answers) <= 1, (register.name, method, answers)
        allowed = oracle.has(reader, register.table_name, "select")
        for status, *_ in answers:
            assert status in ({404, 403, 405} if method != "GET" else {404 if allowed else 403})
        compared += 2 * len(foreign)
    assert compared > 100


def _request_of(register: Register, reader: Reader, method: str) -> dict[str, Any]:
    if method == "GET":
        return {"params": _asked(register)}
    headers = {"If-Match": '"v1"'}
    return {"headers": headers} | (
        {"json": _harmless(register, reader)} if method == "PATCH" else {}
    )


def _harmless(register: Register, reader: Reader) -> dict[str, Any]:
    """A change of a text that decides nothing, if the role may change any."""
    may = register.changeable(reader.role) or frozenset(register.written)
    texts = ("address", "name", "title", "topic", "specialty", "note", "team", "reason", "outcome")
    values = {"reason": "other", "outcome": "done", "specialty": "social_worker"}
    return next(({name: values.get(name, "x")} for name in texts if name in may), {})


@pytest.mark.parametrize("register", REGISTERS, **NAMED)
@pytest.mark.parametrize("reader", READERS, **NAMED)
def test_a_record_is_shown_to_whom_it_may_be(web: Web, reader: Reader, register: Register) -> None:
    hidden = access.matrix()[register.table_name]
    tried = _rows(web.world, register)[::4]
    assert tried
    for row in tried:
        answer = web.ask(reader, "GET", f"{register.name}/{row['id']}", params=_asked(register))
        if not oracle.has(reader, register.table_name, "select"):
            assert answer.status_code == 403
        elif oracle.may(web.world, reader, "select", row):
            assert answer.status_code == 200, answer.text
            assert answer.json()["id"] == str(row["id"])
            rights = hidden.roles[reader.role]
            assert not rights.hidden & answer.json().keys()
            assert "match_key" not in answer.json()
        else:
            assert answer.status_code == 404


@pytest.mark.parametrize("register", REGISTERS, **NAMED)
@pytest.mark.parametrize("reader", READERS, **NAMED)
def test_seen_but_not_to_be_changed_stays_as_it_is(
    web: Web, reader: Reader, register: Register
) -> None:
    body = _harmless(register, reader)
    seen = [
        row for row in _rows(web.world, register) if oracle.may(web.world, reader, "select", row)
    ]
    for verb, method in (("update", "PATCH"), ("delete", "DELETE")):
        held = [row for row in seen if not oracle.may(web.world, reader, verb, row)][:2]
        for row in held:
            path = f"{register.name}/{row['id']}"
            more = {"json": body} if method == "PATCH" else {}
            answer = web.ask(reader, method, path, headers={"If-Match": '"v1"'}, **more)
            assert answer.status_code in {403, 404, 405, 422}, (path, answer.text)
            after = web.ask(reader, "GET", path, params=_asked(register))
            assert after.headers["ETag"] == '"v1"', "and it was not touched"


def test_nobody_logged_in_sees_nothing(web: Web) -> None:
    anonymous = TestClient(web.clients["staff"].app, base_url="https://testserver")
    for register in REGISTERS:
        path = f"/api/v1/registers/{register.name}"
        key = next(iter(_rows(web.world, register)))["id"]
        assert anonymous.get(path, params=_asked(register)).status_code == 401
        assert anonymous.get(f"{path}/{key}", params=_asked(register)).status_code == 401


REFERRING = (
    ("staff", "contacts", "person_id", "person:away", {"channel": "hotline", "topic": "t"}),
    ("staff", "needs", "person_id", "person:away", {}),
    ("staff", "referrals", "to_service_id", "service:M2:A2:hidden", {"need_id": "need:plain"}),
    ("helper", "services", "site_id", "site:M1:A2:hidden", {"agency_id": "agency:A1", "name": "n"}),
    ("helper", "staff", "service_id", "service:M1:A2:hidden", {"specialty": "social_worker"}),
    ("lead", "people", "household_id", "household:M2", {}),
)


@pytest.mark.parametrize("tried", REFERRING, ids=lambda tried: f"{tried[1]}-{tried[2]}")
def test_pointing_to_what_is_not_yours_answers_as_to_what_is_not_there(
    web: Web, tried: tuple[str, str, str, str, dict[str, str]]
) -> None:
    name, register, column, target, more = tried
    reader = next(reader for reader in READERS if reader.name == name)
    told = {k: str(key(v)) if ":" in v else v for k, v in more.items()}
    answers = set()
    for wanted in (str(key(target)), str(uuid.uuid4())):
        body = {**EXAMPLES.get(register, {}), **told, column: wanted}
        answer = web.ask(reader, "POST", register, json=body)
        if register == "people":  # a team lead changes, and enters nobody
            path = f"people/{key('person:plain')}"
            patch = {"json": {column: wanted}, "headers": {"If-Match": '"v1"'}}
            answer = web.ask(reader, "PATCH", path, **patch)
        answers.add(_seen_as(answer, wanted))
    assert len(answers) == 1, answers
    assert next(iter(answers))[0] in {403, 404, 409, 422}
    assert column in next(iter(answers))[1], "and it is this column that is refused"
