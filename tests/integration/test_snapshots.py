"""A snapshot in the database is checked against its own manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.errors import NotFound
from geo.frozen_inputs import FACTS, FRAMES
from geo.snapshots import store as snapshots
from tests.conftest import clone

TABLES = ("zones", "values", "services", "pockets", *(f"input {name}" for name in (*FRAMES, FACTS)))
ALL_SAME = dict.fromkeys(TABLES, True)


@pytest.fixture(scope="module")
def demo(cluster: Cluster, demo_template: str) -> Iterator[Engine]:
    for name in clone(cluster, demo_template):
        engine = make_engine(cluster.url(name))
        yield engine
        engine.dispose()


def test_an_untouched_snapshot_is_what_its_manifest_says(demo: Engine) -> None:
    with demo.connect() as connection:
        (row,) = snapshots.listed(connection)
        assert snapshots.verify(connection, row.id) == ALL_SAME
        text = json.dumps(row.manifest, allow_nan=False)
    assert "NaN" not in text
    assert row.manifest["code_version"] and row.manifest["parameters"]


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("values", "UPDATE snapshot.value SET value = value + 1 WHERE {first} = '{key}'"),
        ("values", "UPDATE snapshot.value SET explanation = '{{}}' WHERE indicator = 'staff_norm'"),
        ("zones", "UPDATE snapshot.zone SET name_en = name_en || '.' WHERE code = '4501'"),
        (
            "zones",
            "UPDATE snapshot.zone SET geom = ST_Translate(geom, 1e-12, 0) WHERE code = '4501'",
        ),
        (
            "services",
            "UPDATE snapshot.service_point SET capacity = coalesce(capacity, 0) + 1"
            " WHERE code = (SELECT min(code) FROM snapshot.service_point)",
        ),
        ("pockets", "DELETE FROM snapshot.pocket"),
    ],
)
def test_one_changed_value_is_found(demo: Engine, table: str, changed: str) -> None:
    statement = changed.format(first="indicator || area_code", key="population4501")
    with demo.connect() as connection:
        (row,) = snapshots.listed(connection)
        assert connection.execute(sa.text(statement)).rowcount >= 1
        assert snapshots.verify(connection, row.id) == ALL_SAME | {table: False}
        connection.rollback()


def test_a_snapshot_that_is_not_there(demo: Engine) -> None:
    with demo.connect() as connection, pytest.raises(NotFound, match="no snapshot snap-x"):
        snapshots.get(connection, "snap-x")
