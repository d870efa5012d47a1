"""The registers whole, imports, and who may see what."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WITH_KEY = (
    "field.observation",
    "field.round",
    "registry.agency",
    "registry.household",
    "registry.need",
    "registry.person",
    "registry.programme",
    "registry.referral",
    "registry.resident",
    "registry.service",
    "registry.site",
)

# A post had no key of its own; its service's and its number make one.
STAFF = """
ALTER TABLE registry.staff ADD external_id text, ADD source_id text, ADD synthetic boolean,
    ADD agency_id uuid;
UPDATE registry.staff t SET external_id = s.external_id || '#' || t.id, source_id = s.source_id,
    synthetic = s.synthetic, agency_id = s.agency_id
FROM registry.service s WHERE s.id = t.service_id;
ALTER TABLE registry.staff DROP CONSTRAINT pk_staff;
ALTER TABLE registry.staff DROP COLUMN id;
ALTER TABLE registry.staff ADD id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE registry.staff ADD CONSTRAINT pk_staff PRIMARY KEY (id);
ALTER TABLE registry.staff ALTER external_id SET NOT NULL, ALTER source_id SET NOT NULL,
    ALTER synthetic SET NOT NULL, ALTER agency_id SET NOT NULL;
COMMENT ON COLUMN registry.staff.external_id IS 'the key in its source';
COMMENT ON COLUMN registry.staff.synthetic IS 'invented for the demo';
"""

REFERRALS = """
ALTER TABLE registry.referral ADD to_agency_id uuid;
UPDATE registry.referral r SET to_agency_id = s.agency_id
FROM registry.service s WHERE s.id = r.to_service_id;
ALTER TABLE registry.referral ALTER to_agency_id SET NOT NULL;
"""

# A report's key was its device's; from now on the device's stands beside it.
REPORTS = """
UPDATE field.observation SET external_id = id::text WHERE external_id IS NULL;
UPDATE field.observation SET report_id = id WHERE reporter_id IS NOT NULL;
"""

ROLES = """
ALTER TABLE account.app_user DROP CONSTRAINT ck_app_user_role_word;
UPDATE account.app_user SET role = 'regional_planner' WHERE role = 'planner';
ALTER TABLE account.app_user ADD CONSTRAINT ck_app_user_role_word CHECK (role IN ('street_worker',
    'centre_staff', 'agency', 'team_lead', 'municipal_planner', 'regional_planner', 'committee',
    'national', 'auditor', 'admin'));
"""

SERVICES = """
ALTER TABLE registry.service ALTER offers SET DEFAULT '{}';
UPDATE registry.service v SET area_code = t.area_code FROM registry.site t WHERE t.id = v.site_id;
UPDATE registry.resident r SET agency_id = s.agency_id
FROM registry.service s WHERE s.id = r.service_id;
UPDATE registry.need n SET area_code = p.area_code
FROM registry.person p WHERE p.id = n.person_id AND n.area_code IS DISTINCT FROM p.area_code;
UPDATE registry.need n SET area_code = h.area_code
FROM registry.household h WHERE h.id = n.household_id AND n.area_code IS DISTINCT FROM h.area_code;
UPDATE registry.referral r SET area_code = n.area_code
FROM registry.need n WHERE n.id = r.need_id AND r.area_code IS DISTINCT FROM n.area_code;
"""

# Rows that are typed into the service itself need a source to stand under.
OFFICE = """
INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, official,
    derived, synthetic, counts, notes, sha256)
VALUES ('office', 'Entered by staff', '{"en": "Entered by staff", "el": "Καταχωρίσεις προσωπικού"}',
    '{}', 'the service itself', 'not public', '', true, false, false, '{}', '[]', '')
