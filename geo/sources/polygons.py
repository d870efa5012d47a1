"""Reads area polygons from GeoJSON, GeoPackage, Shapefile (zipped too) or CSV with WKT."""

from __future__ import annotations

import dataclasses
import zipfile
import zlib
from pathlib import Path
from typing import NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import Problem, SourceRejected
from geo.files.drivers import allow_only_ours
from geo.sources.guard import check_file, point_problem
from geo.sources.rows import Rows
from geo.sources.source import Fix, Source
from geo.sources.tables import missing_columns, read_table

BEGINNINGS = {
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".zip": (b"PK\x03\x04",),
}
"""How a file of each kind begins. Anything else is not opened: the reading library knows eighty
formats, among them some that fetch other files."""

GEOMETRY = "geometry"
"""What a message calls the column of shapes."""

WKT = "wkt"
"""The geometry column of a CSV file, and of the rejected rows that come back."""

REPAIR = "make_valid"
"""What a fix sets `geometry` to, to have one polygon repaired."""

REPAIR_LIMIT = 0.001
"""Share of a polygon's area that a repair may change; more needs the publisher, not a repair."""


def read_polygons(path: Path, source: Source) -> tuple[Rows, gpd.GeoSeries]:
    """The attributes as Rows and, by the same row numbers, polygons: valid, 2D, EPSG:4326, multi.

    The geometries of rows that have a problem may be anything: use `rows.good()`. A polygon is
    repaired only where source.toml says `repair = true` or a fix names it, and is noted then.
    Raises SourceRejected where nothing of the file can be used.
    """
    check_file(path, source)
    if path.suffix.lower() == ".csv":
        rows, geometry = _from_wkt(path, source)
    else:
        rows, geometry = _from_layer(path, source)
    to_repair = _fix(rows)
    _check_kinds(rows, geometry)
    _check_places(rows, geometry)
    return rows, _as_multi(_check_validity(rows, geometry, to_repair))


def _from_wkt(path: Path, source: Source) -> tuple[Rows, gpd.GeoSeries]:
    with_wkt = dataclasses.replace(source, columns={**source.columns, "geometry": WKT}, fixes=())
    rows = read_table(path, with_wkt)
    rows.source = dataclasses.replace(with_wkt, fixes=source.fixes)
    shapes = {
        int(str(row)): _shape(rows, int(str(row)), text)
        for row, text in rows.texts("geometry").items()
    }
    parsed = gpd.GeoSeries(shapes, index=rows.frame.index, crs=source.crs or GEOGRAPHIC)
    return rows, parsed.to_crs(GEOGRAPHIC)


def _shape(rows: Rows, row: int, text: str) -> shapely.Geometry | None:
    try:
        shape = shapely.from_wkt(text, on_invalid="ignore")
        shapely.get_coordinates(shape)  # fails on curves inside of a collection
        return shape
    except (NotImplementedError, shapely.errors.GEOSException):
        kind = text.partition("(")[0].strip()
        problem = f"the geometry is a {kind}, whose curves this cannot read"
        rows.reject(row, "geometry", problem, "Export it as a polygon.", value=kind)
        return None


def _from_layer(path: Path, source: Source) -> tuple[Rows, gpd.GeoSeries]:
    place = _place(path, source)
    layer = _layer(place, path, source)
    frame = _open(place, layer, path, source)
    missing_columns([str(name) for name in frame.columns], source, path.name)
    crs = frame.crs if source.crs is None else pyproj.CRS(source.crs)
    if crs is None:
        _refuse(
            source,
            path,
            "the file does not say its coordinate reference system",
            f'Add the .prj file, or write crs = "EPSG:..." in {source.id}/source.toml.',
        )
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    geometry = frame.geometry.set_crs(crs, allow_override=True).to_crs(GEOGRAPHIC)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    texts = attributes.astype(object).where(attributes.notna(), "").astype(str)
    # Rejected rows come back as CSV, which is read with the declared reference system.
    as_text = geometry if source.crs is None else geometry.to_crs(source.crs)
    rows = Rows(path.name, texts.assign(**{WKT: as_text.to_wkt()}), source)
    unknown = set(texts.columns) - set(source.columns.values()) - source.ignored_columns
    if unknown:
        rows.notes.append(
            f"columns this source does not know, not read: {', '.join(sorted(unknown))}"
        )
    return rows, geometry


