"""What was changed in the registers and decided about their places (schema registry)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.db.tables import columns


def _what_changed() -> list[Column[object]]:
    return [
        Column("table_name", Text, nullable=False),
        Column("row_id", Uuid, nullable=False),
        columns.area_code(),
        Column("agency_id", Uuid),
        Column("actor_id", Uuid),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ]


change = Table(
    "change",
    columns.metadata,
    columns.running_number(),
    *_what_changed(),
    Column("version", Integer, nullable=False, comment="the version this change made"),
    Column("before", JSONB, comment="changed fields only; null: the row was new"),
    Column("after", JSONB, comment="changed fields only; null: the row was deleted"),
    Column("import_id", Uuid, index=True),
    Column("decision_id", Uuid, index=True, comment="the decision about a place that made it"),
    Index("ix_change_row_id_version", "row_id", "version"),
    schema="registry",
)

edit_conflict = Table(
    "edit_conflict",
    columns.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    *_what_changed(),
    Column("field", Text, nullable=False),
    Column("kept", JSONB, comment="what stands in the row"),
    Column("other", JSONB, comment="what the later editor wrote"),
    Column("base_version", BigInteger, nullable=False),
    Column("resolved_by", Uuid),
    Column("resolved_at", DateTime(timezone=True)),
    Index("ix_edit_conflict_row_id", "row_id"),
    schema="registry",
)


def _of_register() -> list[Column[object]]:
    """Which records of which house something of places is about: never which record."""
    return [
        Column("register", Text, nullable=False),
        Column("address_key", Text, nullable=False, index=True, comment="as in the records"),
        columns.area_code(),
        Column("agency_id", Uuid, comment="the agency whose sites it is about"),
    ]


location_decision = Table(
    "location_decision",
    columns.metadata,
    Column("id", Uuid, primary_key=True),
    *_of_register(),
    Column("actor_id", Uuid, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("kind", Text, nullable=False),
    Column("changed", Integer, nullable=False, comment="records that it placed"),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Uuid),
    Column("kept", Integer, comment="records left alone by undoing: changed since"),
    columns.words("register", "people", "sites"),
    columns.words("kind", "alternative", "point", "keep", "refuse", "unlock"),
    schema="registry",
)

address_alias = Table(
    "address_alias",
    columns.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    *_of_register(),
    columns.geometry("POINT"),
    Column("location_class", Text, nullable=False),
    Column("radius_m", Double),
    Column("matched", Text),
    Column("actor_id", Uuid, nullable=False, comment="who taught it"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column(
        "decision_id",
        Uuid,
        ForeignKey("registry.location_decision.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("ended_by", Uuid, comment="the decision that took its place"),
    columns.words("register", "people", "sites"),
    columns.words("location_class", "address", "street", "postcode", "settlement", "municipality"),
    CheckConstraint("radius_m > 0 AND radius_m < 1000000", name="radius_positive"),
    columns.in_range(),
    schema="registry",
)
