"""Street names by number: each once, with the spellings that are the same name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product

from geo.geocode.index.streets import StreetName
from geo.geocode.words.habits import Habits, Word
from geo.geocode.words.parse import street_words

SPELLINGS = 12
"""Spellings of one name that are told to be one: Aeulestrasse and Äulestrasse."""


@dataclass
class Names:
    """Street names, each once; `spellings` are the other numbers of a name by its first one."""

    habits: Habits
    names: list[StreetName] = field(default_factory=list)
    spellings: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _numbers: dict[StreetName, int] = field(default_factory=dict)
    _first: dict[int, int] = field(default_factory=dict)
    _spelled: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)

    def number(self, text: str | None) -> int:
        """The first number of the name in a text; -1 where it has no words."""
        if text is None:
            return -1
        if text not in self._read:
            self._read[text] = self._number(text.split("(")[0])
        return self._read[text]

    def _number(self, text: str) -> int:
        kind, words = street_words(text, self.habits)
        if not words:
            return -1
        name = StreetName(kind, words)
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.names)
            self.names.append(name)
            self._first[number] = self._first_of(name, number)
        return self._first[number]

    def _first_of(self, name: StreetName, number: int) -> int:
        """The name itself, or the one before it that is the same in another spelling."""
        spellings = [(name.kind, keys) for keys in name_keys(name.words)]
        first = next((self._spelled[s] for s in spellings if s in self._spelled), number)
        for spelling in spellings:
            self._spelled.setdefault(spelling, first)
        if first != number:
            self.spellings[first].append(number)
        return first


def name_keys(words: tuple[Word, ...]) -> Iterator[tuple[str, ...]]:
    """The keys of a name's words in every spelling, at most SPELLINGS of them, in their order."""
    choices = [
        (*(word.keys or (word.key,)), *(word.forms if len(word.forms) == 1 else ()))
        for word in words
    ]
    yield from islice(product(*choices), SPELLINGS)
