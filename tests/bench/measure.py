"""One measurement, the table of all, and a database of its own for those that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from geo.db import schema
from geo.db.cluster import private_cluster
from geo.settings import Settings, read_settings

WIDTH = 150
"""Columns of the table where it goes to no terminal."""


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


def show(found: list[Measured]) -> int:
    """Print the table; 1 when a ratio misses its target, else 0."""
    table = Table(title="needsmap bench")
    for column in ("what", "ours", "against", "ratio", "target", ""):
        table.add_column(column)
    for one in found:
        table.add_row(
            one.what,
            one.ours,
            one.against,
            f"{one.ratio:.2f}",
            f"at most {one.target:.2f}",
            "ok" if one.met else "MISSED",
        )
    console = Console()
    # In a file or a log the rows stay whole.
    console.width = console.width if console.is_terminal else max(console.width, WIDTH)
    console.print(table)
    return 0 if all(one.met for one in found) else 1


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
