"""One measurement, and a database of its own for those that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from geo.db import schema
from geo.db.cluster import private_cluster
from geo.settings import Settings, read_settings


@dataclass(frozen=True)
class Measured:
    """What took how long, against what, and the ratio that may not be exceeded."""

    what: str
    ours: str
    against: str
    ratio: float
    target: float

    @property
    def met(self) -> bool:
        return self.ratio <= self.target


@contextmanager
def own_database(name: str) -> Iterator[tuple[Settings, str]]:
    """Settings and the owner's URL of a fresh database in the private cluster."""
    database = f"bench_{name}_{os.getpid()}"
    settings = read_settings({**os.environ, "NEEDSMAP_DATABASE_NAME": database})
    cluster = private_cluster(settings.var)
    cluster.up()
    url = cluster.url(database)
    schema.create_database(url)
    schema.upgrade(url)
    try:
        yield settings, url
    finally:
        admin = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
        admin.dispose()
