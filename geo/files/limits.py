"""How much of anything a file may hold before it is refused unread."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one reading. The defaults are those of files that people hand in."""

    file_bytes: int = 256 * MEGABYTE
    """A register of a million people as CSV has about half of this."""

    zip_entries: int = 1_000
    """A workbook has a few dozen parts, a Shapefile ten."""

    zip_ratio: int = 100
    """Unpacked over packed, of the whole and of each large entry: sheets reach 10 to 30."""

    zip_bytes: int = 200 * MEGABYTE
    """Unpacked. A sheet of this size costs its reader twice as much memory."""

    columns: int = 2_000
    """A census table by age and sex has some hundreds."""

    rows: int = 5_000_000
    cell_characters: int = 100_000
    """What is longer is cut before it is handed on, and the cell then refused as too long."""

    depth: int = 32
    """Of brackets in JSON; a multipolygon in a collection of features needs nine."""

    vertices: int = 2_000_000
    """Of all shapes together; all municipalities of a country have some hundred thousand."""

    memory_bytes: int = 1_024 * MEGABYTE
    """Address space of the reading process."""

    processor_seconds: int = 240
    silence_seconds: float = 60.0
    """How long the reading process may work without handing anything on."""


STANDARD = Limits()
