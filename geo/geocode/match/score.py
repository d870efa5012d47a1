"""How well what was typed agrees with a street of the gazetteer, part by part."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from geo.geocode.index.gazetteer import Gazetteer, StreetName
from geo.geocode.weights import Weights, WordWeights
from geo.geocode.words.habits import Word

_SHORT = 2
_SHORT_STEM = 6
_LONGEST_ARTICLE = 4
_SHORTEST_ENDING = 4


def word_agreement(
    typed: Word, known: Word, weights: WordWeights, endings: frozenset[str] = frozenset()
) -> float:
    """0 (strangers) to 1 (the same word, or one that the typed one is short for).

    `endings` are those that many names share (-strasse): letters in them do not make two words
    alike.
    """
    if typed.key in known.keys or typed.key == known.key:
        return 1.0
    if any(form == known.key or form in known.keys for form in typed.forms):
        return 1.0
    if typed.key in known.forms:
        return weights.shortened
    short, long = sorted((typed.key, known.key), key=len)
    if long.startswith(short) and not short.isdecimal():
        if len(short) == 1:
            return weights.initial
        if len(short) >= weights.shortest or typed.forms:
            return max(weights.shortened * len(short) / len(long), weights.shortened - 0.1)
    if typed.forms:
        return 0.0
    if len(typed.letters) < weights.shortest_typo:
        return _short_typo(typed, known, weights)
    if endings and not _few_edits(typed, known, endings):
        return 0.0
    return max(
        OSA.normalized_similarity(typed.key, known.key, score_cutoff=weights.likeness),
        OSA.normalized_similarity(typed.letters, known.letters, score_cutoff=weights.likeness),
    )


def _short_typo(typed: Word, known: Word, weights: WordWeights) -> float:
    """'Ym Feld' for 'Im Feld': a word too short to be looked for may still be misspelt."""
    if len(typed.key) < _SHORT or not typed.key.isalpha() or not known.key.isalpha():
        return 0.0
    return weights.short_typo if OSA.distance(typed.key, known.key, score_cutoff=1) == 1 else 0.0


def _few_edits(typed: Word, known: Word, endings: frozenset[str]) -> bool:
    """Whether words of one common ending differ little in what stands before it."""
    one, other = typed.key, known.key
    for length in range(min(len(one), len(other)) - 1, _SHORTEST_ENDING - 1, -1):
        ending = other[-length:]
        if ending in endings and one.endswith(ending):
            stem = max(len(one), len(other)) - length
            edits = min(OSA.distance(one, other), OSA.distance(typed.letters, known.letters))
            return bool(edits <= (1 if stem <= _SHORT_STEM else 2))
    return True


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
            agreement = word_agreement(word, known, weights.word, gazetteer.endings)
            if agreement > best:
                best, partner = agreement, known
        if partner is None and _misspelt_article(word.key, gazetteer):
            continue
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


def _misspelt_article(key: str, gazetteer: Gazetteer) -> bool:
    """'An dr Halde': a short word that no street word answers, one letter off an article."""
    if not _SHORT <= len(key) <= _LONGEST_ARTICLE or not key.isalpha():
        return False
    return any(
        OSA.distance(key, article, score_cutoff=1) <= 1 for article in gazetteer.habits.unsaid
    )


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
