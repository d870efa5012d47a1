"""Writes the documents that follow from the code; --check only says whether they are current."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import typer
from sqlalchemy.dialects import postgresql

from api.app import create_app
from api.cli import app as command_line
from geo.db import access
from geo.db.tables import SCHEMAS, metadata
from geo.settings import ROOT, Settings

DOCS = Path(__file__).resolve().parent
NOTE = "<!-- Written by docs/generate.py from the code; run `make docs` instead of editing. -->"

SCHEMA_TITLES = {
    "base": "open facts: sources, areas, population, cells, streets",
    "registry": "agencies, services, people; row-level security on every table",
    "field": "street work; row-level security on every table",
    "account": "who may enter, the audit log, proofs of erasures; row-level security on every table",
    "intake": "imports; row-level security on every table",
    "snapshot": "exact results, frozen, and what they were computed from",
    "plan": "scenarios; the operator only",
    "pub_planner": "releases of the tier planner",
    "pub_committee": "releases of the tier committee",
    "pub_public": "releases of the tier public",
}
TEMPLATE_SCHEMA = "pub_planner"
"""The schema that is printed for all tiers: they have the same tables."""


def table(columns: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def settings() -> str:
    """Every setting with its default and its help."""
    rows = (
        (f"`{one.metadata['name']}`", _default(one.default), one.metadata["help"])
        for one in fields(Settings)
    )
    return "\n".join(
        (
            NOTE,
            "# Settings",
            "",
            "Read once from the environment by `geo/settings.py`, the only reader of it; fixed"
            " after that. An unset or empty variable means the default. Folders in the table are"
            " relative to the checkout.",
            "",
            table(("variable", "default", "what it is"), rows),
            "",
        )
    )


def _default(value: Any) -> str:
    if isinstance(value, Path):
        inside = value.is_relative_to(ROOT)
        path = value.relative_to(ROOT) if inside else ".." / value.relative_to(ROOT.parent)
        return f"`{path.as_posix()}`"
    return f"`{value}`" if value != "" else "(none)"


def commands() -> str:
    """Every command of the command line with its arguments and options."""
    parts = [
        NOTE,
        "# Commands",
        "",
        "Run as `.venv/bin/needsmap`. Exit code 0: done; 1: it could not be done, with a sentence"
        " and the remedy; 2: the command was not understood. `--json` gives one JSON document"
        " instead of a table.",
        "",
    ]
    for path, command in sorted(walk(typer_command(), ())):
        parts += [f"## `{_usage(path, command)}`", "", _sentence(command.help), ""]
        rows = [_parameter(one) for one in command.params]
        if rows:
            parts += [table(("argument or option", "default", "what it is"), iter(rows)), ""]
    return "\n".join(parts)


def typer_command() -> Any:
    """The whole command line as an object."""
    return typer.main.get_command(command_line)


def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from walk(one, (*path, name))


def _usage(path: tuple[str, ...], command: Any) -> str:
    named = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    return " ".join(("needsmap", *path, *named))


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    return name if parameter.required else f"[{name}]"


def _parameter(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        name = f"`{_argument(parameter)}`"
    else:
        name = "`" + "`, `".join((*parameter.opts, *parameter.secondary_opts)) + "`"
    flag = parameter.default in (True, False)
    default = ("yes" if parameter.default else "no") if flag else str(parameter.default or "")
    return name, "required" if parameter.required else default, parameter.help or ""


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


def database() -> str:
    """Every table with its columns, keys and checks."""
    parts = [
        NOTE,
        "# Database",
        "",
        "From `geo/db/tables`, where every table stands once. Migrations are under"
        " `geo/db/migrations`. Who may do what is said below each table with row-level security:"
        " the words are those of `geo/db/access.yaml`, which gives their SQL; a role that is not"
        " named may do nothing. Beside people's roles the service's own accounts have the rights"
        " of `geo/db/policies.sql`. Geometry is in EPSG:4326 and has a spatial index. The tables"
        " of "
        + ", ".join(f"`{name}`" for name in SCHEMAS if _is_copy(name))
        + f" are the same as those of `{TEMPLATE_SCHEMA}` and are not repeated.",
        "",
    ]
    for schema in SCHEMAS:
        if _is_copy(schema):
            continue
        parts += [f"## {schema}: {SCHEMA_TITLES[schema]}", ""]
        for one in metadata.tables.values():
            if one.schema == schema:
                parts += [*_table(one), ""]
    return "\n".join(parts)


def _is_copy(schema: str) -> bool:
    return schema.startswith("pub_") and schema != TEMPLATE_SCHEMA


def _table(one: sa.Table) -> Iterator[str]:
    yield f"### {one.schema}.{one.name}"
    yield ""
    yield table(
        ("column", "type", "may be empty", "meaning"),
        (
            (
                f"`{column.name}`",
                _type(column),
                "yes" if column.nullable else "no",
                _meaning(column),
            )
            for column in one.columns
        ),
    )
    rules = sorted(_rules(one))
    if rules:
        yield ""
        yield from (f"- {rule}" for rule in rules)
    rights = access.matrix().get(f"{one.schema}.{one.name}")
    if rights:
        yield ""
        yield table(("who", *access.VERBS), _rights(rights))


def _rights(rights: access.Access) -> Iterator[Sequence[str]]:
    for role in rights.roles:
        cells = (_scope(rights, role, verb) for verb in access.VERBS)
        yield (f"`{role}`", *cells)


def _scope(rights: access.Access, role: str, verb: str) -> str:
    """Which rows, and which columns where the matrix names them."""
    given = rights.roles[role]
    if verb not in given.verbs:
        return ""
    said = " or ".join(given.verbs[verb])
    if verb == "select" and given.hidden:
        return f"{said}; not " + ", ".join(f"`{name}`" for name in sorted(given.hidden))
    if verb == "update" and given.columns:
        return f"{said}; only " + ", ".join(f"`{name}`" for name in given.columns)
    return said


def _type(column: Any) -> str:
    return str(column.type.compile(dialect=postgresql.dialect())).lower()


def _meaning(column: Any) -> str:
    said = [column.comment or ""]
    said += [f"refers to `{key.target_fullname}`" for key in column.foreign_keys]
    said += ["key"] if column.primary_key else []
    return "; ".join(part for part in said if part)


def _rules(one: sa.Table) -> Iterator[str]:
    for constraint in one.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            yield f"always: `{_sentence(str(constraint.sqltext))}`"
        elif isinstance(constraint, sa.UniqueConstraint):
            yield "no two rows alike in: " + ", ".join(f"`{c.name}`" for c in constraint.columns)


def described() -> dict[str, Any]:
    """The description of the HTTP interface; nothing is connected for it."""
    return create_app(Settings(), sa.create_engine("postgresql+psycopg://")).openapi()


def openapi() -> str:
    """The same as JSON, keys in order."""
    return json.dumps(described(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


GENERATED: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "database.md": database,
    "openapi.json": openapi,
}


def stale() -> list[str]:
    """The generated documents that are missing or differ from what the code says."""
    return [
        name
        for name, make in GENERATED.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    """Write what is not current, or with --check only name it and return 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    only_check = parser.parse_args().check
    found = stale()
    for name in found:
        if not only_check:
            (DOCS / name).write_text(GENERATED[name](), encoding="utf-8")
        print(f"docs/{name}: " + ("not current, run `make docs`" if only_check else "written"))
    if not found:
        print("The generated documents are current.")
    return 1 if only_check and found else 0


if __name__ == "__main__":
    sys.exit(main())
