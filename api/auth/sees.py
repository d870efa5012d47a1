"""What somebody can see: the rights of their role in words, and how many rows that is for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection, Engine

from api.auth.user import User
from geo.db.access import Rights, matrix, rights_of
from geo.db.engine import transaction

WORDS = Path(__file__).with_name("words.yaml")
FEWEST, MOST = 5, 10_000
"""Smaller counts tell who is there; larger ones take long and tell no more."""

PATIENCE_MS = 1_000
Words = Mapping[str, str]
LANGUAGES = ("en", "el")


@dataclass(frozen=True)
class Seen:
    """One table: its name, what may be done in words, and how many rows there are to see."""

    table: str
    names: Words
    rights: tuple[Words, ...]
    hidden: tuple[str, ...]
    rows: Words | None


def sees(engine: Engine, user: User) -> list[Seen]:
    """Everything the role may do, and counts in the user's own eyes: as their role, territory."""
    found = []
    with transaction(
        engine,
        user.role,
        user_id=user.id,
        territory=user.territory_code,
        agency=user.agency_id,
    ) as connection:
        connection.execute(sa.text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))
        for name, rights in rights_of(user.role).items():
            rows = _rows(connection, name) if "select" in rights.verbs else None
            names = words()["tables"][name]
            hidden = tuple(sorted(rights.hidden))
            found.append(Seen(name, names, _in_words(rights), hidden, rows))
    return found


@cache
def words() -> Mapping[str, Mapping[str, Words]]:
    """The words for verbs, scopes, tables and counts, by language."""
    content: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return content


def counted(rows: int) -> Words:
    """A number of rows as it may be shown."""
    if rows < FEWEST:
        return words()["counts"]["few"]
    if rows > MOST:
        return words()["counts"]["many"]
    return {"en": f"{rows:,}", "el": f"{rows:,}".replace(",", ".")}


def _in_words(rights: Rights) -> tuple[Words, ...]:
    """One sentence a verb: what, and which rows."""
    scopes, verbs = words()["scopes"], words()["verbs"]
    joined = {"en": " and ", "el": " και "}
    return tuple(
        {
            lang: f"{verbs[verb][lang]}: " + joined[lang].join(scopes[word][lang] for word in given)
            for lang in LANGUAGES
        }
        for verb, given in rights.verbs.items()
    )


def _rows(connection: Connection, name: str) -> Words:
    few = sa.select(sa.literal(1)).select_from(matrix()[name].table).limit(MOST + 1).subquery()
    try:
        with connection.begin_nested():
            return counted(connection.scalar(sa.select(sa.func.count()).select_from(few)) or 0)
    except sa.exc.OperationalError:
        # Cancelled after its time: no answer is better than a page that never comes.
        return words()["counts"]["slow"]
