"""The gazetteer: houses, spots, streets with their lines, by country and by source."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Every gazetteer source that the second schema could hold was of Greece. What a row held is not
# known in the new form: its next load writes it anew, once.
ENTRIES = """
ALTER TABLE base.postcode ADD country text, ADD content uuid;
ALTER TABLE base.street ADD country text, ADD content uuid, ADD external_id text;
ALTER TABLE base.settlement ADD country text, ADD content uuid;
UPDATE base.postcode SET country = 'gr', content = md5(id::text)::uuid;
UPDATE base.street SET country = 'gr', content = md5(id::text)::uuid,
    external_id = id::text;
UPDATE base.settlement SET country = 'gr', content = md5(id::text)::uuid;
ALTER TABLE base.postcode ALTER country SET NOT NULL, ALTER content SET NOT NULL;
ALTER TABLE base.street ALTER country SET NOT NULL, ALTER content SET NOT NULL,
    ALTER external_id SET NOT NULL;
ALTER TABLE base.settlement ALTER country SET NOT NULL, ALTER content SET NOT NULL;
COMMENT ON COLUMN base.settlement.external_id IS 'the key in its source';
COMMENT ON COLUMN base.street.external_id IS 'the key in its source';
"""

POSTCODES = """
ALTER TABLE base.postcode ADD placed_by text NOT NULL DEFAULT 'point';
ALTER TABLE base.postcode ALTER placed_by DROP DEFAULT;
ALTER TABLE base.postcode ADD CONSTRAINT ck_postcode_placed_by_word
    CHECK (placed_by IN ('point', 'houses', 'settlement'));
ALTER TABLE base.postcode DROP CONSTRAINT uq_postcode_source_id;
ALTER TABLE base.postcode ADD CONSTRAINT uq_postcode_source_id
    UNIQUE (source_id, country, postcode);
COMMENT ON COLUMN base.postcode.placed_by IS 'what its point was made of';
"""

STREETS = """
ALTER TABLE base.street ADD alternate_names text[] NOT NULL DEFAULT '{}', ADD place text,
    ADD lines geometry(MULTILINESTRING, 4326);
ALTER TABLE base.street ALTER postcode DROP NOT NULL;
ALTER TABLE base.street ADD CONSTRAINT uq_street_source_id
    UNIQUE (source_id, country, external_id);
ALTER TABLE base.street ADD CONSTRAINT ck_street_lines_in_range CHECK (ST_XMin(lines) >= -180
    AND ST_XMax(lines) <= 180 AND ST_YMin(lines) >= -85.06 AND ST_YMax(lines) <= 85.06
    AND NOT ST_IsEmpty(lines));
CREATE INDEX idx_street_lines ON base.street USING gist (lines);
COMMENT ON COLUMN base.street.alternate_names IS 'other languages, old, short and local names';
COMMENT ON COLUMN base.street.place IS 'the settlement or quarter it runs through';
"""

SETTLEMENTS = """
ALTER TABLE base.settlement ADD kind text NOT NULL DEFAULT 'locality', ADD parent text,
    ADD unit text;
ALTER TABLE base.settlement ALTER kind DROP DEFAULT;
ALTER TABLE base.settlement ALTER alternate_names SET DEFAULT '{}', ALTER population DROP NOT NULL,
    ALTER geom DROP NOT NULL;
ALTER TABLE base.settlement ADD CONSTRAINT ck_settlement_kind_word
    CHECK (kind IN ('city', 'town', 'village', 'hamlet', 'locality', 'quarter'));
ALTER TABLE base.settlement DROP CONSTRAINT uq_settlement_source_id;
ALTER TABLE base.settlement ADD CONSTRAINT uq_settlement_source_id
    UNIQUE (source_id, country, external_id);
COMMENT ON COLUMN base.settlement.alternate_names IS 'other languages, old, short and local names';
COMMENT ON COLUMN base.settlement.parent IS 'name of the municipality, as the source has it';
COMMENT ON COLUMN base.settlement.unit IS 'name of the district or county, as the source has it';
"""

HOUSES = """
CREATE TABLE base.house (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_house PRIMARY KEY,
    country text NOT NULL, content uuid NOT NULL,
    source_id text NOT NULL CONSTRAINT fk_house_source_id REFERENCES base.source (id),
    external_id text NOT NULL, street text, place text, postcode text, area_code text,
    number text NOT NULL, surveyed boolean NOT NULL, geom geometry(POINT, 4326) NOT NULL,
    CONSTRAINT uq_house_source_id UNIQUE (source_id, country, external_id),
    CONSTRAINT ck_house_street_or_place CHECK (num_nonnulls(street, place) > 0),
    CONSTRAINT ck_house_geom_in_range CHECK (ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180
        AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)));
