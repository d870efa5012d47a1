"""The gazetteer of a country: streets, houses, postcodes, places and spots, indexed in memory."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.geocode.index.areas import Areas
from geo.geocode.index.building import Built, build
from geo.geocode.index.extents import Point, around
from geo.geocode.index.frames import Frames, FramesLike, whole
from geo.geocode.index.houses import Houses
from geo.geocode.index.middles import municipality_middles
from geo.geocode.index.naming import name_keys
from geo.geocode.index.places import Place, PlaceIndex
from geo.geocode.index.postcodes import Postcodes, one_spelling
from geo.geocode.index.settled import (
    file_quarters,
    file_settlements,
    settlement_extents,
    units_of_areas,
)
from geo.geocode.index.spots import SpotIndex
from geo.geocode.index.streets import Street, StreetName, StreetRow
from geo.geocode.index.whereabouts import street_extent
from geo.geocode.words.habits import Habits, Word, compile_habits
from geo.profiles.addresses import Addresses

__all__ = ["Gazetteer", "Scope", "Street", "StreetName", "StreetRow"]

ENDINGS = range(4, 9)
"""Letters of an ending that is looked at: -weg is too short to mislead, -strasse has seven."""

ENDING_SHARE, ENDING_WORDS = 0.01, 20
"""Share of all words, and least number of them, that make an ending a common one."""


@dataclass
class Scope:
    """The street names of one home (or of all), by the words in them."""

    names: set[int] = field(default_factory=set)
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_letters: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: int, words: Iterable[Word]) -> None:
        if name in self.names:
            return
        self.names.add(name)
        for word in set(words):
            for key in word.keys:
                self.by_key[key].append(name)
            self.by_letters[word.letters].append(name)


def common_endings(words: Iterable[str]) -> frozenset[str]:
    """Ends of words that so many words of street names share that they tell nothing apart."""
    known = list(words)
    counts: Counter[str] = Counter()
    for word in known:
        counts.update(word[-length:] for length in ENDINGS if length < len(word))
    fewest = max(ENDING_SHARE * len(known), ENDING_WORDS)
    return frozenset(ending for ending, count in counts.items() if count >= fewest)


class Gazetteer:
    """Where houses, streets, postcodes, settlements and municipalities are; built once, read only.

    `version` is the caller's name for the content. A street's `home` is the municipality it lies
    in or, where none is known, its village or postcode. `kept` holds what others have made ready
    for this gazetteer; it goes when the gazetteer goes. Postcodes are as the frames write them;
    `postcode_of_digits` finds them by their digits alone.
    """

    def __init__(self, habits: Habits, version: str, frames: Frames) -> None:
        self.habits = habits
        self.version = version
        frames, self.postcode_of_digits = one_spelling(frames, habits)
        self.places = PlaceIndex(habits)
        self.areas_known = Areas(frames.areas, frames.settlements)
        settled = settlement_extents(frames, self.areas_known, self.places)
        self._postcodes = Postcodes(frames, self.areas_known, settled)
        self.postcodes: dict[str, Point] = self._postcodes.points
        self.area_of_postcode: dict[str, str] = self._postcodes.area_of
        self.areas: dict[str, Point | None] = municipality_middles(
            frames, self.areas_known, self._postcodes, settled
        )
        self._take_municipalities(units_of_areas(frames.settlements))
        file_quarters(frames.postcodes, self._postcodes, self.places)
        self.settlement_points = file_settlements(
            frames, self.areas_known, self._postcodes, self.places, settled
        )
        built = self._built(frames)
        self.names: list[StreetName] = built.names
        self.streets: list[Street] = built.streets
        self.houses: Houses = built.houses
        self.lines: npt.NDArray[np.object_] = built.lines
        self.spots = SpotIndex(frames.spots, self.areas_known, habits)
        self.by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.streets_at: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.homes_of_name: dict[int, list[str]] = defaultdict(list)
        self.homes_of_postcode: dict[str, dict[str, None]] = defaultdict(dict)
        self.homes_of_place: dict[str, dict[str, None]] = defaultdict(dict)
        self.everywhere = Scope()
        self.scopes: dict[str, Scope] = {}
        self._index(built)
        self.endings: frozenset[str] = common_endings(self.everywhere.by_key)
        self._extents: dict[int, Point | None] = {}
        self.kept: dict[type, Any] = {}
        self._information: dict[str, float] = {}

    @classmethod
    def from_frames(cls, frames: FramesLike, addresses: Addresses, *, version: str) -> Gazetteer:
        """Build from the six frames (geo/geocode/index/frames.py; EPSG:4326) and the country's habits.

        Rows without municipality, village, postcode and point cannot be placed and are left out.
        """
        return cls(compile_habits(addresses), version, whole(frames))

    def _take_municipalities(self, units: dict[str, set[str]]) -> None:
        for code, names in self.areas_known.names.items():
            point = self.areas.get(code)
            shown = self.areas_known.shown(code)
            names_above = (*self.areas_known.above(code), *units.get(code, ()))
            above = map(self.places.above_key, names_above)
            place = Place(
                "municipality",
                shown,
                code,
                point.latitude if point else None,
                point.longitude if point else None,
                point.radius if point else None,
                frozenset(filter(None, above)),
            )
            self.places.add(place, names.values())

    def _built(self, frames: Frames) -> Built:
        known = {code: (p.latitude, p.longitude) for code, p in self.postcodes.items()}
        streets = self.areas_known.filled(frames.streets)
        houses = self.areas_known.filled(frames.houses)
        placed = Frames.of(streets=streets, houses=houses)
        return build(placed, self.habits, known, self.places.key, self._area_of)

    def _area_of(self, place_key: str | None, postcode: str | None) -> str | None:
        """The municipality that a village or else a postcode alone tells, else None."""
        if place_key:
            areas = {place.area_code for place in self.places.keyed(place_key)}
            if len(areas) == 1:
                return areas.pop()
            own = self.area_of_postcode.get(postcode or "")
            if own in areas:
                return own
            return None
        return self.area_of_postcode.get(postcode or "")

    def _index(self, built: Built) -> None:
        for number, street in enumerate(self.streets):
            if not self._can_be_placed(street):
                continue
            first = (street.name, *built.other_names.get(number, ()))
            for name in dict.fromkeys(n for f in first for n in (f, *built.spellings.get(f, ()))):
                self._file(number, name, street.home)
            for code in street.postcodes:
                self.homes_of_postcode[code][street.home] = None
            for place in street.places:
                self.homes_of_place[place][street.home] = None

    def _can_be_placed(self, street: Street) -> bool:
        return (
            street.placed
            or any(code in self.postcodes for code in street.postcodes)
            or any(place in self.settlement_points for place in street.places)
        )

    def _file(self, number: int, name: int, home: str) -> None:
        streets = self.streets_at[name, home]
        if not streets:
            words = self.names[name].words
            self.homes_of_name[name].append(home)
            if len(self.homes_of_name[name]) == 1:
                self._file_name(name)
            self.everywhere.add(name, words)
            self.scopes.setdefault(home, Scope()).add(name, words)
        streets.append(number)

    def _file_name(self, name: int) -> None:
        """The name under its words' keys, and under every spelling of them."""
        for keys in {tuple(sorted(keys)) for keys in name_keys(self.names[name].words)}:
            self.by_key[keys].append(name)

    def extent(self, number: int) -> Point | None:
        """Where a street is as a whole, with the radius that holds nine of ten of its houses.

        None where only its postcodes or its settlement say where it is.
        """
        if number not in self._extents:
            self._extents[number] = street_extent(self.streets[number], self.houses, self.lines)
        return self._extents[number]

    def points_of(self, street: Street) -> dict[str, Point]:
        """The postcodes' points of a street without a place of its own, by postcode."""
        return {
            code: self.postcodes[code]
            for code in sorted(street.postcodes)
            if code in self.postcodes
        }

    def middle(self, number: int) -> tuple[float, float, float] | None:
        """Latitude, longitude (EPSG:4326) and radius in metres of a street, however it is known."""
        if point := self.extent(number):
            return point.latitude, point.longitude, point.radius
        street = self.streets[number]
        if points := self.points_of(street):
            return around(points.values())
        for key in sorted(street.places):
            for point in self.settlement_points.get(key, ()):
                return point.latitude, point.longitude, point.radius
        return None

    def area_name(self, code: str | None, language: str) -> str:
        """The municipality's name in a language, else in another, else its code."""
        return self.areas_known.name(code, language)

    def area_label(self, code: str | None) -> str:
        """The municipality's name as the country itself writes it."""
        return self.areas_known.shown(code)

    def information(self, key: str) -> float:
        """How much a word tells streets apart: 1 for a word of one street, towards 0 for Αγίου."""
        if key in self._information:
            return self._information[key]
        total = len(self.names)
        with_word = len(self.everywhere.by_key.get(key, ()))
        rare = with_word <= 1 or total <= 1
        told = 1.0 if rare else math.log(1 + total / with_word) / math.log(1 + total)
        if with_word:
            self._information[key] = told
        return told
