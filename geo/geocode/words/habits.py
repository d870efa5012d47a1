"""A country's address habits, made ready to be looked for in accentless small letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from geo.geocode.words.spelling import Speller
from geo.profiles.addresses import Addresses

NUMBER_MARK = "№"
"""What a word for 'number' becomes, so that the number after it is surely the house's."""


@dataclass(frozen=True)
class Word:
    """A word of a name: its comparison key, its own letters, and what it may be short for.

    Misspellings are measured on key and letters alike: one wrong letter in a diphthong changes two
    sounds, one wrong sound in Greeklish changes all letters. `keys` are all keys that a word of
    the gazetteer is filed under, `key` the first of them; a typed word has its own only.
    """

    key: str
    letters: str = ""
    forms: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Levels:
    """Words that say what a place is, looked for at the start of a segment or within a text."""

    municipality: re.Pattern[str]
    settlement: re.Pattern[str]
    region: re.Pattern[str]
    any: re.Pattern[str]
    trailing: re.Pattern[str]
    numbered: re.Pattern[str]
    country: frozenset[str]
    words: frozenset[str]
    begins: re.Pattern[str]


@dataclass(frozen=True)
class Extras:
    """What people add that is neither street nor place: entrance, floor, flat, telephone."""

    telephone: re.Pattern[str]
    kilometre: re.Pattern[str]
    no_number: re.Pattern[str]
    units: re.Pattern[str]
    premises: re.Pattern[str]
    within: re.Pattern[str]
    """Those of them that say where in a building: floor, flat, entrance."""


@dataclass(frozen=True)
class Habits:
    """The compiled form of `geo.profiles.addresses.Addresses`; patterns expect `plain` text."""

    speller: Speller
    postcode: re.Pattern[str]
    marked_postcode: re.Pattern[str]
    postcode_words: re.Pattern[str]
    house_number: re.Pattern[str]
    house_number_words: re.Pattern[str]
    junction: re.Pattern[str]
    levels: Levels
    extras: Extras
    leading_kind: re.Pattern[str]
    trailing_kind: re.Pattern[str]
    kinds: dict[str, str]
    long_kinds: tuple[str, ...]
    ordinary_kind: str
    abbreviations: dict[str, tuple[str, ...]]
    hyphened: re.Pattern[str]
    unsaid: frozenset[str]
    small_words: frozenset[str]
    conjunctions: frozenset[str]
    corner_start: re.Pattern[str]
    corner_end: re.Pattern[str]
    endings: tuple[tuple[str, str], ...]


class _PlainLetters(dict[int, str]):
    """Letter -> its plain form, worked out once a letter."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain_letter(chr(code))
        return found


_PLAIN = _PlainLetters()


def plain(text: str) -> str:
    """Small letters without accents, no final sigma, no control characters; one space between.

    Punctuation stays: it parts addresses and marks abbreviations.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())


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
    kinds = _kind_names(addresses)
    kind_words = _alternatives(variant for names in _kind_spellings(addresses) for variant in names)
    postcode = addresses.postcode_pattern
    postcode_words = _alternatives(addresses.postcode_words)
    number_words = _alternatives(addresses.house_number_words)
    speller = Speller(addresses.spelling)
    articles = addresses.dropped_words.get("articles", ())
    conjunctions = frozenset(map(plain, addresses.dropped_words.get("conjunctions", ())))
    corners = _alternatives(
        word for word in addresses.junction_words if plain(word) not in conjunctions
    )
    said_between = {speller.key(word) for word in (*articles, *addresses.junction_words)}
    return Habits(
        speller=speller,
        postcode=re.compile(rf"(?:(?<!\w)(?:{postcode_words})[\s:]*)?{postcode}", re.IGNORECASE),
        marked_postcode=re.compile(rf"(?<!\w)(?:{postcode_words})[\s:]*{postcode}", re.IGNORECASE),
        postcode_words=re.compile(postcode_words),
        house_number=re.compile(addresses.house_number_pattern, re.IGNORECASE),
        house_number_words=re.compile(rf"(?<!\w)(?:{number_words}|{NUMBER_MARK})[\s:.]*(?=\d)"),
        junction=re.compile(rf"(?:(?<=\s)|(?<=\w))(?:{_junctions(addresses)})(?=\s|\w)"),
        levels=_levels(addresses),
        extras=_extras(addresses),
        leading_kind=re.compile(rf"({kind_words}){_WORD_ENDS}[\s:]*(?=\w)"),
        trailing_kind=re.compile(rf"(?<=\w)[\s,]+({kind_words})\s*$"),
        kinds=kinds,
        long_kinds=tuple(word for word in kinds if len(word) >= 6 and word.isalpha()),
        ordinary_kind=next(iter(addresses.street_types), ""),
        abbreviations=_abbreviations(addresses, speller),
        hyphened=re.compile(
            rf"(?<!\w)(?:{_alternatives(w for w in addresses.abbreviations if '-' in w)})(?!\w)"
        ),
        unsaid=frozenset(key for key in said_between if len(key) > 1),
        small_words=frozenset(key for word in articles if len(key := plain(word)) == 1),
        conjunctions=conjunctions,
        corner_start=re.compile(rf"(?:{corners})(?!\w)\s*(?=\w)"),
        corner_end=re.compile(rf"(?:^|\s)(?:{corners})(?:\s+[^\W\d_]{{1,3}})?$"),
        endings=_endings(addresses),
    )


