"""What asking for permission adds to a request: whose login it is, and their context."""

from __future__ import annotations

import statistics
import time

import sqlalchemy as sa

from api.auth import sessions, store
from api.auth.user import User, new_user
from api.deps import as_user
from geo.db.engine import app_url, make_engine, transaction
from geo.settings import Settings
from tests.bench.measure import Measured, own_database

ROUNDS = 600
WARM_ROUNDS = 100
TARGET_SECONDS = 0.001
OTHERS = 2_000
"""Logins of others at the same time."""

WORK = sa.text("SELECT count(*) FROM base.area_name WHERE name = 'nowhere'")


def measure() -> list[Measured]:
    """The median of a statement with login and context, less that of the same without them."""
    with own_database("permission") as (settings, url):
        owner = make_engine(url)
        user = new_user("bench", "Bench", "centre_staff", "4501")
        try:
            store.put_user(owner, user, "quiet-river-green-lamp")
            with transaction(owner, "auth") as connection:
                opened = [
                    sessions.open_session(connection, settings, user, "passed")
                    for _ in range(OTHERS)
                ]
            # In this database only, so that the same statement runs without a role too.
            with owner.begin() as connection:
                connection.execute(sa.text("GRANT USAGE ON SCHEMA base TO needsmap_app"))
                connection.execute(sa.text("GRANT SELECT ON base.area_name TO needsmap_app"))
            added = _added(settings, user, opened[OTHERS // 2].token)
        finally:
            owner.dispose()
    return [
        Measured(
            f"permission check, {ROUNDS} requests among {OTHERS:,} logins",
            f"{1000 * added:.2f} ms added",
            f"{1000 * TARGET_SECONDS:.0f} ms",
            added / TARGET_SECONDS,
            1.0,
        )
    ]


def _added(settings: Settings, user: User, token: str) -> float:
    engine = make_engine(app_url(settings))
    with_check, without = [], []
    try:
        for _ in range(ROUNDS + WARM_ROUNDS):
            began = time.perf_counter()
            session = sessions.find_session(engine, settings, token)
            assert session is not None and session.user.id == user.id
            with as_user(engine, session.user) as connection:
                connection.execute(WORK)
            between = time.perf_counter()
            with engine.begin() as connection:
                connection.execute(WORK)
            with_check.append(between - began)
            without.append(time.perf_counter() - between)
    finally:
        engine.dispose()
    return statistics.median(with_check[WARM_ROUNDS:]) - statistics.median(without[WARM_ROUNDS:])
