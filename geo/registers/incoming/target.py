"""Which columns of which table a register's incoming rows fill, and what they may refer to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from geo.fields import reading
from geo.fields.shape import Field

KEYS: Mapping[str, str] = {
    "agencies": "agency",
    "sites": "site",
    "services": "service",
    "staff": "staff",
    "programmes": "programme",
    "agreements": "agreement",
    "households": "household",
    "people": "person",
    "needs": "need",
    "contacts": "contact",
    "referrals": "referral",
    "residents": "resident",
    "rounds": "round",
    "observations": "observation",
}
"""What the keys of a register's rows are made under (geo/registers/keys.py)."""

IN_ORDER = ("population", *KEYS)
"""Registers in the order in which they may refer to each other."""

POINTS = frozenset({"sites", "observations"})
"""Registers whose rows have a place of their own."""

GIVEN_PLACE: Mapping[str, str] = {
    "location_class": "address",
    "location_status": "located",
    "location_source": "import",
}
"""What is said of a place that a file gives; where a row gives none, it stays as it was."""


@dataclass(frozen=True)
class Column:
    """A column to fill; `refers_to` is the table whose row is meant by an external id."""

    name: str
    kind: str
    refers_to: str | None = None
    default: str | None = None
    register: str | None = None
    field: str | None = None

    @property
    def text(self) -> str:
        """The column of the passing table that holds the external id of what is meant."""
        return f"{self.name}_named"


@dataclass(frozen=True)
class Target:
    """One register's rows on their way in."""

    register: str
    table: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> str:
        return self.table.partition(".")[0]

    @property
    def name(self) -> str:
        return self.table.partition(".")[2]

    @property
    def passing(self) -> str:
        """The table that rows stand in until all of the file is there."""
        return f"passing_{self.name}"

    def references(self) -> tuple[Column, ...]:
        """The columns that name rows of other registers."""
        return tuple(column for column in self.columns if column.refers_to)


def target(register: str, given: Collection[str]) -> Target:
    """The target of a register for rows that give these fields."""
    described = reading.load(register)
    wanted = frozenset(given)
    if register == "population":
        # A figure's key is asked for whole, said or not: rows without it were refused before.
        wanted |= {*described.identity, "persons"}
    columns = [_column(field) for field in described.fields.values() if _filled(field, wanted)]
    if register in POINTS and {"lat", "lon"} <= set(given):
        columns.append(Column("geom", "point"))
        if register == "sites":
            columns += [Column(name, "code") for name in GIVEN_PLACE]
    if register == "people":
        if "pseudonym" not in given:
            columns.append(Column("pseudonym", "text"))
        if {"name", "birth_date"} <= set(given):
            columns.append(Column("match_key", "bytes"))
    return Target(register, described.table, tuple(columns))


def _filled(field: Field, given: frozenset[str]) -> bool:
    if field.column is None or field.name == "external_id":
        return False
    return field.name in given


def _column(field: Field) -> Column:
    table = reading.load(field.refers_to).table if field.refers_to else None
    return Column(str(field.column), field.kind, table, field.default, field.refers_to, field.name)


@cache
def defaults(register: str) -> Mapping[str, str]:
    """Column -> the value of new rows that say nothing, where a field has one."""
    return {
        field.column: field.default
        for field in reading.load(register).fields.values()
        if field.column and field.default is not None
    }
