"""Estimates of need: how many people may need a service, by whom and when that was estimated."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ESTIMATES = """
CREATE TABLE base.need_estimate (
    area_code text NOT NULL,
    service_type text NOT NULL,
    sector text NOT NULL,
    age_band text NOT NULL,
    source_class text NOT NULL,
    persons double precision,
    rate double precision,
    standard_error double precision,
    source_name text NOT NULL,
    reference_date date NOT NULL,
    source_id text NOT NULL CONSTRAINT fk_need_estimate_source_id
        REFERENCES base.source (id),
    CONSTRAINT pk_need_estimate
        PRIMARY KEY (area_code, service_type, sector, age_band, source_class, source_id),
    CONSTRAINT ck_need_estimate_source_class_word
        CHECK (source_class IN ('survey', 'small_area', 'prevalence')),
    CONSTRAINT ck_need_estimate_one_figure CHECK (num_nonnulls(persons, rate) = 1),
    CONSTRAINT ck_need_estimate_in_range
        CHECK (persons >= 0 AND standard_error >= 0 AND rate BETWEEN 0 AND 1));
CREATE INDEX ix_need_estimate_source_id ON base.need_estimate (source_id);
COMMENT ON COLUMN base.need_estimate.area_code IS 'a municipality, or * for all (a rate)';
COMMENT ON COLUMN base.need_estimate.rate IS 'share of all residents, 0 to 1';
COMMENT ON COLUMN base.need_estimate.standard_error IS 'of the persons or of the share';
COMMENT ON COLUMN base.need_estimate.source_name IS 'who made the estimate';
"""


def upgrade() -> None:
    """A table of open facts: no person is in it."""
    op.execute(ESTIMATES)


def downgrade() -> None:
    op.execute("DROP TABLE base.need_estimate")
