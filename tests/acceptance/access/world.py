"""A small planted world: each row with facts, known before the database is asked anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from geo.db.access import SCHEMAS
from geo.db.tables import metadata
from tests.acceptance.access.readers import OTHER_USER, READERS, key

Values = Mapping[str, Any]
AREAS = ("M1", "M2", "M3")
AGENCIES = {"A1": "M1", "A2": "M2", "A3": "M3", "A4": None}
TABLES = tuple(
    sorted(f"{t.schema}.{t.name}" for t in metadata.tables.values() if t.schema in SCHEMAS)
)
POINT = "SRID=4326;POINT(23.7 37.9)"
DAY, HOUR = "2026-03-01", "2026-03-01T10:00:00Z"

REQUIRED: Mapping[str, Values] = {
    "registry.agency": {"name": "n", "legal_form": "public"},
    "registry.site": {"address": "a"},
    "registry.service": {"service_type": "kk", "name": "n", "active": True, "offers": []},
    "registry.staff": {"specialty": "s", "head": False},
    "registry.programme": {"code": "c", "name": "n"},
    "registry.agreement": {"title": "t", "kind": "cooperation"},
    "registry.person": {"pseudonym": "p", "address": "a"},
    "registry.need": {"service_type": "kk", "stage": "identification", "since": DAY},
    "registry.contact": {"channel": "hotline", "at": HOUR, "topic": "t"},
    "registry.referral": {"sent_at": HOUR},
    "registry.duplicate": {"score": 0.9, "reasons": Jsonb({})},
    "registry.change": {"version": 2},
    "registry.edit_conflict": {"field": "name", "base_version": 1},
    "field.round": {
        "team": "t",
        "started_at": HOUR,
        "ended_at": "2026-03-01T12:00:00Z",
        "minutes": 120,
    },
    "field.observation": {
        "observed_at": HOUR,
        "channel": "street_work",
        "category": "c",
        "people_count": 1,
        "urgency": "low",
        "note": "",
        "geom": POINT,
        "accuracy_m": 10,
    },
    "registry.location_decision": {"address_key": "k", "kind": "keep", "changed": 1},
    "registry.address_alias": {"address_key": "k", "geom": POINT, "location_class": "street"},
    "field.named_spot": {"name": "n", "geom": POINT, "radius_m": 20, "synthetic": True},
    "intake.locate_run": {
        "register": "people",
        "country": "xx",
        "everything": False,
        "state": "waiting",
    },
    "intake.import_run": {
        "register": "people",
        "file_name": "f",
        "file_bytes": 1,
        "sha256": "x",
        "mode": "strict",
        "state": "waiting",
    },
    "account.app_user": {"display_name": "u"},
    "account.session": {"expires_at": "2027-01-01T00:00:00Z"},
    "account.api_key": {"name": "k", "expires_at": "2027-01-01T00:00:00Z"},
    "account.oidc_login": {"nonce": "n", "verifier": "v"},
    "account.rate": {"window_start": HOUR, "used": 1},
    "account.audit_event": {"action": "see", "subject": "s"},
    "account.erasure": {"reason": "request"},
    "account.secret": {"value": b"s"},
}
"""What a row needs besides what decides who may touch it."""


def is_register(table: str) -> bool:
    return "external_id" in metadata.tables[table].columns


def primary_key(table: str) -> tuple[str, ...]:
    """The columns that tell a row apart, all of them readable by who may read the row."""
    if table == "account.session":
        return ("user_id",)  # its own key is the hash of a cookie
    return tuple(column.name for column in metadata.tables[table].primary_key)


@dataclass(frozen=True)
class Row:
    """A row: its key in the database, and the facts that decide who may touch it."""

    table: str
    key: tuple[Any, ...]
    facts: Values

    def __getitem__(self, name: str) -> Any:
        return self.facts.get(name)


@dataclass
class World:
    """Rows by table, and single rows by their `id`."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[tuple[str, Any], Row] = field(default_factory=dict)

    def add(self, table: str, row_key: tuple[Any, ...], facts: Values) -> None:
        row = Row(table, row_key, derive(self, table, facts))
        self.rows[table].append(row)
        self.by_id[table, facts.get("id", row_key[0])] = row

    def find(self, table: str, wanted: Any) -> Row | None:
        return self.by_id.get((table, wanted))


