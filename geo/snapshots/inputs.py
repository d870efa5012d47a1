"""What an analysis started from, as bytes: the same frame gives the same bytes, whatever its order.

A frame is a JSON document of its columns with their kinds, and of its rows, sorted. Numbers have 12
significant digits, geometry is WKB in hexadecimal (EPSG:4326), a day is 2026-10-01, and a missing
value is null.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC
from geo.errors import InvalidInput
from geo.ids import canonical_json
from geo.snapshots.freeze import plain, rounded

IDENTITY = ("code", "external_id", "id", "area_code", "service_id")
"""Columns by which rows are sorted before all others, where a frame has them."""


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """The one spelling of a frame; neither the order of rows nor of columns is part of it.

    Raises InvalidInput for infinity, for values that JSON has no word for, for columns of one name
    and for geometry in another reference system than EPSG:4326.
    """
    names = [str(name) for name in frame.columns]
    if len(set(names)) != len(names):
        raise InvalidInput("A frame to be frozen has two columns of one name.")
    first = {name: place for place, name in enumerate(IDENTITY)}
    ordered = sorted(names, key=lambda name: (first.get(name, len(first)), name))
    kinds = [_kind(frame[name], name) for name in ordered]
    written = [_written(frame[name], kind) for name, kind in zip(ordered, kinds, strict=True)]
    rows = sorted(canonical_json(list(row)) for row in zip(*written, strict=True))
    head = canonical_json([[name, kind] for name, kind in zip(ordered, kinds, strict=True)])
    return b'{"columns":' + head + b',"rows":[' + b",".join(rows) + b"]}"


def frame_of(content: bytes) -> pd.DataFrame:
    """The frame of `frame_bytes`; a GeoDataFrame in EPSG:4326 where it has geometry."""
    told = json.loads(content)
    columns = list(zip(*told["rows"], strict=True)) or [()] * len(told["columns"])
    made = {
        name: _read(values, kind)
        for (name, kind), values in zip(told["columns"], columns, strict=True)
    }
    frame = pd.DataFrame(made, index=range(len(told["rows"])))
    if "geometry" in made:
        frame = gpd.GeoDataFrame(frame, geometry="geometry", crs=GEOGRAPHIC)
    return frame


def digest(content: bytes) -> str:
    """SHA-256 of an input's bytes, as its snapshot's manifest states it."""
    return hashlib.sha256(content).hexdigest()


def _kind(column: pd.Series, name: str) -> str:
    if str(column.dtype) == "geometry":
        if column.crs is None or column.crs.to_epsg() != GEOGRAPHIC:
            raise InvalidInput(f"Geometry to be frozen is not in EPSG:{GEOGRAPHIC}: '{name}'.")
        return "geometry"
    if column.dtype == object:
        known = [value for value in column if not _missing(value)]
        if known and all(type(value) is date for value in known):
            return "date"
    return str(column.dtype)


def _written(column: pd.Series, kind: str) -> list[Any]:
    values: list[Any] = list(column.astype(object))
    if kind == "date":
        return [None if _missing(value) else value.isoformat() for value in values]
    # Adding 0.0 turns -0.0 into 0.0: one number, one spelling.
    return [
        rounded(value) + 0.0 if isinstance(value, float) and not _missing(value) else _told(value)
        for value in values
    ]


def _told(value: Any) -> Any:
    made = plain(value)
    if isinstance(made, str) and not isinstance(value, str | shapely.Geometry):
        # What is only known by its text would come back as another thing.
        raise InvalidInput(f"A {type(value).__name__} cannot be frozen as it is.")
    return made


def _missing(value: Any) -> bool:
    return value is None or (not isinstance(value, list | tuple | dict) and bool(pd.isna(value)))


def _read(values: Any, kind: str) -> Any:
    if kind == "geometry":
        shapes = [None if text is None else shapely.from_wkb(text) for text in values]
        return gpd.GeoSeries(shapes, crs=GEOGRAPHIC)
    if kind == "date":
        days = [None if text is None else date.fromisoformat(text) for text in values]
        return pd.Series(days, dtype=object)
    return pd.Series(list(values), dtype=kind)
