"""Which of the old European encodings a text is in: the one under which its letters make words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

LETTERS = {
    "el": "αοιετσνηυρπκμλςγδωχθφβξζψίάόέήύώϊϋΐΰ",
    "bg": "аоиентрсвлкдпмзгябъучщцжхшйюьф",
    "pl": "łąężóśćńź",
    "ro": "ăîâșțşţ",
    "cs": "áíéýěčřšžůúďťňó",
    "hu": "áéíóöőúüű",
    "de": "äöüßé",
    "west": "éèêàâçùûîïôëñóíáúüöäåøæœãõ",
}
"""The letters beyond ASCII of each language, the commonest first."""

ENCODINGS = {
    "el": ("cp1253", "iso8859_7"),
    "bg": ("cp1251",),
    "pl": ("cp1250", "iso8859_2"),
    "ro": ("cp1250", "iso8859_2", "iso8859_16"),
    "cs": ("cp1250", "iso8859_2"),
    "hu": ("cp1250", "iso8859_2"),
    "de": ("cp1252",),
    "west": ("cp1252",),
}
"""The encodings that offices write each language in; the first is taken where all read alike."""

PUNCTUATION = frozenset("«»„“”’‘–—…€§°·№´£±\xa0½²³΄•")
"""Signs beyond ASCII that stand in any of the languages."""

MARGIN = 0.25
"""By how much the best reading must beat every one in another language. Right readings of lists of
names score from 0.4 to 0.7, the next language's stay under 0.1."""

FEW = 2.0
"""Added to the margin, divided by the number of signs beyond ASCII: two letters prove nothing."""

LOWEST = -0.3
"""A best reading below this is none."""

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


@dataclass(frozen=True)
class _Reading:
    language: str
    encoding: str
    text: str
    score: float


def likely(sample: bytes) -> str | None:
    """The encoding whose reading is clearly likelier than every other one; None if none is.

    `sample` are lines that hold bytes beyond ASCII. Between encodings of one language the one
    that gives more letters is taken (a capital alpha with its accent is a quotation mark in the
    other), and the commoner one where that is the same.
    """
    readings = sorted(_readings(sample), key=lambda reading: -reading.score)
    if not readings or readings[0].score < LOWEST:
        return None
    best = readings[0]
    own = [one for one in readings if one.language == best.language]
    texts = {one.text for one in own}
    signs = sum(ord(sign) > 127 for sign in best.text)
    margin = MARGIN + FEW / max(signs, 1)
    if any(one.text not in texts and one.score > best.score - margin for one in readings):
        return None
    order = ENCODINGS[best.language]
    return max(own, key=lambda one: (_letters(one.text), -order.index(one.encoding))).encoding


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _readings(sample: bytes) -> list[_Reading]:
    found = []
    for language, encodings in ENCODINGS.items():
        for encoding in encodings:
            try:
                text = sample.decode(encoding)
            except UnicodeDecodeError:
                continue
            found.append(_Reading(language, encoding, text, _score(text, language)))
    return found


@lru_cache
def _worth(language: str) -> dict[str, float]:
    """How much each letter speaks for a language: common ones more than rare ones."""
    letters = LETTERS[language]
    worth = {letter: 1.0 - 1.2 * place / len(letters) for place, letter in enumerate(letters)}
    return worth | {letter.upper(): value - 0.2 for letter, value in worth.items()}


def _score(text: str, language: str) -> float:
    """The mean worth of the letters beyond ASCII; strange signs and broken words count against."""
    counts = Counter(sign for sign in text if ord(sign) > 127)
    total = sum(counts.values())
    worth = _worth(language)
    score = sum(worth.get(sign, _strange(sign)) * count for sign, count in counts.items())
    return (score - 3.0 * _broken(text, language)) / max(total, 1)


def _strange(sign: str) -> float:
    if sign in PUNCTUATION:
        return 0.0
    return -2.0 if sign.isalpha() else -4.0


def _broken(text: str, language: str) -> int:
    """Words that mix scripts, or that have a capital letter inside after small ones."""
    broken = 0
    own_script = language in ("el", "bg")
    for word in set(_WORD.findall(text)):
        if word.isascii():
            continue
        inside = word[1:]
        if (
            not inside.isupper() and any(a.islower() and b.isupper() for a, b in pairwise(word))
        ) or (own_script and _LATIN.search(word) and len(word) > 1):
            broken += 1
    return broken
