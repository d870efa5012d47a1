"""Roads to travel on: one network a country."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROADS = """
CREATE TABLE base.road_network (
    country text NOT NULL,
    source_id text NOT NULL CONSTRAINT fk_road_network_source_id REFERENCES base.source (id),
    version text NOT NULL,
    newest_edit date,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    nodes integer NOT NULL,
    pieces integer NOT NULL,
    modes jsonb NOT NULL,
    CONSTRAINT pk_road_network PRIMARY KEY (country),
    CONSTRAINT ck_road_network_sizes_not_negative CHECK (nodes >= 0 AND pieces >= 0));
CREATE INDEX ix_road_network_source_id ON base.road_network (source_id);
COMMENT ON COLUMN base.road_network.country IS 'ISO 3166-1, two small letters';
COMMENT ON COLUMN base.road_network.version IS 'names the content of the network';
COMMENT ON COLUMN base.road_network.newest_edit IS
    'when a road was last edited, where the source tells';
COMMENT ON COLUMN base.road_network.pieces IS 'of road, between nodes';
COMMENT ON COLUMN base.road_network.modes IS 'mode -> km/h from a place to its road';
CREATE TABLE base.road_values (
    country text NOT NULL CONSTRAINT fk_road_values_country
        REFERENCES base.road_network (country) ON DELETE CASCADE,
    name text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT pk_road_values PRIMARY KEY (country, name),
    CONSTRAINT ck_road_values_content_whole CHECK (length(content) % 8 = 0));
COMMENT ON COLUMN base.road_values.name IS 'what the numbers are: lon, tail, car_there';
COMMENT ON COLUMN base.road_values.content IS 'eight bytes a number, lowest first';
"""


def upgrade() -> None:
    """Roads to travel on."""
    # Straight to the driver: a percent sign is no parameter.
    connection = op.get_bind().connection.driver_connection
    connection.execute(ROADS)
