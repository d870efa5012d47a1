-- The audit log: every change noted by the database itself, every event chained to the one before.

CREATE OR REPLACE FUNCTION account.event_hash(previous bytea, event account.audit_event) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN sha256(previous || convert_to(jsonb_build_array(
        event.id, extract(epoch FROM event.at), event.actor_id, event.role, event.territory,
        event.action, event.subject, event.person_id, event.purpose)::text, 'UTF8'));

-- When it was and in which role is not for the writer to say; who it was the row policy checks.
CREATE OR REPLACE FUNCTION account.stamp_event() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    IF base.current_user_id() IS NOT NULL THEN
        NEW.role := replace(nullif(current_setting('role', true), 'none'), 'needsmap_', '');
        NEW.territory := base.current_territory();
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER stamped BEFORE INSERT ON account.audit_event
    FOR EACH ROW EXECUTE FUNCTION account.stamp_event();

-- At the end of the transaction, so that one waits for another only while it commits.
CREATE OR REPLACE FUNCTION account.chain_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE last record;
BEGIN
    PERFORM pg_advisory_xact_lock(7262001);
    SELECT l.place, l.hash INTO last FROM account.audit_link l ORDER BY l.place DESC LIMIT 1;
    INSERT INTO account.audit_link (place, event_id, hash)
    VALUES (coalesce(last.place, 0) + 1, NEW.id, account.event_hash(coalesce(last.hash, ''), NEW));
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS chained ON account.audit_event;
CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON account.audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION account.chain_event();

-- Nobody rewrites what was noted, not even the owner of the tables.
CREATE OR REPLACE FUNCTION account.refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '42501';
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION account.refuse();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account.audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION account.refuse();

-- One event a row for few rows, one for all of them beyond that. The arguments say, over a row t, what
-- its key is and whose record it belongs to (none, one or several persons).
CREATE OR REPLACE FUNCTION account.note_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    subject text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    touched bigint;
    who text := replace(nullif(current_setting('role', true), 'none'), 'needsmap_', '');
BEGIN
    SELECT count(*) INTO touched FROM (SELECT FROM touched_rows LIMIT 21) AS first_rows;
    IF touched = 0 THEN
        RETURN NULL;
    ELSIF touched <= 20 THEN
        EXECUTE format('INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id)'
            ' SELECT $1, $2, $3, $4, $5 || '' '' || %s, %s FROM touched_rows t', TG_ARGV[0], TG_ARGV[1])
        USING base.current_user_id(), who, base.current_territory(), lower(TG_OP), subject;
    ELSE
        SELECT count(*) INTO touched FROM touched_rows;
        INSERT INTO account.audit_event (actor_id, role, territory, action, subject)
        VALUES (base.current_user_id(), who, base.current_territory(), lower(TG_OP),
            subject || ': ' || touched || ' rows');
    END IF;
    RETURN NULL;
END $$;

-- The history of rows (registry.change) is not noted: it is a note itself, of a change that is.
DO $$
DECLARE
    found record;
    verb text;
    person text;
BEGIN
    FOR found IN SELECT n.nspname AS schema, c.relname AS name, c.oid FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname IN ('registry', 'field') AND c.relkind = 'r'
                     AND c.relname <> 'change' LOOP
        person := CASE
            WHEN found.schema = 'registry' AND found.name = 'person' THEN 't.id'
            WHEN found.schema = 'registry' AND found.name = 'referral' THEN
                '(SELECT n.person_id FROM registry.need n WHERE n.id = t.need_id)'
            WHEN found.schema = 'registry' AND found.name = 'duplicate' THEN
                'unnest(ARRAY[t.person_a, t.person_b])'
            WHEN found.schema = 'registry' AND found.name = 'edit_conflict' THEN
                'CASE t.table_name WHEN ''registry.person'' THEN t.row_id END'
            WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = found.oid AND attname = 'person_id')
                THEN 't.person_id'
            ELSE 'NULL::uuid' END;
        FOREACH verb IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER note_%s AFTER %s ON %I.%I REFERENCING %s TABLE AS touched_rows'
                ' FOR EACH STATEMENT EXECUTE FUNCTION account.note_change(%L, %L)', verb, verb, found.schema,
                found.name, CASE verb WHEN 'delete' THEN 'OLD' ELSE 'NEW' END,
                CASE found.name WHEN 'agreement_party' THEN 't.agreement_id' ELSE 't.id' END, person);
        END LOOP;
    END LOOP;
END $$;

-- Of imports and runs of the geocoder the changes that mean something, not each sign of life; of accounts all.
CREATE OR REPLACE FUNCTION account.note_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched jsonb := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
BEGIN
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject)
    VALUES (base.current_user_id(),
        replace(nullif(current_setting('role', true), 'none'), 'needsmap_', ''), base.current_territory(),
        lower(TG_OP), format('%s.%s %s', TG_TABLE_SCHEMA, TG_TABLE_NAME, touched ->> TG_ARGV[0]));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER note_new AFTER INSERT OR DELETE ON intake.import_run
    FOR EACH ROW EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_changed AFTER UPDATE ON intake.import_run
    FOR EACH ROW WHEN (OLD.state <> NEW.state OR OLD.mapping <> NEW.mapping)
    EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_new AFTER INSERT OR DELETE ON intake.locate_run
    FOR EACH ROW EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_changed AFTER UPDATE ON intake.locate_run
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION account.note_row('id');
-- What logins do with accounts they note themselves, with the account it was done for.
CREATE OR REPLACE TRIGGER note_new AFTER INSERT OR DELETE ON account.app_user
    FOR EACH ROW WHEN (current_user <> 'needsmap_auth') EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_changed AFTER UPDATE ON account.app_user
    FOR EACH ROW WHEN (current_user <> 'needsmap_auth') EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_new AFTER INSERT OR DELETE ON account.api_key
    FOR EACH ROW WHEN (current_user <> 'needsmap_auth') EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_changed AFTER UPDATE ON account.api_key
    FOR EACH ROW WHEN (current_user <> 'needsmap_auth') EXECUTE FUNCTION account.note_row('id');
CREATE OR REPLACE TRIGGER note_ended AFTER DELETE ON account.session
    FOR EACH ROW WHEN (current_user <> 'needsmap_auth') EXECUTE FUNCTION account.note_row('user_id');

-- Events from before there was a chain join it once: whatever lacks a link later was not written by us.
DO $$
DECLARE found account.audit_event;
DECLARE last record;
BEGIN
    IF EXISTS (SELECT FROM account.audit_link) THEN
        RETURN;
    END IF;
    FOR found IN SELECT e.* FROM account.audit_event e ORDER BY e.id LOOP
        SELECT l.place, l.hash INTO last FROM account.audit_link l ORDER BY l.place DESC LIMIT 1;
        INSERT INTO account.audit_link (place, event_id, hash)
        VALUES (coalesce(last.place, 0) + 1, found.id, account.event_hash(coalesce(last.hash, ''), found));
    END LOOP;
END $$;
