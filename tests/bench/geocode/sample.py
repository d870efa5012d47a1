"""What is asked: a thousand surveyed addresses in six spellings, and a hundred that do not exist."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
import shapely
from rapidfuzz import fuzz, process

EXTRACT = "osm/liechtenstein_nominatim_apidb_test.osm.pbf"
SEED = 20261122
HOUSES = 1_000
WARM_HOUSES = 100
INVENTED_STREETS = 50
INVENTED_NUMBERS = 50
OF_THE_COUNTRY = re.compile(r"94(8[5-9]|9[0-8])")
"""Postcodes of Liechtenstein: the extract also holds a corner of Austria and one of Alabama."""
ALIKE = 75
"""An invented street must be less like every real one than this, of 100."""
BEGINNINGS = ("Quitten", "Leuchtturm", "Hafen", "Zypressen", "Seehund", "Pfeffer", "Kometen")
ENDINGS = ("chaussee", "ufer", "damm", "promenade", "allee", "kai", "terrasse", "bogen")


@dataclass(frozen=True)
class House:
    """A surveyed address and its own point, EPSG:4326."""

    street: str
    number: str
    postcode: str
    city: str
    lat: float
    lon: float

    @property
    def place(self) -> str:
        return f"{self.postcode} {self.city}"


@dataclass(frozen=True)
class Sample:
    """All that is asked of both; `houses` are the truth of every list in `variants`."""

    houses: list[House]
    variants: dict[str, list[str]]
    invented: list[str]
    warm: list[str]


def take_sample(extract: Path) -> Sample:
    """The same sample from the same extract, whoever asks; no two of its texts say one address."""
    known = list(surveyed(extract))
    whole = sorted({_said(house): house for house in known if _is_whole(house)}.values(), key=_said)
    draw = random.Random(SEED)
    chosen = draw.sample(whole, HOUSES + WARM_HOUSES)
    houses, others = chosen[:HOUSES], chosen[HOUSES:]
    streets = sorted({house.street for house in known if house.street})
    return Sample(
        houses,
        {name: [spell(house, draw) for house in houses] for name, spell in VARIANTS.items()},
        [*_invented_streets(whole, streets, draw), *_invented_numbers(whole, known, draw)],
        [exact(house, draw) for house in others],
    )


def surveyed(extract: Path) -> Iterator[House]:
    """Nodes and closed ways with a house number, read apart from the reader that is measured."""
    for entry in osmium.FileProcessor(str(extract)).with_locations():
        if "addr:housenumber" not in entry.tags:
            continue
        point = _point(entry)
        if point is not None:
            street, number, postcode, city = (
                str(entry.tags.get(f"addr:{part}") or "")
                for part in ("street", "housenumber", "postcode", "city")
            )
            yield House(street, number, postcode, city, *point)


def _point(entry: Any) -> tuple[float, float] | None:
    """Latitude and longitude of a node, or of the middle of a closed way; None of a relation."""
    if entry.is_node():
        return entry.lat, entry.lon
    if not entry.is_way() or not entry.is_closed() or len(entry.nodes) < 4:
        return None
    middle = shapely.Polygon([(node.lon, node.lat) for node in entry.nodes]).centroid
    return middle.y, middle.x


def _is_whole(house: House) -> bool:
    told = house.street and house.number and house.city
    return bool(told and OF_THE_COUNTRY.fullmatch(house.postcode))


def _said(house: House) -> tuple[str, ...]:
    return house.street, house.number, house.postcode, house.city


def exact(house: House, _: random.Random) -> str:
    """As the house is surveyed."""
    return f"{house.street} {house.number}, {house.place}"


def no_postcode(house: House, _: random.Random) -> str:
    """Street, number and town."""
    return f"{house.street} {house.number}, {house.city}"


def plain(house: House, draw: random.Random) -> str:
    """Without the marks on letters."""
    marked = unicodedata.normalize("NFD", exact(house, draw))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def one_typo(house: House, draw: random.Random) -> str:
    """One letter of the street left out, doubled, changed, or swapped with the next."""
    typed = house.street
    while typed.lower() == house.street.lower():
        typed = _mistyped(house.street, draw)
    return f"{typed} {house.number}, {house.place}"


def _mistyped(street: str, draw: random.Random) -> str:
    at = draw.choice([place for place, letter in enumerate(street) if letter.isalpha()])
    before, letter, after = street[:at], street[at], street[at + 1 :]
    kind = draw.choice(("left out", "doubled", "changed", "swapped"))
    if kind == "left out":
        return before + after
    if kind == "doubled":
        return before + letter + letter.lower() + after
    if kind == "changed":
        return before + draw.choice("abcdefghiklmnoprstuvwz") + after
    return before + after[:1] + letter + after[1:]


SHORT = (
    (re.compile(r"strasse\b"), "str."),
    (re.compile(r"Strasse\b"), "Str."),
    (re.compile(r"\bDoktor\b"), "Dr."),
    (re.compile(r"\bSankt\b"), "St."),
)


def abbreviated(house: House, _: random.Random) -> str:
    """Str., Dr., St.; a street without such a word stays as it is."""
    street = house.street
    for word, short in SHORT:
        street = word.sub(short, street)
    return f"{street} {house.number}, {house.place}"


def no_number(house: House, _: random.Random) -> str:
    """Street, postcode and town."""
    return f"{house.street}, {house.place}"


VARIANTS: dict[str, Callable[[House, random.Random], str]] = {
    "exact": exact,
    "no postcode": no_postcode,
    "no diacritics": plain,
    "one typo in the street": one_typo,
    "abbreviated": abbreviated,
    "number missing": no_number,
}


def _invented_streets(houses: list[House], streets: list[str], draw: random.Random) -> list[str]:
    """Streets that no place of the extract has, nor one like them, in real towns."""
    names = [first + last for first in BEGINNINGS for last in ENDINGS]
    free = [
        name
        for name in names
        if process.extractOne(name, streets, scorer=fuzz.ratio, score_cutoff=ALIKE) is None
    ]
    return [
        f"{name} {draw.randint(1, 60)}, {draw.choice(houses).place}"
        for name in draw.sample(free, INVENTED_STREETS)
    ]


def _invented_numbers(houses: list[House], known: list[House], draw: random.Random) -> list[str]:
    """Numbers 200 and more beyond the highest that any street of that name has."""
    highest: dict[str, int] = defaultdict(int)
    for house in known:
        for number in re.findall(r"\d+", house.number):
            highest[house.street] = max(highest[house.street], int(number))
    return [
        f"{house.street} {highest[house.street] + draw.randint(200, 900)}, {house.place}"
        for house in draw.sample(houses, INVENTED_NUMBERS)
    ]
