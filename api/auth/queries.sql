-- name: put_user
-- A user; the same name again takes the new password, role and territory.
INSERT INTO account.app_user (id, username, display_name, password_hash, role, territory_code)
VALUES (:id, :username, :display_name, :password_hash, :role, :territory_code)
ON CONFLICT (username) DO UPDATE SET display_name = excluded.display_name,
    password_hash = excluded.password_hash, role = excluded.role,
    territory_code = excluded.territory_code, disabled = false;

-- name: user_by_name
-- The user who wants to log in.
SELECT id, username, display_name, password_hash, role, territory_code, disabled
FROM account.app_user WHERE username = :username;

-- name: users
-- All users, for the administrator.
SELECT username, display_name, role, territory_code, disabled FROM account.app_user
ORDER BY username;

-- name: set_disabled
-- Shut a user out, or let them in again.
UPDATE account.app_user SET disabled = :disabled WHERE username = :username RETURNING id;

-- name: end_sessions
-- Log a user out everywhere.
DELETE FROM account.session s USING account.app_user u
WHERE u.id = s.user_id AND u.username = :username;

-- name: start_session
-- A login; only the hash of the cookie is kept.
INSERT INTO account.session (token_hash, user_id, expires_at)
VALUES (:token_hash, :user_id, now() + make_interval(hours => :hours));

-- name: session_user
-- The user behind a cookie, if the login still holds; seeing it keeps it alive.
UPDATE account.session s SET seen_at = now()
FROM account.app_user u
WHERE s.token_hash = :token_hash AND u.id = s.user_id AND NOT u.disabled
    AND s.expires_at > now() AND s.seen_at > now() - make_interval(mins => :idle_minutes)
RETURNING u.id, u.username, u.display_name, u.role, u.territory_code;

-- name: end_session
-- Log out.
DELETE FROM account.session WHERE token_hash = :token_hash;

-- name: login_tries
-- Tries to log in under a name in the last quarter of an hour, but for those that succeeded.
SELECT count(*) FROM account.login_attempt
WHERE username_hash = :username_hash AND at > now() - interval '15 minutes';

-- name: note_login_try
-- One more try; what no longer counts is not kept.
WITH old AS (DELETE FROM account.login_attempt WHERE at < now() - interval '1 day')
INSERT INTO account.login_attempt (username_hash) VALUES (:username_hash);

-- name: forget_login_tries
-- Who got in starts anew.
DELETE FROM account.login_attempt WHERE username_hash = :username_hash;

-- name: note_event
-- Who saw or changed what; never its content.
INSERT INTO account.audit_event (actor_id, action, subject) VALUES (:actor_id, :action, :subject);
