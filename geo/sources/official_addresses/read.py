"""Reads address points of a register from CSV or GeoPackage, as a mapping says."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer

from geo.crs import GEOGRAPHIC
from geo.errors import InvalidInput, Problem, SourceRejected
from geo.files.drivers import allow_only_ours
from geo.sources.batch import Batch
from geo.sources.from_houses import most, postcodes_of, streets_of, with_points
from geo.sources.guard import check_file, point_problem
from geo.sources.rows import Rows
from geo.sources.source import Source, checksum
from geo.sources.tables import decimals, missing_columns, read_table

LARGEST_BYTES = 2 * 1024**3
"""A GeoPackage of a country's addresses; delimited text is held to the limit of all sources."""

GEOPACKAGE = b"SQLite format 3\x00"
HOW = "needsmap source load official_addresses FILE --mapping pl_prg"
LONGEST = {"number": 40, "postcode": 20}
LONGEST_TEXT = 200
"""Characters: the longest street of any register here has under half; more is another column."""

TEXTS = ("street", "place", "postcode", "area_code")


def read(path: Path | None, source: Source) -> Batch:
    """Frames houses, streets and postcodes (EPSG:4326) of a register's file.

    Columns and reference system are the mapping's; a house without street has its number in its
    place. Rows without number, without street and place, or without a point in the country are
    refused one by one.
    """
    if path is None:
        raise InvalidInput(f"{source.id} needs a file.", hint=HOW)
    if "mapping" not in source.parameters:
        raise InvalidInput(f"{source.id} needs a mapping of the file's columns.", hint=HOW)
    rows, x, y = (
        _geopackage(path, source) if path.suffix.lower() == ".gpkg" else _text(path, source)
    )
    total = len(rows.frame)
    houses = _houses(rows, *_degrees(rows, x, y))
    postcodes = postcodes_of(houses)
    usual = most(houses["postcode"], houses["place"])
    postcodes["name"] = [usual.get((code,)) for code in postcodes["postcode"]]
    areas = most(houses["postcode"], houses["area_code"])
    postcodes["area_code"] = [areas.get((code,)) for code in postcodes["postcode"]]
    return Batch(
        source_id=source.id,
        frames={
            "houses": houses,
            "streets": streets_of(houses),
            "postcodes": with_points(postcodes),
        },
        counts={"addresses": total},
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(path),
    )


def _text(path: Path, source: Source) -> tuple[Rows, pd.Series[float], pd.Series[float]]:
    if not {"x", "y"} <= source.columns.keys():
        raise InvalidInput(f"{source.id}: the mapping names no columns x and y.", hint=HOW)
    rows = _kept(read_table(path, source))
    return rows, decimals(rows, "x"), decimals(rows, "y")


def _geopackage(path: Path, source: Source) -> tuple[Rows, pd.Series[float], pd.Series[float]]:
    check_file(path, source, most=LARGEST_BYTES)
    with path.open("rb") as stream:
        if stream.read(len(GEOPACKAGE)) != GEOPACKAGE:
            problem = "the file does not begin as a GeoPackage does"
            remedy = "Export it as GeoPackage, or as CSV with the ending .csv."
            raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
    allow_only_ours()
    try:
        frame = _layer(path, source)
    except (DataSourceError, DataLayerError, RuntimeError, ValueError) as error:
        problem, remedy = f"it cannot be read ({error})", "Open it in a GIS and export it anew."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)]) from None
    missing_columns([str(name) for name in frame.columns], source, path.name)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    rows = Rows(path.name, pd.DataFrame(frame.drop(columns="geometry", errors="ignore")), source)
    if {"x", "y"} <= source.columns.keys():
        return _kept(rows), decimals(rows, "x"), decimals(rows, "y")
    if getattr(frame, "crs", None) is None:
        problem, remedy = "the layer has no geometry or no reference system", "Export it with both."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
    rows.source = replace(source, crs=frame.crs.to_string())
    frame = frame.loc[_kept(rows).frame.index]
    middle = shapely.centroid(frame.geometry.to_numpy(dtype=object))
    middle = np.where(shapely.is_empty(middle), None, middle)
    x = pd.Series(shapely.get_x(middle), index=frame.index)
    for number in x.index[x.isna()]:
        rows.reject(int(number), None, "the row has no point", "Give it one, or leave it out.")
    return rows, x, pd.Series(shapely.get_y(middle), index=frame.index)


def _layer(path: Path, source: Source) -> Any:
    """The layer that the mapping names, else the only one."""
    said = source.parameters.get("layer")
    # The driver's remarks about a damaged file name the path; what is wrong is raised besides.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if said not in names and (said is not None or len(names) != 1):
            problem = f"it has the layers {', '.join(names)}" if names else "it has no layer"
            remedy = 'Say in the mapping which one has the addresses: layer = "...".'
            raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
        return pyogrio.read_dataframe(path, layer=names[0] if said is None else said)


