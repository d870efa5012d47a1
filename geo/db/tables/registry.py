"""The registers: agencies and their services, people and their needs (row-level security)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.db.tables import columns
from geo.profiles.shape import CHANNELS, SECTORS


def _ref(name: str, target: str, *, nullable: bool = False, whole: bool = False) -> Column[object]:
    """A reference to another register's row; `whole`: it goes with that row."""
    key = ForeignKey(f"registry.{target}.id", ondelete="CASCADE" if whole else None)
    return Column(name, Uuid, key, nullable=nullable, index=True)


def _key() -> UniqueConstraint:
    return UniqueConstraint("source_id", "external_id")


agency = Table(
    "agency",
    columns.metadata,
    *columns.register_key(),
    Column("name", Text, nullable=False),
    Column("legal_form", Text, nullable=False),
    columns.area_code(),
    Column("parent_area_code", Text, comment="the municipality that founded and supervises it"),
    Column("email", Text),
    Column("website", Text),
    Column("accreditation", Text),
    Column("accredited_until", Date),
    Column("emergency", Boolean, nullable=False, server_default="false"),
    _key(),
    schema="registry",
)

site = Table(
    "site",
    columns.metadata,
    *columns.register_key(),
    _ref("agency_id", "agency"),
    Column("name", Text),
    Column("address", Text, nullable=False),
    Column("postcode", Text),
    columns.area_code(),
    Column(
        "sensitive",
        Boolean,
        nullable=False,
        server_default="false",
        comment="a refuge: never outside its agency and the case workers of its municipality",
    ),
    Column(
        "premises",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="checklist item -> true or false; an item that is not there was not looked at",
    ),
    *columns.location(),
    _key(),
    *columns.located(),
    CheckConstraint("jsonb_typeof(premises) = 'object'", name="premises_object"),
    *columns.location_indexes("site"),
    schema="registry",
)

