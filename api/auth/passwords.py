"""Passwords: which are strong enough, how they are kept, and how they are checked."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from zxcvbn import zxcvbn

from geo.errors import Busy, InvalidInput

HASHER = PasswordHasher()
"""argon2id with 64 MiB, 3 rounds, 4 lanes (RFC 9106, second recommended option)."""

UNKNOWN_USER_HASH = HASHER.hash(secrets.token_hex())
"""Checked when there is nothing to check, so that the answer takes as long as for a known user."""

SHORTEST, LONGEST = 12, 200
WEAKEST = 3
"""zxcvbn's scale of 0 to 4: 3 withstands 10^8 guesses (Wheeler 2016)."""

LOOKED_AT = 72
"""zxcvbn's time grows faster than the length; what follows only makes a password stronger."""

_TURNS = BoundedSemaphore(2)
_PATIENCE = 10
"""Seconds to wait for a turn: each check takes 64 MiB, and a crowd of them all memory."""


def check_strength(password: str, *about: str) -> None:
    """Raise InvalidInput for a password that is short or guessable; `about`: words of its owner."""
    if len(password.strip()) < SHORTEST:
        raise InvalidInput(
            f"password: it needs at least {SHORTEST} characters; nothing was changed.",
            hint="Several unrelated words make a good one.",
        )
    if len(password) > LONGEST:
        raise InvalidInput(
            f"password: it may have at most {LONGEST} characters; nothing was changed.",
            hint="Six or seven unrelated words are plenty.",
        )
    found = zxcvbn(password[:LOOKED_AT], user_inputs=list(about))
    if found["score"] < WEAKEST:
        raise InvalidInput(
            "password: it is too easy to guess; nothing was changed.",
            hint="Take four or more unrelated words; no names, dates, rows of keys or well-known"
            " phrases.",
        )


def hashed(password: str) -> str:
    """What is kept of a password; raises Busy when too many others wait."""
    with _turn():
        return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; takes as long where none is kept. Raises Busy."""
    with _turn():
        try:
            HASHER.verify(stored or UNKNOWN_USER_HASH, password)
        except VerificationError:
            return False
        return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than those of today."""
    return HASHER.check_needs_rehash(stored)


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=_PATIENCE):
        raise Busy(
            "Very many people are logging in at this moment.",
            hint="Nothing was changed; try again in a minute.",
        )
    try:
        yield
    finally:
        _TURNS.release()
