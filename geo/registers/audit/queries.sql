-- name: broken
-- Events whose link does not follow from the link before, or stands out of its place; in their order.
SELECT l.place, l.event_id FROM (
    SELECT place, event_id, hash, lag(hash, 1, ''::bytea) OVER (ORDER BY place) AS before,
        lag(place, 1, 0) OVER (ORDER BY place) + 1 AS expected
    FROM account.audit_link) AS l
LEFT JOIN account.audit_event e ON e.id = l.event_id
WHERE l.place <> l.expected OR l.hash IS DISTINCT FROM account.event_hash(l.before, e)
ORDER BY l.place LIMIT :most;

-- name: gone
-- Links whose event is not there.
SELECT l.event_id FROM account.audit_link l
WHERE NOT EXISTS (SELECT FROM account.audit_event e WHERE e.id = l.event_id)
ORDER BY l.event_id LIMIT :most;

-- name: unlinked
-- Events without a link.
SELECT e.id FROM account.audit_event e
WHERE NOT EXISTS (SELECT FROM account.audit_link l WHERE l.event_id = e.id)
ORDER BY e.id LIMIT :most;

-- name: events
-- How many events there are.
SELECT count(*) FROM account.audit_event;

-- name: head
-- The newest link: kept elsewhere, it shows later whether the log was cut or made anew.
SELECT place, encode(hash, 'hex') AS hash FROM account.audit_link ORDER BY place DESC LIMIT 1;

-- name: link_at
-- The link at a place.
SELECT encode(hash, 'hex') FROM account.audit_link WHERE place = :place;

-- name: due
-- How many records have outlived the day they were to be kept until.
SELECT count(*) FROM registry.person WHERE retain_until < :today;

-- name: erase_due
-- Erase those records.
SELECT registry.erase_due(:today);

-- name: reapply
-- Erase again who was erased before and is there again.
SELECT registry.reapply_erasures();
