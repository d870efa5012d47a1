"""Reads the roads of a country from an OpenStreetMap extract, as a network by way of travelling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import InvalidInput, Problem, SourceRejected
from geo.sources.batch import Batch
from geo.sources.osm_file import check_found, country_box, reading
from geo.sources.osm_roads.graph import Graph, graph
from geo.sources.osm_roads.rules import MODES, rules
from geo.sources.osm_roads.scan import Found, scan
from geo.sources.source import Source, checksum

WAY_OUT = "Take an extract with all objects, not one of a single theme."


def read(path: Path | None, source: Source) -> Batch:
    """Frames `road_nodes`, `road_pieces` and `road_modes` of one country (EPSG:4326).

    A piece runs from the node with the running number `tail` to `head`; `<mode>_there` and
    `<mode>_back` are minutes along it and against it, infinity where the mode may not go. A mode
    says how fast one gets from a place to its road, and when a road was last edited. Raises
    SourceRejected where the file is broken, cut off, of another kind, with history, of another
    country, or has no road.
    """
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.",
            hint="needsmap source load osm_roads FILE.osm.pbf --country li",
        )
    with reading(path, source):
        found = scan(path)
    check_found(
        path,
        source,
        objects=found.ways,
        unplaced=found.unplaced,
        invisible=found.invisible,
    )
    if found.ways and not len(found.refs):
        problem = "none of its ways is a road that anybody may use"
        raise SourceRejected(source.id, [Problem(path.name, problem, WAY_OUT)])
    _check_country(path, source, found)
    made = graph(
        found,
        straight_m=float(source.parameters["straight_m"]),
        shortest_part_m=float(source.parameters["shortest_part_m"]),
    )
    return Batch(
        source_id=source.id,
        frames=_frames(found, made),
        counts={"ways": found.ways},
        notes=tuple(_told(found, made)),
        sha256=checksum(path),
    )


def _check_country(path: Path, source: Source, found: Found) -> None:
    bounds = country_box(source)
    if bounds is None or not len(found.refs):
        return
    lon, lat = np.frombuffer(found.lon), np.frombuffer(found.lat)
    inside = (lon >= bounds.west) & (lon <= bounds.east)
    inside &= (lat >= bounds.south) & (lat <= bounds.north)
    outside = int((~inside).sum())
    if outside * 2 > inside.size:
        problem = (
            f"{outside:,} of {inside.size:,} nodes of roads lie outside of the country"
            f" {source.country!r} ({bounds})"
        )
        remedy = "Check --country, or take the extract of that country."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])


def _frames(found: Found, made: Graph) -> dict[str, pd.DataFrame]:
    speeds = rules().approach_kmh()
    times = {
        f"{mode}_{way}": made.minutes[:, place, side]
        for place, mode in enumerate(MODES)
        for side, way in enumerate(("there", "back"))
    }
    pieces = {"tail": made.tail, "head": made.head, "metres": made.metres, **times}
    return {
        "road_nodes": pd.DataFrame({"lon": made.lon, "lat": made.lat}),
        "road_pieces": pd.DataFrame(pieces),
        "road_modes": pd.DataFrame(
            {
                "mode": list(speeds),
                "approach_kmh": list(speeds.values()),
                "newest_edit": pd.Series([found.newest] * len(speeds), dtype=object),
            }
        ),
    }


def _told(found: Found, made: Graph) -> Iterator[str]:
    """What was read, what was left out, and what these times do not know."""
    yield f"{found.ways:,} roads and ferries, {len(found.refs):,} nodes along them"
    for place, mode in enumerate(MODES):
        open_ = np.isfinite(made.minutes[:, place]).any(axis=1)
        said = f"{mode}: {made.metres[open_].sum() / 1000:,.0f} km"
        if made.dropped_m[mode]:
            said += f"; {made.dropped_m[mode] / 1000:,.1f} km left out in parts too small"
        yield said
    if found.newest:
        yield f"last edit of a road: {found.newest:%Y-%m-%d}"
    yield f"{found.shut:,} ways left out: nobody may use them"
    if found.ferries:
        yield f"{found.ferries:,} ferries, {found.ferries_timed:,} of them with a duration"
    if found.unplaced or found.cut:
        yield f"{found.unplaced + found.cut:,} ways are cut at the edge of the extract"
    yield "turn restrictions, traffic and the waiting for a ferry are not known to these times"
