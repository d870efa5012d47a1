-- name: put_user
-- A user; the same name again takes what is new, but a demo never takes the name of a real account.
INSERT INTO account.app_user AS u
    (id, username, display_name, password_hash, role, territory_code, agency_id, demo)
VALUES (:id, :username, :display_name, :password_hash, :role, :territory_code, :agency_id, :demo)
ON CONFLICT (username) DO UPDATE SET display_name = excluded.display_name,
    password_hash = excluded.password_hash, role = excluded.role,
    territory_code = excluded.territory_code, agency_id = excluded.agency_id, disabled = false
WHERE u.demo = excluded.demo
RETURNING id;

-- name: add_user
-- A new account; no row comes back where the name is taken.
INSERT INTO account.app_user
    (id, username, display_name, password_hash, role, territory_code, agency_id)
VALUES (:id, :username, :display_name, :password_hash, :role, :territory_code, :agency_id)
ON CONFLICT (username) DO NOTHING RETURNING id;

-- name: user_by_name
-- The user who wants to log in.
SELECT id, username, display_name, password_hash, role, territory_code, agency_id, demo, disabled,
    totp_confirmed_at, demo AND account.holds_real_persons() AS outdated_demo
FROM account.app_user WHERE username = :username;

-- name: user_by_subject
-- The user whom another house knows.
SELECT id, username, display_name, role, territory_code, agency_id, demo, disabled,
    totp_confirmed_at, demo AND account.holds_real_persons() AS outdated_demo
FROM account.app_user WHERE oidc_issuer = :issuer AND oidc_subject = :subject;

-- name: accounts
-- Accounts for administrators, some at a time.
SELECT id, username, display_name, role, territory_code, agency_id, disabled, demo, created_at,
    totp_confirmed_at, oidc_issuer, oidc_subject
FROM account.app_user
WHERE username > :after AND (CAST(:role AS text) IS NULL OR role = :role)
ORDER BY username LIMIT :most;

-- name: account
-- One account for administrators; held until the transaction ends, so that two edits follow.
SELECT id, username, display_name, role, territory_code, agency_id, disabled, demo, created_at,
    totp_confirmed_at, oidc_issuer, oidc_subject
FROM account.app_user WHERE username = :username;

-- name: change_account
-- What an account may do, and where.
UPDATE account.app_user SET display_name = :display_name, role = :role,
    territory_code = :territory_code, agency_id = :agency_id, disabled = :disabled
WHERE id = :id;

-- name: set_password
-- Another password.
UPDATE account.app_user SET password_hash = :password_hash WHERE id = :id;

-- name: link_subject
-- Under which name another house knows the user; without one the link ends.
UPDATE account.app_user SET oidc_issuer = :issuer, oidc_subject = :subject WHERE id = :id;

-- name: end_sessions
-- Log a user out everywhere, but for the one session that may stay.
DELETE FROM account.session
WHERE user_id = :user_id AND token_hash IS DISTINCT FROM CAST(:but AS bytea);

-- name: end_all_sessions
-- Log a user out everywhere.
DELETE FROM account.session WHERE user_id = :user_id;

-- name: start_session
-- A login; only the hash of the cookie is kept.
WITH over AS (DELETE FROM account.session WHERE expires_at < now())
INSERT INTO account.session (token_hash, user_id, expires_at, second_factor)
VALUES (:token_hash, :user_id, now() + make_interval(mins => :minutes), :second_factor);

-- name: session_user
-- The user behind a cookie, if the login still holds.
SELECT u.id, u.username, u.display_name, u.role, u.territory_code, u.agency_id, u.demo,
    s.second_factor,
    s.seen_at < now() - make_interval(secs => :idle_minutes * 2) AS is_long_ago
FROM account.session s JOIN account.app_user u ON u.id = s.user_id
WHERE s.token_hash = :token_hash AND NOT u.disabled
    AND s.expires_at > now() AND s.seen_at > now() - make_interval(mins => :idle_minutes)
    AND CASE WHEN u.demo THEN NOT account.holds_real_persons() ELSE true END;

-- name: see_session
-- Seeing a session keeps it alive.
UPDATE account.session SET seen_at = now() WHERE token_hash = :token_hash;

-- name: end_session
-- Log out.
DELETE FROM account.session WHERE token_hash = :token_hash;

-- name: take
-- One more of a kind in the window that is open now; windows begin at fixed times.
INSERT INTO account.rate AS r (bucket, window_start, used)
VALUES (:bucket, date_bin(make_interval(mins => :minutes), now(), 'epoch'), :amount)
ON CONFLICT (bucket, window_start) DO UPDATE SET used = r.used + excluded.used
RETURNING used, greatest(1, ceil(extract(epoch FROM
    window_start + make_interval(mins => :minutes) - now())))::integer AS seconds_left;

-- name: give_back
-- One less in the window that is open now.
UPDATE account.rate SET used = used - 1
WHERE bucket = :bucket AND used > 0
    AND window_start = date_bin(make_interval(mins => :minutes), now(), 'epoch');

-- name: forget_tries
-- Who got in starts anew.
DELETE FROM account.rate WHERE bucket = :bucket;

-- name: taken_ever
-- Those of all windows together.
SELECT sum(used) FROM account.rate WHERE bucket = :bucket;

-- name: forget_old_windows
-- What no longer counts is not kept.
DELETE FROM account.rate WHERE window_start < now() - interval '2 days';

-- name: note_event
-- Who saw or changed what, in the role and territory of this transaction; never its content.
INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id, purpose)
VALUES (:actor_id,
    coalesce(:role, replace(nullif(current_setting('role', true), 'none'), 'needsmap_', '')),
    coalesce(:territory, base.current_territory()), :action, :subject, :person_id, :purpose);