service = Table(
    "service",
    columns.metadata,
    *columns.register_key(),
    _ref("agency_id", "agency"),
    _ref("site_id", "site"),
    columns.area_code(),
    Column(
        "sensitive",
        Boolean,
        nullable=False,
        server_default="false",
        comment="as its site: a trigger keeps the two alike",
    ),
    Column("service_type", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("capacity", Integer, comment="actual places"),
    Column("capacity_funded", Integer),
    Column("capacity_accessible", Integer, comment="places a wheelchair user can take"),
    Column("capacity_waiting", Integer, comment="persons on the waiting list"),
    Column("capacity_period", Text),
    columns.texts("offers", "service codes a centre offers"),
    columns.texts("target_groups"),
    columns.texts("languages"),
    columns.texts("programme_codes"),
    Column(
        "opening", JSONB, nullable=False, server_default=text("'[]'"), comment="recurrence rules"
    ),
    Column("eligibility", JSONB, comment="rules that a machine can check"),
    columns.geometry("MULTIPOLYGON", "service_area", nullable=True),
    Column("sector", Text),
    Column("fee", Text),
    Column("active", Boolean, nullable=False),
    Column("verified_on", Date),
    _key(),
    # Staff name both, so that a person of one agency cannot stand in another's service.
    UniqueConstraint("id", "agency_id"),
    CheckConstraint("capacity >= 0", name="capacity_not_negative"),
    CheckConstraint(
        "capacity_funded >= 0 AND capacity_accessible >= 0 AND capacity_waiting >= 0",
        name="capacities_not_negative",
    ),
    CheckConstraint("jsonb_typeof(opening) = 'array'", name="opening_list"),
    CheckConstraint("jsonb_typeof(eligibility) = 'object'", name="eligibility_object"),
    columns.words("sector", *SECTORS),
    columns.in_range("service_area", valid=True),
    schema="registry",
)

staff = Table(
    "staff",
    columns.metadata,
    *columns.register_key(),
    _ref("service_id", "service", whole=True),
    _ref("agency_id", "agency"),
    Column("specialty", Text, nullable=False),
    Column("head", Boolean, nullable=False),
    Column("fte", Numeric(4, 2), comment="full-time equivalents"),
    Column("contract_type", Text),
    Column("contract_end", Date),
    _key(),
    columns.words("contract_type", "permanent", "fixed_term", "volunteer"),
    CheckConstraint("fte > 0 AND fte <= 2", name="fte_range"),
    schema="registry",
)

programme = Table(
    "programme",
    columns.metadata,
    *columns.register_key(),
    Column("code", Text, nullable=False, comment="the project's code, in Greece its MIS number"),
    Column("name", Text, nullable=False),
    Column("fund", Text),
    Column("objective", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    columns.texts("target_groups"),
    Column("sector", Text),
    _key(),
    CheckConstraint("valid_to >= valid_from", name="validity_order"),
    columns.words("sector", *SECTORS),
    schema="registry",
)

agreement = Table(
    "agreement",
    columns.metadata,
    *columns.register_key(),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    columns.area_code(),
    _ref("agency_id", "agency"),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("decision_ref", Text),
    columns.texts("service_types"),
    _key(),
    columns.words("kind", "cooperation", "referral", "funding", "accreditation"),
    CheckConstraint("valid_to >= valid_from", name="validity_order"),
    schema="registry",
)

agreement_party = Table(
    "agreement_party",
    columns.metadata,
    Column(
        "agreement_id",
        Uuid,
        ForeignKey("registry.agreement.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("agency_id", Uuid, ForeignKey("registry.agency.id"), primary_key=True, index=True),
    schema="registry",
)

household = Table(
    "household",
    columns.metadata,
    *columns.register_key(),
    columns.area_code(),
    _key(),
    Index("ix_household_real", "id", postgresql_where=text("NOT synthetic")),
    schema="registry",
)

person = Table(
    "person",
    columns.metadata,
    *columns.register_key(),
    _ref("household_id", "household", nullable=True),
    Column("pseudonym", Text, nullable=False),
    Column(
        "match_key",
        LargeBinary,
        index=True,
        comment="keyed hash of name and birth date, which themselves are not kept",
    ),
    Column("birth_year", SmallInteger),
    Column("sex", Text),
    Column("target_group", Text),
    columns.texts("languages"),
    Column("support_need", Text),
    Column("address", Text, nullable=False),
    Column("municipality_text", Text),
    Column("postcode", Text),
    Column("receives_income_support", Boolean, nullable=False, server_default="false"),
    Column("area_code", Text, comment="LAU code of a municipality"),
    Column("consent_basis", Text),
    Column("consent_on", Date),
    Column("consent_withdrawn_on", Date),
    Column("retain_until", Date, index=True, comment="the record is erased after this day"),
    *columns.location(),
    _key(),
    *columns.located(),
    columns.words("sex", "f", "m", "x"),
    columns.words("support_need", "low", "medium", "high"),
    columns.words("consent_basis", "consent", "law", "vital_interest"),
    CheckConstraint("birth_year BETWEEN 1880 AND 2100", name="birth_year_range"),
    Index("ix_person_area_code_id", "area_code", "id"),
    # Whether there is any real person is asked with each request of a demo login.
    Index("ix_person_real", "id", postgresql_where=text("NOT synthetic")),
    *columns.location_indexes("person"),
    schema="registry",
)

assignment = Table(
    "assignment",
    columns.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    _ref("person_id", "person"),
    Column("user_id", Uuid, nullable=False, index=True),
    columns.area_code(),
    Column("assigned_on", Date, nullable=False, server_default=func.current_date()),
    Column("ended_on", Date),
    UniqueConstraint("person_id", "user_id", "assigned_on"),
    CheckConstraint("ended_on >= assigned_on", name="time_order"),
    schema="registry",
)

need = Table(
    "need",
    columns.metadata,
    *columns.register_key(),
    _ref("person_id", "person", nullable=True),
    _ref("household_id", "household", nullable=True),
    Column("group_name", Text, comment="a group that shares a need, without its persons"),
    columns.area_code(),
    Column("service_type", Text, nullable=False),
    Column("sector", Text),
    Column("intervention", Text),
    Column("stage", Text, nullable=False),
    Column("channel", Text),
    Column("since", Date, nullable=False),
    Column("evaluated_on", Date),
    Column("resolved_on", Date),
    Column("closed_on", Date),
    Column("outcome", Text),
    _key(),
    columns.words("stage", "identification", "evaluation", "resolution"),
    columns.words("intervention", "prevention", "combating", "resolution"),
    columns.words("channel", *CHANNELS),
    columns.words("sector", *SECTORS),
    CheckConstraint(
        "num_nonnulls(person_id, household_id, group_name) = 1", name="one_unit_of_need"
    ),
    CheckConstraint(
        "evaluated_on >= since AND resolved_on >= coalesce(evaluated_on, since)"
        " AND closed_on >= since",
        name="stages_in_order",
    ),
    Index("ix_need_real", "id", postgresql_where=text("NOT synthetic")),
    schema="registry",
)

contact = Table(
    "contact",
    columns.metadata,
    *columns.register_key(),
    _ref("person_id", "person", nullable=True),
    columns.area_code(),
    Column("channel", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("topic", Text, nullable=False),
    Column("triage", Text),
    Column("outcome", Text),
    _key(),
    columns.words("channel", *CHANNELS),
    columns.words("triage", "urgent", "soon", "routine"),
    columns.words("outcome", "informed", "referred", "need_recorded", "passed_on", "none"),
    Index("ix_contact_real", "id", postgresql_where=text("NOT synthetic")),
    schema="registry",
)

referral = Table(
    "referral",
    columns.metadata,
    *columns.register_key(),
    _ref("need_id", "need"),
    _ref("to_service_id", "service"),
    Column("to_agency_id", Uuid, nullable=False, index=True),
    columns.area_code(),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("outcome", Text),
    Column("reason", Text, comment="a code, so that refusals can be counted"),
    _key(),
    columns.words("outcome", "accepted", "refused", "done"),
    columns.words(
        "reason",
        "no_place",
        "not_eligible",
        "too_far",
        "language",
        "not_accessible",
        "declined_by_person",
        "no_contact",
        "other",
    ),
    CheckConstraint("answered_at >= sent_at", name="time_order"),
    CheckConstraint("outcome <> 'refused' OR reason IS NOT NULL", name="refusal_has_reason"),
    schema="registry",
)

resident = Table(
    "resident",
    columns.metadata,
    *columns.register_key(),
    _ref("service_id", "service"),
    Column("agency_id", Uuid, index=True),
    columns.area_code("origin_area_code"),
    Column("support_need", Text),
    Column("age_band", Text),
    Column("since", Date),
    _key(),
    Index("ix_resident_real", "id", postgresql_where=text("NOT synthetic")),
    schema="registry",
)

duplicate = Table(
    "duplicate",
    columns.metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    _ref("person_a", "person", whole=True),
    _ref("person_b", "person", whole=True),
    columns.area_code(),
    Column("score", Double, nullable=False),
    Column("reasons", JSONB, nullable=False, comment="which rules found the two alike"),
    Column("state", Text, nullable=False, server_default="open"),
    Column("found_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("decided_by", Uuid),
    Column("decided_at", DateTime(timezone=True)),
    UniqueConstraint("person_a", "person_b"),
    CheckConstraint("person_a < person_b", name="each_pair_once"),
    CheckConstraint("score BETWEEN 0 AND 1", name="score_range"),
    columns.words("state", "open", "same", "different"),
    schema="registry",
)
