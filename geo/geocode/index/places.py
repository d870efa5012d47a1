"""Settlements and municipalities by name, in any declension: 'Χαλάνδρι' finds 'Χαλανδρίου'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocode.words.habits import Habits, plain
from geo.geocode.words.parse import parse_place, place_name, words_of
from geo.names import fold

PlaceKind = Literal["municipality", "part", "settlement"]

_NAME_PARTS = re.compile(r"\s*[-–—]\s*|,\s*")
_ENDING = re.compile(r"(?<=..)[aeiou]+[sn]?$")
_FORMS_TRIED = 24
_SHORTEST_TYPO = 5
_REMEMBERED = 100_000


@dataclass(frozen=True)
class Place:
    """A named place: a municipality, a part of one (its own name or postcodes) or a settlement.

    `latitude`, `longitude` (EPSG:4326) and `radius` (metres) are None where only the municipality
    is known. `within` holds the keys of the names of what it lies in: municipality, district and
    what is above; they tell places of one name apart. `exact` holds the keys of its names with
    their endings; `town`: a city or town, no village; `people`: its population, 0 where not known;
    `unit`: the county or district it is said to lie in.
    """

    kind: PlaceKind
    name: str
    area_code: str | None
    latitude: float | None = None
    longitude: float | None = None
    radius: float | None = None
    within: frozenset[str] = field(default=frozenset(), compare=False)
    key: str = field(default="", compare=False)
    exact: frozenset[str] = field(default=frozenset(), compare=False)
    town: bool = field(default=False, compare=False)
    people: int = field(default=0, compare=False)
    unit: str | None = field(default=None, compare=False)


_DECLENSIONS = tuple(
    frozenset(endings.split())
    for endings in (
        "os u o e us", "is i u", "as a os", "a as es is", "i is iu eos es", "o u a", "ia ias", "es",
    )
)  # fmt: skip
"""Endings of one name in its cases, by ear; the genitive plural is of any."""


def declined(one: str, other: str) -> bool:
    """Whether two names of one stem are one name in two cases: Έξαρχος is no Εξάρχεια."""
    mine, theirs = one.split(), other.split()
    return len(mine) == len(theirs) and all(map(_one_word, mine, theirs))


def _one_word(one: str, other: str) -> bool:
    ends = {word[len(stem(word)) :] for word in (one, other)}
    if len(ends) == 1 or any(end.endswith("on") for end in ends):
        return True
    return any(ends <= cases for cases in _DECLENSIONS)


def stem(word_key: str) -> str:
    """A word's key without its ending, the same for nominative and genitive."""
    return _ENDING.sub("", word_key)


