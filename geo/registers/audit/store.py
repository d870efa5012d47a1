"""Prove that the audit log is whole; erase whose time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries

QUERIES = load_queries(__file__)
MOST = 1_000


@dataclass(frozen=True)
class Head:
    """The newest link of the chain: its place and its hash as hexadecimal digits."""

    place: int
    hash: str

    def __str__(self) -> str:
        return f"{self.place}:{self.hash}"


@dataclass(frozen=True)
class Verdict:
    """What became of the log; numbers are those of events, at most MOST of a kind.

    `broken`: an event or its link was changed, moved or put in, or the one before it was taken out.
    `missing`: linked once, now gone. `extra`: there without a link. `cut`: the log no longer holds
    the head that was kept elsewhere.
    """

    events: int
    head: Head | None
    broken: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    cut: bool = False

    @property
    def whole(self) -> bool:
        return not (self.broken or self.missing or self.extra or self.cut)


def verify(connection: Connection, kept: Head | None = None) -> Verdict:
    """Reckon the whole chain anew; `kept` is a head noted earlier, apart from the database.

    The chain shows every change inside it. That its end was cut off, or that all of it was made
    anew by somebody who owns the database, only a head kept elsewhere can show.
    """
    most = {"most": MOST}
    newest = connection.execute(QUERIES["head"]).first()
    return Verdict(
        events=int(connection.scalar(QUERIES["events"]) or 0),
        head=None if newest is None else Head(newest.place, newest.hash),
        broken=tuple(row.event_id for row in connection.execute(QUERIES["broken"], most)),
        missing=tuple(connection.scalars(QUERIES["gone"], most)),
        extra=tuple(connection.scalars(QUERIES["unlinked"], most)),
        cut=kept is not None and _hash_at(connection, kept.place) != kept.hash,
    )


def count_due(connection: Connection, today: date) -> int:
    """How many persons' records are older than they may get."""
    return int(connection.scalar(QUERIES["due"], {"today": today}) or 0)


def erase_due(connection: Connection, today: date) -> int:
    """Erase those records; how many there were. Doing it again erases nothing more."""
    return int(connection.scalar(QUERIES["erase_due"], {"today": today}) or 0)


def reapply_erasures(connection: Connection) -> int:
    """Erase again who came back by a restore; how many there were."""
    return int(connection.scalar(QUERIES["reapply"]) or 0)


def _hash_at(connection: Connection, place: int) -> str | None:
    found: str | None = connection.scalar(QUERIES["link_at"], {"place": place})
    return found
