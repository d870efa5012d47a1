"""What routes ask for: the engine, the reader, the reader's release."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from sqlalchemy.engine import Engine

from api.auth import store as auth
from api.auth.store import User
from geo.db.engine import transaction
from geo.errors import Busy, NotAllowed, NotLoggedIn
from geo.releases import store as releases
from geo.releases.release import Release, Tier
from geo.settings import Settings
from layers.catalogue import Layer

Key = TypeVar("Key")
Thing = TypeVar("Thing")
RELEASE_PATTERN = "^(latest|rel-[a-z0-9]{8,32})$"
COOKIE = "__Host-needsmap"


class Shelf(Generic[Key, Thing]):
    """The things asked for last stay at hand, up to a number; for things that never change."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Thing] = OrderedDict()
        self._lock = Lock()

    def peek(self, key: Key) -> Thing | None:
        """The thing of that key if it is at hand."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def get(self, key: Key, make: Callable[[], Thing]) -> Thing:
        """The thing of that key, made if it is not at hand."""
        kept = self.peek(key)
        if kept is not None:
            return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


class Press:
    """Makes documents one at a time, each once; beyond a few that wait it says so at once.

    Rendering takes seconds of a processor. Without a limit a handful of readers would hold every
    thread of the service.
    """

    def __init__(self, waiting: int, seconds: float) -> None:
        self._room = BoundedSemaphore(waiting)
        self._turn = Lock()
        self._seconds = seconds
        self._shelf: Shelf[tuple[str, ...], bytes] = Shelf(64)

    def get(self, key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """The document of that key; raises Busy when too many others wait."""
        kept = self._shelf.peek(key)
        if kept is not None:
            return kept
        if not self._room.acquire(blocking=False):
            raise Busy(BUSY, hint=BUSY_HINT)
        try:
            if not self._turn.acquire(timeout=self._seconds):
                raise Busy(BUSY, hint=BUSY_HINT)
            try:
                return self._shelf.get(key, make)
            finally:
                self._turn.release()
        finally:
            self._room.release()


BUSY = "Several documents are being made already."
BUSY_HINT = "Try again in a minute; once made, a document comes at once."


@dataclass(frozen=True)
class Shelves:
    """What the service keeps at hand: releases, their layers, and documents made of them."""

    releases: Shelf[tuple[Tier, str], Release]
    layers: Shelf[tuple[Tier, str, str], Layer]
    documents: Press


def make_shelves() -> Shelves:
    """Empty shelves."""
    return Shelves(Shelf(8), Shelf(1024), Press(waiting=6, seconds=60))


def find_release(request: Request, engine: Engine, tier: Tier, release_id: str) -> Release:
    """A release of a tier by id or `latest`; raises NotFound."""

    def read() -> Release:
        with transaction(engine, tier) as connection:
            return releases.get(connection, tier, release_id)

    if release_id == "latest":
        with transaction(engine, tier) as connection:
            release_id = releases.latest(connection, tier)
    shelves: Shelves = request.app.state.shelves
    return shelves.releases.get((tier, release_id), read)


# `async` here only because nothing is waited for: a plain function would cost a thread each time.
async def get_settings(request: Request) -> Settings:
    """The settings the service was started with."""
    settings: Settings = request.app.state.settings
    return settings


async def get_engine(request: Request) -> Engine:
    """The service's pooled engine."""
    engine: Engine = request.app.state.engine
    return engine


SettingsOf = Annotated[Settings, Depends(get_settings)]
EngineOf = Annotated[Engine, Depends(get_engine)]


def find_user(request: Request, engine: EngineOf, settings: SettingsOf) -> User | None:
    """Who asks, or None for anybody."""
    token = request.cookies.get(COOKIE)
    return auth.user_of(engine, settings, token) if token else None


Reader = Annotated[User | None, Depends(find_user)]


def _only(role: str, user: User | None) -> User:
    if user is None:
        raise NotLoggedIn("Log in first.", hint="This page is for registered users.")
    if user.role != role:
        raise NotAllowed("Your role does not allow this.", hint="Ask your administrator.")
    return user


def get_street_worker(user: Reader) -> User:
    """A logged-in street worker, nobody else."""
    return _only("street_worker", user)


def get_admin(user: Reader) -> User:
    """A logged-in administrator, nobody else."""
    return _only("admin", user)


StreetWorker = Annotated[User, Depends(get_street_worker)]
Admin = Annotated[User, Depends(get_admin)]


ReleaseId = Annotated[str, Query(pattern=RELEASE_PATTERN)]


def get_release(
    request: Request,
    engine: EngineOf,
    user: Reader,
    release: ReleaseId = "latest",
) -> Release:
    """The release the reader's tier may see."""
    return find_release(request, engine, user.tier if user else "public", release)


ReleaseOf = Annotated[Release, Depends(get_release)]
