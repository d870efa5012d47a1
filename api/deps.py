"""What routes ask for: the engine, the reader, the reader's release."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from sqlalchemy.engine import Connection, Engine

from api.auth import keys, limits, sessions
from api.auth.limits import Flood, Limit
from api.auth.sessions import Opened, Session
from api.auth.user import User, UserRole
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
    """What the service keeps at hand: releases, their layers, documents made of them; counts."""

    releases: Shelf[tuple[Tier, str], Release]
    layers: Shelf[tuple[Tier, str, str], Layer]
    documents: Press
    tiles: Flood
    machines: Flood


TILES = Limit("map tiles from this address", 12_000, 1)
"""An office of fifty that moves its maps without pause asks for 6,000 a minute."""

MACHINES = Limit("requests with one key", 3_000, 1)


def make_shelves() -> Shelves:
    """Empty shelves."""
    return Shelves(
        Shelf(8), Shelf(1024), Press(waiting=6, seconds=60), Flood(TILES), Flood(MACHINES)
    )


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


def client_address(request: Request, settings: Settings) -> str:
    """Who is at the other end; a proxy's word for it counts only where the setting names it."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "")
    if peer != settings.trusted_proxy or not forwarded:
        return peer
    # The last one is what the proxy saw itself; what stands before it anybody may have written.
    return forwarded.rsplit(",", 1)[-1].strip()


def limit(engine: Engine, kind: str, who: str, most: int, minutes: int) -> None:
    """Count one more of a kind for somebody; raises TooManyTries beyond `most` in `minutes`."""
    limits.check(engine, Limit(kind, most, minutes), who)


def count_tile(request: Request, engine: EngineOf, settings: SettingsOf) -> None:
    """Count a map tile for who asks; raises TooManyTries for a flood of them."""
    shelves: Shelves = request.app.state.shelves
    shelves.tiles.count(engine, limits.house_of(client_address(request, settings)))


def set_cookie(response: Response, settings: Settings, opened: Opened) -> None:
    """Hand out the cookie of a login; no page's script and no other site can read it."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=settings.session_hours * 3600,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def end_login(request: Request, engine: Engine, settings: Settings) -> None:
    """End the login that the request came with, if any."""
    token = request.cookies.get(COOKIE)
    if token:
        sessions.log_out(engine, settings, token)


def find_session(request: Request, engine: EngineOf, settings: SettingsOf) -> Session | None:
    """The login behind the cookie, whether or not its second factor was given.

    A request that shows a key is a machine's: its cookies count for nothing.
    """
    if not hasattr(request.state, "session"):
        token = request.cookies.get(COOKIE)
        machine = keys.shown(request.headers.get("authorization")) is not None
        request.state.session = (
            sessions.find_session(engine, settings, token) if token and not machine else None
        )
    found: Session | None = request.state.session
    return found


SessionOf = Annotated[Session | None, Depends(find_session)]


def get_own_session(session: SessionOf) -> Session:
    """A login that was begun, by a person and not by a key."""
    if session is None:
        raise NotLoggedIn(
            "There is no login, or it has ended.", hint="Nothing was changed. Log in first."
        )
    return session


OwnSession = Annotated[Session, Depends(get_own_session)]


def find_user(request: Request, engine: EngineOf, settings: SettingsOf) -> User | None:
    """Who asks, or None for anybody."""
    key = keys.shown(request.headers.get("authorization"))
    if key is not None:
        user = keys.user_of(engine, key, client_address(request, settings))
        shelves: Shelves = request.app.state.shelves
        shelves.machines.count(engine, str(user.id))
        return user
    session = find_session(request, engine, settings)
    if session is None:
        return None
    if session.second_factor != "passed":
        # Until then the login opens nothing; what is open to all stays open.
        request.state.half_way = True
        return None
    return session.user


Reader = Annotated[User | None, Depends(find_user)]


@contextmanager
def as_user(engine: Engine, user: User) -> Iterator[Connection]:
    """One transaction in which the database gives this user what is theirs, and nothing else."""
    with transaction(
        engine,
        user.role,
        user_id=user.id,
        territory=user.territory_code,
        agency=user.agency_id,
    ) as connection:
        yield connection


def get_user(request: Request, user: Reader) -> User:
    """Whoever is logged in, or comes with a key."""
    if user is not None:
        return user
    if getattr(request.state, "half_way", False):
        raise NotLoggedIn(
            "The second factor is missing: this login opens nothing yet.",
            hint="Enter the code that your authenticator shows.",
        )
    raise NotLoggedIn("Log in first.", hint="This page is for registered users.")


LoggedIn = Annotated[User, Depends(get_user)]


def only(*roles: UserRole) -> Callable[[User], User]:
    """A dependency that lets in these roles and nobody else."""

    def get_one(user: LoggedIn) -> User:
        if user.role not in roles:
            raise NotAllowed("Your role does not allow this.", hint="Ask your administrator.")
        return user

    return get_one


def only_in_person(*roles: UserRole) -> Callable[[User], User]:
    """A dependency that lets in these roles with a login, and no key."""
    of_role = only(*roles)

    def get_one(user: LoggedIn) -> User:
        if user.machine:
            raise NotAllowed(
                "This is for people who log in; a key does not open it.",
                hint="Nothing was changed. Log in with a name and a password.",
            )
        return of_role(user)

    return get_one


get_street_worker = only("street_worker")
StreetWorker = Annotated[User, Depends(get_street_worker)]
Admin = Annotated[User, Depends(only_in_person("admin"))]
Auditor = Annotated[User, Depends(only_in_person("auditor"))]
AdminOrAuditor = Annotated[User, Depends(only_in_person("admin", "auditor"))]


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
