"""Where people and services stand: a populated point of a municipality, and a real street there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.sources.gr_attica_synthetic.draw import chance, one_of

GREEK = range(0x0370, 0x0400)
LONGEST_STREET = 90
"""House numbers drawn where the list gives no range, at most."""


@dataclass(frozen=True)
class Street:
    """A street row of the postcode list; an end of None with a beginning means "to the end"."""

    name: str
    postcode: str
    odd: tuple[int, int | None] | None
    even: tuple[int, int | None] | None

    def house_number(self, rng: np.random.Generator) -> int:
        """A number this row covers, low ones likelier where it gives no range."""
        ranges = [each for each in (self.odd, self.even) if each]
        if not ranges:
            return 1 + int(LONGEST_STREET * rng.random() ** 2)
        first, last = one_of(rng, ranges)
        steps = 20 if last is None else max(0, last - first) // 2
        return first + 2 * int(rng.random() * (steps + 1))


@dataclass(frozen=True)
class Place:
    """A populated point: a postcode with its streets, or a settlement with its Greek name."""

    area_code: str
    longitude: float
    latitude: float
    settlement: str | None
    streets: tuple[Street, ...]


class Places:
    """All populated points by municipality, drawn in proportion to their population."""

    def __init__(
        self, cells: gpd.GeoDataFrame, streets: pd.DataFrame, settlements: gpd.GeoDataFrame
    ) -> None:
        rows: dict[str, list[Street]] = defaultdict(list)
        self._by_area: dict[str, list[Street]] = defaultdict(list)
        for record in streets.to_dict("records"):
            street = _street(record)
            rows[street.postcode].append(street)
            self._by_area[str(record["area_code"])].append(street)
        names = {
            f"geonames-{identifier}": greek_name(name, others)
            for identifier, name, others in zip(
                settlements["external_id"],
                settlements["name"],
                settlements["alternate_names"],
                strict=True,
            )
        }
        self.by_area: dict[str, tuple[list[Place], np.ndarray[Any, np.dtype[np.float64]]]] = {}
        for code, group in cells.groupby("area_code"):
            places = [
                Place(str(code), point.x, point.y, names.get(cell), tuple(rows.get(cell, ())))
                for cell, point in zip(group["code"], group.geometry, strict=True)
            ]
            steps = np.cumsum(group["population"].to_numpy(dtype=float))
            self.by_area[str(code)] = (places, steps / steps[-1])

    def draw(self, rng: np.random.Generator, area_code: str) -> Place:
        """A populated point of the municipality, in proportion to population."""
        places, steps = self.by_area[area_code]
        position = int(np.searchsorted(steps, rng.random(), side="right"))
        return places[min(position, len(places) - 1)]

    def street(self, rng: np.random.Generator, place: Place, in_settlement: float) -> Street | None:
        """A street at the place; at a settlement only with probability `in_settlement`."""
        if place.streets:
            return one_of(rng, place.streets)
        of_area = self._by_area.get(place.area_code)
        return one_of(rng, of_area) if of_area and chance(rng, in_settlement) else None

    def names(self, area_code: str) -> list[str]:
        """The Greek names of the municipality's settlements that are populated points."""
        return [place.settlement for place in self.by_area[area_code][0] if place.settlement]


def greek_name(name: str, others: list[str]) -> str:
    """The first of a settlement's names that is written in Greek, or its own name."""
    greek = (each for each in others if each and ord(each[0]) in GREEK)
    return next(greek, name)


def _street(record: dict[Any, Any]) -> Street:
    def side(name: str) -> tuple[int, int | None] | None:
        first, last = record[f"{name}_from"], record[f"{name}_to"]
        if pd.isna(first):
            return None
        return int(first), None if pd.isna(last) else int(last)

    return Street(str(record["name"]), str(record["postcode"]), side("odd"), side("even"))
