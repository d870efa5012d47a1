-- name: put
-- A file handed in; it waits for its reader to confirm the columns.
INSERT INTO intake.import_run (id, actor_id, role, territory, agency_id, register, source_id, file_name, file_bytes,
    content, sha256, mapping, mode, state)
VALUES (:id, :actor_id, :role, :territory, :agency_id, :register, :source_id, :file_name, :file_bytes,
    :content, :sha256, CAST(:mapping AS jsonb), 'strict', 'waiting');

-- name: same
-- The same file that the reader handed in before and that has not ended.
SELECT id FROM intake.import_run
WHERE actor_id = :actor_id AND sha256 = :sha256 AND register = :register AND source_id = :source_id
    AND state IN ('waiting', 'running')
ORDER BY created_at DESC LIMIT 1;

-- name: remap
-- Other columns, while the file waits.
UPDATE intake.import_run SET mapping = CAST(:mapping AS jsonb) WHERE id = :id AND state = 'waiting';

-- name: confirm
-- The file is to be read like this; from now on it is picked up again after a restart.
UPDATE intake.import_run SET state = 'running', mode = :mode, started_at = now(), beat_at = now(),
    counts = jsonb_build_object('language', CAST(:language AS text))
WHERE id = :id AND state = 'waiting';

-- name: take_up
-- An import nobody works on any more: whoever gets the row goes on with it.
UPDATE intake.import_run SET beat_at = now()
WHERE id = :id AND state = 'running' AND beat_at < now() - make_interval(secs => :silence)
RETURNING id;

-- name: stopped
-- The reason why an import did not go on.
UPDATE intake.import_run SET state = 'failed', problem = CAST(:problem AS jsonb), content = NULL, ended_at = now()
WHERE id = :id AND state IN ('waiting', 'running');

-- name: one
-- One import of the reader's, without its file.
SELECT id, register, source_id, file_name, file_bytes, mapping, mode, state, counts, problem, rows_total, rows_done,
    created_at, started_at, beat_at, ended_at, now() AS asked_at
FROM intake.import_run WHERE id = :id;

-- name: page
-- Imports of the reader's, the newest first.
SELECT id, register, source_id, file_name, file_bytes, mapping, mode, state, counts, problem, rows_total, rows_done,
    created_at, started_at, beat_at, ended_at, now() AS asked_at
FROM intake.import_run WHERE actor_id = :actor_id AND (CAST(:before AS uuid) IS NULL OR id < :before)
ORDER BY id DESC LIMIT :most;

-- name: content
-- The file itself.
SELECT content FROM intake.import_run WHERE id = :id;

-- name: countries
-- The country of a territory, or those that are loaded where it has none.
SELECT DISTINCT country FROM base.area
WHERE code = :territory OR NOT EXISTS (SELECT FROM base.area WHERE code = :territory) LIMIT 2;
