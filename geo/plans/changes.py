"""What a scenario changes in the frames of an analysis, and what that costs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from geo.errors import InvalidInput
from geo.plans.scenario import Change, Place, Scenario

Rows = dict[str, dict[Hashable, Any]]


@dataclass(frozen=True)
class Frames:
    """The frames a scenario may change, as geo.analysis.figures.inputs.Inputs has them, and where."""

    municipalities: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    service_states: pd.DataFrame
    staff: pd.DataFrame
    as_of: date


@dataclass(frozen=True)
class Cost:
    """Places and money of one change, in cents; None where no cost or no capacity is known."""

    change: int
    kind: str
    places: int | None
    cents: int | None


@dataclass(frozen=True)
class Changed:
    """The frames after all changes, the types of service touched, and the costs by change."""

    frames: Frames
    service_types: frozenset[str]
    costs: tuple[Cost, ...]


def apply(scenario: Scenario, frames: Frames) -> Changed:
    """The frames after the scenario's changes, made one after the other; `frames` stays as it is.

    A new service is called 'new-1' after the number of its change, and later changes may name it.
    It counts as verified on the day of the analysis: a scenario asks what it would do if it works.
    A place by municipality has no point, so that the service counts there and is reached by nobody.
    Raises InvalidInput where a service is not there (or no more), is named twice in the frames, a
    place lies outside the region, or fewer than no places would be left.
    """
    work = _Work(frames)
    costs = []
    for number, change in enumerate(scenario.changes, start=1):
        places = work.make(number, change)
        costs.append(Cost(number, change.kind, places, _cents(change, places)))
    return Changed(work.frames(), frozenset(work.touched), tuple(costs))


def municipalities_at(areas: gpd.GeoDataFrame, points: Sequence[Point]) -> list[str | None]:
    """The code of the municipality that each point lies in, None for one outside of all.

    A point on a border stands in two; the first in the order of codes, always the same one.
    """
    if not points:
        return []
    # The tree of the outlines is made once and kept with them.
    which, holds = areas.sindex.query(np.asarray(points), predicate="covered_by")
    codes = areas["code"].astype(str).to_numpy()
    found: list[str | None] = [None] * len(points)
    for point, area in zip(which, holds, strict=True):
        known = found[point]
        found[point] = codes[area] if known is None else min(known, codes[area])
    return found


class _Work:
    """The services under change, by their id."""

    def __init__(self, frames: Frames) -> None:
        self._before = frames
        self._services = _by_id(frames.services, "services")
        self._states = _by_id(frames.service_states, "service states")
        self._posts: list[dict[Hashable, Any]] = frames.staff.to_dict("records")
        self._closed: dict[str, int] = {}
        self.touched: set[str] = set()

    def make(self, number: int, change: Change) -> int | None:
        """Make one change; by how many places there are more. None: not known."""
        where = f"Change {number} ({change.kind})"
        if change.kind == "open":
            return self._open(f"new-{number}", change, where)
        row = self._service(str(change.service), where)
        self.touched.add(str(row["service_type"]))
        if change.kind == "close":
            return self._close(number, row)
        if change.kind == "grow":
            return self._grow(change, row, where)
        return self._move(change, row, where)

    def frames(self) -> Frames:
        before = self._before
        services = pd.DataFrame(list(self._services.values()), columns=before.services.columns)
        return Frames(
            before.municipalities,
            gpd.GeoDataFrame(services, geometry="geometry", crs=before.services.crs),
            pd.DataFrame(list(self._states.values()), columns=before.service_states.columns),
            pd.DataFrame(self._posts, columns=before.staff.columns),
            before.as_of,
        )

    def _service(self, service: str, where: str) -> dict[Hashable, Any]:
        if service in self._closed:
            raise InvalidInput(
                f"{where}: service '{service}' was closed by change {self._closed[service]}.",
                hint="A closed service cannot be changed; open a new one.",
            )
        if service in self._services:
            return self._services[service]
        coded = [row for row in self._services.values() if row.get("external_id") == service]
        if not coded:
            raise InvalidInput(
                f"{where}: no open service '{service}' in this snapshot.",
                hint="Name the id or the register's code of a service that is open in the snapshot.",
            )
        if len(coded) > 1:
            raise InvalidInput(
                f"{where}: {len(coded)} registers have a service '{service}'.",
                hint="Name its id: " + ", ".join(sorted(str(row["id"]) for row in coded)),
            )
        return coded[0]

    def _open(self, service: str, change: Change, where: str) -> int:
        if service in self._services or service in self._states:
            raise InvalidInput(f"{where}: there is a service '{service}' already.")
        assert change.place is not None and change.capacity is not None
        hidden = any(
            row.get("sensitive", False)
            for row in self._services.values()
            if row["service_type"] == change.service_type
        )
        if hidden and change.place.area_code is None:
            # Services of this type are refuges here: a new one may be one, too.
            raise InvalidInput(
                f"{where}: the place of a refuge is not written into a scenario.",
                hint="Name the municipality it would stand in.",
            )
        told = {
            "id": service,
            "external_id": service,
            "service_type": change.service_type,
            "capacity": change.capacity,
            "offers": list(change.offers),
            "own_area_only": change.own_area_only,
            "sensitive": hidden,
            "active": True,
            "verified_on": self._before.as_of,
            **self._placed(change.place, where),
        }
        self._services[service] = {key: told.get(str(key)) for key in self._before.services.columns}
        states = self._before.service_states.columns
        self._states[service] = {key: told.get(str(key)) for key in states}
        for specialty, persons in change.staff.items():
            post: dict[Hashable, Any] = {
                "service_id": service,
                "specialty": specialty,
                "head": False,
            }
            self._posts += [dict(post) for _ in range(persons)]
        self.touched.add(str(change.service_type))
        return change.capacity

    def _close(self, number: int, row: dict[Hashable, Any]) -> int | None:
        service = str(row["id"])
        places = _places(row)
        del self._services[service]
        self._closed[service] = number
        if row.get("external_id") is not None:
            self._closed.setdefault(str(row["external_id"]), number)
        if service in self._states:
            self._states[service]["active"] = False
        self._posts = [post for post in self._posts if str(post["service_id"]) != service]
        return None if places is None else -places

    def _grow(self, change: Change, row: dict[Hashable, Any], where: str) -> int | None:
        now = _places(row)
        if now is None and change.by is not None:
            raise InvalidInput(
                f"{where}: how many places service '{row['id']}' has is not known.",
                hint="Say 'to' with the places in the end instead of 'by'.",
            )
        after = change.to if change.by is None else (now or 0) + change.by
        if after is None or after < 0:
            raise InvalidInput(
                f"{where}: service '{row['id']}' has {now} places; {change.by} leaves fewer than 0."
            )
        row["capacity"] = after
        if str(row["id"]) in self._states:
            self._states[str(row["id"])]["capacity"] = after
        return None if now is None else after - now

    def _move(self, change: Change, row: dict[Hashable, Any], where: str) -> int:
        assert change.place is not None
        if row.get("sensitive", False) and change.place.area_code is None:
            raise InvalidInput(
                f"{where}: the place of a refuge is not written into a scenario.",
                hint="Name the municipality it moves to.",
            )
        placed = self._placed(change.place, where)
        row.update(placed)
        if str(row["id"]) in self._states:
            self._states[str(row["id"])]["area_code"] = placed["area_code"]
        return 0

    def _placed(self, place: Place, where: str) -> dict[str, Any]:
        areas = self._before.municipalities
        if place.area_code is not None:
            if place.area_code not in set(areas["code"].astype(str)):
                raise InvalidInput(f"{where}: no municipality '{place.area_code}' in this region.")
            return {
                "area_code": place.area_code,
                "location_class": "municipality",
                "geometry": None,
            }
        assert place.lon is not None and place.lat is not None
        point = Point(place.lon, place.lat)
        (code,) = municipalities_at(areas, [point])
        if code is None:
            raise InvalidInput(
                f"{where}: its place lies in no municipality of this region.",
                hint="Longitude comes as 'lon', latitude as 'lat', both in degrees.",
            )
        return {"area_code": code, "location_class": "address", "geometry": point}


def _cents(change: Change, places: int | None) -> int | None:
    """What a change costs more than today; None where its places or their price are not known."""
    if change.kind == "move":  # costs nothing of what is paid for places, priced or not
        return 0
    if places is None or change.cost_per_place_cents is None:
        return None
    once = {"open": 1, "close": -1}.get(change.kind, 0) * (change.cost_per_site_cents or 0)
    return places * change.cost_per_place_cents + once


def _places(row: dict[Hashable, Any]) -> int | None:
    return None if pd.isna(row["capacity"]) else int(row["capacity"])


def _by_id(frame: pd.DataFrame, what: str) -> Rows:
    rows: Rows = {str(row["id"]): row for row in frame.to_dict("records")}
    if len(rows) != len(frame):
        raise InvalidInput(f"The {what} of this snapshot name a service twice.")
    return rows
