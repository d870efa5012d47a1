"""Who may enter, who did what: accounts, logins, keys, limits, the audit log, erasures."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)

from geo.db.tables import columns

ROLES = (
    "street_worker",
    "centre_staff",
    "agency",
    "team_lead",
    "municipal_planner",
    "regional_planner",
    "committee",
    "national",
    "auditor",
    "admin",
)
"""What an account may be; each is a database role needsmap_<role>."""


def _user() -> Column[object]:
    key = ForeignKey("account.app_user.id", ondelete="CASCADE")
    return Column("user_id", Uuid, key, nullable=False, index=True)


app_user = Table(
    "app_user",
    columns.metadata,
    Column("id", Uuid, primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, comment="none where another house checks who it is"),
    Column("role", Text, nullable=False),
    Column("territory_code", Text),
    # A load of agencies takes them out and puts them back; looked at at its end.
    Column("agency_id", Uuid, ForeignKey("registry.agency.id", deferrable=True)),
    Column("disabled", Boolean, nullable=False, server_default="false"),
    Column("demo", Boolean, nullable=False, server_default="false"),
    Column("totp_secret", LargeBinary, comment="encrypted with the installation's secret"),
    Column("totp_confirmed_at", DateTime(timezone=True)),
    Column("totp_last_step", BigInteger, comment="a code counts once"),
    Column("oidc_issuer", Text),
    Column("oidc_subject", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("oidc_issuer", "oidc_subject"),
    columns.words("role", *ROLES),
    CheckConstraint("num_nonnulls(oidc_issuer, oidc_subject) <> 1", name="whole_oidc"),
    schema="account",
)

session = Table(
    "session",
    columns.metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
    _user(),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column(
        "second_factor",
        Text,
        nullable=False,
        server_default="passed",
        comment="passed or not needed; wanted; to be set up: until then the login opens nothing",
    ),
    columns.words("second_factor", "passed", "wanted", "enrol"),
    schema="account",
)

api_key = Table(
    "api_key",
    columns.metadata,
    Column("id", Uuid, primary_key=True),
    _user(),
    Column("name", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    schema="account",
)

rate = Table(
    "rate",
    columns.metadata,
    Column("bucket", LargeBinary, primary_key=True, comment="hash of what is limited, for whom"),
    Column("window_start", DateTime(timezone=True), primary_key=True),
    Column("used", Integer, nullable=False),
    schema="account",
)

oidc_login = Table(
    "oidc_login",
    columns.metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False, comment="PKCE"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema="account",
)

audit_event = Table(
    "audit_event",
    columns.metadata,
    columns.running_number(),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("actor_id", Uuid),
    Column("role", Text),
    Column("territory", Text),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="what was seen or changed; never its content"),
    Column("person_id", Uuid, comment="whose record it was"),
    Column("purpose", Text, comment="a code of why"),
    Index("ix_audit_event_person_id", "person_id"),
    Index("ix_audit_event_actor_id", "actor_id"),
    schema="account",
)

audit_link = Table(
    "audit_link",
    columns.metadata,
    Column("place", BigInteger, primary_key=True, comment="1, 2, 3 ... without a gap"),
    Column("event_id", BigInteger, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False, comment="of the event and the hash before it"),
    schema="account",
)

erasure = Table(
    "erasure",
    columns.metadata,
    Column("proof", LargeBinary, primary_key=True, comment="keyed hash of source and external id"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor_id", Uuid),
    Column("reason", Text, nullable=False),
    columns.words("reason", "request", "retention", "consent_withdrawn", "error"),
    schema="account",
)

secret = Table(
    "secret",
    columns.metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False, comment="read by functions of the database only"),
    schema="account",
)
