-- What the database keeps true of register rows by itself.

-- The version grows by every change, for ETags and for merging edits.
CREATE OR REPLACE FUNCTION registry.touch() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    -- What somebody wrote who is no account of the demo is not invented any more.
    IF NEW.synthetic AND base.current_user_id() IS NOT NULL AND NOT account.acts_for_demo() THEN
        NEW.synthetic := false;
    END IF;
    RETURN NEW;
END $$;

-- A service stands where its site stands, and is as sensitive as it.
CREATE OR REPLACE FUNCTION registry.service_as_site() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT s.area_code, s.sensitive INTO NEW.area_code, NEW.sensitive
    FROM registry.site s WHERE s.id = NEW.site_id;
    NEW.sensitive := coalesce(NEW.sensitive, false);
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION registry.services_follow_site() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE registry.service SET site_id = site_id WHERE site_id = NEW.id;
    RETURN NULL;
END $$;

-- Staff, residents and referrals belong to the agency of their service.
CREATE OR REPLACE FUNCTION registry.agency_of_service() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'referral' THEN
        SELECT s.agency_id INTO NEW.to_agency_id FROM registry.service s WHERE s.id = NEW.to_service_id;
    ELSE
        SELECT s.agency_id INTO NEW.agency_id FROM registry.service s WHERE s.id = NEW.service_id;
    END IF;
    RETURN NEW;
END $$;

-- When a service passes to another agency, its staff and residents pass with it. Referrals stay with
-- whom they were sent to: who may read of a person is not for those to decide who see none.
CREATE OR REPLACE FUNCTION registry.records_follow_service() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE registry.staff SET agency_id = NEW.agency_id WHERE service_id = NEW.id;
    UPDATE registry.resident SET agency_id = NEW.agency_id WHERE service_id = NEW.id;
    RETURN NULL;
END $$;

-- What is recorded of a person or household stands in its municipality.
CREATE OR REPLACE FUNCTION registry.area_of_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'referral' THEN
        SELECT n.area_code INTO NEW.area_code FROM registry.need n WHERE n.id = NEW.need_id;
    ELSIF NEW.person_id IS NOT NULL THEN
        SELECT p.area_code INTO NEW.area_code FROM registry.person p WHERE p.id = NEW.person_id;
    ELSIF TG_TABLE_NAME = 'need' THEN
        -- Asked apart: the other tables have no such column.
        IF NEW.household_id IS NOT NULL THEN
            SELECT h.area_code INTO NEW.area_code FROM registry.household h WHERE h.id = NEW.household_id;
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Where a record is follows its address. What a person decided nothing but another decision moves:
-- not a run of the geocoder, not a file. Where the address is another one since, it is asked again.
CREATE OR REPLACE FUNCTION registry.keep_place() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked_again boolean := NEW.address IS DISTINCT FROM OLD.address OR NEW.postcode IS DISTINCT FROM OLD.postcode;
BEGIN
    IF TG_TABLE_NAME = 'person' THEN
        asked_again := asked_again OR NEW.municipality_text IS DISTINCT FROM OLD.municipality_text;
    END IF;
    IF OLD.location_locked_at IS NOT NULL AND NEW.location_locked_at IS NOT DISTINCT FROM OLD.location_locked_at THEN
        NEW.geom := OLD.geom;
        NEW.location_class := OLD.location_class;
        NEW.radius_m := OLD.radius_m;
        NEW.matched := OLD.matched;
        NEW.location_source := OLD.location_source;
        NEW.location_locked_by := OLD.location_locked_by;
        NEW.location_status := CASE WHEN asked_again THEN 'queued' ELSE OLD.location_status END;
        NEW.location_group := CASE WHEN asked_again THEN 'changed' ELSE OLD.location_group END;
        IF asked_again THEN
            -- No other record is equal to it until the geocoder has read the new address.
            NEW.address_key := replace(NEW.id::text, '-', '');
            NEW.alternatives := NULL;
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.geom::text IS DISTINCT FROM OLD.geom::text THEN
        -- A file's point, or what stood before a file's point, of which only the point is known.
        asked_again := OLD.location_source = 'import' AND NEW.location_source IS DISTINCT FROM 'import'
            AND NEW.location_locked_at IS NULL AND NEW.gazetteer_version IS NULL;
        IF NEW.location_source = 'import' THEN
            NEW.radius_m := NULL;
            NEW.location_reason := NULL;
            NEW.matched := NULL;
            NEW.gazetteer_version := NULL;
            NEW.location_group := NULL;
            NEW.alternatives := NULL;
        END IF;
    END IF;
    IF asked_again AND (OLD.location_status <> 'pending' OR OLD.location_class <> 'pending') THEN
        NEW.geom := NULL;
        NEW.location_class := 'pending';
        NEW.location_status := 'pending';
        NEW.location_source := NULL;
        NEW.location_group := NULL;
        NEW.location_reason := NULL;
        NEW.radius_m := NULL;
        NEW.matched := NULL;
        NEW.gazetteer_version := NULL;
        NEW.address_key := NULL;
        NEW.alternatives := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_place BEFORE UPDATE ON registry.person
    FOR EACH ROW EXECUTE FUNCTION registry.keep_place();
