-- What the service's own accounts may do. Applied after every migration; safe to repeat. The rights
-- of people's roles follow from access.yaml.

ALTER ROLE needsmap_app SET statement_timeout = '15s';
ALTER ROLE needsmap_app SET lock_timeout = '3s';
ALTER ROLE needsmap_app SET idle_in_transaction_session_timeout = '30s';

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public
    TO needsmap_app, needsmap_job, needsmap_auth, needsmap_planner, needsmap_committee,
       needsmap_public, needsmap_street_worker, needsmap_centre_staff, needsmap_agency,
       needsmap_team_lead, needsmap_municipal_planner, needsmap_regional_planner,
       needsmap_national, needsmap_auditor, needsmap_admin;

-- Everyone may execute a new function unless that is taken away; each is for those named below.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA base, registry, field, intake, account, snapshot, plan,
    pub_planner, pub_committee, pub_public
    FROM PUBLIC, needsmap_job, needsmap_auth, needsmap_planner, needsmap_committee, needsmap_public,
       needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,
       needsmap_municipal_planner, needsmap_regional_planner, needsmap_national,
       needsmap_auditor, needsmap_admin;
-- What PostGIS tells of a column's extent and spread, whoever's the rows are.
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                 JOIN pg_namespace n ON n.oid = p.pronamespace
                 WHERE n.nspname = 'public' AND p.proname IN ('st_estimatedextent', 'st_findextent',
                     '_postgis_stats', '_postgis_index_extent')
                     AND has_function_privilege('public', p.oid, 'EXECUTE') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', found.name);
    END LOOP;
END $$;

-- Loads and analysis
GRANT USAGE ON SCHEMA base, registry, field, intake, account, snapshot, plan, pub_planner,
    pub_committee, pub_public TO needsmap_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA
    base, registry, field, intake, snapshot, plan, pub_planner, pub_committee, pub_public
    TO needsmap_job;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA base, registry, intake FROM needsmap_job;
GRANT SELECT, INSERT ON account.audit_event TO needsmap_job;
GRANT SELECT ON account.audit_link, account.erasure TO needsmap_job;

-- Logins
GRANT USAGE ON SCHEMA base, account, registry TO needsmap_auth;
GRANT SELECT, INSERT, UPDATE ON account.app_user, account.api_key TO needsmap_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON account.session, account.rate, account.oidc_login
    TO needsmap_auth;
GRANT INSERT ON account.audit_event TO needsmap_auth;

-- Releases: a tier reads its own and nothing else
GRANT USAGE ON SCHEMA pub_planner TO needsmap_planner;
GRANT SELECT ON ALL TABLES IN SCHEMA pub_planner TO needsmap_planner;
GRANT USAGE ON SCHEMA pub_committee TO needsmap_committee;
GRANT SELECT ON ALL TABLES IN SCHEMA pub_committee TO needsmap_committee;
GRANT USAGE ON SCHEMA pub_public TO needsmap_public;
GRANT SELECT ON ALL TABLES IN SCHEMA pub_public TO needsmap_public;

-- People's roles: open facts, and their way into the schemas of their rows
GRANT USAGE ON SCHEMA base, registry, field, intake, account
    TO needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,
       needsmap_municipal_planner, needsmap_regional_planner, needsmap_national,
       needsmap_auditor, needsmap_admin;
GRANT USAGE ON SCHEMA base, account TO needsmap_committee;
GRANT SELECT ON base.area, base.area_name, base.source, base.agency_territory,
    base.agency_territory_member
    TO needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,
       needsmap_municipal_planner, needsmap_regional_planner, needsmap_national,
       needsmap_auditor, needsmap_admin, needsmap_committee;
-- Where streets and houses are is open; who asks for which is not kept.
GRANT SELECT ON base.gazetteer, base.street, base.house, base.postcode, base.settlement, base.spot
    TO needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,
       needsmap_municipal_planner, needsmap_regional_planner, needsmap_national,
       needsmap_auditor, needsmap_admin;
