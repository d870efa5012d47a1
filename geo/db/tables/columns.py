"""Columns and checks that many tables share."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

TIERS = ("planner", "committee", "public")
SCHEMAS = (
    "base",
    "registry",
    "field",
    "account",
    "intake",
    "snapshot",
    "plan",
    *(f"pub_{tier}" for tier in TIERS),
)

LOCATION_STATUSES = ("pending", "located", "queued", "accepted", "refused")
"""Waits; found well; a person should look; a person said so; a person said there is none."""

LOCATION_SOURCES = ("gazetteer", "alias", "spot", "person", "import", "gps", "provider")
LOCATION_GROUPS = ("exact", "several", "street", "none", "changed")


def geometry(kind: str, name: str = "geom", *, nullable: bool = False) -> Column[object]:
    """A geometry in EPSG:4326 with its index."""
    return Column(name, Geometry(kind, srid=4326, spatial_index=True), nullable=nullable)


def in_range(name: str = "geom", *, valid: bool = False) -> CheckConstraint:
    """No NaN, no infinity, nothing off the map; NaN compares above every number in PostgreSQL."""
    rule = (
        f"ST_XMin({name}) >= -180 AND ST_XMax({name}) <= 180"
        f" AND ST_YMin({name}) >= -85.06 AND ST_YMax({name}) <= 85.06"
        f" AND NOT ST_IsEmpty({name})"
    )
    # A NaN vertex can hide from the bounding box of a polygon, never from the validity test.
    rule += f" AND ST_IsValid({name})" if valid else ""
    return CheckConstraint(rule, name=f"{name}_in_range")


def words(column: str, *listed: str) -> CheckConstraint:
    """Only these words."""
    quoted = ", ".join(f"'{word}'" for word in listed)
    return CheckConstraint(f"{column} IN ({quoted})", name=f"{column}_word")


def source() -> Column[str]:
    """The source a row came from."""
    return Column("source_id", Text, ForeignKey("base.source.id"), nullable=False, index=True)


def synthetic() -> Column[bool]:
    """Whether a row is invented."""
    return Column("synthetic", Boolean, nullable=False, comment="invented for the demo")


def area_code(name: str = "area_code", *, nullable: bool = True) -> Column[str]:
    """The municipality a row belongs to."""
    return Column(name, Text, nullable=nullable, index=True, comment="LAU code of a municipality")


def location() -> list[Column[object]]:
    """A place found from text, with how sure it is."""
    return [
        geometry("POINT", nullable=True),
        Column("location_class", Text, nullable=False, server_default="pending"),
        Column("radius_m", Double, comment="metres, true for 90 % of answers of its class"),
        Column("location_reason", JSONB, comment="language -> sentence"),
        Column("matched", Text),
        Column("gazetteer_version", Text),
        Column("address_key", Text, comment="keyed hash of the address: equal ones are equal"),
        Column("location_status", Text, nullable=False, server_default="pending"),
        Column("location_source", Text, comment="who or what found the place"),
        Column("location_group", Text, comment="where it stands in the queue; null: not in it"),
        Column("location_locked_by", Uuid, comment="who decided it; no run changes it any more"),
        Column("location_locked_at", DateTime(timezone=True)),
        Column("alternatives", JSONB, comment="other places that came near, best first"),
    ]


def located() -> list[CheckConstraint]:
    """What a place found from text must hold."""
    return [
        words(
            "location_class",
            "pending",
            "address",
            "street",
            "postcode",
            "settlement",
            "municipality",
            "none",
        ),
        words("location_status", *LOCATION_STATUSES),
        words("location_source", *LOCATION_SOURCES),
        words("location_group", *LOCATION_GROUPS),
        CheckConstraint("radius_m > 0 AND radius_m < 1000000", name="radius_positive"),
        CheckConstraint(
            "(location_locked_by IS NULL) = (location_locked_at IS NULL)", name="lock_whole"
        ),
        in_range(),
    ]


def location_indexes(table: str) -> list[Index]:
    """What the queue and a look for equal addresses are read by, within a municipality."""
    return [
        Index(
            f"ix_{table}_location_queue",
            "area_code",
            "location_group",
            "address_key",
            postgresql_where=text("location_group IS NOT NULL"),
        ),
        Index(f"ix_{table}_address_key", "address_key"),
        Index(
            f"ix_{table}_location_pending",
            "id",
            postgresql_where=text("location_status = 'pending'"),
        ),
    ]


def register_key() -> list[Column[object]]:
    """What every register row has: key, origin, version, and where its fields come from."""
    return [
        Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
        Column("external_id", Text, nullable=False, comment="the key in its source"),
        # Its index is that of the key (source_id, external_id).
        Column("source_id", Text, ForeignKey("base.source.id"), nullable=False),
        synthetic(),
        Column("version", Integer, nullable=False, server_default="1", comment="grows by an edit"),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("import_id", Uuid, index=True, comment="the import that brought the row"),
        Column(
            "provenance",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="field -> source, date, official; only where they differ from the row's",
        ),
    ]


def texts(name: str, comment: str = "") -> Column[list[str]]:
    """A list of codes, empty where nothing is said."""
    return Column(
        name, ARRAY(Text), nullable=False, server_default=text("'{}'"), comment=comment or None
    )


def running_number() -> Column[int]:
    """A running number as key."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)
