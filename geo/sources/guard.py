"""What is checked before a source's file is opened, and where its points may lie."""

from __future__ import annotations

import math
from pathlib import Path

from geo.errors import Problem, SourceRejected
from geo.files import guard
from geo.files.limits import Limits
from geo.files.refused import FileRefused
from geo.sources.source import Bounds, Source

FILE_BYTES = 512 * 1024 * 1024
"""Largest file taken. The largest real one here (addresses of a large country) is under half."""

ZIP_ENTRIES = 200
"""A Shapefile has four to ten parts; a zip with hundreds of entries is something else."""

ZIP_RATIO = 200
"""Unpacked over packed. Text and coordinates pack 3 to 30 times; more is a decompression bomb."""


def check_file(path: Path, source: Source, *, most: int | None = None) -> None:
    """Raise SourceRejected where the file is missing, empty, too large, or an unsafe zip."""
    limits = Limits(
        file_bytes=most or FILE_BYTES,
        zip_entries=ZIP_ENTRIES,
        zip_ratio=ZIP_RATIO,
        zip_bytes=FILE_BYTES,
    )
    try:
        guard.check_file(path, limits)
    except FileRefused as refusal:
        told = refusal.told("en")
        problem = Problem(path.name, told.problem, told.remedy)
        raise SourceRejected(source.id, [problem]) from None


def point_problem(longitude: float, latitude: float, bounds: Bounds | None) -> tuple[str, str]:
    """What is wrong with a point and its remedy, or two empty texts where nothing is."""
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return "the coordinates are not finite numbers", "Give longitude and latitude in degrees."
    if bounds is None or bounds.holds(longitude, latitude):
        return "", ""
    if bounds.holds(latitude, longitude):
        return (
            f"longitude {longitude:g} and latitude {latitude:g} look swapped",
            "Exchange the two columns.",
        )
    return (
        f"longitude {longitude:g}, latitude {latitude:g} lies outside the country ({bounds})",
        "Correct the coordinates, or check that they are degrees (EPSG:4326).",
    )
