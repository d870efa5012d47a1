"""Read and write where records are, set by set, as the reader's own database role."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.engine import Connection, CursorResult

from geo.db import tables
from geo.db.access import HOUSE_SOURCES
from geo.db.bulk import copy_beside, driver_of
from geo.db.named_sql import load_queries

QUERIES = load_queries(__file__)
PLACES = load_queries(__file__, "places.sql")

RegisterName = Literal["people", "sites"]
Group = Literal["exact", "several", "street", "none", "changed"]
Kind = Literal["alternative", "point", "keep", "refuse", "unlock"]
KeptWhy = Literal["changed", "moved"]

TABLES: Mapping[RegisterName, Table] = {"people": tables.person, "sites": tables.site}
"""Registers whose records are located from an address."""

PLACE = (
    *("geom", "location_class", "radius_m", "location_reason", "matched", "gazetteer_version"),
    *("location_status", "location_source", "location_group"),
    *("location_locked_by", "location_locked_at", "alternatives"),
)
"""What a decision may change of a record, and taking it back restores; besides, a municipality where
the record had none."""

WRITTEN = (
    *("area_code", "geom", "location_class", "radius_m", "location_reason", "matched"),
    *("gazetteer_version", "address_key", "location_status", "location_source"),
    *("location_group", "alternatives"),
)
"""What the geocoder writes of a record."""


@dataclass(frozen=True)
class Due:
    """Which records a run goes through: those that wait, or all but what people or files gave."""

    register: RegisterName
    country: str
    everything: bool


@dataclass(frozen=True)
class Page:
    """Which part of the queue, and why it is read: `after` is (records, key) of the last address
    of the page before."""

    register: RegisterName
    role: str
    group: Group | None
    most: int
    after: tuple[int, str] | None = None
    purpose: str | None = None


@dataclass(frozen=True)
class Placed:
    """Where a person puts records; `keep`: where they are already. Radius in metres, EPSG:4326.
    `area_code`: the municipality for those that have none."""

    status: Literal["accepted", "refused"]
    keep: bool = False
    class_: str = "none"
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    area_code: str | None = None
    matched: str | None = None
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Decision:
    """A decision about one address of one house."""

    id: UUID
    register: RegisterName
    key: str
    kind: Kind
    area_code: str | None
    agency_id: UUID | None
    changed: int


class Point(Protocol):
    """A place on the map, EPSG:4326."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


def allow_time(connection: Connection) -> None:
    """Let this transaction take minutes, as no page may."""
    connection.execute(QUERIES["take_time"])


def count_due(connection: Connection, due: Due) -> int:
    """How many records a run will go through."""
    allow_time(connection)
    return int(_run(connection, "count_due", due.register, vars(due), due=DUE).scalar_one())


def next_due(connection: Connection, due: Due, after: UUID | None, most: int) -> pd.DataFrame:
    """The next records by their keys: id, version, address, municipality_text, postcode,
    area_code, agency_id, locked (decided, and its address is another one since), sensitive,
    kept_by_house (somebody of a municipality or agency brought it, not the operator)."""
    allow_time(connection)
    given = {**vars(due), "after": after, "most": most, "typed_in": list(HOUSE_SOURCES)}
    result = _run(connection, "due", due.register, given, due=DUE)
    # As objects: a missing text stays None.
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()), dtype=object)


def write_places(connection: Connection, register: RegisterName, found: pd.DataFrame) -> int:
    """Write places found (id, version and the columns of WRITTEN; geom in EPSG:4326); returns how
    many. Records that were changed or decided since they were read stay as they are."""
    return _write(connection, "write_places", register, found)


def write_proposals(connection: Connection, register: RegisterName, found: pd.DataFrame) -> int:
    """Write what was found for decided records with another address; where they are stays."""
    return _write(connection, "write_proposals", register, found)


