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
    {
        *("id", "source_id", "external_id", "synthetic", "import_id", "version", "updated_at"),
        *("reporter_id", "report_id", "received_at"),
    }
)
"""Columns of a row that no reader changes: its key, its origin, its version."""

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
    made: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.table.schema}.{self.table.name}"

    def columns(self, role: str, verb: str) -> tuple[str, ...]:
        """The columns a role may read or write by a verb it has."""
        rights = self.roles[role]
        if verb == "update" and rights.columns:
            return rights.columns
        kept = {"select": rights.hidden, "insert": self.made, "update": KEPT}.get(verb, ())
        return tuple(column.name for column in self.table.columns if column.name not in kept)


@dataclass(frozen=True)
class Policy:
    """One row policy: which rows, and what else must hold of a row that is written."""

    name: str
    table: str
    role: str
    verb: str
    scope: str
    clauses: tuple[str, ...] = ()

    def sql(self) -> str:
        """The statement that makes it."""
        using = f" USING ({self.scope})" if self.verb != "insert" else ""
        # Without a check of its own an update's is that of the rows it may touch.
        written = self.verb == "insert" or (self.verb == "update" and self.clauses)
        check = f" WITH CHECK ({' AND '.join(self.checks)})" if written else ""
        return (
            f"CREATE POLICY {self.name} ON {self.table} FOR {self.verb.upper()}"
            f" TO needsmap_{self.role}{using}{check}"
        )

    @property
    def checks(self) -> tuple[str, ...]:
        """What a written row must meet, all of it."""
        return (f"({self.scope})", *self.clauses)


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
                scope = " OR ".join(f"({_meaning(access, role, word)})" for word in words)
                clauses = tuple(_clauses(access, role, verb))
                yield Policy(f"{role}_{verb}", access.name, role, verb, scope, clauses)


def rights_of(role: str) -> Mapping[str, Rights]:
    """What a role may do, by table; for people who ask what somebody can see."""
    return {name: a.roles[role] for name, a in matrix().items() if role in a.roles}


def _access(name: str, entry: dict[str, Any]) -> Access:
    if name not in metadata.tables:
        raise SettingsError(f"access.yaml: there is no table {name}.")
    table = metadata.tables[name]
    references = dict(entry.pop("references", {}))
    made = frozenset(entry.pop("made", ()))
    unknown = (set(entry) - set(ROLES)) | ((set(references) | made) - set(table.columns.keys()))
    if unknown:
        raise SettingsError(f"access.yaml: {name} has unknown words: {', '.join(sorted(unknown))}.")
    roles = {role: _rights(name, table, dict(given)) for role, given in entry.items()}
    return Access(table, roles, references, made)


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
    for verb in rights.verbs:
        columns = access.columns(role, verb)
        # A delete has no columns; a grant on the table is short for one on all of them.
        whole = verb == "delete" or len(columns) == len(access.table.columns)
        listed = "" if whole else f" ({', '.join(columns)})"
        yield f"GRANT {verb.upper()}{listed} ON {access.name} TO needsmap_{role}"


def _clauses(access: Access, role: str, verb: str) -> Iterator[str]:
    """What must hold of a written row besides its scope; of columns that can be written only."""
    if verb not in {"insert", "update"}:
        return
    writable = access.columns(role, verb)
    for column, target in access.references.items():
        if column in writable:
            yield f"({column} IS NULL{_or_seen(access, role, column, target)})"
    if verb == "insert" and "source_id" in access.table.columns and access.table.schema != "intake":
        yield _own_source()


def _or_seen(access: Access, role: str, column: str, target: str) -> str:
    """Whether the role sees the row pointed to; a table it may not read cannot even be asked."""
    rights = matrix()[target].roles.get(role)
    if rights is None or "select" not in rights.verbs:
        return ""
    return f" OR EXISTS (SELECT FROM {target} WHERE {target}.id = {access.table.name}.{column})"


def _own_source() -> str:
    """Rows go under sources of the writer's house: their keys never meet those of another."""
    house = ", ".join(f"'{name}'" for name in HOUSE_SOURCES)
    return (
        "(starts_with(source_id, (SELECT base.current_owner()) || ':')"
        f" OR (source_id IN ({house}) AND external_id = id::text))"
    )


def _meaning(access: Access, role: str, word: str) -> str:
    meaning = scopes()[word]
    return meaning.replace("{row}", _row(access, role)) if "{row}" in meaning else meaning


def _row(access: Access, role: str) -> str:
    """Whether the role sees the row that this one is about."""
    # Only tables the role may read can be asked.
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
