"""Which column of a file is which field of a register: made by a guess or by hand, kept as TOML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import InvalidInput
from geo.fields.shape import Register
from geo.imports.country import countries
from geo.imports.values import DateOrder, Decimal
from geo.profiles.strict import Table, read

DECIMALS: tuple[Decimal, ...] = ("auto", ",", ".")
DATE_ORDERS: tuple[DateOrder, ...] = ("day", "month")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""Names of delimiters, since some of them cannot be seen."""


def joined(register: str) -> tuple[str, ...]:
    """Fields that several columns may give together: street and number, first name and surname."""
    return ("address", "name") if register == "people" else ("address",)


@dataclass(frozen=True)
class ColumnMapping:
    """How a file becomes rows of a register.

    `columns` are file columns -> fields; `skip` columns left out on purpose; `constants` values
    for all rows; `values` what a word of the file means, by field. The rest says how the file is
    read, where it must be said.
    """

    register: str
    columns: Mapping[str, str]
    skip: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str | None = None
    country: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: tuple[int, ...] = ()
    decimal: Decimal = "auto"
    date_order: DateOrder = "day"

    def columns_of(self, field_name: str) -> list[str]:
        """The columns that give a field, in the order of the mapping."""
        return [column for column, name in self.columns.items() if name == field_name]

    def fields(self) -> frozenset[str]:
        """The fields that the file or a constant gives."""
        return frozenset(self.columns.values()) | frozenset(self.constants)

    def unused(self, names: Sequence[str]) -> list[str]:
        """Columns of a file that are neither mapped nor left out on purpose."""
        return [name for name in names if name and name not in {*self.columns, *self.skip}]


def read_mapping(path: Path, register: Register) -> ColumnMapping:
    """A mapping from a TOML file; NeedsmapError names the key of what is wrong."""
    return from_table(read(path), register)


def from_content(content: Mapping[str, Any], register: Register) -> ColumnMapping:
    """A mapping from what `as_content` made of one."""
    return from_table(Table(content, "mapping"), register)


def from_table(top: Table, register: Register) -> ColumnMapping:
    """A mapping from an opened table, every key of which must be known."""
    named = top.text("register")
    if named != register.name:
        raise top.fail("register", f"is '{named}', but the register is '{register.name}'")
    columns = _texts(top, "columns")
    for column, name in columns.items():
        _check_field(top, f"columns.{column}", name, register)
    _check_once(top, columns, register)
    constants = _texts(top, "constants")
    for name in constants:
        _check_field(top, f"constants.{name}", name, register)
        if name in columns.values():
            raise top.fail(f"constants.{name}", "is given by a column already")
    mapping = ColumnMapping(
        register=named,
        columns=columns,
        skip=top.texts("skip") if top.has("skip") else (),
        constants=constants,
        values=_values(top, register),
        source=_optional(top, "source"),
        country=top.one_of("country", tuple(countries())) if top.has("country") else None,
        encoding=_optional(top, "encoding"),
        delimiter=_delimiter(top),
        sheet=_optional(top, "sheet"),
        header_rows=_header_rows(top),
        decimal=_one_of(top, "decimal", DECIMALS),
        date_order=_one_of(top, "date_order", DATE_ORDERS),
    )
    top.finish()
    return mapping


def check_columns(mapping: ColumnMapping, names: Sequence[str], file: str) -> None:
    """Raise InvalidInput where a column that the mapping names is not in the file."""
    absent = [name for name in mapping.columns if name not in names]
    if absent:
        raise InvalidInput(
            f"{file}: the mapping names columns that the file does not have: "
            f"{', '.join(map(repr, absent))}.",
            hint=f"It has {', '.join(repr(name) for name in names if name)}.",
        )


def as_content(mapping: ColumnMapping) -> dict[str, Any]:
    """A mapping as plain values, without what is left to be recognised."""
    content: dict[str, Any] = {"register": mapping.register}
    for key in ("source", "country", "encoding", "sheet"):
        if getattr(mapping, key) is not None:
            content[key] = getattr(mapping, key)
    if mapping.delimiter is not None:
        content["delimiter"] = next(
            n for n, sign in DELIMITERS.items() if sign == mapping.delimiter
        )
    if mapping.header_rows:
        content["header_rows"] = list(mapping.header_rows)
    if mapping.decimal != "auto":
        content["decimal"] = mapping.decimal
    if mapping.date_order != "day":
        content["date_order"] = mapping.date_order
    if mapping.skip:
        content["skip"] = list(mapping.skip)
    content["columns"] = dict(mapping.columns)
    if mapping.constants:
        content["constants"] = dict(mapping.constants)
    if mapping.values:
        content["values"] = {name: dict(words) for name, words in mapping.values.items()}
    return content


def as_toml(mapping: ColumnMapping, unused: Sequence[str] = ()) -> str:
    """A mapping as the text of a file that people edit; unused columns stand as remarks."""
    content = as_content(mapping)
    tables = {key: content.pop(key) for key in ("columns", "constants", "values") if key in content}
    lines = ["# Which column of the file is which field; see docs/imports.md."]
    lines += [f"{key} = {_toml(value)}" for key, value in content.items()]
    lines += ["", "[columns]"]
    lines += [f"{_toml(name)} = {_toml(field)}" for name, field in tables["columns"].items()]
    if unused:
        lines += ["# Not used; map them, or list them under skip:"]
        lines += [f"# {_toml(name)} = " for name in unused]
    if "constants" in tables:
        lines += ["", "[constants]"]
        lines += [f"{name} = {_toml(value)}" for name, value in tables["constants"].items()]
    for name, words in tables.get("values", {}).items():
        lines += ["", f"[values.{name}]"]
        lines += [f"{_toml(given)} = {_toml(code)}" for given, code in words.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    # Texts, lists of texts and whole numbers of JSON are those of TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(top: Table, key: str) -> dict[str, str]:
    if not top.has(key):
        return {}
    table = top.table(key)
    return {name: table.text(name) for name in table.left()}


def _values(top: Table, register: Register) -> dict[str, dict[str, str]]:
    if not top.has("values"):
        return {}
    table = top.table("values")
    found = {}
    for name in table.left():
        _check_field(top, f"values.{name}", name, register)
        found[name] = _texts(table, name)
    return found


def _check_field(top: Table, key: str, name: str, register: Register) -> None:
    if name not in register.fields:
        known = ", ".join(register.fields)
        raise top.fail(key, f"names '{name}', which is no field of {register.name} ({known})")


def _check_once(top: Table, columns: Mapping[str, str], register: Register) -> None:
    fields = list(columns.values())
    for column, name in columns.items():
        if fields.count(name) > 1 and name not in joined(register.name):
            raise top.fail(f"columns.{column}", f"gives '{name}', as another column does")


def _optional(top: Table, key: str) -> str | None:
    return top.text(key) if top.has(key) else None


def _delimiter(top: Table) -> str | None:
    if not top.has("delimiter"):
        return None
    named = top.one_of("delimiter", tuple(DELIMITERS))
    return DELIMITERS[named]


def _header_rows(top: Table) -> tuple[int, ...]:
    if not top.has("header_rows"):
        return ()
    rows = top.wholes("header_rows")
    if not rows or min(rows) < 1 or max(rows) > 200 or list(rows) != sorted(set(rows)):
        raise top.fail("header_rows", "must be row numbers from 1 on, in their order")
    return rows


def _one_of(top: Table, key: str, allowed: tuple[Any, ...]) -> Any:
    return top.one_of(key, allowed) if top.has(key) else allowed[0]
