"""Every register as people see and edit it: its fields, and what of a row is shown where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Boolean, Date, DateTime, Table, Uuid

from geo.db import access
from geo.errors import NotFound
from geo.fields import reading
from geo.fields.shape import Field

__all__ = ["ORDER", "PersonOf", "Register", "load", "of_table"]

PersonOf = Literal["id", "person_id", "need_id"]

ORDER = (
    "agencies",
    "sites",
    "services",
    "staff",
    "programmes",
    "agreements",
    "households",
    "people",
    "needs",
    "contacts",
    "referrals",
    "residents",
    "rounds",
    "observations",
)

KEY = ("id", "external_id", "source_id", "synthetic", "version", "updated_at", "provenance")
"""What every row has beside its fields."""

FOLLOWS: Mapping[str, frozenset[str]] = {
    "registry.service": frozenset({"area_code", "sensitive"}),
    "registry.staff": frozenset({"agency_id"}),
    "registry.resident": frozenset({"agency_id"}),
    "registry.referral": frozenset({"to_agency_id", "area_code"}),
    "field.round": frozenset({"reporter_id"}),
    "field.observation": frozenset({"reporter_id", "report_id", "received_at", "area_code"}),
}
"""Columns that follow from others by the database or by who writes; shown, never written."""

PLACE = frozenset(
    {"location_class", "radius_m", "location_status", "location_source", "location_locked_at"}
)
"""How sure a place is and who says so; decided in the queue of places, never written here."""

UNSHOWN = frozenset(
    {
        "match_key",
        "geom",
        "location_reason",
        "matched",
        "gazetteer_version",
        "address_key",
        "location_group",
        "location_locked_by",
        "alternatives",
        "import_id",
    }
)
"""Columns nobody reads here: the match key gives names away, the rest is for the analysis."""

LISTED: Mapping[str, tuple[str, ...]] = {
    "people": ("id", "version", "updated_at", "synthetic", "pseudonym", "area_code", "target_group")
}
"""Where a list shows less than a record."""

FILTERS: Mapping[str, tuple[str, ...]] = {
    "agencies": ("area_code", "parent_area_code", "legal_form", "emergency"),
    "sites": ("area_code", "agency_id", "postcode", "sensitive"),
    "services": ("area_code", "agency_id", "site_id", "service_type", "sector", "active"),
    "staff": ("service_id", "agency_id", "specialty", "head", "contract_type"),
    "programmes": ("code", "sector"),
    "agreements": ("area_code", "agency_id", "kind"),
    "households": ("area_code",),
    "people": ("area_code", "target_group", "household_id", "receives_income_support"),
    "needs": ("area_code", "person_id", "household_id", "service_type", "stage", "sector"),
    "contacts": ("area_code", "person_id", "channel", "outcome", "triage"),
    "referrals": ("area_code", "need_id", "to_service_id", "outcome"),
    "residents": ("origin_area_code", "service_id"),
    "rounds": ("area_code",),
    "observations": ("area_code", "round_id", "category", "urgency", "stage", "channel"),
}
"""Columns a list can be narrowed by, each to one value."""

RANGED: Mapping[str, str] = {
    "services": "verified_on",
    "staff": "contract_end",
    "programmes": "valid_to",
    "agreements": "valid_to",
    "people": "retain_until",
    "needs": "since",
    "contacts": "at",
    "referrals": "sent_at",
    "rounds": "started_at",
    "observations": "observed_at",
}
"""A column a list can be narrowed by from and to; every list can by when it changed last."""

SEARCHED: Mapping[str, str] = {
    "agencies": "name",
    "services": "name",
    "programmes": "name",
    "agreements": "title",
}
"""The column a list is searched in for words; never one about persons."""

PERSON: Mapping[str, PersonOf] = {
    "people": "id",
    "needs": "person_id",
    "contacts": "person_id",
    "referrals": "need_id",
}
"""How a row says whose it is."""

PERSONAL = frozenset({"people", "households", "needs", "contacts", "referrals", "residents"})
"""Registers of persons: each look is noted with its purpose."""

POINTS = frozenset({"sites", "observations"})
"""Registers whose rows show where they are."""

HEAVY = frozenset({"service_area"})
"""Columns that only a single record shows."""

TAKEN_BACK = ("own_import",)
"""Rights for taking an import back as a whole; no right to remove single records."""

STREET = frozenset({"rounds", "observations"})


@dataclass(frozen=True)
class Register:
    """One register: `written` are the columns people fill, by name; `shown` those of a record."""

    name: str
    table_name: str
    names: Mapping[str, str]
    written: Mapping[str, Field]
    shown: tuple[str, ...]
    listed: tuple[str, ...]

    @property
    def table(self) -> Table:
        return access.matrix()[self.table_name].table

    @property
    def references(self) -> Mapping[str, str]:
        """Column -> the table whose row it names; writers may only name rows they can see."""
        return access.matrix()[self.table_name].references

    @property
    def filters(self) -> tuple[str, ...]:
        return FILTERS[self.name]

    @property
    def ranged(self) -> tuple[str, ...]:
        """Columns a list can be narrowed by from and to."""
        return (RANGED[self.name],) if self.name in RANGED else ()

    @property
    def searched(self) -> str | None:
        return SEARCHED.get(self.name)

    @property
    def person(self) -> PersonOf | None:
        return PERSON.get(self.name)

    @property
    def personal(self) -> bool:
        return self.name in PERSONAL

    @property
    def noted(self) -> bool:
        """Whether each look is noted: at persons, and at reports with the exact place of persons."""
        return self.personal or self.name == "observations"

    @property
    def source(self) -> str:
        """The house's own source under which typed rows stand."""
        return "street_work" if self.name in STREET else "office"

    def roles(self, verb: str) -> frozenset[str]:
        """Roles that may do this to some of the rows."""
        granted = access.matrix()[self.table_name].roles
        return frozenset(role for role in granted if verb in self.verbs(role))

    def verbs(self, role: str) -> Mapping[str, tuple[str, ...]]:
        """What the role may do with single records: verb -> in which rows."""
        rights = access.matrix()[self.table_name].roles.get(role)
        given = {} if rights is None else rights.verbs
        return {verb: words for verb, words in given.items() if words != TAKEN_BACK}

    def changeable(self, role: str) -> frozenset[str]:
        """Columns the role may change, in the rows it may change at all."""
        granted = access.matrix()[self.table_name]
        if role not in self.roles("update"):
            return frozenset()
        return frozenset(self.written) & frozenset(granted.columns(role, "update"))

    def typed(self, name: str, value: Any) -> Any:
        """A value as JSON or as a file of ours says it, in the type of its column."""
        if name == "parties":
            return [UUID(one) for one in value]
        if not isinstance(value, str):
            return value
        kind = self.table.columns[name].type
        if isinstance(kind, Boolean):
            return value == "true"
        if isinstance(kind, Uuid):
            return UUID(value)
        if isinstance(kind, Date):
            return date.fromisoformat(value)
        if isinstance(kind, DateTime):
            return datetime.fromisoformat(value)
        return value


@cache
def load(name: str) -> Register:
    """The register of that name; raises NotFound."""
    if name not in ORDER:
        raise NotFound("There is no such register.", hint=f"There are: {', '.join(ORDER)}.")
    described = reading.load(name)
    table = access.matrix()[described.table].table
    columns = [column.name for column in table.columns]
    follows = FOLLOWS.get(described.table, frozenset())
    fixed = frozenset(KEY) | follows | PLACE | UNSHOWN
    written = {
        column: field
        for column, field in described.columns().items()
        if column in columns and column not in fixed
    }
    shown = [column for column in columns if column not in UNSHOWN]
    if name in POINTS:
        shown += ["lat", "lon"]
    if name == "agreements":
        shown.append("parties")
    listed = LISTED.get(name) or tuple(column for column in shown if column not in HEAVY)
    return Register(name, described.table, described.names, written, tuple(shown), listed)


def of_table(table_name: str) -> Register:
    """The register whose rows a table holds; raises NotFound."""
    for name in ORDER:
        if load(name).table_name == table_name:
            return load(name)
    raise NotFound("There is no such register.")
