"""Reads the polygons of the Polish voivodeships from a file somebody hands in."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InvalidInput
from geo.sources.areas import read_regions
from geo.sources.batch import Batch
from geo.sources.source import Source


def read(path: Path | None, source: Source) -> Batch:
    """Frame `areas`: one official MultiPolygon (EPSG:4326) a voivodeship, named as the profile names it."""
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    return read_regions(path, source)
