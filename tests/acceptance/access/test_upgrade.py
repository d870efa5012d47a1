"""From the first schema to the newest with data in it: nothing is lost, all gets its place."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Engine

from geo.db import schema
from geo.db.cluster import Cluster
from geo.db.engine import make_engine, transaction
from geo.db.reload import Reload
from geo.registers.audit.store import verify
from geo.registers.gazetteer import store as gazetteer
from tests.acceptance.access.conftest import plain
from tests.acceptance.access.readers import key
from tests.acceptance.access.world import DAY, HOUR, POINT, insert, source_values

ROW = {"source_id": "old", "synthetic": True}


def _row(named: str, **values: Any) -> dict[str, Any]:
    return {"id": key(named), "external_id": named, **ROW, **values}


def _old_data() -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows as the first version wrote them."""
    yield "registry.agency", _row("agency", name="A", legal_form="public", area_code="M1")
    # A point that a file gave, and one that the geocoder found.
    site = {"agency_id": key("agency"), "address": "Odos 1", "area_code": "M1", "geom": POINT}
    site |= {"location_class": "address"}
    yield "registry.site", _row("site", **site)
    service = {"agency_id": key("agency"), "site_id": key("site"), "service_type": "kk"}
    yield "registry.service", _row("service", **service, name="S", offers=["a"], active=True)
    for number in (1, 2, 3):
        staff = {"service_id": key("service"), "specialty": f"s{number}", "head": number == 1}
        yield "registry.staff", staff
    yield "registry.household", _row("household", area_code="M1")
    person = {"pseudonym": "p", "address": "a", "receives_income_support": True, "area_code": "M1"}
    found = {"geom": POINT, "location_class": "street", "radius_m": 90, "gazetteer_version": "g1"}
    yield "registry.person", _row("person", **person, **found, household_id=key("household"))
    yield "registry.person", _row("waiting", **person)
    need = {"service_type": "kk", "stage": "identification", "since": DAY}
    yield "registry.need", _row("need", **need, person_id=key("person"), area_code="M1")
    # The first version did not keep a need where its person is.
    yield "registry.need", _row("need2", **need, person_id=key("person"), area_code=None)
    for name, outcome in (("referral", "refused"), ("referral2", None)):
        referral = {"need_id": key("need"), "to_service_id": key("service"), "sent_at": HOUR}
        reason = "other" if outcome else None
        yield "registry.referral", _row(name, **referral, outcome=outcome, reason=reason)
    resident = {"service_id": key("service"), "origin_area_code": "M1"}
    yield "registry.resident", _row("resident", **resident)
    yield from _old_street_work()
    for role in ("planner", "street_worker", "committee", "admin"):
        user = {"id": key(role), "username": role, "display_name": role, "password_hash": "x"}
        yield "account.app_user", {**user, "role": role, "territory_code": "M1"}
    for number in range(5):
        yield (
            "account.audit_event",
            {"actor_id": key("admin"), "action": "see", "subject": f"{number}"},
        )


def _old_street_work() -> Iterator[tuple[str, dict[str, Any]]]:
    seen = {"observed_at": HOUR, "channel": "street_work", "category": "c", "people_count": 2}
    seen |= {"urgency": "low", "note": "n", "geom": POINT, "accuracy_m": 10, "area_code": "M1"}
    yield "field.observation", {**_row("imported"), **seen}
    # A report from a device: its key was the device's, it had no other.
    device = {"id": key("device"), "reporter_id": key("street_worker"), **ROW}
    yield "field.observation", {**device, "source_id": "street_work", **seen}


def _old_gazetteer() -> Iterator[tuple[str, dict[str, Any]]]:
    """Streets, postcodes and settlements as the first version wrote them, all of Greece."""
    at = {"source_id": "old", "area_code": "M1", "geom": POINT}
    for ending in (15, None):
        numbers = {"odd_from": 1, "odd_to": ending, "even_from": 2, "even_to": ending}
        yield "base.street", {"name": "Odos", "postcode": "11111", **numbers, **at}
    yield "base.postcode", {"postcode": "11111", "name": "Quarter", **at}
    settlement = {"external_id": "7", "name": "Chorio", "alternate_names": ["Village"]}
    yield "base.settlement", {**settlement, "population": 900, **at}


@pytest.fixture
def old(cluster: Cluster) -> Iterator[str]:
    """The URL of a database of the first schema with data in it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    schema.create_database(cluster.url(name))
    engine = make_engine(cluster.url(name))
    try:
        with engine.begin() as connection:
            schema._extensions(connection)
            config = schema.alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
        with psycopg.connect(plain(cluster.url(name))) as connection:
            cursor = connection.cursor()
            insert(cursor, "base.source", source_values("old"))
            for table, values in (*_old_data(), *_old_gazetteer()):
                _put(cursor, table, values)
        yield cluster.url(name)
    finally:
        engine.dispose()
        admin = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


def _put(cursor: psycopg.Cursor[Any], table: str, values: dict[str, Any]) -> None:
    """Insert without asking for the key: the first schema's were others."""
    names = ", ".join(values)
    places = ", ".join(f"%({name})s" for name in values)
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({places})".encode(), values)


