-- name: looks
-- What was done with a person's record, newest first.
SELECT at, role, territory, action, split_part(subject, ' ', 1) AS subject, purpose, actor_id
FROM account.audit_event
WHERE person_id = :person ORDER BY id DESC LIMIT :most;

-- name: acts
-- What was done with a person's record, one by one (the log) and in bulk (changes, imports).
-- The newest comes first. An event tells the newest change of its row by its actor
-- that began before it: that one is not told again.
WITH logged AS MATERIALIZED (
    SELECT id, at, role, territory, action, subject, purpose, actor_id
    FROM account.audit_event WHERE person_id = :person),
brought AS MATERIALIZED (
    SELECT 'registry.person' AS table_name, id, import_id FROM registry.person WHERE id = :person
    UNION ALL SELECT 'registry.need', id, import_id FROM registry.need WHERE person_id = :person
    UNION ALL SELECT 'registry.contact', id, import_id FROM registry.contact WHERE person_id = :person),
changed AS MATERIALIZED (
    SELECT c.id, c.at, c.table_name, c.row_id, c.actor_id, c.import_id,
        CASE WHEN c.before IS NULL THEN 'insert' WHEN c.after IS NULL THEN 'delete' ELSE 'update' END AS verb
    FROM registry.change c JOIN brought b ON b.table_name = c.table_name AND b.id = c.row_id),
told AS (
    SELECT newest.* FROM logged e CROSS JOIN LATERAL (
        SELECT c.at, c.row_id, c.actor_id FROM changed c
        WHERE e.subject = c.table_name || ' ' || c.row_id AND e.action = c.verb
            AND c.actor_id IS NOT DISTINCT FROM e.actor_id
            -- Changes bear the time their transaction began, events their own.
            AND c.at <= e.at AND c.at > e.at - interval '10 minutes'
        ORDER BY c.at DESC LIMIT 1) AS newest),
imported AS (
    SELECT DISTINCT b.table_name, b.import_id FROM brought b
    WHERE b.import_id IS NOT NULL AND NOT EXISTS (SELECT FROM logged e
        WHERE e.action = 'insert' AND e.subject = b.table_name || ' ' || b.id))
SELECT at, role, territory, action, split_part(subject, ' ', 1) AS subject, purpose, actor_id FROM (
    SELECT at, id AS place, role, territory, action, subject, purpose, actor_id FROM logged
    UNION ALL
    SELECT c.at, max(c.id), i.role, i.territory, CASE WHEN c.import_id IS NULL THEN c.verb ELSE 'import' END,
        c.table_name, NULL, c.actor_id
    FROM changed c LEFT JOIN intake.import_run i ON i.id = c.import_id
    WHERE NOT EXISTS (SELECT FROM told t
        WHERE t.row_id = c.row_id AND t.at = c.at AND t.actor_id IS NOT DISTINCT FROM c.actor_id)
    GROUP BY c.at, i.role, i.territory, c.import_id, c.verb, c.table_name, c.actor_id
    UNION ALL
    SELECT coalesce(i.ended_at, i.started_at, i.created_at), 0, i.role, i.territory, 'import', b.table_name, NULL,
        i.actor_id
    FROM imported b LEFT JOIN intake.import_run i ON i.id = b.import_id) AS acts
ORDER BY at DESC NULLS LAST, place DESC LIMIT :most;

-- name: erase
-- Delete a person and all that hangs on them; false where there is none.
SELECT registry.erase_person(:person, :reason);