def derive(world: World, table: str, facts: Values) -> Values:
    """What the database sets by itself: rows stand where, and belong to whom, their parent does."""

    def of(parent: str, column: str, fact: str) -> Any:
        row = world.find(parent, facts.get(column))
        return row[fact] if row else None

    match table:
        case "registry.service":
            area = of("registry.site", "site_id", "area_code")
            hidden = bool(of("registry.site", "site_id", "sensitive"))
            return {**facts, "area_code": area, "sensitive": hidden}
        case "registry.staff" | "registry.resident":
            return {**facts, "agency_id": of("registry.service", "service_id", "agency_id")}
        case "registry.referral":
            agency = of("registry.service", "to_service_id", "agency_id")
            area = of("registry.need", "need_id", "area_code")
            return {**facts, "to_agency_id": agency, "area_code": area}
        case "registry.need" | "registry.contact" | "registry.assignment":
            if facts.get("person_id"):
                return {**facts, "area_code": of("registry.person", "person_id", "area_code")}
            if facts.get("household_id"):
                return {**facts, "area_code": of("registry.household", "household_id", "area_code")}
    return facts


def plant(connection: psycopg.Connection[Any]) -> World:
    """Write the world as the owner of the tables, and commit it."""
    world = World()
    with connection.cursor() as cursor:
        _areas(cursor)
        for table, facts in planted():
            row_key = insert(cursor, table, _filled(table, facts))
            world.add(
                table, row_key, {**facts, **dict(zip(primary_key(table), row_key, strict=True))}
            )
        for about in list(world.rows):
            if about.startswith(("registry.", "field.")) and primary_key(about) == ("id",):
                _rows_about(cursor, world, about)
        connection.commit()
        # What was written is noted by the database itself.
        for event, actor, person, place in cursor.execute(NOTED).fetchall():
            facts = {"id": event, "actor_id": actor, "person_id": person}
            world.add("account.audit_event", (event,), facts)
            world.add("account.audit_link", (place,), {"place": place})
    return world


NOTED = """SELECT e.id, e.actor_id, e.person_id, l.place FROM account.audit_event e
JOIN account.audit_link l ON l.event_id = e.id ORDER BY l.place"""


def insert(cursor: psycopg.Cursor[Any], table: str, values: Values) -> tuple[Any, ...]:
    """Insert a row; its primary key."""
    statement = insert_statement(table, values) + sql.SQL(" RETURNING {}").format(
        sql.SQL(", ").join(map(sql.Identifier, primary_key(table)))
    )
    row = cursor.execute(statement, dict(values)).fetchone()
    assert row is not None
    return tuple(row)


def insert_statement(table: str, values: Values) -> sql.Composed:
    """The statement with the columns of these values as its parameters."""
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(map(sql.Placeholder, values)),
    )


def _filled(table: str, facts: Values) -> dict[str, Any]:
    values = {**REQUIRED.get(table, {}), **facts}
    if is_register(table):
        values = {
            "synthetic": True,
            "source_id": "planted",
            "external_id": str(facts["id"]),
            **values,
        }
    return values


def source_values(source_id: str) -> Values:
    """A source's row."""
    texts = ("title", "publisher", "licence", "attribution", "sha256")
    return {
        "id": source_id,
        **dict.fromkeys(texts, "x"),
        **dict.fromkeys(("titles", "notices", "counts"), Jsonb({})),
        "notes": Jsonb([]),
        **dict.fromkeys(("official", "derived", "synthetic"), False),
    }


