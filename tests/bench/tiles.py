"""A cold release tile over HTTP against the bare ST_AsMVT statement on the same rows."""

from __future__ import annotations

import http.client
import statistics
import threading
import time

import sqlalchemy as sa
import uvicorn
from sqlalchemy.engine import Engine

from api.app import create_app
from geo import pipeline
from geo.db.cluster import private_cluster
from geo.db.engine import APP_USER, make_engine
from geo.demo import load_demo
from geo.releases.store import QUERIES
from geo.settings import Settings
from tests.bench.measure import Measured, own_database

TARGET = 1.3
ROUNDS = 40
PLACES = ((7, 72, 49), (8, 144, 98), (9, 289, 197), (10, 579, 394), (11, 1158, 789))


def measure() -> list[Measured]:
    """Each tile in turn over HTTP and bare, never from a cache; the median of the pairs' ratios."""
    with own_database("tiles") as (settings, url):
        owner = make_engine(url)
        code = load_demo(owner, settings, "attica", lambda _: None)
        pipeline.publish(owner, pipeline.freeze_analysis(owner, pipeline.analyse(owner, code)))
        try:
            return [_compare(settings, owner)]
        finally:
            owner.dispose()


def _compare(settings: Settings, owner: Engine) -> Measured:
    cluster = private_cluster(settings.var)
    engine = make_engine(cluster.url(settings.database_name, APP_USER), pool_size=5)
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, engine), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    with owner.connect() as connection:
        connection.execute(sa.text("SET search_path TO pub_public, public"))
        release = connection.scalar(sa.text("SELECT id FROM release"))
        client = http.client.HTTPConnection("127.0.0.1", port)
        over_http, bare = [], []
        for count in range(ROUNDS):
            for place in PLACES:
                ours = _http_seconds(client, release, place)
                raw = _bare_seconds(connection, release, place)
                if count > 2:  # the first rounds fill PostgreSQL's own memory for both
                    over_http.append(ours)
                    bare.append(raw)
    server.should_exit = True
    thread.join(10)
    engine.dispose()
    ratio = statistics.median(a / b for a, b in zip(over_http, bare, strict=True))
    return Measured(
        f"release tile over HTTP, {len(bare)} pairs, zoom 7 to 11",
        f"{1000 * statistics.median(over_http):.1f} ms",
        f"{1000 * statistics.median(bare):.1f} ms bare ST_AsMVT",
        ratio,
        TARGET,
    )


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
