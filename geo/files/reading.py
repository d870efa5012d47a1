"""Reads any of our forms: guards first, then the parser for what the file turns out to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geo.files.delimited import read_delimited
from geo.files.formats import recognise
from geo.files.guard import check_file, check_zip_contents, is_zip
from geo.files.limits import STANDARD, Limits
from geo.files.message import Message, Wanted


def read(path: Path, wanted: Wanted, limits: Limits = STANDARD) -> Iterator[Message]:
    """What a file holds, piece by piece; raises FileRefused.

    Meant for the reading process: files from outside go through geo/files/sandbox.py.
    """
    check_file(path, limits)
    form = recognise(path)
    if is_zip(path):
        check_zip_contents(path)
    # Each parser only when it is needed: the sheet and layer libraries take long to start.
    if form == "csv":
        yield from read_delimited(path, wanted, limits)
    elif form in ("xlsx", "xls", "ods"):
        from geo.files.sheets import read_sheet

        yield from read_sheet(path, form, wanted, limits)
    elif form in ("gpkg", "shapefile"):
        from geo.files.layers import read_layer

        yield from read_layer(path, form, wanted, limits)
    else:
        from geo.files.documents import read_document

        yield from read_document(path, limits)