def aliases(
    connection: Connection, registers: Sequence[RegisterName], keys: Sequence[str]
) -> pd.DataFrame:
    """What people taught about addresses and still holds, newest first: address_key, area_code,
    agency_id, lat, lon (EPSG:4326), location_class, radius_m (metres), matched."""
    found = []
    for register in registers:
        given = {"register": register, "keys": list(keys)}
        result = _run(connection, "aliases", register, given)
        found += [pd.DataFrame(result.fetchall(), columns=list(result.keys()), dtype=object)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def municipalities_near(
    connection: Connection, point: Point, codes: Iterable[str], official: float, derived: float
) -> set[str]:
    """Of these municipalities, those that hold a point or end no farther from it than `official`
    metres, or `derived` metres where their shape is derived."""
    given = {"lat": point.lat, "lon": point.lon, "codes": sorted(codes)}
    given |= {"official": official, "derived": derived}
    return set(connection.scalars(QUERIES["municipalities_near"], given))


def groups(connection: Connection, register: RegisterName, role: str) -> dict[str, int]:
    """How many different addresses wait for this reader, by group."""
    rows = _run(connection, "groups", register, {}, mine=_mine(register, role))
    return {row.location_group: row.addresses for row in rows}


def queue(connection: Connection, page: Page) -> list[dict[str, Any]]:
    """Addresses that wait, those of most records first; each once. Each person whose address is
    shown is noted in the same statement."""
    records, key = page.after or (None, None)
    given = vars(page) | {"records": records, "key": key}
    parts = {"mine": _mine(page.register, page.role), "noted": sql.SQL("")}
    if page.register == "people":
        person = sql.Identifier("registry", "person")
        parts["noted"] = sql.SQL(PLACES.statements["note_looks"].sql).format(table=person)
    found = _run(connection, "queue", page.register, given, **parts)
    return [dict(row) for row in found.mappings()]


def hold(connection: Connection, register: RegisterName, role: str, key: str) -> list[sa.Row[Any]]:
    """The records of an address that wait for this reader, held until the end of the transaction;
    `state` is what they are now."""
    given = {"key": key}
    mine = _mine(register, role)
    return list(_run(connection, "hold", register, given, mine=mine, state=_state(register)))


def hold_locked(
    connection: Connection, register: RegisterName, role: str, record: UUID
) -> sa.Row[Any] | None:
    """One record that a person placed, if it is this reader's to place, held until the end of the
    transaction; `state` is what it is now."""
    given = {"id": record}
    mine = _mine(register, role)
    found = _run(connection, "hold_locked", register, given, mine=mine, state=_state(register))
    return found.first()


def unlock(connection: Connection, decision: Decision, row: sa.Row[Any]) -> None:
    """Give a held record back to the next run, and keep what it was. What would put it back
    at once is over, whichever house taught it."""
    _run(connection, "unlock", decision.register, {"id": row.id})
    _note(connection, decision, [row])
    connection.execute(QUERIES["put_decision"], vars(decision))
    connection.execute(QUERIES["end_taught"], {"id": decision.id, "record": row.id})


def decide(
    connection: Connection, decision: Decision, rows: Sequence[sa.Row[Any]], placed: Placed
) -> None:
    """Place held records, and keep what they were."""
    given = {
        **vars(placed),
        "class": placed.class_,
        "reason": None if placed.reason is None else json.dumps(dict(placed.reason)),
        "ids": [row.id for row in rows],
    }
    _run(connection, "place", decision.register, given)
    _note(connection, decision, rows)
    connection.execute(QUERIES["put_decision"], vars(decision))


def _note(connection: Connection, decision: Decision, rows: Sequence[sa.Row[Any]]) -> None:
    noted = {
        "table": TABLES[decision.register].fullname,
        "ids": [row.id for row in rows],
        "states": [json.dumps(row.state) for row in rows],
        "decision": decision.id,
    }
    _run(connection, "note_placed", decision.register, noted, state=_state(decision.register))


def teach(
    connection: Connection, decision: Decision, placed: Placed, area_code: str | None
) -> None:
    """Keep a decision for the next record of a municipality with this address, in place of an
    earlier one."""
    given = vars(decision) | vars(placed) | {"class": placed.class_, "area_code": area_code}
    connection.execute(QUERIES["end_aliases"], given)
    connection.execute(QUERIES["put_alias"], given)


def decision(connection: Connection, key: UUID) -> sa.Row[Any] | None:
    """One decision (id, register, key, area_code, agency_id, changed, undone_at), held; None where it is
    not the reader's."""
    return connection.execute(QUERIES["decision"], {"id": key}).first()


def is_partly_seen(connection: Connection, role: str, decided: sa.Row[Any]) -> bool:
    """Whether a decision about sites placed some that this planner may not place: those of another
    municipality. A regional planner's decisions lie within the region."""
    if decided.register != "sites" or decided.agency_id or role in ("regional_planner", "job"):
        return False
    given = {"decision": decided.id}
    mine = _mine("sites", role)
    own = _run(connection, "own_of_decision", "sites", given, mine=mine).scalar_one()
    return bool(own < decided.changed)


def take_back(
    connection: Connection, role: str, decided: sa.Row[Any]
) -> tuple[int, list[tuple[UUID | None, KeptWhy]]]:
    """Undo a decision; returns how many records are as before, and those that stay, each with why.
    One that the reader no longer sees has no key.

    Records that were placed by what it taught are where an earlier decision puts them, or wait
    again for the next run.
    """
    register, key = decided.register, decided.id
    columns = [sql.Identifier(name) for name in PLACE]
    restored = sql.SQL(", ").join(
        sql.SQL("{0} = (jsonb_populate_record(t, c.before)).{0}").format(name) for name in columns
    )
    rows = _run(connection, "take_back", register, {"decision": key}, restored=restored).fetchall()
    noted = {
        "table": TABLES[register].fullname,
        "ids": [row.id for row in rows],
        "before": [json.dumps(row.before) for row in rows],
        "after": [json.dumps(row.after) for row in rows],
    }
    _run(connection, "note_taken_back", register, noted)
    back = {row.id for row in rows}
    placed = connection.scalars(QUERIES["rows_of_decision"], {"id": key})
    left = [one for one in placed if one not in back]
    unseen = set(
        _run(connection, "unseen", register, {"ids": left}, mine=_mine(register, role)).scalars()
    )
    kept: list[tuple[UUID | None, KeptWhy]] = [
        (one, "moved" if one in unseen else "changed") for one in left
    ]
    kept += [(None, "moved")] * (decided.changed - len(back) - len(left))
    connection.execute(QUERIES["undone"], {"id": key, "kept": len(kept)})
    connection.execute(QUERIES["unlearn"], {"id": key})
    for name in ("place_again", "ask_again"):
        _run(connection, name, register, {"decision": key})
    return len(back), kept


def decisions(connection: Connection, before: UUID | None, most: int) -> list[dict[str, Any]]:
    """Decisions of the reader's house, the newest first."""
    given = {"before": before, "most": most}
    return [dict(row) for row in connection.execute(QUERIES["decisions"], given).mappings()]


# -- composing -------------------------------------------------------------------------------------

DUE = sql.SQL("""(
    (t.location_locked_at IS NULL AND (t.location_status = 'pending' OR (%(everything)s
        AND coalesce(t.location_source, '') NOT IN ('import', 'gps'))))
    OR (t.location_group = 'changed' AND t.alternatives IS NULL))
    AND (t.area_code IS NULL OR t.area_code NOT IN (SELECT a.code FROM base.area a
        WHERE a.level = 'municipality' AND a.country <> %(country)s))""")

MUNICIPALITY = sql.SQL("""(SELECT n.name FROM base.area a JOIN base.area_name n ON n.area_id = a.id
    WHERE a.level = 'municipality' AND a.code = t.area_code ORDER BY n.lang = 'en', n.lang LIMIT 1)""")
"""Somebody who types no town means their own; a postcode says it better."""


HOLDS = sql.SQL("""EXISTS (SELECT FROM registry.change c JOIN {table} s ON s.id = c.row_id
    WHERE c.decision_id = a.decision_id AND s.area_code IS NOT DISTINCT FROM a.area_code AND {open})""")
"""What was taught goes with the records it came from: where the last is gone, moved away or has
become a site that may not be known, it places nothing and is told to nobody."""


def _municipality(register: RegisterName) -> sql.Composable:
    typed = sql.SQL("nullif(t.municipality_text, '')" if register == "people" else "NULL")
    own = sql.SQL("CASE WHEN coalesce(t.postcode, '') = '' THEN {} END").format(MUNICIPALITY)
    return sql.SQL("coalesce({}, {})").format(typed, own)


def _mine(register: RegisterName, role: str) -> sql.Composable:
    """Records that are the reader's to place, of those they see."""
    if register == "people":
        return sql.SQL("true")
    if role == "agency":
        return sql.SQL("t.agency_id = (SELECT base.current_agency())")
    if role == "job":
        return sql.SQL("true")
    return sql.SQL("NOT t.sensitive AND t.area_code = ANY ((SELECT base.current_areas())::text[])")


def _state(register: RegisterName) -> sql.Composable:
    """A record's place as JSON; a point as hexadecimal digits, so that nothing of it is lost."""
    parts = [
        sql.SQL("{}, {}").format(
            sql.Literal(name),
            sql.SQL("t.geom::text")
            if name == "geom"
            else sql.SQL("t.{}").format(sql.Identifier(name)),
        )
        for name in (*PLACE, "area_code")
    ]
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(parts))


