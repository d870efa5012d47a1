"""A database of its own with the planted world in it; nothing the tests try there stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from geo.db.cluster import Cluster
from tests.acceptance.access.world import World, plant
from tests.conftest import clone


@dataclass(frozen=True)
class Planted:
    """The world and its owner's connection, in a transaction that is never committed."""

    world: World
    cursor: psycopg.Cursor[Any]


def plain(url: str) -> str:
    """A URL without the name of the driver."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def planted(cluster: Cluster, template: str) -> Iterator[Planted]:
    for name in clone(cluster, template):
        with psycopg.connect(plain(cluster.url(name))) as connection:
            world = plant(connection)
            with connection.cursor() as cursor:
                yield Planted(world, cursor)
            connection.rollback()
