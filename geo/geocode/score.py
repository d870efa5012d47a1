"""How well what was typed agrees with a street of the gazetteer, part by part."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from geo.geocode.gazetteer import Gazetteer, StreetName
from geo.geocode.habits import Word


@dataclass(frozen=True)
class WordWeights:
    initial: float
    shortened: float
    shortest: int
    likeness: float
    shortest_typo: int


@dataclass(frozen=True)
class NameWeights:
    unsaid: float
    letter: float


@dataclass(frozen=True)
class CostWeights:
    kind_other: float
    kind_unsaid: float
    postcode_other: float
    split: float


@dataclass(frozen=True)
class KindWeights:
    roads: tuple[str, ...]


@dataclass(frozen=True)
class DecideWeights:
    accept: float
    accept_postcode: float
    accept_anywhere: float
    margin: float
    margin_anywhere: float
    place_typo: float
    conflict: float
    alternatives: int


@dataclass(frozen=True)
class Weights:
    """The values of weights.toml, where each stands with its reason."""

    word: WordWeights
    name: NameWeights
    cost: CostWeights
    kinds: KindWeights
    decide: DecideWeights


@cache
def load_weights() -> Weights:
    """Read weights.toml; a missing or unknown value raises TypeError."""
    with (Path(__file__).parent / "weights.toml").open("rb") as file:
        values = tomllib.load(file)
    return Weights(
        WordWeights(**values["word"]),
        NameWeights(**values["name"]),
        CostWeights(**values["cost"]),
        KindWeights(tuple(values["kinds"]["roads"])),
        DecideWeights(**values["decide"]),
    )


def word_agreement(typed: Word, known: Word, weights: WordWeights) -> float:
    """0 (strangers) to 1 (the same word, or one that the typed one is short for)."""
    if typed.key == known.key or known.key in typed.forms:
        return 1.0
    if typed.key in known.forms:
        return weights.shortened
    short, long = sorted((typed.key, known.key), key=len)
    if long.startswith(short) and not short.isdecimal():
        if len(short) == 1:
            return weights.initial
        if len(short) >= weights.shortest or typed.forms:
            return max(weights.shortened * len(short) / len(long), weights.shortened - 0.1)
    if typed.forms or len(typed.letters) < weights.shortest_typo:
        return 0.0
    return max(
        OSA.normalized_similarity(typed.key, known.key, score_cutoff=weights.likeness),
        OSA.normalized_similarity(typed.letters, known.letters, score_cutoff=weights.likeness),
    )


def name_agreement(
    typed: tuple[Word, ...], street: StreetName, gazetteer: Gazetteer, weights: Weights
) -> float:
    """0 to 1: the typed words found in the name, by their information, less what was unsaid.

    Words may stand in any order (Θεοδώρου Κολοκοτρώνη, Κολοκοτρώνη Θεοδώρου); each is used once.
    """
    if all(len(word.key) == 1 and not word.forms for word in typed):
        # Letters alone name only streets of letters: "Φ" is not "Φ. Νέγρη".
        return 1.0 if sorted(word.key for word in typed) == sorted(street.keys) else 0.0
    free = list(street.words)
    worth = found = 0.0
    for word in typed:
        best, partner = 0.0, None
        for known in free:
            agreement = word_agreement(word, known, weights.word)
            if agreement > best:
                best, partner = agreement, known
        value = _information(partner or word, gazetteer, weights)
        worth += value
        found += value * best
        if partner:
            free.remove(partner)
    unsaid = sum(_information(word, gazetteer, weights) for word in free)
    whole = sum(_information(word, gazetteer, weights) for word in street.words)
    if worth <= 0 or whole <= 0:
        return 0.0
    in_parts = (found / worth) * (1 - weights.name.unsaid * unsaid / whole)
    return max(in_parts, _run_together(typed, street, weights.word))


def _information(word: Word, gazetteer: Gazetteer, weights: Weights) -> float:
    share = weights.name.letter if len(word.key) == 1 else 1.0
    return share * gazetteer.information(word.key)


def _run_together(typed: tuple[Word, ...], street: StreetName, weights: WordWeights) -> float:
    """Agreement of the names without spaces: Αγιοπαντες, Χατζη Μιχαλη."""
    if len(typed) == len(street.words) or abs(len(typed) - len(street.words)) > 1:
        return 0.0
    one, other = "".join(word.key for word in typed), "".join(street.keys)
    likeness = OSA.normalized_similarity(one, other, score_cutoff=0.9)
    return likeness - 0.02 if likeness and len(one) >= 2 * weights.shortest_typo else 0.0


def kind_cost(typed: str, known: str, weights: Weights) -> float:
    """What is taken off for the street type: squares are not streets, avenues nearly are."""
    if typed == known:
        return 0.0
    if is_road(typed, weights) and is_road(known, weights):
        return weights.cost.kind_unsaid
    return weights.cost.kind_other


def is_road(kind: str, weights: Weights) -> bool:
    """Whether the type is of those that people leave out or mix up; no type is one of them."""
    return not kind or kind in weights.kinds.roads
