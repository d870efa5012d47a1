"""Settlements and municipalities by name, in any declension: 'Χαλάνδρι' finds 'Χαλανδρίου'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocode.habits import Habits
from geo.geocode.parse import parse_place, words_of
from geo.names import fold, latin_key

PlaceKind = Literal["municipality", "part", "settlement"]

_NAME_PARTS = re.compile(r"\s*[-–—]\s*|,\s*")
_ENDING = re.compile(r"(?<=..)[aeiou]+[sn]?$")
_FORMS_TRIED = 24
_SHORTEST_TYPO = 5


@dataclass(frozen=True)
class Place:
    """A named place: a municipality, a part of one (its own name or postcodes) or a settlement.

    `latitude`, `longitude` (EPSG:4326) and `radius` (metres) are None where only the municipality
    is known.
    """

    kind: PlaceKind
    name: str
    area_code: str | None
    latitude: float | None = None
    longitude: float | None = None
    radius: float | None = None


def stem(word_key: str) -> str:
    """A word's key without its ending, the same for nominative and genitive."""
    return _ENDING.sub("", word_key)


class PlaceIndex:
    """Places by the stems of their names."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        self._places: dict[str, dict[Place, None]] = {}

    def add(self, place: Place, names: Iterable[str]) -> None:
        """File a place under names; a municipality of several names also under each of them."""
        for name in names:
            bare = parse_place(name, self._habits)
            self._file(bare, place)
            parts = [part for part in _NAME_PARTS.split(bare) if part]
            if place.kind == "municipality" and len(parts) > 1:
                for part in parts:
                    self._file(part, Place("part", place.name, place.area_code))

    def _file(self, name: str, place: Place) -> None:
        key = " ".join(map(stem, latin_key(name).split()))
        if key:
            self._places.setdefault(key, {})[place] = None

    def find(self, text: str, typo_similarity: float | None = None) -> tuple[Place, ...]:
        """The places of that name; where none has it, those of the one nearest spelling.

        `typo_similarity` (0 to 1) is the likeness a misspelling needs; None takes none.
        """
        bare = parse_place(text, self._habits)
        for key in self._keys(bare):
            if found := self._places.get(key):
                return tuple(found)
        literal = " ".join(map(stem, latin_key(bare).split()))
        if typo_similarity is None or len(literal) < _SHORTEST_TYPO:
            return ()
        near = process.extractOne(
            literal,
            self._places.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=typo_similarity,
        )
        return tuple(self._places[near[0]]) if near else ()

    def _keys(self, bare: str) -> Iterator[str]:
        yield " ".join(map(stem, latin_key(bare).split()))
        words = words_of(bare, self._habits)
        spellings = product(*((word.forms or (word.key,)) for word in words))
        for spelling, _ in zip(spellings, range(_FORMS_TRIED), strict=False):
            yield " ".join(stem(key) for form in spelling for key in form.split())


def distinct_names(*names: object) -> list[str]:
    """The texts among the values, once each by their folded form."""
    texts = {fold(name): name for name in names if isinstance(name, str) and fold(name)}
    return list(texts.values())