ON CONFLICT DO NOTHING;
"""


def upgrade() -> None:
    """The registers whole, imports, and who may see what."""
    op.execute("CREATE SCHEMA IF NOT EXISTS intake")
    op.execute(STAFF)
    op.execute(REFERRALS)
    op.execute(ROLES)
    op.create_table(
        "audit_link",
        sa.Column("place", sa.BigInteger(), nullable=False, comment="1, 2, 3 ... without a gap"),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="of the event and the hash before it"
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_link_event_id")),
        schema="account",
    )
    op.create_table(
        "erasure",
        sa.Column(
            "proof",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed hash of source and external id",
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('request', 'retention', 'consent_withdrawn', 'error')",
            name=op.f("ck_erasure_reason_word"),
        ),
        sa.PrimaryKeyConstraint("proof", name=op.f("pk_erasure")),
        schema="account",
    )
    op.create_table(
        "oidc_login",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False, comment="PKCE"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_login")),
        schema="account",
    )
    op.create_table(
        "rate",
        sa.Column(
            "bucket", sa.LargeBinary(), nullable=False, comment="hash of what is limited, for whom"
        ),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_start", name=op.f("pk_rate")),
        schema="account",
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "value",
            sa.LargeBinary(),
            nullable=False,
            comment="read by functions of the database only",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
        schema="account",
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=True,
            comment="the file until the import is done or dropped",
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "mapping",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "problem",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="language -> what went wrong",
        ),
        sa.Column("rows_total", sa.Integer(), nullable=True),
        sa.Column("rows_done", sa.Integer(), server_default="0", nullable=False),
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
        sa.CheckConstraint("mode IN ('strict', 'partial')", name=op.f("ck_import_run_mode_word")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'undone')",
            name=op.f("ck_import_run_state_word"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        schema="intake",
    )
    op.create_index(
        op.f("ix_import_run_actor_id"), "import_run", ["actor_id"], unique=False, schema="intake"
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="the version this change made"),
        sa.Column(
            "before",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="changed fields only; null: the row was new",
        ),
        sa.Column(
            "after",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="changed fields only; null: the row was deleted",
        ),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_change_area_code"), "change", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_change_import_id"), "change", ["import_id"], unique=False, schema="registry"
    )
    op.create_index(
        "ix_change_row_id_version", "change", ["row_id", "version"], unique=False, schema="registry"
    )
    op.create_table(
        "edit_conflict",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column(
            "kept",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what stands in the row",
        ),
        sa.Column(
            "other",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what the later editor wrote",
        ),
        sa.Column("base_version", sa.BigInteger(), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_conflict")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_edit_conflict_area_code"),
        "edit_conflict",
        ["area_code"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        "ix_edit_conflict_row_id", "edit_conflict", ["row_id"], unique=False, schema="registry"
    )
    op.create_table(
        "agency_territory",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column(
            "hierarchy", sa.Text(), nullable=False, comment="which agency's territorial structure"
        ),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column(
            "names",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="language -> name",
        ),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["base.agency_territory.code"],
            name=op.f("fk_agency_territory_parent_code"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_agency_territory_source_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agency_territory")),
        schema="base",
    )
    op.create_index(
        op.f("ix_agency_territory_parent_code"),
        "agency_territory",
        ["parent_code"],
        unique=False,
        schema="base",
    )
    op.create_index(
        op.f("ix_agency_territory_source_id"),
        "agency_territory",
        ["source_id"],
        unique=False,
        schema="base",
    )
    op.create_table(
        "agency_territory_member",
        sa.Column("territory_code", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_code"],
            ["base.agency_territory.code"],
            name=op.f("fk_agency_territory_member_territory_code"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "territory_code", "area_code", name=op.f("pk_agency_territory_member")
        ),
        schema="base",
    )
    op.create_index(
        op.f("ix_agency_territory_member_area_code"),
        "agency_territory_member",
        ["area_code"],
        unique=False,
        schema="base",
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False, comment="the key in its source"),
        sa.Column("source_id", sa.Text(), nullable=False),
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
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decision_ref", sa.Text(), nullable=True),
        sa.Column(
            "service_types",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('cooperation', 'referral', 'funding', 'accreditation')",
            name=op.f("ck_agreement_kind_word"),
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_agreement_validity_order")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["registry.agency.id"], name=op.f("fk_agreement_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_agreement_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_agreement_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_agreement_agency_id"), "agreement", ["agency_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_agreement_area_code"), "agreement", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_agreement_import_id"), "agreement", ["import_id"], unique=False, schema="registry"
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["account.app_user.id"],
            name=op.f("fk_api_key_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
        schema="account",
    )
    op.create_index(
        op.f("ix_api_key_user_id"), "api_key", ["user_id"], unique=False, schema="account"
    )
    op.create_table(
        "agreement_party",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["registry.agency.id"], name=op.f("fk_agreement_party_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["registry.agreement.id"],
            name=op.f("fk_agreement_party_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agreement_id", "agency_id", name=op.f("pk_agreement_party")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_agreement_party_agency_id"),
        "agreement_party",
        ["agency_id"],
        unique=False,
        schema="registry",
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("assigned_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on >= assigned_on", name=op.f("ck_assignment_time_order")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["registry.person.id"],
            name=op.f("fk_assignment_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "person_id", "user_id", "assigned_on", name=op.f("uq_assignment_person_id")
        ),
        schema="registry",
    )
    op.create_index(
        op.f("ix_assignment_area_code"),
        "assignment",
        ["area_code"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_assignment_person_id"),
        "assignment",
        ["person_id"],
        unique=False,
        schema="registry",
    )
    op.create_index(
        op.f("ix_assignment_user_id"), "assignment", ["user_id"], unique=False, schema="registry"
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False, comment="the key in its source"),
        sa.Column("source_id", sa.Text(), nullable=False),
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
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("triage", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('street_work', 'hotline', 'reception', 'web', 'agency', 'media')",
            name=op.f("ck_contact_channel_word"),
        ),
        sa.CheckConstraint(
            "outcome IN ('informed', 'referred', 'need_recorded', 'passed_on', 'none')",
            name=op.f("ck_contact_outcome_word"),
        ),
        sa.CheckConstraint(
            "triage IN ('urgent', 'soon', 'routine')", name=op.f("ck_contact_triage_word")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["registry.person.id"], name=op.f("fk_contact_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["base.source.id"], name=op.f("fk_contact_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_contact_source_id")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_contact_area_code"), "contact", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_contact_import_id"), "contact", ["import_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_contact_person_id"), "contact", ["person_id"], unique=False, schema="registry"
    )
    op.create_table(
        "duplicate",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("person_a", sa.Uuid(), nullable=False),
        sa.Column("person_b", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="which rules found the two alike",
        ),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column(
            "found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'same', 'different')", name=op.f("ck_duplicate_state_word")
        ),
        sa.CheckConstraint("person_a < person_b", name=op.f("ck_duplicate_each_pair_once")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_duplicate_score_range")),
        sa.ForeignKeyConstraint(
            ["person_a"],
            ["registry.person.id"],
            name=op.f("fk_duplicate_person_a"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_b"],
            ["registry.person.id"],
            name=op.f("fk_duplicate_person_b"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate")),
        sa.UniqueConstraint("person_a", "person_b", name=op.f("uq_duplicate_person_a")),
        schema="registry",
    )
    op.create_index(
        op.f("ix_duplicate_area_code"), "duplicate", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_duplicate_person_a"), "duplicate", ["person_a"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_duplicate_person_b"), "duplicate", ["person_b"], unique=False, schema="registry"
    )
    op.drop_index(
        op.f("ix_login_attempt_username_hash_at"), table_name="login_attempt", schema="account"
    )
    op.drop_table("login_attempt", schema="account")
    op.add_column("app_user", sa.Column("agency_id", sa.Uuid(), nullable=True), schema="account")
    op.add_column(
        "app_user",
        sa.Column("demo", sa.Boolean(), server_default="false", nullable=False),
        schema="account",
    )
    op.add_column(
        "app_user",
        sa.Column(
            "totp_secret",
            sa.LargeBinary(),
            nullable=True,
            comment="encrypted with the installation's secret",
        ),
        schema="account",
    )
    op.add_column(
        "app_user",
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        schema="account",
    )
    op.add_column(
        "app_user",
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True, comment="a code counts once"),
        schema="account",
    )
    op.add_column("app_user", sa.Column("oidc_issuer", sa.Text(), nullable=True), schema="account")
    op.add_column("app_user", sa.Column("oidc_subject", sa.Text(), nullable=True), schema="account")
    op.alter_column(
        "app_user",
        "password_hash",
        existing_type=sa.TEXT(),
        nullable=True,
        comment="none where another house checks who it is",
        schema="account",
    )
    op.create_unique_constraint(
        op.f("uq_app_user_oidc_issuer"),
        "app_user",
        ["oidc_issuer", "oidc_subject"],
        schema="account",
    )
    op.create_foreign_key(
        op.f("fk_app_user_agency_id"),
        "app_user",
        "agency",
        ["agency_id"],
        ["id"],
        source_schema="account",
        referent_schema="registry",
    )
    op.add_column("audit_event", sa.Column("role", sa.Text(), nullable=True), schema="account")
    op.add_column("audit_event", sa.Column("territory", sa.Text(), nullable=True), schema="account")
    op.add_column(
        "audit_event",
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="whose record it was"),
        schema="account",
    )
    op.add_column(
        "audit_event",
        sa.Column("purpose", sa.Text(), nullable=True, comment="a code of why"),
        schema="account",
    )
    op.create_index(
        "ix_audit_event_actor_id", "audit_event", ["actor_id"], unique=False, schema="account"
    )
    op.create_index(
        "ix_audit_event_person_id", "audit_event", ["person_id"], unique=False, schema="account"
    )
    op.add_column(
        "session",
        sa.Column(
            "second_factor",
            sa.Text(),
            server_default="passed",
            nullable=False,
            comment="passed or not needed; wanted; to be set up: until then the login opens nothing",
        ),
        schema="account",
    )
    op.add_column(
        "observation",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="field",
    )
    op.add_column(
        "observation",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="field",
    )
    op.add_column(
        "observation",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="field",
    )
    op.add_column(
        "observation",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="field",
    )
    op.add_column(
        "observation",
        sa.Column(
            "report_id",
            sa.Uuid(),
            nullable=True,
            comment="made by the device: a resend is the same row; each reporter's are apart",
        ),
        schema="field",
    )
    op.alter_column(
        "observation",
        "id",
        existing_type=sa.UUID(),
        comment=None,
        existing_comment="made by the device: a resend is the same row",
        existing_nullable=False,
        schema="field",
    )
    op.execute(REPORTS)
    op.alter_column(
        "observation",
        "external_id",
        existing_type=sa.TEXT(),
        nullable=False,
        comment="the key in its source",
        schema="field",
    )
    op.drop_index(op.f("ix_observation_source_id"), table_name="observation", schema="field")
    op.create_index(
        op.f("ix_observation_import_id"), "observation", ["import_id"], unique=False, schema="field"
    )
    op.create_unique_constraint(
        op.f("uq_observation_reporter_id"),
        "observation",
        ["reporter_id", "report_id"],
        schema="field",
    )
    op.add_column(
        "round",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="field",
    )
    op.add_column(
        "round",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="field",
    )
    op.add_column(
        "round",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="field",
    )
    op.add_column(
        "round",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="field",
    )
    op.add_column("round", sa.Column("reporter_id", sa.Uuid(), nullable=True), schema="field")
    op.alter_column(
        "round",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="field",
    )
    op.drop_index(op.f("ix_round_source_id"), table_name="round", schema="field")
    op.create_index(
        op.f("ix_round_import_id"), "round", ["import_id"], unique=False, schema="field"
    )
    op.create_index(
        op.f("ix_round_reporter_id"), "round", ["reporter_id"], unique=False, schema="field"
    )
    op.add_column(
        "agency",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "agency",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "agency",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "agency",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column(
        "agency",
        sa.Column(
            "parent_area_code",
            sa.Text(),
            nullable=True,
            comment="the municipality that founded and supervises it",
        ),
        schema="registry",
    )
    op.add_column("agency", sa.Column("email", sa.Text(), nullable=True), schema="registry")
    op.add_column("agency", sa.Column("website", sa.Text(), nullable=True), schema="registry")
    op.add_column("agency", sa.Column("accreditation", sa.Text(), nullable=True), schema="registry")
    op.add_column(
        "agency", sa.Column("accredited_until", sa.Date(), nullable=True), schema="registry"
    )
    op.add_column(
        "agency",
        sa.Column("emergency", sa.Boolean(), server_default="false", nullable=False),
        schema="registry",
    )
    op.alter_column(
        "agency",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.drop_index(op.f("ix_agency_source_id"), table_name="agency", schema="registry")
    op.create_index(
        op.f("ix_agency_import_id"), "agency", ["import_id"], unique=False, schema="registry"
    )
    op.add_column(
        "household",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "household",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "household",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "household",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.alter_column(
        "household",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.drop_index(op.f("ix_household_source_id"), table_name="household", schema="registry")
    op.create_index(
        op.f("ix_household_import_id"), "household", ["import_id"], unique=False, schema="registry"
    )
    op.add_column(
        "need",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "need",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "need",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "need",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column("need", sa.Column("sector", sa.Text(), nullable=True), schema="registry")
    op.add_column("need", sa.Column("intervention", sa.Text(), nullable=True), schema="registry")
    op.add_column("need", sa.Column("channel", sa.Text(), nullable=True), schema="registry")
    op.add_column("need", sa.Column("evaluated_on", sa.Date(), nullable=True), schema="registry")
    op.add_column("need", sa.Column("resolved_on", sa.Date(), nullable=True), schema="registry")
    op.add_column("need", sa.Column("outcome", sa.Text(), nullable=True), schema="registry")
    op.alter_column(
        "need",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.alter_column(
        "need",
        "group_name",
        existing_type=sa.TEXT(),
        comment="a group that shares a need, without its persons",
        existing_nullable=True,
        schema="registry",
    )
    op.drop_index(op.f("ix_need_source_id"), table_name="need", schema="registry")
    op.create_index(
        op.f("ix_need_import_id"), "need", ["import_id"], unique=False, schema="registry"
    )
    op.add_column(
        "person",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "person",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "person",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "person",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column(
        "person",
        sa.Column(
            "match_key",
            sa.LargeBinary(),
            nullable=True,
            comment="keyed hash of name and birth date, which themselves are not kept",
        ),
        schema="registry",
    )
    op.add_column(
        "person",
        sa.Column(
            "languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        schema="registry",
    )
    op.add_column("person", sa.Column("support_need", sa.Text(), nullable=True), schema="registry")
    op.add_column("person", sa.Column("consent_basis", sa.Text(), nullable=True), schema="registry")
    op.add_column("person", sa.Column("consent_on", sa.Date(), nullable=True), schema="registry")
    op.add_column(
        "person", sa.Column("consent_withdrawn_on", sa.Date(), nullable=True), schema="registry"
    )
    op.add_column(
        "person",
        sa.Column(
            "retain_until", sa.Date(), nullable=True, comment="the record is erased after this day"
        ),
        schema="registry",
    )
    op.alter_column(
        "person",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.drop_index(op.f("ix_person_area_code"), table_name="person", schema="registry")
    op.drop_index(op.f("ix_person_source_id"), table_name="person", schema="registry")
    op.create_index(
        "ix_household_real",
        "household",
        ["id"],
        unique=False,
        schema="registry",
        postgresql_where=sa.text("NOT synthetic"),
    )
    op.create_index(
        "ix_need_real",
        "need",
        ["id"],
        unique=False,
        schema="registry",
        postgresql_where=sa.text("NOT synthetic"),
    )
    op.create_index(
        "ix_contact_real",
        "contact",
        ["id"],
        unique=False,
        schema="registry",
        postgresql_where=sa.text("NOT synthetic"),
    )
    op.create_index(
        "ix_resident_real",
        "resident",
        ["id"],
        unique=False,
        schema="registry",
        postgresql_where=sa.text("NOT synthetic"),
    )
    op.create_index(
        "ix_observation_real",
        "observation",
        ["id"],
        unique=False,
        schema="field",
        postgresql_where=sa.text("NOT synthetic"),
    )
    op.create_index(
        "ix_person_real",
        "person",
        ["id"],
        unique=False,
        schema="registry",
        postgresql_where=sa.text("NOT synthetic"),
    )
    op.create_index(
        "ix_person_area_code_id", "person", ["area_code", "id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_person_import_id"), "person", ["import_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_person_match_key"), "person", ["match_key"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_person_retain_until"), "person", ["retain_until"], unique=False, schema="registry"
    )
    op.add_column(
        "programme",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "programme",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "programme",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "programme",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column("programme", sa.Column("objective", sa.Text(), nullable=True), schema="registry")
    op.add_column(
        "programme",
        sa.Column(
            "target_groups",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column("programme", sa.Column("sector", sa.Text(), nullable=True), schema="registry")
    op.alter_column(
        "programme",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.alter_column(
        "programme",
        "code",
        existing_type=sa.TEXT(),
        comment="the project's code, in Greece its MIS number",
        existing_nullable=False,
        schema="registry",
    )
    op.drop_index(op.f("ix_programme_source_id"), table_name="programme", schema="registry")
    op.create_index(
        op.f("ix_programme_import_id"), "programme", ["import_id"], unique=False, schema="registry"
    )
    op.add_column(
        "referral",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "referral",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "referral",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "referral",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column(
        "referral",
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        schema="registry",
    )
    op.alter_column(
        "referral",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.alter_column(
        "referral",
        "reason",
        existing_type=sa.TEXT(),
        comment="a code, so that refusals can be counted",
        existing_nullable=True,
        schema="registry",
    )
    op.drop_index(op.f("ix_referral_source_id"), table_name="referral", schema="registry")
    op.create_index(
        op.f("ix_referral_import_id"), "referral", ["import_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_referral_to_agency_id"),
        "referral",
        ["to_agency_id"],
        unique=False,
        schema="registry",
    )
    op.add_column(
        "resident",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "resident",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "resident",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "resident",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column("resident", sa.Column("agency_id", sa.Uuid(), nullable=True), schema="registry")
    op.alter_column(
        "resident",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.drop_index(op.f("ix_resident_source_id"), table_name="resident", schema="registry")
    op.create_index(
        op.f("ix_resident_agency_id"), "resident", ["agency_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_resident_import_id"), "resident", ["import_id"], unique=False, schema="registry"
    )
    op.add_column(
        "service",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column("area_code", sa.Text(), nullable=True, comment="LAU code of a municipality"),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "sensitive",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="as its site: a trigger keeps the two alike",
        ),
        schema="registry",
    )
    op.add_column(
        "service", sa.Column("capacity_funded", sa.Integer(), nullable=True), schema="registry"
    )
    op.add_column(
        "service",
        sa.Column(
            "capacity_accessible",
            sa.Integer(),
            nullable=True,
            comment="places a wheelchair user can take",
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "capacity_waiting", sa.Integer(), nullable=True, comment="persons on the waiting list"
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "target_groups",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "programme_codes",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "opening",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="recurrence rules",
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "eligibility",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="rules that a machine can check",
        ),
        schema="registry",
    )
    op.add_column(
        "service",
        sa.Column(
            "service_area",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        schema="registry",
    )
    op.add_column("service", sa.Column("sector", sa.Text(), nullable=True), schema="registry")
    op.add_column("service", sa.Column("fee", sa.Text(), nullable=True), schema="registry")
    op.alter_column(
        "service",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.alter_column(
        "service",
        "capacity",
        existing_type=sa.INTEGER(),
        comment="actual places",
        existing_nullable=True,
        schema="registry",
    )
    op.drop_index(op.f("ix_service_source_id"), table_name="service", schema="registry")
    op.create_index(
        "idx_service_service_area",
        "service",
        ["service_area"],
        unique=False,
        schema="registry",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_service_area_code"), "service", ["area_code"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_service_import_id"), "service", ["import_id"], unique=False, schema="registry"
    )
    op.create_unique_constraint(
        op.f("uq_service_id"), "service", ["id", "agency_id"], schema="registry"
    )
    op.add_column(
        "site",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "site",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "site",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "site",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column("site", sa.Column("name", sa.Text(), nullable=True), schema="registry")
    op.add_column(
        "site",
        sa.Column(
            "sensitive",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="a refuge: never outside its agency and the case workers of its municipality",
        ),
        schema="registry",
    )
    op.add_column(
        "site",
        sa.Column(
            "premises",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="checklist item -> true or false; an item that is not there was not looked at",
        ),
        schema="registry",
    )
    op.alter_column(
        "site",
        "external_id",
        existing_type=sa.TEXT(),
        comment="the key in its source",
        existing_nullable=False,
        schema="registry",
    )
    op.drop_index(op.f("ix_site_source_id"), table_name="site", schema="registry")
    op.create_index(
        op.f("ix_site_import_id"), "site", ["import_id"], unique=False, schema="registry"
    )
    op.add_column(
        "staff",
        sa.Column(
            "version", sa.Integer(), server_default="1", nullable=False, comment="grows by an edit"
        ),
        schema="registry",
    )
    op.add_column(
        "staff",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="registry",
    )
    op.add_column(
        "staff",
        sa.Column("import_id", sa.Uuid(), nullable=True, comment="the import that brought the row"),
        schema="registry",
    )
    op.add_column(
        "staff",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="field -> source, date, official; only where they differ from the row's",
        ),
        schema="registry",
    )
    op.add_column(
        "staff",
        sa.Column(
            "fte", sa.Numeric(precision=4, scale=2), nullable=True, comment="full-time equivalents"
        ),
        schema="registry",
    )
    op.add_column("staff", sa.Column("contract_type", sa.Text(), nullable=True), schema="registry")
    op.create_index(
        op.f("ix_staff_agency_id"), "staff", ["agency_id"], unique=False, schema="registry"
    )
    op.create_index(
        op.f("ix_staff_import_id"), "staff", ["import_id"], unique=False, schema="registry"
    )
    op.create_unique_constraint(
        op.f("uq_staff_source_id"), "staff", ["source_id", "external_id"], schema="registry"
    )
    op.create_foreign_key(
        op.f("fk_staff_agency_id"),
        "staff",
        "agency",
        ["agency_id"],
        ["id"],
        source_schema="registry",
        referent_schema="registry",
    )
    op.create_foreign_key(
        op.f("fk_staff_source_id"),
        "staff",
        "source",
        ["source_id"],
        ["id"],
        source_schema="registry",
        referent_schema="base",
    )
    for table in WITH_KEY:
        op.execute(f"ALTER TABLE {table} ALTER id SET DEFAULT gen_random_uuid()")
    op.execute("ALTER TABLE registry.person ALTER receives_income_support SET DEFAULT false")
    op.execute("ALTER TABLE account.audit_event ALTER at SET DEFAULT clock_timestamp()")
    op.execute(SERVICES)
    op.execute(OFFICE)
    op.create_check_constraint(
        op.f("ck_app_user_whole_oidc"),
        "app_user",
        "num_nonnulls(oidc_issuer, oidc_subject) <> 1",
        schema="account",
    )
    op.create_check_constraint(
        op.f("ck_session_second_factor_word"),
        "session",
        "second_factor IN ('passed', 'wanted', 'enrol')",
        schema="account",
    )
    op.create_check_constraint(
        op.f("ck_site_premises_object"),
        "site",
        "jsonb_typeof(premises) = 'object'",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_service_sector_word"),
        "service",
        "sector IN ('families', 'foster_care', 'reduced_mobility', 'older', 'migrants', 'inclusion_staff')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_service_opening_list"),
        "service",
        "jsonb_typeof(opening) = 'array'",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_service_capacities_not_negative"),
        "service",
        "capacity_funded >= 0 AND capacity_accessible >= 0 AND capacity_waiting >= 0",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_service_eligibility_object"),
        "service",
        "jsonb_typeof(eligibility) = 'object'",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_service_service_area_in_range"),
        "service",
        "ST_XMin(service_area) >= -180 AND ST_XMax(service_area) <= 180 AND ST_YMin(service_area) >= -85.06 AND ST_YMax(service_area) <= 85.06 AND NOT ST_IsEmpty(service_area) AND ST_IsValid(service_area)",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_staff_fte_range"), "staff", "fte > 0 AND fte <= 2", schema="registry"
    )
    op.create_check_constraint(
        op.f("ck_staff_contract_type_word"),
        "staff",
        "contract_type IN ('permanent', 'fixed_term', 'volunteer')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_programme_sector_word"),
        "programme",
        "sector IN ('families', 'foster_care', 'reduced_mobility', 'older', 'migrants', 'inclusion_staff')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_programme_validity_order"),
        "programme",
        "valid_to >= valid_from",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_person_sex_word"), "person", "sex IN ('f', 'm', 'x')", schema="registry"
    )
    op.create_check_constraint(
        op.f("ck_person_consent_basis_word"),
        "person",
        "consent_basis IN ('consent', 'law', 'vital_interest')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_person_support_need_word"),
        "person",
        "support_need IN ('low', 'medium', 'high')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_person_birth_year_range"),
        "person",
        "birth_year BETWEEN 1880 AND 2100",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_need_sector_word"),
        "need",
        "sector IN ('families', 'foster_care', 'reduced_mobility', 'older', 'migrants', 'inclusion_staff')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_need_stages_in_order"),
        "need",
        "evaluated_on >= since AND resolved_on >= coalesce(evaluated_on, since) AND closed_on >= since",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_need_intervention_word"),
        "need",
        "intervention IN ('prevention', 'combating', 'resolution')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_need_channel_word"),
        "need",
        "channel IN ('street_work', 'hotline', 'reception', 'web', 'agency', 'media')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_referral_time_order"), "referral", "answered_at >= sent_at", schema="registry"
    )
    op.create_check_constraint(
        op.f("ck_referral_reason_word"),
        "referral",
        "reason IN ('no_place', 'not_eligible', 'too_far', 'language', 'not_accessible', 'declined_by_person', 'no_contact', 'other')",
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_referral_refusal_has_reason"),
        "referral",
        "outcome <> 'refused' OR reason IS NOT NULL",
        schema="registry",
    )


def downgrade() -> None:
    """Refused: the audit log and the proofs of erasures would be lost with the tables."""
    raise NotImplementedError("Restore a backup from before this version instead.")
