"""Tiny OpenStreetMap files drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from geo.sources.batch import Batch, read_with
from geo.sources.source import load

HOUSE = {"addr__street": "Hauptstr.", "addr__housenumber": "7"}

LAT, LON = 52.0, 10.0
"""Where EPSG:3035 does not distort: 0.001 degrees are 111 m to the north and 69 m to the east."""


@dataclass
class Map:
    """A map in the making; places are thousandths of degrees east and north of 10 E, 52 N."""

    nodes: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)

    def node(self, number: int, east: float, north: float, **tags: str) -> int:
        lat, lon = LAT + north / 1000, LON + east / 1000
        at = f'id="{number}" lat="{lat:.7f}" lon="{lon:.7f}" version="1"'
        self.nodes.append(f"<node {at}>{_tags(tags)}</node>")
        return number

    def way(self, number: int, *nodes: int, **tags: str) -> int:
        members = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.ways.append(f'<way id="{number}" version="1">{members}{_tags(tags)}</way>')
        return number

    def box(
        self, way: int, west: float, south: float, east: float, north: float, **tags: str
    ) -> int:
        """A closed way around a rectangle; its nodes are numbered after it."""
        corners = ((west, south), (east, south), (east, north), (west, north))
        nodes = [self.node(way * 100 + i, *corner) for i, corner in enumerate(corners)]
        return self.way(way, *nodes, nodes[0], **tags)

    def relation(self, number: int, members: Sequence[tuple[str, int, str]], **tags: str) -> None:
        inside = "".join(
            f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members
        )
        self.relations.append(
            f'<relation id="{number}" version="1">{inside}{_tags(tags)}</relation>'
        )

    def area(self, number: int, level: int, *box: float, **tags: str) -> None:
        """An administrative boundary around a rectangle."""
        way = self.box(number, *box)
        said = {"type": "boundary", "boundary": "administrative", "admin_level": str(level)}
        self.relation(number, [("way", way, "outer")], **said, **tags)

    def write(self, path: Path, *, first: str = "nodes") -> Path:
        parts = [self.nodes, self.ways, self.relations]
        if first == "ways":
            parts = [self.ways, self.nodes, self.relations]
        body = "".join("".join(part) for part in parts)
        path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
        return path


def _tags(tags: dict[str, str]) -> str:
    """Tags given as Python names: a double underscore stands for the colon."""
    return "".join(
        f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>"
        for key, value in tags.items()
    )


def toyland() -> Map:
    """Two municipalities side by side, 4.5 by 9 km each, in a country around them."""
    made = Map()
    made.area(1, 2, -10, -10, 150, 110, name="Toyland", ISO3166_1="XX")
    made.relations[0] = made.relations[0].replace("ISO3166_1", "ISO3166-1")
    made.area(2, 8, 0, 0, 65, 80, name="West", name__fr="Ouest", ref__LAU="X1")
    made.area(3, 8, 65, 0, 130, 80, name="Osten")
    return made


def read(made: Map, folder: Path) -> Batch:
    source = load("osm_extract").of_country("xx")
    return read_with(source, made.write(folder / "toy.osm"))
