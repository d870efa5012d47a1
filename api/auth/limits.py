"""How often somebody may do something: fixed windows counted in the database."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.engine import Connection, Engine

from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import TooManyTries

QUERIES = load_queries(__file__)
SWEEPS = 100
"""One new window in so many sweeps away those that no longer count."""

IPV6_HOUSE = 64
"""Bits of an IPv6 address that stand for one line: who has one has all that follow."""


@dataclass(frozen=True)
class Limit:
    """At most so many of one kind in a window of so many minutes."""

    kind: str
    most: int
    minutes: int


@dataclass(frozen=True)
class Taken:
    """How many were counted in this window, and the seconds until the next one."""

    used: int
    seconds_left: int


def take(connection: Connection, limit: Limit, *who: str, amount: int = 1) -> Taken:
    """Count one more of a kind for somebody; the database decides between those at once."""
    row = connection.execute(
        QUERIES["take"],
        {"bucket": bucket(limit.kind, *who), "minutes": limit.minutes, "amount": amount},
    ).one()
    if row.used <= amount and not secrets.randbelow(SWEEPS):
        connection.execute(QUERIES["forget_old_windows"])
    return Taken(row.used, row.seconds_left)


def give_back(connection: Connection, limit: Limit, *who: str) -> None:
    """What went well does not count."""
    connection.execute(
        QUERIES["give_back"], {"bucket": bucket(limit.kind, *who), "minutes": limit.minutes}
    )


def forget(connection: Connection, limit: Limit, *who: str) -> None:
    """Begin anew."""
    connection.execute(QUERIES["forget_tries"], {"bucket": bucket(limit.kind, *who)})


def taken_ever(connection: Connection, limit: Limit, *who: str) -> int:
    """How many were counted in all windows that are kept."""
    return int(connection.scalar(QUERIES["taken_ever"], {"bucket": bucket(limit.kind, *who)}) or 0)


def check(engine: Engine, limit: Limit, *who: str, amount: int = 1) -> None:
    """Count one more; raises TooManyTries with the seconds left."""
    with transaction(engine, "auth") as connection:
        taken = take(connection, limit, *who, amount=amount)
    refuse_beyond(limit, taken)


def refuse_beyond(limit: Limit, taken: Taken) -> None:
    """Raise TooManyTries when more were counted than may be."""
    if taken.used > limit.most:
        raise TooManyTries(
            f"Too many in a short time ({limit.kind}): at most {limit.most} in"
            f" {limit.minutes} minutes.",
            hint=f"This request did nothing and nothing is lost. Wait {spoken(taken.seconds_left)}"
            " and try again.",
            seconds=taken.seconds_left,
        )


def spoken(seconds: int) -> str:
    """A waiting time in words, rounded up."""
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


def bucket(kind: str, *who: str) -> bytes:
    """What is kept instead of names and addresses."""
    return hashlib.sha256("\n".join((kind, *who)).encode()).digest()


def house_of(address: str) -> str:
    """Who stands behind an address: the address itself, or the network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, IPV6_HOUSE), strict=False))
    return str(parsed)


class Flood:
    """A limit for what comes very often: counted here, told to the database in batches.

    A row of the database for each map tile would cost more than the tile. So a process may let up
    to `batch` - 1 more through; the window and its count outlive it.
    """

    def __init__(self, limit: Limit, batch: int = 100) -> None:
        self._limit = limit
        self._batch = batch
        self._pending: dict[str, int] = {}
        self._lock = Lock()

    def count(self, engine: Engine, who: str) -> None:
        """Count one more; raises TooManyTries with the seconds left."""
        with self._lock:
            due = self._pending.pop(who, 0) + 1
            if due < self._batch:
                self._pending[who] = due
                if len(self._pending) > 10_000:
                    self._pending.pop(next(iter(self._pending)))
                return
        check(engine, self._limit, who, amount=due)
