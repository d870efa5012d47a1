"""Located records and the ground they stand on, and drawing where they may really be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

from geo.analysis.arrays import Bools, Floats, counts
from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput
from geo.location_classes import AREA_CLASSES, POINT_CLASSES

Indices = NDArray[np.intp]

ELLIPSOID = Geod(ellps="WGS84")

CLASSES = (*sorted(POINT_CLASSES), "settlement", *sorted(AREA_CLASSES))

SPREAD = 1 / (2 * log(10)) ** 0.5
"""Standard deviation, each way, of a Rayleigh offset that stays within 1 in nine of ten cases."""

FAR = 3.0
"""Radii: an offset is longer in one case of 10^9, so a point so far outside its municipality
says nothing of where in it the record is."""

REDRAWS = 60
"""How often an offset out of the municipality is drawn again."""


@dataclass(frozen=True)
class Places:
    """n located records, EPSG:4326. Made by `located`.

    `lonlat` (n, 2), NaN where a record has no point; `classes` (n,) of CLASSES; `radius_m` (n,)
    metres, NaN where there is none; `area` (n,) which municipality, -1 where it is not known;
    `same_place` (n,): records with one number are in one place, however badly it is known, as
    those of one address are.
    """

    lonlat: Floats
    classes: NDArray[np.str_]
    radius_m: Floats
    area: Indices
    same_place: Indices

    @property
    def area_only(self) -> Bools:
        """Records of which only the municipality is known."""
        return np.isin(self.classes, sorted(AREA_CLASSES))


@dataclass(frozen=True)
class Ground:
    """Municipalities and where their people live, EPSG:4326. Made by `ground`.

    `borders` (a,) polygons; `cells` (c, 2) points of populated cells, `population` (c,) persons,
    `cell_area` (c,) which municipality each is in.
    """

    borders: NDArray[np.object_]
    cells: Floats
    population: Floats
    cell_area: Indices


def located(
    lonlat: ArrayLike,
    classes: Sequence[str],
    radius_m: ArrayLike,
    area: ArrayLike,
    same_place: ArrayLike | None = None,
) -> Places:
    """Records checked: fields as in `Places`; without `same_place` each is at a place of its own.

    A record of class municipality or none needs its municipality, every other a point and a
    radius above 0. Raises InvalidInput otherwise; a record with neither point nor municipality
    has to be left out, and counted, before. Also where records of one place differ.
    """
    words = np.asarray(list(classes), dtype=np.str_)
    n = words.size
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    radius = np.asarray(radius_m, dtype=np.float64)
    areas = np.asarray(area).astype(np.intp)
    together = np.arange(n) if same_place is None else np.asarray(same_place).astype(np.intp)
    if not len(points) == radius.size == areas.size == together.size == n:
        raise InvalidInput(f"Points, radii, areas and numbers of places must each be {n}")
    unknown = ~np.isin(words, CLASSES)
    if unknown.any():
        raise InvalidInput(f"Unknown class '{words[unknown][0]}': one of {', '.join(CLASSES)}")
    only = np.isin(words, sorted(AREA_CLASSES))
    if (areas < -1).any() or (only & (areas < 0)).any():
        raise InvalidInput(
            "A record has neither a point nor a municipality",
            hint="Leave such records out and say how many they are.",
        )
    bare = ~only & ~(np.isfinite(points).all(axis=1) & np.isfinite(radius) & (radius > 0))
    outside = (np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 90)
    if bare.any() or outside.any():
        where = int(np.argmax(bare | outside))
        raise InvalidInput(
            f"Record {where} of class '{words[where]}' lacks a point in degrees or a radius"
        )
    _check_together(together, points, words, radius, areas)
    return Places(points, words, radius, areas, together)


def ground(
    borders: Sequence[shapely.Geometry],
    cells: ArrayLike,
    population: ArrayLike,
    cell_area: ArrayLike,
) -> Ground:
    """Municipalities and populated cells checked; fields as in `Ground`. Raises InvalidInput."""
    shapes = np.array(list(borders), dtype=object)
    broken = [i for i, shape in enumerate(shapes) if shape is None or shape.is_empty]
    if broken:
        raise InvalidInput(f"Municipality {broken[0]} has no outline")
    points = np.asarray(cells, dtype=np.float64).reshape(-1, 2)
    people = counts(population, "population", len(points))
    areas = np.asarray(cell_area).astype(np.intp)
    if areas.shape != people.shape or ((areas < 0) | (areas >= shapes.size)).any():
        raise InvalidInput(f"Every cell needs one of the {shapes.size} municipalities")
    if not np.isfinite(points).all():
        raise InvalidInput("A populated cell has no point")
    return Ground(shapes, points, people, areas)


class Sampler:
    """Draws, time and again, where each of n records may really be.

    - address, street, postcode: an offset in any direction with Rayleigh length, nine of ten
      within the radius. The radius is promised for nine of ten answers of a class and no more
      (docs/geocoding.md); uniform on the disc would put all of them inside and make every
      interval too narrow. A Rayleigh length is that of a normal error each way.
    - settlement: one of the populated cells of its municipality within the radius, by population;
      with fewer than two of them the cells are coarser than the radius, and it is drawn as above.
    - municipality, none: one of the populated cells of its municipality, by population.

    The municipality of a record is known better than its point, as it stands in the address or
    the register. So an offset that leads out of it is drawn again, up to REDRAWS times; then,
    and where the point lies FAR radii outside, the record is drawn over the populated cells. A
    cell stands for its people at its point: nobody is drawn between the points.
    """

    def __init__(self, places: Places, land: Ground) -> None:
        if (places.area >= land.borders.size).any():
            raise InvalidInput(f"A record is of none of the {land.borders.size} municipalities")
        first, self._each = np.unique(places.same_place, return_index=True, return_inverse=True)[1:]
        self._lonlat, self._area = places.lonlat[first], places.area[first]
        self._radius = places.radius_m[first]
        self._land = land
        self._of_area = _Lots.by_area(land)
        only = places.area_only[first]
        strayed = _strayed(self._lonlat, self._area, land.borders, only)
        empty = self._of_area.size_of(self._area) == 0
        # Just outside and nowhere to be drawn in its municipality is as lost as far outside.
        lost = ~only & (strayed > np.where(empty, 0.0, FAR * self._radius))
        self.contradicted = int((strayed > 0)[self._each].sum())
        """Records whose point lies outside their municipality."""
        settled = np.flatnonzero((places.classes[first] == "settlement") & ~lost)
        near, self._of_settlement = _Lots.around(
            self._lonlat, self._radius, self._area, settled, land
        )
        self._in_settlement = near
        over_area = np.flatnonzero(only | lost)
        nobody = over_area[empty[over_area]]
        if nobody.size:
            raise InvalidInput(
                f"Municipality {self._area[nobody[0]]} has records and no populated cell",
                hint="Load its population by cells, or leave its records out and count them.",
            )
        self._over_area = over_area
        offset = np.ones(first.size, dtype=np.bool_)
        offset[over_area] = offset[near] = False
        self._by_offset = np.flatnonzero(offset)
        self._metres = _degrees_per_metre(self._lonlat[self._by_offset])
        shapely.prepare(land.borders)

    def draw(self, rng: np.random.Generator) -> Floats:
        """Longitude and latitude (n, 2) of one possible truth, EPSG:4326."""
        made = self._lonlat.copy()
        made[self._over_area] = self._from_area(rng, self._over_area)
        chosen = self._of_settlement.draw(rng, np.arange(self._in_settlement.size))
        made[self._in_settlement] = self._land.cells[chosen]
        self._offset(rng, made)
        return made[self._each]

    def _from_area(self, rng: np.random.Generator, places: Indices) -> Floats:
        return self._land.cells[self._of_area.draw(rng, self._area[places])]

    def _offset(self, rng: np.random.Generator, made: Floats) -> None:
        """Set the places drawn by offset; what stays outside is drawn over the municipality."""
        waiting = np.arange(self._by_offset.size)
        for _ in range(REDRAWS):
            places = self._by_offset[waiting]
            metres = (
                rng.standard_normal((waiting.size, 2)) * (SPREAD * self._radius[places])[:, None]
            )
            moved = self._lonlat[places] + metres * self._metres[waiting]
            made[places] = moved
            bound = np.flatnonzero(self._area[places] >= 0)
            shapes = self._land.borders[self._area[places[bound]]]
            inside = shapely.contains_xy(shapes, moved[bound, 0], moved[bound, 1])
            waiting = waiting[bound[~inside]]
            if not waiting.size:
                return
        left = self._by_offset[waiting]
        peopled = self._of_area.size_of(self._area[left]) > 0
        made[left[peopled]] = self._from_area(rng, left[peopled])
        # Without populated cells there is nothing better than the point itself, which is inside.
        made[left[~peopled]] = self._lonlat[left[~peopled]]


@dataclass(frozen=True)
class _Lots:
    """For each of several urns the cells in it, drawn in proportion to their population.

    The cells of urn u are `cell[start[u]:start[u + 1]]`; `upto` is the running population.
    """

    cell: Indices
    start: Indices
    upto: Floats

    @classmethod
    def of(cls, urn: Indices, cell: Indices, urns: int, population: Floats) -> _Lots:
        """Cells by urn, those without people left out."""
        peopled = population[cell] > 0
        urn, cell = urn[peopled], cell[peopled]
        order = np.argsort(urn, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(urn, minlength=urns))))
        return cls(cell[order], start, np.concatenate(([0.0], np.cumsum(population[cell[order]]))))

    @classmethod
    def by_area(cls, land: Ground) -> _Lots:
        cells = np.arange(land.population.size)
        return cls.of(land.cell_area, cells, land.borders.size, land.population)

    @classmethod
    def around(
        cls, lonlat: Floats, radius: Floats, area: Indices, wanted: Indices, land: Ground
    ) -> tuple[Indices, _Lots]:
        """Which wanted places have two populated cells or more in radius and area, and those."""
        peopled = np.flatnonzero(land.population > 0)
        if not wanted.size or not peopled.size:
            return np.empty(0, dtype=np.intp), cls.of(*(np.empty(0, np.intp),) * 2, 0, np.empty(0))
        tree = cKDTree(on_earth(land.cells[peopled]))
        found = tree.query_ball_point(on_earth(lonlat[wanted]), radius[wanted])
        inside = []
        for place, cells in zip(wanted, found, strict=True):
            near = peopled[np.array(sorted(cells), dtype=np.intp)]
            inside.append(near[(area[place] < 0) | (land.cell_area[near] == area[place])])
        enough = [at for at, cells in enumerate(inside) if cells.size >= 2]
        sizes = [inside[at].size for at in enough]
        urn = np.repeat(np.arange(len(enough)), sizes)
        cell = np.concatenate([np.empty(0, np.intp), *(inside[at] for at in enough)])
        return wanted[enough], cls.of(urn, cell, len(enough), land.population)

    def size_of(self, urn: Indices) -> Indices:
        """Cells in each urn; 0 for the urn -1, which is no area."""
        sizes = np.append(np.diff(self.start), 0)
        return sizes[urn]

    def draw(self, rng: np.random.Generator, urn: Indices) -> Indices:
        """One cell out of each urn named; none of these may be empty."""
        low, high = self.upto[self.start[urn]], self.upto[self.start[urn + 1]]
        at = np.searchsorted(self.upto, low + rng.random(urn.size) * (high - low), side="right") - 1
        return self.cell[np.clip(at, self.start[urn], self.start[urn + 1] - 1)]


def on_earth(lonlat: Floats) -> Floats:
    """Metres (n, 3) from the centre of the WGS 84 ellipsoid.

    The straight line between two such points is shorter than the way on the surface by
    d^3 / 24 R^2: 0.13 m at 50 km, 1 m at 100 km.
    """
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    across = ELLIPSOID.a / np.sqrt(1 - ELLIPSOID.es * np.sin(lat) ** 2)
    return np.column_stack(
        [
            across * np.cos(lat) * np.cos(lon),
            across * np.cos(lat) * np.sin(lon),
            across * (1 - ELLIPSOID.es) * np.sin(lat),
        ]
    )


def _degrees_per_metre(lonlat: Floats) -> Floats:
    """Degrees of longitude and latitude that a metre east and north are, (n, 2)."""
    lat = np.radians(lonlat[:, 1])
    bent = 1 - ELLIPSOID.es * np.sin(lat) ** 2
    east = np.degrees(np.sqrt(bent) / (ELLIPSOID.a * np.cos(lat)))
    north = np.degrees(bent**1.5 / (ELLIPSOID.a * (1 - ELLIPSOID.es)))
    return np.column_stack([east, north])


def _strayed(lonlat: Floats, area: Indices, borders: NDArray[np.object_], only: Bools) -> Floats:
    """Metres that each point lies outside its municipality, (n,), in EPSG:3035.

    0 inside, and where the municipality is not known or the point does not matter.
    """
    made = np.zeros(area.size)
    bound = np.flatnonzero((area >= 0) & ~only)
    to_metres = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)
    for code in np.unique(area[bound]):
        here = bound[area[bound] == code]
        outside = here[~shapely.intersects_xy(borders[code], lonlat[here, 0], lonlat[here, 1])]
        if outside.size:
            shape = shapely.transform(
                borders[code], lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
            )
            points = to_metres.transform(lonlat[outside, 0], lonlat[outside, 1])
            # Drawn straight in metres an outline is not quite the same, so never quite 0.
            made[outside] = np.maximum(shapely.distance(shape, shapely.points(*points)), 1e-3)
    return made


def _check_together(
    together: Indices, points: Floats, words: NDArray[np.str_], radius: Floats, areas: Indices
) -> None:
    first, each = np.unique(together, return_index=True, return_inverse=True)[1:]
    like = first[each]
    same = (words == words[like]) & (areas == areas[like])
    for row in (points[:, 0], points[:, 1], radius):
        same &= (row == row[like]) | (np.isnan(row) & np.isnan(row[like]))
    if not same.all():
        raise InvalidInput(
            "Records said to be in one place have different points, classes or areas"
        )
