"""The street gazetteer of a country: names, house-number ranges, postcodes and places, indexed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.geocode.extents import (
    NearestPostcode,
    Point,
    around,
    municipality_points,
    postcode_points,
    settlement_radius,
)
from geo.geocode.habits import Habits, Word, compile_habits
from geo.geocode.parse import street_words
from geo.geocode.places import Place, PlaceIndex, distinct_names
from geo.ids import content_id
from geo.names import elot743
from geo.profiles.shape import Addresses


@dataclass(frozen=True)
class StreetRow:
    """A stretch of a street: the part of it that lies in one postcode.

    `odd` and `even` are the first and last house number of each side; a last number of None means
    to the street's end, a side of None means not in this postcode; `whole` means no numbers are
    given, so the row stands for all.
    """

    name: str
    postcode: str
    area_code: str
    odd: tuple[int, int | None] | None = None
    even: tuple[int, int | None] | None = None

    @property
    def whole(self) -> bool:
        return self.odd is None and self.even is None

    def holds(self, number: int) -> bool:
        """Whether the house number lies in this row's ranges, or the row gives none."""
        if self.whole:
            return True
        side = self.odd if number % 2 else self.even
        return side is not None and side[0] <= number and (side[1] is None or number <= side[1])


@dataclass(frozen=True)
class StreetName:
    """A street name apart from where it runs: its type and its words."""

    kind: str
    words: tuple[Word, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(word.key for word in self.words)


@dataclass
class Scope:
    """The street names of one municipality (or of all), by the words in them."""

    names: set[int] = field(default_factory=set)
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_letters: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: int, words: Iterable[Word]) -> None:
        if name in self.names:
            return
        self.names.add(name)
        for word in set(words):
            self.by_key[word.key].append(name)
            self.by_letters[word.letters].append(name)


