"""What becomes of located records: queue, decisions, aliases, named spots, runs of the geocoder."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LOCATED = """
ALTER TABLE registry.{table}
    ADD address_key text,
    ADD location_status text NOT NULL DEFAULT 'pending',
    ADD location_source text,
    ADD location_group text,
    ADD location_locked_by uuid,
    ADD location_locked_at timestamptz,
    ADD alternatives jsonb;
COMMENT ON COLUMN registry.{table}.address_key IS 'keyed hash of the address: equal ones are equal';
COMMENT ON COLUMN registry.{table}.location_source IS 'who or what found the place';
COMMENT ON COLUMN registry.{table}.location_group IS 'where it stands in the queue; null: not in it';
COMMENT ON COLUMN registry.{table}.location_locked_by IS 'who decided it; no run changes it any more';
COMMENT ON COLUMN registry.{table}.alternatives IS 'other places that came near, best first';
ALTER TABLE registry.{table}
    ADD CONSTRAINT ck_{table}_location_status_word CHECK
        (location_status IN ('pending', 'located', 'queued', 'accepted', 'refused')),
    ADD CONSTRAINT ck_{table}_location_source_word CHECK
        (location_source IN ('gazetteer', 'alias', 'spot', 'person', 'import', 'gps', 'provider')),
    ADD CONSTRAINT ck_{table}_location_group_word CHECK
        (location_group IN ('exact', 'several', 'street', 'none', 'changed')),
    ADD CONSTRAINT ck_{table}_lock_whole CHECK
        ((location_locked_by IS NULL) = (location_locked_at IS NULL));
CREATE INDEX ix_{table}_address_key ON registry.{table} (address_key);
CREATE INDEX ix_{table}_location_pending ON registry.{table} (id)
    WHERE location_status = 'pending';
CREATE INDEX ix_{table}_location_queue ON registry.{table}
    (area_code, location_group, address_key) WHERE location_group IS NOT NULL;
"""

# Rows that say nothing of a gazetteer came with their point. The others have no key yet: they stand
# in the queue once they are located anew.
KNOWN = """
UPDATE registry.{table} SET location_status = 'located', location_source =
    CASE WHEN gazetteer_version IS NULL THEN 'import' ELSE 'gazetteer' END
WHERE location_class <> 'pending';
"""


def upgrade() -> None:
    """What becomes of located records."""
    _named_spot()
    _locate_run()
    _location_decision()
    _address_alias()
    op.add_column(
        "change",
        sa.Column("decision_id", sa.Uuid(), comment="the decision about a place that made it"),
        schema="registry",
    )
    op.create_index("ix_change_decision_id", "change", ["decision_id"], schema="registry")
    for table in ("person", "site"):
        # The triggers of the version before would count this as an edit.
        op.execute(f"ALTER TABLE registry.{table} DISABLE TRIGGER USER")
        op.execute(LOCATED.format(table=table))
        op.execute(KNOWN.format(table=table))
        op.execute(f"ALTER TABLE registry.{table} ENABLE TRIGGER USER")


def _named_spot() -> None:
    op.create_geospatial_table(
        "named_spot",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False, comment="invented for the demo"),
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="as the team calls it"),
        sa.Column(
            "names",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="other names of the same spot",
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                from_text="ST_GeomFromEWKT",
                spatial_index=False,
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "radius_m", sa.Double(), nullable=False, comment="metres: how far the spot reaches"
        ),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("kept_by", sa.Uuid(), nullable=False, comment="who made it"),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_named_spot_geom_in_range"),
        ),
        sa.CheckConstraint("cardinality(names) <= 20", name=op.f("ck_named_spot_names_number")),
        sa.CheckConstraint(
            "length(name) BETWEEN 1 AND 200", name=op.f("ck_named_spot_name_length")
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_named_spot_note_length")),
        sa.CheckConstraint(
            "radius_m > 0 AND radius_m <= 5000", name=op.f("ck_named_spot_radius_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_spot")),
        schema="field",
    )
    op.create_geospatial_index(
        "idx_named_spot_geom",
        "named_spot",
        ["geom"],
        unique=False,
        schema="field",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_named_spot_area_code"), "named_spot", ["area_code"], unique=False, schema="field"
    )


def _locate_run() -> None:
    op.create_table(
        "locate_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column(
            "everything", sa.Boolean(), nullable=False, comment="also what was located before"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "done", sa.Integer(), server_default="0", nullable=False, comment="records gone through"
        ),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column(
            "after_id",
            sa.Uuid(),
            nullable=True,
            comment="the last record that was written: it goes on after it",
        ),
        sa.Column(
            "by_class",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("gazetteer_version", sa.Text(), nullable=True),
        sa.Column(
            "seconds", sa.Double(), server_default="0", nullable=False, comment="of work so far"
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "beat_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the worker's last sign of life",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "register IN ('people', 'sites')", name=op.f("ck_locate_run_register_word")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'cancelled', 'stopped')",
            name=op.f("ck_locate_run_state_word"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locate_run")),
        schema="intake",
    )
    op.create_index(
        op.f("ix_locate_run_actor_id"), "locate_run", ["actor_id"], unique=False, schema="intake"
    )


def _location_decision() -> None:
    op.create_table(
        "location_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False, comment="as in the records"),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "agency_id", sa.Uuid(), nullable=True, comment="the agency whose sites it is about"
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False, comment="records that it placed"),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column(
            "kept",
            sa.Integer(),
            nullable=True,
            comment="records left alone by undoing: changed since",
        ),
        sa.CheckConstraint(
            "kind IN ('alternative', 'point', 'keep', 'refuse', 'unlock')",
            name=op.f("ck_location_decision_kind_word"),
        ),
        sa.CheckConstraint(
            "register IN ('people', 'sites')", name=op.f("ck_location_decision_register_word")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_decision")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_location_decision_actor_id"),
        "location_decision",
        ["actor_id"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_location_decision_address_key"),
        "location_decision",
        ["address_key"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_location_decision_area_code"),
        "location_decision",
        ["area_code"],
        unique=False,
        schema="registry",
    )


def _address_alias() -> None:
    op.create_geospatial_table(
        "address_alias",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False, comment="as in the records"),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column(
            "agency_id", sa.Uuid(), nullable=True, comment="the agency whose sites it is about"
        ),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                from_text="ST_GeomFromEWKT",
                spatial_index=False,
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("matched", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False, comment="who taught it"),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True, comment="the decision that took its place"),
        sa.CheckConstraint(
            "location_class IN ('address', 'street', 'postcode', 'settlement', 'municipality')",
            name=op.f("ck_address_alias_location_class_word"),
        ),
        sa.CheckConstraint(
            "register IN ('people', 'sites')", name=op.f("ck_address_alias_register_word")
        ),
        sa.CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)",
            name=op.f("ck_address_alias_geom_in_range"),
        ),
        sa.CheckConstraint(
            "radius_m > 0 AND radius_m < 1000000", name=op.f("ck_address_alias_radius_positive")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["registry.location_decision.id"],
            name=op.f("fk_address_alias_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_alias")),
        schema="registry",
    )
    _alias_indexes()


def _alias_indexes() -> None:
    op.create_geospatial_index(
        "idx_address_alias_geom",
        "address_alias",
        ["geom"],
        unique=False,
        schema="registry",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("ix_address_alias_address_key"),
        "address_alias",
        ["address_key"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_address_alias_area_code"),
        "address_alias",
        ["area_code"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_address_alias_decision_id"),
        "address_alias",
        ["decision_id"],
        unique=False,
        schema="registry",
    )