def _areas(cursor: psycopg.Cursor[Any]) -> None:
    """One country, two regions, three municipalities; a directorate that lies across the regions."""
    sources = {"planted", "other:file", *(r.own_source for r in READERS if r.own_source)}
    for source_id in sorted(sources):
        insert(cursor, "base.source", source_values(source_id))
    square = "SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))"
    levels = (
        ("country", "xx", None),
        ("region", "R1", "xx"),
        ("region", "R2", "xx"),
        ("unit", "U1", "R1"),
        ("municipality", "M1", "U1"),
        ("municipality", "M2", "R1"),
        ("municipality", "M3", "R2"),
    )
    # The same codes in another country are other places.
    for country, prefix in (("xx", ""), ("yy", "Y")):
        for level, code, parent in levels:
            values = {"country": country, "level": level, "parent_code": parent}
            values |= {"code": country if level == "country" else prefix + code}
            values |= {"geometry_kind": "official", "source_id": "planted", "geom": square}
            insert(cursor, "base.area", values)
    for code, parent in (("D0", None), ("D1", "D0"), ("D1a", "D1")):
        values = {"code": code, "parent_code": parent, "country": "xx", "hierarchy": "h"}
        values |= {"names": Jsonb({}), "source_id": "planted"}
        insert(cursor, "base.agency_territory", values)
    for code, area in (("D1", "M2"), ("D1a", "M3"), ("D0", "M1")):
        member = {"territory_code": code, "area_code": area}
        insert(cursor, "base.agency_territory_member", member)


