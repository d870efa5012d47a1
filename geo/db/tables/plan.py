"""Plans: what scenarios would do, kept with the exact counts they rest on."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, LargeBinary, Table, Text, func

from geo.db.tables import columns

scenario = Table(
    "scenario",
    columns.metadata,
    Column("id", Text, primary_key=True, comment="hash of the result"),
    Column(
        "snapshot_id",
        Text,
        ForeignKey("snapshot.snapshot.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("result", LargeBinary, nullable=False, comment="canonical JSON; it holds exact counts"),
    Column("code_version", Text, nullable=False, comment="of the code that computed it"),
    Column("made_by", Text, nullable=False, comment="account of the operating system"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema="plan",
)
