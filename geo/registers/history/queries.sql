-- name: note_change
-- One edit of a row: the changed fields before and after.
INSERT INTO registry.change (table_name, row_id, version, area_code, agency_id, before, after, actor_id)
VALUES (:table_name, :row_id, :version, :area_code, :agency_id, CAST(:before AS jsonb),
    CAST(:after AS jsonb), :actor_id);

-- name: changes_since
-- Edits of a row after a version, oldest first.
SELECT version, before, after FROM registry.change
WHERE table_name = :table_name AND row_id = :row_id AND version > :version
ORDER BY version, id;

-- name: changes
-- All edits of a row, newest first.
SELECT version, at, actor_id, import_id, before, after FROM registry.change
WHERE table_name = :table_name AND row_id = :row_id ORDER BY version DESC, id DESC LIMIT :most;

-- name: put_conflict
-- A value that stands against the row's; sending the same again makes no second one.
INSERT INTO registry.edit_conflict (table_name, row_id, area_code, agency_id, actor_id, field, kept, other,
    base_version)
SELECT :table_name, :row_id, :area_code, :agency_id, :actor_id, :field, CAST(:kept AS jsonb),
    CAST(:other AS jsonb), :base_version
WHERE NOT EXISTS (SELECT FROM registry.edit_conflict c
    WHERE c.table_name = :table_name AND c.row_id = :row_id AND c.field = :field AND c.resolved_at IS NULL
        AND c.actor_id = :actor_id AND c.other = CAST(:other AS jsonb));

-- name: conflicts
-- Values of a row that stand against each other, oldest first.
SELECT id, field, kept, other, base_version, actor_id, at, resolved_by, resolved_at
FROM registry.edit_conflict
WHERE table_name = :table_name AND row_id = :row_id AND (resolved_at IS NULL OR :settled_too)
ORDER BY at, id;

-- name: conflict
-- One conflict that is open.
SELECT field, kept, other FROM registry.edit_conflict
WHERE id = :id AND table_name = :table_name AND row_id = :row_id AND resolved_at IS NULL;

-- name: settle
-- Close one conflict; nothing where it is closed already or not the reader's to close.
UPDATE registry.edit_conflict SET resolved_by = :user_id, resolved_at = now()
WHERE id = :id AND table_name = :table_name AND row_id = :row_id AND resolved_at IS NULL;
