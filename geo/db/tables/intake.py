"""Imports and runs of the geocoder: what was asked for, how far it is, what became of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.db.tables import columns

import_run = Table(
    "import_run",
    columns.metadata,
    Column("id", Uuid, primary_key=True),
    Column("actor_id", Uuid, index=True),
    Column("role", Text, nullable=False),
    Column("territory", Text),
    Column("agency_id", Uuid),
    Column("register", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("content", LargeBinary, comment="the file until the import is done or dropped"),
    Column("sha256", Text, nullable=False),
    Column("mapping", JSONB, nullable=False, server_default=text("'{}'")),
    Column("mode", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("problem", JSONB, comment="language -> what went wrong"),
    Column("rows_total", Integer),
    Column("rows_done", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("beat_at", DateTime(timezone=True), comment="the worker's last sign of life"),
    Column("ended_at", DateTime(timezone=True)),
    columns.words("mode", "strict", "partial"),
    columns.words("state", "waiting", "running", "done", "failed", "cancelled", "undone"),
    schema="intake",
)

locate_run = Table(
    "locate_run",
    columns.metadata,
    Column("id", Uuid, primary_key=True),
    Column("actor_id", Uuid, index=True),
    Column("role", Text, nullable=False),
    Column("territory", Text),
    Column("agency_id", Uuid),
    Column("register", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("everything", Boolean, nullable=False, comment="also what was located before"),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0", comment="records gone through"),
    Column("total", Integer),
    Column("after_id", Uuid, comment="the last record that was written: it goes on after it"),
    Column("by_class", JSONB, nullable=False, server_default=text("'{}'")),
    Column("gazetteer_version", Text),
    Column("seconds", Double, nullable=False, server_default="0", comment="of work so far"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("beat_at", DateTime(timezone=True), comment="the worker's last sign of life"),
    Column("ended_at", DateTime(timezone=True)),
    columns.words("register", "people", "sites"),
    columns.words("state", "waiting", "running", "done", "cancelled", "stopped"),
    schema="intake",
)
