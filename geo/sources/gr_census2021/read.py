"""Reads ELSTAT's provisional census 2021 by municipality, as a CSV file somebody hands in."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InvalidInput
from geo.sources.batch import Batch
from geo.sources.census import read_census
from geo.sources.source import Source


def read(path: Path | None, source: Source) -> Batch:
    """Frames `population` and `area_names` (names in capitals, as in the file)."""
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    return read_census(path, source)
