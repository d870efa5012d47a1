"""Gazetteers at hand: one a country, made once, made anew beside it when its content changes."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict

from sqlalchemy.engine import Engine

from geo.db.caller import Caller
from geo.errors import NotFound
from geo.geocode.index.gazetteer import Gazetteer
from geo.profiles import profile
from geo.registers.gazetteer import store
from geo.registers.locations.store import allow_time

log = logging.getLogger(__name__)

LOOKED_AT = 5.0
"""Seconds for which nobody asks again whether a gazetteer's content changed."""


class Gazetteers:
    """The gazetteers of one process, for all its threads.

    While a new one is made the old one serves; where making it fails the old one goes on serving.
    They hold open facts only, so whoever asks first may read them for all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, Gazetteer] = {}
        self._looked: dict[str, float] = {}
        self._making: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def get(self, country: str, caller: Caller) -> Gazetteer:
        """The gazetteer of a country (two small letters); the first call makes it and takes as
        long as that takes. Raises NotFound where nothing of that country is loaded."""
        kept = self._kept.get(country)
        if kept is None:
            with self._lock_of(country):
                kept = self._kept.get(country)
                return kept or self._make(country, caller)
        if time.monotonic() - self._looked[country] > LOOKED_AT:
            self._looked[country] = time.monotonic()
            if self._version(country, caller) != kept.version:
                self._make_beside(country, caller, instead_of=kept)
        return kept

    def ready(self, country: str, caller: Caller) -> Gazetteer | None:
        """The gazetteer if it is at hand; else None, and it is made meanwhile."""
        if country in self._kept:
            return self.get(country, caller)
        self._make_beside(country, caller, instead_of=None)
        return None

    def _version(self, country: str, caller: Caller) -> str:
        with caller.begin(self._engine) as connection:
            return store.version(connection, country)

    def _make(self, country: str, caller: Caller) -> Gazetteer:
        with caller.begin(self._engine) as connection:
            allow_time(connection)
            version = store.version(connection, country)
            frames = store.frames(connection, country)
        if frames.empty:
            raise NotFound(
                f"No gazetteer of {country.upper()} is loaded.",
                hint="Load streets, postcodes or settlements: `needsmap source list`.",
            )
        addresses = profile.load(country).addresses
        made = Gazetteer.from_frames(frames, addresses, version=version)
        self._looked[country] = time.monotonic()
        self._kept[country] = made
        return made

    def _make_beside(self, country: str, caller: Caller, *, instead_of: Gazetteer | None) -> None:
        lock = self._lock_of(country)
        if not lock.acquire(blocking=False):
            return  # somebody makes it already
        if self._kept.get(country) is not instead_of:
            lock.release()
            return  # somebody has made it since it was looked at

        def work() -> None:
            try:
                self._make(country, caller)
            except NotFound:
                pass  # nothing to serve; whoever waits for it is told so
            except Exception as error:  # the old one serves on
                log.error("gazetteer %s not made: %s", country, type(error).__name__)
            finally:
                lock.release()

        # A lock may be given back by another thread than the one that took it.
        threading.Thread(target=work, name=f"gazetteer-{country}", daemon=True).start()

    def _lock_of(self, country: str) -> threading.Lock:
        with self._lock:
            return self._making[country]
