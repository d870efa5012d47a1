"""Rows a reader may try to write: copies of every planted row under the reader's own name, and forgeries."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from geo.db import access
from tests.acceptance.access.readers import OTHER_USER, Reader
from tests.acceptance.access.world import (
    AGENCIES,
    AREAS,
    REQUIRED,
    Row,
    Values,
    World,
    is_register,
    key,
)

NOBODY = uuid.UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")
"""The key of a row that does not exist."""

DERIVED = {
    "registry.service": ("area_code", "sensitive"),
    "registry.staff": ("agency_id",),
    "registry.resident": ("agency_id",),
    "registry.referral": ("area_code", "to_agency_id"),
    "registry.need": ("area_code",),
    "registry.contact": ("area_code",),
    "registry.assignment": ("area_code",),
}
"""Columns that the database sets itself where a row has a parent."""

FREE_FACTS = {
    "area_code": (*AREAS, None),
    "agency_id": tuple(key(f"agency:{name}") for name in AGENCIES),
    "to_agency_id": tuple(key(f"agency:{name}") for name in ("A1", "A2")),
    "sensitive": (True, False),
    "origin_area_code": ("M1", "M2"),
    "user_id": (OTHER_USER,),
    "kept_by": (OTHER_USER,),
    "register": ("people", "sites"),
    "actor_id": (OTHER_USER,),
    "role": ("admin", "national"),
    "territory": ("M2", "xx"),
}
"""What a writer may set a deciding column to."""


def inserts(world: World, reader: Reader, table: str) -> Iterator[tuple[str, Values]]:
    """Rows to insert, with a word for what is tried."""
    for name, facts in _anchors(world, reader, table):
        yield name, fresh(reader, table, facts)
        for forged in _forged(reader, table, facts):
            yield f"{name}, forged", fresh(reader, table, forged)


def fresh(reader: Reader, table: str, facts: Values) -> dict[str, Any]:
    """The values of a new row with these facts, under a key and a source of its writer's own."""
    values: dict[str, Any] = {**REQUIRED.get(table, {}), **facts}
    made = uuid.uuid4()
    if "id" in values and table not in {"registry.change", "account.audit_event"}:
        values["id"] = made
    if is_register(table):
        values |= {"synthetic": True, "external_id": str(made), "source_id": _source(reader)}
    one_of_a_kind: Mapping[str, Values] = {
        "registry.assignment": {"assigned_on": "2026-02-01"},
        "field.observation": {"report_id": made},
        "account.app_user": {"username": str(made)},
        "account.session": {"token_hash": made.bytes},
        "account.api_key": {"key_hash": made.bytes},
        "account.oidc_login": {"state_hash": made.bytes},
        "account.rate": {"bucket": made.bytes},
        "account.erasure": {"proof": made.bytes},
        "account.secret": {"name": str(made)},
    }
    return values | dict(one_of_a_kind.get(table, {}))


def _source(reader: Reader) -> str:
    return reader.own_source or "office"


Tried = Iterator[tuple[str, Values]]


def _anchors(world: World, reader: Reader, table: str) -> Tried:
    """What every planted row says; for tables with few possible rows all that could be said."""
    match table:
        case "registry.agreement_party":
            yield from _parties(world)
        case "registry.duplicate":
            yield from _pairs(world)
        case "account.audit_event":
            for actor in (reader.user, OTHER_USER):
                yield "event", {"actor_id": actor}
        case "account.audit_link":
            yield "link", {"place": 10**9, "event_id": 1, "hash": b"h"}
        case "registry.change" | "registry.edit_conflict":
            yield from _about_rows(world, reader, table)
        case _:
            for row in world.rows[table]:
                given = {k: v for k, v in row.facts.items() if k not in DERIVED.get(table, ())}
                given |= {k: row[k] for k in ("area_code",) if _own_area(table, row)}
                yield f"like {row.key[0]}", _by(reader, given)


def _parties(world: World) -> Tried:
    there = {row.key for row in world.rows["registry.agreement_party"]}
    agreements = [row["id"] for row in world.rows["registry.agreement"]]
    for pair in itertools.product(agreements, FREE_FACTS["agency_id"]):
        if pair not in there:
            yield "pair", dict(zip(("agreement_id", "agency_id"), pair, strict=True))


def _pairs(world: World) -> Tried:
    there = {(row["person_a"], row["person_b"]) for row in world.rows["registry.duplicate"]}
    persons = sorted(row["id"] for row in world.rows["registry.person"])
    for pair in itertools.combinations(persons, 2):
        for area in {world.by_id["registry.person", pair[0]]["area_code"], "M2"}:
            if pair not in there:
                facts = {"id": pair[0], "person_a": pair[0], "person_b": pair[1]}
                yield "pair", {**facts, "area_code": area}


def _about_rows(world: World, reader: Reader, table: str) -> Tried:
    made = {} if table == "registry.change" else {"id": NOBODY}
    rows = [(row["table_name"], row["row_id"]) for row in world.rows[table]]
    for about, row_id in (*rows, ("registry.person", NOBODY)):
        for actor in (reader.user, OTHER_USER):
            facts = {**made, "table_name": about, "row_id": row_id, "actor_id": actor}
            yield f"about {about}", facts


def _own_area(table: str, row: Row) -> bool:
    """Needs and contacts of nobody in particular say themselves where they stand."""
    return table in {"registry.need", "registry.contact"} and not (
        row["person_id"] or row["household_id"]
    )


BYLINES = ("reporter_id", "kept_by")
"""Columns that say who wrote a row; decisions bear that of the planted ones, and the writer's."""


def _by(reader: Reader, facts: Values) -> Values:
    """Reported by the writer; the others' reports are among the forgeries."""
    return {
        name: (reader.user or (value if name == "kept_by" else None)) if name in BYLINES else value
        for name, value in facts.items()
    }


def _forged(reader: Reader, table: str, facts: Values) -> Iterator[Values]:
    """The same row, claimed to stand in one's own place or to be somebody else's doing."""
    own = {"area_code": reader.territory, "agency_id": reader.agency, "to_agency_id": reader.agency}
    claimed = {name: own.get(name, False) for name in DERIVED.get(table, ())}
    if claimed:
        yield {**facts, **claimed}
    for name in BYLINES:
        if name in facts:
            yield {**facts, name: OTHER_USER}
    if "decision_id" in facts or table == "registry.location_decision":
        yield {**facts, "actor_id": reader.user or OTHER_USER}


def others_of(world: World, table: str, column: str) -> tuple[Any, ...]:
    """What a column can be set to: every row it may point to, one that is not there, other facts."""
    references = access.matrix()[table].references if table in access.matrix() else {}
    if column in references:
        targets = {row["id"] for row in world.rows[references[column]]}
        return (*sorted(targets), NOBODY)
    return FREE_FACTS.get(column, ())
