"""How rows are spoken to the database: keys, cells and statements of their own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

import geo.registers.incoming.store as incoming
from geo.db.named_sql import load_queries
from geo.fields import reading
from geo.registers.incoming.lines import cells, lines_of
from geo.registers.incoming.target import IN_ORDER, target
from geo.registers.keys import key_digits, row_key


def test_keys_are_those_of_single_rows() -> None:
    identifiers = ["1", "Ω", "", "a\nb", "x" * 500]
    keys = [UUID(digits) for digits in key_digits("person", "office", identifiers)]
    assert keys == [row_key("person", "office", each) for each in identifiers]
    assert {key.version for key in keys} == {5}


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    [
        (None, "text", "\\N"),
        ("a\tb\nc\\d\r", "text", "a\\tb\\nc\\\\d\\r"),
        ("\\N", "text", "\\\\N"),
        (True, "truth", "t"),
        (12, "whole", "12"),
        (0.1, "number", "0.1"),
        (date(2026, 1, 2), "date", "2026-01-02"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "moment", "2026-01-02T03:00:00+00:00"),
        (["a", 'b"', "c\\", "NULL"], "codes", '{"a","b\\\\"","c\\\\\\\\","NULL"}'),
        ([], "choices", "{}"),
        ({"α": 1}, "object", '{"α":1}'),
        (b"\x01\xff", "bytes", "\\\\x01ff"),
        ((37.5, 23.25), "point", "SRID=4326;POINT(23.25 37.5)"),
    ],
)
def test_cells(value: object, kind: str, cell: str) -> None:
    assert cells([value], kind) == [cell]


def test_lines() -> None:
    assert lines_of([["1", "2"], ["a", "\\N"]]) == "1\ta\n2\t\\N\n"


def test_every_statement_has_its_sentence_and_is_used() -> None:
    path = Path(incoming.__file__)
    statements = load_queries(incoming.__file__, "passing.sql").statements
    text = path.read_text(encoding="utf-8")
    for name, statement in statements.items():
        assert re.search(rf'"{name}"', text), name
        assert statement.sentence.endswith(".")


@pytest.mark.parametrize("name", IN_ORDER)
def test_every_register_has_its_columns(name: str) -> None:
    fields = reading.load(name).fields
    aim = target(name, fields)
    assert len({column.name for column in aim.columns}) == len(aim.columns)
    assert set(IN_ORDER) == set(reading.registers())
    for column in aim.references():
        assert IN_ORDER.index(str(column.register)) < IN_ORDER.index(name)
