"""What the database's own catalogue must say, whatever the rows: each finding is a hole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from geo.db.access import SCHEMAS as LOCKED
from geo.db.access import VERBS
from geo.db.tables import SCHEMAS

DEFINERS = {
    "account.acts_for_demo()",
    "account.works_in(uuid,text)",
    # Keep the log, the chain and the history true whoever writes
    "account.chain_event()",
    "account.note_change()",
    "account.note_row()",
    # Set where a row stands and whose it is, which the writer may not choose
    "registry.service_as_site()",
    "registry.services_follow_site()",
    "registry.agency_of_service()",
    "registry.records_follow_service()",
    "registry.area_of_person()",
    "registry.records_follow_person()",
    # What was taught about an address ends with its reason, whichever house taught it
    "registry.forget_taught()",
    "registry.end_taught(uuid,uuid)",
    "registry.unlearn(uuid)",
    "registry.is_lock_over(uuid,timestamp with time zone)",
    # Erase, and know who was erased
    "account.erasure_proof(text,text)",
    "registry.is_erased(text,text)",
    "registry.erase(uuid[],text)",
    "registry.erase_person(uuid,text)",
    "registry.erase_due(date)",
    "registry.reapply_erasures()",
    # Make a source under the caller's own name
    "base.own_source(text)",
    # Whether demo logins are over
    "account.holds_real_persons()",
    # PostGIS's own; nobody of ours may call them, see below
    "st_estimatedextent(text,text)",
    "st_estimatedextent(text,text,text)",
    "st_estimatedextent(text,text,text,boolean)",
}
"""Functions with the rights of the tables' owner; nothing joins this list by accident."""

PEOPLE = "rolname LIKE 'needsmap\\_%'"
OURS = "nspname = ANY (%(ours)s)"

LINTS = {
    "table without forced row security": """
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE nspname = ANY (%(locked)s) AND relkind IN ('r', 'p')
            AND NOT (relrowsecurity AND relforcerowsecurity)""",
    "policy for everybody": """
        SELECT tablename, policyname FROM pg_policies
        WHERE schemaname = ANY (%(ours)s) AND 'public' = ANY (roles)""",
    "restrictive or foreign policy": """
        SELECT tablename, policyname FROM pg_policies
        WHERE schemaname = ANY (%(ours)s) AND permissive <> 'PERMISSIVE'""",
    "view that reads with its owner's rights": f"""
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND relkind = 'v'
            AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)""",
    "materialised view": f"""
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND relkind = 'm'""",
    "role that can more than it is given": f"""
        SELECT rolname FROM pg_roles WHERE {PEOPLE}
            AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)""",
    "role that owns something": f"""
        SELECT rolname, s.classid::regclass, s.objid FROM pg_roles r
        JOIN pg_shdepend s ON s.refobjid = r.oid AND s.deptype = 'o' WHERE {PEOPLE}""",
    "service account that inherits or loads": """
        SELECT rolname FROM pg_roles WHERE rolname = 'needsmap_app'
            AND (rolinherit OR pg_has_role(oid, 'needsmap_job', 'MEMBER'))""",
    "people's role that is a member of another": f"""
        SELECT r.rolname, m.roleid::regrole FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
        WHERE {PEOPLE} AND r.rolname <> 'needsmap_app'""",
    "role that may make things": f"""
        SELECT rolname, nspname FROM pg_roles, pg_namespace WHERE {PEOPLE}
            AND ({OURS} OR nspname = 'public') AND has_schema_privilege(rolname, nspname, 'CREATE')""",
    "function without its search path": f"""
        SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {OURS} AND NOT coalesce(proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)""",
    "function for everybody": f"""
        SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {OURS} AND has_function_privilege('public', p.oid, 'EXECUTE')""",
    "sequence that can be read": f"""
        SELECT rolname, c.oid::regclass FROM pg_roles, pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {PEOPLE} AND {OURS} AND relkind = 'S'
            AND has_sequence_privilege(rolname, c.oid, 'USAGE, SELECT, UPDATE')""",
    "function that tells where others' rows lie": f"""
        SELECT rolname, p.oid::regprocedure FROM pg_roles, pg_proc p
        WHERE {PEOPLE} AND proname IN
            ('st_estimatedextent', 'st_findextent', '_postgis_stats', '_postgis_index_extent')
            AND has_function_privilege(rolname, p.oid, 'EXECUTE')""",
}
"""A finding is a row."""

GRANTED = """
SELECT c.oid::regclass::text, lower(verb), r.rolname::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(%(verbs)s::text[]) AS verb, pg_roles r
WHERE nspname = ANY (%(locked)s) AND relkind = 'r' AND rolname LIKE 'needsmap\\_%%'
    AND (has_table_privilege(r.oid, c.oid, verb)
        OR (verb <> 'DELETE' AND has_any_column_privilege(r.oid, c.oid, verb)))
"""
POLICED = """
SELECT schemaname || '.' || tablename, lower(verb), roles[1]::text, cmd = 'ALL'
FROM pg_policies, unnest(CASE cmd WHEN 'ALL' THEN %(verbs)s ELSE ARRAY[cmd] END) AS verb
WHERE schemaname = ANY (%(locked)s) AND roles[1] LIKE 'needsmap\\_%%'
"""


def findings(cursor: psycopg.Cursor[Any]) -> Iterator[str]:
    """Every hole in the catalogue of this database."""
    values = {
        "ours": list(SCHEMAS),
        "locked": list(LOCKED),
        "verbs": [verb.upper() for verb in VERBS],
    }
    for what, statement in LINTS.items():
        query = statement.replace("\\_%", "\\_%%")
        for row in cursor.execute(query.encode(), values).fetchall():
            yield f"{what}: {' '.join(map(str, row))}"
    definers = cursor.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace"
        " WHERE prosecdef AND nspname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    for name in sorted({str(row[0]) for row in definers} ^ DEFINERS):
        yield f"function with its owner's rights that is not on the list, or not there: {name}"
    granted = set(cursor.execute(GRANTED.encode(), values).fetchall())
    policed = {row[:3]: row[3] for row in cursor.execute(POLICED.encode(), values).fetchall()}
    for row in sorted(granted - policed.keys()):
        yield f"right without a policy: {' '.join(row)}"
    for row in sorted(key for key, whole in policed.items() if not whole and key not in granted):
        yield f"policy without the right it is for: {' '.join(row)}"
