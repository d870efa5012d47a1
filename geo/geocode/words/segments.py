"""An address text cut into segments, and what each of them is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from geo.geocode.words.habits import NUMBER_MARK, Habits, bare_kind, plain
from geo.geocode.words.numbers import HouseNumber, house_number
from geo.geocode.words.words import space_after_dots

_LINES = re.compile(r"[\n\r\t\v\f\u2028\u2029]+")
_CUT = re.compile(r"[,;|()\[\]\"«»„“”‟]|(?<!\d)\s[-–—]\s|\s[-–—]\s(?!\d)|(?<=\s)/(?=\s)")
_HARD = re.compile(r";|\||(?<=\s)/(?=\s)|\s//?\s")
_QUOTED = re.compile(r"[\"„“”«]([^\"„“”«»]{1,60})[\"“”»]")
_LABEL = re.compile(r"(?:^|(?<=[,;(]))\s*([^\W\d_]{3,}(?:\s[^\W\d_]+)?)\s*:\s*")
_BLOCK = re.compile(r"[^\W\d_]{1,2}[\s-]?\d{1,3}[^\W\d_]?")
_EDGES = " .:-–—&/+*"
_AFTER_NUMBER = re.compile(r"\s?(bis|ter|δισ)(?!\w)")
_AND_NUMBER = re.compile(r"\s?(?:\+|(?<=\s)(?P<word>[^\W\d_]{1,4})(?=\s))\s?(\d{1,4})\s*")
_FLAT = re.compile(r"\s?/\s?(?:\d{1,4}[^\W\d_]?|[^\W\d_]{1,2}\d{0,3})(?!\w)")
_ONLY_NUMBER = re.compile(rf"\s*{NUMBER_MARK}?\d{{1,4}}[^\W\d_]?\s*")
_DATED = re.compile(r"(?:^|\s)\d{1,2}\s+\w+\s+(?:1[6-9]|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A house number within a segment: where it stands and what it is."""

    start: int
    end: int
    number: HouseNumber
    marked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A segment that may be the street (`is_open`), with its house number, or the name of a place."""

    text: str
    is_open: bool = False
    numbered: Numbered | None = None


@dataclass
class Cut:
    """A text after cutting.

    `parts` are in their order; what is none of them has been named as what it is. `road`: kilometres are given, so a bare number is the road's (DN 19 km 5).
    """

    parts: list[Part] = field(default_factory=list)
    municipality: str | None = None
    regions: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    postcodes: list[str] = field(default_factory=list)
    number: HouseNumber | None = None
    several: bool = False
    road: bool = False


def tidy(text: str) -> str:
    """Plain text with lines parted by commas and a space after each dot."""
    if not text.isprintable():
        text = _LINES.sub(", ", text)
    return space_after_dots(plain(text))


def _two_streets(out: Cut, habits: Habits) -> bool:
    """Whether two parts are each called a street and have a number each."""
    numbered = [part for part in out.parts if part.numbered]
    return (
        len(numbered) > 1
        and sum(habits.leading_kind.match(part.text) is not None for part in numbered) > 1
    )


def cut(body: str, habits: Habits, known: Callable[[str], bool] | None = None) -> Cut:
    """Cut tidy text; words for postcode, region, settlement and the like say what a part is.

    `known` says whether a text is the name of a place.
    """
    found = Cut()
    body = _unquoted(_without_labels(body, habits, found), habits)
    body = _without((habits.extras.telephone,), body, found)
    body = _take_postcodes(body, habits, found)
    body = _take_extras(body, habits, found)
    numbered = 0
    for part in _HARD.split(body):
        before = len(found.parts)
        for segment in _segments(part, habits, known):
            _file(segment, habits, found, known)
        numbered += any(one.numbered for one in found.parts[before:])
    found.several |= numbered > 1 or len(found.postcodes) > 1 or _two_streets(found, habits)
    return found


def _without_labels(body: str, habits: Habits, out: Cut) -> str:
    """'Adres: ul. Długa 5': what a form or a writer says before the address goes to the rest."""

    def label(found: re.Match[str]) -> str:
        known = is_bare_word(found[1], habits) or habits.postcode_words.fullmatch(found[1])
        if known or habits.house_number_words.match(f"{found[1]} 1"):
            return found[0]
        out.rest.append(found[1])
        return " "

    return _LABEL.sub(label, body) if ":" in body else body


def _unquoted(body: str, habits: Habits) -> str:
    """Quotes around a street's or place's name go; others part the text."""

    def named(found: re.Match[str]) -> str:
        before, after = body[: found.start()].rstrip(), body[found.end() :].lstrip(" ,")
        word = before.rsplit(",", 1)[-1].strip()
        of_name = not word or is_bare_word(word, habits)
        numbered = after[:1].isdecimal() or habits.house_number_words.match(after)
        return f" {found[1]} " if of_name or numbered else found[0]

    return _QUOTED.sub(named, body) if any(sign in body for sign in '"„“”«') else body


def _take_postcodes(body: str, habits: Habits, out: Cut) -> str:
    """The postcode called so, else the last; two different ones are two addresses."""
    found = list(habits.postcode.finditer(body))
    if not found:
        return body
    chosen = next(iter(habits.marked_postcode.finditer(body)), found[-1])
    out.postcodes = list(dict.fromkeys("".join(match.groups()) for match in found))
    code = "".join(chosen.groups())
    out.postcodes.sort(key=lambda other: other != code)
    # A comma in its place: what stands before and after are different parts of the address.
    return habits.postcode.sub(", ", body)


def _without(patterns: Iterable[re.Pattern[str]], body: str, out: Cut) -> str:
    """The text with commas for what the patterns find, which goes to the rest."""
    for pattern in patterns:
        if pattern.search(body):
            out.rest += [found[0].strip() for found in pattern.finditer(body)]
            body = pattern.sub(" , ", body)
    return body


def _take_extras(body: str, habits: Habits, out: Cut) -> str:
    extras = habits.extras
    out.road = extras.kilometre.search(body) is not None
    patterns = (extras.kilometre, extras.no_number, extras.units, extras.premises)
    body = _without(patterns, body, out)
    return habits.house_number_words.sub(NUMBER_MARK, body)


# -- segments ------------------------------------------------------------------------------------


def _segments(text: str, habits: Habits, known: Callable[[str], bool] | None) -> Iterator[str]:
    """Cut at commas and brackets, and before words that begin a part: '5 гр. София ул. Шипка'."""
    for raw in _CUT.split(text):
        if known and (whole := raw.strip(_EDGES)) and _called_and_known(whole, habits, known):
            yield whole
            continue
        start = 0
        for found in habits.levels.begins.finditer(raw):
            before = raw[start : found.start()].strip(_EDGES)
            if _begins_part(before, raw[found.end() :], found, habits):
                yield _without_and(before, habits)
                start = found.start()
        if segment := raw[start:].strip(_EDGES):
            yield segment


def _called_and_known(segment: str, habits: Habits, known: Callable[[str], bool]) -> bool:
    """Whether all that follows the word for what a place is, is the name of one."""
    levels = habits.levels
    called = levels.municipality.match(segment) or levels.settlement.match(segment)
    return called is not None and known(segment[called.end() :])


def _begins_part(before: str, after: str, found: re.Match[str], habits: Habits) -> bool:
    last = before.rsplit(" ", 1)[-1]
    if not before or is_bare_word(before, habits) or habits.corner_end.search(before):
        return False
    if found["lone"]:
        return before[-1].isdecimal() or before[-2:-1].isdecimal()
    digits = any(map(str.isdecimal, before))
    if found["word"]:
        # A whole word may be of a name ("Stary Rynek") unless the part before is complete.
        return digits or habits.levels.any.match(before) is not None
    kind = bare_kind(found[0])
    if kind not in habits.kinds:
        return True
    unfinished = habits.leading_kind.match(before) and not digits
    longer = bare_kind(last + kind) in habits.kinds
    return not (unfinished or longer or _ONLY_NUMBER.fullmatch(after))


def _without_and(text: str, habits: Habits) -> str:
    body, _, last = text.rpartition(" ")
    return body if last in habits.conjunctions else text


def is_bare_word(text: str, habits: Habits) -> bool:
    """Whether the text is a word for a kind of street or place and nothing more."""
    bare = bare_kind(text)
    return bare in habits.kinds or bare in habits.levels.words


def _file(
    segment: str, habits: Habits, out: Cut, known: Callable[[str], bool] | None = None
) -> None:
    """Say what a segment is and put it where it belongs."""
    levels = habits.levels
    if (corner := habits.corner_start.match(segment)) and not out.parts:
        segment, corner = segment[corner.end() :], None
    region, municipality = levels.region.match(segment), levels.municipality.match(segment)
    settlement = levels.settlement.match(segment)
    # The longest word says it: 'Δ.Ε.' is not 'Δ.'.
    longest = max(_reach(region), _reach(municipality), _reach(settlement))
    block = out.parts and _BLOCK.fullmatch(segment)
    if corner or block or segment in levels.country or _says_nothing(segment, habits):
        out.rest.append(segment)
    elif region and _reach(region) == longest:
        out.regions.append(segment[region.end() :])
    elif (
        municipality
        and _reach(municipality) == longest
        and (bare := _municipality(segment, municipality, out, known))
    ):
        if out.municipality:
            out.parts.append(Part(bare))
        else:
            out.municipality = bare
    elif settlement:
        _file_settlement(segment, settlement, habits, out)
    elif levels.numbered.match(segment):
        out.parts.append(Part(segment))
    elif _is_number(segment, habits):
        _attach(segment, habits, out)
    else:
        out.parts.append(open_part(segment, habits))


def open_part(text: str, habits: Habits) -> Part:
    """A segment that may be the street, with its house number if it has one."""
    return Part(text, True, numbered_part(text, habits))


def _reach(found: re.Match[str] | None) -> int:
    return found.end() if found else 0


def _municipality(
    segment: str, found: re.Match[str], out: Cut, known: Callable[[str], bool] | None
) -> str | None:
    """The name of a municipality called so; 'Sector 3' keeps its word, for '3' is no name."""
    bare = segment[found.end() :]
    if bare.isdecimal():
        return segment
    if known and any(map(str.isalpha, bare)) and known(bare) and not _is_initial(found):
        return bare
    # Never the only segment with a number: "Δ. Σολωμού 12" is a street.
    if any(map(str.isdecimal, bare)) or (_is_initial(found) and not out.parts):
        return None
    return bare


def _is_initial(found: re.Match[str]) -> bool:
    return len(found[0].strip(" .:")) == 1


def _file_settlement(segment: str, found: re.Match[str], habits: Habits, out: Cut) -> None:
    bare = segment[found.end() :]
    if not any(map(str.isalpha, bare)):
        out.parts.append(open_part(segment, habits))
        return
    number = numbered_part(bare, habits)
    if number is None or (habits.levels.numbered.match(segment) and not number.marked):
        out.parts.append(Part(without_level(bare, habits)))
        return
    out.number = out.number or number.number
    out.parts.append(Part(without_level(bare[: number.start].strip(_EDGES), habits)))
    if tail := bare[number.end :].strip(_EDGES):
        out.parts.append(Part(tail))


def without_level(segment: str, habits: Habits) -> str:
    """A place's name without the word that says what it is."""
    found = habits.levels.settlement.match(segment)
    return segment[found.end() :] if found else segment


