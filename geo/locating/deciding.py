"""What people decide about places: an address at a time, undone as one action, remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.errors import Conflict, InvalidInput, NotFound
from geo.ids import new_id
from geo.locating import pins
from geo.locating.keys import DIGITS
from geo.locating.pins import Pin
from geo.registers.locations import store
from geo.registers.locations.store import Decision, KeptWhy, Kind, Placed, RegisterName
from geo.secret import keyed_hash
from geo.settings import Settings

BY_HAND = {
    "en": "A person put it on the map.",
    "el": "Κάποιος το τοποθέτησε στον χάρτη.",
}
CHOSEN = {
    "en": "A person chose it among the places that fit.",
    "el": "Κάποιος το επέλεξε από τις τοποθεσίες που ταιριάζουν.",
}
NO_PLACE = {
    "en": "A person said that there is no such place.",
    "el": "Κάποιος είπε ότι δεν υπάρχει τέτοια τοποθεσία.",
}
ELSEWHERE = "This place is no longer among those of the address: it was looked for anew."
READ_AGAIN = "Read the queue again, then decide."
PARTLY = "This decision also placed records that are not yours to change. Nothing was changed."
PARTLY_HINT = "Ask somebody who sees all municipalities of the decision."
OF_NONE = "alternative: lies outside the municipality of these records."
NO_ADDRESS = "all_equal: these records have no address in common, for they have none."
NO_ADDRESS_HINT = "Nothing was changed. Decide for one record at a time."
SAID = ("class", "matched", "lat", "lon", "radius_m", "area_code")
"""What makes a place this one."""


@dataclass(frozen=True)
class Choice:
    """What a person decided about an address: one of the alternatives, a pin, what stands, or
    that there is no such place. `shown`: the key of the place it is about, as it was shown;
    `record`: the key of the one record it is for, else it is for all with this address."""

    register: RegisterName
    key: str
    kind: Kind
    shown: str | None = None
    pin: Pin | None = None
    record: str | None = None


@dataclass(frozen=True)
class Decided:
    """What a decision did."""

    id: UUID
    changed: int
    alias: bool


@dataclass(frozen=True)
class Undone:
    """What taking a decision back did; `kept` are records that stay: somebody changed them since,
    or they moved to where the reader changes nothing."""

    changed: int
    kept: tuple[tuple[UUID | None, KeptWhy], ...]


def place_key(settings: Settings, item: str, place: Mapping[str, Any]) -> str:
    """What a place of an item of the queue is named by: another class, name, point, radius or
    municipality is another key. It tells nobody the place."""
    said = [item, *(place.get(one) for one in SAID)]
    return keyed_hash(settings, "place", json.dumps(said)).hex()[:DIGITS]


def record_key(settings: Settings, record: UUID) -> str:
    """What the record that an item shows is named by."""
    return keyed_hash(settings, "place of record", str(record)).hex()[:DIGITS]


def standing(row: Mapping[str, Any]) -> dict[str, Any]:
    """Where a record stands, as a place that has a key."""
    return {**row, "class": row["location_class"]}


def decide(connection: Connection, settings: Settings, role: str, choice: Choice) -> Decided:
    """Place the records of an address where a person says, and lock them.

    What stands at a point is remembered for the next record with this address in each
    municipality concerned, unless it is for one record alone or for sensitive sites. Raises
    NotFound where nothing of this address waits for this reader, Conflict where what was shown is
    no longer there, InvalidInput for a pin outside the records' municipality.
    """
    rows = store.hold(connection, choice.register, role, choice.key)
    if choice.record is not None:
        rows = [row for row in rows if record_key(settings, row.id) == choice.record]
    if not rows:
        raise NotFound(
            "Nothing of this address waits for a decision.", hint="Read the queue again."
        )
    if choice.record is None and choice.kind != "refuse" and _says_nothing(rows[0].address):
        raise InvalidInput(NO_ADDRESS, hint=NO_ADDRESS_HINT)
    if choice.kind == "keep":
        rows = _as_shown(settings, choice, rows)
    placed = _placed(connection, settings, choice, rows)
    if choice.kind == "alternative" and choice.record is None:
        rows = _of_place(settings, choice, rows, placed)
    first = rows[0]
    decision = Decision(
        id=new_id(),
        register=choice.register,
        key=choice.key,
        kind=choice.kind,
        area_code=first.area_code or placed.area_code,
        # What an agency decides of its own sites holds for them alone.
        agency_id=first.agency_id if role == "agency" else None,
        changed=len(rows),
    )
    store.decide(connection, decision, rows, placed)
    lesson = _lesson(first) if placed.keep else placed
    taught: list[str | None] = []
    if lesson.lat is not None and lesson.class_ != "municipality" and choice.record is None:
        # That it is somewhere in its municipality is nothing to learn.
        # Where a refuge is places no other site, and is told by none.
        known = [row.area_code or placed.area_code for row in rows if not row.sensitive]
        taught = list(dict.fromkeys(known))
    for area_code in taught:
        store.teach(connection, decision, lesson, area_code)
    return Decided(decision.id, len(rows), bool(taught))


def _says_nothing(address: str | None) -> bool:
    """Whether nothing is written that could be a place: '-', '?', '...' of different people."""
    return not any(map(str.isalnum, address or ""))


def unlock(connection: Connection, role: str, register: RegisterName, record: UUID) -> Decided:
    """Give a record that a person placed back to the next run, with the address it has.

    What was taught and would put it back is over too, whichever house taught it. It is a decision
    as others, and can be taken back. Raises NotFound where no such record is the reader's to place, or nobody
    locked it.
    """
    row = store.hold_locked(connection, register, role, record)
    if row is None:
        raise NotFound(
            "There is no such record that a person placed.", hint="Read the record again."
        )
    decision = Decision(
        id=new_id(),
        register=register,
        key=row.address_key or "",
        kind="unlock",
        area_code=row.area_code,
        agency_id=row.agency_id if role == "agency" else None,
        changed=1,
    )
    store.unlock(connection, decision, row)
    return Decided(decision.id, 1, False)


def undo(connection: Connection, role: str, key: UUID) -> Undone:
    """Take a decision back as one action: its records are what they were, what it taught is over.

    Records that somebody changed since stay and are told; those that were placed by what it
    taught are placed by what it had taken the place of, or wait for the next run. Raises NotFound,
    Conflict: also where the reader sees but a part of it; nothing is changed then.
    """
    found = store.decision(connection, key)
    if found is None:
        raise NotFound("There is no such decision.")
    if found.undone_at is not None:
        raise Conflict("This decision was taken back before.")
    if store.is_partly_seen(connection, role, found):
        raise Conflict(PARTLY, hint=PARTLY_HINT)
    changed, kept = store.take_back(connection, role, found)
    return Undone(changed, tuple(kept))


def _as_shown(settings: Settings, choice: Choice, rows: Sequence[Any]) -> list[Any]:
    """Records that stand where the reader was shown; the others go on waiting."""
    same = [
        row
        for row in rows
        if place_key(settings, choice.key, standing(row._mapping)) == choice.shown
    ]
    if not same:
        raise Conflict(ELSEWHERE, hint=READ_AGAIN)
    return same


def _of_place(settings: Settings, choice: Choice, rows: Sequence[Any], placed: Placed) -> list[Any]:
    """Records that a place was found for in their own municipality, or that have none; the others
    go on waiting."""
    own = [
        row
        for row in rows
        if None in (row.area_code, placed.area_code) or row.area_code == placed.area_code
    ]
    own = [row for row in own if _alternative(settings, choice, row) is not None]
    if not own:
        raise InvalidInput(OF_NONE, hint=NO_ADDRESS_HINT)
    return own


def _alternative(settings: Settings, choice: Choice, row: Any) -> Mapping[str, Any] | None:
    """The place that was shown, as one of those found for a record."""
    for one in row.alternatives or ():
        if place_key(settings, choice.key, one) == choice.shown:
            found: Mapping[str, Any] = one
            return found
    return None


def _placed(
    connection: Connection, settings: Settings, choice: Choice, rows: Sequence[Any]
) -> Placed:
    if choice.kind == "refuse":
        return Placed("refused", reason=NO_PLACE)
    if choice.kind == "keep":
        return Placed("accepted", keep=True)
    if choice.pin is not None:
        pin = choice.pin
        return Placed(
            "accepted",
            class_=pins.class_of(pin.radius_m),
            lat=pin.lat,
            lon=pin.lon,
            radius_m=pin.radius_m,
            area_code=pins.municipality_of(connection, pin, [row.area_code for row in rows]),
            reason=BY_HAND,
        )
    for row in rows:
        if (one := _alternative(settings, choice, row)) is not None:
            return _chosen(one)
    raise Conflict(ELSEWHERE, hint=READ_AGAIN)


def _chosen(one: Mapping[str, Any]) -> Placed:
    return Placed(
        "accepted",
        class_=one.get("class") or "street",
        lat=one["lat"],
        lon=one["lon"],
        radius_m=one.get("radius_m"),
        area_code=one.get("area_code"),
        matched=one["matched"],
        reason=CHOSEN,
    )


def _lesson(row: Any) -> Placed:
    """What is taught by keeping what stands."""
    return Placed(
        "accepted",
        class_=row.location_class,
        lat=row.lat,
        lon=row.lon,
        radius_m=row.radius_m,
        matched=row.matched,
    )
