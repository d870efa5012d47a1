"""The geocoder of this project on the same extract: loaded as anybody loads it, then asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo import loading
from geo.db.engine import make_engine
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate, locate_many
from geo.profiles import profile
from geo.profiles.shape import Addresses
from geo.registers.gazetteer import store
from tests.bench.geocode.sample import Sample
from tests.bench.measure import own_database

COUNTRY = "li"
WORKERS = 2
"""Processes of the batch: one a core of the machine this is measured on."""


@dataclass(frozen=True)
class Loaded:
    """An extract in a gazetteer's frames, and how long that took."""

    frames: store.GazetteerFrames
    version: str
    addresses: Addresses
    seconds: float

    def build(self) -> Gazetteer:
        """A gazetteer that nobody has asked yet: it remembers no name."""
        return Gazetteer.from_frames(self.frames, self.addresses, version=self.version)


@contextmanager
def loaded(extract: Path) -> Iterator[Loaded]:
    """The extract through a source, the database and its frames."""
    addresses = profile.load_from(Path(__file__).parent, COUNTRY).addresses
    with own_database("geocode") as (settings, url):
        engine = make_engine(url)
        try:
            began = time.perf_counter()
            loading.load(engine, settings, "osm_extract", extract, country=COUNTRY)
            with engine.connect() as connection:
                frames = store.frames(connection, COUNTRY)
                version = store.version(connection, COUNTRY)
            yield Loaded(frames, version, addresses, time.perf_counter() - began)
        finally:
            engine.dispose()


def ask(loaded: Loaded, sample: Sample) -> dict[str, Any]:
    """What the peer's `ask` gives, of ours; `batch_seconds` of one process and of two."""
    gazetteer = loaded.build()
    for text in sample.warm:
        locate(text, gazetteer)
    found: dict[str, list[dict[str, Any] | None]] = {}
    seconds: list[float] = []
    for name, texts in {**sample.variants, "invented": sample.invented}.items():
        found[name] = [_one(text, gazetteer, seconds) for text in texts]
    batch = list(dict.fromkeys(text for one in sample.variants.values() for text in one))
    frame = pd.DataFrame({"address": batch})
    return {
        "found": found,
        "seconds": seconds,
        "batch_seconds": [_batch(loaded, sample, frame, workers) for workers in (1, WORKERS)],
        "batch_rows": len(batch),
    }


def _one(text: str, gazetteer: Gazetteer, seconds: list[float]) -> dict[str, Any] | None:
    began = time.perf_counter()
    location = locate(text, gazetteer)
    seconds.append(time.perf_counter() - began)
    if location.lat is None:
        return None
    return {
        "lat": location.lat,
        "lon": location.lon,
        "address": location.class_ == "address",
        "class": location.class_,
        "radius": location.radius_m,
    }


def _batch(loaded: Loaded, sample: Sample, frame: pd.DataFrame, workers: int) -> float:
    """Seconds of the batch on a gazetteer of its own, warmed up as the peer is."""
    gazetteer = loaded.build()
    locate_many(pd.DataFrame({"address": sample.warm}), gazetteer)
    began = time.perf_counter()
    answers = locate_many(frame, gazetteer, workers=workers)
    taken = time.perf_counter() - began
    assert len(answers) == len(frame)
    return taken
