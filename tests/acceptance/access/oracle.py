"""Who may touch which rows, reckoned from the planted facts: an account of its own, no SQL in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geo.db import access
from geo.db.tables import metadata
from tests.acceptance.access.readers import Reader
from tests.acceptance.access.world import Row, Values, World, is_register

Scope = Callable[[World, Reader, Row], bool]
VERBS = access.VERBS

TECHNICAL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "job": {
        **{
            f"{table.schema}.{table.name}": VERBS
            for table in metadata.tables.values()
            if table.schema in {"registry", "field", "intake"}
        },
        "account.audit_event": ("select", "insert"),
        "account.audit_link": ("select",),
        "account.erasure": ("select",),
    },
    "auth": {
        "account.app_user": ("select", "insert", "update"),
        "account.api_key": ("select", "insert", "update"),
        "account.session": VERBS,
        "account.rate": VERBS,
        "account.oidc_login": VERBS,
        "account.audit_event": ("insert",),
    },
}
"""What the accounts of the service may do; none of them is bound to a territory."""


def may(world: World, reader: Reader, verb: str, row: Row) -> bool:
    """Whether a row lies in what the reader may do by this verb."""
    if verb in TECHNICAL.get(reader.role, {}).get(row.table, ()):
        return True
    rights = access.matrix()[row.table].roles.get(reader.role) if row.table in declared() else None
    words = rights.verbs.get(verb, ()) if rights else ()
    return any(SCOPES[word](world, reader, row) for word in words)


def declared() -> frozenset[str]:
    """Tables that somebody may touch; all others are nobody's."""
    return frozenset(access.matrix())


def has(reader: Reader, table: str, verb: str) -> bool:
    """Whether the reader's role has this verb on the table at all."""
    if verb in TECHNICAL.get(reader.role, {}).get(table, ()):
        return True
    rights = access.matrix()[table].roles.get(reader.role) if table in declared() else None
    return rights is not None and verb in rights.verbs


def sees(world: World, reader: Reader, table: str, wanted: object) -> bool:
    """Whether the reader sees the row of that key; what is not there nobody sees."""
    row = world.find(table, wanted)
    return row is not None and may(world, reader, "select", row)


def may_write(world: World, reader: Reader, verb: str, row: Row) -> bool:
    """Whether a row may be written as it is: its scope, what it points to, whose name it bears."""
    if not may(world, reader, verb, row):
        return False
    if reader.role in TECHNICAL:
        return True
    part = access.matrix()[row.table]
    written = part.columns(reader.role, verb)
    for column, target in part.references.items():
        if column in written and row[column] and not sees(world, reader, target, row[column]):
            return False
    if verb == "update" or not is_register(row.table):
        return True
    return own_name(reader, row.facts)


def own_name(reader: Reader, facts: Values) -> bool:
    """Files stand under the reader's house, what is typed in under a key made here."""
    source = facts["source_id"]
    if source in {"office", "street_work"}:
        return bool(facts["external_id"] == str(facts["id"]))
    return reader.house is not None and str(source).startswith(f"{reader.house}:")


def _same(column: str, of: str) -> Scope:
    """A fact that equals something of the reader's; nothing never equals nothing."""
    return lambda world, reader, row: (
        getattr(reader, of) is not None and row[column] == getattr(reader, of)
    )


def _in_areas(world: World, reader: Reader, row: Row) -> bool:
    return row["area_code"] in reader.areas


def _open(world: World, reader: Reader, row: Row) -> bool:
    return not row["sensitive"]


def _assigned(world: World, reader: Reader, person: object) -> bool:
    return any(
        row["person_id"] == person and row["user_id"] == reader.user and row["ended_on"] is None
        for row in world.rows["registry.assignment"]
    )


def _referred_need(world: World, reader: Reader, row: Row) -> bool:
    return reader.agency is not None and any(
        sent["need_id"] == row["id"]
        and sent["to_agency_id"] == reader.agency
        and sent["outcome"] != "refused"
        for sent in world.rows["registry.referral"]
    )


def _referred_person(world: World, reader: Reader, row: Row) -> bool:
    return any(
        need["person_id"] == row["id"] and _referred_need(world, reader, need)
        for need in world.rows["registry.need"]
    )


def _with_service_here(world: World, reader: Reader, row: Row) -> bool:
    service = world.find("registry.service", row["service_id"])
    return (
        service is not None
        and may(world, reader, "select", service)
        and service["area_code"] in reader.areas
    )