# A word ends at its dot, whatever follows ("ул.Шипка"), or where letters do.
_WORD_ENDS = r"(?:(?<=\.)|(?!\w))"


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
    return re.compile(rf"(?:{_alternatives(words)}){_WORD_ENDS}[\s:]*(?=\w)")


# -- words of levels and of streets --------------------------------------------------------------


def _levels(addresses: Addresses) -> Levels:
    named = (*addresses.municipality_words, *addresses.settlement_words)
    whole = [word for word in named if len(word) >= 5 and word.isalpha()]
    return Levels(
        municipality=_at_start(addresses.municipality_words),
        settlement=_at_start(addresses.settlement_words),
        region=_at_start(word for word in addresses.region_words if _letters(word) > 1),
        any=_at_start(word for word in (*named, *addresses.region_words) if _letters(word) > 1),
        trailing=re.compile(rf"(?<=\w)\s+(?:{_alternatives(whole)})$"),
        numbered=_at_start(addresses.numbered_place_words),
        country=frozenset(map(plain, addresses.dropped_words.get("country", ()))),
        words=frozenset(bare_kind(plain(w)) for w in (*named, *addresses.region_words)),
        begins=_beginnings(addresses),
    )


def _beginnings(addresses: Addresses) -> re.Pattern[str]:
    """Words within a text that begin a new part of it; the group says which may anywhere.

    `clear`: shortened words of more than one letter and the ordinary word for a street, unless
    they also shorten something else. `word`: whole words, which names have too. `lone`: one letter.
    """
    levels = (*addresses.municipality_words, *addresses.settlement_words, *addresses.region_words)
    names = _kind_spellings(addresses)
    elsewhere = {plain(short).rstrip(".") for short in addresses.abbreviations}
    kinds = [
        word
        for word in (variant for variants in names for variant in variants)
        if plain(word).rstrip(".") not in elsewhere
    ]
    ordinary = set(names[0]) if names else set()
    clear = [word for word in (*levels, *kinds) if word.endswith(".") and _letters(word) > 1]
    clear += [word for word in kinds if word in ordinary and len(word) > 1]
    words = [word for word in (*levels, *kinds) if word not in clear and _letters(word) > 1]
    lone = [word for word in levels if word.endswith(".") and _letters(word) == 1]
    return re.compile(
        rf"(?<=[\w.)]\s)(?:(?P<clear>{_alternatives(clear)})|(?P<word>{_alternatives(words)})|"
        rf"(?P<lone>{_alternatives(lone)})){_WORD_ENDS}(?=\s*\w)"
    )


def _letters(word: str) -> int:
    return sum(map(str.isalpha, word))


def _kind_spellings(addresses: Addresses) -> list[tuple[str, ...]]:
    return [(kind, *variants) for kind, variants in addresses.street_types.items()]


def _kind_names(addresses: Addresses) -> dict[str, str]:
    """Each spelling of a street type without dots and spaces -> the type."""
    found: dict[str, str] = {}
    for kind, variants in addresses.street_types.items():
        for variant in (kind, *variants):
            found.setdefault(bare_kind(plain(variant)), kind)
    return found


def bare_kind(text: str) -> str:
    """A spelling of a street type without its dots and spaces."""
    return text.replace(".", "").replace(" ", "")


