"""Runs of the geocoder over a register: piece by piece, each kept, so that a cut loses nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo.db.caller import Caller
from geo.errors import Conflict, InvalidInput
from geo.ids import new_id
from geo.locating import storing
from geo.locating.finding import Asked, Finder
from geo.locating.serving import Gazetteers
from geo.registers.handed import store as handed
from geo.registers.locate_runs import store as runs
from geo.registers.locations import store
from geo.registers.locations.store import Due, RegisterName
from geo.registers.spots import store as spots
from geo.settings import Settings

PIECE = 2_000
"""Records of a piece: some seconds of work, which is what a cut-off run does again."""

Progress = Callable[[int, int], None]


class Cancelled(InvalidInput):
    """Somebody ended the run, or went on with it elsewhere."""


def begin(
    engine: Engine,
    caller: Caller,
    register: RegisterName,
    *,
    everything: bool,
    country: str | None = None,
) -> UUID:
    """Keep a new run, or find the same one that was cut off; returns its key. Raises InvalidInput
    where it is not certain which country's gazetteer is meant."""
    with caller.begin(engine) as connection:
        country = country or handed.country(connection, caller.territory)
        if country is None:
            raise InvalidInput("country: several are loaded.", hint="Say which country is meant.")
        new = runs.NewRun(
            id=new_id(),
            actor_id=caller.user_id,
            role=caller.role,
            territory=caller.territory,
            agency_id=caller.agency,
            register=register,
            country=country,
            everything=everything,
        )
        return runs.put(connection, new)


def cancel(engine: Engine, key: UUID, caller: Caller) -> None:
    """End a run; it notices with its next piece. What it found stays. Raises NotFound, Conflict."""
    _end(engine, key, caller, "cancelled")


def resume(engine: Engine, key: UUID, caller: Caller) -> None:
    """Let a run go on that was ended before its end. Raises NotFound, Conflict."""
    with caller.begin(engine) as connection:
        found = runs.one(connection, key)
        if found.state not in ("waiting", "running") and not runs.again(connection, key):
            raise Conflict(f"This run is {found.state}; there is nothing to go on with.")


def stop(engine: Engine, key: UUID, caller: Caller) -> None:
    """A failure of ours ended the run; it can go on from where it stood."""
    _end(engine, key, caller, "stopped")


def work(
    engine: Engine,
    settings: Settings,
    gazetteers: Gazetteers,
    key: UUID,
    caller: Caller,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Do a run to its end, in the name of whoever asked; returns the records found by class.

    Each piece is one transaction with its progress: cut off at any moment, the same call goes on
    where it stood. Raises Cancelled, NotFound where no gazetteer is loaded.
    """
    with caller.begin(engine) as connection:
        found = runs.one(connection, key)
    gazetteer = gazetteers.get(found.country, caller)
    with caller.begin(engine) as connection:
        # Spots are case workers' words: a site placed by one would tell it to planners.
        own = spots.frame(connection) if found.register == "people" else None
        finder = Finder(settings, gazetteer, own)
        run = _Run(engine, caller, key, Due(found.register, found.country, found.everything))
        run.start(connection, found, gazetteer.version)
    while (piece := run.next()) is not None:
        run.write(piece, *_solved(run, finder, piece))
        if progress is not None:
            progress(run.done, run.total)
    with caller.begin(engine) as connection:
        runs.ended(connection, key, "done")
    return dict(run.by_class)


def locate_register(
    engine: Engine,
    settings: Settings,
    gazetteers: Gazetteers,
    register: RegisterName,
    *,
    everything: bool,
    country: str | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Locate a register in the operator's name, from beginning to end."""
    caller = Caller()
    key = begin(engine, caller, register, everything=everything, country=country)
    return work(engine, settings, gazetteers, key, caller, progress)


@dataclass
class _Run:
    """A run under way: how far it is."""

    engine: Engine
    caller: Caller
    key: UUID
    due: Due
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    version: str = ""
    by_class: Counter[str] = field(default_factory=Counter)
    _after: UUID | None = None
    _kept_after: UUID | None = None
    _began: float = field(default_factory=time.monotonic)

    def start(self, connection: Connection, found: sa.Row[Any], version: str) -> None:
        """Go on where the run stood."""
        self.done, self.seconds, self.version = found.done, found.seconds, version
        self.by_class.update(found.by_class)
        self._kept_after = found.after_id
        # What waits and was written waits no more: only a run over everything needs its place.
        self._after = found.after_id if found.everything else None
        left = store.count_due(connection, self.due)
        self.total = max(left, self.done) if found.everything else self.done + left
        if not runs.start(connection, self.key, self.total, version):
            raise Cancelled("This run was ended.")

    def next(self) -> pd.DataFrame | None:
        """The next piece; None at the end."""
        with self.caller.begin(self.engine) as connection:
            piece = store.next_due(connection, self.due, self._after, PIECE)
        return None if piece.empty else piece

    def write(self, piece: pd.DataFrame, found: pd.DataFrame, proposed: pd.DataFrame) -> None:
        """Write a piece and how far the run is with it, both or neither."""
        last: UUID = piece["id"].iloc[-1]
        self.done += len(piece)
        self.by_class.update(found["location_class"])
        now = time.monotonic()
        self.seconds, self._began = self.seconds + now - self._began, now
        step = runs.Step(
            done=self.done,
            after_id=last,
            was_after=self._kept_after,
            by_class=self.by_class,
            seconds=self.seconds,
            version=self.version,
        )
        with self.caller.begin(self.engine) as connection:
            store.write_places(connection, self.due.register, found)
            store.write_proposals(connection, self.due.register, proposed)
            if not runs.step(connection, self.key, step):
                raise Cancelled("This run was ended, or somebody else goes on with it.")
        self._after = self._kept_after = last


def _solved(run: _Run, finder: Finder, piece: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What to write for a piece: places, and proposals for records that a person placed."""
    asked = [
        Asked(
            (row["address"] or "", row["municipality_text"] or "", row["postcode"] or ""),
            row["area_code"],
            row["agency_id"],
            row["sensitive"],
        )
        for row in piece.to_dict("records")
    ]
    keys = finder.keys(asked)
    own = [keys[one.typed] for one in asked]
    with run.caller.begin(run.engine) as connection:
        aliases = store.aliases(connection, (run.due.register,), list(dict.fromkeys(own)))
    answers = finder.find(asked, keys, aliases)
    moves = run.caller.role == "job" and run.due.register == "people"
    frame = storing.as_stored(piece, answers, own, moves=moves)
    locked = piece["locked"].astype(bool)
    proposed = frame[locked].copy()
    proposals = storing.as_proposed(answers)
    proposed["alternatives"] = [proposals[place] for place in piece.index[locked]]
    return frame[~locked], proposed


def _end(engine: Engine, key: UUID, caller: Caller, state: runs.Ended) -> None:
    with caller.begin(engine) as connection:
        found = runs.one(connection, key)
        if not runs.ended(connection, key, state):
            raise Conflict(f"This run is {found.state}.", hint="What is done is not taken back.")