class PlaceIndex:
    """Places by the stems of their names; remembers the texts it was asked for."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self._declined = habits.speller.spelling.ear == "greek"
        self._places: dict[str, dict[Place, None]] = {}
        # By their names without a last word for what a place is; asked where no name is the whole.
        self._shortened: dict[str, dict[Place, None]] = {}
        self._asked: dict[tuple[str, float | None], tuple[Place, ...]] = {}
        self._keys_of: dict[str, str] = {}
        self._above: set[str] = set()

    def add(self, place: Place, names: Iterable[str]) -> None:
        """File a place under names; a municipality of several names also under each of them."""
        self._asked.clear()
        self._above |= place.within
        for name in names:
            bare = place_name(name, self.habits)
            self._file(bare, place, self._places)
            if (short := parse_place(name, self.habits)) != bare:
                self._file(short, place, self._shortened)
            parts = [part for part in _NAME_PARTS.split(bare) if part]
            if place.kind == "municipality" and len(parts) > 1:
                for part in parts:
                    part_of = Place("part", place.name, place.area_code)
                    self._file(part, part_of, self._places)

    def _file(self, name: str, place: Place, index: dict[str, dict[Place, None]]) -> None:
        for key in self._spellings(name):
            index.setdefault(key, {})[place] = None

    def _spellings(self, name: str) -> Iterator[str]:
        """The keys a place's name is filed under; a word of several spellings under each."""
        yield from filter(None, (self._stems(key) for key in self.habits.speller.keys(name)))

    def _stems(self, keys: str) -> str:
        return " ".join(map(stem, keys.split())) if self._declined else keys

    def _literal(self, bare: str) -> str:
        return self._stems(self.habits.speller.key(bare))

    def key(self, text: str) -> str:
        """The comparison key of a place's name, without what people call a place ('Δήμος')."""
        if text not in self._keys_of:
            if len(self._keys_of) > _REMEMBERED:
                self._keys_of.clear()
            self._keys_of[text] = self._literal(parse_place(text, self.habits))
        return self._keys_of[text]

    def exact_keys(self, names: Iterable[str]) -> frozenset[str]:
        """The keys of names with their endings: Βεργίνα is a village, Βεργίνας a street."""
        speller = self.habits.speller
        return frozenset(k for n in names for k in speller.keys(place_name(n, self.habits)))

    def is_region(self, text: str) -> bool:
        """Whether a text calls itself a county, a province or the like."""
        return self.habits.levels.region.match(plain(text)) is not None

    def only_above(self, text: str) -> bool:
        """Whether a text names what places lie in (a county, a district) and no place itself."""
        return not self.find(text) and self.above_key(text) in self._above

    def above_key(self, text: str) -> str:
        """The key of what lies above a municipality, without the word for what it is."""
        bare = plain(text)
        found = self.habits.levels.region.match(bare)
        return self.key(bare[found.end() :] if found else bare)

    def settlements(self) -> list[Place]:
        """Every settlement that has a point, once."""
        every = dict.fromkeys(place for places in self._places.values() for place in places)
        return [p for p in every if p.kind == "settlement" and p.latitude is not None]

    def known(self, text: str) -> bool:
        """Whether a text is the whole name of a place, to its last word."""
        return any(key in self._places for key in self._keys(place_name(text, self.habits)))

    def keyed(self, key: str) -> tuple[Place, ...]:
        """The places filed under a comparison key."""
        return tuple({**self._places.get(key, {}), **self._shortened.get(key, {})})

    def find(self, text: str, typo_similarity: float | None = None) -> tuple[Place, ...]:
        """The places of that name; where none has it, those of the one nearest spelling.

        `typo_similarity` (0 to 1) is the likeness a misspelling needs; None takes none.
        """
        asked = (text, typo_similarity)
        if asked not in self._asked:
            if len(self._asked) > _REMEMBERED:
                self._asked.clear()
            self._asked[asked] = self._search(text, typo_similarity)
        return self._asked[asked]

    def _search(self, text: str, typo_similarity: float | None) -> tuple[Place, ...]:
        bare = parse_place(text, self.habits)
        names = dict.fromkeys((place_name(text, self.habits), bare))
        keys = [key for name in names for key in self._keys(name)]
        for index in (self._places, self._shortened):
            for key in keys:
                if found := self._same_name(index.get(key, {}), (*names,)):
                    return found
        if quarter := self._quarter(bare):
            return quarter
        literal = self._literal(bare)
        if typo_similarity is None or len(literal) < _SHORTEST_TYPO:
            return ()
        near = process.extract(
            literal,
            self._places.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=typo_similarity,
            limit=len(keys) + 1,
        )
        # A name of the same stem that is another one was refused above, and is no misspelling.
        likeliest = next((key for key, *_ in near if key not in keys), None)
        return tuple(self._places[likeliest]) if likeliest else ()

    def _same_name(self, found: Iterable[Place], names: tuple[str, ...]) -> tuple[Place, ...]:
        """Of places with a name of that stem, those with that name in whatever case."""
        if not self._declined:
            return tuple(found)
        typed = {key for name in names for key in self.habits.speller.keys(name)}
        return tuple(
            place
            for place in found
            if not place.exact or any(declined(one, two) for one in typed for two in place.exact)
        )

    def _quarter(self, bare: str) -> tuple[Place, ...]:
        """'Gdańsk-Wrzeszcz': the places of the second name in the municipalities of the first."""
        town, hyphen, quarter = bare.partition("-")
        if not (hyphen and town and quarter):
            return ()
        areas = {place.area_code for place in self.find(town)} - {None}
        return tuple(place for place in self.find(quarter) if place.area_code in areas)

    def _keys(self, bare: str) -> Iterator[str]:
        yield self._literal(bare)
        words = words_of(bare, self.habits)
        spellings = product(*((word.forms or (word.key,)) for word in words))
        for spelling, _ in zip(spellings, range(_FORMS_TRIED), strict=False):
            yield self._stems(" ".join(spelling))


def distinct_names(*names: object) -> list[str]:
    """The texts among the values, the first of each folded form."""
    texts: dict[str, str] = {}
    for name in names:
        if isinstance(name, str) and (folded := fold(name)):
            texts.setdefault(folded, name)
    return list(texts.values())
