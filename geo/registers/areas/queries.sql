-- name: lock_loads
-- One load at a time: two would replace each other's rows half-way.
SELECT pg_advisory_xact_lock(hashtext('needsmap.load'));

-- name: put_source
-- One row a source: loading it again replaces what was said of it.
INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, reference_date, official,
    derived, synthetic, scope, counts, notes, sha256)
VALUES (:id, :title, CAST(:titles AS jsonb), CAST(:notices AS jsonb), :publisher, :licence, :attribution, :reference_date, :official,
    :derived, :synthetic, :scope, CAST(:counts AS jsonb), CAST(:notes AS jsonb), :sha256)
ON CONFLICT (id) DO UPDATE SET title = excluded.title,
    titles = excluded.titles, notices = excluded.notices, publisher = excluded.publisher,
    licence = excluded.licence, attribution = excluded.attribution,
    reference_date = excluded.reference_date, official = excluded.official,
    derived = excluded.derived, synthetic = excluded.synthetic, scope = excluded.scope,
    counts = excluded.counts, notes = excluded.notes, sha256 = excluded.sha256, loaded_at = now();

-- name: known_names
-- Names of areas that are about to be replaced.
SELECT a.country, a.level, a.code, n.lang, n.name, n.source_id
FROM base.area a JOIN base.area_name n ON n.area_id = a.id
WHERE a.country = :country AND a.level = :level AND a.code = ANY(CAST(:codes AS text[]));

-- name: drop_areas
-- Areas that a new edition replaces, whatever source gave the old ones.
DELETE FROM base.area
WHERE country = :country AND level = :level AND code = ANY(CAST(:codes AS text[]));

-- name: area_ids
-- The keys of areas just written, to hang their names on.
SELECT id, code FROM base.area WHERE country = :country AND level = :level;

-- name: areas
-- The municipalities of a region or country with their names; name_el is its own language's where it has no Greek one.
SELECT a.code, a.level, a.parent_code, a.country, a.geometry_kind, a.source_id,
    coalesce(en.name, el.name, own.name, a.code) AS name_en,
    coalesce(el.name, own.name, en.name, a.code) AS name_el,
    ST_AsBinary(a.geom) AS geometry
FROM base.area a
LEFT JOIN base.area_name en ON en.area_id = a.id AND en.lang = 'en'
LEFT JOIN base.area_name el ON el.area_id = a.id AND el.lang = 'el'
LEFT JOIN LATERAL (SELECT n.name FROM base.area_name n WHERE n.area_id = a.id AND n.lang NOT IN ('en', 'el')
    ORDER BY n.lang <> a.country, n.lang LIMIT 1) own ON true
WHERE (a.level = 'municipality' AND (a.parent_code = :region OR (:whole AND a.country = :country)))
    OR (a.level IN ('region', 'country') AND a.code = :region)
ORDER BY a.level, a.code;

-- name: area_exists
-- Whether an area of that code is loaded, at which level, in which country.
SELECT level, country FROM base.area WHERE code = :code AND level IN ('region', 'country');

-- name: population
-- People of the municipalities asked for, newest date first; one base for all of them.
WITH known AS (
    SELECT area_code, persons, reference_date, base, source_id FROM base.population
    WHERE area_code = ANY(CAST(:codes AS text[])) AND sex = 'total' AND age_band = 'total')
SELECT DISTINCT ON (area_code) area_code AS code, persons, reference_date, base, source_id
FROM known
WHERE base = 'residents' OR NOT EXISTS (SELECT 1 FROM known WHERE base = 'residents')
ORDER BY area_code, reference_date DESC;

-- name: cells
-- Populated cells: each municipality's from the widest source that has any there.
WITH wide AS (
    SELECT source_id, count(DISTINCT area_code) AS reach, count(*) AS cells FROM base.cell
    WHERE area_code = ANY(CAST(:codes AS text[])) GROUP BY source_id),
chosen AS (
    SELECT DISTINCT ON (c.area_code) c.area_code, c.source_id
    FROM base.cell c JOIN wide w ON w.source_id = c.source_id
    WHERE c.area_code = ANY(CAST(:codes AS text[]))
    ORDER BY c.area_code, w.reach DESC, w.cells DESC, c.source_id)
SELECT c.code, c.kind, c.area_code, c.population, c.source_id, ST_AsBinary(c.geom) AS geometry
FROM base.cell c JOIN chosen ON chosen.area_code = c.area_code AND chosen.source_id = c.source_id
ORDER BY c.source_id, c.code;

