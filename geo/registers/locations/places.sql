-- name: count_due
-- How many records a run will go through.
SELECT count(*) FROM (SELECT FROM {table} t WHERE {due} FOR KEY SHARE OF t) AS d;

-- name: due
-- The next records to be located; the lock tells which of them the reader may change.
SELECT t.id, t.version, t.address, {municipality} AS municipality_text, t.postcode, t.area_code, {agency} AS agency_id,
    t.location_locked_at IS NOT NULL AS locked, {sensitive} AS sensitive,
    (position(':' IN t.source_id) > 0 OR t.source_id = ANY (%(typed_in)s)) AS kept_by_house
FROM {table} t
WHERE {due} AND (%(after)s::uuid IS NULL OR t.id > %(after)s) ORDER BY t.id LIMIT %(most)s
FOR KEY SHARE OF t;

-- name: aliases
-- What people decided about these addresses, the newest first: as long as it holds.
SELECT a.address_key, a.area_code, a.agency_id, ST_Y(a.geom) AS lat, ST_X(a.geom) AS lon, a.location_class, a.radius_m,
    a.matched
FROM registry.address_alias a
WHERE a.register = %(register)s AND a.address_key = ANY (%(keys)s) AND a.ended_by IS NULL AND {holds}
ORDER BY a.at DESC, a.id DESC;

-- name: write_places
-- Places found, of records that nobody changed or decided meanwhile.
UPDATE {table} t SET {assignments} FROM {passing} p
WHERE t.id = p.id AND t.version = p.version AND t.location_locked_at IS NULL;

-- name: write_proposals
-- What was found for decided records whose address is another one since; where they are stays.
UPDATE {table} t SET address_key = p.address_key, alternatives = p.alternatives,
    location_reason = p.location_reason
FROM {passing} p
WHERE t.id = p.id AND t.version = p.version AND t.location_group = 'changed';

-- name: groups
-- How many addresses wait for a person, by group.
SELECT d.location_group, count(*) AS addresses FROM (
    SELECT DISTINCT t.location_group, t.address_key FROM {table} t
    WHERE t.location_group IS NOT NULL AND t.address_key IS NOT NULL AND {mine}) AS d
GROUP BY d.location_group;

-- name: queue
-- A page of addresses, those of most records first; the first record of each says what was typed.
WITH page AS (
    SELECT t.address_key, count(*) AS records FROM {table} t
    WHERE t.location_group IS NOT NULL AND t.address_key IS NOT NULL AND {mine}
        AND (%(group)s::text IS NULL OR t.location_group = %(group)s)
    GROUP BY t.address_key
    HAVING %(records)s::bigint IS NULL OR count(*) < %(records)s
        OR (count(*) = %(records)s AND t.address_key > %(key)s)
    ORDER BY count(*) DESC, t.address_key LIMIT %(most)s)
{noted}
SELECT page.address_key AS key, page.records, one.* FROM page CROSS JOIN LATERAL (
    SELECT t.id, t.location_group, t.address AS text, {municipality} AS municipality_text, t.postcode,
        t.location_class, ST_Y(t.geom) AS lat, ST_X(t.geom) AS lon, t.radius_m, t.matched,
        t.location_reason AS reason, t.alternatives, t.area_code, t.location_source AS source
    FROM {table} t
    WHERE t.address_key = page.address_key AND t.location_group IS NOT NULL AND {mine}
        AND (%(group)s::text IS NULL OR t.location_group = %(group)s)
    ORDER BY t.id LIMIT 1) AS one
ORDER BY page.records DESC, page.address_key;

-- name: note_looks
-- A part of the statement above: whose addresses are shown, each once; beyond a thousand only how many.
, shown AS (
    SELECT t.id FROM {table} t JOIN page ON page.address_key = t.address_key
    WHERE t.location_group IS NOT NULL AND (%(group)s::text IS NULL OR t.location_group = %(group)s)),
noted AS (
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id, purpose)
    SELECT base.current_user_id(), replace(current_setting('role'), 'needsmap_', ''), base.current_territory(),
        'read', 'registry.person ' || s.id, s.id, %(purpose)s
    FROM (SELECT id FROM shown ORDER BY id LIMIT 1000) AS s),
counted AS (
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, purpose)
    SELECT base.current_user_id(), replace(current_setting('role'), 'needsmap_', ''), base.current_territory(),
        'read', 'registry.person: ' || count(*) || ' rows', %(purpose)s
    FROM shown HAVING count(*) > 1000);

-- name: hold
-- The records of one address that wait for a person, held until the decision is written.
SELECT t.id, t.area_code, t.address, {agency} AS agency_id, {sensitive} AS sensitive, t.location_class, ST_Y(t.geom) AS lat,
    ST_X(t.geom) AS lon, t.radius_m, t.matched, t.alternatives, {state} AS state
FROM {table} t
WHERE t.address_key = %(key)s AND t.location_group IS NOT NULL AND {mine}
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- name: hold_locked
-- One record that a person placed, held until it is given back to the next run.
SELECT t.id, t.area_code, {agency} AS agency_id, t.address_key, {state} AS state
FROM {table} t
WHERE t.id = %(id)s AND t.location_locked_at IS NOT NULL AND {mine}
FOR NO KEY UPDATE OF t;

-- name: unlock
-- A record that is to be located anew; its address and its municipality stay.
UPDATE {table} t SET geom = NULL, location_class = 'pending', location_status = 'pending', location_source = NULL,
    location_group = NULL, location_reason = NULL, radius_m = NULL, matched = NULL, gazetteer_version = NULL,
    alternatives = NULL, location_locked_by = NULL, location_locked_at = NULL
