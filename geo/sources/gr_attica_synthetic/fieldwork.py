"""Invents street-work rounds and reports: where teams looked, for how long, and what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.sources.gr_attica_synthetic.draw import Choice, chance, one_of
from geo.sources.gr_attica_synthetic.places import Places
from geo.sources.gr_attica_synthetic.world import World

METRES_PER_DEGREE = 111_320.0
"""Length of a degree of latitude; good enough to scatter invented points."""

SHIFTS = ((7, 10), (17, 22))
"""Hours (UTC) in which a round may start: mornings and evenings."""


class Ground:
    """Draws positions near where people live that lie inside the municipality."""

    def __init__(self, places: Places, areas: gpd.GeoDataFrame, spread_m: float) -> None:
        municipal = areas[areas["level"] == "municipality"]
        self._shapes = dict(zip(municipal["code"], municipal.geometry, strict=True))
        self._places, self._spread = places, spread_m

    def draw(self, rng: np.random.Generator, area_code: str) -> tuple[float, float]:
        """Longitude and latitude in the municipality, to five decimals (about a metre)."""
        place = self._places.draw(rng, area_code)
        for _ in range(20):
            east, north = rng.normal(0, self._spread, 2)
            latitude = place.latitude + north / METRES_PER_DEGREE
            shrink = np.cos(np.radians(place.latitude))
            longitude = place.longitude + east / (METRES_PER_DEGREE * shrink)
            if shapely.contains_xy(self._shapes[area_code], longitude, latitude):
                return round(float(longitude), 5), round(float(latitude), 5)
        return round(place.longitude, 5), round(place.latitude, 5)


def rounds(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Frame `rounds` (aware UTC times): only in municipalities with teams; the rest not looked at."""
    settings = world.settings["fieldwork"]
    weights = Choice(_weights(world.residents, settings, settings["smallest"]))
    rows: list[dict[str, object]] = []
    for number in range(1, settings["rounds"] + 1):
        area = weights.draw(rng)
        start = _start(rng, world.as_of, settings["days"])
        minutes = 15 * int(rng.integers(4, 17))
        rows.append(
            {
                "external_id": f"RD-{number:04}",
                "area_code": area,
                "team": f"Ομάδα δρόμου {1 + int(rng.integers(0, 2))}, {world.names[area][0]}",
                "started_at": start,
                "ended_at": start + timedelta(minutes=minutes),
                "minutes": minutes,
                "synthetic": True,
            }
        )
    return pd.DataFrame(rows)


def observations(
    world: World, ground: Ground, register: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Frame `observations`: what the rounds saw (often nothing) and what the hotline was told."""
    settings = world.settings["fieldwork"]
    describe = _Describe(ground, world.texts["notes"], settings, rng)
    for each in register.to_dict("records"):
        for _ in range(int(rng.poisson(settings["reports_per_round"]))):
            seen = each["started_at"] + timedelta(minutes=int(rng.integers(0, each["minutes"])))
            describe.add(str(each["area_code"]), seen, str(each["external_id"]))
    weights = Choice(_weights(world.residents, settings, 0))
    for _ in range(settings["hotline_reports"]):
        describe.add(weights.draw(rng), _start(rng, world.as_of, settings["days"]), None)
    return pd.DataFrame(describe.rows)


class _Describe:
    """Fills in what a report says."""

    def __init__(
        self,
        ground: Ground,
        texts: Mapping[str, list[str]],
        settings: Mapping[str, Any],
        rng: np.random.Generator,
    ) -> None:
        self._ground, self._texts, self._rng = ground, texts, rng
        self._categories = Choice(settings["categories"])
        self._urgency = Choice(settings["urgency"])
        self.rows: list[dict[str, object]] = []

    def add(self, area_code: str, when: datetime, round_id: str | None) -> None:
        rng = self._rng
        category = self._categories.draw(rng)
        longitude, latitude = self._ground.draw(rng, area_code)
        low, high = (5, 60) if round_id else (80, 400)
        group = category in {"informal_settlement", "substance_use"}
        self.rows.append(
            {
                "external_id": f"OB-{len(self.rows) + 1:05}",
                "round_external_id": round_id,
                "observed_at": when,
                "lat": latitude,
                "lon": longitude,
                "accuracy_m": float(rng.integers(low, high)),
                "category": category,
                "people_count": 1 + int(rng.poisson(4.0 if group else 0.4)),
                "urgency": self._urgency.draw(rng),
                "note": one_of(rng, self._texts[category]) if chance(rng, 0.6) else "",
                "channel": "street_work" if round_id else "hotline",
                "synthetic": True,
            }
        )


def _weights(
    residents: Mapping[str, int], settings: Mapping[str, Any], smallest: int
) -> dict[str, float]:
    return {
        area: count * settings["factor"].get(area, 1.0)
        for area, count in residents.items()
        if count >= smallest
    }


def _start(rng: np.random.Generator, as_of: date, days: int) -> datetime:
    day = as_of - timedelta(days=1 + int(rng.integers(0, days)))
    first, last = one_of(rng, SHIFTS)
    minute = int(rng.integers(first * 60, last * 60))
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=UTC)
