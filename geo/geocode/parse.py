"""Address text to parts: street words, house number, postcode, place texts and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from geo.geocode.habits import Habits, Word, kind_of, plain
from geo.names import fold, latin_key

LONGEST = 300
"""Characters; a longer text is not one address."""

_SEGMENT = re.compile(r"[,;|()\[\]\"«»]|(?<!\d)\s[-–—]\s|\s[-–—]\s(?!\d)|(?<=\s)/(?=\s)")
_LONG_WORD = 5
_RAW_WORD = re.compile(r"[^\s.\-–&,']+(?:/[^\s.\-–&,']+)*\.?")


@dataclass(frozen=True)
class HouseNumber:
    """A house number as typed and the whole number that says odd or even and where."""

    text: str
    value: int


@dataclass(frozen=True)
class StreetText:
    """One way to read the street: its kind (a canonical street type), its words, its number."""

    kind: str
    words: tuple[Word, ...]
    text: str
    number: HouseNumber | None = None


@dataclass(frozen=True)
class Parts:
    """An address taken apart.

    `streets` are readings, the likeliest first; `places` are texts that may name a settlement or
    municipality; `municipality` is one that the writer called so.
    """

    streets: tuple[StreetText, ...] = ()
    postcode: str | None = None
    places: tuple[str, ...] = ()
    municipality: str | None = None
    rest: tuple[str, ...] = ()


def parse(text: str, habits: Habits) -> Parts:
    """Take an address apart; never fails: what it cannot read it leaves in `rest`.

    Text longer than LONGEST characters comes back whole in `rest`.
    """
    if len(text) > LONGEST:
        return Parts(rest=(text,))
    body = _space_after_dots(plain(text))
    postcode, body = _take_postcode(body, habits)
    body, rest = _take_away(body, habits)
    segments = [part for raw in _SEGMENT.split(body) if (part := raw.strip(" .:-–&/"))]
    municipality, segments = _take_municipality(segments, habits)
    if not segments:
        return Parts((), postcode, (), municipality, rest)
    at = _street_segment(segments, habits)
    streets, tail = _street_readings(segments[at], habits)
    others = [_without_level(part, habits) for part in segments[:at] + segments[at + 1 :]]
    places = tuple(part for part in (*others, tail) if part and not part.isdecimal())
    return Parts(streets, postcode, places, municipality, rest)


def parse_place(text: str, habits: Habits) -> str:
    """The bare name in a municipality's or settlement's text: 'Δήμος Χαλανδρίου' without Δήμος."""
    body = _space_after_dots(plain(text[:LONGEST]))
    found = habits.municipality.match(body)
    return _without_level(body[found.end() :] if found else body, habits)


def street_words(text: str, habits: Habits) -> tuple[str, tuple[Word, ...]]:
    """Street type and words of a street's name; also reads the gazetteer's own names."""
    return _kind_and_words(_space_after_dots(plain(text)), habits)


def words_of(text: str, habits: Habits) -> tuple[Word, ...]:
    """The words of a name, each with what it may be short for; articles and 'and' left out."""
    words: list[Word] = []
    for raw in _RAW_WORD.findall(text):
        short = latin_key(raw)
        forms = habits.abbreviations.get(short, ())
        if forms and not (len(short) == 1 and not raw.endswith(".") and len(raw) > 1):
            words.append(Word(short.replace(" ", ""), fold(raw), forms))
        else:
            words += [Word(latin_key(part), part) for part in fold(raw).split()]
    kept = [word for word in words if word.forms or word.key not in habits.unsaid]
    return tuple(kept or words)


def _space_after_dots(text: str) -> str:
    return re.sub(r"(?<=[^\W\d_]{2}\.)(?=[^\W\d_])", " ", text)


def _take_postcode(body: str, habits: Habits) -> tuple[str | None, str]:
    found = list(habits.postcode.finditer(body))
    if not found:
        return None, body
    last = found[-1]
    # A comma in its place: what stands before and after are different parts of the address.
    return "".join(last.groups()), f"{body[: last.start()]}, {body[last.end() :]}"


def _take_away(body: str, habits: Habits) -> tuple[str, tuple[str, ...]]:
    rest: list[str] = []
    for pattern in (habits.kilometre, habits.no_number, habits.floor):
        rest += [found.group() for found in pattern.finditer(body)]
        body = pattern.sub(" ", body)
    return habits.house_number_words.sub("", body), tuple(rest)


def _take_municipality(segments: list[str], habits: Habits) -> tuple[str | None, list[str]]:
    for place, segment in enumerate(segments):
        # Never the only segment with a number: "Δ. Σολωμού 12" is a street.
        found = habits.municipality.match(segment)
        if found and not any(map(str.isdigit, segment)) and (len(found[0].strip()) > 2 or place):
            return segment[found.end() :], segments[:place] + segments[place + 1 :]
    return None, segments


def _without_level(segment: str, habits: Habits) -> str:
    found = habits.settlement.match(segment)
    return segment[found.end() :] if found else segment


def _street_segment(segments: list[str], habits: Habits) -> int:
    for place, segment in enumerate(segments):
        if _number_after_words(segment, habits):
            return place
    return 0


def _number_after_words(segment: str, habits: Habits) -> re.Match[str] | None:
    for found in habits.house_number.finditer(segment):
        if any(map(str.isalpha, segment[: found.start()])) and not _within_word(segment, found):
            return found
    return None


def _within_word(segment: str, found: re.Match[str]) -> bool:
    start = found.start()
    return start > 0 and (segment[start - 1].isalnum() or segment[start - 1] == "/")


def _street_readings(segment: str, habits: Habits) -> tuple[tuple[StreetText, ...], str]:
    """The readings of a segment and the text after its number."""
    found = _number_after_words(segment, habits)
    if found and _belongs_to_name(segment, found, habits):
        found = next(habits.house_number.finditer(segment, found.end()), None)
    number, tail, name = None, "", segment
    if found:
        number, tail = _house_number(found), segment[found.end() :].strip(" .&-–/")
        name = segment[: found.start()].strip(" .")
    readings = [_reading(name, number, habits)]
    if (junction := habits.junction.search(name)) and junction.start() > 1:
        readings.append(_reading(name[: junction.start()], number, habits))
    leading = habits.house_number.match(segment)
    if leading and number is None and leading.end() < len(segment):
        readings.append(_reading(segment[leading.end() :], _house_number(leading), habits))
    return tuple(reading for reading in readings if reading.words), tail


def _belongs_to_name(segment: str, found: re.Match[str], habits: Habits) -> bool:
    """'Οδός 28 Οκτωβρίου 15': the number after a bare street type, with more of a name to come."""
    bare_kind = segment[: found.start()].strip() in habits.kinds
    return bare_kind and any(map(str.isalpha, segment[found.end() :]))


def _house_number(found: re.Match[str]) -> HouseNumber:
    return HouseNumber(found.group().strip(), int(found[1]))


def _reading(text: str, number: HouseNumber | None, habits: Habits) -> StreetText:
    kind, words = _kind_and_words(text, habits)
    return StreetText(kind, words, text.strip(), number)


def _kind_and_words(text: str, habits: Habits) -> tuple[str, tuple[Word, ...]]:
    text = text.strip()
    kind, body = "", text
    if found := habits.leading_kind.match(text):
        kind, body = kind_of(found[1], habits), text[found.end() :]
    elif found := habits.trailing_kind.search(text):
        kind, body = kind_of(found[1], habits), text[: found.start()]
    elif meant := _misspelt_kind(text, habits):
        kind, body = kind_of(meant, habits), text.partition(" ")[2]
    words = words_of(body, habits)
    return (kind, words) if words else ("", words_of(text, habits))


def _misspelt_kind(text: str, habits: Habits) -> str | None:
    """The street type that the first of several words is, but for one letter: 'Πατεία Ειρήνης'."""
    first, space, _ = text.partition(" ")
    if not space or len(first) < _LONG_WORD:
        return None
    near = (kind for kind in habits.long_kinds if OSA.distance(first, kind, score_cutoff=1) == 1)
    return next(near, None)
