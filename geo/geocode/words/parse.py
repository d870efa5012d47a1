"""Address text to parts: street words, house number, postcode, place texts and what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geo.geocode.words.habits import NUMBER_MARK, Habits, Word
from geo.geocode.words.numbers import HouseNumber as HouseNumber
from geo.geocode.words.numbers import house_number
from geo.geocode.words.numbers import number_key as number_key
from geo.geocode.words.segments import Cut, Part, cut, numbered_part, tidy, without_level
from geo.geocode.words.words import kind_and_words, kind_of
from geo.geocode.words.words import street_words as street_words
from geo.geocode.words.words import words_of as words_of

LONGEST = 300
"""Characters; a longer text is not one address."""

_EDGES = " .&-–/" + NUMBER_MARK


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

    `streets` are readings, the likeliest first; a village whose houses have numbers and no street
    is read as one. `places` are texts that may name a settlement or municipality; `municipality` is
    one that the writer called so, `regions` are counties, provinces and the like. `number` is a
    house number that stands by a place that is called one ("sat Berindan nr. 12"), or apart.
    `several`: the text holds more than one address; `second`: words with a number of their own
    after or beside the street, which hold another one if they are a street. `rest` is what is none of these: entrance,
    floor, flat, country, the other street of a corner.
    """

    streets: tuple[StreetText, ...] = ()
    postcode: str | None = None
    places: tuple[str, ...] = ()
    municipality: str | None = None
    rest: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    number: HouseNumber | None = None
    several: bool = False
    second: StreetText | None = None


def parse(text: str, habits: Habits, known: Callable[[str], bool] | None = None) -> Parts:
    """Take an address apart; never fails: what it cannot read it leaves in `rest`.

    `known` says whether a text is the name of a place, so that words for what a place is stay in
    such names ("gm. Nowe Miasto Lubawskie", "com. 23 August").
    Text longer than LONGEST characters comes back whole in `rest`.
    """
    if len(text) > LONGEST:
        return Parts(rest=(text,))
    found = cut(tidy(text), habits, known)
    at = _street_part(found, habits)
    streets: tuple[StreetText, ...] = ()
    tail, second = "", None
    if at is not None:
        streets, tail = _street_readings(found.parts[at], habits, road=found.road)
        second = _second(found, at, tail, habits)
        tail = _file_tail(tail, found, habits)
    others = _other_parts(found, at, habits)
    places = tuple(part for part in (*others, tail) if part and not part.isdecimal())
    return Parts(
        streets,
        found.postcodes[0] if found.postcodes else None,
        places,
        found.municipality,
        tuple(found.rest),
        tuple(found.regions),
        found.number,
        found.several,
        second,
    )


def _second(found: Cut, at: int, tail: str, habits: Habits) -> StreetText | None:
    """Words with a house number beside the street that was taken, or after its number."""
    if not found.parts[at].numbered:
        return None
    first, _, more = tail.partition(" ")
    after = more if first in habits.small_words or first in habits.conjunctions else tail
    beside = [part for place, part in enumerate(found.parts) if place != at and part.is_open]
    for part in (*beside, Part(after, True, numbered_part(after, habits))):
        if part.numbered and (readings := _street_readings(part, habits, road=found.road)[0]):
            return readings[0]
    return None


def parse_place(text: str, habits: Habits) -> str:
    """The bare name in a municipality's or settlement's text: 'Δήμος Χαλανδρίου' without Δήμος."""
    return habits.levels.trailing.sub("", place_name(text, habits))


def place_name(text: str, habits: Habits) -> str:
    """As `parse_place`, with a last word for what a place is, which may be the name's: Nowe Miasto."""
    body = tidy(text[:LONGEST])
    levels = habits.levels
    found, settlement = levels.municipality.match(body), levels.settlement.match(body)
    # The longer word says it: 'Δ.Ε.' is not 'Δ.'.
    if found and not (settlement and settlement.end() > found.end()):
        body = body[found.end() :]
    return without_level(body, habits)


def _street_part(found: Cut, habits: Habits) -> int | None:
    """Which part is the street: one with a number and a street type, with a number, with a type,
    else the first that may be one.
    """
    best, at = -1, None
    candidates = [(place, part) for place, part in enumerate(found.parts) if part.is_open]
    if len(candidates) < 2:
        return candidates[0][0] if candidates else None
    for place, part in candidates:
        called = habits.leading_kind.match(part.text) or habits.trailing_kind.search(part.text)
        worth = 2 * (part.numbered is not None) + (called is not None)
        if worth > best:
            best, at = worth, place
    return at


def _other_parts(found: Cut, at: int | None, habits: Habits) -> list[str]:
    """What may be places; another street goes to the rest."""
    others: list[str] = []
    for place, part in enumerate(found.parts):
        if place == at:
            continue
        kind = habits.leading_kind.match(part.text) if part.is_open else None
        text = part.text.replace(NUMBER_MARK, "")
        if kind and (part.numbered or kind_of(kind[1], habits) == habits.ordinary_kind):
            found.rest.append(text)
        else:
            others.append(without_level(text, habits))
    return others


def _street_readings(
    part: Part, habits: Habits, *, road: bool
) -> tuple[tuple[StreetText, ...], str]:
    """The readings of a segment and the text after its number."""
    segment, found = part.text, part.numbered
    if found and road and not found.marked:
        found = None
    number, tail, name = None, "", segment
    if found:
        number, tail = found.number, segment[found.end :].strip(" .-–/" + NUMBER_MARK)
        name = segment[: found.start]
    name = name.strip(" ." + NUMBER_MARK)
    readings = [_reading(name, number, habits)]
    kind = habits.leading_kind.match(name)
    if kind and habits.speller.short_key(kind[1]) in habits.abbreviations:
        # 'Al. Stamboliyski' is no alley: the first word may be short for a name.
        words = words_of(name, habits)
        readings.append(StreetText("", words, name, number))
    if (junction := habits.junction.search(name)) and junction.start() > 1:
        readings.append(_reading(name[: junction.start()], number, habits))
    if kind and found is None and kind_of(kind[1], habits) != habits.ordinary_kind:
        # 'Rynek 11 Odolanów': the kind may be the whole name, as '3 Maja' may be another's.
        after = habits.house_number.match(name, kind.end())
        if after and (own := house_number(after.group())):
            readings.append(StreetText("", words_of(kind[1], habits), kind[1], own))
    leading = habits.house_number.match(segment.lstrip(NUMBER_MARK))
    if leading and number is None and leading.end() < len(segment):
        first = house_number(leading.group())
        readings.append(_reading(segment.lstrip(NUMBER_MARK)[leading.end() :], first, habits))
    return tuple(reading for reading in readings if reading.words), tail


def _reading(text: str, number: HouseNumber | None, habits: Habits) -> StreetText:
    kind, words = kind_and_words(text, habits)
    return StreetText(kind, words, text.strip(), number)


def _file_tail(tail: str, found: Cut, habits: Habits) -> str:
    """The text after a house number, unless it is a second address or the corner's other street."""
    first, _, more = tail.partition(" ")
    if first in habits.conjunctions:
        found.several |= numbered_part(more, habits) is not None
        found.rest.append(tail)
        return ""
    if habits.corner_start.match(tail) or first == "&":
        found.rest.append(tail)
        return ""
    return tail.strip(_EDGES)
