"""What the readers of settlement registers share: joining GeoNames by name, and the frame made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from geo.crs import GEOGRAPHIC
from geo.errors import Problem
from geo.names import fold
from geo.sources.rows import Rows

COLUMNS = (
    "external_id",
    "name",
    "alternate_names",
    "kind",
    "population",
    "area_code",
    "parent",
    "unit",
)


@dataclass
class Settlement:
    """One settlement on its way into the frame; `point` is longitude and latitude, if known.

    `unit` is the county or district and `region` what is above it; the frame's `unit` has both.
    """

    external_id: str
    name: str
    kind: str
    area_code: str | None
    parent: str | None
    unit: str | None
    point: tuple[float, float] | None = None
    population: int | None = None
    alternate_names: list[str] = field(default_factory=list)
    region: str | None = None

    def called(self, names: Iterable[str]) -> None:
        """Add names by which it is known besides its own."""
        known = {self.name, *self.alternate_names}
        self.alternate_names += [name for name in dict.fromkeys(names) if name not in known]

    def peopled(self, residents: int) -> None:
        """Take a number of residents; 0 stands for unknown in GeoNames, and the larger one wins."""
        if residents > 0:
            self.population = max(residents, self.population or 0)


@dataclass(frozen=True)
class Gathered:
    """What a reader found: settlements, the file's rows, GeoNames' problems and how many places."""

    settlements: list[Settlement]
    rows: Rows
    problems: tuple[Problem, ...]
    places: int


def frame_of(settlements: Sequence[Settlement]) -> gpd.GeoDataFrame:
    """The frame `settlements` (EPSG:4326); a settlement whose point is unknown has no geometry."""
    columns: dict[str, Any] = {
        name: [getattr(each, name) for each in settlements] for name in COLUMNS
    }
    columns["unit"] = [", ".join(filter(None, (s.unit, s.region))) or None for s in settlements]
    columns["population"] = pd.array(columns["population"], dtype="Int64")
    points = [Point(each.point) if each.point else None for each in settlements]
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=GEOGRAPHIC))


class ByName:
    """Settlements by a place they are in (a code, a county) and any of their names, folded."""

    def __init__(self) -> None:
        self._found: Mapping[tuple[Hashable, str], list[Settlement]] = defaultdict(list)

    def add(self, within: Hashable, settlement: Settlement, names: Iterable[str]) -> None:
        for key in dict.fromkeys(map(_key, names)):
            self._found[within, key].append(settlement)

    def find(self, within: Hashable, names: Iterable[str]) -> list[Settlement]:
        """Those of the first of the names that any has."""
        for name in names:
            if found := self._found.get((within, _key(name))):
                return found
        return []


def _key(name: str) -> str:
    """A name folded, without spaces: Вълчи дол is also written Вълчидол."""
    return fold(name).replace(" ", "")
