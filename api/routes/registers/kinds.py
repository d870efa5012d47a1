"""What each kind of field may hold when it comes in over HTTP, as pydantic types."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import shapely
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from geo.analysis.eligibility import check_rules
from geo.analysis.opening import check_opening
from geo.errors import InvalidInput
from geo.fields.shape import Field as FieldOf
from geo.registers.agencies.premises import ITEMS

LONGEST_CODE = 120
MOST_LISTED = 100
MOST_VERTICES = 2000
DIGITS = 7
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST_DAY = date(2200, 12, 31)
LARGEST = 2_000_000_000


def incoming(described: FieldOf) -> Any:
    """The type of a field's value; a list holds each code once."""
    kind, most = described.kind, described.most
    length = int(most) if most is not None else None
    if kind in ("text", "long_text"):
        return _text(length or 300, described.pattern, lines=kind == "long_text")
    if kind in ("choice", "choices") and described.words:
        one: Any = Literal[tuple(word.code for word in described.words)]
        return one if kind == "choice" else _listed(one, length)
    if kind in ("code", "area", "choice"):
        return _code(length, described.pattern)
    if kind in ("choices", "codes"):
        return _listed(_code(None, described.pattern), length)
    if kind == "whole":
        return Annotated[
            int, Field(ge=_or(described.least, -LARGEST), le=_or(described.most, LARGEST))
        ]
    if kind == "number":
        return Annotated[
            float,
            Field(
                ge=_or(described.least, -LARGEST),
                le=_or(described.most, LARGEST),
                allow_inf_nan=False,
            ),
        ]
    if kind == "references":
        return _listed(UUID, length)
    return _PLAIN[kind]


def _or(value: float | None, otherwise: int) -> float:
    return otherwise if value is None else value


def _text(most: int, pattern: str | None, *, lines: bool) -> Any:
    rules = StringConstraints(strip_whitespace=True, min_length=1, max_length=most)
    checks = [rules, AfterValidator(_writing if lines else _line)]
    if pattern:
        checks.append(StringConstraints(pattern=f"^(?:{pattern})$"))
    return Annotated[(str, *checks)]


def _code(most: int | None, pattern: str | None) -> Any:
    rules = StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=most or LONGEST_CODE,
        pattern=f"^(?:{pattern})$" if pattern else None,
    )
    return Annotated[str, rules, AfterValidator(_line)]


def _listed(one: Any, most: int | None) -> Any:
    return Annotated[
        list[one], Field(max_length=min(most or MOST_LISTED, MOST_LISTED)), AfterValidator(_once)
    ]


def _line(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text):
        raise ValueError("holds a character that cannot be stored in one line")
    return text


def _writing(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n" for letter in text):
        raise ValueError("holds a character that cannot be stored")
    return text


def _once(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise ValueError("holds a value twice")
    return values


def _moment(value: datetime) -> datetime:
    if not EARLIEST < value < datetime.now(UTC) + timedelta(days=366):
        raise ValueError("the time is not plausible")
    return value


def _day(value: date) -> date:
    if not EARLIEST.date() < value <= LATEST_DAY:
        raise ValueError("the date is not plausible")
    return value


def _hours(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    try:
        check_opening(value)
    except InvalidInput as error:
        raise ValueError(error.message) from error
    return value


def _rules(value: dict[str, Any]) -> dict[str, Any]:
    try:
        return check_rules(value)
    except InvalidInput as error:
        raise ValueError(error.message) from error


def _premises(value: dict[str, bool]) -> dict[str, bool]:
    if not set(value) <= set(ITEMS):
        raise ValueError(f"the checklist has no such item; it has {', '.join(ITEMS)}")
    return value


def _polygons(value: dict[str, Any]) -> dict[str, Any]:
    """A valid polygon or several in degrees, told as several; rounded as it is stored."""
    if set(value) != {"type", "coordinates"} or value["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError("must be a GeoJSON Polygon or MultiPolygon without other members")
    parts = value["coordinates"]
    parts = [parts] if value["type"] == "Polygon" else parts
    rounded = [[_ring(ring) for ring in _some(part)] for part in _some(parts)]
    if sum(len(ring) for part in rounded for ring in part) > MOST_VERTICES:
        raise ValueError(f"has more than {MOST_VERTICES} points")
    shape = shapely.MultiPolygon([(part[0], part[1:]) for part in rounded])
    if not shape.is_valid:
        raise ValueError("its border crosses or touches itself")
    return {"type": "MultiPolygon", "coordinates": rounded}


def _some(value: Any) -> Sequence[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be nested lists of points, none of them empty")
    return value


def _ring(value: Any) -> list[list[float]]:
    points = [_point(point) for point in _some(value)]
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("each ring needs four points and ends where it begins")
    return points


def _point(value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("each point is [longitude, latitude]")
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in value):
        raise ValueError("each point is two numbers")
    lon, lat = value
    if not (-180 <= lon <= 180 and -85.06 <= lat <= 85.06):
        raise ValueError("a point lies off the map; the longitude comes first")
    return [round(float(lon), DIGITS), round(float(lat), DIGITS)]


_PLAIN: dict[str, Any] = {
    "truth": bool,
    "date": Annotated[date, AfterValidator(_day)],
    "moment": Annotated[AwareDatetime, AfterValidator(_moment)],
    "reference": UUID,
    "opening": Annotated[
        list[dict[str, Any]], Field(max_length=MOST_LISTED), AfterValidator(_hours)
    ],
    "shape": Annotated[dict[str, Any], AfterValidator(_polygons)],
    "premises": Annotated[dict[str, bool], AfterValidator(_premises)],
    "eligibility": Annotated[dict[str, Any], AfterValidator(_rules)],
}
OBJECTS = ("premises", "eligibility")
"""Fields of the kind object, each with its own rules."""


def incoming_named(name: str, described: FieldOf) -> Any:
    """The type of a column's value; objects are told apart by name."""
    return _PLAIN[name] if described.kind == "object" else incoming(described)
