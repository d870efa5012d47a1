"""Reads the table of residents of Attica's municipalities that stands beside this file."""

from __future__ import annotations

from pathlib import Path

from geo.sources.batch import Batch
from geo.sources.census import read_census
from geo.sources.source import Source

TABLE = "census2021.csv"


def read(path: Path | None, source: Source) -> Batch:
    """Frames `population` and `area_names` of the 66 municipalities; `path` None: the own table."""
    return read_census(path or source.path(TABLE), source)
