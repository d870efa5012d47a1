-- name: observations_by_area
-- Street-work reports by municipality.
SELECT area_code, count(*) AS reports FROM field.observation
WHERE area_code = ANY(CAST(:codes AS text[])) GROUP BY area_code;

-- name: rounds_by_area
-- Minutes that teams looked, by municipality.
SELECT area_code, sum(minutes) AS minutes FROM field.round
WHERE area_code = ANY(CAST(:codes AS text[])) GROUP BY area_code;

-- name: observations_take_area
-- A report stands in the municipality that holds its point.
UPDATE field.observation o SET area_code = a.code FROM base.area a
WHERE o.area_code IS NULL AND a.level = 'municipality' AND ST_Covers(a.geom, o.geom);

-- name: file_observation
-- A report from the street; the same of the same reporter again changes nothing.
INSERT INTO field.observation (id, external_id, source_id, synthetic, reporter_id, report_id, observed_at,
    channel, category, people_count, urgency, note, area_code, geom, accuracy_m)
VALUES (CAST(:id AS uuid), CAST(CAST(:id AS uuid) AS text), 'street_work', :synthetic, :reporter_id, :report_id, :observed_at,
    'street_work', :category, :people_count, :urgency, :note, :area_code,
    ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :accuracy_m)
ON CONFLICT DO NOTHING
RETURNING received_at;

-- name: observation
-- One report with all that its reporter sent.
SELECT id, report_id, reporter_id, observed_at, received_at, category, people_count, urgency, note,
    area_code, ST_Y(geom) AS lat, ST_X(geom) AS lon, accuracy_m
FROM field.observation WHERE id = :id;

-- name: observations
-- Reports that the reader may see, newest first; the row policy decides which.
SELECT id, report_id, reporter_id, observed_at, received_at, category, people_count, urgency, note, area_code,
    stage, synthetic, ST_Y(geom) AS lat, ST_X(geom) AS lon, accuracy_m
FROM field.observation ORDER BY received_at DESC, id LIMIT :most;

-- name: not_placed
-- Reports whose point lies in no loaded municipality.
SELECT count(*) FROM field.observation WHERE area_code IS NULL;