def _says_nothing(segment: str, habits: Habits) -> bool:
    words = segment.replace(".", " ").split()
    return all(
        word in habits.small_words or word in habits.conjunctions or word == NUMBER_MARK
        for word in words
    )


def _is_number(segment: str, habits: Habits) -> bool:
    found = habits.house_number.search(segment)
    return bool(
        found
        and not segment[: found.start()].strip(NUMBER_MARK + _EDGES)
        and not _after_number(segment, found)[1]
    )


def _attach(segment: str, habits: Habits, out: Cut) -> None:
    """A number in a segment of its own is that of the street before, else of the one to come."""
    for place in range(len(out.parts) - 1, -1, -1):
        part = out.parts[place]
        if part.is_open and not part.numbered and any(map(str.isalpha, part.text)):
            number = segment.strip(NUMBER_MARK + _EDGES)
            out.parts[place] = open_part(f"{part.text} {NUMBER_MARK}{number}", habits)
            return
    if out.parts and NUMBER_MARK not in segment:
        out.rest.append(segment)
    elif out.number is None and (number_ := numbered_part(f"x {segment}", habits)):
        out.number = number_.number


# -- house numbers -------------------------------------------------------------------------------


def numbered_part(segment: str, habits: Habits) -> Numbered | None:
    """The house number in a segment: the one called so, else the first after words that may be."""
    if not any(map(str.isdecimal, segment)):
        return None
    found_all = list(habits.house_number.finditer(segment))
    for found in found_all:
        if segment[: found.start()].rstrip().endswith(NUMBER_MARK):
            return _numbered(segment, found, habits, marked=True)
    for found in found_all:
        if _may_be_house(segment, found, habits):
            return _numbered(segment, found, habits, marked=False)
    return None


