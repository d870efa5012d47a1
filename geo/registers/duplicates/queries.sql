-- name: same_key
-- Records with this match key that the reader may see; each is noted as found.
WITH found AS MATERIALIZED (
    SELECT id, pseudonym, area_code, target_group, updated_at FROM registry.person
    WHERE match_key = :key ORDER BY id LIMIT :most),
noted AS (
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id, purpose)
    SELECT :actor_id, CAST(:role AS text), CAST(:territory AS text), 'match', 'registry.person ' || id, id,
        CAST(:purpose AS text) FROM found)
SELECT id, pseudonym, area_code, target_group, updated_at FROM found ORDER BY id;

-- name: flag
-- A record beside each other one with the same match key.
INSERT INTO registry.duplicate (person_a, person_b, area_code, score, reasons)
SELECT least(p.id, CAST(:id AS uuid)), greatest(p.id, CAST(:id AS uuid)), p.area_code, 1,
    '{"rule": "same_name_and_birth_date"}'
FROM registry.person p WHERE p.match_key = :key AND p.id <> :id
ON CONFLICT DO NOTHING;

-- name: page
-- Pairs of one state, with both pseudonyms; both persons are noted as seen.
WITH pairs AS MATERIALIZED (
    SELECT d.id, d.person_a, d.person_b, a.pseudonym AS pseudonym_a, b.pseudonym AS pseudonym_b, d.area_code,
        d.score, d.reasons, d.state, d.found_at, d.decided_by, d.decided_at
    FROM registry.duplicate d
    JOIN registry.person a ON a.id = d.person_a JOIN registry.person b ON b.id = d.person_b
    WHERE d.state = :state AND (CAST(:after AS uuid) IS NULL OR d.id > :after)
        AND (CAST(:person AS uuid) IS NULL OR d.person_a = :person OR d.person_b = :person)
    ORDER BY d.id LIMIT :most),
noted AS (
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id, purpose)
    SELECT :actor_id, CAST(:role AS text), CAST(:territory AS text), 'read', 'registry.duplicate ' || p.id,
        x.person, CAST(:purpose AS text)
    FROM pairs p CROSS JOIN LATERAL (VALUES (p.person_a), (p.person_b)) AS x (person))
SELECT * FROM pairs ORDER BY id;

-- name: pair
-- One pair, held for a decision.
SELECT id, person_a, person_b, state FROM registry.duplicate WHERE id = :id FOR UPDATE;

-- name: decide
-- What a person says of a pair.
UPDATE registry.duplicate SET state = :state, decided_by = :user_id, decided_at = now()
WHERE id = :id RETURNING id, person_a, person_b, state, decided_by, decided_at;

-- name: needs_of
-- Needs of a person.
SELECT id FROM registry.need WHERE person_id = :person ORDER BY id;

-- name: contacts_of
-- Contacts of a person.
SELECT id FROM registry.contact WHERE person_id = :person ORDER BY id;

-- name: homes
-- Needs and contacts that were moved between two persons, each with whose it was at first.
SELECT DISTINCT ON (table_name, row_id) table_name, row_id, CAST(before ->> 'person_id' AS uuid) AS home
FROM registry.change
WHERE table_name IN ('registry.need', 'registry.contact')
    AND CAST(before ->> 'person_id' AS uuid) IN (CAST(:a AS uuid), CAST(:b AS uuid))
    AND CAST(after ->> 'person_id' AS uuid) IN (CAST(:a AS uuid), CAST(:b AS uuid))
    AND row_id IN (SELECT id FROM registry.need WHERE person_id IN (CAST(:a AS uuid), CAST(:b AS uuid))
        UNION ALL SELECT id FROM registry.contact WHERE person_id IN (CAST(:a AS uuid), CAST(:b AS uuid)))
ORDER BY table_name, row_id, version;
