-- name: take_time
-- An import may take longer than a page; for this transaction only.
SELECT set_config('statement_timeout', '15min', true), set_config('lock_timeout', '1min', true),
    set_config('idle_in_transaction_session_timeout', '5min', true);

-- name: put_source
-- A source of imported rows, made when it is first named.
INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, official, derived,
    synthetic, counts, notes, sha256)
VALUES (:id, :id, jsonb_build_object('en', CAST(:id AS text), 'el', CAST(:id AS text)), '{}', 'internal', 'internal',
    'internal', false, false, false, '{}', '[]', '')
ON CONFLICT (id) DO NOTHING;

-- name: own_source
-- A source of the reader's own house.
SELECT base.own_source(:id);

-- name: lock_source
-- One import at a time into a register from a source.
SELECT pg_advisory_xact_lock(hashtextextended(:name, 0));

-- name: any_erased
-- Whether anybody was ever erased.
SELECT EXISTS (SELECT FROM account.erasure);

-- name: undo_population
-- Figures as they were before an import, where nobody gave others since.
WITH noted AS (SELECT c.before, c.after FROM registry.change c
    WHERE c.import_id = :import_id AND c.table_name = 'base.population'),
gone AS (DELETE FROM base.population t USING noted c WHERE c.before IS NULL AND to_jsonb(t) = c.after RETURNING 1),
back AS (UPDATE base.population t SET persons = (c.before ->> 'persons')::bigint, source_id = c.before ->> 'source_id'
    FROM noted c WHERE c.before IS NOT NULL AND to_jsonb(t) = c.after RETURNING 1)
SELECT (SELECT count(*) FROM gone) AS removed, (SELECT count(*) FROM back) AS restored,
    (SELECT count(*) FROM noted) AS noted;

-- name: flag_same_key
-- Imported persons beside every other with the same name and birth date.
INSERT INTO registry.duplicate (person_a, person_b, area_code, score, reasons)
SELECT DISTINCT least(p.id, q.id), greatest(p.id, q.id), p.area_code, 1::float8,
    '{"rule": "same_name_and_birth_date"}'::jsonb
FROM registry.person p JOIN registry.person q ON q.match_key = p.match_key AND q.id <> p.id
WHERE p.import_id = :import_id
ON CONFLICT DO NOTHING;

-- name: flag_same_place
-- Imported persons beside others of the same town, birth year and sex with nearly the same address.
INSERT INTO registry.duplicate (person_a, person_b, area_code, score, reasons)
SELECT DISTINCT least(p.id, q.id), greatest(p.id, q.id), p.area_code, alike.score::float8,
    '{"rule": "same_town_birth_year_sex_and_address"}'::jsonb
FROM registry.person p JOIN registry.person q ON q.birth_year = p.birth_year AND q.sex = p.sex AND q.id <> p.id
    AND coalesce(q.area_code, q.municipality_text) = coalesce(p.area_code, p.municipality_text)
    AND coalesce(substring(q.address from '[0-9]+'), '') = coalesce(substring(p.address from '[0-9]+'), '')
CROSS JOIN LATERAL (SELECT similarity(
    translate(regexp_replace(normalize(lower(p.address), NFD), '[\u0300-\u036f]', '', 'g'), 'ς', 'σ'),
    translate(regexp_replace(normalize(lower(q.address), NFD), '[\u0300-\u036f]', '', 'g'), 'ς', 'σ')) AS score) AS alike
WHERE p.import_id = :import_id AND p.address <> '' AND q.address <> ''
    AND (p.match_key IS NULL OR q.match_key IS NULL OR p.match_key = q.match_key)
    AND alike.score >= :alike
ON CONFLICT DO NOTHING;

-- name: note_import
-- That somebody imported rows, or took an import back; never what stands in them.
INSERT INTO account.audit_event (actor_id, role, territory, action, subject, purpose)
VALUES (base.current_user_id(), replace(current_setting('role'), 'needsmap_', ''), base.current_territory(),
    :action, :subject, NULL);

-- name: areas
-- The areas of a country with all their names.
SELECT a.level, a.code, array_agg(n.name ORDER BY n.lang) FILTER (WHERE n.name IS NOT NULL) AS names,
    ST_AsBinary(a.geom) AS shape
FROM base.area a LEFT JOIN base.area_name n ON n.area_id = a.id
WHERE a.country = :country AND a.level <> 'country' GROUP BY a.id, a.level, a.code, a.geom ORDER BY a.code;