def _may_be_house(segment: str, found: re.Match[str], habits: Habits) -> bool:
    start = found.start()
    before = segment[:start]
    if not any(map(str.isalpha, before)) or before[-1].isalnum() or before[-1] == "/":
        return False
    if _DATED.search(segment[: found.end(1)]):
        return False
    # 'Οδός 28 Οκτωβρίου 15': the number after a bare street type, with more of a name to come.
    more = any(map(str.isalnum, _after_number(segment, found)[1]))
    return not (more and bare_kind(before.strip()) in habits.kinds)


def _numbered(segment: str, found: re.Match[str], habits: Habits, *, marked: bool) -> Numbered:
    start, end = found.start(), _end_of_number(segment, found, habits)
    number = house_number(segment[start:end])
    if number and (other := _another_number(segment, end, habits)):
        # '3 και 38' is a range as '3-38' is: of one house only where that is surveyed so.
        number, end = house_number(f"{segment[start:end]}-{other[2]}") or number, other.end()
    if number is None:  # a digit of another script that is no house number
        number = HouseNumber(segment[start:end], int(found[1]))
    if marked:
        start = segment.rindex(NUMBER_MARK, 0, start)
    return Numbered(start, end, number, marked)


def _another_number(segment: str, end: int, habits: Habits) -> re.Match[str] | None:
    """A second number joined to the first by 'and' or '+', where nothing comes after it."""
    other = _AND_NUMBER.fullmatch(segment, end)
    return other if other and (not other["word"] or other["word"] in habits.conjunctions) else None


def _end_of_number(segment: str, found: re.Match[str], habits: Habits) -> int:
    letter = found[2]
    apart = letter and found[3] is None and segment[found.start(2) - 1] == " "
    # 'Długa 5 w Poznaniu', 'Długa 5 i 7': a small word, not the letter of the number.
    if apart and letter in habits.small_words and segment[found.end(2) :].strip(_EDGES):
        return found.end(1)
    return _after_number(segment, found)[0]


def _after_number(segment: str, found: re.Match[str]) -> tuple[int, str]:
    """Where the number ends with its 'bis' and the flat after a slash, and the text from there."""
    end = found.end()
    for pattern in (_AFTER_NUMBER, _FLAT):
        if more := pattern.match(segment, end):
            end = more.end()
    return end, segment[end:].strip(_EDGES)
