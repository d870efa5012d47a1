"""From the matrix in access.yaml to grants and row policies: one place says who may do what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Table

from geo.db.tables import metadata
from geo.db.tables.account import ROLES
from geo.errors import SettingsError

MATRIX = Path(__file__).with_name("access.yaml")
VERBS = ("select", "insert", "update", "delete")
SCHEMAS = ("registry", "field", "intake", "account")
"""Every table in these has row-level security, for its owner too."""

KEPT = frozenset(
    {"id", "source_id", "external_id", "synthetic", "import_id", "version", "updated_at"}
)
"""Columns of a register row that no reader changes: its key, its origin, its version."""

HOUSE_SOURCES = ("office", "street_work")
"""Sources of rows typed into this service; their keys are made here."""


@dataclass(frozen=True)
class Rights:
    """What one role may do to one table: verb -> scope words; the columns it may change or read."""

    verbs: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Access:
    """One table's part of the matrix."""

    table: Table
    roles: Mapping[str, Rights]
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.table.schema}.{self.table.name}"


@dataclass(frozen=True)
class Policy:
    """One row policy."""

    name: str
    table: str
    role: str
    verb: str
    rule: str

    def sql(self) -> str:
        """The statement that makes it."""
        using = f" USING ({self.rule})" if self.verb != "insert" else ""
        check = f" WITH CHECK ({self.rule})" if self.verb in {"insert", "update"} else ""
        return (
            f"CREATE POLICY {self.name} ON {self.table} FOR {self.verb.upper()}"
            f" TO needsmap_{self.role}{using}{check}"
        )


@cache
def matrix() -> Mapping[str, Access]:
    """The matrix by table; raises SettingsError naming what it does not know."""
    content = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return {name: _access(name, entry) for name, entry in content["tables"].items()}


@cache
def scopes() -> Mapping[str, str]:
    """What each scope word means, as SQL."""
    content = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return {word: " ".join(str(rule).split()) for word, rule in content["scopes"].items()}


def statements() -> Iterator[str]:
    """Everything to apply, in order: old rights taken, row security on, rights and policies."""
    for table in metadata.tables.values():
        if table.schema in SCHEMAS:
            yield from _locked(table)
    for access in matrix().values():
        for role, rights in access.roles.items():
            yield from _grants(access, role, rights)
    for policy in policies():
        yield policy.sql()


def policies() -> Iterator[Policy]:
    """Every row policy of the matrix."""
    for access in matrix().values():
        for role, rights in access.roles.items():
            for verb, words in rights.verbs.items():
                rule = _rule(access, role, verb, words)
                yield Policy(f"{role}_{verb}", access.name, role, verb, rule)


def rights_of(role: str) -> Mapping[str, Rights]:
    """What a role may do, by table; for people who ask what somebody can see."""
    return {name: a.roles[role] for name, a in matrix().items() if role in a.roles}


def _access(name: str, entry: dict[str, Any]) -> Access:
    if name not in metadata.tables:
        raise SettingsError(f"access.yaml: there is no table {name}.")
    table = metadata.tables[name]
    references = dict(entry.pop("references", {}))
    unknown = (set(entry) - set(ROLES)) | (set(references) - set(table.columns.keys()))
    if unknown:
        raise SettingsError(f"access.yaml: {name} has unknown words: {', '.join(sorted(unknown))}.")
    roles = {role: _rights(name, table, dict(given)) for role, given in entry.items()}
    return Access(table, roles, references)


def _rights(name: str, table: Table, given: dict[str, Any]) -> Rights:
    columns = tuple(given.pop("columns", ()))
    hidden = frozenset(given.pop("hidden", ()))
    unknown = (set(columns) | hidden) - set(table.columns.keys())
    unknown |= set(given) - set(VERBS)
    verbs = {verb: (w,) if isinstance(w, str) else tuple(w) for verb, w in given.items()}
    unknown |= {word for listed in verbs.values() for word in listed} - scopes().keys()
    if unknown:
        raise SettingsError(f"access.yaml: {name} has unknown words: {', '.join(sorted(unknown))}.")
    return Rights(verbs, columns, hidden)


def _locked(table: Table) -> Iterator[str]:
    name = f"{table.schema}.{table.name}"
    roles = ", ".join(f"needsmap_{role}" for role in ROLES)
    yield f"REVOKE ALL ON {name} FROM {roles}"
    columns = ", ".join(column.name for column in table.columns)
    # A grant on columns outlives a revoke on the table.
    for verb in ("SELECT", "INSERT", "UPDATE"):
        yield f"REVOKE {verb} ({columns}) ON {name} FROM {roles}"
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"


def _grants(access: Access, role: str, rights: Rights) -> Iterator[str]:
    names = [column.name for column in access.table.columns]
    for verb in rights.verbs:
        columns: list[str] | None = None
        if verb == "select" and rights.hidden:
            columns = [name for name in names if name not in rights.hidden]
        elif verb == "update":
            columns = list(rights.columns) or [name for name in names if name not in KEPT]
        listed = f" ({', '.join(columns)})" if columns else ""
        yield f"GRANT {verb.upper()}{listed} ON {access.name} TO needsmap_{role}"


def _rule(access: Access, role: str, verb: str, words: tuple[str, ...]) -> str:
    rule = " OR ".join(f"({_meaning(access, role, word)})" for word in words)
    if verb not in {"insert", "update"}:
        return rule
    parts = [f"({rule})"]
    parts += [
        f"({column} IS NULL OR EXISTS (SELECT FROM {target} WHERE {target}.id ="
        f" {access.table.name}.{column}))"
        for column, target in access.references.items()
    ]
    if verb == "insert" and "source_id" in access.table.columns and access.table.schema != "intake":
        parts.append(_own_source())
    return " AND ".join(parts)


def _own_source() -> str:
    """Rows go under sources of the writer's house: their keys never meet those of another."""
    house = ", ".join(f"'{name}'" for name in HOUSE_SOURCES)
    return (
        "(starts_with(source_id, (SELECT base.current_owner()) || ':')"
        f" OR (source_id IN ({house}) AND external_id = id::text))"
    )


def _meaning(access: Access, role: str, word: str) -> str:
    if word != "with_row":
        return scopes()[word]
    # Rows about rows are seen by who sees those; only tables the role may read can be asked.
    seen = [
        name
        for name, other in matrix().items()
        if "provenance" in other.table.columns
        and role in other.roles
        and "select" in other.roles[role].verbs
        and name != access.name
    ]
    return " OR ".join(
        f"(table_name = '{name}' AND EXISTS (SELECT FROM {name} WHERE {name}.id = row_id))"
        for name in seen
    )