def _place(path: Path, source: Source) -> str:
    """What to open: the file itself, or the one layer file inside of a zip."""
    with path.open("rb") as stream:
        beginning = stream.read(64)
    _check_beginning(beginning, path.name, path, source)
    if path.suffix.lower() != ".zip":
        return _forced(str(path.resolve()))
    with zipfile.ZipFile(path) as archive:
        inside = [
            name
            for name in archive.namelist()
            if Path(name).suffix.lower() in {".shp", ".geojson", ".gpkg"}
            and not name.startswith("__MACOSX/")
        ]
    if len(inside) != 1:
        _refuse(
            source,
            path,
            f"the zip holds {len(inside)} layer files ({', '.join(inside) or 'none'}), not one",
            "Pack the files of one layer only.",
        )
    _check_beginning(_packed_beginning(path, inside[0], source), inside[0], path, source)
    return _forced(f"/vsizip/{path.resolve()}/{inside[0]}")


def _check_beginning(beginning: bytes, name: str, path: Path, source: Source) -> None:
    kind = BEGINNINGS.get(Path(name).suffix.lower(), (b"\x00never",))
    if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(kind):
        inside = "" if name == path.name else f" ({name} in the zip)"
        _refuse(
            source,
            path,
            f"not a file this can read, or not what its name says{inside}",
            "Give GeoJSON (.geojson), GeoPackage (.gpkg), a Shapefile (.shp or .zip)"
            f" or CSV with a column {WKT!r}.",
        )


def _packed_beginning(path: Path, name: str, source: Source) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
            return stream.read(64)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        _refuse(source, path, f"{name} cannot be unpacked ({error})", "Pack the zip again.")


def _forced(place: str) -> str:
    """The place, opened as nothing but GeoJSON where it is called so.

    JSON may hold text that other formats claim for their own. The other kinds begin with bytes,
    a zero among them, that no format of text begins with.
    """
    is_json = Path(place).suffix.lower() in {".geojson", ".json"}
    return f"GeoJSON:{place}" if is_json else place


def _layer(place: str, path: Path, source: Source) -> str:
    allow_only_ours()
    try:
        names = [str(name) for name in pyogrio.list_layers(place)[:, 0]]
    except DataSourceError as error:
        _refuse(source, path, f"the file cannot be opened ({error})", "Export it again.")
    wanted = source.parameters.get("layer")
    if wanted in names or (wanted is None and len(names) == 1):
        return str(wanted or names[0])
    _refuse(
        source,
        path,
        f"the file holds the layers {', '.join(names)}; which one is meant is not said",
        f'Write layer = "..." under [parameters] in {source.id}/source.toml.',
    )


def _open(place: str, layer: str, path: Path, source: Source) -> gpd.GeoDataFrame:
    try:
        frame = pyogrio.read_dataframe(
            place, layer=layer, encoding=source.encoding, on_invalid="ignore"
        )
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        _refuse(source, path, f"the layer cannot be read ({error})", "Export it again as UTF-8.")
    if not isinstance(frame, gpd.GeoDataFrame):
        _refuse(source, path, "the layer has no geometries", "Export it with its polygons.")
    if frame.empty:
        _refuse(source, path, "the layer is empty", "Export it again.")
    return frame


def _fix(rows: Rows) -> dict[int, Fix]:
    """Apply the fixes of attributes; hand back those that ask for a polygon to be repaired."""
    everything = rows.source
    repairs = [fix for fix in everything.fixes if fix.set.get("geometry") == REPAIR]
    others = tuple(fix for fix in everything.fixes if fix not in repairs)
    rows.source = dataclasses.replace(everything, fixes=others)
    rows.fix()
    rows.source = everything
    return {row: fix for fix in repairs for row in rows.matching(fix)}


