"""What every command works on: the settings and a database that runs and is current."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine

from geo.db.cluster import private_cluster
from geo.db.engine import make_engine, owner_url
from geo.settings import Settings, read_settings


def start_database(settings: Settings) -> bool:
    """Start the private cluster if it is used and does not run; make and upgrade the database."""
    from geo.db import schema

    started = False
    if not settings.database_url:
        started = private_cluster(settings.var).up()
    url = owner_url(settings)
    if not settings.database_url:
        schema.create_database(url)
    schema.upgrade(url)
    return started


@contextmanager
def database() -> Iterator[tuple[Settings, Engine]]:
    """Settings and the owner's engine on a running, current database."""
    settings = read_settings()
    start_database(settings)
    engine = make_engine(owner_url(settings))
    try:
        yield settings, engine
    finally:
        engine.dispose()
