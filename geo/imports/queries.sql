-- name: start
-- A new import, with its file until it is done.
INSERT INTO intake.import_run (id, actor_id, role, territory, agency_id, register, source_id, file_name, file_bytes,
    content, sha256, mapping, mode, state)
VALUES (:id, :actor_id, :role, :territory, :agency_id, :register, :source_id, :file_name, :file_bytes,
    :content, :sha256, CAST(:mapping AS jsonb), :mode, 'running');

-- name: unfinished
-- An import of the same file into the same register from the same source, by the same caller, that did not end.
SELECT id FROM intake.import_run
WHERE sha256 = :sha256 AND register = :register AND source_id = :source_id AND mode = :mode
    AND actor_id IS NOT DISTINCT FROM CAST(:actor_id AS uuid) AND role = :role
    AND territory IS NOT DISTINCT FROM CAST(:territory AS text)
    AND agency_id IS NOT DISTINCT FROM CAST(:agency_id AS uuid)
    AND state IN ('waiting', 'running')
ORDER BY created_at DESC LIMIT 1;

-- name: begin_again
-- An import begins, for the first time or after it was cut off.
UPDATE intake.import_run SET state = 'running', started_at = now(), beat_at = now(), rows_done = 0, ended_at = NULL,
    problem = NULL, mapping = CAST(:mapping AS jsonb)
WHERE id = :id AND state IN ('waiting', 'running');

-- name: beat
-- How far an import is; no row where somebody cancelled it.
UPDATE intake.import_run SET rows_done = :done, rows_total = :total, beat_at = now()
WHERE id = :id AND state = 'running';

-- name: hold
-- Nobody else works on this import for as long as the transaction lasts.
SELECT pg_try_advisory_xact_lock(hashtextextended('needsmap.import.' || CAST(:id AS text), 0));

-- name: done
-- An import that is whole; its file is dropped in the same moment.
UPDATE intake.import_run SET state = 'done', counts = CAST(:counts AS jsonb), rows_done = :rows, rows_total = :rows,
    content = NULL, ended_at = now(), beat_at = now()
WHERE id = :id AND state = 'running';

-- name: ended
-- An import that wrote nothing: failed or cancelled; its file is dropped.
UPDATE intake.import_run SET state = :state, counts = CAST(:counts AS jsonb), problem = CAST(:problem AS jsonb),
    content = NULL, ended_at = now()
WHERE id = :id AND state IN ('waiting', 'running');

-- name: undone
-- An import that was taken back.
UPDATE intake.import_run SET state = 'undone', counts = counts || CAST(:counts AS jsonb), ended_at = now()
WHERE id = :id AND state = 'done';

-- name: listed
-- Imports, the newest first, without their files.
SELECT id, register, source_id, file_name, file_bytes, mode, state, counts, problem, rows_total, rows_done, created_at,
    started_at, beat_at, ended_at
FROM intake.import_run ORDER BY created_at DESC, id LIMIT :most;

-- name: found
-- One import without its file.
SELECT id, register, source_id, file_name, file_bytes, sha256, mapping, mode, state, counts, problem, rows_total,
    rows_done, created_at, started_at, beat_at, ended_at
FROM intake.import_run WHERE id = :id;

-- name: content
-- The file of an import that is not done.
SELECT content FROM intake.import_run WHERE id = :id;
