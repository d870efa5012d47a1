"""From a position to what is there: house, named spot, street, settlement, municipality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.geocode.index.extents import metric
from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.spots import Spot, SpotIndex
from geo.geocode.location import Location, MatchClass, Reason
from geo.geocode.match.answers import area_words, street_label
from geo.geocode.reasons import say

HOUSE_REACH = 50.0
"""Metres: a house farther off is not where one stands."""

HOUSE_ACCURACY = 200.0
"""Metres: a position that may be farther off says a street at best, and no house or spot."""

STREET_REACH = 100.0
"""Metres: a street farther off is not the one that one stands in."""

LEAST = 1.0
"""Metres: no point is surveyed more exactly, so no radius is smaller."""

STREET_ACCURACY = 1_000.0
"""Metres: a position that may be farther off says no street."""

PLACE_REACH = 20_000.0
"""Metres: no settlement or postcode nearer, and the position is outside the gazetteer; one that
may be farther off says nothing."""


@dataclass(frozen=True)
class Position(Location):
    """What is at a position. `lat`, `lon` are the position itself, EPSG:4326.

    `radius_m` is how far what is named may be from where one really stood: the distance to it and
    the position's accuracy, one after the other (the sum, not the root of squares: accuracy is
    itself the radius of a circle, and what is named may lie on its far side). `distance_m` is that
    from the position to what is named, metres in EPSG:3035.
    """

    distance_m: float | None = None


class Surroundings:
    """Trees over houses, lines and places of one gazetteer (EPSG:3035)."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        houses = gazetteer.houses
        self._surveyed = np.flatnonzero(houses.surveyed & houses.own)
        self._houses = _tree(np.column_stack([houses.x, houses.y])[self._surveyed])
        self._lines = shapely.STRtree(gazetteer.lines) if len(gazetteer.lines) else None
        self._street_of_line = _street_of_line(gazetteer)
        self._settlements = gazetteer.places.settlements()
        self._settled = _tree(
            metric(
                [p.latitude or 0.0 for p in self._settlements],
                [p.longitude or 0.0 for p in self._settlements],
            )
        )
        self._codes = list(gazetteer.postcodes)
        self._posted = _tree(np.array([(p.x, p.y) for p in gazetteer.postcodes.values()]))

    def at(
        self, latitude: float, longitude: float, accuracy: float, spots: SpotIndex | None
    ) -> Position:
        """What is there; class none outside everything that is known."""
        x, y = metric([latitude], [longitude])[0]
        house = spot = None
        if accuracy <= HOUSE_ACCURACY:
            house = self._house(x, y, accuracy)
            spot = _nearest_spot(x, y, accuracy, (spots, self.gazetteer.spots))
        where = _Where(latitude, longitude, accuracy, self.gazetteer)
        if spot and (house is None or spot[1] < house[1]):
            return where.spot(*spot)
        if house:
            return where.house(*house)
        if accuracy <= STREET_ACCURACY and (street := self._street(x, y, accuracy)):
            return where.street(*street)
        return self._place(x, y, where)

    def _house(self, x: float, y: float, accuracy: float) -> tuple[int, float] | None:
        if self._houses is None:
            return None
        distance, at = self._houses.query([x, y])
        near = distance <= HOUSE_REACH + accuracy
        return (int(self._surveyed[at]), float(distance)) if near else None

    def _street(self, x: float, y: float, accuracy: float) -> tuple[int, float] | None:
        if self._lines is None:
            return None
        found, distance = self._lines.query_nearest(
            shapely.Point(x, y), max_distance=STREET_REACH + accuracy, return_distance=True
        )
        if not len(found):
            return None
        return int(self._street_of_line[found[0]]), float(distance[0])

    def _place(self, x: float, y: float, where: _Where) -> Position:
        """The settlement or postcode whose circle holds the position, else the municipality."""
        if self._settled is not None:
            distance, at = self._settled.query([x, y])
            place = self._settlements[int(at)]
            if distance <= (place.radius or 0.0) + where.accuracy:
                return where.settlement(place.name, place.area_code, float(distance))
            nearest = (place.area_code, float(distance))
        else:
            nearest = (None, float("inf"))
        if self._posted is not None:
            distance, at = self._posted.query([x, y])
            code = self._codes[int(at)]
            if distance <= self.gazetteer.postcodes[code].radius:
                return where.postcode(code, float(distance))
        return where.municipality(*nearest)


def _tree(points: npt.NDArray[np.float64]) -> cKDTree | None:
    return cKDTree(points) if len(points) else None


def _street_of_line(gazetteer: Gazetteer) -> npt.NDArray[np.int64]:
    owner = np.zeros(len(gazetteer.lines), dtype=np.int64)
    for number, street in enumerate(gazetteer.streets):
        owner[street.line : street.line_end] = number
    return owner


def _nearest_spot(
    x: float, y: float, accuracy: float, indexes: tuple[SpotIndex | None, ...]
) -> tuple[Spot, float] | None:
    """The nearest spot within reach; a team's own wins over an equally near one of the map."""
    near = [found for index in indexes if index and (found := index.nearest(x, y))]
    best = min(near, key=lambda found: found[1], default=None)
    return best if best and best[1] <= HOUSE_REACH + accuracy else None


