"""Which streets of the gazetteer might be meant: by exact words first, else by similar ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocode.gazetteer import Gazetteer, Scope
from geo.geocode.habits import Word
from geo.geocode.score import Weights, kind_cost, name_agreement

_SPELLINGS = 48
_SIMILAR_WORDS = 8
_COMMON = 400
_KEPT = 12
_REMEMBERED = 200_000


@dataclass(frozen=True)
class Candidate:
    """A street name in one municipality, and how well it agrees with what was typed (0 to 1)."""

    name: int
    area_code: str
    agreement: float


class CandidateFinder:
    """Finds streets by name; remembers what it found, since names come again and again."""

    def __init__(self, gazetteer: Gazetteer, weights: Weights) -> None:
        self._gazetteer = gazetteer
        self._weights = weights
        self._found: dict[tuple[str, tuple[Word, ...], str | None], list[Candidate]] = {}
        self._similar: dict[tuple[Word, str | None], list[int]] = {}

    def find(self, kind: str, words: tuple[Word, ...], area: str | None) -> list[Candidate]:
        """Candidates in a municipality (None: everywhere), best first.

        Where a street of exactly these words exists, misspellings are not looked for, nor, in a
        municipality, longer names with these words.
        """
        key = (kind, words, area)
        if key not in self._found:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            self._found[key] = self._search(kind, words, area)
        return self._found[key]

    def _search(self, kind: str, words: tuple[Word, ...], area: str | None) -> list[Candidate]:
        scope = self._scope(area)
        names = set(self._exact(words)) & scope.names if scope else set()
        found = self._scored(kind, words, names)
        accept = self._weights.decide.accept
        exact = bool(found) and found[0][1] >= 1 - self._weights.cost.kind_unsaid
        # Everywhere, a name that is part of a longer one elsewhere is not certain.
        if scope and (area is None or not exact):
            found = self._scored(kind, words, names | set(self._with_words(words, scope)))
            if not (found and found[0][1] >= accept):
                similar = set(self._with_similar(words, scope, area))
                found = self._scored(kind, words, names | similar)
        return [
            Candidate(name, place, agreement)
            for name, agreement in found[:_KEPT]
            for place in ([area] if area is not None else self._gazetteer.areas_of_name[name])
        ]

    def _scope(self, area: str | None) -> Scope | None:
        return self._gazetteer.everywhere if area is None else self._gazetteer.scopes.get(area)

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
        self, words: tuple[Word, ...], scope: Scope, area: str | None
    ) -> Iterator[int]:
        looked_for = list(words)
        if len(words) > 1:
            together = ("".join(word.key for word in words), "".join(w.letters for w in words))
            looked_for.append(Word(*together))
        yield from _rare_first([self._similar_words(word, scope, area) for word in looked_for])

    def _similar_words(self, word: Word, scope: Scope, area: str | None) -> list[int]:
        """Names with a word like this one, by sound or by letters."""
        if (word, area) not in self._similar:
            if len(self._similar) > _REMEMBERED:
                self._similar.clear()
            names: dict[int, None] = {}
            for form in (word.key, *word.forms):
                names.update(dict.fromkeys(scope.by_key.get(form, ())))
            if len(word.letters) >= self._weights.word.shortest_typo:
                for typed, known in ((word.key, scope.by_key), (word.letters, scope.by_letters)):
                    for near, _, _ in self._near(typed, known):
                        names.update(dict.fromkeys(known[near]))
            self._similar[word, area] = list(names)
        return self._similar[word, area]

    def _near(self, typed: str, known: dict[str, list[int]]) -> list[tuple[str, float, int]]:
        return process.extract(
            typed,
            known.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=self._weights.word.likeness,
            limit=_SIMILAR_WORDS,
        )

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
