"""The first schema."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
SCHEMAS = (
    "base",
    "registry",
    "field",
    "account",
    "snapshot",
    "pub_planner",
    "pub_committee",
    "pub_public",
)
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first schema."""
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    op.create_table(
        "app_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("territory_code", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('planner', 'street_worker', 'committee', 'admin')",
            name=op.f("ck_app_user_role_word"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("username", name=op.f("uq_app_user_username")),
        schema="account",
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="what was seen or changed; never its content",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        schema="account",
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        schema="account",
    )
    op.create_index(
        "ix_login_attempt_username_hash_at",
        "login_attempt",
        ["username_hash", "at"],
        unique=False,
        schema="account",
    )
    op.create_table(
        "indicator",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("formula", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
        schema="base",
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "titles",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> title",
        ),
        sa.Column(
            "notices",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> what every map must say",
        ),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=True),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column(
            "scope",
            sa.Text(),
            nullable=True,
            comment="code of the area whose register this source covers completely",
        ),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "notes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="everything dropped, mended or repaired",
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        schema="base",
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("region_names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("rounded_to", sa.Integer(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column(
            "manifest",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="indicators, sources, counts by status",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        schema="pub_committee",
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("region_names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("rounded_to", sa.Integer(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column(
            "manifest",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="indicators, sources, counts by status",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        schema="pub_planner",
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("region_names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("rounded_to", sa.Integer(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column(
            "manifest",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="indicators, sources, counts by status",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        schema="pub_public",
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Text(), nullable=False, comment="hash of the content"),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        schema="snapshot",
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["account.app_user.id"],
            name=op.f("fk_session_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        schema="account",
    )
    op.create_index(
        op.f("ix_session_user_id"), "session", ["user_id"], unique=False, schema="account"
    )
    op.create_geospatial_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("geometry_kind", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "geometry_kind IN ('official', 'derived')", name=op.f("ck_area_geometry_kind_word")
        ),
        sa.CheckConstraint(
            "level IN ('country', 'region', 'unit', 'municipality')",
            name=op.f("ck_area_level_word"),
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom) AND ST_IsValid(geom)",
            name=op.f("ck_area_geom_in_range"),
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_area_validity_order")),
        sa.ForeignKeyConstraint(["source_id"], ["base.source.id"], name=op.f("fk_area_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("country", "level", "code", name=op.f("uq_area_country")),
        schema="base",
    )
    op.create_geospatial_index(
        "idx_area_geom",
        "area",
        ["geom"],
        unique=False,
        schema="base",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_area_source_id"), "area", ["source_id"], unique=False, schema="base")
    op.create_geospatial_table(
        "cell",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("population", sa.Double(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('grid_5km', 'grid_1km', 'postcode', 'settlement')",
            name=op.f("ck_cell_kind_word"),
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_cell_geom_in_range"),
        ),
        sa.CheckConstraint(
            "population >= 0 AND population < 1e9", name=op.f("ck_cell_population_range")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["base.source.id"], name=op.f("fk_cell_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
        sa.UniqueConstraint("source_id", "code", name=op.f("uq_cell_source_id")),
        schema="base",
    )
    op.create_geospatial_index(
        "idx_cell_geom",
        "cell",
        ["geom"],
        unique=False,
        schema="base",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_cell_area_code"), "cell", ["area_code"], unique=False, schema="base")
    op.create_index(op.f("ix_cell_source_id"), "cell", ["source_id"], unique=False, schema="base")
    op.create_table(
        "population",
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("persons", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "base IN ('residents', 'registered')", name=op.f("ck_population_base_word")
        ),
        sa.CheckConstraint("sex IN ('total', 'men', 'women')", name=op.f("ck_population_sex_word")),
        sa.CheckConstraint("persons >= 0", name=op.f("ck_population_persons_not_negative")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_population_source_id")
        ),
        sa.PrimaryKeyConstraint(
            "area_code", "reference_date", "base", "sex", "age_band", name=op.f("pk_population")
        ),
        schema="base",
    )
    op.create_index(
        op.f("ix_population_source_id"), "population", ["source_id"], unique=False, schema="base"
    )
    op.create_geospatial_table(
        "postcode",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            nullable=True,
            comment="the quarter or village it serves, where known",
        ),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_postcode_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_postcode_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcode")),
        sa.UniqueConstraint("source_id", "postcode", name=op.f("uq_postcode_source_id")),
        schema="base",
    )
    op.create_geospatial_index(
        "idx_postcode_geom",
        "postcode",
        ["geom"],
        unique=False,
        schema="base",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_postcode_area_code"), "postcode", ["area_code"], unique=False, schema="base"
    )
    op.create_index(
        op.f("ix_postcode_source_id"), "postcode", ["source_id"], unique=False, schema="base"
    )
    op.create_geospatial_table(
        "settlement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alternate_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_settlement_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_settlement_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_settlement_source_id")),
        schema="base",
    )
    op.create_geospatial_index(
        "idx_settlement_geom",
        "settlement",
        ["geom"],
        unique=False,
        schema="base",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_settlement_area_code"), "settlement", ["area_code"], unique=False, schema="base"
    )
    op.create_index(
        op.f("ix_settlement_source_id"), "settlement", ["source_id"], unique=False, schema="base"
    )
    op.create_geospatial_table(
        "street",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("odd_from", sa.Integer(), nullable=True),
        sa.Column("odd_to", sa.Integer(), nullable=True),
        sa.Column("even_from", sa.Integer(), nullable=True),
        sa.Column("even_to", sa.Integer(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_street_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_street_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street")),
        schema="base",
    )
    op.create_geospatial_index(
        "idx_street_geom",
        "street",
        ["geom"],
        unique=False,
        schema="base",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_street_area_code"), "street", ["area_code"], unique=False, schema="base"
    )
    op.create_index(op.f("ix_street_postcode"), "street", ["postcode"], unique=False, schema="base")
    op.create_index(
        op.f("ix_street_source_id"), "street", ["source_id"], unique=False, schema="base"
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minutes > 0 AND ended_at > started_at", name=op.f("ck_round_time_order")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["base.source.id"], name=op.f("fk_round_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_round_source_id")),
        schema="field",
    )
    op.create_index(
        op.f("ix_round_area_code"), "round", ["area_code"], unique=False, schema="field"
    )
    op.create_index(
        op.f("ix_round_source_id"), "round", ["source_id"], unique=False, schema="field"
    )
    op.create_table(
        "pocket",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_committee.release.id"],
            name=op.f("fk_pocket_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "id", name=op.f("pk_pocket")),
        schema="pub_committee",
    )
    op.create_geospatial_table(
        "service_point",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_service_point_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_committee.release.id"],
            name=op.f("fk_service_point_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_service_point")),
        schema="pub_committee",
    )
    op.create_geospatial_index(
        "idx_service_point_geom",
        "service_point",
        ["geom"],
        unique=False,
        schema="pub_committee",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "value",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> why this number",
        ),
        sa.CheckConstraint(
            "status IN ('shown', 'held') OR (value IS NULL AND low IS NULL AND high IS NULL AND category IS NULL)",
            name=op.f("ck_value_only_shown_values"),
        ),
        sa.CheckConstraint(
            "value <> 'NaN' AND abs(value) < 'Infinity' AND low <> 'NaN' AND high <> 'NaN'",
            name=op.f("ck_value_finite"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_committee.release.id"],
            name=op.f("fk_value_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "indicator", "breakdown", "area_code", name=op.f("pk_value")
        ),
        schema="pub_committee",
    )
    op.create_geospatial_table(
        "zone",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_el", sa.Text(), nullable=False),
        sa.Column("geometry_kind", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom) AND ST_IsValid(geom)",
            name=op.f("ck_zone_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_committee.release.id"],
            name=op.f("fk_zone_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_zone")),
        schema="pub_committee",
    )
    op.create_geospatial_index(
        "idx_zone_geom",
        "zone",
        ["geom"],
        unique=False,
        schema="pub_committee",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "pocket",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_planner.release.id"],
            name=op.f("fk_pocket_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "id", name=op.f("pk_pocket")),
        schema="pub_planner",
    )
    op.create_geospatial_table(
        "service_point",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_service_point_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_planner.release.id"],
            name=op.f("fk_service_point_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_service_point")),
        schema="pub_planner",
    )
    op.create_geospatial_index(
        "idx_service_point_geom",
        "service_point",
        ["geom"],
        unique=False,
        schema="pub_planner",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "value",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> why this number",
        ),
        sa.CheckConstraint(
            "status IN ('shown', 'held') OR (value IS NULL AND low IS NULL AND high IS NULL AND category IS NULL)",
            name=op.f("ck_value_only_shown_values"),
        ),
        sa.CheckConstraint(
            "value <> 'NaN' AND abs(value) < 'Infinity' AND low <> 'NaN' AND high <> 'NaN'",
            name=op.f("ck_value_finite"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_planner.release.id"],
            name=op.f("fk_value_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "indicator", "breakdown", "area_code", name=op.f("pk_value")
        ),
        schema="pub_planner",
    )
    op.create_geospatial_table(
        "zone",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_el", sa.Text(), nullable=False),
        sa.Column("geometry_kind", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom) AND ST_IsValid(geom)",
            name=op.f("ck_zone_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_planner.release.id"],
            name=op.f("fk_zone_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_zone")),
        schema="pub_planner",
    )
    op.create_geospatial_index(
        "idx_zone_geom",
        "zone",
        ["geom"],
        unique=False,
        schema="pub_planner",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "pocket",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_public.release.id"],
            name=op.f("fk_pocket_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "id", name=op.f("pk_pocket")),
        schema="pub_public",
    )
    op.create_geospatial_table(
        "service_point",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_service_point_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_public.release.id"],
            name=op.f("fk_service_point_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_service_point")),
        schema="pub_public",
    )
    op.create_geospatial_index(
        "idx_service_point_geom",
        "service_point",
        ["geom"],
        unique=False,
        schema="pub_public",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "value",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> why this number",
        ),
        sa.CheckConstraint(
            "status IN ('shown', 'held') OR (value IS NULL AND low IS NULL AND high IS NULL AND category IS NULL)",
            name=op.f("ck_value_only_shown_values"),
        ),
        sa.CheckConstraint(
            "value <> 'NaN' AND abs(value) < 'Infinity' AND low <> 'NaN' AND high <> 'NaN'",
            name=op.f("ck_value_finite"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_public.release.id"],
            name=op.f("fk_value_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "indicator", "breakdown", "area_code", name=op.f("pk_value")
        ),
        schema="pub_public",
    )
    op.create_geospatial_table(
        "zone",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_el", sa.Text(), nullable=False),
        sa.Column("geometry_kind", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom) AND ST_IsValid(geom)",
            name=op.f("ck_zone_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["pub_public.release.id"],
            name=op.f("fk_zone_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_zone")),
        schema="pub_public",
    )
    op.create_geospatial_index(
        "idx_zone_geom",
        "zone",
        ["geom"],
        unique=False,
        schema="pub_public",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "agency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_form", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_agency_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_agency_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_agency_area_code"), "agency", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_agency_source_id"), "agency", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_household_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_household_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_household_area_code"), "household", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_household_source_id"), "household", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_programme_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_programme_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_programme_source_id"), "programme", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "pocket",
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.snapshot.id"],
            name=op.f("fk_pocket_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "id", name=op.f("pk_pocket")),
        schema="snapshot",
    )
    op.create_geospatial_table(
        "service_point",
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_service_point_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.snapshot.id"],
            name=op.f("fk_service_point_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "code", name=op.f("pk_service_point")),
        schema="snapshot",
    )
    op.create_geospatial_index(
        "idx_service_point_geom",
        "service_point",
        ["geom"],
        unique=False,
        schema="snapshot",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "value",
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> why this number",
        ),
        sa.CheckConstraint(
            "status IN ('shown', 'held') OR (value IS NULL AND low IS NULL AND high IS NULL AND category IS NULL)",
            name=op.f("ck_value_only_shown_values"),
        ),
        sa.CheckConstraint(
            "value <> 'NaN' AND abs(value) < 'Infinity' AND low <> 'NaN' AND high <> 'NaN'",
            name=op.f("ck_value_finite"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.snapshot.id"],
            name=op.f("fk_value_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "snapshot_id", "indicator", "breakdown", "area_code", name=op.f("pk_value")
        ),
        schema="snapshot",
    )
    op.create_geospatial_table(
        "zone",
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_el", sa.Text(), nullable=False),
        sa.Column("geometry_kind", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom) AND ST_IsValid(geom)",
            name=op.f("ck_zone_geom_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.snapshot.id"],
            name=op.f("fk_zone_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "code", name=op.f("pk_zone")),
        schema="snapshot",
    )
    op.create_geospatial_index(
        "idx_zone_geom",
        "zone",
        ["geom"],
        unique=False,
        schema="snapshot",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "area_name",
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["base.area.id"], name=op.f("fk_area_name_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_area_name_source_id")
        ),
        sa.PrimaryKeyConstraint("area_id", "lang", name=op.f("pk_area_name")),
        schema="base",
    )
    op.create_index(
        op.f("ix_area_name_source_id"), "area_name", ["source_id"], unique=False, schema="base"
    )
    op.create_table(
        "cell_age",
        sa.Column("cell_id", sa.BigInteger(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("population", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "population >= 0 AND population < 1e9", name=op.f("ck_cell_age_population_range")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["base.cell.id"], name=op.f("fk_cell_age_cell_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cell_id", "age_band", name=op.f("pk_cell_age")),
        schema="base",
    )
    op.create_geospatial_table(
        "observation",
        sa.Column(
            "id", sa.Uuid(), nullable=False, comment="made by the device: a resend is the same row"
        ),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), server_default="identification", nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('street_work', 'hotline')", name=op.f("ck_observation_channel_word")
        ),
        sa.CheckConstraint(
            "stage IN ('identification', 'recording', 'assessment', 'monitoring')",
            name=op.f("ck_observation_stage_word"),
        ),
        sa.CheckConstraint(
            "urgency IN ('low', 'medium', 'high')", name=op.f("ck_observation_urgency_word")
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_observation_geom_in_range"),
        ),
        sa.CheckConstraint(
            "accuracy_m > 0 AND accuracy_m <= 100000", name=op.f("ck_observation_accuracy_range")
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_observation_note_length")),
        sa.CheckConstraint(
            "people_count BETWEEN 0 AND 500", name=op.f("ck_observation_people_range")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["field.round.id"], name=op.f("fk_observation_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_observation_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_observation_source_id")),
        schema="field",
    )
    op.create_geospatial_index(
        "idx_observation_geom",
        "observation",
        ["geom"],
        unique=False,
        schema="field",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_observation_area_code"), "observation", ["area_code"], unique=False, schema="field"
    )
    op.create_index(
        op.f("ix_observation_reporter_id"),
        "observation",
        ["reporter_id"],
        unique=False,
        schema="field",
    )
    op.create_index(
        op.f("ix_observation_round_id"), "observation", ["round_id"], unique=False, schema="field"
    )
    op.create_index(
        op.f("ix_observation_source_id"), "observation", ["source_id"], unique=False, schema="field"
    )
    op.create_geospatial_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("target_group", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("municipality_text", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("receives_income_support", sa.Boolean(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("location_class", sa.Text(), server_default="pending", nullable=False),
        sa.Column(
            "radius_m",
            sa.Double(),
            nullable=True,
            comment="metres, true for 90 % of answers of its class",
        ),
        sa.Column(
            "location_reason",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="language -> sentence",
        ),
        sa.Column("matched", sa.Text(), nullable=True),
        sa.Column("gazetteer_version", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "location_class IN ('pending', 'address', 'street', 'postcode', 'settlement', 'municipality', 'none')",
            name=op.f("ck_person_location_class_word"),
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_person_geom_in_range"),
        ),
        sa.CheckConstraint(
            "radius_m > 0 AND radius_m < 1000000", name=op.f("ck_person_radius_positive")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["registry.household.id"], name=op.f("fk_person_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_person_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_person_source_id")),
        schema="registry",
    )
    op.create_geospatial_index(
        "idx_person_geom",
        "person",
        ["geom"],
        unique=False,
        schema="registry",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_person_area_code"), "person", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_person_household_id"), "person", ["household_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_person_source_id"), "person", ["source_id"], unique=False, schema="registry"
    )
    op.create_geospatial_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("location_class", sa.Text(), server_default="pending", nullable=False),
        sa.Column(
            "radius_m",
            sa.Double(),
            nullable=True,
            comment="metres, true for 90 % of answers of its class",
        ),
        sa.Column(
            "location_reason",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="language -> sentence",
        ),
        sa.Column("matched", sa.Text(), nullable=True),
        sa.Column("gazetteer_version", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "location_class IN ('pending', 'address', 'street', 'postcode', 'settlement', 'municipality', 'none')",
            name=op.f("ck_site_location_class_word"),
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_site_geom_in_range"),
        ),
        sa.CheckConstraint(
            "radius_m > 0 AND radius_m < 1000000", name=op.f("ck_site_radius_positive")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["registry.agency.id"], name=op.f("fk_site_agency_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["base.source.id"], name=op.f("fk_site_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_site_source_id")),
        schema="registry",
    )
    op.create_geospatial_index(
        "idx_site_geom",
        "site",
        ["geom"],
        unique=False,
        schema="registry",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_site_agency_id"), "site", ["agency_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_site_area_code"), "site", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_site_source_id"), "site", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('identification', 'evaluation', 'resolution')",
            name=op.f("ck_need_stage_word"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(person_id, household_id, group_name) = 1",
            name=op.f("ck_need_one_unit_of_need"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["registry.household.id"], name=op.f("fk_need_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["registry.person.id"], name=op.f("fk_need_person_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["base.source.id"], name=op.f("fk_need_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_need_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_need_area_code"), "need", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_need_household_id"), "need", ["household_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_need_person_id"), "need", ["person_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_need_source_id"), "need", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("capacity_period", sa.Text(), nullable=True),
        sa.Column(
            "offers",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="service codes a centre offers",
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_service_capacity_not_negative")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["registry.agency.id"], name=op.f("fk_service_agency_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["registry.site.id"], name=op.f("fk_service_site_id")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_service_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_service_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_service_agency_id"), "service", ["agency_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_service_service_type"),
        "service",
        ["service_type"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_service_site_id"), "service", ["site_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_service_source_id"), "service", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("to_service_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused', 'done')", name=op.f("ck_referral_outcome_word")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["registry.need.id"], name=op.f("fk_referral_need_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_referral_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_service_id"], ["registry.service.id"], name=op.f("fk_referral_to_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_referral_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_referral_area_code"), "referral", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_referral_need_id"), "referral", ["need_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_referral_source_id"), "referral", ["source_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_referral_to_service_id"),
        "referral",
        ["to_service_id"],
        unique=False,
        schema="registry",
    )
    op.create_table(
        "resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin_area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"
        ),
        sa.Column("support_need", sa.Text(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["registry.service.id"], name=op.f("fk_resident_service_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_resident_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_resident_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_resident_origin_area_code"),
        "resident",
        ["origin_area_code"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_resident_service_id"), "resident", ["service_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_resident_source_id"), "resident", ["source_id"], unique=False, schema="registry"
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("contract_end", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["registry.service.id"],
            name=op.f("fk_staff_service_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_staff_service_id"), "staff", ["service_id"], unique=False, schema="registry"
    )
    op.execute(STREET_WORK)


# Reports that come in through the service itself need a source to stand under.
STREET_WORK = """
INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, official,
    derived, synthetic, counts, notes, sha256)
VALUES ('street_work', 'Street-work reports', '{"en": "Street-work reports", "el": "Αναφορές δρόμου"}',
    '{}', 'the service itself', 'not public', '', false, false, false, '{}', '[]', '')
"""


def downgrade() -> None:
    """Undo it: the first schema's undoing is an empty database."""
    for schema in SCHEMAS:
        op.execute(f"DROP SCHEMA {schema} CASCADE")
