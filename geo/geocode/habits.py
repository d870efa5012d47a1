"""A country's address habits, made ready to be looked for in accentless small letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from geo.names import latin_key
from geo.profiles.shape import Addresses


@dataclass(frozen=True)
class Word:
    """A word of a name: its comparison key, its own letters, and what it may be short for.

    Misspellings are measured on key and letters alike: one wrong letter in a diphthong changes
    two sounds, one wrong sound in Greeklish changes all letters.
    """

    key: str
    letters: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Habits:
    """The compiled form of `geo.profiles.shape.Addresses`; patterns expect `plain` text."""

    postcode: re.Pattern[str]
    house_number: re.Pattern[str]
    house_number_words: re.Pattern[str]
    no_number: re.Pattern[str]
    kilometre: re.Pattern[str]
    junction: re.Pattern[str]
    floor: re.Pattern[str]
    municipality: re.Pattern[str]
    settlement: re.Pattern[str]
    region: re.Pattern[str]
    leading_kind: re.Pattern[str]
    trailing_kind: re.Pattern[str]
    kinds: dict[str, str]
    long_kinds: tuple[str, ...]
    ordinary_kind: str
    abbreviations: dict[str, tuple[str, ...]]
    unsaid: frozenset[str]


def plain(text: str) -> str:
    """Small letters without accents, no final sigma, no control characters; one space between.

    Punctuation stays: it parts addresses and marks abbreviations.
    """
    composed = unicodedata.normalize("NFC", text)
    letters = (_plain_letter(letter) for letter in composed)
    return " ".join("".join(letters).split())


def _plain_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] in "CZ":
        return " "
    if category[0] == "M":
        return ""
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return "σ" if base == "ς" else base


def compile_habits(addresses: Addresses) -> Habits:
    """Patterns and tables from the profile's words."""
    postcode_words = _alternatives(addresses.postcode_words)
    kinds = _kind_names(addresses)
    number_words = _alternatives(addresses.house_number_words)
    kilometres = _alternatives(addresses.kilometre_words)
    kind_words = _alternatives(kinds)
    return Habits(
        postcode=re.compile(
            rf"(?:(?<!\w)(?:{postcode_words})[\s:]*)?{addresses.postcode_pattern}", re.IGNORECASE
        ),
        house_number=re.compile(addresses.house_number_pattern, re.IGNORECASE),
        house_number_words=re.compile(rf"(?<!\w)(?:{number_words})[\s:]*(?=\d)"),
        no_number=_anywhere(addresses.no_number_words),
        kilometre=re.compile(rf"\d+(?:[.,]\d+)?\s?(?:ο|ου)?\s?(?:{kilometres})(?!\w)"),
        junction=re.compile(rf"(?:(?<=\s)|(?<=\w))(?:{_junctions(addresses)})(?=\s|\w)"),
        floor=re.compile(rf"(?<!\w)(?:\d+ο[συ]?\s+)?(?:{_premises(addresses)})(?!\w)"),
        municipality=_at_start(addresses.municipality_words),
        settlement=_at_start(addresses.settlement_words),
        region=_at_start(addresses.region_words),
        leading_kind=re.compile(rf"({kind_words})(?!\w)\s*(?=\w)"),
        trailing_kind=re.compile(rf"(?<=\w)[\s,]+({kind_words})\s*$"),
        kinds=kinds,
        long_kinds=tuple(word for word in kinds if len(word) >= 6 and word.isalpha()),
        ordinary_kind=next(iter(addresses.street_types), ""),
        abbreviations=_abbreviations(addresses),
        unsaid=frozenset(
            key
            for word in (*addresses.dropped_words.get("articles", ()), *addresses.junction_words)
            if len(key := latin_key(word)) > 1
        ),
    )


def _alternatives(words: Iterable[str]) -> str:
    """A pattern for any of the words, longest first; dots in them may be missing or spaced."""
    patterns = {_word_pattern(plain(word)) for word in words}
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern))) or r"(?!)"


def _word_pattern(word: str) -> str:
    body = re.escape(word.rstrip(".")).replace(r"\.", r"\.?\s?").replace(r"\ ", r"\s+")
    # A single letter is only a shortened word when its dot stands: "Λ. Κηφισίας".
    lone = len(word.rstrip(".")) == 1
    return body + (r"\." if lone and word.endswith(".") else r"\.?" if word.endswith(".") else "")


def _anywhere(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(words)})(?!\w)")


def _at_start(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_alternatives(words)})(?!\w)\s*(?=\w)")


def _junctions(addresses: Addresses) -> str:
    spelled = [word for word in addresses.junction_words if any(map(str.isalpha, word))]
    signs = [re.escape(word) for word in addresses.junction_words if word not in spelled]
    return "|".join([rf"(?:{_alternatives(spelled)})(?!\w)", *signs])


def _premises(addresses: Addresses) -> str:
    """Words for a part of a building: whatever people add that is neither street nor place."""
    dropped = addresses.dropped_words.items()
    return _alternatives(word for group, words in dropped if group != "articles" for word in words)


def _kind_names(addresses: Addresses) -> dict[str, str]:
    return {
        plain(variant): kind
        for kind, variants in addresses.street_types.items()
        for variant in (kind, *variants)
    }


def _abbreviations(addresses: Addresses) -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for short, forms in addresses.abbreviations.items():
        keys = table.setdefault(latin_key(short), {})
        keys.update(dict.fromkeys(key for form in forms if (key := latin_key(form))))
    return {short: tuple(keys) for short, keys in table.items()}


def kind_of(matched: str, habits: Habits) -> str:
    """The canonical street type of a variant that a kind pattern found."""
    bare = re.sub(r"[\s.]+", "", matched)
    for variant, kind in habits.kinds.items():
        if re.sub(r"[\s.]+", "", variant) == bare:
            return kind
    return habits.ordinary_kind
