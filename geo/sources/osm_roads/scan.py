"""One walk through an extract: its roads and ferries, node by node, and what bars a node."""

from __future__ import annotations

import tempfile
from array import array
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from geo.sources.osm_file import storage
from geo.sources.osm_roads.rules import (
    MODES,
    SHUT,
    barred_at,
    ferry_minutes,
    is_ferry,
    is_travelled,
    paces,
)

OLDEST_YEAR = 2000
KEYS = ("highway", "route", "barrier", "kerb")


@dataclass
class Found:
    """Runs of nodes that lie along ways. A run is a way, or what an extract leaves of one.

    `refs`, `lon`, `lat` are the nodes of all runs, one after the other; run i begins at
    `begin[i]`. `kmh` has for every run and mode the speed along it and against it, 0 where the
    mode may not go. `ferry` is the tagged duration of a ferry in minutes, 0 where there is none. `newest`
    is the day of the last edit of a way, None where the file does not tell.
    """

    refs: array[int] = field(default_factory=lambda: array("q"))
    lon: array[float] = field(default_factory=lambda: array("d"))
    lat: array[float] = field(default_factory=lambda: array("d"))
    begin: array[int] = field(default_factory=lambda: array("q", [0]))
    kmh: array[float] = field(default_factory=lambda: array("d"))
    ferry: array[float] = field(default_factory=lambda: array("d"))
    barred: dict[int, frozenset[str]] = field(default_factory=dict)
    ways: int = 0
    ferries: int = 0
    ferries_timed: int = 0
    shut: int = 0
    unplaced: int = 0
    cut: int = 0
    invisible: int = 0
    newest: date | None = None

    def speeds(self) -> NDArray[np.float64]:
        """Runs x modes x (along, against), km/h."""
        return np.frombuffer(self.kmh, dtype=np.float64).reshape(-1, len(MODES), 2)


def scan(path: Path) -> Found:
    """Walk through the file once; raises RuntimeError where the file is broken."""
    found = Found()
    kinds = osmium.osm.NODE | osmium.osm.WAY
    with tempfile.TemporaryDirectory(prefix="needsmap-osm-") as folder:
        walk = osmium.FileProcessor(str(path), kinds).with_locations(storage(path, Path(folder)))
        for entity in walk.with_filter(osmium.filter.KeyFilter(*KEYS)):
            _take(found, entity)
    return found


def _take(found: Found, entity: Any) -> None:
    if not entity.visible:
        found.invisible += 1
    elif entity.is_node():
        barred = barred_at(dict(entity.tags))
        if barred:
            found.barred[entity.id] = barred
    else:
        tags = dict(entity.tags)
        if is_travelled(tags):
            _take_way(found, entity, tags)


def _take_way(found: Found, way: Any, tags: dict[str, str]) -> None:
    found.ways += 1
    edited = way.timestamp.date()
    # A file without the dates of edits gives them all as 1970.
    if edited.year > OLDEST_YEAR and (found.newest is None or edited > found.newest):
        found.newest = edited
    pace = paces(tags)
    if all(each == SHUT for each in pace):
        found.shut += 1
        return
    minutes = None
    if is_ferry(tags):
        minutes = ferry_minutes(tags)
        found.ferries += 1
        found.ferries_timed += minutes is not None
    runs = _runs(way)
    placed = sum(len(run) for run in runs)
    if not runs:
        found.unplaced += 1
        return
    found.cut += placed < len(way.nodes)
    for run in runs:
        for ref, lon, lat in run:
            found.refs.append(ref)
            found.lon.append(lon)
            found.lat.append(lat)
        found.begin.append(len(found.refs))
        found.kmh.extend(speed or 0.0 for each in pace for speed in each)
        # What an extract cuts off a ferry takes its share of the time with it: not known, so none.
        found.ferry.append(minutes if minutes and placed == len(way.nodes) else 0.0)


def _runs(way: Any) -> list[list[tuple[int, float, float]]]:
    """The nodes of a way whose place is known, parted where an extract lacks some."""
    runs: list[list[tuple[int, float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append((node.ref, node.lon, node.lat))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]