-- name: revoke_keys
-- End every key of an account.
UPDATE account.api_key SET revoked_at = now() WHERE user_id = :user_id AND revoked_at IS NULL;

-- name: set_totp
-- A secret that waits for its first code; a confirmed one stays.
UPDATE account.app_user SET totp_secret = :sealed, totp_last_step = NULL
WHERE id = :id AND totp_confirmed_at IS NULL RETURNING id;

-- name: totp
-- The secret of an account; held, so that two codes follow one another.
SELECT totp_secret, totp_confirmed_at FROM account.app_user WHERE id = :id FOR UPDATE;

-- name: use_code
-- A code counts once, and none before it counts later.
UPDATE account.app_user SET totp_last_step = :step,
    totp_confirmed_at = coalesce(totp_confirmed_at, now())
WHERE id = :id AND totp_secret IS NOT NULL AND (totp_last_step IS NULL OR totp_last_step < :step)
RETURNING id;

-- name: reset_totp
-- No second factor.
UPDATE account.app_user SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL
WHERE id = :id;

-- name: key_user
-- The user behind a key that holds.
SELECT u.id, u.username, u.display_name, u.role, u.territory_code, u.agency_id, k.id AS key_id,
    k.used_at IS NULL OR k.used_at < now() - interval '1 minute' AS is_long_ago
FROM account.api_key k JOIN account.app_user u ON u.id = k.user_id
WHERE k.key_hash = :key_hash AND k.revoked_at IS NULL AND k.expires_at > now()
    AND NOT u.disabled AND NOT u.demo;

-- name: see_key
-- When a key was used last, to the minute.
UPDATE account.api_key SET used_at = now() WHERE id = :id;

-- name: put_key
-- A new key; only its hash is kept.
INSERT INTO account.api_key (id, user_id, name, key_hash, expires_at)
VALUES (:id, :user_id, :name, :key_hash, now() + make_interval(days => :days));

-- name: keys
-- The keys of an account, without their secrets.
SELECT id, name, created_at, expires_at, used_at, revoked_at FROM account.api_key
WHERE user_id = :user_id ORDER BY created_at DESC, id;

-- name: revoke_key
-- End a key at once.
UPDATE account.api_key SET revoked_at = coalesce(revoked_at, now())
WHERE id = :id AND user_id = :user_id RETURNING id;

-- name: largest_agency
-- The agency with most services in a municipality.
SELECT agency_id FROM registry.service WHERE area_code = :area
GROUP BY agency_id ORDER BY count(*) DESC, agency_id LIMIT 1;

-- name: levels_of
-- What a code stands for in the two hierarchies.
SELECT level FROM base.area WHERE code = :code
UNION SELECT 'agency_territory' FROM base.agency_territory WHERE code = :code;

-- name: agency
-- Whether there is such an agency.
SELECT id FROM registry.agency WHERE id = :id;

-- name: agency_names
-- Names of agencies.
SELECT id, name FROM registry.agency WHERE id = ANY(CAST(:ids AS uuid[]));

-- name: territories
-- Territories of both hierarchies whose code or name holds a pattern, accents and case aside.
WITH named AS (
    SELECT a.code, a.level, a.country, jsonb_object_agg(n.lang, n.name)
        FILTER (WHERE n.lang IS NOT NULL) AS names
    FROM base.area a LEFT JOIN base.area_name n ON n.area_id = a.id
    GROUP BY a.code, a.level, a.country
    UNION ALL
    SELECT code, 'agency_territory', country, names FROM base.agency_territory)
SELECT code, level, country, names FROM named
WHERE code || ' ' || level > :after AND (
    code ILIKE :pattern
    OR EXISTS (SELECT FROM jsonb_each_text(names) AS one
        WHERE unaccent(lower(one.value)) LIKE unaccent(lower(:pattern))))
ORDER BY code || ' ' || level LIMIT :most;

-- name: territory_names
-- Names of territories of either hierarchy.
SELECT a.code, jsonb_object_agg(n.lang, n.name) AS names
FROM base.area a JOIN base.area_name n ON n.area_id = a.id
WHERE a.code = ANY(CAST(:codes AS text[])) GROUP BY a.code
UNION ALL
SELECT code, names FROM base.agency_territory WHERE code = ANY(CAST(:codes AS text[]));

-- name: events
-- The audit log, newest first, as far as it is asked for.
SELECT e.id, e.at, u.username AS actor, e.actor_id, e.role, e.territory, e.action, e.subject,
    e.person_id, e.purpose
FROM account.audit_event e LEFT JOIN account.app_user u ON u.id = e.actor_id
WHERE (CAST(:before AS bigint) IS NULL OR e.id < :before)
    AND (CAST(:actor AS text) IS NULL
        OR e.actor_id = (SELECT a.id FROM account.app_user a WHERE a.username = :actor))
    AND (CAST(:person AS uuid) IS NULL OR e.person_id = :person)
    AND (CAST(:action AS text) IS NULL OR e.action = :action)
    AND (CAST(:since AS timestamptz) IS NULL OR e.at >= :since)
    AND (CAST(:until AS timestamptz) IS NULL OR e.at < :until)
ORDER BY e.id DESC LIMIT :most;

-- name: begin_oidc
-- A login that goes to another house; what was not finished in time is forgotten.
WITH over AS (DELETE FROM account.oidc_login WHERE created_at < now() - interval '10 minutes')
INSERT INTO account.oidc_login (state_hash, nonce, verifier)
VALUES (:state_hash, :nonce, :verifier);

-- name: finish_oidc
-- The login that comes back; it comes back once.
DELETE FROM account.oidc_login
WHERE state_hash = :state_hash AND created_at > now() - interval '10 minutes'
RETURNING nonce, verifier;
