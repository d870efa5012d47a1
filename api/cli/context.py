"""What every command works on: the settings and a database that runs and is current."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine

from api.cli.console import err
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


def ensure_database(settings: Settings) -> None:
    """Start the database where it does not run, and say so: whoever stopped it must know."""
    if start_database(settings):
        say_started()


def say_started() -> None:
    """That a command started the database on its own, on standard error."""
    err.print("The database was not running and was started; `needsmap down` stops it.")


@contextmanager
def database() -> Iterator[tuple[Settings, Engine]]:
    """Settings and the owner's engine on a running, current database."""
    settings = read_settings()
    ensure_database(settings)
    engine = make_engine(owner_url(settings))
    try:
        yield settings, engine
    finally:
        engine.dispose()
