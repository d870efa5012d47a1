"""When two typed addresses are the same: one key for the ways of writing it."""

from __future__ import annotations

import re

from geo.geocode.words.habits import Habits, Word, plain
from geo.geocode.words.parse import LONGEST, Parts, parse, parse_place


def address_key(
    text: str, municipality_text: str | None, postcode: str | None, habits: Habits
) -> str:
    """The key of an address; equal for addresses that are written differently and mean the same.

    Case, accents, spelling (Greeklish, Cyrillic in Latin letters), the word for any street, the
    order of the name's words, and what lies within a building (floor, flat) do not count. All else
    does: square or alley, block, kilometre, every number; the postcode and the names of places
    wherever they stand, in any order. An abbreviation that may be short for several words is a
    word of its own. No address is looked up: a misspelling has another key, and so has what this
    cannot read, since one decision places all that are equal.
    """
    typed = (text, municipality_text or "", postcode or "")
    if max(map(len, typed)) > LONGEST or not _readable(text, habits):
        return "text:" + "|".join(plain(part) for part in typed)
    parts = parse(text, habits)
    found = habits.postcode.search(postcode.strip()) if postcode else None
    code = "".join(found.groups()) if found else (postcode or "").strip() or parts.postcode or ""
    places = {*filter(None, (municipality_text, parts.municipality)), *parts.places, *parts.regions}
    named = sorted({key for place in places if (key := _place_key(place, habits))})
    if parts.several or not (parts.streets or named or code or parts.number):
        return f"text:{plain(text)}|{code}|{';'.join(named)}"
    besides = sorted(plain(rest) for rest in parts.rest if not _within(rest, habits))
    return "|".join((_street_key(parts, habits), code, ";".join(named), ";".join(besides)))


def _readable(text: str, habits: Habits) -> bool:
    """Whether every word has a key: those of scripts that the country's habits do not know have none."""
    words = re.findall(r"[^\W\d_]+", text)
    return bool(words) and all(habits.speller.key(word) for word in words)


def _within(rest: str, habits: Habits) -> bool:
    """Whether what is left of an address says where in its building, or nothing of the place."""
    extras = habits.extras
    said = (extras.within, extras.telephone, extras.no_number)
    bare = plain(rest)
    return bare in habits.levels.country or any(pattern.match(bare) for pattern in said)


def _street_key(parts: Parts, habits: Habits) -> str:
    """The first reading: what kind of street, its words by their keys, and all numbers."""
    said = [parts.number.keys[0]] if parts.number else []
    if not parts.streets:
        return " ".join(said)
    reading = parts.streets[0]
    kind = "" if reading.kind == habits.ordinary_kind else plain(reading.kind)
    words = sorted(_word_key(word) for word in reading.words)
    number = [f"#{reading.number.keys[0]}"] if reading.number else []
    return " ".join(filter(None, (kind, *words, *number, *said)))


def _word_key(word: Word) -> str:
    return word.forms[0] if len(word.forms) == 1 else word.key


def _place_key(text: str, habits: Habits) -> str:
    return habits.speller.key(parse_place(text, habits))
