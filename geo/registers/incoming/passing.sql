-- name: make_passing
-- Where rows stand until all of the file is there.
CREATE TEMPORARY TABLE {passing} ON COMMIT DROP AS
SELECT NULL::integer AS row_no, {columns} FROM {target} LIMIT 0;

-- name: add_named
-- What a row calls the row it refers to.
ALTER TABLE {passing} ADD COLUMN {named};

-- name: analyse_passing
-- Counts for the planner.
ANALYZE {passing};

-- name: resolve_own
-- Rows of the same source by their identifier.
UPDATE {passing} p SET {column} = t.id FROM {referred} t
WHERE t.source_id = %(source)s AND t.external_id = p.{named} AND p.{column} IS NULL;

-- name: resolve_others
-- Rows of other sources, where only one has the identifier.
UPDATE {passing} p SET {column} = t.id
FROM (SELECT o.external_id, (array_agg(o.id))[1] AS id FROM {referred} o
    WHERE o.external_id IN (SELECT {named} FROM {passing} WHERE {column} IS NULL AND {named} IS NOT NULL)
    GROUP BY o.external_id HAVING count(*) = 1) t
WHERE t.external_id = p.{named} AND p.{column} IS NULL;

-- name: unresolved
-- Rows that name a row nobody has, or that several sources have.
SELECT p.row_no, EXISTS (SELECT FROM {referred} t WHERE t.external_id = p.{named}) AS several
FROM {passing} p WHERE p.{named} IS NOT NULL AND p.{column} IS NULL ORDER BY p.row_no;

-- name: erased
-- Rows of persons who were erased and may not come back.
SELECT p.row_no FROM {passing} p WHERE registry.is_erased(%(source)s, p.external_id) ORDER BY p.row_no;

-- name: drop_rows
-- Rows that are given back.
DELETE FROM {passing} WHERE row_no = ANY (%(rows)s);

-- name: note_changes
-- Every field that changes, before and after; what a person typed over stays.
INSERT INTO registry.change (table_name, row_id, area_code, agency_id, actor_id, version, before, after, import_id)
SELECT %(table)s, t.id, {area}, {agency}, base.current_user_id(), t.version + 1, d.before, d.after, %(import)s
FROM {target} t JOIN {passing} p ON p.external_id = t.external_id
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(v.name, v.old) AS before, jsonb_object_agg(v.name, v.new) AS after
    FROM (VALUES {pairs}) AS v (name, old, new)
    WHERE v.old IS DISTINCT FROM v.new AND NOT t.provenance ? v.name) AS d
WHERE t.source_id = %(source)s AND d.before IS NOT NULL;

-- name: note_conflicts
-- What a person typed and the file says otherwise: the row keeps the person's, both are shown.
INSERT INTO registry.edit_conflict (table_name, row_id, area_code, agency_id, actor_id, field, kept, other, base_version)
SELECT %(table)s, t.id, {area}, {agency}, base.current_user_id(), v.name, v.old, v.new, t.version
FROM {target} t JOIN {passing} p ON p.external_id = t.external_id
CROSS JOIN LATERAL (VALUES {pairs}) AS v (name, old, new)
WHERE t.source_id = %(source)s AND t.provenance ? v.name AND v.old IS DISTINCT FROM v.new
    AND NOT EXISTS (SELECT FROM registry.edit_conflict e WHERE e.row_id = t.id AND e.field = v.name
        AND e.other IS NOT DISTINCT FROM v.new AND e.resolved_at IS NULL);

-- name: update_rows
-- The rows that have a change of this import.
UPDATE {target} t SET {assignments}
FROM {passing} p
WHERE t.source_id = %(source)s AND p.external_id = t.external_id
    AND t.id IN (SELECT c.row_id FROM registry.change c WHERE c.import_id = %(import)s AND c.table_name = %(table)s);

-- name: insert_rows
-- The rows that are new.
INSERT INTO {target} ({columns}) SELECT {values} FROM {passing} p
WHERE NOT EXISTS (SELECT FROM {target} t WHERE t.source_id = %(source)s AND t.external_id = p.external_id)
ORDER BY p.row_no;

-- name: count_passing
-- How many rows there are.
SELECT count(*) FROM {passing};

