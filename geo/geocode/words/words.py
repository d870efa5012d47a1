"""Names to words with comparison keys, and a street's type apart from its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from geo.geocode.words.habits import Habits, Word, bare_kind, plain
from geo.names import fold

_LETTERS = re.compile(r"[^\W_]+")
_LONG_WORD = 5
_RAW_WORD = re.compile(r"[^\s.\-–&,']+(?:/[^\s.\-–&,']+)*\.?")
_STUCK = re.compile(r"(?<=[^\W\d_]{2}\.)(?=[^\W_])")


def street_words(text: str, habits: Habits) -> tuple[str, tuple[Word, ...]]:
    """Street type and words of a street's name in the gazetteer, with all keys it is filed under."""
    spelled = {plain(raw): raw for raw in _RAW_WORD.findall(text)}
    return kind_and_words(space_after_dots(plain(text)), habits, spelled)


def space_after_dots(text: str) -> str:
    """'ul.Długa' as 'ul. Długa'."""
    return _STUCK.sub(" ", text) if "." in text else text


def kind_and_words(
    text: str, habits: Habits, spelled: Mapping[str, str] | None = None
) -> tuple[str, tuple[Word, ...]]:
    """The street type that plain text says, and its other words; a type alone is its own name."""
    text = text.strip()
    kind, body = "", text
    if found := habits.leading_kind.match(text):
        kind, body = kind_of(found[1], habits), text[found.end() :]
        other = habits.leading_kind.match(body) if kind == habits.ordinary_kind else None
        # "Odos Akti Themistokleous": the word for any street says nothing beside another, but
        # "Str. Al. Ioan Cuza" is of Alexandru, not an alley.
        if other and "." not in other[0]:
            kind, body = kind_of(other[1], habits), body[other.end() :]
    elif found := habits.trailing_kind.search(text):
        kind, body = kind_of(found[1], habits), text[: found.start()]
    elif meant := _misspelt_kind(text, habits):
        kind, body = kind_of(meant, habits), text.partition(" ")[2]
    words = words_of(body, habits, spelled)
    return (kind, words) if words else ("", words_of(text, habits, spelled))


def kind_of(matched: str, habits: Habits) -> str:
    """The canonical street type of a spelling that a kind pattern found."""
    return habits.kinds.get(bare_kind(matched), habits.ordinary_kind)


def words_of(
    text: str, habits: Habits, spelled: Mapping[str, str] | None = None
) -> tuple[Word, ...]:
    """The words of a name, each with what it may be short for; articles and 'and' left out.

    `spelled` gives words of a gazetteer's name with their marks back; such words get all keys.
    """
    words: list[Word] = []
    for raw in _tokens(habits.speller.without_ordinal(text), habits):
        short, forms = _short_for(raw, habits)
        if forms:
            key = short.replace(" ", "")
            words.append(Word(key, _folded(raw), forms, (key,)))
        else:
            words += _plain_words(raw, (spelled or {}).get(raw), habits)
    kept = [
        word
        for place, word in enumerate(words)
        if not (_unsaid(word, habits) or (0 < place < len(words) - 1 and _small(word, habits)))
    ]
    return tuple(kept or words)


def _short_for(raw: str, habits: Habits) -> tuple[str, tuple[str, ...]]:
    """The key of a token and what it may be short for."""
    dotted = raw.endswith(".")
    # With its dot 'Iv.' is Ivan, without it the fourth.
    short = habits.speller.short_key(raw) if dotted else habits.speller.key(raw)
    if raw in habits.small_words or (len(short) == 1 and len(raw) > 1 and not dotted):
        return short, ()
    return short, habits.abbreviations.get(short, ())


def _unsaid(word: Word, habits: Habits) -> bool:
    if word.forms:
        return all(form in habits.unsaid for form in word.forms)
    return word.key in habits.unsaid


def _small(word: Word, habits: Habits) -> bool:
    """'Cyryla i Metodego': a word of one letter between others; at an end it may be a number."""
    return not word.forms and word.letters in habits.small_words


def _tokens(text: str, habits: Habits) -> list[str]:
    if "-" in text:
        text = habits.hyphened.sub(lambda found: found[0].replace("-", ""), text)
    raw = _RAW_WORD.findall(text)
    if not habits.endings:
        return raw
    tokens: list[str] = []
    for token in raw:
        written = _written_out(token, habits)
        # "Land Strasse" is one word, as "Landstrasse".
        if tokens and any(written == ending for _, ending in habits.endings):
            tokens[-1] += written
        else:
            tokens.append(written)
    return tokens


def _written_out(token: str, habits: Habits) -> str:
    """A one-word street name with its end written out: 'landstr.' is 'landstrasse'."""
    for short, ending in habits.endings:
        if token.endswith(short):
            return token[: -len(short)] + ending
    return token


@lru_cache(maxsize=1 << 15)
def _folded(raw: str) -> str:
    return fold(raw)


def _plain_words(raw: str, spelled: str | None, habits: Habits) -> list[Word]:
    """The words of a token that is no abbreviation; with its marks they get all their keys."""
    speller = habits.speller
    words = [
        Word(key, part, (), (key,)) for part in _folded(raw).split() if (key := speller.key(part))
    ]
    marked = _LETTERS.findall(spelled) if spelled else []
    if len(marked) != len(words):
        return words
    return [
        replace(word, keys=tuple(dict.fromkeys((word.key, *speller.keys(part)))))
        for word, part in zip(words, marked, strict=True)
    ]


def _misspelt_kind(text: str, habits: Habits) -> str | None:
    """The street type that the first of several words is, but for one letter: 'Πατεία Ειρήνης'."""
    first, space, _ = text.partition(" ")
    if not space or len(first) < _LONG_WORD or not habits.long_kinds:
        return None
    return _nearest_kind(first, habits.long_kinds)


@lru_cache(maxsize=1 << 14)
def _nearest_kind(word: str, kinds: tuple[str, ...]) -> str | None:
    return next((kind for kind in kinds if OSA.distance(word, kind, score_cutoff=1) == 1), None)
