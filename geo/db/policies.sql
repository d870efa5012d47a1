-- Who may see what, as the database enforces it. Applied after every migration; safe to repeat.

DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['job', 'case', 'auth', 'planner', 'committee', 'public'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'needsmap_' || wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', 'needsmap_' || wanted);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'needsmap_app') THEN
        CREATE ROLE needsmap_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    -- The service never needs the rights of a load or an analysis.
    GRANT needsmap_case, needsmap_auth, needsmap_planner, needsmap_committee, needsmap_public
        TO needsmap_app;
    EXECUTE format('GRANT needsmap_job, needsmap_case, needsmap_auth, needsmap_planner,'
        ' needsmap_committee, needsmap_public TO %I', current_user);
END $$;

ALTER ROLE needsmap_app SET statement_timeout = '15s';
ALTER ROLE needsmap_app SET lock_timeout = '3s';
ALTER ROLE needsmap_app SET idle_in_transaction_session_timeout = '30s';

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public
    TO needsmap_app, needsmap_job, needsmap_case, needsmap_auth,
       needsmap_planner, needsmap_committee, needsmap_public;

-- Loads and analysis
GRANT USAGE ON SCHEMA base, registry, field, snapshot, pub_planner, pub_committee, pub_public
    TO needsmap_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA
    base, registry, field, snapshot, pub_planner, pub_committee, pub_public TO needsmap_job;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA base, registry TO needsmap_job;

-- Accounts
GRANT USAGE ON SCHEMA account TO needsmap_auth, needsmap_case;
GRANT SELECT, INSERT, UPDATE ON account.app_user TO needsmap_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON account.session, account.login_attempt TO needsmap_auth;
GRANT INSERT ON account.audit_event TO needsmap_auth, needsmap_case;

-- Releases: a tier reads its own and nothing else
GRANT USAGE ON SCHEMA pub_planner TO needsmap_planner;
GRANT SELECT ON ALL TABLES IN SCHEMA pub_planner TO needsmap_planner;
GRANT USAGE ON SCHEMA pub_committee TO needsmap_committee;
GRANT SELECT ON ALL TABLES IN SCHEMA pub_committee TO needsmap_committee;
GRANT USAGE ON SCHEMA pub_public TO needsmap_public;
GRANT SELECT ON ALL TABLES IN SCHEMA pub_public TO needsmap_public;

-- The case tier: street work of the own territory, and one's own reports
GRANT USAGE ON SCHEMA base, field TO needsmap_case;
GRANT SELECT ON base.area, base.area_name TO needsmap_case;
GRANT SELECT ON base.source TO needsmap_case;
GRANT SELECT, INSERT ON field.observation TO needsmap_case;

CREATE OR REPLACE FUNCTION base.current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog
    RETURN nullif(current_setting('needsmap.user', true), '')::uuid;
CREATE OR REPLACE FUNCTION base.current_territory() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog
    RETURN nullif(current_setting('needsmap.territory', true), '');
REVOKE ALL ON FUNCTION base.current_user_id(), base.current_territory() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION base.current_user_id(), base.current_territory() TO needsmap_case;

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT schemaname, tablename FROM pg_tables
                 WHERE schemaname IN ('registry', 'field') LOOP
        EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY',
            found.schemaname, found.tablename);
        EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY',
            found.schemaname, found.tablename);
        EXECUTE format('DROP POLICY IF EXISTS job_all ON %I.%I',
            found.schemaname, found.tablename);
        EXECUTE format('CREATE POLICY job_all ON %I.%I FOR ALL TO needsmap_job'
            ' USING (true) WITH CHECK (true)', found.schemaname, found.tablename);
    END LOOP;
END $$;

DROP POLICY IF EXISTS case_reads_territory ON field.observation;
CREATE POLICY case_reads_territory ON field.observation FOR SELECT TO needsmap_case
    USING (area_code = base.current_territory() OR reporter_id = base.current_user_id());
DROP POLICY IF EXISTS case_files_own ON field.observation;
CREATE POLICY case_files_own ON field.observation FOR INSERT TO needsmap_case
    WITH CHECK (reporter_id = base.current_user_id());
