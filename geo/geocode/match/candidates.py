"""Which streets of the gazetteer might be meant: by exact words first, else by similar ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocode.index.gazetteer import Gazetteer, Scope
from geo.geocode.index.nearby import NearWords
from geo.geocode.match.score import kind_cost, name_agreement
from geo.geocode.weights import Weights
from geo.geocode.words.habits import Word

_SPELLINGS = 48
_SIMILAR_WORDS = 8
_COMMON = 400
_KEPT = 12
_REMEMBERED = 200_000

_Asked = tuple[str, tuple[Word, ...], str | None]


@dataclass(frozen=True)
class Candidate:
    """A street name in one home, and how well it agrees with what was typed (0 to 1)."""

    name: int
    home: str
    agreement: float


class CandidateFinder:
    """Finds streets by name; remembers what it found, since names come again and again."""

    def __init__(self, gazetteer: Gazetteer, weights: Weights) -> None:
        self._gazetteer = gazetteer
        self._weights = weights
        self._found: dict[_Asked, list[Candidate]] = {}
        self._misspelt: dict[_Asked, list[Candidate]] = {}
        self._similar: dict[tuple[Word, str | None], list[int]] = {}
        self._by_sound = NearWords(gazetteer.everywhere.by_key)
        self._by_letters = NearWords(gazetteer.everywhere.by_letters)

    def find(self, kind: str, words: tuple[Word, ...], home: str | None) -> list[Candidate]:
        """Candidates in a home (None: everywhere) with the words as typed, best first.

        Where a street of exactly these words is in a home, longer names with them are not looked
        for.
        """
        return self._remembered(self._found, self._plain, (kind, words, home))

    def find_misspelt(
        self, kind: str, words: tuple[Word, ...], home: str | None
    ) -> list[Candidate]:
        """Candidates in a home (None: everywhere) with the words as typed or ones like them."""
        return self._remembered(self._misspelt, self._with_likeness, (kind, words, home))

    def _remembered(
        self,
        known: dict[_Asked, list[Candidate]],
        search: Callable[[str, tuple[Word, ...], str | None], list[Candidate]],
        asked: _Asked,
    ) -> list[Candidate]:
        found = known.get(asked)
        if found is None:
            if len(known) > _REMEMBERED:
                known.clear()
            found = known[asked] = search(*asked)
        return found

    def _plain(self, kind: str, words: tuple[Word, ...], home: str | None) -> list[Candidate]:
        scope = self._scope(home)
        if scope is None:
            return []
        names = set(self._exact(words)) & scope.names
        found = self._scored(kind, words, names)
        exact = bool(found) and found[0][1] >= 1 - self._weights.cost.kind_unsaid
        # Everywhere, a name that is part of a longer one elsewhere is not certain.
        if home is None or not exact:
            found = self._scored(kind, words, names | set(self._with_words(words, scope)))
        return self._candidates(found, home)

    def _with_likeness(
        self, kind: str, words: tuple[Word, ...], home: str | None
    ) -> list[Candidate]:
        scope = self._scope(home)
        if scope is None:
            return []
        names = set(self._exact(words)) & scope.names | set(self._with_words(words, scope))
        names |= set(self._with_similar(words, scope, home))
        return self._candidates(self._scored(kind, words, names), home)

    def _candidates(self, found: list[tuple[int, float]], home: str | None) -> list[Candidate]:
        return [
            Candidate(name, place, agreement)
            for name, agreement in found[:_KEPT]
            for place in ([home] if home is not None else self._gazetteer.homes_of_name[name])
        ]

    def _scope(self, home: str | None) -> Scope | None:
        return self._gazetteer.everywhere if home is None else self._gazetteer.scopes.get(home)

    def _exact(self, words: tuple[Word, ...]) -> Iterator[int]:
        spellings = product(*((word.key, *word.forms) for word in words))
        for spelling in islice(spellings, _SPELLINGS):
            keys = sorted(key for form in spelling for key in form.split())
            yield from self._gazetteer.by_key.get(tuple(keys), ())

    def _with_words(self, words: tuple[Word, ...], scope: Scope) -> Iterator[int]:
        groups = [
            [name for key in (word.key, *word.forms) for name in scope.by_key.get(key, ())]
            for word in words
        ]
        yield from _rare_first(groups)

    def _with_similar(
        self, words: tuple[Word, ...], scope: Scope, home: str | None
    ) -> Iterator[int]:
        looked_for = list(words)
        if len(words) > 1:
            together = ("".join(word.key for word in words), "".join(w.letters for w in words))
            looked_for.append(Word(*together))
        yield from _rare_first([self._similar_words(word, scope, home) for word in looked_for])

    def _similar_words(self, word: Word, scope: Scope, home: str | None) -> list[int]:
        """Names with a word like this one, by sound or by letters."""
        if (word, home) not in self._similar:
            if len(self._similar) > _REMEMBERED:
                self._similar.clear()
            names: dict[int, None] = {}
            for form in (word.key, *word.forms):
                names.update(dict.fromkeys(scope.by_key.get(form, ())))
            if len(word.letters) >= self._weights.word.shortest_typo:
                for typed, known, index in (
                    (word.key, scope.by_key, self._by_sound),
                    (word.letters, scope.by_letters, self._by_letters),
                ):
                    for near in self._near(typed, known, index):
                        names.update(dict.fromkeys(known[near]))
            self._similar[word, home] = list(names)
        return self._similar[word, home]

    def _near(self, typed: str, known: dict[str, list[int]], index: NearWords) -> list[str]:
        """Known words one letter off, else those most like the typed one."""
        if near := [word for word in index.near(typed) if word in known]:
            return near
        return [
            word
            for word, _, _ in process.extract(
                typed,
                known.keys(),
                scorer=OSA.normalized_similarity,
                score_cutoff=self._weights.word.likeness,
                limit=_SIMILAR_WORDS,
            )
        ]

    def _scored(
        self, kind: str, words: tuple[Word, ...], names: Iterable[int]
    ) -> list[tuple[int, float]]:
        gazetteer, weights = self._gazetteer, self._weights
        scored = []
        for name in names:
            street = gazetteer.names[name]
            agreement = name_agreement(words, street, gazetteer, weights)
            agreement -= kind_cost(kind, street.kind, weights)
            if agreement > weights.word.likeness:
                scored.append((name, agreement))
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))


def _rare_first(groups: list[list[int]]) -> Iterator[int]:
    """The names of the rarer words; those of a common word (Αγίου) only where nothing else is."""
    filled = sorted((group for group in groups if group), key=len)
    for place, group in enumerate(filled):
        if place and len(group) > _COMMON:
            return
        yield from group