-- name: population_changes
-- Figures that are new or other than before.
INSERT INTO registry.change (table_name, row_id, area_code, actor_id, version, before, after, import_id)
SELECT 'base.population', md5(concat_ws('|', p.area_code, p.reference_date, p.base, p.sex, p.age_band))::uuid,
    p.area_code, base.current_user_id(), 1, to_jsonb(t), jsonb_build_object('area_code', p.area_code,
        'reference_date', p.reference_date, 'base', p.base, 'sex', p.sex, 'age_band', p.age_band,
        'persons', p.persons, 'source_id', %(source)s::text), %(import)s
FROM {passing} p LEFT JOIN {target} t ON t.area_code = p.area_code AND t.reference_date = p.reference_date
    AND t.base = p.base AND t.sex = p.sex AND t.age_band = p.age_band
WHERE t.persons IS DISTINCT FROM p.persons;

-- name: put_population
-- Figures by area, day, sex and age.
INSERT INTO base.population AS t (area_code, reference_date, base, sex, age_band, persons, source_id)
SELECT p.area_code, p.reference_date, p.base, p.sex, p.age_band, p.persons, %(source)s FROM {passing} p
ON CONFLICT (area_code, reference_date, base, sex, age_band)
    DO UPDATE SET persons = excluded.persons, source_id = excluded.source_id
    WHERE t.persons IS DISTINCT FROM excluded.persons;

-- name: put_parties
-- The other parties of agreements.
INSERT INTO registry.agreement_party (agreement_id, agency_id)
SELECT DISTINCT g.id, a.id FROM {passing} p
JOIN registry.agreement g ON g.source_id = %(source)s AND g.external_id = p.external_id
CROSS JOIN LATERAL unnest(p.parties_named) AS n (external_id)
JOIN registry.agency a ON a.external_id = n.external_id AND a.source_id = %(source)s
ON CONFLICT DO NOTHING;

-- name: changed_since
-- Rows of an import that somebody changed later, or that other rows hang on.
SELECT t.id, t.external_id FROM {target} t
WHERE (t.import_id = %(import)s AND ({depended}
        OR EXISTS (SELECT FROM registry.change c WHERE c.row_id = t.id AND c.import_id IS DISTINCT FROM %(import)s)))
    OR EXISTS (SELECT FROM registry.change c JOIN registry.change l ON l.row_id = c.row_id AND l.id > c.id
        WHERE c.row_id = t.id AND c.import_id = %(import)s AND c.before IS NOT NULL
            AND l.import_id IS DISTINCT FROM %(import)s)
ORDER BY t.external_id;

-- name: restore_rows
-- Rows as they were before an import, but those named.
UPDATE {target} t SET {restored}
FROM registry.change c
WHERE c.row_id = t.id AND c.import_id = %(import)s AND c.table_name = %(table)s AND c.before IS NOT NULL
    AND t.id <> ALL (%(kept)s::uuid[]);

-- name: note_restored
-- That rows were taken back to what they were.
INSERT INTO registry.change (table_name, row_id, area_code, agency_id, actor_id, version, before, after)
SELECT c.table_name, c.row_id, c.area_code, c.agency_id, base.current_user_id(), t.version + 1, c.after, c.before
FROM registry.change c JOIN {target} t ON t.id = c.row_id
WHERE c.import_id = %(import)s AND c.table_name = %(table)s AND c.before IS NOT NULL
    AND c.row_id <> ALL (%(kept)s::uuid[]);

-- name: remove_rows
-- Rows that an import brought, but those named.
DELETE FROM {target} t WHERE t.import_id = %(import)s AND t.id <> ALL (%(kept)s::uuid[]);

-- name: insert_all
-- All rows, where the source has none yet.
INSERT INTO {target} ({columns}) SELECT {values} FROM {passing} p ORDER BY p.row_no;

-- name: has_rows
-- Whether the source has rows in the register.
SELECT EXISTS (SELECT FROM {target} t WHERE t.source_id = %(source)s);

-- name: empty_passing
-- Room for the next rows.
TRUNCATE {passing};

-- name: drop_aside
-- The rows that an earlier piece of the file laid aside.
DROP TABLE IF EXISTS {aside};

-- name: make_aside
-- All waiting rows, while a few of them are tried at a time.
CREATE TEMPORARY TABLE {aside} ON COMMIT DROP AS SELECT * FROM {passing};

-- name: numbers_aside
-- Their numbers, in the order of the file.
SELECT row_no FROM {aside} ORDER BY row_no;

-- name: take_up
-- Some of them wait again.
INSERT INTO {passing} SELECT * FROM {aside} WHERE row_no BETWEEN %(first)s AND %(last)s;
