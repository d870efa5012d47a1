-- name: put_snapshot
-- A frozen content under its own name; the same content again changes nothing.
INSERT INTO snapshot.snapshot (id, region_code, demo, manifest)
VALUES (:id, :region_code, :demo, CAST(:manifest AS jsonb))
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: snapshot
-- One snapshot's history.
SELECT id, region_code, created_at, demo, manifest FROM snapshot.snapshot WHERE id = :id;

-- name: snapshots
-- All snapshots, newest first.
SELECT id, region_code, created_at, demo, manifest FROM snapshot.snapshot
ORDER BY created_at DESC, id;

-- name: zones
-- The zones of a snapshot.
SELECT code, level, parent_code, name_en, name_el, geometry_kind, ST_AsBinary(geom) AS geometry
FROM snapshot.zone WHERE snapshot_id = :id ORDER BY code;

-- name: values
-- The exact figures of a snapshot.
SELECT indicator, breakdown, area_code, value, low, high, category, status, period, explanation
FROM snapshot.value WHERE snapshot_id = :id
ORDER BY indicator, breakdown, area_code;

-- name: services
-- The services of a snapshot.
SELECT code, service_type, name, agency, area_code, capacity, location_class, radius_m, synthetic,
    ST_AsBinary(geom) AS geometry
FROM snapshot.service_point WHERE snapshot_id = :id ORDER BY code;

-- name: pockets
-- The pockets of a snapshot.
SELECT id, members, evidence FROM snapshot.pocket WHERE snapshot_id = :id ORDER BY id;

-- name: latest
-- The newest snapshot of a region.
SELECT id FROM snapshot.snapshot WHERE region_code = :region ORDER BY created_at DESC, id LIMIT 1;

-- name: put_input
-- One input of a snapshot.
INSERT INTO snapshot.input (snapshot_id, name, sha256, content)
VALUES (:id, :name, :sha256, :content);

-- name: inputs
-- What the analysis of a snapshot started from, compressed.
SELECT name, content FROM snapshot.input WHERE snapshot_id = :id ORDER BY name;
