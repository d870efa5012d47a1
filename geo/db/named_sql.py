"""Named statements: a .sql file holds many, each behind `-- name: x` and a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import TextClause, text

_HEADER = re.compile(r"^-- name: (?P<name>[a-z_]+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """One statement with the sentence that says what it is for."""

    name: str
    sentence: str
    sql: str


class Queries(Mapping[str, TextClause]):
    """The statements of one file by name."""

    def __init__(self, statements: list[Statement]) -> None:
        self.statements = {statement.name: statement for statement in statements}
        self._clauses = {name: text(entry.sql) for name, entry in self.statements.items()}

    def __getitem__(self, name: str) -> TextClause:
        return self._clauses[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._clauses)

    def __len__(self) -> int:
        return len(self._clauses)


def load_queries(store_file: str, name: str = "queries.sql") -> Queries:
    """The statements beside a store module; one without its sentence is refused."""
    path = Path(store_file).with_name(name)
    parts = _HEADER.split(path.read_text(encoding="utf-8"))[1:]
    statements = []
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        lines = body.strip().splitlines()
        sentence = lines[0].removeprefix("-- ").strip() if lines[0].startswith("--") else ""
        if not sentence:
            raise ValueError(f"{path}: statement {name} has no sentence")
        statements.append(Statement(name, sentence, "\n".join(lines[1:]).strip().rstrip(";")))
    return Queries(statements)
