"""Write and read the road network of a country: whole, and only where it is another one.

Nobody reads or edits a single piece of road, so a network lies here as the arrays that the sums
take, not as a row a piece: a country is read in seconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from geo.db.named_sql import load_queries
from geo.db.reload import Reload

QUERIES = load_queries(__file__)

FRAMES = frozenset({"road_nodes", "road_pieces", "road_modes"})
"""What a source of roads brings, all of it or none."""

WHOLE_NUMBERS = frozenset({"tail", "head"})


@dataclass(frozen=True)
class StoredRoads:
    """A country's road network as it was loaded.

    `nodes`: lon, lat (EPSG:4326); `pieces`: tail, head (running numbers of nodes), metres, and
    for every mode `<mode>_there` and `<mode>_back` in minutes, infinity where it may not go.
    `approach_kmh` is, by mode, how fast one gets from a place to its road.
    """

    country: str
    source_id: str
    title: str
    attribution: str
    version: str
    newest_edit: date | None
    nodes: Mapping[str, NDArray[Any]]
    pieces: Mapping[str, NDArray[Any]]
    approach_kmh: Mapping[str, float]


def put_roads(
    connection: Connection, frames: Mapping[str, pd.DataFrame], source_id: str, country: str
) -> Reload:
    """Make these the roads of the country; an equal network is left as it is. Counts pieces."""
    nodes, pieces, modes = (frames[name] for name in ("road_nodes", "road_pieces", "road_modes"))
    arrays = {
        str(name): _bytes(frame[name], str(name)) for frame in (nodes, pieces) for name in frame
    }
    speeds = {
        str(mode): float(kmh)
        for mode, kmh in zip(modes["mode"], modes["approach_kmh"], strict=True)
    }
    edits = [day for day in modes["newest_edit"] if isinstance(day, date)]
    newest = max(edits, default=None)
    named = _version(arrays, {**speeds, "newest_edit": str(newest)}, source_id)
    connection.execute(QUERIES["lock"], {"country": country})
    before = connection.execute(QUERIES["network"], {"country": country}).one_or_none()
    if before is not None and before.version == named:
        return Reload(unchanged=len(pieces))
    connection.execute(QUERIES["drop"], {"country": country})
    row = {
        "country": country,
        "source_id": source_id,
        "version": named,
        "newest_edit": newest,
        "nodes": len(nodes),
        "pieces": len(pieces),
        "modes": json.dumps(speeds),
    }
    connection.execute(QUERIES["put"], row)
    for name, content in arrays.items():
        given = {"country": country, "name": name, "content": content}
        connection.execute(QUERIES["put_values"], given)
    return Reload(added=len(pieces), removed=before.pieces if before is not None else 0)


def roads(connection: Connection, country: str) -> StoredRoads | None:
    """The country's road network (ISO 3166-1, two small letters); None where none is loaded."""
    found = connection.execute(QUERIES["network"], {"country": country}).one_or_none()
    if found is None:
        return None
    stored = connection.execute(QUERIES["values"], {"country": country})
    arrays = {row.name: _numbers(bytes(row.content), row.name) for row in stored}
    ends = ("lon", "lat")
    return StoredRoads(
        country=country,
        source_id=found.source_id,
        title=found.title,
        attribution=found.attribution,
        version=found.version,
        newest_edit=found.newest_edit,
        nodes={name: arrays[name] for name in ends},
        pieces={name: array for name, array in arrays.items() if name not in ends},
        approach_kmh={str(mode): float(kmh) for mode, kmh in found.modes.items()},
    )


def _kind(name: str) -> str:
    return "<i8" if name in WHOLE_NUMBERS else "<f8"


def _bytes(column: pd.Series[Any], name: str) -> bytes:
    return column.to_numpy().astype(_kind(name)).tobytes()


def _numbers(content: bytes, name: str) -> NDArray[Any]:
    return np.frombuffer(content, dtype=_kind(name)).astype(_kind(name)[1:])


def _version(arrays: Mapping[str, bytes], told: Mapping[str, Any], source_id: str) -> str:
    digest = hashlib.sha256(f"{source_id};{json.dumps(told, sort_keys=True)}".encode())
    for name in sorted(arrays):
        digest.update(f";{name} {len(arrays[name])};".encode())
        digest.update(arrays[name])
    return digest.hexdigest()
