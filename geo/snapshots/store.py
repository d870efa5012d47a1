"""Keep snapshots and give them back; nothing here ever changes one."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.bulk import insert_frame, read_frame, read_geoframe
from geo.db.named_sql import load_queries
from geo.db.tables import metadata
from geo.errors import NotFound
from geo.snapshots.freeze import Content, checksum

QUERIES = load_queries(__file__)
TABLES = {"zones": "zone", "values": "value", "services": "service_point", "pockets": "pocket"}


def put(connection: Connection, snapshot_id: str, content: Content) -> bool:
    """Keep a frozen content; False when the very same is there already."""
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
    """Whether each table of a snapshot still has the checksum its manifest states."""
    content = get(connection, snapshot_id)
    stated = content.manifest["checksums"]
    return {name: checksum(frame) == stated[name] for name, frame in content.tables().items()}