-- name: put_name
-- A name for an area that has none in this language yet.
INSERT INTO base.area_name (area_id, lang, name, source_id)
SELECT a.id, :lang, :name, :source_id FROM base.area a
WHERE a.country = :country AND a.level = :level AND a.code = :code
ON CONFLICT DO NOTHING;

-- name: municipalities
-- The municipalities of a country, to which cells are assigned.
SELECT code, parent_code, ST_AsBinary(geom) AS geometry FROM base.area
WHERE country = :country AND level = 'municipality' ORDER BY code;

-- name: official_codes
-- The codes of municipalities that were loaded from an official file.
SELECT code FROM base.area
WHERE country = :country AND level = 'municipality' AND geometry_kind = 'official';

-- name: sources
-- Every source that was loaded.
SELECT id, title, titles, notices, publisher, licence, attribution, reference_date, official,
    derived, synthetic, scope, counts, notes, sha256 FROM base.source ORDER BY id;

-- name: municipality_at
-- The municipality that holds a point.
SELECT a.code, coalesce(en.name, el.name, own.name, a.code) AS name_en,
    coalesce(el.name, own.name, en.name, a.code) AS name_el
FROM base.area a
LEFT JOIN base.area_name en ON en.area_id = a.id AND en.lang = 'en'
LEFT JOIN base.area_name el ON el.area_id = a.id AND el.lang = 'el'
LEFT JOIN LATERAL (SELECT n.name FROM base.area_name n WHERE n.area_id = a.id AND n.lang NOT IN ('en', 'el')
    ORDER BY n.lang <> a.country, n.lang LIMIT 1) own ON true
WHERE a.level = 'municipality' AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
ORDER BY a.code LIMIT 1;

-- name: names_of
-- The names of municipalities by code.
SELECT a.code, coalesce(en.name, el.name, own.name, a.code) AS name_en,
    coalesce(el.name, own.name, en.name, a.code) AS name_el
FROM base.area a
LEFT JOIN base.area_name en ON en.area_id = a.id AND en.lang = 'en'
LEFT JOIN base.area_name el ON el.area_id = a.id AND el.lang = 'el'
LEFT JOIN LATERAL (SELECT n.name FROM base.area_name n WHERE n.area_id = a.id AND n.lang NOT IN ('en', 'el')
    ORDER BY n.lang <> a.country, n.lang LIMIT 1) own ON true
WHERE a.level = 'municipality' AND a.code = ANY(CAST(:codes AS text[]));

-- name: named_municipalities
-- Every loaded municipality of a country with its names, whatever region it belongs to.
SELECT a.code, a.level, coalesce(en.name, el.name, own.name, a.code) AS name_en,
    coalesce(el.name, own.name, en.name, a.code) AS name_el
FROM base.area a
LEFT JOIN base.area_name en ON en.area_id = a.id AND en.lang = 'en'
LEFT JOIN base.area_name el ON el.area_id = a.id AND el.lang = 'el'
LEFT JOIN LATERAL (SELECT n.name FROM base.area_name n WHERE n.area_id = a.id AND n.lang NOT IN ('en', 'el')
    ORDER BY n.lang <> a.country, n.lang LIMIT 1) own ON true
WHERE a.country = :country AND a.level = 'municipality' ORDER BY a.code;

-- name: codes_of_others
-- Codes that another country's municipalities have too, where these are official or have figures.
SELECT DISTINCT a.code FROM base.area a
WHERE a.level = 'municipality' AND a.country <> :country AND a.code = ANY(CAST(:codes AS text[]))
    AND (a.geometry_kind = 'official'
        OR EXISTS (SELECT 1 FROM base.population p WHERE p.area_code = a.code)
        OR EXISTS (SELECT 1 FROM base.cell c WHERE c.area_code = a.code))
ORDER BY a.code;

-- name: areas_of_others
-- The areas of a country that other sources brought.
SELECT code, level, parent_code, ST_AsBinary(geom) AS geometry FROM base.area
WHERE country = :country AND source_id <> :source_id ORDER BY level, code;

-- name: drop_vanished
-- Areas of a source that its newest edition does not have any more.
DELETE FROM base.area WHERE country = :country AND source_id = :source_id
    AND level || ' ' || code <> ALL(CAST(:kept AS text[]));

-- name: need_estimates
-- Estimates of need of a country's municipalities, and rates that hold for all of them.
SELECT e.area_code, e.service_type, e.sector, e.age_band, e.source_class, e.persons, e.rate,
    e.standard_error, e.source_name, e.reference_date
FROM base.need_estimate e
WHERE e.source_id = 'need_estimates_' || :country
    AND (e.area_code = '*' OR e.area_code = ANY(CAST(:codes AS text[])))
ORDER BY e.service_type, e.sector, e.age_band, e.area_code, e.source_class;
