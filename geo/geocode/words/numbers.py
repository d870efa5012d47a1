"""House numbers: '15 Α', '15-17', '15/3', '15 bis' taken apart, and when two are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LONGEST = 40
# '№' and fractions and raised digits, which normalising would glue to the number as digits.
_NO_NUMBER = re.compile(r"[№²³¹⁰-₉¼-¾⅐-⅟]")
_MARK = re.compile(r"^(?:\W*n[or](?=[\W\d])\W*)+")
_BETWEEN = re.compile(r"\s*[-–—−&+,;]\s*|(?<=\d)\s+(?=\d)")
_SLASH = re.compile(r"\s*[/\\⁄]\s*")
_LETTER_APART = re.compile(r"(?<=\d)\s*[/\-]?\s*(?=(?:[^\W\d_]|bis|ter)(?:[-/]|$))")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_NOISE = re.compile(r"[^\w/-]+|_")
_PARTS = re.compile(r"(\d{1,9})([^\W\d_]{1,3})?(?:-(\d{1,9})[^\W\d_]{0,3})?(?:/(.+))?")

# Letters on doors: by their sound, so that a Latin letter stands for the Greek or Cyrillic one.
_LATIN = str.maketrans("αβγδεζηθικλμабвгдежзиклм", "abgdezhqiklmabvgdejziklm")


@dataclass(frozen=True)
class HouseNumber:
    """A house number as typed and its parts.

    `value` is the whole number that says odd or even and where, `letter` is Latin and small ("a",
    "bis"), `last` the end of a range, `flat` what follows a slash: a flat, an entrance, or the
    second number of a corner house.
    """

    text: str
    value: int
    letter: str | None = None
    last: int | None = None
    flat: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys to look for among surveyed numbers, in order: all of it, then without range or flat."""
        return tuple(dict.fromkeys((number_key(self.text), f"{self.value}{self.letter or ''}")))


@lru_cache(maxsize=1 << 14)
def number_key(text: str) -> str:
    """The comparison key of a house number; '' where there is nothing to compare.

    '15 a', '15A', '15/A' and '15Α' (Greek) have one key, '15' and '15-17' another each.
    """
    small = unicodedata.normalize("NFKC", _NO_NUMBER.sub(" ", text[:_LONGEST])).casefold()
    apart = unicodedata.normalize("NFKD", small)
    bare = "".join(letter for letter in apart if unicodedata.category(letter)[0] not in "MC")
    latin = _MARK.sub("", bare).translate(_LATIN)
    joined = _SLASH.sub("/", _BETWEEN.sub("-", latin.strip(" .,")))
    whole = _LETTER_APART.sub("", _MARK.sub("", _NOISE.sub("", joined)).strip("-/"))
    return _ZEROS.sub("", whole)[:_LONGEST].strip("-/")


@lru_cache(maxsize=1 << 14)
def house_number(text: str) -> HouseNumber | None:
    """The parts of a text that is a house number and nothing else; None where it begins with none.

    The text stays as typed, without a mark such as '№' before it.
    """
    found = _PARTS.match(number_key(text))
    if not found:
        return None
    value, last = int(found[1]), int(found[3]) if found[3] else None
    flat = found[4]
    if last is not None and last <= value:
        last, flat = None, flat or str(last)
    return HouseNumber(text.strip(" .,№"), value, found[2], last, flat)
