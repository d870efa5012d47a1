"""What is to be imported, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from geo.imports.mapping import ColumnMapping

Progress = Callable[[int, float], None]
"""Told the rows looked at so far and the share of the file (0 to 1) they are, as it goes."""


@dataclass(frozen=True)
class Request:
    """What is to be imported and how.

    `mapping` None: guessed, for a person to confirm. `areas` are polygons to hold points against
    where the loaded ones are not enough. `run_id`: the import to go on with, which exists.
    """

    register: str
    path: Path
    mapping: ColumnMapping | None = None
    source: str | None = None
    country: str | None = None
    sheet: str | None = None
    areas: Path | None = None
    partial: bool = False
    dry_run: bool = False
    language: str = "en"
    run_id: UUID | None = None
