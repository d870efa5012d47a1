"""Reads the residents of the Bulgarian municipalities, summed from those of their settlements."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InvalidInput
from geo.sources.batch import Batch
from geo.sources.census import read_census
from geo.sources.source import Source


def read(path: Path | None, source: Source) -> Batch:
    """Frame `population` and, where areas have none yet, their Bulgarian names."""
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    return read_census(path, source)
