-- The accounts of the database: one for each role, and the one that the service logs in with.

DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['job', 'auth', 'planner', 'committee', 'public', 'street_worker',
        'centre_staff', 'agency', 'team_lead', 'municipal_planner', 'regional_planner', 'national',
        'auditor', 'admin'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'needsmap_' || wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', 'needsmap_' || wanted);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'needsmap_app') THEN
        CREATE ROLE needsmap_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    -- The service never needs the rights of a load or an analysis.
    GRANT needsmap_auth, needsmap_planner, needsmap_committee, needsmap_public,
        needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,
        needsmap_municipal_planner, needsmap_regional_planner, needsmap_national,
        needsmap_auditor, needsmap_admin TO needsmap_app;
    -- The owner may take every role, but has by itself the rights of the two that pass row security
    -- only: through an account that inherits nothing come no rights. The policies of all people's
    -- roles at once would be a tangle in which none can be answered.
    EXECUTE format('REVOKE needsmap_planner, needsmap_committee, needsmap_public,'
        ' needsmap_street_worker, needsmap_centre_staff, needsmap_agency, needsmap_team_lead,'
        ' needsmap_municipal_planner, needsmap_regional_planner, needsmap_national,'
        ' needsmap_auditor, needsmap_admin FROM %I', current_user);
    EXECUTE format('GRANT needsmap_job, needsmap_auth, needsmap_app TO %I', current_user);
    -- The role of the first version, which stood for all who work cases.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'needsmap_case') THEN
        EXECUTE format('GRANT needsmap_case TO %I', current_user);
        DROP OWNED BY needsmap_case;
    END IF;
END $$;
