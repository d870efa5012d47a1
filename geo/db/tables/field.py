"""Street work: where teams looked and what they reported (row-level security)."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from geo.db.tables import columns

round_ = Table(
    "round",
    columns.metadata,
    *columns.register_key(),
    columns.area_code(),
    Column("reporter_id", Uuid, index=True),
    Column("team", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("minutes", Integer, nullable=False),
    UniqueConstraint("source_id", "external_id"),
    CheckConstraint("minutes > 0 AND ended_at > started_at", name="time_order"),
    schema="field",
)

observation = Table(
    "observation",
    columns.metadata,
    *columns.register_key(),
    Column(
        "report_id",
        Uuid,
        comment="made by the device: a resend is the same row; each reporter's are apart",
    ),
    Column("round_id", Uuid, ForeignKey("field.round.id"), index=True),
    Column("reporter_id", Uuid, index=True),
    Column("observed_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("channel", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("people_count", Integer, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default="identification"),
    columns.area_code(),
    columns.geometry("POINT"),
    Column("accuracy_m", Double, nullable=False),
    UniqueConstraint("source_id", "external_id"),
    UniqueConstraint("reporter_id", "report_id"),
    columns.words("urgency", "low", "medium", "high"),
    columns.words("channel", "street_work", "hotline"),
    columns.words("stage", "identification", "recording", "assessment", "monitoring"),
    CheckConstraint("people_count BETWEEN 0 AND 500", name="people_range"),
    CheckConstraint("accuracy_m > 0 AND accuracy_m <= 100000", name="accuracy_range"),
    CheckConstraint("length(note) <= 2000", name="note_length"),
    columns.in_range(),
    Index("ix_observation_real", "id", postgresql_where=text("NOT synthetic")),
    schema="field",
)
