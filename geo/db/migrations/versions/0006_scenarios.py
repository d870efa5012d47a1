"""What a snapshot was computed from, and scenarios."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCENARIOS = """
CREATE TABLE snapshot.input (
    snapshot_id text NOT NULL CONSTRAINT fk_input_snapshot_id
        REFERENCES snapshot.snapshot (id) ON DELETE CASCADE,
    name text NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT pk_input PRIMARY KEY (snapshot_id, name));
COMMENT ON COLUMN snapshot.input.name IS 'what it is: cells, needs, facts';
COMMENT ON COLUMN snapshot.input.sha256 IS 'of the content before it was compressed';
COMMENT ON COLUMN snapshot.input.content IS 'JSON, compressed (zlib)';
CREATE SCHEMA IF NOT EXISTS plan;
CREATE TABLE plan.scenario (
    id text NOT NULL,
    snapshot_id text NOT NULL CONSTRAINT fk_scenario_snapshot_id
        REFERENCES snapshot.snapshot (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL,
    result bytea NOT NULL,
    code_version text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_scenario PRIMARY KEY (id));
CREATE INDEX ix_scenario_snapshot_id ON plan.scenario (snapshot_id);
COMMENT ON COLUMN plan.scenario.id IS 'hash of the result';
COMMENT ON COLUMN plan.scenario.result IS 'canonical JSON; it holds exact counts';
COMMENT ON COLUMN plan.scenario.code_version IS 'of the code that computed it';
COMMENT ON COLUMN plan.scenario.made_by IS 'account of the operating system';
"""


def upgrade() -> None:
    """Inputs of snapshots, and scenarios."""
    # Straight to the driver: a percent sign is no parameter.
    connection = op.get_bind().connection.driver_connection
    connection.execute(SCENARIOS)
