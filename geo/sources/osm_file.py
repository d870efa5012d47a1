"""OpenStreetMap files: what is checked before one is read, and what is said where it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import osmium

from geo.errors import Problem, SourceRejected
from geo.sources.guard import check_file
from geo.sources.source import Bounds, Source

LARGEST_BYTES = 4 * 1024**3
"""An extract of Germany has 4 GB; one of the planet has 80 and is not a country's."""

WIDEST_DEGREES = (60.0, 40.0)
"""Longitude and latitude: no country of this project's is as wide, Russia apart."""

IN_MEMORY_BYTES = 256 * 1024 * 1024
"""Larger extracts keep the places of their nodes in a file that is gone afterwards."""

SORT_IT = (
    "Sort it: `osmium sort`; nodes must come before ways, ways before relations, each by number."
)


@contextmanager
def reading(path: Path, source: Source) -> Iterator[None]:
    """Checks the file, and says what is wrong with it where osmium stumbles inside the block.

    Raises SourceRejected where it is broken, cut off, of another kind, with history, or of far
    more than a country.
    """
    check_file(path, source, most=LARGEST_BYTES)
    try:
        _check_header(path, source)
        yield
    except (RuntimeError, osmium.InvalidLocationError) as error:
        kind = f"it cannot be read to its end as OpenStreetMap data ({error})"
        remedy = "Fetch it again and compare its checksum; it must be .osm.pbf, .osm, .gz or .bz2."
        if "out of order" in str(error):
            remedy = SORT_IT
        raise SourceRejected(source.id, [Problem(path.name, kind, remedy)]) from None


def check_found(path: Path, source: Source, *, objects: int, unplaced: int, invisible: int) -> None:
    """Refuse a file with deleted objects, or one most of whose ways have lost their nodes."""
    if invisible:
        raise _refused(path, source, f"it holds {invisible:,} deleted objects")
    if unplaced > max(objects // 2, 10):
        kind = f"{unplaced:,} ways of {objects:,} objects have no place"
        raise SourceRejected(source.id, [Problem(path.name, kind, SORT_IT)])


def country_box(source: Source) -> Bounds | None:
    """The box of the country that was said, where the source knows one."""
    box = source.parameters["bounds"].get(source.country)
    return None if box is None else Bounds(**box)


def storage(path: Path, folder: Path) -> str:
    """Where osmium keeps the places of nodes: in memory, or in a file in `folder`."""
    large = path.stat().st_size > IN_MEMORY_BYTES
    return f"sparse_file_array,{folder / 'nodes'}" if large else "flex_mem"


def _check_header(path: Path, source: Source) -> None:
    file = osmium.io.File(str(path))
    with osmium.io.Reader(file) as reader:
        header = reader.header()
    if file.has_multiple_object_versions or header.has_multiple_object_versions:
        raise _refused(path, source, "it holds the history of its objects")
    box = header.box()
    if not box.valid():
        return
    low, high = box.bottom_left, box.top_right
    if high.lon - low.lon > WIDEST_DEGREES[0] or high.lat - low.lat > WIDEST_DEGREES[1]:
        kind = (
            f"its header says that it covers longitude {low.lon:g} to {high.lon:g},"
            f" latitude {low.lat:g} to {high.lat:g}: far more than a country"
        )
        remedy = "Cut the country out of it first: `osmium extract --polygon`."
        raise SourceRejected(source.id, [Problem(path.name, kind, remedy)])


def _refused(path: Path, source: Source, problem: str) -> SourceRejected:
    remedy = "Take the extract of the present state: `osmium time-filter` makes one of a history."
    return SourceRejected(source.id, [Problem(path.name, problem, remedy)])
