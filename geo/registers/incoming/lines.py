"""Columns of values as lines for COPY: PostgreSQL's text format, whole columns at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

NULL = "\\N"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def lines_of(columns: Sequence[Sequence[str]]) -> str:
    """The lines of columns of cells, each already as COPY wants it."""
    return "".join(["\t".join(row) + "\n" for row in zip(*columns, strict=True)])


def cells(values: Sequence[Any], kind: str) -> list[str]:
    """A column of values as cells of COPY; None is NULL."""
    if kind in _TEXTS:
        return [NULL if value is None else text_cell(value) for value in values]
    speak = _SPEAK.get(kind, str)
    return [NULL if value is None else speak(value) for value in values]


def text_cell(text: str) -> str:
    """A text as COPY wants it."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.translate(_ESCAPED)
    return text


def _truth(value: bool) -> str:
    return "t" if value else "f"


def _array(values: Sequence[str]) -> str:
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return text_cell("{" + ",".join(f'"{value}"' for value in quoted) + "}")


def _json(value: Any) -> str:
    return text_cell(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _bytes(value: bytes) -> str:
    return "\\\\x" + value.hex()


def _point(value: tuple[float, float]) -> str:
    lat, lon = value
    return f"SRID=4326;POINT({lon!r} {lat!r})"


def _iso(value: Any) -> str:
    return str(value.isoformat())


_TEXTS = frozenset({"text", "long_text", "code", "area", "choice", "reference", "shape"})
_SPEAK: dict[str, Callable[[Any], str]] = {
    "truth": _truth,
    "date": _iso,
    "moment": _iso,
    "choices": _array,
    "codes": _array,
    "opening": _json,
    "object": _json,
    "bytes": _bytes,
    "point": _point,
    "number": repr,
}