def _write(connection: Connection, name: str, register: RegisterName, found: pd.DataFrame) -> int:
    if found.empty:
        return 0
    frame = found[["id", "version", *WRITTEN]]
    _, passing, _ = copy_beside(driver_of(connection).cursor(), TABLES[register], frame)
    assignments = sql.SQL(", ").join(
        sql.SQL("{0} = p.{0}").format(sql.Identifier(column)) for column in WRITTEN
    )
    written = _run(
        connection, name, register, {}, passing=passing, assignments=assignments
    ).rowcount
    connection.exec_driver_sql(
        sql.SQL("DROP TABLE {}").format(passing).as_string(driver_of(connection))
    )
    return written


def _run(
    connection: Connection,
    name: str,
    register: RegisterName,
    given: Mapping[str, Any],
    **parts: sql.Composable,
) -> CursorResult[Any]:
    """Run a statement of places.sql for a register; identifiers are our own tables' alone."""
    table = TABLES[register]
    sites = register == "sites"
    identifier = sql.Identifier(str(table.schema), table.name)
    composed = sql.SQL(PLACES.statements[name].sql).format(
        table=identifier,
        municipality=_municipality(register),
        agency=sql.SQL("t.agency_id" if sites else "NULL::uuid"),
        sensitive=sql.SQL("t.sensitive" if sites else "false"),
        holds=HOLDS.format(table=identifier, open=sql.SQL("NOT s.sensitive" if sites else "true")),
        **parts,
    )
    return connection.exec_driver_sql(composed.as_string(driver_of(connection)), dict(given))
