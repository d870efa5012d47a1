"""Whether points lie in the areas that their rows name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo.imports.finding import Wrong
from geo.names import fold, latin_key

_KINDS = re.compile(
    r"\b(?:powiat|pow|m|miasto|gmina|gm|woj|wojewodztwo|δημοσ|δημου|περιφερειακη ενοτητα|"
    r"municipiul|oras|comuna|judetul|judet|obshtina|община|област|municipality of|city of)\b"
)
"""Words for the kind of an area that stand before its name, folded."""

FIELDS = (
    ("area_code", "municipality"),
    ("district", "unit"),
    ("municipality", "municipality"),
    ("region", "region"),
)
"""The fields that name an area, with the level of the area; the first that can be checked counts,
since what files call the municipality is often a village, of which some other area has the name."""

OUTSIDE = frozenset({"outside_named_area", "in_no_area"})
"""What is said of points that do not lie in the area their row names."""


@dataclass(frozen=True)
class NamedArea:
    """An area that rows may name; `names` in any language."""

    level: str
    code: str
    names: tuple[str, ...]
    shape: shapely.Geometry


def name_key(name: str) -> str:
    """What two spellings of an area's name have in common."""
    return latin_key(_KINDS.sub(" ", fold(name)))


class Areas:
    """Areas by name and by place; points are asked for many at a time."""

    def __init__(self, areas: Sequence[NamedArea]) -> None:
        self._areas = list(areas)
        self._tree = shapely.STRtree([area.shape for area in self._areas])
        self.levels = frozenset(area.level for area in areas)
        self._by_name: dict[tuple[str, str], list[int]] = {}
        self._by_code = {(area.level, area.code): place for place, area in enumerate(self._areas)}
        for place, area in enumerate(self._areas):
            for key in dict.fromkeys(name_key(name) for name in area.names):
                self._by_name.setdefault((area.level, key), []).append(place)

    def codes(self, level: str) -> list[str]:
        """The codes of all areas of a level."""
        return [area.code for area in self._areas if area.level == level]

    def codes_called(self, level: str, name: str) -> list[str]:
        """The codes of the areas of a level that are called so."""
        return [self._areas[place].code for place in self._by_name.get((level, name_key(name)), ())]

    def disagreements(
        self, points: Sequence[tuple[float, float]], named: Sequence[Mapping[str, str]]
    ) -> list[tuple[str, Wrong] | None]:
        """For each point (latitude, longitude), the field whose area does not hold it, and why.

        `named` are each row's area names by field. A town that is a district of its own counts as
        part of the district around it, which often carries its name: a row in the district
        "krakowski" and the town "Kraków" may lie in the district "Kraków". Names that no loaded
        area has are left out.
        """
        holding = self._holding(points)
        return [self._disagreement(at, names) for at, names in zip(holding, named, strict=True)]

    def _holding(self, points: Sequence[tuple[float, float]]) -> list[list[int]]:
        """The places in our list of the areas that hold each point."""
        shapes = shapely.points(np.array([(lon, lat) for lat, lon in points]).reshape(-1, 2))
        found: list[list[int]] = [[] for _ in points]
        for point, area in self._tree.query(shapes, predicate="intersects").T:
            found[int(point)].append(int(area))
        return found

    def _disagreement(
        self, holding: Sequence[int], names: Mapping[str, str]
    ) -> tuple[str, Wrong] | None:
        for field, level in FIELDS:
            name = names.get(field, "")
            wanted = self._named(field, level, name) if name else []
            if not wanted:
                continue
            here = [place for place in holding if self._areas[place].level == level]
            if set(here) & set(wanted) or self._own_town(here, names, level):
                return None
            if not here:
                return field, Wrong("in_no_area", {"named": name})
            found = self._areas[here[0]].names[0]
            return field, Wrong("outside_named_area", {"named": name, "found": found})
        return None

    def _named(self, field: str, level: str, name: str) -> list[int]:
        if field != "area_code":
            return self._by_name.get((level, name_key(name)), [])
        found = self._by_code.get((level, name))
        return [] if found is None else [found]

    def municipalities_at(self, points: Sequence[tuple[float, float]]) -> list[str | None]:
        """The code of the municipality that holds each point (latitude, longitude)."""
        return [
            next((self._areas[p].code for p in at if self._areas[p].level == "municipality"), None)
            for at in self._holding(points)
        ]

    def _own_town(self, here: Sequence[int], names: Mapping[str, str], level: str) -> bool:
        town = names.get("municipality", "")
        if not town or level == "municipality":
            return False
        key = name_key(town)
        return any(key == name_key(name) for place in here for name in self._areas[place].names)
