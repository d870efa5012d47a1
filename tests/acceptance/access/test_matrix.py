"""Every role, table and verb over every row of the planted world; what is not declared is denied."""

from __future__ import annotations

import itertools

import pytest

from tests.acceptance.access import matrix
from tests.acceptance.access.conftest import Planted
from tests.acceptance.access.readers import ALL, Reader
from tests.acceptance.access.world import TABLES


@pytest.mark.parametrize("reader", ALL, ids=lambda reader: reader.name)
def test_the_database_gives_what_the_matrix_declares(planted: Planted, reader: Reader) -> None:
    differences = [
        found
        for table, checks in itertools.product(TABLES, matrix.CHECKS.values())
        for check in checks
        for found in check(planted.world, planted.cursor, reader, table)
    ]
    assert differences == []


def test_column_rights_are_those_of_the_matrix(planted: Planted) -> None:
    differences = [
        found
        for reader, table in itertools.product(ALL, TABLES)
        for found in matrix.columns(planted.cursor, reader, table)
    ]
    assert differences == []
