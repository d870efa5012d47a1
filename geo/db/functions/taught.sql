-- What people taught about addresses: over with its reason, and with whoever gives a record back.

-- A point that was taught goes with the last open record that has the address: nobody reads it on
-- when the site became a refuge, or a person moved, was deleted or erased.
CREATE OR REPLACE FUNCTION registry.forget_taught() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Held first: of two who take the last two records away, the later one sees that none is left.
    PERFORM FROM registry.address_alias a
    WHERE a.register = TG_ARGV[0] AND a.address_key = OLD.address_key ORDER BY a.id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF TG_ARGV[0] = 'people' THEN
        DELETE FROM registry.address_alias a
        WHERE a.register = 'people' AND a.address_key = OLD.address_key AND NOT EXISTS (
            SELECT FROM registry.person p WHERE p.address_key = a.address_key
                AND p.area_code IS NOT DISTINCT FROM a.area_code);
    ELSE
        DELETE FROM registry.address_alias a
        WHERE a.register = 'sites' AND a.address_key = OLD.address_key AND NOT EXISTS (
            SELECT FROM registry.site s WHERE s.address_key = a.address_key AND NOT s.sensitive
                AND s.area_code IS NOT DISTINCT FROM a.area_code
                AND (a.agency_id IS NULL OR s.agency_id = a.agency_id));
    END IF;
    RETURN NULL;
END $$;

-- Not `UPDATE OF`: the address key is also taken away by a trigger, which names no column.
CREATE OR REPLACE TRIGGER forgotten AFTER UPDATE ON registry.person
    FOR EACH ROW WHEN (OLD.address_key IS NOT NULL AND (OLD.address_key IS DISTINCT FROM NEW.address_key
        OR OLD.area_code IS DISTINCT FROM NEW.area_code))
    EXECUTE FUNCTION registry.forget_taught('people');
CREATE OR REPLACE TRIGGER forgotten AFTER UPDATE ON registry.site
    FOR EACH ROW WHEN (OLD.address_key IS NOT NULL AND (OLD.address_key IS DISTINCT FROM NEW.address_key
        OR OLD.area_code IS DISTINCT FROM NEW.area_code OR OLD.sensitive IS DISTINCT FROM NEW.sensitive
        OR OLD.agency_id IS DISTINCT FROM NEW.agency_id))
    EXECUTE FUNCTION registry.forget_taught('sites');
CREATE OR REPLACE TRIGGER forgotten_with AFTER DELETE ON registry.person
    FOR EACH ROW WHEN (OLD.address_key IS NOT NULL) EXECUTE FUNCTION registry.forget_taught('people');
CREATE OR REPLACE TRIGGER forgotten_with AFTER DELETE ON registry.site
    FOR EACH ROW WHEN (OLD.address_key IS NOT NULL) EXECUTE FUNCTION registry.forget_taught('sites');

-- Whoever gives a record back to the next run ends all that would put it back at once, whichever
-- house taught it. It goes by the caller's own decision, made in this transaction, about a record
-- that is theirs to place; a refuge is placed by nothing taught, so nothing ends with it.
CREATE OR REPLACE FUNCTION registry.end_taught(unlocking uuid, record uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH given AS (
            SELECT d.id, d.register, r.address_key, r.area_code, r.agency_id
            FROM registry.location_decision d JOIN (
                SELECT 'people' AS register, p.id, p.address_key, p.area_code, NULL::uuid AS agency_id
                FROM registry.person p
                WHERE current_setting('role') IN ('needsmap_centre_staff', 'needsmap_team_lead')
                    AND p.area_code = base.current_territory()
                UNION ALL SELECT 'sites', s.id, s.address_key, s.area_code, s.agency_id FROM registry.site s
                WHERE NOT s.sensitive AND CASE current_setting('role')
                    WHEN 'needsmap_agency' THEN s.agency_id = base.current_agency()
                    WHEN 'needsmap_municipal_planner' THEN s.area_code = ANY (base.current_areas())
                    WHEN 'needsmap_regional_planner' THEN s.area_code = ANY (base.current_areas()) END) AS r
                ON r.register = d.register
            WHERE d.id = unlocking AND r.id = record AND d.kind = 'unlock' AND d.at = now()
                AND d.actor_id = base.current_user_id())
        UPDATE registry.address_alias a SET ended_by = given.id FROM given
        WHERE a.register = given.register AND a.address_key = given.address_key AND a.ended_by IS NULL
            AND a.area_code IS NOT DISTINCT FROM given.area_code
            AND (a.agency_id IS NULL OR a.agency_id = given.agency_id);
    END;

-- What a decision taught is over, what it had taken the place of holds again, also what another house
-- taught; for a decision that the caller has just taken back.
CREATE OR REPLACE FUNCTION registry.unlearn(decision uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        UPDATE registry.address_alias a
        SET ended_by = CASE WHEN a.decision_id = d.id THEN d.id END
        FROM registry.location_decision d
        WHERE d.id = decision AND d.undone_by IS NOT DISTINCT FROM base.current_user_id() AND d.undone_at = now()
            AND (a.decision_id = d.id OR a.ended_by = d.id);
    END;

-- Whether a record's lock of that moment was set by a decision that was taken back since, in whichever
-- house: it is not set again.
CREATE OR REPLACE FUNCTION registry.is_lock_over(record uuid, since timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM registry.change c JOIN registry.location_decision d ON d.id = c.decision_id
            WHERE c.row_id = record AND d.undone_at IS NOT NULL
                AND (c.after ->> 'location_locked_at')::timestamptz = since);
    END;
