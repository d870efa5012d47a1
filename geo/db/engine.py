"""Engines and transactions: every piece of work runs as the database role of its reader."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from geo.db.cluster import private_cluster
from geo.settings import Settings

APP_USER = "needsmap_app"

Role = Literal[
    "job",
    "auth",
    "planner",
    "public",
    "committee",
    "street_worker",
    "centre_staff",
    "agency",
    "team_lead",
    "municipal_planner",
    "regional_planner",
    "national",
    "auditor",
    "admin",
]
READING = ("planner", "committee", "public")
"""Roles that read releases: unqualified names mean their own schema."""

_CONTEXT = sa.text(
    "SELECT set_config('role', :role, true), set_config('needsmap.user', :user, true),"
    " set_config('needsmap.territory', :territory, true),"
    " set_config('needsmap.agency', :agency, true), set_config('search_path', :path, true)"
)


def owner_url(settings: Settings) -> str:
    """URL of the account that owns the tables: migrations, loads and analysis."""
    if settings.database_url:
        return _with_driver(settings.database_url)
    return private_cluster(settings.var).url(settings.database_name)


def app_url(settings: Settings) -> str:
    """URL of the account the service logs in with: no rights but those of the role it takes."""
    if settings.database_url:
        return _with_driver(settings.database_url)
    return private_cluster(settings.var).url(settings.database_name, APP_USER)


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """A pooled engine; a connection that went stale is replaced before use."""
    made = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text may end in a log; what people typed may not
        connect_args={"application_name": "needsmap", "connect_timeout": 10},
    )
    _keep_nothing_after_its_end(made)
    return made


def _keep_nothing_after_its_end(engine: Engine) -> None:
    """A thread may outlive its engine; what it gives back to a pool that was disposed of would be
    closed by nobody."""
    ended = threading.Event()

    @sa.event.listens_for(engine, "engine_disposed")
    def end(_: Engine) -> None:
        ended.set()

    @sa.event.listens_for(engine, "checkin")
    def close(_: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        if ended.is_set():
            entry.invalidate()


@contextmanager
def transaction(
    engine: Engine,
    role: Role,
    *,
    user_id: UUID | None = None,
    territory: str | None = None,
    agency: UUID | None = None,
) -> Iterator[Connection]:
    """One transaction as one role; the context ends with it and cannot leak to the next one."""
    with engine.begin() as connection:
        # One statement, since each one is a way to the server and back; the role is checked here.
        connection.execute(
            _CONTEXT,
            {
                "role": f"needsmap_{role}",
                "user": str(user_id) if user_id else "",
                "territory": territory or "",
                "agency": str(agency) if agency else "",
                "path": f"pub_{role}, public" if role in READING else "public",
            },
        )
        yield connection


def _with_driver(url: str) -> str:
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)
