"""What routes ask for: the engine, the reader, the reader's release."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlalchemy.engine import Engine

from api.auth import store as auth
from api.auth.store import User
from geo.db.engine import transaction
from geo.errors import NotAllowed, NotLoggedIn
from geo.releases import store as releases
from geo.releases.release import Release, Tier
from geo.settings import Settings

COOKIE = "__Host-needsmap"
KEPT_RELEASES = 8


class ReleaseShelf:
    """Releases once read stay at hand: they never change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Tier, str], Release] = OrderedDict()
        self._lock = Lock()

    def get(self, engine: Engine, tier: Tier, release_id: str) -> Release:
        """A release of a tier by id or `latest`; raises NotFound."""
        with transaction(engine, tier) as connection:
            if release_id == "latest":
                release_id = releases.latest(connection, tier)
            kept = self._kept.get((tier, release_id))
            if kept is not None:
                return kept
            release = releases.get(connection, tier, release_id)
        with self._lock:
            self._kept[tier, release_id] = release
            while len(self._kept) > KEPT_RELEASES:
                self._kept.popitem(last=False)
        return release


def get_settings(request: Request) -> Settings:
    """The settings the service was started with."""
    settings: Settings = request.app.state.settings
    return settings


def get_engine(request: Request) -> Engine:
    """The service's pooled engine."""
    engine: Engine = request.app.state.engine
    return engine


SettingsOf = Annotated[Settings, Depends(get_settings)]
EngineOf = Annotated[Engine, Depends(get_engine)]


def get_user(request: Request, engine: EngineOf, settings: SettingsOf) -> User | None:
    """Who asks, or None for anybody."""
    token = request.cookies.get(COOKIE)
    return auth.user_of(engine, settings, token) if token else None


Reader = Annotated[User | None, Depends(get_user)]


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


def get_release(
    request: Request,
    engine: EngineOf,
    user: Reader,
    release: Annotated[str, Query(max_length=64)] = "latest",
) -> Release:
    """The release the reader's tier may see."""
    shelf: ReleaseShelf = request.app.state.shelf
    return shelf.get(engine, user.tier if user else "public", release)


ReleaseOf = Annotated[Release, Depends(get_release)]