class Gazetteer:
    """Where streets, postcodes, settlements and municipalities are; built once, then read only.

    `version` names the content: the same frames and the same words give the same version.
    """

    def __init__(self, habits: Habits, version: str) -> None:
        self.habits = habits
        self.version = version
        self.names: list[StreetName] = []
        self.by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.rows: dict[tuple[int, str], list[StreetRow]] = defaultdict(list)
        self.areas_of_name: dict[int, list[str]] = defaultdict(list)
        self.everywhere = Scope()
        self.scopes: dict[str, Scope] = defaultdict(Scope)
        self.postcodes: dict[str, Point] = {}
        self.area_of_postcode: dict[str, str] = {}
        self.areas: dict[str, Point | None] = {}
        self.area_names: dict[str, dict[str, str]] = {}
        self.places = PlaceIndex(habits)
        self._nearest: NearestPostcode | None = None
        self._information: dict[str, float] = {}

    @classmethod
    def from_frames(
        cls,
        streets: pd.DataFrame,
        postcodes: gpd.GeoDataFrame,
        settlements: gpd.GeoDataFrame,
        areas: pd.DataFrame,
        addresses: Addresses,
    ) -> Gazetteer:
        """Build from the frames of the sources (columns as the stages agreed them, EPSG:4326).

        streets: name, postcode, area_code, odd_from, odd_to, even_from, even_to, lat, lon;
        postcodes: postcode, area_code, name, geometry; settlements: name, alternate_names,
        population, area_code, geometry; areas: code, level, name_el, name_en (municipalities are
        taken). Rows without a municipality or a postcode point cannot be placed and are left out.
        """
        habits = compile_habits(addresses)
        gazetteer = cls(habits, _version(streets, postcodes, settlements, areas))
        gazetteer._take_postcodes(postcodes, streets)
        gazetteer._take_streets(streets)
        gazetteer._take_areas(areas)
        gazetteer._take_quarters(postcodes)
        gazetteer._take_settlements(settlements)
        return gazetteer

    def _take_postcodes(self, postcodes: gpd.GeoDataFrame, streets: pd.DataFrame) -> None:
        points = {
            str(code): (float(point.y), float(point.x))
            for code, point in zip(postcodes["postcode"], postcodes.geometry, strict=True)
            if point is not None and not point.is_empty
        }
        for code, lat, lon in zip(streets["postcode"], streets["lat"], streets["lon"], strict=True):
            if isinstance(code, str) and pd.notna(lat) and pd.notna(lon):
                points.setdefault(code, (float(lat), float(lon)))
        self.postcodes = postcode_points(points)
        pairs = [*_pairs(postcodes, "postcode"), *_pairs(streets, "postcode")]
        for code, area in pairs:
            if code in self.postcodes:
                self.area_of_postcode.setdefault(code, area)

    def _take_quarters(self, postcodes: gpd.GeoDataFrame) -> None:
        """Parts of municipalities named by their postcodes: where these postcodes are."""
        members: dict[tuple[str, str], list[Point]] = defaultdict(list)
        for code, name in zip(postcodes["postcode"], postcodes["name"], strict=True):
            point, area = self.postcodes.get(code), self.area_of_postcode.get(code)
            if point and area and isinstance(name, str):
                members[name, area].append(point)
        for (name, area), points in members.items():
            known = self.places.find(name)
            if not any(place.area_code == area for place in known):
                self.places.add(Place("part", name, area, *around(points)), [name])

    def _take_streets(self, streets: pd.DataFrame) -> None:
        ids: dict[StreetName, int] = {}
        parsed: dict[str, StreetName] = {}
        columns = ["name", "postcode", "area_code", "odd_from", "odd_to", "even_from", "even_to"]
        for record in streets[columns].to_dict("records"):
            name, postcode = record["name"], record["postcode"]
            if postcode not in self.postcodes or not isinstance(record["area_code"], str):
                continue
            street = parsed.get(name)
            if street is None:
                street = parsed[name] = StreetName(*street_words(name.split("(")[0], self.habits))
            if not street.words:
                continue
            number = ids.setdefault(street, len(ids))
            if number == len(self.names):
                self.names.append(street)
                self.by_key[tuple(sorted(street.keys))].append(number)
            self._file_row(number, street, record)

    def _file_row(self, number: int, street: StreetName, record: Mapping[Any, Any]) -> None:
        area = record["area_code"]
        row = StreetRow(
            record["name"],
            record["postcode"],
            area,
            _side(record["odd_from"], record["odd_to"]),
            _side(record["even_from"], record["even_to"]),
        )
        rows = self.rows[number, area]
        if not rows:
            self.areas_of_name[number].append(area)
        rows.append(row)
        self.everywhere.add(number, street.words)
        self.scopes[area].add(number, street.words)

    def _take_areas(self, areas: pd.DataFrame) -> None:
        self.areas = municipality_points(self.postcodes, self.area_of_postcode)
        municipal = areas[areas["level"] == "municipality"] if "level" in areas else areas
        for record in municipal.to_dict("records"):
            code = str(record["code"])
            names = {
                language: str(name)
                for language in ("el", "en")
                if isinstance(name := record.get(f"name_{language}"), str) and name
            }
            self.area_names[code] = names
            point = self.areas.setdefault(code, None)
            shown = names.get("el") or names.get("en") or code
            where = (point.latitude, point.longitude, point.radius) if point else (None, None, None)
            self.places.add(Place("municipality", shown, code, *where), names.values())

    def _take_settlements(self, settlements: gpd.GeoDataFrame) -> None:
        for record in settlements.to_dict("records"):
            point = record["geometry"]
            if point is None or point.is_empty or not record["name"]:
                continue
            area = record["area_code"]
            names = distinct_names(record["name"], *_listed(record["alternate_names"]))
            place = Place(
                "settlement",
                _in_own_script(names),
                area if isinstance(area, str) else self._area_at(point.y, point.x),
                float(point.y),
                float(point.x),
                settlement_radius(record["population"]),
            )
            self.places.add(place, names)

    def _area_at(self, latitude: float, longitude: float) -> str | None:
        """The municipality of the nearest postcode that reaches there, else None."""
        if self._nearest is None:
            self._nearest = NearestPostcode(self.postcodes)
        postcode = self._nearest.reaching(latitude, longitude)
        return self.area_of_postcode.get(postcode) if postcode else None

    def area_name(self, code: str | None, language: str) -> str:
        """The municipality's name in a language, else in another, else its code."""
        names = self.area_names.get(code or "", {})
        return names.get(language) or next(iter(names.values()), code or "")

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


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple | np.ndarray) else []


def _in_own_script(names: list[str]) -> str:
    """The first name in Greek letters, as streets and municipalities are shown, else the first."""
    return next((name for name in names if elot743(name) != name), names[0])


def _pairs(frame: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    return [
        (str(code), area)
        for code, area in zip(frame[column], frame["area_code"], strict=True)
        if isinstance(area, str)
    ]


def _side(first: Any, last: Any) -> tuple[int, int | None] | None:
    if pd.isna(first):
        return None
    return int(first), None if pd.isna(last) else int(last)


def _version(*frames: pd.DataFrame) -> str:
    """One name for the content of the frames, whatever the order of their rows and columns."""
    lines: list[str] = []
    for place, frame in enumerate(frames):
        columns = [_spelled(frame, column) for column in sorted(frame.columns)]
        lines += sorted("\x1f".join((str(place), *row)) for row in zip(*columns, strict=True))
    return content_id("gazetteer", "\x1e".join(lines).encode("utf-8"))


def _spelled(frame: pd.DataFrame, column: str) -> list[str]:
    if column == "geometry":
        return [geometry.wkt if geometry else "" for geometry in frame[column]]
    # A missing value has one spelling, whichever of None, NaN and NA the frame holds.
    values = frame[column].astype(object)
    return [str(v) if isinstance(v, list) or pd.notna(v) else "" for v in values]
