-- name: looks
-- What was done with a person's record, newest first.
SELECT at, role, territory, action, split_part(subject, ' ', 1) AS subject, purpose, actor_id
FROM account.audit_event
WHERE person_id = :person ORDER BY id DESC LIMIT :most;

-- name: erase
-- Delete a person and all that hangs on them; false where there is none.
SELECT registry.erase_person(:person, :reason);
