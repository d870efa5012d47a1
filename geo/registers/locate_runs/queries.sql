-- name: put
-- A run that waits for its worker.
INSERT INTO intake.locate_run (id, actor_id, role, territory, agency_id, register, country, everything, state)
VALUES (:id, :actor_id, :role, :territory, :agency_id, :register, :country, :everything, 'waiting');

-- name: open_run
-- A run of the same reader over the same register that has not ended.
SELECT id FROM intake.locate_run
WHERE actor_id IS NOT DISTINCT FROM CAST(:actor_id AS uuid) AND register = :register AND country = :country
    AND everything = :everything AND state IN ('waiting', 'running')
ORDER BY id DESC LIMIT 1;

-- name: start
-- The run is worked on from now on.
UPDATE intake.locate_run SET state = 'running', started_at = coalesce(started_at, now()), beat_at = now(),
    ended_at = NULL, total = :total, gazetteer_version = :version
WHERE id = :id AND state IN ('waiting', 'running');

-- name: step
-- A piece is written: how far the run is now. Nothing where it was ended or somebody else went on.
UPDATE intake.locate_run SET done = :done, after_id = :after_id, by_class = CAST(:by_class AS jsonb), seconds = :seconds,
    gazetteer_version = :version, beat_at = now()
WHERE id = :id AND state = 'running' AND after_id IS NOT DISTINCT FROM CAST(:was_after AS uuid);

-- name: ended
-- The run is over, in one way or another.
UPDATE intake.locate_run SET state = :state, ended_at = now() WHERE id = :id AND state IN ('waiting', 'running');

-- name: again
-- A run that was ended goes on where it stood.
UPDATE intake.locate_run SET state = 'waiting', ended_at = NULL, beat_at = now()
WHERE id = :id AND state IN ('cancelled', 'stopped');

-- name: take_up
-- A run nobody works on any more: whoever gets the row goes on with it.
UPDATE intake.locate_run SET beat_at = now()
WHERE id = :id AND state IN ('waiting', 'running')
    AND coalesce(beat_at, created_at) < now() - make_interval(secs => :silence)
RETURNING id;

-- name: one
-- One run of the reader's.
SELECT id, register, country, everything, state, done, total, after_id, by_class, gazetteer_version, seconds,
    created_at, started_at, ended_at
FROM intake.locate_run WHERE id = :id;

-- name: page
-- Runs of the reader's, the newest first.
SELECT id, register, country, everything, state, done, total, after_id, by_class, gazetteer_version, seconds,
    created_at, started_at, ended_at
FROM intake.locate_run WHERE actor_id IS NOT DISTINCT FROM CAST(:actor_id AS uuid)
    AND (CAST(:before AS uuid) IS NULL OR id < :before)
ORDER BY id DESC LIMIT :most;