def _endings(addresses: Addresses) -> tuple[tuple[str, str], ...]:
    """Ends of one-word street names -> how they are written out, longest first."""
    pairs = {
        plain(variant): plain(ending)
        for ending, variants in addresses.street_endings.items()
        for variant in (ending, *variants)
    }
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _junctions(addresses: Addresses) -> str:
    spelled = [word for word in addresses.junction_words if any(map(str.isalpha, word))]
    signs = [re.escape(word) for word in addresses.junction_words if word not in spelled]
    return "|".join([rf"(?:{_alternatives(spelled)})(?!\w)", *signs])


def _abbreviations(addresses: Addresses, speller: Speller) -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for short, forms in addresses.abbreviations.items():
        keys = table.setdefault(speller.short_key(short.replace("-", "")), {})
        keys.update(dict.fromkeys(key for form in forms if (key := speller.key(form))))
    return {short: tuple(keys) for short, keys in table.items()}


# -- what is neither street nor place ------------------------------------------------------------

# 3, 3A, A3, B, IV, U-2: what may follow "flat" or "entrance"
_VALUE = (
    r"(?:\d{1,4}(?:\s?[^\W\d_](?![\w.]|\s*\d))?(?:\s?[-/+]\s?\d{1,4}[^\W\d_]?)*(?!\w)"
    r"|[^\W\d_]{1,3}\s?[-/]?\s?\d{1,4}(?:\s?[^\W\d_](?!\w))?(?!\w)"
    r"|[ivx]{1,4}(?!\w)|[^\W\d_](?!\w)(?!\.)|[^\W\d_]{2}(?=\s*(?:[,;)]|$))"
    # "bl. -, sc. -": forms say so that there is none
    r"|[-–—_.]{1,3}(?=\s*(?:[,;)]|$)))"
)
_ORDINAL = r"(?:(?<!\w)(?:\d{1,2}|[ivx]{1,4})(?:[-.]?(?:ο[συ]?|[^\W\d_]{1,3}))?\.?\s+)"


def _extras(addresses: Addresses) -> Extras:
    groups = addresses.dropped_words
    floors = _alternatives(groups.get("floors", ()))
    flats = groups.get("flats", ())
    units = _alternatives([*groups.get("units", ()), *flats, *groups.get("floors", ())])
    premises = _alternatives(groups.get("premises", ()))
    numbers = _alternatives(addresses.house_number_words)
    none = _alternatives(addresses.no_number_words)
    # "nr. , Satu Mare": the word stands, the number does not.
    dangling = _alternatives(
        word for word in addresses.house_number_words if word.endswith(".") or not word.isalpha()
    )
    kilometres = _alternatives(addresses.kilometre_words)
    return Extras(
        telephone=re.compile(
            rf"(?<!\w)(?:{_alternatives(groups.get('telephone', ()))})[\s:]*\+?\d[\d\s/().-]{{4,}}"
        ),
        kilometre=re.compile(
            rf"\d+(?:[.,]\d+)?\s?(?:ο|ου)?\s?(?:{kilometres})(?!\w)(?!\s*\d)"
            rf"|(?<!\w)(?:{kilometres})[\s.]*\d+(?:[.,+]\d+)?(?!\w)"
        ),
        no_number=re.compile(
            rf"(?<!\w)(?:(?:{numbers})\s*)?(?:{none})(?!\w)"
            rf"|(?<!\w)(?:{dangling})(?:\s*[-–—])?(?=\s*(?:[,;)]|$))"
        ),
        # A number with letters before it (nr. UK 12) is a block's, not a house's.
        units=re.compile(
            rf"(?<!\w)(?:{units}){_WORD_ENDS}[\s:]*(?:(?:{numbers})\s*)?{_VALUE}"
            rf"|(?<!\w)(?:{numbers}){_WORD_ENDS}[\s:]*[^\W\d_]{{1,2}}[\s-]?\d{{1,4}}(?!\w)"
        ),
        premises=re.compile(rf"{_ORDINAL}(?:{floors})(?!\w)|(?<!\w)(?:{floors}|{premises})(?!\w)"),
        within=re.compile(
            rf"{_ORDINAL}?(?:{floors})(?!\w)|(?:{premises})(?!\w)|(?:{_alternatives(flats)}){_WORD_ENDS}"
        ),
    )
