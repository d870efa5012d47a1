-- name: page
-- Assignments in the order of their keys; each person is noted as seen.
WITH found AS MATERIALIZED (
    SELECT id, person_id, user_id, area_code, assigned_on, ended_on FROM registry.assignment
    WHERE (CAST(:after AS uuid) IS NULL OR id > :after)
        AND (CAST(:person AS uuid) IS NULL OR person_id = :person)
        AND (NOT :open OR ended_on IS NULL)
    ORDER BY id LIMIT :most),
noted AS (
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id, purpose)
    SELECT :actor_id, CAST(:role AS text), CAST(:territory AS text), 'read', 'registry.assignment ' || id,
        person_id, CAST(:purpose AS text) FROM found)
SELECT * FROM found ORDER BY id;

-- name: assign
-- Give a person to a worker.
INSERT INTO registry.assignment (id, person_id, user_id, assigned_on)
VALUES (:id, :person_id, :user_id, coalesce(:assigned_on, CURRENT_DATE));

-- name: one
-- One assignment.
SELECT id, person_id, user_id, area_code, assigned_on, ended_on FROM registry.assignment WHERE id = :id;

-- name: finish
-- The last day of an assignment; it opens nothing from then on.
UPDATE registry.assignment SET ended_on = :ended_on WHERE id = :id AND ended_on IS NULL
RETURNING id, person_id, user_id, area_code, assigned_on, ended_on;
