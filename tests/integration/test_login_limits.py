"""How often is too often: counted in the database, told with the time to wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from api import deps, errors
from api.app import create_app
from api.auth import limits, passwords
from api.auth.limits import Flood, Limit
from geo.db.engine import transaction
from geo.errors import TooManyTries
from tests.integration.house import SESSION, House, log_in, who

HOME, STRANGER = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _in_one_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cheap hashes, and no test across the edge of a quarter of an hour."""
    monkeypatch.setattr(passwords, "HASHER", passwords.PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "UNKNOWN_USER_HASH", passwords.HASHER.hash("nobody"))
    left = 900 - time.time() % 900
    if left < 20:
        time.sleep(left + 1)
    yield


def test_the_eleventh_wrong_password_from_one_place_waits(house: House) -> None:
    house.put("maria")
    client = house.client(STRANGER)
    statuses = [log_in(client, "maria", "wrong").status_code for _ in range(10)]
    assert statuses == [401] * 10
    began = time.time()
    answer = log_in(client, "maria", "wrong")
    assert answer.status_code == 429
    left = 900 - began % 900
    assert abs(int(answer.headers["retry-after"]) - left) <= 2
    assert "nothing is lost" in answer.json()["hint"]
    # The right password does not help there; the owner at home is not locked out.
    assert log_in(client, "maria").status_code == 429
    assert log_in(house.client(HOME), "maria").status_code == 200


def test_a_name_is_tried_fifty_times_from_everywhere_together(house: House) -> None:
    house.put("maria")
    statuses = [
        log_in(house.client(f"203.0.113.{number // 10}"), "maria", "wrong").status_code
        for number in range(51)
    ]
    assert statuses == [401] * 50 + [429]


def test_an_address_tries_a_hundred_times_with_all_names_together(house: House) -> None:
    client = house.client(STRANGER)
    statuses = [log_in(client, f"name{number}", "wrong").status_code for number in range(101)]
    assert statuses == [401] * 100 + [429]
    # An IPv6 line is one address, however many of its own it uses.
    statuses = [
        log_in(house.client(f"2001:db8:0:1::{number:x}"), f"other{number}", "x").status_code
        for number in range(101)
    ]
    assert statuses == [401] * 100 + [429]


def test_an_office_of_fifty_behind_one_address_is_never_limited(house: House) -> None:
    for number in range(50):
        house.put(f"user{number}")
    for _ in range(3):  # in the morning, after lunch, after a restart of the browser
        for number in range(50):
            client = house.client(HOME)
            if number % 2 and _ == 0:
                assert log_in(client, f"user{number}", "mistyped").status_code == 401
            assert log_in(client, f"user{number}").status_code == 200
            assert who(client)["user"] is not None


def test_who_got_in_begins_anew(house: House) -> None:
    house.put("maria")
    client = house.client()
    for _ in range(3):
        for _ in range(9):
            assert log_in(client, "maria", "wrong").status_code == 401
        assert log_in(client, "maria").status_code == 200


def test_limits_outlive_the_process_and_hold_for_two_of_them(house: House) -> None:
    house.put("maria")
    for _ in range(10):
        log_in(house.client(STRANGER), "maria", "wrong")
    second = create_app(house.settings, house.app.state.engine)
    anew = replace(house, app=second)
    assert log_in(anew.client(STRANGER), "maria", "wrong").status_code == 429


def test_twenty_at_once_are_counted_one_by_one(house: House) -> None:
    house.put("maria")

    def attempt(_: int) -> int:
        return int(log_in(house.client(STRANGER), "maria", "wrong").status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(attempt, range(20)))
    assert statuses == [401] * 10 + [429] * 10


def test_the_sixty_first_export_of_an_hour_waits(engine: Engine) -> None:
    left = 3600 - time.time() % 3600
    if left < 20:
        time.sleep(left + 1)
    for _ in range(60):
        deps.limit(engine, "exports", "maria", 60, 60)
    with pytest.raises(TooManyTries) as caught:
        deps.limit(engine, "exports", "maria", 60, 60)
    assert abs(caught.value.seconds - (3600 - time.time() % 3600)) <= 2
    deps.limit(engine, "exports", "nikos", 60, 60)
    deps.limit(engine, "something else", "maria", 60, 60)


def test_a_new_window_begins_at_its_time_and_old_ones_are_swept(engine: Engine) -> None:
    limit = Limit("things", 1, 15)
    limits.check(engine, limit, "maria")
    with pytest.raises(TooManyTries):
        limits.check(engine, limit, "maria")
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE account.rate SET window_start = window_start - interval '15 minutes'")
        )
    limits.check(engine, limit, "maria")
    with transaction(engine, "auth") as connection:
        connection.execute(
            sa.text("UPDATE account.rate SET window_start = window_start - interval '3 days'")
        )
        connection.execute(limits.QUERIES["forget_old_windows"])
        assert connection.scalar(sa.text("SELECT count(*) FROM account.rate")) == 0


def test_what_is_kept_names_nobody(house: House) -> None:
    house.put("maria")
    log_in(house.client(STRANGER), "maria", "wrong")
    with house.owner.connect() as connection:
        kept = connection.scalars(sa.text("SELECT bucket FROM account.rate")).all()
    assert len(kept) == 3
    assert {len(bytes(one)) for one in kept} == {32}


def test_a_flood_of_tiles_is_stopped_and_an_office_is_not(house: House) -> None:
    assert deps.TILES.most >= 50 * 100
    app = FastAPI()
    app.state.engine, app.state.settings = house.owner, house.settings
    flood = Flood(Limit("map tiles from this address", 40, 15), batch=10)
    app.state.shelves = replace(deps.make_shelves(), tiles=flood)
    errors.register(app)

    @app.get("/tile", dependencies=[Depends(deps.count_tile)])
    def tile() -> None:
        """A tile."""

    def asked(address: str, times: int) -> list[int]:
        client = TestClient(app, client=(address, 1))
        return [client.get("/tile").status_code for _ in range(times)]

    assert asked(HOME, 49) == [200] * 49
    assert asked(HOME, 1) == [429]
    assert asked(STRANGER, 20) == [200] * 20
    # Another process counts on where this one was.
    app.state.shelves = replace(
        app.state.shelves, tiles=Flood(Limit("map tiles from this address", 40, 15), batch=10)
    )
    assert 429 in asked(HOME, 10)


@pytest.mark.parametrize(
    ("proxy", "peer", "forwarded", "seen"),
    [
        ("", HOME, None, HOME),
        ("", HOME, "10.9.9.9", HOME),
        ("192.0.2.1", HOME, "10.9.9.9", HOME),
        ("192.0.2.1", "192.0.2.1", "10.9.9.9", "10.9.9.9"),
        ("192.0.2.1", "192.0.2.1", "1.1.1.1, 10.9.9.9", "10.9.9.9"),
        ("192.0.2.1", "192.0.2.1", None, "192.0.2.1"),
    ],
)
def test_a_proxys_word_counts_only_where_it_is_named(
    house: House, proxy: str, peer: str, forwarded: str | None, seen: str
) -> None:
    app = create_app(replace(house.settings, trusted_proxy=proxy), house.app.state.engine)
    client = replace(house, app=app).client(peer)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    client.post(SESSION, json={"username": "maria", "password": "x"}, headers=headers)
    wanted = limits.bucket("logins from this address", seen)
    with house.owner.connect() as connection:
        kept = connection.scalars(sa.text("SELECT bucket FROM account.rate")).all()
    assert wanted in {bytes(one) for one in kept}