WHERE t.id = %(id)s;

-- name: place
-- Records placed by a person; one without a municipality belongs to that of its place.
UPDATE {table} t SET area_code = coalesce(t.area_code, %(area_code)s),
    geom = CASE WHEN %(keep)s THEN t.geom ELSE ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) END,
    location_class = CASE WHEN %(keep)s THEN t.location_class ELSE %(class)s END,
    radius_m = CASE WHEN %(keep)s THEN t.radius_m ELSE %(radius_m)s END,
    matched = CASE WHEN %(keep)s THEN t.matched ELSE %(matched)s END,
    location_reason = CASE WHEN %(keep)s THEN t.location_reason ELSE %(reason)s::jsonb END,
    location_source = CASE WHEN %(keep)s THEN t.location_source ELSE 'person' END,
    location_status = %(status)s, location_group = NULL,
    location_locked_by = base.current_user_id(), location_locked_at = now()
WHERE t.id = ANY (%(ids)s);

-- name: note_placed
-- What each record was and is.
INSERT INTO registry.change (table_name, row_id, area_code, agency_id, actor_id, version, before, after, decision_id)
SELECT %(table)s, t.id, t.area_code, {agency}, base.current_user_id(), t.version, w.state, {state}, %(decision)s
FROM {table} t JOIN unnest(%(ids)s::uuid[], %(states)s::jsonb[]) AS w (id, state) ON w.id = t.id;

-- name: take_back
-- Records as they were before a decision, but those somebody changed since: decided anew, given another address
-- or municipality, or a file's point. What a run found after an unlocking is nobody's change; a lock whose own decision was taken
-- back meanwhile is not set again.
UPDATE {table} t SET {restored}, area_code = CASE
    WHEN t.area_code IS NOT DISTINCT FROM (jsonb_populate_record(t, c.after)).area_code
    THEN (jsonb_populate_record(t, c.before)).area_code ELSE t.area_code END
FROM registry.change c
WHERE c.decision_id = %(decision)s AND c.row_id = t.id
    AND t.location_locked_at IS NOT DISTINCT FROM (c.after ->> 'location_locked_at')::timestamptz
    AND CASE WHEN t.location_locked_at IS NOT NULL THEN t.location_group IS NULL
        ELSE t.location_source IS DISTINCT FROM 'import' AND NOT EXISTS (
            SELECT FROM registry.change n WHERE n.row_id = t.id AND n.id > c.id
                AND n.after ?| '{{address,postcode,municipality_text}}')
            AND NOT registry.is_lock_over(t.id, (c.before ->> 'location_locked_at')::timestamptz) END
RETURNING t.id, c.before, c.after;

-- name: note_taken_back
-- That records are again what they were.
INSERT INTO registry.change (table_name, row_id, area_code, agency_id, actor_id, version, before, after)
SELECT %(table)s, t.id, t.area_code, {agency}, base.current_user_id(), t.version, w.after, w.before
FROM {table} t JOIN unnest(%(ids)s::uuid[], %(before)s::jsonb[], %(after)s::jsonb[]) AS w (id, before, after)
    ON w.id = t.id;

-- name: unseen
-- Of these records, those that are no longer the reader's.
SELECT w.id FROM unnest(%(ids)s::uuid[]) AS w (id)
WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = w.id AND {mine});

-- name: own_of_decision
-- How many records of a decision are the reader's to place.
SELECT count(*) FROM registry.change c JOIN {table} t ON t.id = c.row_id WHERE c.decision_id = %(decision)s AND {mine};

-- name: place_again
-- Records that were placed by what a decision had taught, where what it had taken the place of puts them.
UPDATE {table} t SET geom = a.geom, location_class = a.location_class, radius_m = a.radius_m, matched = a.matched
FROM registry.address_alias l JOIN registry.address_alias a ON a.register = l.register
    AND a.address_key = l.address_key AND a.area_code IS NOT DISTINCT FROM l.area_code
    AND a.agency_id IS NOT DISTINCT FROM l.agency_id AND a.ended_by IS NULL AND a.id <> l.id AND {holds}
WHERE l.decision_id = %(decision)s AND t.address_key = l.address_key AND t.location_source = 'alias'
    AND t.location_locked_at IS NULL AND t.area_code IS NOT DISTINCT FROM l.area_code
    AND (l.agency_id IS NULL OR {agency} = l.agency_id) AND ST_DWithin(t.geom, l.geom, 1e-7)
    AND NOT {sensitive};

-- name: ask_again
-- The others that were placed by what a decision had taught: they are to be located anew.
UPDATE {table} t SET geom = NULL, location_class = 'pending', location_status = 'pending', location_source = NULL,
    location_reason = NULL, radius_m = NULL, matched = NULL, gazetteer_version = NULL, alternatives = NULL
FROM registry.address_alias l
WHERE l.decision_id = %(decision)s AND t.address_key = l.address_key AND t.location_source = 'alias'
    AND t.location_locked_at IS NULL AND t.area_code IS NOT DISTINCT FROM l.area_code
    AND (l.agency_id IS NULL OR {agency} = l.agency_id) AND ST_DWithin(t.geom, l.geom, 1e-7)
    AND ({sensitive} OR NOT EXISTS (SELECT FROM registry.address_alias a WHERE a.register = l.register
        AND a.address_key = l.address_key AND a.area_code IS NOT DISTINCT FROM l.area_code
        AND a.agency_id IS NOT DISTINCT FROM l.agency_id AND a.ended_by IS NULL AND a.id <> l.id AND {holds}));