def planted() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row but those about other rows, parents first."""
    yield from _houses()
    yield from _services()
    yield from _people()
    yield from _casework()
    yield from _imported()
    yield from _directory_imported()
    yield from _street_work()
    yield from _places()
    yield from _accounts()


def _named(name: str, **facts: Any) -> dict[str, Any]:
    return {"id": key(name), **facts}


def _houses() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, area in AGENCIES.items():
        yield "registry.agency", _named(f"agency:{name}", area_code=area)
    for name in ("one", "two"):
        yield "registry.programme", _named(f"programme:{name}")
    # The last one is another agency's, with A1 as a party of it.
    agreements = (("M1", "A1"), ("M2", "A2"), ("M3", "A3"), (None, "A2"), ("M3", "A2"))
    for place, (area, agency) in enumerate(agreements):
        facts = _named(f"agreement:{place}", area_code=area, agency_id=key(f"agency:{agency}"))
        yield "registry.agreement", facts
        parties = {agency, "A1"} if place == 4 else {agency}
        for party in sorted(parties):
            party_facts = {"agreement_id": facts["id"], "agency_id": key(f"agency:{party}")}
            yield "registry.agreement_party", party_facts


def _services() -> Iterator[tuple[str, dict[str, Any]]]:
    for area in (*AREAS, None):
        for agency in ("A1", "A2"):
            for sensitive in (False, True):
                name = f"{area}:{agency}:{'hidden' if sensitive else 'open'}"
                owner = key(f"agency:{agency}")
                facts = _named(f"site:{name}", area_code=area, agency_id=owner, sensitive=sensitive)
                yield "registry.site", facts
                service = _named(f"service:{name}", agency_id=owner, site_id=facts["id"])
                yield "registry.service", service
                yield "registry.staff", _named(f"staff:{name}", service_id=service["id"])
                for origin in ("M1", "M2", None):
                    resident = _named(f"resident:{name}:{origin}", origin_area_code=origin)
                    yield "registry.resident", {**resident, "service_id": service["id"]}


PERSONS = {
    "assigned": "M1",
    "was_assigned": "M1",
    "of_other_worker": "M1",
    "plain": "M1",
    "assigned_away": "M2",
    "away": "M2",
    "far": "M3",
    "nowhere": None,
}
ASSIGNED = (
    ("assigned", "worker", None),
    ("was_assigned", "worker", "2026-04-01"),
    ("of_other_worker", "other", None),
    ("assigned_away", "worker", None),
    ("far", "other", None),
    ("nowhere", "other", None),
)


def _people() -> Iterator[tuple[str, dict[str, Any]]]:
    for area in (*AREAS, None):
        yield "registry.household", _named(f"household:{area}", area_code=area)
    for name, area in PERSONS.items():
        home = key(f"household:{area}") if name != "plain" else None
        yield "registry.person", _named(f"person:{name}", area_code=area, household_id=home)
    for name, user, ended in ASSIGNED:
        facts = _named(f"assignment:{name}", person_id=key(f"person:{name}"), ended_on=ended)
        facts |= {"user_id": key(f"user:{user}"), "assigned_on": DAY}
        yield "registry.assignment", facts
    # In this order a pair's first key is the smaller one.
    for one, other in (("assigned", "plain"), ("away", "assigned_away"), ("far", "nowhere")):
        pair = sorted((key(f"person:{one}"), key(f"person:{other}")))
        area = PERSONS[one]
        facts = _named(f"duplicate:{one}", person_a=pair[0], person_b=pair[1], area_code=area)
        yield "registry.duplicate", facts


REFERRED = (
    ("assigned", "M1:A1:open", None),
    ("was_assigned", "M1:A1:open", "refused"),
    ("plain", "M1:A2:open", None),
    ("away", "M2:A1:open", "accepted"),
    ("far", "M3:A2:hidden", None),
    ("household:M2", "M3:A1:hidden", None),
    ("group:M3", "M1:A1:open", "refused"),
    ("of_other_worker", "M2:A2:open", "refused"),
)


BROUGHT = (("mine", "staff", "M1"), ("of_other", "lead", "M1"), ("mine_away", "staff", "M2"))
"""What files brought: a name, whose file, where it stands."""


def _imported() -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows with nothing hanging on them, so that only a policy can keep them."""
    for name, user, area in BROUGHT:
        facts = {"area_code": area, "import_id": key(f"run:{user}")}
        yield "registry.household", _named(f"household:{name}", **facts)
        yield "registry.person", _named(f"person:{name}", **facts)
        yield "registry.contact", _named(f"contact:brought:{name}", **facts)
        yield "registry.need", _named(f"need:brought:{name}", group_name="g", **facts)
        sent = {"need_id": key(f"need:{'away' if area == 'M2' else 'plain'}")}
        sent["to_service_id"] = key("service:M1:A1:open")
        yield "registry.referral", _named(f"referral:brought:{name}", **sent, **facts)


def _directory_imported() -> Iterator[tuple[str, dict[str, Any]]]:
    """Agencies and what is theirs, brought by planners' files; nothing hangs on them."""
    for user in ("planner", "region", "other"):
        facts = {"area_code": "M1", "import_id": key(f"run:{user}")}
        yield "registry.agency", _named(f"agency:brought:{user}", **facts)
        yield (
            "registry.programme",
            _named(f"programme:brought:{user}", import_id=facts["import_id"]),
        )
        theirs = facts | {"agency_id": key("agency:A1")}
        yield "registry.agreement", _named(f"agreement:brought:{user}", **theirs)
        yield "registry.site", _named(f"site:brought:{user}", sensitive=False, **theirs)
        at = {"site_id": key("site:M1:A1:open"), "agency_id": key("agency:A1")}
        at |= {"import_id": facts["import_id"]}
        yield "registry.service", _named(f"service:brought:{user}", **at)


