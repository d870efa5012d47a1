"""What the database does by itself at a write: notes it, counts versions, sets whose a row is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from geo.db.tables import metadata
from tests.acceptance.access.attempts import become, run, undone
from tests.acceptance.access.candidates import DERIVED, fresh
from tests.acceptance.access.readers import ALL, SERVICE, key
from tests.acceptance.access.world import (
    POINT,
    REQUIRED,
    Row,
    World,
    derive,
    insert,
    insert_statement,
    is_register,
    primary_key,
)

Cursor = psycopg.Cursor[Any]
JOB = next(reader for reader in SERVICE if reader.role == "job")

NOTED = tuple(
    f"{table.schema}.{table.name}"
    for table in metadata.tables.values()
    if table.schema in {"registry", "field"} and table.name != "change"
)
"""Tables whose every change is an event; registry.change is itself the note of one that is."""

NOTED_WHERE_IT_MATTERS = {
    "intake.import_run": ("state", "done"),
    "intake.locate_run": ("state", "done"),
    "account.app_user": ("disabled", True),
    "account.api_key": ("revoked_at", "2026-05-01T00:00:00Z"),
}
"""Tables of which each new and gone row, and the change of such a column, is an event."""

PERSON = {
    "registry.person": ("id",),
    "registry.assignment": ("person_id",),
    "registry.need": ("person_id",),
    "registry.contact": ("person_id",),
    "registry.duplicate": ("person_a", "person_b"),
}
"""Whose record an event is about."""

LAST = "SELECT coalesce(max(id), 0) FROM account.audit_event"
SINCE = """SELECT action, subject, person_id FROM account.audit_event
WHERE id > %s AND subject LIKE %s ORDER BY id"""


def differences(world: World, cursor: Cursor, table: str) -> Iterator[str]:
    """Everything the database should do by itself at a write of this table and does not."""
    yield from noted(world, cursor, table)
    if "version" in metadata.tables[table].columns and table != "registry.change":
        yield from counted(world, cursor, table)
    if table in DERIVED:
        yield from derived(world, cursor, table)
    yield from followed(world, cursor, table)
    if table in {"registry.person", "registry.site"}:
        yield from placed(cursor, table, world.rows[table][0]["id"])
        yield from forgotten(world, cursor, table)
    if table in {"account.audit_event", "account.audit_link"}:
        yield from kept(cursor, table)
    if table == "account.session":
        yield from ended(cursor)


def noted(world: World, cursor: Cursor, table: str) -> Iterator[str]:
    """Each verb leaves one event, of the right person, in the chain."""
    if table not in NOTED and table not in NOTED_WHERE_IT_MATTERS:
        return
    example = _example(world, table)
    persons = [example[column] for column in PERSON.get(table, ())]
    if table == "registry.referral":
        persons = [world.by_id["registry.need", example["need_id"]]["person_id"]]
    names = primary_key(table)
    of_row = " AND ".join(f"{name} = %({name})s" for name in names)
    column, value = NOTED_WHERE_IT_MATTERS.get(table, (names[0], example[names[0]]))
    with undone(cursor):
        for verb in ("insert", "update", "delete"):
            before = _last(cursor)
            if verb == "insert":
                example = {
                    **example,
                    **dict(zip(names, insert(cursor, table, example), strict=True)),
                }
                persons = [example["id"]] if table == "registry.person" else persons
                value = example.get(column, value) if column in names else value
            elif verb == "update":
                change = f"UPDATE {table} SET {column} = %(value)s WHERE {of_row}"
                cursor.execute(change.encode(), {**example, "value": value})
            else:
                cursor.execute(f"DELETE FROM {table} WHERE {of_row}".encode(), example)
            events = cursor.execute(SINCE, [before, f"{table} %"]).fetchall()
            found = [(event[0], event[2]) for event in events]
            wanted = [(verb, person) for person in persons or [None]]
            if sorted(found, key=str) != sorted(wanted, key=str):
                yield f"{table}: {verb} left {events}, wanted {wanted}"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if (loose := cursor.execute(LOOSE).fetchone()) != (0,):
            yield f"{table}: {loose} events out of the chain"


LOOSE = """SELECT count(*) FROM account.audit_event e
WHERE NOT EXISTS (SELECT FROM account.audit_link l WHERE l.event_id = e.id)"""


def counted(world: World, cursor: Cursor, table: str) -> Iterator[str]:
    """The version grows by one with each change."""
    row = world.rows[table][0]
    harmless = "provenance = '{}'" if is_register(table) else "note = 'n'"
    with undone(cursor):
        cursor.execute(f"UPDATE {table} SET {harmless} WHERE id = %s".encode(), [row["id"]])
        version = cursor.execute(
            f"SELECT version FROM {table} WHERE id = %s".encode(), [row["id"]]
        ).fetchone()
        if version != (2,):
            yield f"{table}: version {version} after the first change"


def derived(world: World, cursor: Cursor, table: str) -> Iterator[str]:
    """Whoever writes, the row stands where its parent stands; saying otherwise changes nothing."""
    names = DERIVED[table]
    lie = {"area_code": "M3", "agency_id": key("agency:A3"), "to_agency_id": key("agency:A3")}
    for place, row in enumerate(world.rows[table]):
        values = fresh(JOB, table, {**row.facts, **{name: lie.get(name) for name in names}})
        values |= {"sensitive": place % 2 == 0} if "sensitive" in names else {}
        wanted = derive(world, table, values)
        with undone(cursor):
            insert(
                cursor, table, {**values, "source_id": "planted"} if is_register(table) else values
            )
            _change_by_lie(cursor, table, values, {name: values[name] for name in names})
            found = cursor.execute(
                f"SELECT {', '.join(names)} FROM {table} WHERE id = %s".encode(), [values["id"]]
            ).fetchone()
        if found != tuple(wanted[name] for name in names):
            yield f"{table}: {names} are {found}, wanted {[wanted[name] for name in names]}"


def _change_by_lie(
    cursor: Cursor, table: str, values: dict[str, Any], lies: dict[str, Any]
) -> None:
    for name, lie in lies.items():
        statement = f"UPDATE {table} SET {name} = %s WHERE id = %s"
        cursor.execute(statement.encode(), [lie, values["id"]])


def ended(cursor: Cursor) -> Iterator[str]:
    """A login that an administrator ends leaves an event; one that ends by itself is noted by logins."""
    for name, wanted in (("admin", 1), ("auth", 0)):
        reader = next(reader for reader in ALL if reader.name == name)
        with undone(cursor):
            before = _last(cursor)
            become(cursor, reader)
            cursor.execute("DELETE FROM account.session")
            cursor.execute("SET LOCAL ROLE NONE")
            if len(cursor.execute(SINCE, [before, "account.session %"]).fetchall()) != wanted:
                yield f"a login ended by {name} leaves not {wanted} events"


FOUND = "location_class = 'street', location_status = 'queued', location_group = 'street'"
DECIDED = "location_status = 'accepted', location_group = NULL"
LOCKED = "location_locked_by = gen_random_uuid(), location_locked_at = now()"
ELSEWHERE = "geom = ST_SetSRID(ST_MakePoint(1, 1), 4326)"
PLACE = "SELECT location_status, location_group, ST_X(geom) FROM {} WHERE id = %s"


def placed(cursor: Cursor, table: str, row: Any) -> Iterator[str]:
    """A place goes with its address; one that a person decided no other write moves."""

    def after(*changes: str) -> Any:
        with undone(cursor):
            for change in changes:
                cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s".encode(), [row])
            return cursor.execute(PLACE.format(table).encode(), [row]).fetchone()

    found = f"{FOUND}, geom = '{POINT}'"
    if after(found, "address = 'another'") != ("pending", None, None):
        yield f"{table}: a place stays when its address changes"
    if after(found, f"{DECIDED}, {LOCKED}", ELSEWHERE) != ("accepted", None, 23.7):
        yield f"{table}: a run moves what a person decided"
    if after(found, f"{DECIDED}, {LOCKED}", "postcode = '1'") != ("queued", "changed", 23.7):
        yield f"{table}: a decided address changes and nobody is asked"


def forgotten(world: World, cursor: Cursor, table: str) -> Iterator[str]:
    """What was taught about an address goes with the last open record that has it."""
    register = {"registry.person": "people", "registry.site": "sites"}[table]
    changes = (f"UPDATE {table} SET address_key = 'another' WHERE id = %s",
               f"DELETE FROM {table} WHERE id = %s")  # fmt: skip
    for change in changes:
        with undone(cursor):
            (row,) = insert(cursor, table, _example(world, table))
            cursor.execute(f"UPDATE {table} SET address_key = 'last' WHERE id = %s".encode(), [row])
            taught = (
                "UPDATE registry.address_alias SET register = %s, address_key = 'last', agency_id = NULL,"
                f" area_code = (SELECT area_code FROM {table} WHERE id = %s)"
                " WHERE id = (SELECT min(id::text)::uuid FROM registry.address_alias)"
            )
            assert cursor.execute(taught.encode(), [register, row]).rowcount == 1
            cursor.execute(change.encode(), [row])
            known = "SELECT count(*) FROM registry.address_alias WHERE address_key = 'last'"
            if cursor.execute(known.encode()).fetchone() != (0,):
                yield f"{table}: what was taught stays after {change.split()[0]}"


FOLLOWED = {
    "registry.site": (
        ("area_code", "M3", {"registry.service": ("site_id", "area_code")}),
        ("sensitive", True, {"registry.service": ("site_id", "sensitive")}),
    ),
    "registry.service": (
        (
            "agency_id",
            key("agency:A3"),
            {
                "registry.staff": ("service_id", "agency_id"),
                "registry.resident": ("service_id", "agency_id"),
            },
        ),
    ),
    "registry.person": (
        (
            "area_code",
            "M3",
            {
                "registry.need": ("person_id", "area_code"),
                "registry.contact": ("person_id", "area_code"),
                "registry.assignment": ("person_id", "area_code"),
            },
        ),
    ),
}
PARENT = {
    "registry.site": "site:M1:A1:open",
    "registry.service": "service:M1:A1:open",
    "registry.person": "person:assigned",
}
FAMILY = """SELECT h.area_code, n.area_code, r.area_code, p.area_code
FROM registry.household h JOIN registry.need n ON n.household_id = h.id
JOIN registry.referral r ON r.need_id = n.id, registry.need p WHERE h.id = %s AND p.person_id = %s"""


def followed(world: World, cursor: Cursor, table: str) -> Iterator[str]:
    """When a parent moves or changes hands, its rows go along."""
    for column, value, children in FOLLOWED.get(table, ()):
        parent = key(PARENT[table])
        with undone(cursor):
            statement = f"UPDATE {table} SET {column} = %s WHERE id = %s"
            cursor.execute(statement.encode(), [value, parent])
            for child, (reference, fact) in children.items():
                query = (
                    f"SELECT count(*), bool_and({fact} = %s) FROM {child} WHERE {reference} = %s"
                )
                count, all_follow = cursor.execute(query.encode(), [value, parent]).fetchone() or (
                    0,
                    0,
                )
                if not count or not all_follow:
                    yield f"{child}: {fact} does not follow {table}"
    if table == "registry.person":
        moved, home = key("person:away"), key("household:M2")
        with undone(cursor):
            cursor.execute("UPDATE registry.person SET area_code = 'M3' WHERE id = %s", [moved])
            if cursor.execute(FAMILY, [home, moved]).fetchone() != ("M2", "M2", "M2", "M3"):
                yield "a household goes with one of its members"
            everybody = "UPDATE registry.person SET area_code = 'M3' WHERE household_id = %s"
            cursor.execute(everybody, [home])
            if cursor.execute(FAMILY, [home, moved]).fetchone() != ("M3",) * 4:
                yield "a household's records do not follow its last member"
    if table == "registry.service":
        with undone(cursor):
            given = [key("agency:A2"), key(PARENT[table])]
            cursor.execute("UPDATE registry.service SET agency_id = %s WHERE id = %s", given)
            sent = "SELECT count(*) FROM registry.referral WHERE to_service_id = %s AND to_agency_id = %s"
            if cursor.execute(sent, given[::-1]).fetchone() != (0,):
                yield "a referral goes to an agency it was not sent to"


def kept(cursor: Cursor, table: str) -> Iterator[str]:
    """Nobody rewrites what was noted, its owner included; events are stamped and chained."""
    for statement in (
        f"UPDATE {table} SET {primary_key(table)[0]} = DEFAULT WHERE false",
        f"DELETE FROM {table} WHERE false",
        f"TRUNCATE {table} CASCADE",
    ):
        with undone(cursor):
            if run(cursor, sql.SQL(statement)).state != "42501":
                yield f"{statement} is let through"
    if table == "account.audit_event":
        with undone(cursor):
            become(cursor, JOB)
            forged = {"at": "2020-01-01T00:00:00Z", **REQUIRED[table]}
            cursor.execute(insert_statement(table, forged), forged)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE NONE")
            if cursor.execute(
                "SELECT max(at) - min(at) > '1 year' FROM account.audit_event"
            ).fetchone() != (False,):
                yield "an event bears the time its writer says"
            if cursor.execute(LOOSE).fetchone() != (0,):
                yield "an event is out of the chain"


def _example(world: World, table: str) -> dict[str, Any]:
    """A new row like the first planted one; of tables that allow no second, another pair."""
    rows = world.rows[table]
    row: Row = rows[0]
    values = fresh(JOB, table, row.facts)
    if is_register(table):
        values["source_id"] = "planted"
    if table == "registry.agreement_party":
        values["agency_id"] = key("agency:A4")
    if table == "registry.duplicate":
        pair = sorted((key("person:assigned"), key("person:far")))
        values |= {"person_a": pair[0], "person_b": pair[1]}
    if table in {"registry.staff", "registry.resident", "registry.referral", "registry.service"}:
        values = {name: value for name, value in values.items() if name not in DERIVED[table]}
    return values


def _last(cursor: Cursor) -> int:
    row = cursor.execute(LAST).fetchone()
    assert row is not None
    return int(row[0])