@dataclass(frozen=True)
class _Where:
    """The position that is asked for, and how what is there is put into words."""

    latitude: float
    longitude: float
    accuracy: float
    gazetteer: Gazetteer

    def house(self, entry: int, distance: float) -> Position:
        houses = self.gazetteer.houses
        street = self.gazetteer.streets[int(houses.street[entry])]
        number = houses.keys[houses.key[entry]].upper()
        postcode = houses.label(houses.postcode[entry])
        label = street_label(street, postcode, self.gazetteer, number)
        why = say("reverse_house", distance=round(distance))
        area = street.area_code or self._area()
        return self._position("address", label, area, postcode, distance, why)

    def spot(self, spot: Spot, distance: float) -> Position:
        why = say("reverse_spot", spot=spot.name, distance=round(distance))
        area = self._area() or spot.area_code
        label = ", ".join(filter(None, (spot.name, self.gazetteer.area_label(area))))
        return self._position("address", label, area, None, distance, why)

    def street(self, number: int, distance: float) -> Position:
        street = self.gazetteer.streets[number]
        codes = street.postcodes
        postcode = next(iter(codes)) if len(codes) == 1 else None
        label = street_label(street, postcode, self.gazetteer)
        why = say("reverse_street", distance=round(distance))
        area = street.area_code or self._area()
        return self._position("street", label, area, postcode, distance, why)

    def settlement(self, name: str, area_code: str | None, distance: float) -> Position:
        area = self._area() or area_code
        label = ", ".join(dict.fromkeys(filter(None, (name, self.gazetteer.area_label(area)))))
        why = say("reverse_place", place=name, distance=round(distance))
        return self._position("settlement", label, area, None, distance, why)

    def postcode(self, code: str, distance: float) -> Position:
        area = self._area() or self.gazetteer.area_of_postcode.get(code)
        label = " ".join(filter(None, (code, self.gazetteer.area_label(area))))
        why = say("reverse_place", place=code, distance=round(distance))
        return self._position("postcode", label, area, code, distance, why)

    def municipality(self, nearest: str | None, distance: float) -> Position:
        """The municipality by its outline, else that of the nearest settlement, and says so."""
        area = self._area()
        if area is not None:
            why = say("reverse_area", area=area_words(area, self.gazetteer))
        elif nearest is not None and distance <= PLACE_REACH:
            area = nearest
            words = area_words(area, self.gazetteer)
            why = say("reverse_area_near", area=words, distance=round(distance / 1000, 1))
        else:
            return Position("none", None, None, None, None, None, say("reverse_outside"))
        point = self.gazetteer.areas.get(area)
        if point is not None:
            x, y = metric([self.latitude], [self.longitude])[0]
            distance = float(np.hypot(point.x - x, point.y - y))
        label = self.gazetteer.area_label(area)
        return self._position("municipality", label, area, None, distance, why)

    def _area(self) -> str | None:
        return self.gazetteer.areas_known.at(self.latitude, self.longitude)

    def _position(
        self,
        class_: MatchClass,
        matched: str,
        area: str | None,
        postcode: str | None,
        distance: float,
        why: Reason,
    ) -> Position:
        return Position(
            class_,
            self.latitude,
            self.longitude,
            max(distance + self.accuracy, LEAST),
            area,
            matched,
            why,
            postcode=postcode,
            gazetteer_version=self.gazetteer.version,
            distance_m=distance,
        )


def reverse(
    lat: float,
    lon: float,
    gazetteer: Gazetteer,
    *,
    accuracy_m: float | None = None,
    spots: pd.DataFrame | None = None,
) -> Position:
    """What is at a position (EPSG:4326) that may be off by `accuracy_m` metres.

    The nearest surveyed house within HOUSE_REACH and the accuracy, or a named spot nearer than it:
    class address; a street line within STREET_REACH and the accuracy: street; else the settlement
    or postcode that reaches there; else the municipality; none where nothing is known or the
    position is none (not finite, out of range, off by more than PLACE_REACH). `spots` are a team's own (columns of the spots frame).
    """
    accuracy = float(accuracy_m or 0.0)
    good = np.isfinite([lat, lon, accuracy]).all() and accuracy >= 0
    if not good or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return Position("none", None, None, None, None, None, say("reverse_outside"))
    if accuracy > PLACE_REACH:
        why = say("reverse_inexact", most=round(PLACE_REACH / 1000))
        return Position("none", None, None, None, None, None, why)
    if Surroundings not in gazetteer.kept:
        gazetteer.kept[Surroundings] = Surroundings(gazetteer)
    surroundings: Surroundings = gazetteer.kept[Surroundings]
    own = None
    if spots is not None and len(spots):
        whole = Frames.of(spots=spots)
        own = SpotIndex(whole.spots, gazetteer.areas_known, gazetteer.habits)
    return surroundings.at(lat, lon, accuracy, own)
