"""Reads the polygons of the Romanian municipalities (UAT) and the sectors of Bucharest."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InvalidInput
from geo.sources.areas import read_areas
from geo.sources.batch import Batch
from geo.sources.source import Source


def read(path: Path | None, source: Source) -> Batch:
    """Frame `areas`: one official MultiPolygon (EPSG:4326) a UAT, under the county the file names."""
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    return read_areas(path, source)