def _check_kinds(rows: Rows, geometry: gpd.GeoSeries) -> None:
    for row, shape in geometry.items():
        if rows.refused(int(row)):
            continue
        if shape is None or shape.is_empty:
            rows.reject(int(row), GEOMETRY, "the row has no geometry", "Give it a polygon.")
        elif shape.geom_type not in {"Polygon", "MultiPolygon"}:
            rows.reject(
                int(row),
                GEOMETRY,
                f"the geometry is a {shape.geom_type}, not a polygon",
                "Export the areas, not their labels or borders.",
                value=shape.geom_type,
            )


def _check_places(rows: Rows, geometry: gpd.GeoSeries) -> None:
    for row in rows.good():
        coordinates = shapely.get_coordinates(geometry[row])
        if not np.isfinite(coordinates).all():
            problem = "a coordinate is not a finite number"
            rows.reject(int(row), GEOMETRY, problem, "Export it again.")
            continue
        west, south = coordinates.min(axis=0)
        east, north = coordinates.max(axis=0)
        for longitude, latitude in ((west, south), (east, north)):
            problem, remedy = point_problem(longitude, latitude, rows.source.bounds)
            if problem:
                value = f"{longitude:g} {latitude:g}"
                rows.reject(int(row), GEOMETRY, problem, remedy, value=value)
                break


def _check_validity(
    rows: Rows, geometry: gpd.GeoSeries, to_repair: dict[int, Fix]
) -> gpd.GeoSeries:
    """Refuse invalid polygons with the reason, or repair those that may be."""
    shapes = geometry.copy()
    good = rows.good()
    for row in good[~shapely.is_valid(shapes.loc[good].to_numpy())]:
        reason = shapely.is_valid_reason(shapes[row])
        if not rows.source.repair and row not in to_repair:
            remedy = (
                "Mend it where it is drawn, or have it repaired by a fix that sets"
                f' geometry = "{REPAIR}" in {rows.source.id}/fixes.toml.'
            )
            problem = f"the polygon is invalid: {reason}"
            rows.reject(int(row), GEOMETRY, problem, remedy, value=reason)
            continue
        repaired, before, after = _repaired(shapes[row])
        if abs(after - before) > REPAIR_LIMIT * before:
            problem = (
                f"the polygon is invalid ({reason}) and a repair would change its area"
                f" from {before:,.3f} to {after:,.3f} km2"
            )
            remedy = "Ask the publisher for this polygon."
            rows.reject(int(row), GEOMETRY, problem, remedy, value=reason)
            continue
        why = f" ({to_repair[row].reason})" if row in to_repair else ""
        rows.notes.append(f"repaired the polygon of row {row}: {reason}{why}")
        shapes[row] = repaired
    return shapes


def _repaired(shape: shapely.Geometry) -> tuple[shapely.Geometry, float, float]:
    """The valid polygon that covers what `shape` covers; its area before and after, in km2."""
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    polygons = [part for part in shapely.get_parts(valid) if part.geom_type == "Polygon"]
    repaired = shapely.union_all(polygons)
    before, after = gpd.GeoSeries([shape, repaired], crs=GEOGRAPHIC).to_crs(METRIC).area / 1e6
    return repaired, float(before), float(after)


def _as_multi(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    flat = geometry.force_2d()
    return flat.map(
        lambda shape: (
            shapely.MultiPolygon([shape])
            if shape is not None and shape.geom_type == "Polygon"
            else shape
        )
    ).set_crs(GEOGRAPHIC)


def overlaps(areas: gpd.GeoDataFrame) -> tuple[int, float]:
    """How many pairs of areas overlap by more than one square metre, and by how many km2 in all."""
    shapes = areas.geometry.to_crs(METRIC).to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    once = first < second
    shared = shapely.area(shapely.intersection(shapes[first[once]], shapes[second[once]]))
    return int((shared > 1).sum()), float(shared[shared > 1].sum() / 1e6)


def _refuse(source: Source, path: Path, problem: str, remedy: str) -> NoReturn:
    raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