def _with_row(world: World, reader: Reader, row: Row) -> bool:
    about = row["table_name"]
    if about not in metadata.tables or "provenance" not in metadata.tables[about].columns:
        return False
    return sees(world, reader, about, row["row_id"])


def _party(world: World, reader: Reader, row: Row) -> bool:
    return reader.agency is not None and any(
        party["agreement_id"] == row["id"] and party["agency_id"] == reader.agency
        for party in world.rows["registry.agreement_party"]
    )


_acted = _same("actor_id", "user")
_here = _same("area_code", "territory")


def _street_worker_of(world: World, user: object, area: object) -> bool:
    account = world.find("account.app_user", user)
    return (
        account is not None
        and account["role"] == "street_worker"
        and account["territory_code"] == area
        and not account["disabled"]
    )


SCOPES: Mapping[str, Scope] = {
    "all": lambda world, reader, row: True,
    "open": _open,
    "municipality": _same("area_code", "territory"),
    "territory": _in_areas,
    "open_territory": lambda world, reader, row: (
        _open(world, reader, row) and _in_areas(world, reader, row)
    ),
    "origin": lambda world, reader, row: (
        _same("origin_area_code", "territory")(world, reader, row)
        and sees(world, reader, "registry.service", row["service_id"])
    ),
    "agency": _same("agency_id", "agency"),
    "itself": _same("id", "agency"),
    "addressed": _same("to_agency_id", "agency"),
    "reported": _same("reporter_id", "user"),
    "mine_here": lambda world, reader, row: (
        _same("user_id", "user")(world, reader, row) and _here(world, reader, row)
    ),
    "reported_here": lambda world, reader, row: (
        _same("reporter_id", "user")(world, reader, row) and _here(world, reader, row)
    ),
    "to_worker_here": lambda world, reader, row: (
        _here(world, reader, row) and _street_worker_of(world, row["user_id"], row["area_code"])
    ),
    "acted": _acted,
    "acted_on": lambda world, reader, row: (
        _acted(world, reader, row) and _with_row(world, reader, row)
    ),
    "of_person": lambda world, reader, row: (
        row["person_id"] is not None and sees(world, reader, "registry.person", row["person_id"])
    ),
    "brought": lambda world, reader, row: sees(
        world, reader, "intake.import_run", row["import_id"]
    ),
    "own_import": lambda world, reader, row: (
        _same("area_code", "territory")(world, reader, row)
        and sees(world, reader, "intake.import_run", row["import_id"])
    ),
    "own_run": lambda world, reader, row: (
        _acted(world, reader, row)
        and (row["role"], row["territory"], row["agency_id"])
        == (reader.role, reader.territory, reader.agency)
    ),
    "of_people_here": lambda world, reader, row: (
        row["register"] == "people" and _here(world, reader, row)
    ),
    "of_sites_here": lambda world, reader, row: (
        row["register"] == "sites" and row["agency_id"] is None and _in_areas(world, reader, row)
    ),
    "of_own_sites": lambda world, reader, row: (
        row["register"] == "sites" and _same("agency_id", "agency")(world, reader, row)
    ),
    "decides_people_here": lambda world, reader, row: (
        row["register"] == "people" and _here(world, reader, row) and _acted(world, reader, row)
    ),
    "decides_sites_here": lambda world, reader, row: (
        row["register"] == "sites"
        and row["agency_id"] is None
        and _in_areas(world, reader, row)
        and _acted(world, reader, row)
    ),
    "decides_own_sites": lambda world, reader, row: (
        row["register"] == "sites"
        and _same("agency_id", "agency")(world, reader, row)
        and _acted(world, reader, row)
    ),
    "kept_here": lambda world, reader, row: (
        _same("kept_by", "user")(world, reader, row) and _here(world, reader, row)
    ),
    "assigned_person": lambda world, reader, row: (
        _here(world, reader, row) and _assigned(world, reader, row["id"])
    ),
    "assigned_need": lambda world, reader, row: (
        row["person_id"] is not None
        and _here(world, reader, row)
        and _assigned(world, reader, row["person_id"])
    ),
    "referred_person": _referred_person,
    "referred_need": _referred_need,
    "with_service": lambda world, reader, row: sees(
        world, reader, "registry.service", row["service_id"]
    ),
    "with_service_here": _with_service_here,
    "with_agreement": lambda world, reader, row: sees(
        world, reader, "registry.agreement", row["agreement_id"]
    ),
    "party": _party,
    "own_party": _same("agency_id", "agency"),
    "with_row": _with_row,
}
"""What each word of the matrix means."""
