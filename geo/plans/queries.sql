-- name: put
-- A scenario under the name of its result; the same result again changes nothing.
INSERT INTO plan.scenario (id, snapshot_id, name, description, result, code_version, made_by)
VALUES (:id, :snapshot_id, :name, :description, :result, :code_version, :made_by)
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: scenario
-- One scenario with its result.
SELECT id, snapshot_id, name, description, result, code_version, made_by, made_at
FROM plan.scenario WHERE id = :id;

-- name: scenarios
-- All scenarios without their results, newest first.
SELECT id, snapshot_id, name, description, code_version, made_by, made_at
FROM plan.scenario ORDER BY made_at DESC, id;
