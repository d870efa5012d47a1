"""How a country writes and spells addresses: the table [addresses] of a profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from geo.profiles.strict import Table

Ear = Literal["letters", "greek"]
"""How words are made comparable: letter by letter after the tables, or as Greek is heard."""

DROPPED = (
    "articles", "conjunctions", "premises", "floors", "flats", "units", "telephone", "country",
)  # fmt: skip
"""Words that are no part of a name: articles; words for "and"; parts of a building that stand alone ("ground floor"),
with a number before or after (floors) or a number or letter after (flats, entrances: within a building;
units: block, lot, office, where it is another place); words
before a telephone number; the country, where it stands alone."""

_EARS: tuple[Ear, ...] = get_args(Ear)


@dataclass(frozen=True)
class Spelling:
    """When two spellings of a word are one. All tables are in small letters.

    `letters` turns a letter of the country into Latin by its law, `law_endings` and `law_words`
    are the law's exceptions; `native` turns Latin back, typing habits among it. `alike` are
    sequences of Latin letters that count as one another. `variants` says what a letter may also
    be typed as: only words of the gazetteer are filed under those. `same_words` are whole words
    with two spellings, without marks. `digits` are digits typed for letters, `lookalikes` Latin
    letters that stand in a word of the country's own letters by mistake. `ordinals` are endings
    of numbers, which do not count. Doubled letters count as one but for those in `doubled`.
    """

    ear: Ear = "letters"
    letters: Mapping[str, str] = field(default_factory=dict)
    law_endings: Mapping[str, str] = field(default_factory=dict)
    law_words: Mapping[str, str] = field(default_factory=dict)
    native: Mapping[str, str] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digits: Mapping[str, str] = field(default_factory=dict)
    lookalikes: Mapping[str, str] = field(default_factory=dict)
    ordinals: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Addresses:
    """How addresses are written. Words stand with accents; readers fold them before comparing.

    `postcode_pattern` has two groups that together are the postcode's digits;
    `house_number_pattern` has three: number, letter, second number of a range or flat.
    `dropped_words` are by group (DROPPED). `numbered_place_words` say what a place is whose name
    may end in a number ("ж.к. Младост 1"). `street_endings` are ends of one-word street names and how they are shortened.
    """

    postcode_pattern: str
    house_number_pattern: str
    street_types: Mapping[str, tuple[str, ...]]
    abbreviations: Mapping[str, tuple[str, ...]]
    dropped_words: Mapping[str, tuple[str, ...]]
    postcode_words: tuple[str, ...]
    house_number_words: tuple[str, ...]
    no_number_words: tuple[str, ...]
    kilometre_words: tuple[str, ...]
    junction_words: tuple[str, ...]
    municipality_words: tuple[str, ...]
    settlement_words: tuple[str, ...]
    region_words: tuple[str, ...]
    numbered_place_words: tuple[str, ...] = ()
    street_endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spelling: Spelling = field(default_factory=Spelling)


def read_addresses(table: Table) -> Addresses:
    """The table [addresses]. Raises NeedsmapError naming file and key where it is not usable."""
    addresses = Addresses(
        postcode_pattern=table.pattern("postcode_pattern", groups=2),
        house_number_pattern=table.pattern("house_number_pattern", groups=3),
        street_types=_word_lists(table, "street_types"),
        abbreviations=_word_lists(table, "abbreviations"),
        dropped_words=_dropped(table),
        postcode_words=table.texts("postcode_words"),
        house_number_words=table.texts("house_number_words"),
        no_number_words=table.texts("no_number_words"),
        kilometre_words=table.texts("kilometre_words"),
        junction_words=table.texts("junction_words"),
        municipality_words=table.texts("municipality_words"),
        settlement_words=table.texts("settlement_words"),
        region_words=table.texts("region_words"),
        numbered_place_words=(
            table.texts("numbered_place_words") if table.has("numbered_place_words") else ()
        ),
        street_endings=_word_lists(table, "street_endings") if table.has("street_endings") else {},
        spelling=_spelling(table.table("spelling")) if table.has("spelling") else Spelling(),
    )
    table.finish()
    return addresses


def _dropped(table: Table) -> Mapping[str, tuple[str, ...]]:
    found = _word_lists(table, "dropped_words")
    for group in found:
        if group not in DROPPED:
            raise table.fail(f"dropped_words.{group}", f"is not one of {', '.join(DROPPED)}")
    return found


def _word_lists(table: Table, key: str) -> Mapping[str, tuple[str, ...]]:
    inner = table.table(key)
    return {word: inner.texts(word) for word in inner.left()}


def _spelling(table: Table) -> Spelling:
    ear = table.one_of("ear", _EARS) if table.has("ear") else "letters"
    letters = _pairs(table, "letters")
    for letter in letters:
        if len(letter) != 1:
            raise table.fail(f"letters.{letter}", "must be one letter")
    digits = _pairs(table, "digits")
    for digit in digits:
        if len(digit) != 1 or not digit.isdecimal():
            raise table.fail(f"digits.{digit}", "must be one digit")
    alike = _pairs(table, "alike")
    _check_alike(table, alike)
    spelling = Spelling(
        ear=next(known for known in _EARS if known == ear),
        letters=letters,
        law_endings=_pairs(table, "law_endings"),
        law_words=_pairs(table, "law_words"),
        native=_pairs(table, "native"),
        alike=alike,
        variants=_small_lists(table, "variants"),
        same_words=_small_lists(table, "same_words"),
        digits=digits,
        lookalikes=_pairs(table, "lookalikes"),
        ordinals=table.texts("ordinals") if table.has("ordinals") else (),
        doubled=_single_letters(table, "doubled"),
    )
    _check_latin(table, letters, "letters")
    _check_latin(table, digits, "digits")
    _check_latin(table, {k: "".join(v) for k, v in spelling.variants.items()}, "variants")
    table.finish()
    return spelling


def _pairs(table: Table, key: str) -> Mapping[str, str]:
    """A table of small letters -> small letters."""
    if not table.has(key):
        return {}
    inner = table.table(key)
    found = {left: inner.text(left) for left in inner.left()}
    _check_small(inner, (*found, *found.values()))
    return found


def _single_letters(table: Table, key: str) -> tuple[str, ...]:
    found = table.texts(key) if table.has(key) else ()
    for letter in found:
        if len(letter) != 1 or not letter.isalpha():
            raise table.fail(key, f"must hold single letters, not '{letter}'")
    _check_small(table, found)
    return found


def _small_lists(table: Table, key: str) -> Mapping[str, tuple[str, ...]]:
    if not table.has(key):
        return {}
    inner = table.table(key)
    found = {left: inner.texts(left) for left in inner.left()}
    _check_small(inner, (*found, *(text for texts in found.values() for text in texts)))
    return found


def _check_small(table: Table, texts: Iterable[str]) -> None:
    for text in texts:
        if text != text.lower():
            raise table.fail(text, "must be in small letters")


def _check_latin(table: Table, pairs: Mapping[str, str], key: str) -> None:
    for left, right in pairs.items():
        if not right.isascii():
            raise table.fail(f"{key}.{left}", f"must become plain Latin letters, not '{right}'")


def _check_alike(table: Table, alike: Mapping[str, str]) -> None:
    """Sequences must be Latin, and what one becomes must not be one again: that never ends."""
    for left, right in alike.items():
        if not (left + right).isascii():
            raise table.fail(f"alike.{left}", "must be plain Latin letters on both sides")
        for other in alike:
            if other in right:
                raise table.fail(f"alike.{left}", f"becomes '{right}', which '{other}' changes")
