"""Every named statement says what it is for, is used beside its file, and is SQL of this schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Engine

from geo.db.named_sql import Statement, load_queries
from geo.db.tables import TIERS
from geo.settings import ROOT

FILES = sorted(
    path for part in ("geo", "api", "layers") for path in (ROOT / part).rglob("queries.sql")
)
STATEMENTS = [
    pytest.param(path, statement, id=f"{path.parent.name}.{statement.name}")
    for path in FILES
    for statement in load_queries(str(path)).statements.values()
]


def test_there_are_statements() -> None:
    assert len(FILES) >= 6
    assert len(STATEMENTS) > 40


@pytest.mark.parametrize(("path", "statement"), STATEMENTS)
def test_it_has_a_sentence_and_is_used(path: Path, statement: Statement) -> None:
    assert statement.sentence.endswith(".") and statement.sentence[0].isupper()
    named = {each for text in _python_beside(path) for each in _names_used(text)}
    assert statement.name in named or any(
        re.fullmatch(pattern, statement.name) for pattern in named if "\\w" in pattern
    )


@pytest.mark.parametrize(("path", "statement"), STATEMENTS)
def test_it_parses(engine: Engine, path: Path, statement: Statement) -> None:
    schemas = [f"pub_{tier}" for tier in TIERS] if path.parent.name == "releases" else ["public"]
    with engine.connect() as connection:
        for schema in schemas:
            connection.execute(sa.text(f"SET LOCAL search_path = {schema}, public"))
            _prepare(connection, statement)


def test_a_statement_of_another_schema_does_not_parse(engine: Engine) -> None:
    wrong = Statement("wrong", "A column that is not there.", "SELECT nothing FROM base.area")
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="nothing"):
        _prepare(connection, wrong)


def _prepare(connection: Connection, statement: Statement) -> None:
    """PREPARE with the parameters as the driver numbers them."""
    if statement.sql.startswith("SET "):  # PostgreSQL prepares no such statement
        connection.execute(sa.text(statement.sql))
        return
    compiled = sa.text(statement.sql).compile(
        dialect=postgresql.dialect(paramstyle="numeric_dollar")
    )
    connection.exec_driver_sql(f"PREPARE checked AS {compiled}".replace("%", "%%"))
    connection.exec_driver_sql("DEALLOCATE checked")


def _python_beside(path: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in path.parent.glob("*.py")]


def _names_used(text: str) -> set[str]:
    """Names in QUERIES["..."]; one with a {hole} stands for all that fit it."""
    found = re.findall(r"""QUERIES\[\s*f?["']([a-z_{}]+)["']""", text)
    return {re.sub(r"\{[a-z_]+\}", r"\\w+", name) for name in found}
