"""A person's name and birth date on their way in: into the match key, and then forgotten."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.errors import InvalidInput
from geo.registers.duplicates import store as duplicates
from geo.registers.people.matching import match_parts
from geo.secret import keyed_hash
from geo.settings import Settings


def match_key(settings: Settings, given: dict[str, Any]) -> dict[str, Any]:
    """Takes name and birth_date out of `given`; the columns they make.

    Raises InvalidInput where one comes without the other: half a key finds the wrong people.
    """
    name, born = given.pop("name", None), given.pop("birth_date", None)
    if name is None and born is None:
        return {}
    if name is None or born is None:
        missing = "name" if name is None else "birth_date"
        raise InvalidInput(f"{missing}: name and birth date go together, or neither.")
    found: dict[str, Any] = {"match_key": key_of_person(settings, name, born)}
    if given.get("birth_year") not in (None, born.year):
        raise InvalidInput("birth_year: is not that of the birth date.")
    return found


def key_of_person(settings: Settings, name: str, born: date) -> bytes:
    """The keyed hash two records of one person share; raises InvalidInput for a name of none."""
    parts = match_parts(name, born)
    if not parts[0]:
        raise InvalidInput("name: holds no letter.")
    return keyed_hash(settings, "match", *parts)


def flag_doubles(connection: Connection, row: dict[str, Any], key: bytes | None) -> None:
    """Put a new record beside those of the same key, for a person to decide."""
    if key is not None:
        duplicates.flag(connection, UUID(row["id"]), key)