def _kept(rows: Rows) -> Rows:
    """The rows with the values that the mapping asks for under [only]; others are no addresses."""
    for column, values in rows.source.parameters["only"].items():
        if column not in rows.frame.columns:
            problem = f"the column {column!r}, which [only] of the mapping looks at, is missing"
            remedy = "Correct the mapping, or leave [only] out."
            raise SourceRejected(rows.source.id, [Problem(rows.file, problem, remedy)])
        wanted = rows.frame[column].astype(str).str.strip().isin(values)
        # What is refused already comes back to be mended, whatever it is of.
        wanted |= np.array([rows.refused(int(row)) for row in rows.frame.index], dtype=bool)
        if (~wanted).any():
            rows.notes.append(f"{int((~wanted).sum()):,} rows left out for their {column}")
        rows.frame = rows.frame[wanted]
    return rows


def _degrees(
    rows: Rows, x: pd.Series[float], y: pd.Series[float]
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Longitude and latitude of every row; rows without a point in the country are refused."""
    lon, lat = _transformed(rows.source, x, y)
    swapped_lon, swapped_lat = _transformed(rows.source, y, x)
    bounds = rows.source.bounds
    for place, number in enumerate(x.index):
        row = int(number)
        if rows.refused(row):
            continue
        problem, remedy = point_problem(lon[place], lat[place], bounds)
        if problem and bounds and bounds.holds(swapped_lon[place], swapped_lat[place]):
            problem, remedy = "x and y look swapped", "Exchange the two columns in the mapping."
        elif problem:
            remedy = (
                "Correct the coordinates, or crs in the mapping: x and y must be of that system."
            )
        if problem:
            value = f"{x.loc[number]:g}, {y.loc[number]:g}"
            rows.reject(row, None, problem, remedy, value=value)
    return pd.Series(lon, index=x.index), pd.Series(lat, index=x.index)


def _transformed(
    source: Source, x: pd.Series[float], y: pd.Series[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    transformer = Transformer.from_crs(CRS(source.crs), GEOGRAPHIC, always_xy=True)
    lon, lat = transformer.transform(x.to_numpy(dtype=float), y.to_numpy(dtype=float))
    return np.asarray(lon), np.asarray(lat)


def _houses(rows: Rows, lon: pd.Series[float], lat: pd.Series[float]) -> pd.DataFrame:
    columns = rows.source.columns
    texts = {name: rows.texts(name) for name in (*TEXTS, "number") if name in columns}
    empty = pd.Series("", index=rows.frame.index)
    street, place = texts.get("street", empty), texts.get("place", empty)
    for name in columns.keys() & {"external_id", *TEXTS, "number"}:
        _refuse_long(rows, name)
    for row in rows.frame.index[texts["number"] == ""]:
        rows.reject(int(row), "number", "the house number is missing", "Give it, or leave it out.")
    for row in rows.frame.index[(street == "") & (place == "")]:
        remedy = "Give one of them, or leave the row out."
        rows.reject(int(row), None, "neither street nor place is given", remedy)
    if "external_id" in columns:
        keys = rows.texts("external_id")
        for row in rows.frame.index[keys == ""]:
            rows.reject(int(row), "external_id", "the key is empty", "Give every row its key.")
        rows.check_unique("external_id", keys)
    good = rows.good()
    frame = pd.DataFrame({name: texts.get(name, empty).loc[good] for name in (*TEXTS, "number")})
    for name in TEXTS:
        frame[name] = frame[name].astype(object).where(frame[name] != "", None)
    frame["surveyed"] = True
    frame["lat"], frame["lon"] = lat.loc[good], lon.loc[good]
    frame["external_id"] = keys.loc[good] if "external_id" in columns else _spelled(frame)
    return frame.sort_values("external_id", ignore_index=True)


def _refuse_long(rows: Rows, name: str) -> None:
    most = LONGEST.get(name, LONGEST_TEXT)
    texts = rows.texts(name)
    for row in rows.frame.index[texts.str.len() > most]:
        problem = f"the value has {len(texts.loc[row]):,} characters, more than {most}"
        value = f"{texts.loc[row][:20]}…"
        rows.reject(int(row), name, problem, "Check that it is this column.", value=value)


def _spelled(frame: pd.DataFrame) -> pd.Series[Any]:
    """The address itself as key where the register gives none; equal ones are numbered."""
    parts = (frame[name].fillna("") for name in ("postcode", "place", "street", "number"))
    keys = pd.Series(["/".join(each) for each in zip(*parts, strict=True)], index=frame.index)
    number = keys.groupby(keys).cumcount() + 1
    return keys.where(number == 1, keys + "#" + number.astype(str))
