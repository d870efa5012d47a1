"""Engines: nothing that a thread gives back after the end of its engine stays open."""

from __future__ import annotations

import sqlalchemy as sa

from geo.db.cluster import Cluster
from geo.db.engine import make_engine


def test_a_connection_given_back_after_the_end_is_closed(cluster: Cluster) -> None:
    engine = make_engine(cluster.url("postgres"))
    with engine.connect() as before:
        held = before.connection.driver_connection
        engine.dispose()
        assert before.scalar(sa.text("SELECT 1")) == 1
    assert held is not None
    assert held.closed
    with engine.connect() as after:
        late = after.connection.driver_connection
    assert late is not None
    assert late.closed


def test_a_connection_given_back_before_the_end_is_used_again(cluster: Cluster) -> None:
    engine = make_engine(cluster.url("postgres"))
    held = []
    for _ in range(2):
        with engine.connect() as connection:
            held.append(connection.connection.driver_connection)
    assert held[0] is held[1]
    engine.dispose()
    assert held[0] is not None
    assert held[0].closed
