-- name: page
-- Spots that the reader sees, in the order of their keys.
SELECT id, version, updated_at, synthetic, name, names, note, ST_Y(geom) AS lat, ST_X(geom) AS lon, radius_m, area_code,
    kept_by
FROM field.named_spot WHERE CAST(:after AS uuid) IS NULL OR id > :after ORDER BY id LIMIT :most;

-- name: one
-- One spot.
SELECT id, version, updated_at, synthetic, name, names, note, ST_Y(geom) AS lat, ST_X(geom) AS lon, radius_m, area_code,
    kept_by
FROM field.named_spot WHERE id = :id;

-- name: all
-- Every spot that the reader sees, as the geocoder reads spots.
SELECT CAST(id AS text) AS external_id, name, names AS alternate_names, 'team' AS kind, area_code, radius_m,
    ST_AsBinary(geom) AS geometry, 'named_spot' AS source_id
FROM field.named_spot ORDER BY id;

-- name: may_read
-- Whether the reader's role has anything to do with spots.
SELECT has_table_privilege('field.named_spot', 'SELECT');

-- name: none
-- No spot, in the same columns.
SELECT CAST(NULL AS text) AS external_id, CAST(NULL AS text) AS name, CAST('{}' AS text[]) AS alternate_names,
    CAST(NULL AS text) AS kind, CAST(NULL AS text) AS area_code, CAST(NULL AS float8) AS radius_m,
    CAST(NULL AS bytea) AS geometry, CAST(NULL AS text) AS source_id WHERE false;

-- name: put
-- A new spot, kept by whoever makes it.
INSERT INTO field.named_spot (id, synthetic, name, names, note, geom, radius_m, area_code, kept_by)
VALUES (:id, :synthetic, :name, :names, :note, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :radius_m, :area_code,
    base.current_user_id());

-- name: change
-- Other words or another point for a spot, of the version that was read.
UPDATE field.named_spot SET name = coalesce(:name, name), names = coalesce(CAST(:names AS text[]), names),
    note = coalesce(:note, note), radius_m = coalesce(CAST(:radius_m AS float8), radius_m),
    geom = coalesce(ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326), geom)
WHERE id = :id AND version = :version;

-- name: remove
-- A spot that is no more, of the version that was read.
DELETE FROM field.named_spot WHERE id = :id AND version = :version;
