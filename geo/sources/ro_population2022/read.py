"""Reads the registered population of the Romanian municipalities, as health statistics used it."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InvalidInput
from geo.sources.batch import Batch
from geo.sources.census import read_census
from geo.sources.source import Source


def read(path: Path | None, source: Source) -> Batch:
    """Frame `population`, base registered; municipalities without a figure are left out and named."""
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    return read_census(path, source)