def _casework() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in PERSONS:
        yield "registry.need", _named(f"need:{name}", person_id=key(f"person:{name}"))
        yield "registry.contact", _named(f"contact:{name}", person_id=key(f"person:{name}"))
    for area in ("M1", "M2"):
        home = key(f"household:{area}")
        yield "registry.need", _named(f"need:household:{area}", household_id=home)
    for area in ("M1", "M3", None):
        yield "registry.need", _named(f"need:group:{area}", group_name="g", area_code=area)
        yield "registry.contact", _named(f"contact:nobody:{area}", area_code=area)
    for need, service, outcome in REFERRED:
        facts = _named(f"referral:{need}", need_id=key(f"need:{need}"), outcome=outcome)
        facts |= {"to_service_id": key(f"service:{service}")}
        yield "registry.referral", facts | ({"reason": "other"} if outcome == "refused" else {})
    # Refused once, sent again: the agency works with this one.
    again = _named("referral:again", need_id=key("need:plain"), outcome=None)
    yield "registry.referral", again | {"to_service_id": key("service:M3:A1:open")}


def _street_work() -> Iterator[tuple[str, dict[str, Any]]]:
    for area in (*AREAS, None):
        for user in ("worker", "other", None):
            reporter = key(f"user:{user}") if user else None
            name = f"{area}:{user}"
            facts = {"area_code": area, "reporter_id": reporter}
            yield "field.round", _named(f"round:{name}", **facts)
            seen = _named(f"observation:{name}", round_id=key(f"round:{name}"), **facts)
            yield "field.observation", seen | {"report_id": key(f"report:{name}")}


def _places() -> Iterator[tuple[str, dict[str, Any]]]:
    """What was decided about addresses, and what it taught; spots that teams keep."""
    for area in (*AREAS, None):
        for register, agency in (
            ("people", None),
            ("sites", None),
            ("sites", "A1"),
            ("sites", "A2"),
        ):
            for user in ("staff", "planner", "other"):
                name = f"{area}:{register}:{agency}:{user}"
                facts = {"register": register, "area_code": area, "actor_id": key(f"user:{user}")}
                facts |= {"agency_id": key(f"agency:{agency}") if agency else None}
                yield "registry.location_decision", _named(f"decision:{name}", **facts)
                taught = facts | {"decision_id": key(f"decision:{name}")}
                yield "registry.address_alias", _named(f"alias:{name}", **taught)
        for user in ("worker", "other"):
            facts = {"area_code": area, "kept_by": key(f"user:{user}")}
            yield "field.named_spot", _named(f"spot:{area}:{user}", **facts)


def _accounts() -> Iterator[tuple[str, dict[str, Any]]]:
    for reader in READERS:
        facts = _named(f"user:{reader.name}", username=reader.name, role=reader.role)
        yield "account.app_user", facts | {"territory_code": reader.territory}
        run = _named(f"run:{reader.name}", actor_id=reader.user, role=reader.role)
        run |= {"territory": reader.territory, "agency_id": reader.agency, "source_id": "x"}
        yield "intake.import_run", run
        located = {name: value for name, value in run.items() if name != "source_id"}
        yield "intake.locate_run", located | {"id": key(f"locating:{reader.name}")}
    other = {"id": OTHER_USER, "username": "other", "role": "street_worker"}
    yield "account.app_user", other
    yield "account.session", {"token_hash": b"t", "user_id": OTHER_USER}
    yield "account.api_key", _named("key:other", user_id=OTHER_USER, key_hash=b"k")
    yield "account.oidc_login", {"state_hash": b"s"}
    yield "account.rate", {"bucket": b"b"}
    yield "account.erasure", {"proof": b"p"}
    yield "account.secret", {"name": "planted"}


def _rows_about(cursor: psycopg.Cursor[Any], world: World, about: str) -> None:
    """A change and a conflict about each row, by its reader and by somebody else in turn."""
    for place, row in enumerate(list(world.rows[about])):
        actor = OTHER_USER if place % 2 else key("user:staff")
        facts = {"table_name": about, "row_id": row["id"], "actor_id": actor}
        for table in ("registry.change", "registry.edit_conflict"):
            row_key = insert(cursor, table, _filled(table, facts))
            world.add(table, row_key, {**facts, "id": row_key[0]})
