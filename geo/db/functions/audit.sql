-- The audit log: every change noted by the database itself, every event chained to the one before.

CREATE OR REPLACE FUNCTION account.event_hash(previous bytea, event account.audit_event) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
    RETURN sha256(previous || convert_to(jsonb_build_array(
        event.id, extract(epoch FROM event.at), event.actor_id, event.role, event.territory,
        event.action, event.subject, event.person_id, event.purpose)::text, 'UTF8'));

-- At the end of the transaction, so that one waits for another only while it commits.
CREATE OR REPLACE FUNCTION account.chain_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
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
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '42501';
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION account.refuse();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account.audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION account.refuse();

-- One event a row for few rows, one for all of them beyond that.
CREATE OR REPLACE FUNCTION account.note_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    subject text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    touched bigint;
    person text := CASE TG_ARGV[0] WHEN '' THEN 'NULL::uuid' ELSE 't.' || TG_ARGV[0] END;
    who text := nullif(current_setting('role', true), 'none');
BEGIN
    SELECT count(*) INTO touched FROM (SELECT FROM touched_rows LIMIT 21) AS first_rows;
    IF touched = 0 THEN
        RETURN NULL;
    ELSIF touched <= 20 THEN
        EXECUTE format('INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id)'
            ' SELECT $1, $2, $3, $4, $5 || '' '' || t.id, %s FROM touched_rows t', person)
        USING base.current_user_id(), replace(who, 'needsmap_', ''), base.current_territory(),
            lower(TG_OP), subject;
    ELSE
        SELECT count(*) INTO touched FROM touched_rows;
        INSERT INTO account.audit_event (actor_id, role, territory, action, subject)
        VALUES (base.current_user_id(), replace(who, 'needsmap_', ''), base.current_territory(),
            lower(TG_OP), subject || ': ' || touched || ' rows');
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    found record;
    verb text;
    person text;
BEGIN
    FOR found IN SELECT n.nspname AS schema, c.relname AS name, c.oid FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
                 WHERE n.nspname IN ('registry', 'field') AND c.relkind = 'r'
                     AND c.relname <> 'change' LOOP
        person := CASE
            WHEN found.schema = 'registry' AND found.name = 'person' THEN 'id'
            WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = found.oid AND attname = 'person_id')
                THEN 'person_id'
            ELSE '' END;
        FOREACH verb IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER note_%s AFTER %s ON %I.%I REFERENCING %s TABLE AS touched_rows'
                ' FOR EACH STATEMENT EXECUTE FUNCTION account.note_change(%L)', verb, verb, found.schema,
                found.name, CASE verb WHEN 'delete' THEN 'OLD' ELSE 'NEW' END, person);
        END LOOP;
    END LOOP;
END $$;

-- Events from before there was a chain join it once.
DO $$
DECLARE found account.audit_event;
DECLARE last record;
BEGIN
    FOR found IN SELECT e.* FROM account.audit_event e
                 WHERE NOT EXISTS (SELECT FROM account.audit_link l WHERE l.event_id = e.id)
                 ORDER BY e.id LOOP
        SELECT l.place, l.hash INTO last FROM account.audit_link l ORDER BY l.place DESC LIMIT 1;
        INSERT INTO account.audit_link (place, event_id, hash)
        VALUES (coalesce(last.place, 0) + 1, found.id, account.event_hash(coalesce(last.hash, ''), found));
    END LOOP;
END $$;