CREATE INDEX idx_house_geom ON base.house USING gist (geom);
CREATE INDEX ix_house_area_code ON base.house (area_code);
CREATE INDEX ix_house_source_id ON base.house (source_id);
COMMENT ON COLUMN base.house.external_id IS 'the key in its source';
COMMENT ON COLUMN base.house.place IS 'the village or quarter that numbers its houses itself';
COMMENT ON COLUMN base.house.number IS 'as surveyed: 15A, 15-17, 15/3';
COMMENT ON COLUMN base.house.surveyed IS 'false: between two surveyed numbers';
"""

SPOTS = """
CREATE TABLE base.spot (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_spot PRIMARY KEY,
    country text NOT NULL, content uuid NOT NULL,
    source_id text NOT NULL CONSTRAINT fk_spot_source_id REFERENCES base.source (id),
    external_id text NOT NULL, name text NOT NULL, alternate_names text[] NOT NULL DEFAULT '{}',
    kind text NOT NULL, area_code text, geom geometry(POINT, 4326) NOT NULL,
    CONSTRAINT uq_spot_source_id UNIQUE (source_id, country, external_id),
    CONSTRAINT ck_spot_geom_in_range CHECK (ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180
        AND ST_YMin(geom) >= -85.06 AND ST_YMax(geom) <= 85.06 AND NOT ST_IsEmpty(geom)));
CREATE INDEX idx_spot_geom ON base.spot USING gist (geom);
CREATE INDEX ix_spot_area_code ON base.spot (area_code);
CREATE INDEX ix_spot_source_id ON base.spot (source_id);
COMMENT ON COLUMN base.spot.external_id IS 'the key in its source';
COMMENT ON COLUMN base.spot.alternate_names IS 'other languages, old, short and local names';
COMMENT ON COLUMN base.spot.kind IS 'what it is, as its source says: pharmacy, park';
"""

# Words that every table of the gazetteer has in common.
COMMON = """
COMMENT ON COLUMN base.{table}.country IS 'ISO 3166-1, two small letters';
COMMENT ON COLUMN base.{table}.content IS 'MD5 of the row as its source gave it';
"""
AREA = "COMMENT ON COLUMN base.{table}.area_code IS 'LAU code of a municipality'"

GAZETTEER = """
CREATE TABLE base.gazetteer (
    country text NOT NULL,
    source_id text NOT NULL CONSTRAINT fk_gazetteer_source_id REFERENCES base.source (id),
    version text NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now(), counts jsonb NOT NULL,
    CONSTRAINT pk_gazetteer PRIMARY KEY (country, source_id));
COMMENT ON COLUMN base.gazetteer.version IS 'names the content of the source''s rows';
COMMENT ON COLUMN base.gazetteer.counts IS 'table -> rows';
INSERT INTO base.gazetteer (country, source_id, version, loaded_at, counts)
SELECT r.country, r.source_id, md5('before 0003 ' || s.sha256), s.loaded_at,
    jsonb_object_agg(r.name, r.total)
FROM (SELECT country, source_id, 'streets' AS name, count(*) AS total FROM base.street GROUP BY 1, 2
    UNION ALL SELECT country, source_id, 'postcodes', count(*) FROM base.postcode GROUP BY 1, 2
    UNION ALL SELECT country, source_id, 'settlements', count(*) FROM base.settlement
    GROUP BY 1, 2) r
JOIN base.source s ON s.id = r.source_id
GROUP BY r.country, r.source_id, s.sha256, s.loaded_at;
"""


def upgrade() -> None:
    """What was loaded stays and is of Greece; houses, spots and lines come with the next loads."""
    for statements in (ENTRIES, POSTCODES, STREETS, SETTLEMENTS, HOUSES, SPOTS):
        op.execute(statements)
    for table in ("postcode", "street", "settlement", "house", "spot"):
        op.execute(COMMON.format(table=table))
    for table in ("house", "spot"):
        op.execute(AREA.format(table=table))
    op.execute(GAZETTEER)


def downgrade() -> None:
    """Refused: rows without a street or a postcode have no place in the second schema."""
    raise NotImplementedError("Restore a backup from before this version instead.")
