-- What logins must know of the registers, and nothing more.

-- Whether anybody in the registers is real: demo logins end with the first one. The owner sees every
-- row as the account of loads does (policies.sql), on a server where it is no superuser too.
CREATE OR REPLACE FUNCTION account.holds_real_persons() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (SELECT FROM registry.person p WHERE NOT p.synthetic);
    END;

REVOKE ALL ON FUNCTION account.holds_real_persons() FROM PUBLIC;

-- Whether the one who acts is an account of the demo: what it writes is invented.
CREATE OR REPLACE FUNCTION account.acts_for_demo() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT coalesce((SELECT u.demo FROM account.app_user u WHERE u.id = base.current_user_id()), false);
    END;

REVOKE ALL ON FUNCTION account.acts_for_demo() FROM PUBLIC;
