"""Exact results, frozen, and what each tier may see of them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geo.db.tables import columns


def _result_tables(schema: str, key: str, parent: str) -> None:
    """The same shape holds a snapshot's exact results and what a tier may see of them."""

    def owner() -> Column[str]:
        return Column(
            key, Text, ForeignKey(f"{schema}.{parent}.id", ondelete="CASCADE"), primary_key=True
        )

    Table(
        "zone",
        columns.metadata,
        owner(),
        Column("code", Text, primary_key=True),
        Column("level", Text, nullable=False),
        Column("parent_code", Text),
        Column("name_en", Text, nullable=False),
        Column("name_el", Text, nullable=False),
        Column("geometry_kind", Text, nullable=False),
        columns.geometry("MULTIPOLYGON"),
        columns.in_range(valid=True),
        schema=schema,
    )
    Table(
        "value",
        columns.metadata,
        owner(),
        Column("indicator", Text, primary_key=True),
        Column("breakdown", Text, primary_key=True),
        Column("area_code", Text, primary_key=True),
        Column("value", Double),
        Column("low", Double),
        Column("high", Double),
        Column("category", Text),
        Column("status", Text, nullable=False),
        Column("period", Text, nullable=False),
        Column("explanation", JSONB, nullable=False, comment="language -> why this number"),
        CheckConstraint(
            "value <> 'NaN' AND abs(value) < 'Infinity' AND low <> 'NaN' AND high <> 'NaN'",
            name="finite",
        ),
        CheckConstraint(
            "status IN ('shown', 'held') OR (value IS NULL AND low IS NULL AND high IS NULL"
            " AND category IS NULL)",
            name="only_shown_values",
        ),
        schema=schema,
    )
    Table(
        "service_point",
        columns.metadata,
        owner(),
        Column("code", Text, primary_key=True),
        Column("service_type", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("area_code", Text),
        Column("capacity", Integer),
        Column("location_class", Text, nullable=False),
        Column("radius_m", Double),
        Column("synthetic", Boolean, nullable=False),
        columns.geometry("POINT"),
        columns.in_range(),
        schema=schema,
    )
    Table(
        "pocket",
        columns.metadata,
        owner(),
        Column("id", Text, primary_key=True),
        Column("members", ARRAY(Text), nullable=False),
        Column("evidence", JSONB, nullable=False),
        schema=schema,
    )


snapshot = Table(
    "snapshot",
    columns.metadata,
    Column("id", Text, primary_key=True, comment="hash of the content"),
    Column("region_code", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("demo", Boolean, nullable=False),
    Column("manifest", JSONB, nullable=False),
    schema="snapshot",
)
_result_tables("snapshot", "snapshot_id", "snapshot")

snapshot_input = Table(
    "input",
    columns.metadata,
    Column(
        "snapshot_id",
        Text,
        ForeignKey("snapshot.snapshot.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("name", Text, primary_key=True, comment="what it is: cells, needs, facts"),
    Column("sha256", Text, nullable=False, comment="of the content before it was compressed"),
    Column("content", LargeBinary, nullable=False, comment="JSON, compressed (zlib)"),
    schema="snapshot",
)

for _tier in columns.TIERS:
    Table(
        "release",
        columns.metadata,
        Column("id", Text, primary_key=True),
        Column("snapshot_id", Text, nullable=False),
        Column("region_code", Text, nullable=False),
        Column("region_names", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("demo", Boolean, nullable=False),
        Column("k", Integer, nullable=False),
        Column("rounded_to", Integer),
        Column("rule_version", Text, nullable=False),
        Column("manifest", JSONB, nullable=False, comment="indicators, sources, counts by status"),
        schema=f"pub_{_tier}",
    )
    _result_tables(f"pub_{_tier}", "release_id", "release")
