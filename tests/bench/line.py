"""The whole line: the demo, and Greece with its grid, against the time they may take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from geo import loading, pipeline
from geo.db.engine import make_engine
from tests.bench.measure import Measured, own_database

DEMO_SECONDS = 180
GREECE_SECONDS = 60
GREECE = (
    ("gr_municipalities", "boundaries/gr_dimoi_333_elstat_codes.geojson"),
    ("gr_census2021", "population/gr_census2021_provisional_dimoi.csv"),
    ("eu_population_grid", "population/eu_pop_grid_2018_5km.parquet"),
)


def measure() -> list[Measured]:
    """The demo as a whole process; Greece where its files are."""
    return [_demo(), *_greece()]


def _demo() -> Measured:
    with own_database("demo") as (settings, _):
        began = time.perf_counter()
        subprocess.run(
            [str(Path(sys.executable).with_name("needsmap")), "demo", "--no-serve", "--json"],
            env={**os.environ, "NEEDSMAP_DATABASE_NAME": settings.database_name},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - began
    return Measured(
        "demo, from packages to releases and reports",
        f"{seconds:.1f} s",
        f"{DEMO_SECONDS} s",
        seconds / DEMO_SECONDS,
        1.0,
    )


def _greece() -> list[Measured]:
    with own_database("greece") as (settings, url):
        if not settings.shared_data.exists():
            print("Greece: skipped, no real open data (NEEDSMAP_SHARED_DATA)")
            return []
        engine = make_engine(url)
        began = time.perf_counter()
        for source, path in GREECE:
            file = settings.shared_data / path
            loading.load(engine, settings, source, file, fixes=True, country="gr")
        pipeline.publish(engine, pipeline.freeze_analysis(engine, pipeline.analyse(engine, "gr")))
        seconds = time.perf_counter() - began
        engine.dispose()
    return [
        Measured(
            "Greece with its grid, loaded, analysed, frozen, released",
            f"{seconds:.1f} s",
            f"{GREECE_SECONDS} s",
            seconds / GREECE_SECONDS,
            1.0,
        )
    ]
