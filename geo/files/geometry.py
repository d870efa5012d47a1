"""Shapes from outside, looked over before a geometry library sees them: depth, counts, kinds."""

from __future__ import annotations

import re
import struct

from geo.files.limits import Limits
from geo.files.refused import FileRefused

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_OPENING = frozenset((b"[", b"{"))

SHAPE_DEPTH = 8
"""Of collections within collections; the geometry library dies at some ten thousand."""

_PLAIN = {1: "point", 2: "line", 3: "polygon", 4: "points", 5: "lines", 6: "polygons", 7: "mixed"}
_SRID, _Z, _M = 0x20000000, 0x80000000, 0x40000000

_POLYGON_TEXT = re.compile(
    r"(?:SRID=4326;)?\s*(?:MULTI)?POLYGON(?:\s+ZM?|\s+M)?\s*\(\([\s\d()eE+\-.,]*\)\)\s*", re.ASCII
)


def check_json(data: bytes, limits: Limits) -> None:
    """Raise FileRefused for JSON nested too deep, or with more positions than shapes may have."""
    if data.count(b"[") > limits.vertices:
        raise FileRefused("too_many_vertices", most=limits.vertices)
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = token[0]
        if mark in _OPENING:
            depth += 1
            if depth > limits.depth:
                raise FileRefused("too_deep", most=limits.depth)
        elif mark in (b"]", b"}"):
            depth -= 1


def check_wkb(shape: bytes, limits: Limits) -> int:
    """The number of vertices of a WKB or EWKB shape, read from its counts without believing them.

    Each ring and part takes four bytes at least, so that no count is followed past the end.

    Raises FileRefused for curves, collections too deep, counts the bytes cannot hold.
    """
    vertices, end = _shape(shape, 0, 0, limits)
    if end > len(shape):
        raise FileRefused("shape_damaged")
    return vertices


def _shape(data: bytes, at: int, depth: int, limits: Limits) -> tuple[int, int]:
    if depth > SHAPE_DEPTH:
        raise FileRefused("too_deep", most=SHAPE_DEPTH)
    order, code, at = _header(data, at)
    kind, size = _kind(code)
    if code & _SRID:
        at += 4
    if kind == "point":
        return 1, _within(data, at + size)
    count, at = _count(data, at, order)
    if kind == "line":
        return _vertices(count, limits), _within(data, at + count * size)
    vertices = 0
    if kind == "polygon":
        for _ in range(count):
            points, at = _count(data, at, order)
            vertices = _vertices(vertices + points, limits)
            at = _within(data, at + points * size)
        return vertices, at
    for _ in range(count):
        inner, at = _shape(data, at, depth + 1, limits)
        vertices = _vertices(vertices + inner, limits)
    return vertices, at


def _header(data: bytes, at: int) -> tuple[str, int, int]:
    _within(data, at + 5)
    order = {0: ">", 1: "<"}.get(data[at])
    if order is None:
        raise FileRefused("shape_damaged")
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    return order, code, at + 5


def _kind(code: int) -> tuple[str, int]:
    """The kind of a shape and the bytes of one vertex; ISO and PostGIS codes for Z and M."""
    plain = code & 0x0FFFFFFF
    dimensions = 2 + bool(code & _Z) + bool(code & _M)
    if plain >= 1000:
        dimensions = {1: 3, 2: 3, 3: 4}.get(plain // 1000, 2)
        plain %= 1000
    kind = _PLAIN.get(plain)
    if kind is None:
        raise FileRefused("shape_curved")
    return kind, 8 * dimensions


def _count(data: bytes, at: int, order: str) -> tuple[int, int]:
    _within(data, at + 4)
    (count,) = struct.unpack_from(f"{order}I", data, at)
    return count, at + 4


def _vertices(count: int, limits: Limits) -> int:
    if count > limits.vertices:
        raise FileRefused("too_many_vertices", most=limits.vertices)
    return count


def _within(data: bytes, end: int) -> int:
    if end > len(data):
        raise FileRefused("shape_damaged")
    return end


def is_polygon_text(text: str, limits: Limits) -> bool:
    """Whether a text is a polygon in WKT that a geometry library may be given."""
    if text.count(",") > limits.vertices or _POLYGON_TEXT.fullmatch(text) is None:
        return False
    depth = most = 0
    for mark in text:
        if mark == "(":
            depth += 1
            most = max(most, depth)
        elif mark == ")":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0 and most <= 3
