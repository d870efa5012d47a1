-- name: put_release
-- A release under its own name; the same release again changes nothing.
INSERT INTO release (id, snapshot_id, region_code, region_names, created_at, demo, k, rounded_to,
    rule_version, manifest)
VALUES (:id, :snapshot_id, :region_code, CAST(:region_names AS jsonb), :created_at, :demo, :k,
    :rounded_to, :rule_version, CAST(:manifest AS jsonb))
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: release
-- One release.
SELECT id, snapshot_id, region_code, region_names, created_at, demo, k, rounded_to, rule_version,
    manifest
FROM release WHERE id = :id;

-- name: releases
-- All releases of the tier, newest first.
SELECT id, snapshot_id, region_code, region_names, created_at, demo, k, rounded_to, rule_version,
    manifest
FROM release ORDER BY created_at DESC, id;

-- name: latest
-- The newest release of the tier.
SELECT id FROM release ORDER BY created_at DESC, id LIMIT 1;

-- name: zones
-- The zones of a release.
SELECT code, level, parent_code, name_en, name_el, geometry_kind, ST_AsBinary(geom) AS geometry
FROM zone WHERE release_id = :id ORDER BY level DESC, code;

-- name: values
-- The figures that the tier may see.
SELECT indicator, breakdown, area_code, value, low, high, category, status, period, explanation
FROM value WHERE release_id = :id ORDER BY indicator, breakdown, area_code;

-- name: services
-- The services that may stand on a map.
SELECT code, service_type, name, agency, area_code, capacity, location_class, radius_m, synthetic,
    ST_AsBinary(geom) AS geometry
FROM service_point WHERE release_id = :id ORDER BY code;

-- name: pockets
-- The pockets that the tier may see.
SELECT id, members, evidence FROM pocket WHERE release_id = :id ORDER BY id;

-- name: area_tile
-- One vector tile of municipalities with one figure.
WITH edge AS MATERIALIZED (SELECT ST_TileEnvelope(:z, :x, :y) AS web),
reach AS MATERIALIZED (SELECT ST_Transform(ST_Expand(web, (ST_XMax(web) - ST_XMin(web)) / 64), 4326)
    AS geom FROM edge),
areas AS (
    SELECT z.code, z.name_en, z.name_el, v.value, v.category, v.status,
        ST_AsMVTGeom(ST_Transform(z.geom, 3857), edge.web, 4096, 64, true) AS geom
    FROM edge, reach, zone z
    JOIN value v ON v.release_id = z.release_id AND v.area_code = z.code
        AND v.indicator = :indicator AND v.breakdown = :breakdown
    WHERE z.release_id = :release AND z.level = 'municipality' AND z.geom && reach.geom)
SELECT ST_AsMVT(areas, 'areas', 4096, 'geom') FROM areas;

-- name: service_tile
-- One vector tile of service points.
WITH edge AS MATERIALIZED (SELECT ST_TileEnvelope(:z, :x, :y) AS web),
services AS (
    SELECT s.code AS id, s.service_type AS type, s.name,
        ST_AsMVTGeom(ST_Transform(s.geom, 3857), edge.web, 4096, 64, true) AS geom
    FROM edge, service_point s
    WHERE s.release_id = :release
        AND s.geom && ST_Transform(ST_Expand(edge.web, (ST_XMax(edge.web) - ST_XMin(edge.web)) / 64), 4326))
SELECT ST_AsMVT(services, 'services', 4096, 'geom') FROM services;
