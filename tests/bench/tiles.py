"""A cold release tile over HTTP against the bare ST_AsMVT statement on the same rows."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo import loading, pipeline
from geo.db.engine import make_engine
from geo.demo import load_demo
from geo.releases.store import QUERIES
from geo.settings import Settings
from tests.bench.line import GREECE as SOURCES
from tests.bench.measure import Measured, own_database

Places = tuple[tuple[int, int, int], ...]

TARGET = 1.3
ROUNDS = 40
WARM_ROUNDS = 3
"""The first rounds fill PostgreSQL's own memory, for both."""
ATTICA = ((7, 72, 49), (8, 144, 98), (9, 289, 197), (10, 579, 394), (11, 1158, 789))
GREECE = ((5, 18, 12), (6, 36, 24), (6, 35, 24), (7, 72, 49), (7, 71, 48))


def measure() -> list[Measured]:
    """Each tile in turn over HTTP and bare, never from a cache; the median of the pairs' ratios."""
    found = []
    with own_database("tiles") as (settings, url):
        owner = make_engine(url)
        try:
            _publish(owner, load_demo(owner, settings, "attica", lambda _: None))
            found.append(_compare(settings, owner, "Attica, 66 areas", ATTICA))
            if settings.shared_data.exists():
                for source, path in SOURCES:
                    loading.load(owner, settings, source, settings.shared_data / path, fixes=True)
                _publish(owner, "gr")
                found.append(_compare(settings, owner, "Greece, 333 areas", GREECE))
        finally:
            owner.dispose()
    return found


def _publish(owner: Engine, code: str) -> None:
    pipeline.publish(owner, pipeline.freeze_analysis(owner, pipeline.analyse(owner, code)))


def _compare(settings: Settings, owner: Engine, what: str, places: Places) -> Measured:
    with owner.connect() as connection, _served(settings) as port:
        connection.execute(sa.text("SET search_path TO pub_public, public"))
        release = connection.scalar(QUERIES["latest"])
        client = http.client.HTTPConnection("127.0.0.1", port)
        pairs = [
            (_http_seconds(client, release, place), _bare_seconds(connection, release, place))
            for _ in range(ROUNDS)
            for place in places
        ]
    pairs = pairs[WARM_ROUNDS * len(places) :]
    return Measured(
        f"release tile over HTTP, {what}, {len(pairs)} pairs",
        f"{1000 * statistics.median(ours for ours, _ in pairs):.1f} ms",
        f"{1000 * statistics.median(bare for _, bare in pairs):.1f} ms bare ST_AsMVT",
        statistics.median(ours / bare for ours, bare in pairs),
        TARGET,
    )


@contextmanager
def _served(settings: Settings) -> Iterator[int]:
    """The service in a process of its own, so that client and server do not share a lock."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("needsmap")), "serve", "--port", str(port)]
    environment = {**os.environ, "NEEDSMAP_DATABASE_NAME": settings.database_name}
    server = subprocess.Popen(command, env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _http_seconds(
    client: http.client.HTTPConnection, release: str, place: tuple[int, int, int]
) -> float:
    z, x, y = place
    began = time.perf_counter()
    client.request("GET", f"/tiles/{release}/beneficiaries/{z}/{x}/{y}.mvt")
    answer = client.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - began
    assert answer.status == 200
    assert body
    return seconds


def _bare_seconds(connection: sa.Connection, release: str, place: tuple[int, int, int]) -> float:
    z, x, y = place
    parameters = {
        "release": release,
        "indicator": "beneficiaries",
        "breakdown": "",
        "z": z,
        "x": x,
        "y": y,
    }
    began = time.perf_counter()
    tile = connection.scalar(QUERIES["area_tile"], parameters)
    seconds = time.perf_counter() - began
    assert tile
    return seconds
