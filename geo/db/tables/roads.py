"""Roads to travel on: one network a country, kept as the arrays that it is read as."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.db.tables import columns

road_network = Table(
    "road_network",
    columns.metadata,
    Column("country", Text, primary_key=True, comment="ISO 3166-1, two small letters"),
    columns.source(),
    Column("version", Text, nullable=False, comment="names the content of the network"),
    Column("newest_edit", Date, comment="when a road was last edited, where the source tells"),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("nodes", Integer, nullable=False),
    Column("pieces", Integer, nullable=False, comment="of road, between nodes"),
    Column("modes", JSONB, nullable=False, comment="mode -> km/h from a place to its road"),
    CheckConstraint("nodes >= 0 AND pieces >= 0", name="sizes_not_negative"),
    schema="base",
)

road_values = Table(
    "road_values",
    columns.metadata,
    Column(
        "country",
        Text,
        ForeignKey("base.road_network.country", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("name", Text, primary_key=True, comment="what the numbers are: lon, tail, car_there"),
    Column("content", LargeBinary, nullable=False, comment="eight bytes a number, lowest first"),
    CheckConstraint("length(content) % 8 = 0", name="content_whole"),
    schema="base",
)
