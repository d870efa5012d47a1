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

named_spot = Table(
    "named_spot",
    columns.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    columns.synthetic(),
    Column("version", Integer, nullable=False, server_default="1", comment="grows by an edit"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("name", Text, nullable=False, comment="as the team calls it"),
    columns.texts("names", "other names of the same spot"),
    Column("note", Text, nullable=False, server_default=""),
    columns.geometry("POINT"),
    Column("radius_m", Double, nullable=False, comment="metres: how far the spot reaches"),
    columns.area_code(),
    Column("kept_by", Uuid, nullable=False, comment="who made it"),
    CheckConstraint("length(name) BETWEEN 1 AND 200", name="name_length"),
    CheckConstraint("length(note) <= 2000", name="note_length"),
    CheckConstraint("cardinality(names) <= 20", name="names_number"),
    CheckConstraint("radius_m > 0 AND radius_m <= 5000", name="radius_range"),
    columns.in_range(),
    schema="field",
)
