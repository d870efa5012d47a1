-- Who reads, for which territory and agency: set for one transaction by geo/db/engine.py.
-- Every function names pg_temp last: left out it would be searched first, and a type made there
-- by its caller would be taken for a real one.

CREATE OR REPLACE FUNCTION base.current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN nullif(current_setting('needsmap.user', true), '')::uuid;

CREATE OR REPLACE FUNCTION base.current_territory() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN nullif(current_setting('needsmap.territory', true), '');

CREATE OR REPLACE FUNCTION base.current_agency() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN nullif(current_setting('needsmap.agency', true), '')::uuid;

-- Under whose name sources are kept: rows of two houses never share a key.
CREATE OR REPLACE FUNCTION base.current_owner() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN coalesce(
        nullif(current_setting('needsmap.agency', true), ''),
        nullif(current_setting('needsmap.territory', true), ''));

-- The municipalities of the reader's territory, whichever of the two hierarchies it belongs to:
-- a municipality, a region or country of the administration, or a territory of an agency.
CREATE OR REPLACE FUNCTION base.current_areas() RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH RECURSIVE
            administrative AS (
                SELECT a.country, a.code, a.level FROM base.area a WHERE a.code = base.current_territory()
                UNION
                SELECT a.country, a.code, a.level FROM base.area a
                JOIN administrative p ON a.country = p.country AND (a.parent_code = p.code OR p.level = 'country')),
            agencies AS (
                SELECT t.code FROM base.agency_territory t
                WHERE t.code = base.current_territory()
                UNION
                SELECT t.code FROM base.agency_territory t JOIN agencies p ON t.parent_code = p.code)
        SELECT coalesce(array_agg(code), '{}') FROM (
            SELECT code FROM administrative WHERE level = 'municipality'
            UNION
            SELECT m.area_code FROM base.agency_territory_member m
            JOIN agencies g ON g.code = m.territory_code) AS found;
    END;

-- A source of the reader's own house, made when it is first named; returns its identifier.
CREATE OR REPLACE FUNCTION base.own_source(name text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made text := base.current_owner() || ':' || name;
BEGIN
    IF made IS NULL OR name !~ '^[a-z0-9][a-z0-9_-]{0,59}$' THEN
        RAISE EXCEPTION 'a source needs an owner and a plain name' USING ERRCODE = '22023';
    END IF;
    INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, official,
        derived, synthetic, counts, notes, sha256)
    VALUES (made, name, jsonb_build_object('en', name, 'el', name), '{}', base.current_owner(), 'internal',
        base.current_owner(), true, false, false, '{}', '[]', '')
    ON CONFLICT DO NOTHING;
    RETURN made;
END $$;
