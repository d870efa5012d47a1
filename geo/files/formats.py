"""Which form a file has: told by how it begins and what a zip holds, never by its name alone."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import Literal

from geo.files.refused import FileRefused

Format = Literal["csv", "xlsx", "xls", "ods", "geojson", "json", "gpkg", "shapefile"]

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What workbooks of Excel 97 to 2003 begin with; encrypted newer ones too."""
SQLITE = b"SQLite format 3\x00"
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"

NO_TABLES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7Z",
    b"BZh": "BZIP2",
    b"\xfd7zXZ": "XZ",
    b"\x7fELF": "ELF",
    b"PAR1": "Parquet",
}
"""Beginnings of files that hold no table we read; anything else of bytes may be text."""

BEGINNING = 4_096


def recognise(path: Path) -> Format:
    """The form of a file; raises FileRefused for what is none of ours.

    A zip must have passed the guard before: its list of entries is read here.
    """
    with path.open("rb") as stream:
        beginning = stream.read(BEGINNING)
    if beginning.startswith(ZIP):
        return _zipped(path)
    if beginning.startswith(OLE):
        return "xls"
    if beginning.startswith(SQLITE):
        return "gpkg"
    for mark, name in NO_TABLES.items():
        if beginning.startswith(mark):
            raise FileRefused("unknown_format", found=name)
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"[") and path.suffix.lower() != ".csv":
        return "json"
    lowered = text[:200].lower()
    if lowered.startswith((b"<?xml", b"<!doctype", b"<html", b"<kml", b"<gpx", b"<ogr")):
        raise FileRefused("unknown_format", found="XML / HTML")
    return "csv"


def _zipped(path: Path) -> Format:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            if "xl/workbook.xml" in names:
                return "xlsx"
            raise FileRefused("unknown_format", found="Office")
        if "mimetype" in names and archive.read("mimetype")[:64].startswith(ODS_TYPE):
            return "ods"
    layers = shapefiles(names)
    if len(layers) == 1:
        return "shapefile"
    if layers:
        raise FileRefused("many_layers", found=len(layers))
    raise FileRefused("unknown_format", found="ZIP")


def shapefiles(names: list[str]) -> list[str]:
    """The layers among a zip's entries; what a Mac adds on the side does not count."""
    return [
        name
        for name in names
        if PurePosixPath(name).suffix.lower() == ".shp" and not name.startswith("__MACOSX/")
    ]
