"""Where registers are located for people: one run after the other, gazetteers at hand."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.engine import Engine

from api.auth.user import User
from api.deps import EngineOf, SettingsOf
from api.routes.line import Line
from geo.db.caller import Caller
from geo.errors import Busy
from geo.locating import jobs
from geo.locating.serving import Gazetteers
from geo.settings import Settings

log = logging.getLogger(__name__)

WAITING = 16
SILENCE = 60.0
"""Seconds without a sign of life after which a run is taken for cut off."""

FULL = Busy("Several registers wait to be located.", hint="Try again in a minute.")


@dataclass(frozen=True)
class Job:
    """One run to do, in whose name."""

    key: UUID
    caller: Caller


class LocatingDesk:
    """Does one run at a time, in the order they came, and keeps the gazetteers for all requests.

    How far a run is lives in the database: after a restart it goes on when its reader next looks
    at it, in that reader's name, since nobody else may see its records.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self.gazetteers = Gazetteers(engine)
        self._line: Line[Job] = Line("locating", WAITING, self._do, FULL)

    def has(self, key: UUID) -> bool:
        """Whether a run waits or is under way here."""
        return self._line.has(key)

    def add(self, job: Job) -> None:
        """Put a run at the end of the line; raises Busy where the line is full."""
        self._line.add(job)

    def _do(self, job: Job) -> None:
        try:
            jobs.work(self._engine, self._settings, self.gazetteers, job.key, job.caller)
        except jobs.Cancelled:
            return
        except Exception as error:  # whatever it is, the next run must still be done
            log.error("run %s failed: %s", job.key, type(error).__name__)
            self._stop(job)

    def _stop(self, job: Job) -> None:
        try:
            jobs.stop(self._engine, job.key, job.caller)
        except Exception as error:  # the database may be what failed
            log.error("run %s cannot be ended: %s", job.key, type(error).__name__)


def get_desk(request: Request, engine: EngineOf, settings: SettingsOf) -> LocatingDesk:
    """The service's one desk for places."""
    state = request.app.state
    if not hasattr(state, "locating"):
        state.locating = LocatingDesk(engine, settings)
    desk: LocatingDesk = state.locating
    return desk


DeskOf = Annotated[LocatingDesk, Depends(get_desk)]


def caller_of(user: User) -> Caller:
    """Who asks, as the database knows them."""
    return Caller(user.role, user.id, user.territory_code, user.agency_id)
