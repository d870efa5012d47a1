"""Make, edit and remove register rows: merged, checked, with every change and both values kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.errors import Conflict, NotAllowed, NotFound
from geo.ids import new_id
from geo.registers.history import store as history
from geo.registers.history.store import RowOf
from geo.registers.records import codes, store, workflow
from geo.registers.records.catalogue import Register
from geo.registers.records.merge import Clash, merge
from geo.registers.records.reader import Reader
from geo.registers.records.spoken import spoken, spoken_row
from geo.registers.records.workflow import StageReason, Step

LISTS = ("choices", "codes")


@dataclass(frozen=True)
class Edit:
    """What an editor sent: typed values by column, the version they read, why a stage goes back.

    `beside` are columns set along that nobody reads: the match key.
    """

    wanted: Mapping[str, Any]
    version: int
    reason: StageReason | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Edited:
    """The row as it stands, and the fields in which it stands against the edit."""

    row: dict[str, Any]
    clashes: tuple[Clash, ...] = ()


def create(
    connection: Connection,
    register: Register,
    given: Mapping[str, Any],
    writer: Reader,
    *,
    synthetic: bool = False,
) -> dict[str, Any]:
    """Write a new row under a key made here; returns it as JSON. Raises InvalidInput."""
    key = new_id()
    values = _defaults(register, writer) | dict(given)
    described = frozenset(register.written) | {"parties"}
    after = spoken_row({name: values[name] for name in values if name in described})
    step = Step(None, after, frozenset(after), datetime.now(UTC))
    codes.check(connection, register, after, step.changed, writer.territory)
    values |= workflow.check(register.name, step)
    kept = {
        "id": key,
        "external_id": str(key),
        "source_id": register.source,
        "synthetic": synthetic,
        **values,
    }
    store.insert(connection, register, kept)
    row = store.own(connection, register, key)
    _keep(connection, register, row, writer, (None, after))
    return row


def edit(
    connection: Connection, register: Register, key: UUID, change: Edit, writer: Reader
) -> Edited:
    """Merge an edit into a row, field by field.

    Fields that others left alone since the editor's version are taken. Where both changed a field
    to different values the row keeps its own and the editor's is kept beside it as a conflict:
    nothing is lost, and the other fields are taken. Raises NotFound, NotAllowed, InvalidInput,
    Conflict for a version that never was.
    """
    _may_change(register, change.wanted, writer)
    row = _locked(connection, register, key)
    if change.version > row["version"]:
        raise Conflict(
            "The record was made anew since you read it.", hint="Read it again, then edit."
        )
    base = history.changed_since(connection, register.table_name, key, change.version)
    wanted = spoken_row(change.wanted)
    merged = merge(base, row, wanted)
    after = row
    if merged.taken or change.beside:
        taken = {name: change.wanted[name] for name in merged.taken} | dict(change.beside)
        after = _store(connection, register, row, taken, (writer, change.reason))
    else:
        after = _shown(connection, register, key, writer)
    about = _about(register, row, writer)
    for clash in merged.clashes:
        values = (clash.kept, clash.other)
        history.put_conflict(connection, about, change.version, clash.field, values)
    return Edited(after, merged.clashes)


def resolve(
    connection: Connection,
    register: Register,
    key: UUID,
    conflict_id: UUID,
    decision: tuple[str, Reader],
) -> Edited:
    """Decide a conflict: `kept` leaves the row, `other` puts the other value in.

    Where the row has moved on to a third value, `other` stores nothing and the conflict stays
    open: it comes back as the clash. Raises NotFound where there is no such open conflict.
    """
    take, writer = decision
    row = _locked(connection, register, key)
    about = _about(register, row, writer)
    found = history.conflict(connection, about, conflict_id)
    if found is None or found.field not in register.shown:
        raise NotFound("There is no such open conflict.")
    name, stands = found.field, row[found.field]
    # An import writes moments as the database says them.
    kept, other = (spoken(register.typed(name, value)) for value in (found.kept, found.other))
    if take == "other" and stands not in (kept, other):
        # Not raised: what is told of a person is noted, and a failure would take the note along.
        seen = _shown(connection, register, key, writer)
        return Edited(seen, (Clash(name, kept, other),))
    changes = take == "other" and stands != other
    if changes:
        _may_change(register, {name: other}, writer)
    if not history.settle(connection, about, conflict_id):
        raise NotFound("There is no such open conflict.")
    if not changes:
        return Edited(_shown(connection, register, key, writer))
    value = register.typed(name, other)
    return Edited(_store(connection, register, row, {name: value}, (writer, None)))


def remove(
    connection: Connection, register: Register, key: UUID, version: int, writer: Reader
) -> None:
    """Take a row out. Raises NotFound, NotAllowed, Conflict where it changed since."""
    row = _locked(connection, register, key)
    if row["version"] != version:
        raise Conflict("The record was changed since you read it.", hint="Read it again first.")
    before = {name: row[name] for name in register.written}
    _keep(connection, register, row, writer, (before, None))
    if not store.delete(connection, register, key):
        raise NotAllowed("This record is not yours to remove.")


# -- parts -------------------------------------------------------------------------------------


def _locked(connection: Connection, register: Register, key: UUID) -> dict[str, Any]:
    """The row, held for a change; the same NotFound for one not seen and one that is not."""
    row = store.lock(connection, register, key)
    if row is not None:
        return row
    if store.is_seen(connection, register.table_name, key):
        raise NotAllowed("You may read this record, not change it.")
    raise NotFound("There is no such record.")


def _shown(connection: Connection, register: Register, key: UUID, writer: Reader) -> dict[str, Any]:
    """The row told to an editor who changed nothing in it: a look like any other, and noted."""
    reader = replace(writer, purpose=writer.purpose or "correction")
    row = store.get(connection, register, key, reader)
    if row is None:
        raise NotFound("There is no such record.")
    return row


def _store(
    connection: Connection,
    register: Register,
    row: Mapping[str, Any],
    taken: Mapping[str, Any],
    by: tuple[Reader, StageReason | None],
) -> dict[str, Any]:
    """Check and write changed values; returns the row after."""
    writer, reason = by
    key, now = UUID(row["id"]), datetime.now(UTC)
    told = spoken_row({n: v for n, v in taken.items() if n in row})
    step = Step(row, {**row, **told}, frozenset(told), now, reason)
    codes.check(connection, register, step.after, step.changed, writer.territory)
    follows = workflow.check(register.name, step)
    values = {**taken, **follows}
    told |= spoken_row(follows)
    values["provenance"] = {**row["provenance"], **_origin(register, told, step, writer)}
    if not store.update(connection, register, key, values):
        raise NotAllowed("You may read this record, not change it.")
    after = store.own(connection, register, key)
    if told:
        before = {name: row[name] for name in told}
        _keep(connection, register, after, writer, (before, told))
    return after


def _origin(
    register: Register, told: Mapping[str, Any], step: Step, writer: Reader
) -> dict[str, Any]:
    """Where each changed value comes from: this house, today, by whom."""
    origin = {
        "source": register.source,
        "date": step.today.isoformat(),
        "official": True,
        "by": str(writer.user_id),
    }
    found: dict[str, Any] = dict.fromkeys(told, origin)
    if "stage" in told and step.reason:
        found["stage"] = {**origin, "reason": step.reason}
    return found


def _may_change(register: Register, wanted: Mapping[str, Any], writer: Reader) -> None:
    for name in wanted:
        if name != "parties" and name not in register.changeable(writer.role):
            raise NotAllowed(f"{name}: your role does not change this field.")


def _keep(
    connection: Connection,
    register: Register,
    row: Mapping[str, Any],
    writer: Reader,
    told: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
) -> None:
    about = _about(register, row, writer)
    history.note_change(connection, about, row["version"], *told)


def _about(register: Register, row: Mapping[str, Any], writer: Reader) -> RowOf:
    agency = row.get("agency_id") or row.get("to_agency_id")
    return RowOf(
        register.table_name,
        UUID(row["id"]),
        row.get("area_code") or row.get("origin_area_code"),
        UUID(agency) if agency else None,
        writer.user_id,
    )


def _defaults(register: Register, writer: Reader) -> dict[str, Any]:
    """What a new row says where its writer says nothing."""
    values = {
        name: register.typed(name, one.default)
        for name, one in register.written.items()
        if one.default is not None and not one.words_from
    }
    values |= {name: [] for name, one in register.written.items() if one.kind in LISTS}
    if "area_code" in register.written and writer.municipality:
        values["area_code"] = writer.municipality
    if register.name == "people":
        values["pseudonym"] = f"P-{secrets.token_hex(4).upper()}"
        values["address"] = ""
    if register.name == "referrals":
        values["sent_at"] = datetime.now(UTC)
    if register.name == "rounds":
        values["reporter_id"] = writer.user_id
    return values
