"""Every table once; a test holds that the migrations end in exactly these."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
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
SCHEMAS = ("base", "registry", "field", "account", "snapshot", *(f"pub_{tier}" for tier in TIERS))


def _geometry(kind: str, name: str = "geom", *, nullable: bool = False) -> Column[object]:
    return Column(name, Geometry(kind, srid=4326, spatial_index=True), nullable=nullable)


def _in_range(name: str = "geom", *, valid: bool = False) -> CheckConstraint:
    """No NaN, no infinity, nothing off the map; NaN compares above every number in PostgreSQL."""
    rule = (
        f"ST_XMin({name}) >= -180 AND ST_XMax({name}) <= 180"
        f" AND ST_YMin({name}) >= -85.06 AND ST_YMax({name}) <= 85.06"
        f" AND NOT ST_IsEmpty({name})"
    )
    # A NaN vertex can hide from the bounding box of a polygon, never from the validity test.
    rule += f" AND ST_IsValid({name})" if valid else ""
    return CheckConstraint(rule, name=f"{name}_in_range")


def _words(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_word")


def _source() -> Column[str]:
    return Column("source_id", Text, ForeignKey("base.source.id"), nullable=False, index=True)


def _synthetic() -> Column[bool]:
    return Column("synthetic", Boolean, nullable=False, comment="invented for the demo")


def _area_code(name: str = "area_code", *, nullable: bool = True) -> Column[str]:
    return Column(name, Text, nullable=nullable, index=True, comment="LAU code of a municipality")


def _location() -> list[Column[object]]:
    """A place found from text, with how sure it is."""
    return [
        _geometry("POINT", nullable=True),
        Column("location_class", Text, nullable=False, server_default="pending"),
        Column("radius_m", Double, comment="metres, true for 90 % of answers of its class"),
        Column("location_reason", JSONB, comment="language -> sentence"),
        Column("matched", Text),
        Column("gazetteer_version", Text),
    ]


def _located() -> list[CheckConstraint]:
    return [
        _words(
            "location_class",
            "pending",
            "address",
            "street",
            "postcode",
            "settlement",
            "municipality",
            "none",
        ),
        CheckConstraint("radius_m > 0 AND radius_m < 1000000", name="radius_positive"),
        _in_range(),
    ]


# --- base: open facts -------------------------------------------------------------------------

source = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("titles", JSONB, nullable=False, comment="language -> title"),
    Column("notices", JSONB, nullable=False, comment="language -> what every map must say"),
    Column("publisher", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("reference_date", Date),
    Column("official", Boolean, nullable=False),
    Column("derived", Boolean, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("scope", Text, comment="code of the area whose register this source covers completely"),
    Column("counts", JSONB, nullable=False),
    Column("notes", JSONB, nullable=False, comment="everything dropped, mended or repaired"),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema="base",
)

area = Table(
    "area",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("country", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("parent_code", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("geometry_kind", Text, nullable=False),
    _geometry("MULTIPOLYGON"),
    _source(),
    UniqueConstraint("country", "level", "code"),
    _words("level", "country", "region", "unit", "municipality"),
    _words("geometry_kind", "official", "derived"),
    CheckConstraint("valid_to > valid_from", name="validity_order"),
    _in_range(valid=True),
    schema="base",
)

area_name = Table(
    "area_name",
    metadata,
    Column("area_id", BigInteger, ForeignKey("base.area.id", ondelete="CASCADE"), primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("name", Text, nullable=False),
    _source(),
    schema="base",
)

population = Table(
    "population",
    metadata,
    Column("area_code", Text, primary_key=True),
    Column("reference_date", Date, primary_key=True),
    Column("base", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    Column("age_band", Text, primary_key=True),
    Column("persons", BigInteger, nullable=False),
    _source(),
    _words("base", "residents", "registered"),
    _words("sex", "total", "men", "women"),
    CheckConstraint("persons >= 0", name="persons_not_negative"),
    schema="base",
)

cell = Table(
    "cell",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _area_code(),
    Column("population", Double, nullable=False),
    Column("reference_date", Date, nullable=False),
    _geometry("POINT"),
    _source(),
    UniqueConstraint("source_id", "code"),
    _words("kind", "grid_5km", "grid_1km", "postcode", "settlement"),
    CheckConstraint("population >= 0 AND population < 1e9", name="population_range"),
    _in_range(),
    schema="base",
)

cell_age = Table(
    "cell_age",
    metadata,
    Column("cell_id", BigInteger, ForeignKey("base.cell.id", ondelete="CASCADE"), primary_key=True),
    Column("age_band", Text, primary_key=True),
    Column("population", Double, nullable=False),
    CheckConstraint("population >= 0 AND population < 1e9", name="population_range"),
    schema="base",
)

indicator = Table(
    "indicator",
    metadata,
    Column("code", Text, primary_key=True),
    Column("names", JSONB, nullable=False),
    Column("unit", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("formula", JSONB, nullable=False),
    schema="base",
)

postcode = Table(
    "postcode",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("postcode", Text, nullable=False),
    Column("name", Text, comment="the quarter or village it serves, where known"),
    _area_code(),
    _geometry("POINT"),
    _source(),
    UniqueConstraint("source_id", "postcode"),
    _in_range(),
    schema="base",
)

street = Table(
    "street",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("postcode", Text, nullable=False, index=True),
    _area_code(),
    *(Column(f"{side}_{end}", Integer) for side in ("odd", "even") for end in ("from", "to")),
    _geometry("POINT"),
    _source(),
    _in_range(),
    schema="base",
)

settlement = Table(
    "settlement",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("alternate_names", ARRAY(Text), nullable=False),
    Column("population", BigInteger, nullable=False),
    _area_code(),
    _geometry("POINT"),
    _source(),
    UniqueConstraint("source_id", "external_id"),
    _in_range(),
    schema="base",
)

# --- registry: agencies, services, people (row-level security) -----------------------------------


def _register_key() -> list[Column[object]]:
    return [
        Column("id", Uuid, primary_key=True),
        Column("external_id", Text, nullable=False),
        _source(),
        _synthetic(),
    ]


agency = Table(
    "agency",
    metadata,
    *_register_key(),
    Column("name", Text, nullable=False),
    Column("legal_form", Text, nullable=False),
    _area_code(),
    UniqueConstraint("source_id", "external_id"),
    schema="registry",
)

site = Table(
    "site",
    metadata,
    *_register_key(),
    Column("agency_id", Uuid, ForeignKey("registry.agency.id"), nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("postcode", Text),
    _area_code(),
    *_location(),
    UniqueConstraint("source_id", "external_id"),
    *_located(),
    schema="registry",
)

service = Table(
    "service",
    metadata,
    *_register_key(),
    Column("agency_id", Uuid, ForeignKey("registry.agency.id"), nullable=False, index=True),
    Column("site_id", Uuid, ForeignKey("registry.site.id"), nullable=False, index=True),
    Column("service_type", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("capacity", Integer),
    Column("capacity_period", Text),
    Column("offers", ARRAY(Text), nullable=False, comment="service codes a centre offers"),
    Column("active", Boolean, nullable=False),
    Column("verified_on", Date),
    UniqueConstraint("source_id", "external_id"),
    CheckConstraint("capacity >= 0", name="capacity_not_negative"),
    schema="registry",
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "service_id",
        Uuid,
        ForeignKey("registry.service.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("specialty", Text, nullable=False),
    Column("head", Boolean, nullable=False),
    Column("contract_end", Date),
    schema="registry",
)

programme = Table(
    "programme",
    metadata,
    *_register_key(),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("fund", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    UniqueConstraint("source_id", "external_id"),
    schema="registry",
)

household = Table(
    "household",
    metadata,
    *_register_key(),
    _area_code(),
    UniqueConstraint("source_id", "external_id"),
    schema="registry",
)

person = Table(
    "person",
    metadata,
    *_register_key(),
    Column("household_id", Uuid, ForeignKey("registry.household.id"), index=True),
    Column("pseudonym", Text, nullable=False),
    Column("birth_year", SmallInteger),
    Column("sex", Text),
    Column("target_group", Text),
    Column("address", Text, nullable=False),
    Column("municipality_text", Text),
    Column("postcode", Text),
    Column("receives_income_support", Boolean, nullable=False),
    _area_code(),
    *_location(),
    UniqueConstraint("source_id", "external_id"),
    *_located(),
    schema="registry",
)

need = Table(
    "need",
    metadata,
    *_register_key(),
    Column("person_id", Uuid, ForeignKey("registry.person.id"), index=True),
    Column("household_id", Uuid, ForeignKey("registry.household.id"), index=True),
    Column("group_name", Text),
    _area_code(),
    Column("service_type", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("closed_on", Date),
    UniqueConstraint("source_id", "external_id"),
    _words("stage", "identification", "evaluation", "resolution"),
    CheckConstraint(
        "num_nonnulls(person_id, household_id, group_name) = 1", name="one_unit_of_need"
    ),
    schema="registry",
)

referral = Table(
    "referral",
    metadata,
    *_register_key(),
    Column("need_id", Uuid, ForeignKey("registry.need.id"), nullable=False, index=True),
    Column("to_service_id", Uuid, ForeignKey("registry.service.id"), nullable=False, index=True),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text),
    Column("reason", Text),
    _area_code(),
    UniqueConstraint("source_id", "external_id"),
    _words("outcome", "accepted", "refused", "done"),
    schema="registry",
)

resident = Table(
    "resident",
    metadata,
    *_register_key(),
    Column("service_id", Uuid, ForeignKey("registry.service.id"), nullable=False, index=True),
    _area_code("origin_area_code"),
    Column("support_need", Text),
    Column("age_band", Text),
    Column("since", Date),
    UniqueConstraint("source_id", "external_id"),
    schema="registry",
)

# --- field: street work (row-level security) -------------------------------------------------------

round_ = Table(
    "round",
    metadata,
    *_register_key(),
    _area_code(),
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
    metadata,
    Column("id", Uuid, primary_key=True, comment="made by the device: a resend is the same row"),
    Column("external_id", Text),
    _source(),
    _synthetic(),
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
    _area_code(),
    _geometry("POINT"),
    Column("accuracy_m", Double, nullable=False),
    UniqueConstraint("source_id", "external_id"),
    _words("urgency", "low", "medium", "high"),
    _words("channel", "street_work", "hotline"),
    _words("stage", "identification", "recording", "assessment", "monitoring"),
    CheckConstraint("people_count BETWEEN 0 AND 500", name="people_range"),
    CheckConstraint("accuracy_m > 0 AND accuracy_m <= 100000", name="accuracy_range"),
    CheckConstraint("length(note) <= 2000", name="note_length"),
    _in_range(),
    schema="field",
)

# --- account: who may enter ---------------------------------------------------------------------------

app_user = Table(
    "app_user",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("territory_code", Text),
    Column("disabled", Boolean, nullable=False, server_default="false"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _words("role", "planner", "street_worker", "committee", "admin"),
    schema="account",
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
    Column(
        "user_id",
        Uuid,
        ForeignKey("account.app_user.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    schema="account",
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("username_hash", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_login_attempt_username_hash_at", "username_hash", "at"),
    schema="account",
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor_id", Uuid),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="what was seen or changed; never its content"),
    schema="account",
)

# --- snapshot: exact results, frozen -------------------------------------------------------------------


def _result_tables(schema: str, key: str, parent: str) -> None:
    """The same shape holds a snapshot's exact results and what a tier may see of them."""

    def owner() -> Column[str]:
        return Column(
            key, Text, ForeignKey(f"{schema}.{parent}.id", ondelete="CASCADE"), primary_key=True
        )

    Table(
        "zone",
        metadata,
        owner(),
        Column("code", Text, primary_key=True),
        Column("level", Text, nullable=False),
        Column("parent_code", Text),
        Column("name_en", Text, nullable=False),
        Column("name_el", Text, nullable=False),
        Column("geometry_kind", Text, nullable=False),
        _geometry("MULTIPOLYGON"),
        _in_range(valid=True),
        schema=schema,
    )
    Table(
        "value",
        metadata,
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
        metadata,
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
        _geometry("POINT"),
        _in_range(),
        schema=schema,
    )
    Table(
        "pocket",
        metadata,
        owner(),
        Column("id", Text, primary_key=True),
        Column("members", ARRAY(Text), nullable=False),
        Column("evidence", JSONB, nullable=False),
        schema=schema,
    )


snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Text, primary_key=True, comment="hash of the content"),
    Column("region_code", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("demo", Boolean, nullable=False),
    Column("manifest", JSONB, nullable=False),
    schema="snapshot",
)
_result_tables("snapshot", "snapshot_id", "snapshot")

for _tier in TIERS:
    Table(
        "release",
        metadata,
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
