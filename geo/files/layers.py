"""Layers of GeoPackage and zipped Shapefile as rows of cells: attributes, and the place in degrees."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read

from geo.crs import GEOGRAPHIC
from geo.files.alphabets import likely
from geo.files.delimited import in_pieces
from geo.files.drivers import allow_only_ours
from geo.files.formats import Format, shapefiles
from geo.files.geometry import check_wkb
from geo.files.limits import Limits
from geo.files.message import Message, Note, Opened, Wanted
from geo.files.refused import FileRefused
from geo.files.sheets import as_text

PLACE = ("lat", "lon")
SHAPE = "geometry"
"""Column names of a point's place and of any other shape (hexadecimal WKB, EPSG:4326)."""

PREFIX = {"gpkg": "GPKG:", "shapefile": "ESRI Shapefile:"}


def read_layer(path: Path, form: Format, wanted: Wanted, limits: Limits) -> Iterator[Message]:
    """What the wanted layer holds, or the first; raises FileRefused for damaged or hostile ones."""
    allow_only_ours()
    place, encoding = _place(path, form, wanted)
    try:
        names = tuple(str(name) for name, _ in pyogrio.list_layers(place))
        layer = _layer(names, wanted.sheet if form == "gpkg" else None)
        meta, _, shapes, columns = read(
            place, layer=layer, encoding=encoding, datetime_as_string=True
        )
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError):
        raise FileRefused("layer_damaged") from None
    places, header = _places(shapes, meta["crs"], limits)
    header = (*(str(name) for name in meta["fields"]), *header)
    others = len(names) - 1
    notes = (Note("other_sheets", {"sheet": layer, "found": others}),) if others else ()
    yield Opened(form, encoding=encoding, sheet=layer, sheets=names, header=header, notes=notes)
    values = [[as_text(_plain(cell)) for cell in column] for column in columns]
    rows = (list(cells) for cells in zip(*values, *places, strict=True))
    yield from in_pieces(rows, limits)


def _place(path: Path, form: Format, wanted: Wanted) -> tuple[str, str | None]:
    """What the library is told to open, by driver, and the encoding of a Shapefile's table."""
    if form == "gpkg":
        return str(path.resolve()), None
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        layer = shapefiles(names)[0]
        stem = layer[:-4].lower()
        said = any(name.lower() == f"{stem}.cpg" for name in names)
        table = next((name for name in names if name.lower() == f"{stem}.dbf"), None)
        sample = archive.read(table) if table and not said and wanted.encoding is None else b""
    encoding = wanted.encoding
    if encoding is None and sample and not sample.isascii():
        encoding = _encoding_of_table(sample)
    return f"/vsizip/{path.resolve()}/{layer}", encoding


def _encoding_of_table(table: bytes) -> str:
    body = table[int.from_bytes(table[8:10], "little") :]
    try:
        body.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass  # then one of the old encodings
    words = [word for word in body.split(b" ") if word and not word.isascii()]
    guess = likely(b" ".join(words)[:200_000])
    if guess is None:
        raise FileRefused("encoding_unsure")
    return guess


def _layer(names: tuple[str, ...], wanted: str | None) -> str:
    if not names:
        raise FileRefused("empty")
    if wanted is not None and wanted not in names:
        raise FileRefused("no_such_sheet", found=len(names))
    return wanted or names[0]


def _places(
    shapes: Any, crs: str | None, limits: Limits
) -> tuple[list[list[str]], tuple[str, ...]]:
    """Columns of the place of each row, and their names."""
    if shapes is None:
        return [], ()
    total = 0
    for shape in shapes:
        if shape is not None:
            total += check_wkb(bytes(shape), limits)
            if total > limits.vertices:
                raise FileRefused("too_many_vertices", most=limits.vertices)
    if crs is None:
        raise FileRefused("no_crs")
    parsed = in_degrees(shapely.from_wkb(np.asarray(shapes, dtype=object)), crs)
    kinds = set(shapely.get_type_id(parsed).tolist())
    if kinds <= {-1, 0}:
        return _points(parsed), PLACE
    hexes = shapely.to_wkb(parsed, hex=True, include_srid=False)
    return [[text or "" for text in hexes]], (SHAPE,)


def in_degrees(shapes: Any, crs: str) -> Any:
    """Shapes in EPSG:4326, in two dimensions; raises FileRefused where the system is unknown."""
    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise FileRefused("no_crs") from None
    flat = shapely.force_2d(shapes)
    if system.equals(pyproj.CRS.from_epsg(GEOGRAPHIC), ignore_axis_order=True):
        return flat
    change = pyproj.Transformer.from_crs(system, GEOGRAPHIC, always_xy=True)
    return shapely.transform(flat, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


def _points(points: Any) -> list[list[str]]:
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    there = ~shapely.is_missing(points) & ~shapely.is_empty(points)
    return [
        [repr(float(value)) if known else "" for value, known in zip(axis, there, strict=True)]
        for axis in (lat, lon)
    ]


def _plain(cell: Any) -> Any:
    if cell is None or (isinstance(cell, float | np.floating) and np.isnan(cell)):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell
