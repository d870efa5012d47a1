"""Gazetteers at hand: made once for all threads, swapped when their content changes."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from geo.db.caller import Caller
from geo.db.engine import transaction
from geo.errors import NotFound
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate
from geo.locating import serving
from geo.locating.serving import Gazetteers
from geo.registers.gazetteer import store as gazetteer
from tests.integration.locating.conftest import Places, streets


def _put(places: Places, *, name: str) -> None:
    """The same streets, one of them under another name."""
    frame = streets()
    frame.loc[frame["name"] == "Σκουφά", "name"] = name
    with transaction(places.office.owner, "job") as connection:
        gazetteer.put_streets(connection, frame, "office", "gr")
        gazetteer.refresh(connection, "gr")


def test_it_is_made_once_for_all_threads(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[threading.Thread] = []
    frames = gazetteer.frames

    def slow(connection: Any, country: str) -> Any:
        made.append(threading.current_thread())
        time.sleep(0.2)
        return frames(connection, country)

    monkeypatch.setattr(serving.store, "frames", slow)
    known, found = Gazetteers(places.office.owner), []
    threads = [
        threading.Thread(target=lambda: found.append(known.get("gr", Caller()))) for _ in range(6)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    # A service that another test has ended may still make its own in the background.
    assert len([one for one in made if one in threads]) == 1
    assert len(found) == 6 and len({id(one) for one in found}) == 1


def test_one_that_was_made_meanwhile_is_neither_put_back_nor_made_again(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOOKED_AT", 0.0)
    known = Gazetteers(places.office.owner)
    old = known.get("gr", Caller())
    made: list[Gazetteer] = []
    version = gazetteer.version

    def made_meanwhile(connection: Any, country: str) -> str:
        """Between the look at the old one and the answer a new one is finished."""
        monkeypatch.setattr(serving.store, "version", version)
        made.append(known._make(country, Caller()))
        return "changed"

    monkeypatch.setattr(serving.store, "version", made_meanwhile)
    assert known.get("gr", Caller()) is old
    monkeypatch.setattr(serving, "LOOKED_AT", 60.0)
    assert known.get("gr", Caller()) is made[0]
    for thread in threading.enumerate():
        if thread.name == "gazetteer-gr":
            thread.join(10)
    assert known.get("gr", Caller()) is made[0]


def test_the_old_one_serves_until_the_new_one_is_made(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOOKED_AT", 0.0)
    known = Gazetteers(places.office.owner)
    old = known.get("gr", Caller())
    go_on = threading.Event()
    frames = gazetteer.frames

    def waiting(connection: Any, country: str) -> Any:
        go_on.wait(10)
        return frames(connection, country)

    monkeypatch.setattr(serving.store, "frames", waiting)
    try:
        _put(places, name="Κανάρη")
        assert known.get("gr", Caller()) is old, "it is being made"
        go_on.set()
        end = time.monotonic() + 20
        while known.get("gr", Caller()) is old:
            assert time.monotonic() < end
            time.sleep(0.05)
        new = known.get("gr", Caller())
        assert new.version != old.version
        assert locate("Κανάρη 3", new, postcode="10671").class_ == "street"
        assert locate("Κανάρη 3", old, postcode="10671").class_ == "postcode"
    finally:
        go_on.set()
        _put(places, name="Σκουφά")


def test_where_making_a_new_one_fails_the_old_one_serves_on(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOOKED_AT", 0.0)
    known = Gazetteers(places.office.owner)
    old = known.get("gr", Caller())
    tried = threading.Event()

    def fails(connection: Any, country: str) -> Any:
        tried.set()
        raise RuntimeError

    monkeypatch.setattr(serving.store, "version", lambda connection, country: "another")
    monkeypatch.setattr(serving.store, "frames", fails)
    assert known.get("gr", Caller()) is old
    assert tried.wait(10)
    assert known.get("gr", Caller()) is old


def test_nothing_loaded_is_told_and_tried_again(places: Places) -> None:
    known = Gazetteers(places.office.owner)
    for _ in range(2):
        with pytest.raises(NotFound, match="RO"):
            known.get("ro", Caller())


def test_every_role_that_meets_addresses_may_read_it(places: Places) -> None:
    for name in ("street_worker", "centre_staff", "team_lead", "agency", "municipal_planner"):
        user = places.office.users[name]
        caller = Caller(user.role, user.id, user.territory_code, user.agency_id)
        known = Gazetteers(places.office.app.state.engine)
        assert known.get("gr", caller).version
        told = places.client(name).get("/gazetteer").json()
        assert [(one["country"], one["sources"][0]["source_id"]) for one in told] == [
            ("gr", "office")
        ]
    assert places.client("committee").get("/gazetteer").status_code == 403
