-- What logins must know of the registers, and nothing more.

-- Whether anything said of persons in the registers is real: demo logins end with the first one. The owner sees every
-- row as the account of loads does (policies.sql), on a server where it is no superuser too.
CREATE OR REPLACE FUNCTION account.holds_real_persons() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM registry.person p WHERE NOT p.synthetic)
            OR EXISTS (SELECT FROM registry.household h WHERE NOT h.synthetic)
            OR EXISTS (SELECT FROM registry.need n WHERE NOT n.synthetic)
            OR EXISTS (SELECT FROM registry.contact c WHERE NOT c.synthetic)
            OR EXISTS (SELECT FROM registry.resident r WHERE NOT r.synthetic)
            OR EXISTS (SELECT FROM field.observation o WHERE NOT o.synthetic);
    END;

REVOKE ALL ON FUNCTION account.holds_real_persons() FROM PUBLIC;

-- Whether the one who acts is an account of the demo: what it writes is invented.
CREATE OR REPLACE FUNCTION account.acts_for_demo() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT coalesce((SELECT u.demo FROM account.app_user u WHERE u.id = base.current_user_id()), false);
    END;

REVOKE ALL ON FUNCTION account.acts_for_demo() FROM PUBLIC;

-- Whether an account is a street worker's who works in this municipality.
CREATE OR REPLACE FUNCTION account.works_in(worker uuid, area text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM account.app_user u WHERE u.id = worker AND u.role = 'street_worker'
            AND u.territory_code = area AND NOT u.disabled);
    END;

REVOKE ALL ON FUNCTION account.works_in(uuid, text) FROM PUBLIC;
