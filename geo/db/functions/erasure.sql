-- Erasing a person for good, with a proof that names nobody, so that it can be done again.

CREATE OR REPLACE FUNCTION account.erasure_proof(source_id text, external_id text) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
    BEGIN ATOMIC
        SELECT sha256(s.value || sha256(s.value || convert_to(source_id || E'\n' || external_id, 'UTF8')))
        FROM account.secret s WHERE s.name = 'erasure';
    END;

-- Whether a person of this key was erased: they may not come back by an import or a restore.
CREATE OR REPLACE FUNCTION registry.is_erased(source_id text, external_id text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM account.erasure e
            WHERE e.proof = account.erasure_proof(source_id, external_id));
    END;

-- False where there is no such person. Shares of past releases stay as they are: they name nobody.
CREATE OR REPLACE FUNCTION registry.erase_person(person uuid, reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    who record;
    gone uuid[];
BEGIN
    SELECT p.source_id, p.external_id, p.household_id INTO who
    FROM registry.person p WHERE p.id = person FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO account.erasure (proof, actor_id, reason)
    VALUES (account.erasure_proof(who.source_id, who.external_id), base.current_user_id(), reason)
    ON CONFLICT (proof) DO NOTHING;
    SELECT coalesce(array_agg(n.id), '{}') INTO gone FROM registry.need n WHERE n.person_id = person;
    SELECT gone || coalesce(array_agg(r.id), '{}') INTO gone FROM registry.referral r WHERE r.need_id = ANY (gone);
    SELECT gone || coalesce(array_agg(c.id), '{}') INTO gone FROM registry.contact c WHERE c.person_id = person;
    DELETE FROM registry.referral r WHERE r.id = ANY (gone);
    DELETE FROM registry.need n WHERE n.id = ANY (gone);
    DELETE FROM registry.contact c WHERE c.id = ANY (gone);
    DELETE FROM registry.change h WHERE h.row_id = person OR h.row_id = ANY (gone);
    DELETE FROM registry.edit_conflict x WHERE x.row_id = person OR x.row_id = ANY (gone);
    DELETE FROM registry.person p WHERE p.id = person;
    DELETE FROM registry.household h WHERE h.id = who.household_id
        AND NOT EXISTS (SELECT FROM registry.person p WHERE p.household_id = h.id)
        AND NOT EXISTS (SELECT FROM registry.need n WHERE n.household_id = h.id);
    INSERT INTO account.audit_event (actor_id, role, territory, action, subject, purpose)
    VALUES (base.current_user_id(), replace(nullif(current_setting('role', true), 'none'), 'needsmap_', ''),
        base.current_territory(), 'erase', 'registry.person ' || person, reason);
    RETURN true;
END $$;

-- Persons whose time is over; returns how many were erased.
CREATE OR REPLACE FUNCTION registry.erase_due(as_of date) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
    BEGIN ATOMIC
        SELECT count(*)::integer FROM (
            SELECT registry.erase_person(p.id, 'retention') FROM registry.person p
            WHERE p.retain_until < as_of) AS erased;
    END;

-- After a restore: who was erased since the backup is erased again; returns how many.
CREATE OR REPLACE FUNCTION registry.reapply_erasures() RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
    BEGIN ATOMIC
        SELECT count(*)::integer FROM (
            SELECT registry.erase_person(p.id, 'request') FROM registry.person p
            WHERE registry.is_erased(p.source_id, p.external_id)) AS erased;
    END;

-- Everyone may execute a new function unless that is taken away; these are for few.
REVOKE ALL ON FUNCTION account.event_hash(bytea, account.audit_event), account.chain_event(), account.refuse(),
    account.note_change(), account.erasure_proof(text, text), registry.is_erased(text, text),
    registry.erase_person(uuid, text), registry.erase_due(date), registry.reapply_erasures(),
    registry.touch(), registry.service_as_site(), registry.services_follow_site(),
    registry.agency_of_service(), registry.area_of_person(), registry.records_follow_person(),
    base.current_user_id(), base.current_territory(), base.current_agency(), base.current_owner(),
    base.current_areas(), base.own_source(text) FROM PUBLIC;
