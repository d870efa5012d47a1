"""Keep snapshots and give them back; nothing here ever changes one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.bulk import insert_frame, read_frame, read_geoframe
from geo.db.named_sql import load_queries
from geo.db.tables import metadata
from geo.errors import InvalidInput, NotFound
from geo.snapshots.freeze import Content, checksum
from geo.snapshots.inputs import digest

QUERIES = load_queries(__file__)
TABLES = {"zones": "zone", "values": "value", "services": "service_point", "pockets": "pocket"}
COMPRESSION = 6


def put(
    connection: Connection,
    snapshot_id: str,
    content: Content,
    inputs: Mapping[str, bytes] | None = None,
) -> bool:
    """Keep a frozen content and the inputs it came from; False when the very same is there."""
    row = {
        "id": snapshot_id,
        "region_code": content.region_code,
        "demo": content.demo,
        "manifest": json.dumps(content.manifest, ensure_ascii=False),
    }
    if connection.execute(QUERIES["put_snapshot"], row).first() is None:
        return False
    for name, frame in content.tables().items():
        table = metadata.tables[f"snapshot.{TABLES[name]}"]
        named = pd.DataFrame(frame.rename(columns={"geometry": "geom"}))
        insert_frame(connection, table, named.assign(snapshot_id=snapshot_id))
    for name, told in (inputs or {}).items():
        packed = zlib.compress(told, COMPRESSION)
        kept = {"id": snapshot_id, "name": name, "sha256": digest(told), "content": packed}
        connection.execute(QUERIES["put_input"], kept)
    return True


def get(connection: Connection, snapshot_id: str) -> Content:
    """A snapshot as it was frozen; raises NotFound."""
    row = connection.execute(QUERIES["snapshot"], {"id": snapshot_id}).first()
    if row is None:
        raise NotFound(f"There is no snapshot {snapshot_id}.", hint="See `needsmap snapshot list`.")
    key = {"id": snapshot_id}
    return Content(
        region_code=row.region_code,
        demo=row.demo,
        zones=read_geoframe(connection, QUERIES["zones"], key),
        values=read_frame(connection, QUERIES["values"], key),
        services=read_geoframe(connection, QUERIES["services"], key),
        pockets=read_frame(connection, QUERIES["pockets"], key),
        manifest=row.manifest,
    )


def listed(connection: Connection) -> list[sa.Row[Any]]:
    """All snapshots, newest first: id, region_code, created_at, demo, manifest."""
    return list(connection.execute(QUERIES["snapshots"]))


def created_at(connection: Connection, snapshot_id: str) -> datetime:
    """When a snapshot was first frozen."""
    row = connection.execute(QUERIES["snapshot"], {"id": snapshot_id}).one()
    made: datetime = row.created_at
    return made


def verify(connection: Connection, snapshot_id: str) -> dict[str, bool]:
    """Whether each table and input of a snapshot still has the checksum its manifest states."""
    content = get(connection, snapshot_id)
    stated = content.manifest["checksums"]
    tables = {name: checksum(frame) == stated[name] for name, frame in content.tables().items()}
    stated_inputs = content.manifest.get("inputs", {})
    kept = _kept_inputs(connection, snapshot_id)
    return tables | {
        f"input {name}": name in kept
        and name in stated_inputs
        and digest(kept[name]) == stated_inputs[name]
        for name in sorted({*stated_inputs, *kept})
    }


def inputs(connection: Connection, snapshot_id: str) -> dict[str, bytes]:
    """What the analysis of a snapshot started from, by name, as geo.snapshots.inputs spells it.

    Raises NotFound where there is no such snapshot or its inputs were not kept, InvalidInput where
    they are not what its manifest states.
    """
    row = connection.execute(QUERIES["snapshot"], {"id": snapshot_id}).first()
    if row is None:
        raise NotFound(f"There is no snapshot {snapshot_id}.", hint="See `needsmap snapshot list`.")
    stated = row.manifest.get("inputs")
    if not stated:
        raise NotFound(
            f"What snapshot {snapshot_id} was computed from was not kept with it.",
            hint=f"It is of an older version. Make a new one: `needsmap analyse {row.region_code}`.",
        )
    kept = _kept_inputs(connection, snapshot_id)
    if {name: digest(told) for name, told in kept.items()} != stated:
        raise InvalidInput(
            f"The inputs of snapshot {snapshot_id} are not those that its manifest states.",
            hint=f"`needsmap snapshot verify {snapshot_id}` says which were changed.",
        )
    return kept


def latest(connection: Connection, region: str) -> str:
    """The id of a region's newest snapshot; raises NotFound."""
    found = connection.scalar(QUERIES["latest"], {"region": region})
    if found is None:
        raise NotFound(
            f"There is no snapshot of {region}.", hint=f"Make one: `needsmap analyse {region}`."
        )
    return str(found)


def _kept_inputs(connection: Connection, snapshot_id: str) -> dict[str, bytes]:
    """By name; what cannot be unpacked comes as no bytes, which no manifest states."""
    found = {}
    for row in connection.execute(QUERIES["inputs"], {"id": snapshot_id}):
        try:
            found[str(row.name)] = zlib.decompress(bytes(row.content))
        except zlib.error:
            found[str(row.name)] = b""
    return found
