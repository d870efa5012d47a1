"""One walk through an extract: what of it a gazetteer can use, with its place."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import osmium
import shapely

from geo.sources.osm_extract import tags as meaning
from geo.sources.osm_file import storage

Point = tuple[float, float]
"""Longitude and latitude, EPSG:4326."""


class House(NamedTuple):
    """A house number as surveyed."""

    external_id: str
    number: str
    street: str | None
    place: str | None
    city: str | None
    postcode: str | None
    lon: float
    lat: float
    surveyed: bool = True


class Segment(NamedTuple):
    """A way with a name: a piece of a street."""

    way: int
    name: str
    alternate_names: tuple[str, ...]
    postcode: str | None
    line: shapely.LineString


class Named(NamedTuple):
    """A settlement or a point of interest."""

    external_id: str
    name: str
    alternate_names: tuple[str, ...]
    kind: str
    population: int | None
    lon: float
    lat: float


class Interpolation(NamedTuple):
    """A way along which house numbers run between those of its nodes."""

    way: int
    kind: str
    street: str | None
    nodes: tuple[int, ...]
    points: tuple[Point | None, ...]


class Boundary(NamedTuple):
    """An administrative or postal boundary; its shape is None where it does not close."""

    relation: int
    tags: dict[str, str]
    shape: shapely.Geometry | None


@dataclass
class Found:
    """What one walk found; `numbered` are the nodes with house numbers that interpolations name."""

    houses: list[House] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    settlements: list[Named] = field(default_factory=list)
    spots: list[Named] = field(default_factory=list)
    interpolations: list[Interpolation] = field(default_factory=list)
    boundaries: dict[int, Boundary] = field(default_factory=dict)
    numbered: dict[int, House] = field(default_factory=dict)
    objects: int = 0
    house_numbers: int = 0
    without_street: int = 0
    unplaced: int = 0
    invisible: int = 0


class Wanted(NamedTuple):
    """What a first look found that the walk must know beforehand."""

    nodes: frozenset[int]
    streets: dict[str, str]
    """Object (`n5`, `w7`) -> the street whose relation it belongs to."""


def first_look(path: Path) -> Wanted:
    """The nodes that interpolations run through, and houses that a relation gives their street."""
    nodes: set[int] = set()
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
    way: Any
    for way in ways.with_filter(osmium.filter.KeyFilter("addr:interpolation")):
        nodes.update(node.ref for node in way.nodes)
    streets: dict[str, str] = {}
    kinds = osmium.filter.TagFilter(("type", "associatedStreet"), ("type", "street"))
    relation: Any
    for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(kinds):
        name = relation.tags.get("name")
        for member in relation.members:
            if name and member.role in {"house", "address"}:
                streets[f"{member.type}{member.ref}"] = name
    return Wanted(frozenset(nodes), streets)


def scan(path: Path, wanted: Wanted) -> Found:
    """Walk through the file once; raises RuntimeError where the file is broken."""
    walk = _Walk(wanted)
    with tempfile.TemporaryDirectory(prefix="needsmap-osm-") as folder:
        for entity in _entities(path, Path(folder)):
            walk.take(entity)
    return walk.found


def _entities(path: Path, folder: Path) -> Iterator[Any]:
    keys = osmium.filter.KeyFilter(*meaning.WANTED_KEYS)
    walk = osmium.FileProcessor(str(path)).with_locations(storage(path, folder))
    yield from walk.with_areas(osmium.filter.KeyFilter(*meaning.WANTED_KEYS)).with_filter(keys)


class _Walk:
    """Takes objects one by one and keeps what the gazetteer needs of them."""

    def __init__(self, wanted: Wanted) -> None:
        self.found = Found()
        self.wanted = wanted
        self.shapes = osmium.geom.WKBFactory()

    def take(self, entity: Any) -> None:
        if entity.is_area():
            # A closed way came by as a way already; an area is looked at for relations only.
            if not entity.from_way():
                self._take_area(entity)
            return
        self.found.objects += 1
        if not entity.visible:
            self.found.invisible += 1
            return
        if entity.is_node():
            here = (entity.location.lon, entity.location.lat)
            self._take(f"n{entity.id}", dict(entity.tags), here, node=entity.id)
        elif entity.is_way():
            self._take_way(entity)
        else:
            self._take_relation(entity)

    def _take_way(self, way: Any) -> None:
        tags = dict(way.tags)
        points = [(n.lon, n.lat) if n.location.valid() else None for n in way.nodes]
        known = [point for point in points if point is not None]
        if not known:
            self.found.unplaced += 1
            return
        self._take(f"w{way.id}", tags, _inside(known))
        if len(known) > 1:
            self._take_segment(way.id, tags, known)
        if "addr:interpolation" in tags:
            nodes = tuple(node.ref for node in way.nodes)
            street = meaning.text(tags, "addr:street")
            kind = tags["addr:interpolation"]
            entry = Interpolation(way.id, kind, street, nodes, tuple(points))
            self.found.interpolations.append(entry)

    def _take_relation(self, relation: Any) -> None:
        tags = dict(relation.tags)
        self.found.house_numbers += "addr:housenumber" in tags
        if tags.get("type") == "boundary" and _bounds(tags):
            # Its shape came by before it if it closes.
            self.found.boundaries.setdefault(relation.id, Boundary(relation.id, tags, None))

    def _take_area(self, area: Any) -> None:
        tags = dict(area.tags)
        relation = area.orig_id()
        shape = shapely.from_wkb(self.shapes.create_multipolygon(area))
        if _bounds(tags):
            self.found.boundaries[relation] = Boundary(relation, tags, shapely.make_valid(shape))
        inside = shape.representative_point()
        self._take(f"r{relation}", tags, (inside.x, inside.y), counted=True)

    def _take(
        self,
        key: str,
        tags: dict[str, str],
        here: Point,
        node: int | None = None,
        *,
        counted: bool = False,
    ) -> None:
        if "addr:housenumber" in tags:
            self.found.house_numbers += not counted
            self._take_house(key, tags, here, node)
        name = meaning.text(tags, "name")
        if name is None or "boundary" in tags:
            return
        others = meaning.other_names(tags, name)
        settled = meaning.SETTLEMENTS.get(tags.get("place", ""))
        if settled:
            people = meaning.population(tags)
            self.found.settlements.append(Named(key, name, others, settled, people, *here))
        elif kind := meaning.spot_kind(tags):
            self.found.spots.append(Named(key, name, others, kind, None, *here))

    def _take_house(self, key: str, tags: dict[str, str], here: Point, node: int | None) -> None:
        street = meaning.text(tags, "addr:street") or self.wanted.streets.get(key)
        place = next(
            (found for at in meaning.SETTLED_BY if (found := meaning.text(tags, at))), None
        )
        if street is None and place is None and node not in self.wanted.nodes:
            self.found.without_street += 1
            return
        city = meaning.text(tags, "addr:city")
        own = meaning.text(tags, "addr:place")
        at = _shared(street), _shared(own if street else place), _shared(city)
        for part, number in enumerate(meaning.numbers(tags), 1):
            external_id = key if part == 1 else f"{key}#{part}"
            house = House(external_id, number, *at, _shared(meaning.postcode(tags)), *here)
            if street is not None or place is not None:
                self.found.houses.append(house)
            if node is not None and node in self.wanted.nodes:
                self.found.numbered.setdefault(node, house)

    def _take_segment(self, way: int, tags: dict[str, str], points: list[Point]) -> None:
        name = meaning.text(tags, "name")
        square = tags.get("place") == "square"
        if name is None or not (square or tags.get("highway") in meaning.STREETS):
            return
        others = meaning.other_names(tags, name)
        line = shapely.LineString(points)
        self.found.segments.append(Segment(way, name, others, meaning.postcode(tags), line))


def _bounds(tags: dict[str, str]) -> bool:
    return tags.get("boundary") in {"administrative", "postal_code"}


def _inside(points: list[Point]) -> Point:
    """A point of a way: on the surface of a closed one, half-way along an open one."""
    if len(points) == 1:
        return points[0]
    if len(points) > 3 and points[0] == points[-1]:
        surface = shapely.Polygon(points)
        middle = surface.centroid
        if not surface.is_valid or not surface.contains(middle):
            middle = shapely.make_valid(surface).representative_point()
    else:
        middle = shapely.line_interpolate_point(shapely.LineString(points), 0.5, normalized=True)
    return (middle.x, middle.y) if not middle.is_empty else points[0]


def _shared(text: str | None) -> str | None:
    """Equal texts kept once: a street's name stands at each of its houses."""
    return None if text is None else sys.intern(text)
