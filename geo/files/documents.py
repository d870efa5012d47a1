"""JSON documents: features and lists of plain records as rows, other documents as they are."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from geo.crs import GEOGRAPHIC
from geo.files.delimited import in_pieces
from geo.files.geometry import check_json
from geo.files.limits import Limits
from geo.files.message import Document, Message, Opened, Row
from geo.files.refused import FileRefused


def read_document(path: Path, limits: Limits) -> Iterator[Message]:
    """What a JSON file holds; raises FileRefused where it is none, too deep or too large."""
    data = path.read_bytes()
    check_json(data, limits)
    try:
        # NaN and Infinity, which JSON has no words for, are kept as text, to be named by row.
        content = json.loads(data, parse_constant=str, parse_float=_number)
    except (ValueError, RecursionError):
        raise FileRefused("json_damaged") from None
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        yield from _features(content, limits)
    elif _records(content):
        header = _names(content)
        yield Opened("json", encoding="utf-8", header=header)
        rows = ([_cell(record.get(name)) for name in header] for record in content)
        yield from in_pieces(rows, limits)
    elif isinstance(content, dict | list):
        yield Opened("json", encoding="utf-8")
        yield Document(content)
    else:
        raise FileRefused("json_damaged")


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _records(content: Any) -> bool:
    """True for a list of flat records; nested ones are documents."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(
            isinstance(record, dict)
            and not any(isinstance(value, dict | list) for value in record.values())
            for record in content
        )
    )


def _names(records: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for record in records for name in record))


def _features(content: Mapping[str, Any], limits: Limits) -> Iterator[Message]:
    features = content.get("features")
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise FileRefused("json_damaged")
    properties = [_properties(feature) for feature in features]
    shapes = [feature.get("geometry") for feature in features]
    names = _names(properties)
    places, added = _places(shapes, _crs(content))
    yield Opened("geojson", encoding="utf-8", header=(*names, *added))
    rows: Iterator[Row] = (
        [*(_cell(values.get(name)) for name in names), *place]
        for values, place in zip(properties, places, strict=True)
    )
    yield from in_pieces(rows, limits)


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = feature.get("properties")
    found = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature and "id" not in found:
        found = {"id": feature["id"], **found}
    return found


def _crs(content: Mapping[str, Any]) -> str:
    """The reference system: RFC 7946 has one; files of before may name another."""
    crs = content.get("crs")
    if crs is None:
        return f"EPSG:{GEOGRAPHIC}"
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if not isinstance(name, str):
        raise FileRefused("no_crs")
    return f"EPSG:{GEOGRAPHIC}" if name.endswith("CRS84") else name


def _places(shapes: Sequence[Any], crs: str) -> tuple[list[list[str]], tuple[str, ...]]:
    points = all(_is_point(shape) for shape in shapes)
    plain = crs == f"EPSG:{GEOGRAPHIC}"
    if points and plain:
        return [_position(shape) for shape in shapes], ("lat", "lon")
    # Only now the geometry libraries, which take a second to start.
    import shapely

    from geo.files.layers import PLACE, SHAPE, in_degrees

    if points:
        flat = [_position(shape) for shape in shapes]
        made = shapely.points([[_float(lon), _float(lat)] for lat, lon in flat])
        moved = in_degrees(made, crs)
        return [
            [repr(float(lat)), repr(float(lon))]
            for lat, lon in zip(shapely.get_y(moved), shapely.get_x(moved), strict=True)
        ], PLACE
    parsed = in_degrees([_shape(shape) for shape in shapes], crs)
    return [[text or ""] for text in shapely.to_wkb(parsed, hex=True)], (SHAPE,)


def _is_point(shape: Any) -> bool:
    return shape is None or (isinstance(shape, dict) and shape.get("type") == "Point")


def _position(shape: Any) -> list[str]:
    """Latitude and longitude as they stand, whatever they are: rows say what is wrong."""
    if shape is None:
        return ["", ""]
    position = shape.get("coordinates")
    if not isinstance(position, list) or len(position) < 2:
        return ["", ""]
    return [_cell(position[1]), _cell(position[0])]


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _shape(shape: Any) -> Any:
    import shapely

    if shape is None:
        return None
    try:
        return shapely.from_geojson(json.dumps(shape, allow_nan=False))
    except (shapely.errors.GEOSException, ValueError, struct.error):
        raise FileRefused("shape_damaged") from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
