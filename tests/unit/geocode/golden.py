"""The golden lists of words: pairs that are one name or two, and addresses with their parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.geocode.words.habits import Habits, Word, compile_habits
from geo.geocode.words.parse import parse, parse_place, street_words
from geo.geocode.words.segments import tidy
from geo.geocode.words.words import kind_and_words
from geo.profiles.profile import load

LANGUAGES = {"el": "gr", "bg": "bg", "pl": "pl", "ro": "ro"}
"""Language of a list -> country whose habits it is read by."""

Name = tuple[str, tuple[Word, ...]]


@dataclass(frozen=True)
class Line:
    """One line of a list; `where` is its file and line for the failure."""

    where: str
    fields: tuple[str, ...]


def lines(kind: str, language: str) -> list[Line]:
    """The lines of golden_<kind>_<language>.tsv without the heading and comments."""
    path = Path(__file__).parent / f"golden_{kind}_{language}.tsv"
    found = path.read_text(encoding="utf-8").split("\n")
    return [
        Line(f"{path.name}:{number}", tuple(line.split("\t")))
        for number, line in enumerate(found, 1)
        if line and not line.startswith("#")
    ]


@cache
def habits_of(country: str) -> Habits:
    return compile_habits(load(country).addresses)


def same_name(typed: str, canonical: str, habits: Habits) -> bool:
    """Whether a typed name is one of the gazetteer's, word by word, as the engine looks it up."""
    # The gazetteer's name keeps its marks: they say how else it may be typed.
    filed = street_words(_without_level(canonical, habits), habits)
    readings = [(reading.kind, reading.words) for reading in parse(typed, habits).streets]
    readings.append(kind_and_words(tidy(parse_place(typed, habits)), habits))
    return any(_same_street(reading, filed) for reading in readings)


def _same_street(typed: Name, filed: Name) -> bool:
    (kind, words), (filed_kind, filed_words) = typed, filed
    unsaid = not kind or not filed_kind
    return (
        (unsaid or kind == filed_kind)
        and len(words) == len(filed_words) > 0
        and all(_same_word(one, other) for one, other in zip(words, filed_words, strict=True))
    )


def _without_level(name: str, habits: Habits) -> str:
    bare = parse_place(name, habits)
    return name[-len(bare) :] if bare and len(bare) <= len(name) else name


def _same_word(typed: Word, filed: Word) -> bool:
    keys = {*filed.keys, *filed.forms}
    return typed.key in keys or not keys.isdisjoint(typed.forms)
