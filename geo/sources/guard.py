"""What is checked before a file is opened: its size, what is inside a zip, and where points may lie."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path, PurePosixPath
from typing import NoReturn

from geo.errors import Problem, SourceRejected
from geo.sources.source import Bounds, Source

FILE_BYTES = 512 * 1024 * 1024
"""Largest file taken. The largest real one here (addresses of a large country) is under half."""

ZIP_ENTRIES = 200
"""A Shapefile has four to ten parts; a zip with hundreds of entries is something else."""

ZIP_RATIO = 200
"""Unpacked over packed. Text and coordinates pack 3 to 30 times; more is a decompression bomb."""

ZIP_MAGIC = b"PK\x03\x04"


def check_file(path: Path, source: Source) -> None:
    """Raise SourceRejected where the file is missing, empty, too large, or an unsafe zip."""
    if not path.is_file():
        _refuse(source, path, "there is no such file", "Check the path.")
    size = path.stat().st_size
    if size == 0:
        _refuse(source, path, "the file is empty", "Fetch or export it again.")
    if size > FILE_BYTES:
        _refuse(
            source,
            path,
            f"the file has {size:,} bytes, more than the {FILE_BYTES:,} allowed",
            "Cut it into parts by region.",
        )
    with path.open("rb") as stream:
        zipped = stream.read(4) == ZIP_MAGIC
    if zipped:
        _check_zip(path, source)


def _check_zip(path: Path, source: Source) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        _refuse(source, path, "the zip is damaged", "Fetch or pack it again.")
    if len(entries) > ZIP_ENTRIES:
        _refuse(
            source,
            path,
            f"the zip holds {len(entries)} entries, more than {ZIP_ENTRIES}",
            "Pack only the layer's own files.",
        )
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            _refuse(
                source,
                path,
                f"the zip holds an entry that points outside of it: {entry.filename!r}",
                "Pack it again without paths.",
            )
        if entry.flag_bits & 1:
            _refuse(source, path, "the zip is encrypted", "Pack it again without a password.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > FILE_BYTES or unpacked > ZIP_RATIO * path.stat().st_size:
        _refuse(
            source,
            path,
            f"the zip unpacks to {unpacked:,} bytes, too much for its size",
            "Give the files unpacked, or cut them into parts by region.",
        )


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


def _refuse(source: Source, path: Path, problem: str, remedy: str) -> NoReturn:
    raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