def _one(engine: Engine, statement: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(sa.text(statement)).all()


def test_data_of_the_first_version_is_kept_and_finds_its_place(old: str) -> None:
    schema.upgrade(old)
    engine = make_engine(old)
    try:
        assert _one(engine, "SELECT username, role FROM account.app_user ORDER BY 1") == [
            ("admin", "admin"),
            ("committee", "committee"),
            ("planner", "regional_planner"),
            ("street_worker", "street_worker"),
        ]
        staff = _one(
            engine,
            "SELECT specialty, head, agency_id, source_id, synthetic FROM registry.staff ORDER BY 1",
        )
        told = (key("agency"), "old", True)
        assert staff == [("s1", True, *told), ("s2", False, *told), ("s3", False, *told)]
        keys = _one(
            engine, "SELECT count(DISTINCT external_id), count(DISTINCT id) FROM registry.staff"
        )
        assert keys == [(3, 3)]
        referrals = (
            "SELECT outcome, to_agency_id, area_code, version FROM registry.referral ORDER BY 1"
        )
        agency = key("agency")
        assert _one(engine, referrals) == [("refused", agency, "M1", 1), (None, agency, "M1", 1)]
        assert _one(engine, "SELECT DISTINCT area_code FROM registry.need") == [("M1",)]
        assert _one(engine, "SELECT area_code, sensitive, offers FROM registry.service") == [
            ("M1", False, ["a"])
        ]
        assert _one(engine, "SELECT agency_id FROM registry.resident") == [(agency,)]
        seen = "SELECT external_id, report_id, note FROM field.observation ORDER BY source_id"
        assert _one(engine, seen) == [
            ("imported", None, "n"),
            (str(key("device")), key("device"), "n"),
        ]
        support = "SELECT DISTINCT receives_income_support FROM registry.person"
        assert _one(engine, support) == [(True,)]
    finally:
        engine.dispose()


def test_the_gazetteer_of_the_first_version_is_kept_and_is_of_greece(old: str) -> None:
    schema.upgrade(old)
    engine = make_engine(old)
    try:
        with transaction(engine, "job") as connection:
            frames = gazetteer.frames(connection, "gr")
            assert gazetteer.counts(connection, "gr") == {
                "streets": 2, "postcodes": 1, "settlements": 1,
            }  # fmt: skip
            streets = frames.streets
            assert streets["external_id"].is_unique and streets["lines"].isna().all()
            told = streets[["name", "postcode", "area_code", "odd_from", "source_id"]]
            assert told.to_numpy().tolist() == [["Odos", "11111", "M1", 1, "old"]] * 2
            assert sorted(streets["odd_to"].fillna(0)) == [0, 15]
            assert frames.postcodes[["postcode", "name", "placed_by"]].to_numpy().tolist() == [
                ["11111", "Quarter", "point"]
            ]
            village = frames.settlements.iloc[0]
            assert village[["external_id", "name", "kind", "population"]].tolist() == [
                "7", "Chorio", "locality", 900,
            ]  # fmt: skip
            assert village["alternate_names"] == ["Village"]
            # The next load finds its rows by their keys and writes them anew, once.
            again = frames.settlements.drop(columns="source_id")
            first = gazetteer.put_settlements(connection, again, "old", "gr")
            second = gazetteer.put_settlements(connection, again, "old", "gr")
            assert (first, second) == (Reload(changed=1), Reload(unchanged=1))
    finally:
        engine.dispose()


def test_places_found_before_stay_and_say_who_found_them(old: str) -> None:
    schema.upgrade(old)
    engine = make_engine(old)
    told = "location_class, location_status, location_source, location_group, radius_m, version"
    try:
        assert _one(engine, f"SELECT {told} FROM registry.site") == [
            ("address", "located", "import", None, None, 1)
        ]
        assert _one(engine, f"SELECT {told} FROM registry.person ORDER BY external_id") == [
            ("street", "located", "gazetteer", None, 90, 1),
            ("pending", "pending", None, None, None, 1),
        ]
        assert _one(engine, "SELECT ST_X(geom) FROM registry.person ORDER BY external_id") == [
            (23.7,),
            (None,),
        ]
    finally:
        engine.dispose()


def test_old_events_join_the_chain_in_their_order(old: str) -> None:
    schema.upgrade(old)
    engine = make_engine(old)
    try:
        with transaction(engine, "job") as connection:
            verdict = verify(connection)
            first = connection.execute(
                sa.text(
                    "SELECT l.place, e.subject, e.action FROM account.audit_link l"
                    " JOIN account.audit_event e ON e.id = l.event_id ORDER BY l.place LIMIT 5"
                )
            ).all()
        assert verdict.whole and verdict.events >= 5
        assert first == [(number + 1, str(number), "see") for number in range(5)]
    finally:
        engine.dispose()


POLICIES = "SELECT oid, polname, xmin::text FROM pg_policy ORDER BY oid"


def test_a_second_upgrade_does_nothing(old: str) -> None:
    schema.upgrade(old)
    engine = make_engine(old)
    before = _one(engine, POLICIES), _one(engine, "SELECT * FROM account.audit_link ORDER BY place")
    schema.upgrade(old)
    after = _one(engine, POLICIES), _one(engine, "SELECT * FROM account.audit_link ORDER BY place")
    assert before == after and len(before[0]) > 200
    engine.dispose()


def test_making_the_rules_again_changes_none_and_notes_nothing(old: str) -> None:
    schema.upgrade(old)
    engine = make_engine(old)
    rules = "SELECT schemaname, tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2, 3"
    rights = "SELECT oid::regclass::text, relacl::text FROM pg_class WHERE relkind = 'r' ORDER BY 1"
    links = "SELECT count(*) FROM account.audit_link"
    before = [_one(engine, statement) for statement in (rules, links)]
    granted = {name: set((acl or "").strip("{}").split(",")) for name, acl in _one(engine, rights)}
    schema.upgrade(old, again=True)
    assert [_one(engine, statement) for statement in (rules, links)] == before
    again = {name: set((acl or "").strip("{}").split(",")) for name, acl in _one(engine, rights)}
    assert again == granted
    engine.dispose()
