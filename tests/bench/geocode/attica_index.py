"""Runs in a process of its own, so that the memory is that of Attica's index and nothing else."""

from __future__ import annotations

import gc
import json
import random
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo import loading
from geo.db.engine import make_engine
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate, locate_many
from geo.profiles import profile
from geo.registers.gazetteer import store
from tests.bench.measure import own_database

SEED = 20261123
SOURCES = ("gr_postcodes", "geonames")
UNITS = tuple(str(unit) for unit in range(45, 53))
"""First digits of the codes of Attica's municipalities."""


def work(singles: int, batch: int) -> dict[str, float]:
    """The measured work: load, build, ask one by one, ask all."""
    with own_database("attica") as (settings, url):
        engine = make_engine(url)
        for source in SOURCES:
            loading.load(engine, settings, source, fixes=True)
        with engine.connect() as connection:
            frames = _of_attica(store.frames(connection, "gr"))
        engine.dispose()
    texts = _texts(frames, singles + batch)
    gc.collect()
    before, began = _resident(), time.perf_counter()
    gazetteer = Gazetteer.from_frames(frames, profile.load("gr").addresses, version="bench")
    locate(texts[0], gazetteer)
    seconds = time.perf_counter() - began
    gc.collect()
    held = _resident() - before
    seconds_each = [_seconds(text, gazetteer) for text in texts[:singles]]
    rows = pd.DataFrame({"address": texts[singles:]})
    began = time.perf_counter()
    locate_many(rows, gazetteer)
    return {
        "rate": len(rows) / (time.perf_counter() - began),
        "median": 1000 * float(np.median(seconds_each)),
        "p95": 1000 * float(np.percentile(seconds_each, 95)),
        "megabytes": held / 1024,
        "build_seconds": seconds,
        "streets": len(frames.streets),
    }


def _seconds(text: str, gazetteer: Gazetteer) -> float:
    began = time.perf_counter()
    locate(text, gazetteer)
    return time.perf_counter() - began


def _of_attica(frames: store.GazetteerFrames) -> store.GazetteerFrames:
    def within(frame: pd.DataFrame) -> Any:
        return frame[frame["area_code"].str[:2].isin(UNITS).fillna(False)].reset_index(drop=True)

    return replace(
        frames,
        streets=within(frames.streets),
        postcodes=within(frames.postcodes),
        settlements=within(frames.settlements),
    )


def _texts(frames: store.GazetteerFrames, count: int) -> list[str]:
    """Different addresses as people type them: a fifth each exact, without accents, in capitals,
    with a typo, without a number."""
    draw = random.Random(SEED)
    quarter = dict(zip(frames.postcodes["postcode"], frames.postcodes["name"], strict=True))
    rows = list(zip(frames.streets["name"], frames.streets["postcode"], strict=True))
    texts: dict[str, None] = {}
    while len(texts) < count:
        name, postcode = draw.choice(rows)
        street = name.split("(")[0].strip()
        kind, number = len(texts) % 5, f" {draw.randint(1, 90)}"
        if kind == 1:
            street = _bare(street)
        elif kind == 2:
            street = _bare(street).upper()
        elif kind == 3 and len(street) > 5:
            at = draw.randrange(1, len(street) - 1)
            street = street[:at] + street[at + 1 :]
        elif kind == 4:
            number = ""
        place = quarter.get(postcode)
        tail = f"{postcode} {place}" if isinstance(place, str) else postcode
        texts[f"{street}{number}, {tail}"] = None
    return list(texts)


def _bare(text: str) -> str:
    marked = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def _resident() -> int:
    """Kilobytes of memory that this process holds."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


if __name__ == "__main__":
    print(json.dumps(work(int(sys.argv[1]), int(sys.argv[2]))))
