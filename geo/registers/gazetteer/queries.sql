-- name: streets
-- The streets of a country with their lines.
SELECT external_id, name, alternate_names, place, postcode, area_code, odd_from, odd_to, even_from,
    even_to, ST_Y(geom) AS lat, ST_X(geom) AS lon, ST_AsBinary(lines) AS lines, source_id
FROM base.street WHERE country = :country ORDER BY source_id, external_id;

-- name: houses
-- The address points of a country.
SELECT external_id, street, place, postcode, area_code, number, surveyed,
    ST_Y(geom) AS lat, ST_X(geom) AS lon, source_id
FROM base.house WHERE country = :country ORDER BY source_id, external_id;

-- name: postcodes
-- The points of a country's postcodes.
SELECT postcode, name, area_code, placed_by, ST_AsBinary(geom) AS geometry, source_id
FROM base.postcode WHERE country = :country ORDER BY source_id, postcode;

-- name: settlements
-- The settlements of a country with their names in all languages.
SELECT external_id, name, alternate_names, kind, population, area_code, parent, unit,
    ST_AsBinary(geom) AS geometry, source_id
FROM base.settlement WHERE country = :country ORDER BY source_id, external_id;

-- name: spots
-- The points of interest of a country.
SELECT external_id, name, alternate_names, kind, area_code, ST_AsBinary(geom) AS geometry, source_id
FROM base.spot WHERE country = :country ORDER BY source_id, external_id;

-- name: areas
-- The administrative areas of a country with their names by language.
SELECT a.code, a.level, a.parent_code, ST_AsBinary(a.geom) AS geometry,
    coalesce((SELECT jsonb_object_agg(n.lang, n.name) FROM base.area_name n
        WHERE n.area_id = a.id), '{}') AS names
FROM base.area a WHERE a.country = :country ORDER BY a.level, a.code;

-- name: lock
-- Writers of one country's gazetteer wait for each other until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('needsmap.gazetteer.' || :country));

-- name: versions
-- What names the content of a country's gazetteer, by source.
SELECT source_id, version FROM base.gazetteer WHERE country = :country ORDER BY source_id;

-- name: listed
-- Every source of every country's gazetteer, with its rows and when they last changed.
SELECT g.country, g.source_id, s.title, g.version, g.loaded_at, g.counts, s.licence, s.attribution,
    s.reference_date
FROM base.gazetteer g JOIN base.source s ON s.id = g.source_id
WHERE g.country = coalesce(CAST(:country AS text), g.country)
ORDER BY g.country, g.source_id;

-- name: drop_versions
-- Sources that no longer have a row in the country's gazetteer.
DELETE FROM base.gazetteer g WHERE g.country = :country AND g.source_id <> ALL (
    SELECT source_id FROM base.street WHERE country = :country
    UNION SELECT source_id FROM base.house WHERE country = :country
    UNION SELECT source_id FROM base.postcode WHERE country = :country
    UNION SELECT source_id FROM base.settlement WHERE country = :country
    UNION SELECT source_id FROM base.spot WHERE country = :country
    UNION SELECT source_id FROM base.area WHERE country = :country
    UNION SELECT n.source_id FROM base.area_name n JOIN base.area a ON a.id = n.area_id
    WHERE a.country = :country);

-- name: put_versions
-- Count a country's rows by source and name their content: the sum of their digests, whatever their order.
INSERT INTO base.gazetteer (country, source_id, version, counts)
SELECT :country, source_id,
    md5(string_agg(name || ' ' || total || ' ' || digest, ', ' ORDER BY name)),
    jsonb_object_agg(name, total)
FROM (
    SELECT 'streets' AS name, source_id, count(*) AS total,
        sum(hashtextextended(external_id || content::text, 0)::numeric) AS digest
    FROM base.street WHERE country = :country GROUP BY source_id
    UNION ALL
    SELECT 'houses', source_id, count(*),
        sum(hashtextextended(external_id || content::text, 0)::numeric)
    FROM base.house WHERE country = :country GROUP BY source_id
    UNION ALL
    SELECT 'postcodes', source_id, count(*),
        sum(hashtextextended(postcode || content::text, 0)::numeric)
    FROM base.postcode WHERE country = :country GROUP BY source_id
    UNION ALL
    SELECT 'settlements', source_id, count(*),
        sum(hashtextextended(external_id || content::text, 0)::numeric)
    FROM base.settlement WHERE country = :country GROUP BY source_id
    UNION ALL
    SELECT 'spots', source_id, count(*),
        sum(hashtextextended(external_id || content::text, 0)::numeric)
    FROM base.spot WHERE country = :country GROUP BY source_id
    UNION ALL
    SELECT 'areas', source_id, count(*),
        sum(hashtextextended(row(level, code, parent_code, geom)::text, 0)::numeric)
    FROM base.area WHERE country = :country GROUP BY source_id
    UNION ALL
    SELECT 'area_names', n.source_id, count(*),
        sum(hashtextextended(row(a.level, a.code, n.lang, n.name)::text, 0)::numeric)
    FROM base.area_name n JOIN base.area a ON a.id = n.area_id
    WHERE a.country = :country GROUP BY n.source_id) AS parts
GROUP BY source_id
ON CONFLICT (country, source_id) DO UPDATE SET version = excluded.version,
    counts = excluded.counts, loaded_at = now()
WHERE gazetteer.version <> excluded.version;
