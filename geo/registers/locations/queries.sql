-- name: take_time
-- A piece of a run may take longer than a page; for this transaction only.
SELECT set_config('statement_timeout', '5min', true), set_config('lock_timeout', '1min', true);

-- name: municipalities_near
-- Of these municipalities, those that hold a point or end no farther from it than their shape is exact.
SELECT DISTINCT a.code FROM base.area a
WHERE a.level = 'municipality' AND a.code = ANY (CAST(:codes AS text[]))
    AND ST_DWithin(CAST(a.geom AS geography), CAST(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geography),
        CASE a.geometry_kind WHEN 'official' THEN CAST(:official AS float8) ELSE CAST(:derived AS float8) END);

-- name: put_decision
-- That somebody decided about an address.
INSERT INTO registry.location_decision (id, register, address_key, area_code, agency_id, actor_id, kind, changed)
VALUES (:id, :register, :key, :area_code, :agency_id, base.current_user_id(), :kind, :changed);

-- name: end_aliases
-- What was taught about an address before gives way to what is taught now.
UPDATE registry.address_alias SET ended_by = :id
WHERE register = :register AND address_key = :key AND ended_by IS NULL
    AND area_code IS NOT DISTINCT FROM :area_code AND agency_id IS NOT DISTINCT FROM CAST(:agency_id AS uuid);

-- name: end_taught
-- All that would put a record back at once that was given back: whichever house taught it.
SELECT registry.end_taught(:id, :record);

-- name: put_alias
-- What a decision teaches for the next record with this address.
INSERT INTO registry.address_alias (register, address_key, area_code, agency_id, geom, location_class, radius_m,
    matched, actor_id, decision_id)
VALUES (:register, :key, :area_code, :agency_id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :class, :radius_m,
    :matched, base.current_user_id(), :id);

-- name: decision
-- One decision, held; nothing where it is not the reader's, nor where they see no site of it any more.
SELECT d.id, d.register, d.address_key AS key, d.area_code, d.agency_id, d.changed, d.undone_at
FROM registry.location_decision d
WHERE d.id = :id
    AND (d.register = 'people' OR EXISTS (SELECT FROM registry.change c WHERE c.decision_id = d.id))
FOR NO KEY UPDATE OF d;

-- name: rows_of_decision
-- The records that a decision placed.
SELECT row_id FROM registry.change WHERE decision_id = :id ORDER BY row_id;

-- name: undone
-- That a decision was taken back.
UPDATE registry.location_decision SET undone_at = now(), undone_by = base.current_user_id(), kept = :kept
WHERE id = :id;

-- name: unlearn
-- What a decision taught is over, what it had taken the place of holds again.
SELECT registry.unlearn(:id);

-- name: decisions
-- Decisions that the reader may take back, the newest first; none about a site that they do not see.
SELECT d.id, d.register, d.address_key AS key, d.kind, d.changed, d.actor_id, d.at, d.undone_at, d.undone_by, d.kept,
    EXISTS (SELECT FROM registry.address_alias a WHERE a.decision_id = d.id AND a.ended_by IS NULL) AS alias
FROM registry.location_decision d
WHERE (CAST(:before AS uuid) IS NULL OR d.id < :before)
    AND (d.register = 'people' OR EXISTS (SELECT FROM registry.change c WHERE c.decision_id = d.id))
ORDER BY d.id DESC LIMIT :most;