GRANT EXECUTE ON FUNCTION base.current_user_id(), base.current_territory(), base.current_agency(),
    base.current_owner(), base.current_areas()
    TO needsmap_job, needsmap_auth, needsmap_street_worker, needsmap_centre_staff,
       needsmap_agency, needsmap_team_lead, needsmap_municipal_planner,
       needsmap_regional_planner, needsmap_national, needsmap_auditor, needsmap_admin,
       needsmap_committee;
GRANT EXECUTE ON FUNCTION base.own_source(text), registry.is_erased(text, text)
    TO needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,
       needsmap_municipal_planner, needsmap_regional_planner, needsmap_national;
GRANT EXECUTE ON FUNCTION registry.end_taught(uuid, uuid), registry.unlearn(uuid),
    registry.is_lock_over(uuid, timestamptz)
    TO needsmap_job, needsmap_centre_staff, needsmap_team_lead, needsmap_agency,
       needsmap_municipal_planner, needsmap_regional_planner;
GRANT EXECUTE ON FUNCTION account.holds_real_persons() TO needsmap_auth;
GRANT EXECUTE ON FUNCTION account.works_in(uuid, text) TO needsmap_team_lead;
GRANT EXECUTE ON FUNCTION account.acts_for_demo()
    TO needsmap_job, needsmap_street_worker, needsmap_centre_staff, needsmap_agency,
       needsmap_team_lead, needsmap_municipal_planner, needsmap_regional_planner, needsmap_national;
GRANT EXECUTE ON FUNCTION registry.is_erased(text, text), registry.erase_due(date),
    registry.reapply_erasures(), account.event_hash(bytea, account.audit_event) TO needsmap_job;
GRANT EXECUTE ON FUNCTION registry.erase_person(uuid, text) TO needsmap_auditor, needsmap_job;
GRANT EXECUTE ON FUNCTION account.event_hash(bytea, account.audit_event) TO needsmap_auditor;

-- The two accounts that pass row security: loads everywhere, logins among accounts. What only
-- functions of the database touch is open to their owner.
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT schemaname, tablename, policyname FROM pg_policies
                 WHERE schemaname IN ('registry', 'field', 'intake', 'account') LOOP
        EXECUTE format('DROP POLICY %I ON %I.%I',
            found.policyname, found.schemaname, found.tablename);
    END LOOP;
    FOR found IN SELECT schemaname, tablename FROM pg_tables
                 WHERE schemaname IN ('registry', 'field', 'intake') LOOP
        EXECUTE format('CREATE POLICY job_all ON %I.%I FOR ALL TO needsmap_job'
            ' USING (true) WITH CHECK (true)', found.schemaname, found.tablename);
    END LOOP;
    FOR found IN SELECT unnest(ARRAY['app_user', 'api_key', 'session', 'rate', 'oidc_login']) AS name LOOP
        EXECUTE format('CREATE POLICY auth_all ON account.%I FOR ALL TO needsmap_auth'
            ' USING (true) WITH CHECK (true)', found.name);
    END LOOP;
    FOR found IN SELECT unnest(ARRAY['audit_link', 'erasure', 'secret']) AS name LOOP
        EXECUTE format('CREATE POLICY house_all ON account.%I FOR ALL TO %I'
            ' USING (true) WITH CHECK (true)', found.name, current_user);
    END LOOP;
END $$;
CREATE POLICY auth_notes ON account.audit_event FOR INSERT TO needsmap_auth WITH CHECK (true);
CREATE POLICY job_notes ON account.audit_event FOR INSERT TO needsmap_job WITH CHECK (true);
CREATE POLICY job_reads ON account.audit_event FOR SELECT TO needsmap_job USING (true);
CREATE POLICY job_reads ON account.audit_link FOR SELECT TO needsmap_job USING (true);
CREATE POLICY job_reads ON account.erasure FOR SELECT TO needsmap_job USING (true);
