-- Erasing a person for good, with a proof that names nobody, so that it can be done again.

CREATE OR REPLACE FUNCTION account.erasure_proof(source_id text, external_id text) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT sha256(s.value || sha256(s.value || convert_to(source_id || E'\n' || external_id, 'UTF8')))
        FROM account.secret s WHERE s.name = 'erasure';
    END;

-- Whether a person of this key was erased: they may not come back by an import or a restore. Somebody
-- with a role of people is told of their own house's keys only.
CREATE OR REPLACE FUNCTION registry.is_erased(source_id text, external_id text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT (current_setting('role') IN ('none', 'needsmap_job')
                OR coalesce(starts_with(source_id, base.current_owner() || ':'), false))
            AND EXISTS (SELECT FROM account.erasure e
                WHERE e.proof = account.erasure_proof(source_id, external_id));
    END;

-- Persons and all that hangs on them, also in what was noted of changes and in files of imports; a
-- household goes with its last person. Returns how many were there. Shares of past releases stay as
-- they are: they name nobody.
CREATE OR REPLACE FUNCTION registry.erase(persons uuid[], reason text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sources text[];
    homes uuid[];
    gone uuid[];
    names text[];
    decided uuid[];
BEGIN
    PERFORM FROM registry.person p WHERE p.id = ANY (persons) ORDER BY p.id FOR UPDATE;
    SELECT array_agg(p.id), array_agg(DISTINCT p.source_id), array_agg(DISTINCT p.household_id)
    INTO persons, sources, homes FROM registry.person p WHERE p.id = ANY (persons);
    IF persons IS NULL THEN
        RETURN 0;
    END IF;
    INSERT INTO account.erasure (proof, actor_id, reason)
    SELECT account.erasure_proof(p.source_id, p.external_id), base.current_user_id(), reason
    FROM registry.person p WHERE p.id = ANY (persons) ON CONFLICT (proof) DO NOTHING;
    SELECT coalesce(array_agg(h.id), '{}') INTO homes FROM registry.household h WHERE h.id = ANY (homes)
        AND NOT EXISTS (SELECT FROM registry.person p WHERE p.household_id = h.id AND p.id <> ALL (persons));
    SELECT persons || homes || coalesce(array_agg(n.id), '{}') INTO gone FROM registry.need n
    WHERE n.person_id = ANY (persons) OR n.household_id = ANY (homes);
    SELECT gone || coalesce(array_agg(hanging.id), '{}') INTO gone FROM (
        SELECT r.id FROM registry.referral r WHERE r.need_id = ANY (gone)
        UNION ALL SELECT c.id FROM registry.contact c WHERE c.person_id = ANY (persons)
        UNION ALL SELECT a.id FROM registry.assignment a WHERE a.person_id = ANY (persons)
        UNION ALL SELECT d.id FROM registry.duplicate d
            WHERE d.person_a = ANY (persons) OR d.person_b = ANY (persons)) AS hanging;
    names := gone::text[];
    -- What was decided about the address of these persons and of nobody else, and what it taught.
    SELECT array_agg(DISTINCT c.decision_id) INTO decided FROM registry.change c
    WHERE c.row_id = ANY (persons) AND c.decision_id IS NOT NULL;
    DELETE FROM registry.location_decision d WHERE d.id = ANY (decided) AND NOT EXISTS (
        SELECT FROM registry.change c WHERE c.decision_id = d.id AND c.row_id <> ALL (persons));
    DELETE FROM registry.change h WHERE h.row_id = ANY (gone)
        OR EXISTS (SELECT FROM jsonb_each_text(h.before) AS was WHERE was.value = ANY (names))
        OR EXISTS (SELECT FROM jsonb_each_text(h.after) AS became WHERE became.value = ANY (names));
    DELETE FROM registry.edit_conflict x WHERE x.row_id = ANY (gone)
        OR x.kept #>> '{}' = ANY (names) OR x.other #>> '{}' = ANY (names);
    DELETE FROM registry.referral r WHERE r.id = ANY (gone);
    DELETE FROM registry.need n WHERE n.id = ANY (gone);
    DELETE FROM registry.contact c WHERE c.id = ANY (gone);
    DELETE FROM registry.assignment a WHERE a.person_id = ANY (persons);
    DELETE FROM registry.person p WHERE p.id = ANY (persons);
    DELETE FROM registry.household h WHERE h.id = ANY (homes);
    -- A file that is still to be read in may name them too: it is to be handed in again without them.
    UPDATE intake.import_run i SET content = NULL,
        state = CASE i.state WHEN 'waiting' THEN 'cancelled' ELSE i.state END
    WHERE i.content IS NOT NULL AND i.state <> 'running'
        AND (i.source_id = ANY (sources)
            OR coalesce(i.agency_id::text, i.territory) || ':' || i.source_id = ANY (sources));
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, person_id, purpose)
    SELECT base.current_user_id(), replace(nullif(current_setting('role', true), 'none'), 'needsmap_', ''),
        base.current_territory(), 'erase', 'registry.person ' || one, one, reason FROM unnest(persons) AS one;
    RETURN cardinality(persons);
END $$;

-- False where there is no such person.
CREATE OR REPLACE FUNCTION registry.erase_person(person uuid, reason text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT registry.erase(ARRAY[person], reason) = 1;
    END;

-- Persons whose time is over; returns how many were erased.
CREATE OR REPLACE FUNCTION registry.erase_due(as_of date) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT registry.erase(ARRAY(SELECT p.id FROM registry.person p WHERE p.retain_until < as_of), 'retention');
    END;

-- After a restore: who was erased since the backup is erased again; returns how many.
CREATE OR REPLACE FUNCTION registry.reapply_erasures() RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT registry.erase(ARRAY(SELECT p.id FROM registry.person p
            WHERE registry.is_erased(p.source_id, p.external_id)), 'request');
    END;