CREATE OR REPLACE TRIGGER keep_place BEFORE UPDATE ON registry.site
    FOR EACH ROW EXECUTE FUNCTION registry.keep_place();

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT n.nspname AS schema, c.relname AS name FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version'
                 WHERE n.nspname IN ('registry', 'field') AND c.relkind = 'r'
                     AND c.relname <> 'change' LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON %I.%I'
            ' FOR EACH ROW EXECUTE FUNCTION registry.touch()', found.schema, found.name);
    END LOOP;
END $$;

CREATE OR REPLACE TRIGGER as_site BEFORE INSERT OR UPDATE ON registry.service
    FOR EACH ROW EXECUTE FUNCTION registry.service_as_site();
CREATE OR REPLACE TRIGGER followed AFTER UPDATE OF area_code, sensitive ON registry.site
    FOR EACH ROW WHEN (OLD.area_code IS DISTINCT FROM NEW.area_code
        OR OLD.sensitive IS DISTINCT FROM NEW.sensitive)
    EXECUTE FUNCTION registry.services_follow_site();
CREATE OR REPLACE TRIGGER followed AFTER UPDATE OF agency_id ON registry.service
    FOR EACH ROW WHEN (OLD.agency_id IS DISTINCT FROM NEW.agency_id)
    EXECUTE FUNCTION registry.records_follow_service();
CREATE OR REPLACE TRIGGER agency_of_service BEFORE INSERT OR UPDATE OF service_id, agency_id ON registry.staff
    FOR EACH ROW EXECUTE FUNCTION registry.agency_of_service();
CREATE OR REPLACE TRIGGER agency_of_service BEFORE INSERT OR UPDATE OF service_id, agency_id ON registry.resident
    FOR EACH ROW EXECUTE FUNCTION registry.agency_of_service();
CREATE OR REPLACE TRIGGER agency_of_service BEFORE INSERT OR UPDATE OF to_service_id, to_agency_id ON registry.referral
    FOR EACH ROW EXECUTE FUNCTION registry.agency_of_service();
CREATE OR REPLACE TRIGGER area_of_person BEFORE INSERT OR UPDATE OF person_id, household_id, area_code ON registry.need
    FOR EACH ROW EXECUTE FUNCTION registry.area_of_person();
CREATE OR REPLACE TRIGGER area_of_person BEFORE INSERT OR UPDATE OF person_id, area_code ON registry.contact
    FOR EACH ROW EXECUTE FUNCTION registry.area_of_person();
CREATE OR REPLACE TRIGGER area_of_person BEFORE INSERT OR UPDATE OF person_id, area_code ON registry.assignment
    FOR EACH ROW EXECUTE FUNCTION registry.area_of_person();
CREATE OR REPLACE TRIGGER area_of_person BEFORE INSERT OR UPDATE OF need_id, area_code ON registry.referral
    FOR EACH ROW EXECUTE FUNCTION registry.area_of_person();

-- When a person moves or is located, what is recorded of them moves along.
CREATE OR REPLACE FUNCTION registry.records_follow_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE registry.need n SET area_code = moved.area_code FROM moved
    WHERE n.person_id = moved.id AND n.area_code IS DISTINCT FROM moved.area_code;
    -- A household moves with the last of its members.
    UPDATE registry.household h SET area_code = moved.area_code FROM moved
    WHERE h.id = moved.household_id AND h.area_code IS DISTINCT FROM moved.area_code
        AND NOT EXISTS (SELECT FROM registry.person p WHERE p.household_id = h.id
            AND p.area_code IS DISTINCT FROM moved.area_code);
    UPDATE registry.need n SET area_code = h.area_code FROM registry.household h JOIN moved ON moved.household_id = h.id
    WHERE n.household_id = h.id AND n.area_code IS DISTINCT FROM h.area_code;
    UPDATE registry.contact c SET area_code = moved.area_code FROM moved
    WHERE c.person_id = moved.id AND c.area_code IS DISTINCT FROM moved.area_code;
    UPDATE registry.assignment a SET area_code = moved.area_code FROM moved
    WHERE a.person_id = moved.id AND a.area_code IS DISTINCT FROM moved.area_code;
    UPDATE registry.referral r SET area_code = n.area_code
    FROM registry.need n JOIN moved ON n.person_id = moved.id OR n.household_id = moved.household_id
    WHERE r.need_id = n.id AND r.area_code IS DISTINCT FROM n.area_code;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER followed AFTER UPDATE ON registry.person
    REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION registry.records_follow_person();
