"""One cell of text as a value of its field's kind, or what is wrong with it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Literal

from geo.fields.shape import Field, Kind
from geo.imports.finding import Wrong
from geo.imports.opening import opening_hours
from geo.names import fold

FIRST_YEAR, LAST_YEAR = 1880, 2100
MAP_EDGE = 85.06
"""Latitude beyond which the web's map projection has no place."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = str.maketrans(
    dict.fromkeys((0xFEFF, 0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x00AD), "")
)
_NOTHING = frozenset({"-", "–", "—", ".", "..", "…", "n/a", "#n/a", "#n/d!", "brak danych", "null"})
_NOTHING_TEXT = frozenset({"x", "nan", "none"})
LONGEST_NOTHING = max(map(len, _NOTHING | _NOTHING_TEXT))
_SPACES = str.maketrans(dict.fromkeys(" \u00a0\u202f\u2009'", ""))

Decimal = Literal["auto", ",", "."]
DateOrder = Literal["day", "month"]

_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_EUROPEAN_DAY = re.compile(r"(\d{1,2})[-/. ]\s?(\d{1,2})[-/. ]\s?(\d{4})(?: ?r\.?)?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?", re.ASCII)
_PARTS = re.compile(r"[;|\n]")

YES = frozenset(
    map(
        fold,
        ("yes", "y", "true", "t", "1", "ναι", "ν", "αληθές", "tak", "da", "да", "sì", "x", "✓"),
    )
)
NO = frozenset(
    map(fold, ("no", "n", "false", "f", "0", "όχι", "ψευδές", "nie", "nu", "не", "ne", "✗"))
)


@dataclass(frozen=True)
class Manner:
    """How this file writes: its decimal sign, its order of day and month, its clock, its words.

    `words` are folded word -> code by field; `area_codes` every known code -> the code it is
    kept under, None where no areas are loaded; `area_form` the pattern codes must have then;
    `area_key` how many leading signs of a code name the area, where not all of them do.
    """

    decimal: Decimal = "auto"
    date_order: DateOrder = "day"
    clock: tzinfo = UTC
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    area_codes: Mapping[str, str] | None = None
    area_form: str | None = None
    area_key: int | None = None


def clean(text: str) -> str:
    """A cell without invisible signs and without space around it."""
    return text.translate(_INVISIBLE).strip()


def parse(text: str, about: Field, manner: Manner) -> Any:
    """The value of a cell: None where it says nothing, a Wrong where it cannot be taken."""
    # Printable text has no invisible, control or unpaired signs: most cells need no closer look.
    cleaned = text.strip() if text.isprintable() else clean(text)
    if not cleaned:
        return None
    if not cleaned.isprintable() and _CONTROL.search(cleaned):
        return Wrong("control")
    if len(cleaned) <= LONGEST_NOTHING and about.kind not in _ASK_WORDS_FIRST:
        lowered = cleaned.lower()
        if lowered in _NOTHING or (lowered in _NOTHING_TEXT and about.kind not in _NUMBERS):
            return None
        if lowered == "x":
            return None
    return _PARSERS[about.kind](cleaned, about, manner)


def _text(text: str, about: Field, _: Manner) -> str | Wrong:
    line = text if text.isprintable() and "  " not in text else " ".join(text.split())
    # The length first: a pattern may take long over a long text.
    found = _not_too_long(line, about)
    if about.pattern and isinstance(found, str) and not re.fullmatch(about.pattern, line, re.ASCII):
        return Wrong("pattern", {"form": about.pattern})
    return found


def _long_text(text: str, about: Field, _: Manner) -> str | Wrong:
    return _not_too_long(text.replace("\r\n", "\n").replace("\r", "\n"), about)


def _not_too_long(text: str, about: Field) -> str | Wrong:
    most = int(about.most or 100_000)
    if len(text) > most:
        return Wrong("too_long", {"found": len(text), "most": most})
    return text


def plain_number(text: str, decimal: Decimal) -> str | Wrong:
    """A number's digits with a point for its decimals; Wrong where the sign may mean both."""
    digits = text.translate(_SPACES).replace("−", "-")
    if "," in digits and "." in digits:
        last = max(digits.rfind(","), digits.rfind("."))
        other = "," if digits[last] == "." else "."
        return digits.replace(other, "").replace(digits[last], ".")
    for sign in (",", "."):
        if sign not in digits:
            continue
        if digits.count(sign) > 1:
            grouped = re.fullmatch(rf"[-+]?\d{{1,3}}(?:\{sign}\d{{3}})+", digits, re.ASCII)
            return digits.replace(sign, "") if grouped else Wrong("not_a_number")
        if decimal == sign:
            return digits.replace(sign, ".")
        three = re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}\{sign}\d{{3}}", digits, re.ASCII)
        if decimal != "auto":
            return digits.replace(sign, "") if three else digits.replace(sign, ".")
        if three and sign == ",":
            return Wrong("ambiguous_number", {"sign": sign})
        return digits.replace(sign, ".")
    return digits


def _float(text: str, decimal: Decimal) -> float | Wrong:
    plain = plain_number(text, decimal)
    if isinstance(plain, Wrong):
        return plain
    if not plain.isascii() or "_" in plain:
        return Wrong("not_a_number")
    try:
        number = float(plain)
    except ValueError:
        return Wrong("not_a_number")
    return number if math.isfinite(number) else Wrong("not_finite")


def _number(text: str, about: Field, manner: Manner) -> float | Wrong:
    number = _float(text, manner.decimal)
    return number if isinstance(number, Wrong) else _in_range(number, about)


def _whole(text: str, about: Field, manner: Manner) -> int | Wrong:
    if text.isascii() and text.isdecimal() and len(text) < 16:
        number: float | Wrong = int(text)
    else:
        number = _float(text, manner.decimal)
    if isinstance(number, Wrong):
        return number
    if number != int(number):
        return Wrong("not_whole")
    ranged = _in_range(number, about)
    return ranged if isinstance(ranged, Wrong) else int(number)


def _in_range(number: float, about: Field) -> float | Wrong:
    least = -math.inf if about.least is None else about.least
    most = math.inf if about.most is None else about.most
    if least <= number <= most:
        return number
    return Wrong("out_of_range", {"least": f"{least:g}", "most": f"{most:g}"})


def _degrees(text: str, most: float) -> float | Wrong:
    # Degrees never have thousands: a comma in them is a decimal one.
    number = _float(text.replace(",", ".").rstrip("°"), ".")
    if isinstance(number, Wrong):
        return number
    if abs(number) > most:
        return Wrong("out_of_range", {"least": f"{-most:g}", "most": f"{most:g}"})
    return number


def _latitude(text: str, _: Field, __: Manner) -> float | Wrong:
    return _degrees(text, MAP_EDGE)


def _longitude(text: str, _: Field, __: Manner) -> float | Wrong:
    return _degrees(text, 180.0)


def _date(text: str, _: Field, manner: Manner) -> date | Wrong:
    day = text
    if len(text) > 10 and text[10] in "T ":
        moment = _moment(text, _, manner)
        return moment if isinstance(moment, Wrong) else moment.astimezone(manner.clock).date()
    if found := _ISO_DAY.fullmatch(day):
        year, month, number = map(int, found.groups())
    elif found := _EUROPEAN_DAY.fullmatch(day):
        first, second, year = map(int, found.groups())
        number, month = (second, first) if manner.date_order == "month" else (first, second)
    else:
        return Wrong("not_a_date")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Wrong("year_out_of_range", {"least": str(FIRST_YEAR), "most": str(LAST_YEAR)})
    try:
        return date(year, month, number)
    except ValueError:
        return Wrong("no_such_day")


def _moment(text: str, about: Field, manner: Manner) -> datetime | Wrong:
    """A point in time; one without offset is by the country's clock."""
    if len(text) > 10 and text[4:5] == "-":
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return Wrong("not_a_date")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return Wrong("year_out_of_range", {"least": str(FIRST_YEAR), "most": str(LAST_YEAR)})
        return moment if moment.tzinfo else moment.replace(tzinfo=manner.clock)
    day, _, clock = text.replace(",", " ").partition(" ")
    found = _date(day, about, manner)
    if isinstance(found, Wrong):
        return found
    at = _TIME.fullmatch(clock.strip()) if clock.strip() else None
    if clock.strip() and at is None:
        return Wrong("not_a_date")
    hours, minutes, seconds = (int(part or 0) for part in at.groups()) if at else (0, 0, 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return Wrong("not_a_date")
    return datetime.combine(found, time(hours, minutes, seconds), manner.clock)


def _truth(text: str, _: Field, __: Manner) -> bool | Wrong | None:
    word = fold(text) or text
    if word in YES or text == "✓":
        return True
    if word in NO or text == "✗":
        return False
    return None if text.lower() in _NOTHING else Wrong("not_a_truth")


def _choice(text: str, about: Field, manner: Manner) -> str | Wrong | None:
    words = manner.words.get(about.name, {})
    code = words.get(fold(text))
    if code is not None:
        return code
    if text.lower() in _NOTHING or text.lower() in _NOTHING_TEXT:
        return None
    if not words:
        return Wrong("no_words")
    return Wrong("unknown_word", {"known": _some(words), "field": about.name})


def _some(words: Mapping[str, str]) -> str:
    codes = list(dict.fromkeys(words.values()))
    return ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")


def _choices(text: str, about: Field, manner: Manner) -> list[str] | Wrong | None:
    whole = _choice(text, about, manner)
    if not isinstance(whole, Wrong):
        return None if whole is None else [whole]
    found: dict[str, None] = {}
    for part in _parts(text):
        code = _choice(part, about, manner)
        if isinstance(code, Wrong):
            return code
        if code is not None:
            found[code] = None
    return _not_too_many(list(found), about)


def _codes(text: str, about: Field, _: Manner) -> list[str] | Wrong:
    parts = list(dict.fromkeys(_parts(text)))
    for part in parts:
        if about.pattern and re.fullmatch(about.pattern, part, re.ASCII) is None:
            return Wrong("pattern", {"form": about.pattern})
        if len(part) > 120:
            return Wrong("too_long", {"found": len(part), "most": 120})
    return _not_too_many(parts, about)


def _parts(text: str) -> list[str]:
    separated = _PARTS.split(text)
    if len(separated) == 1:
        separated = text.split(",")
    return [part.strip() for part in separated if part.strip()]


def _not_too_many(parts: list[str], about: Field) -> list[str] | Wrong:
    most = int(about.most or 1_000)
    if len(parts) > most:
        return Wrong("too_many", {"found": len(parts), "most": most})
    return parts


def _area(text: str, _: Field, manner: Manner) -> str | Wrong:
    code = text.translate(_SPACES).removesuffix(".0")
    known = manner.area_codes
    if known is not None:
        kept = known.get(code) or (known.get(code[: manner.area_key]) if manner.area_key else None)
        if kept is not None:
            return kept
        for padded in (f"0{code}", f"00{code}"):
            if padded in known:
                return Wrong("lost_zero", {"code": padded})
    if manner.area_form and re.fullmatch(manner.area_form, code, re.ASCII) is None:
        if re.fullmatch(manner.area_form, f"0{code}", re.ASCII):
            return Wrong("lost_zero", {"code": f"0{code}"})
        return Wrong("not_an_area", {"form": manner.area_form})
    if known is not None:
        return Wrong("unknown_area")
    return code if len(code) <= 20 else Wrong("too_long", {"found": len(code), "most": 20})


def _references(text: str, about: Field, manner: Manner) -> list[str] | Wrong:
    return _codes(text, about, manner)


def _opening(text: str, about: Field, _: Manner) -> list[dict[str, str]] | Wrong:
    if len(text) > (about.most or 2_000):
        return Wrong("too_long", {"found": len(text), "most": int(about.most or 2_000)})
    found = opening_hours(text)
    return Wrong("not_opening") if found is None else found


def _object(text: str, about: Field, _: Manner) -> dict[str, Any] | Wrong:
    if len(text) > (about.most or 4_000):
        return Wrong("too_long", {"found": len(text), "most": int(about.most or 4_000)})
    if text.count("{") + text.count("[") > 200:
        return Wrong("not_json")
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return Wrong("not_json")
    return found if isinstance(found, dict) else Wrong("not_json")


def _refuse_constant(_: str) -> None:
    raise ValueError("JSON has no NaN")


def _shape(text: str, _: Field, __: Manner) -> str | Wrong:
    # Only now the geometry library, which registers without shapes do without.
    from geo.imports.shapes import polygons

    return polygons(text)


_ASK_WORDS_FIRST = frozenset({"choice", "choices", "truth"})
_NUMBERS = frozenset({"whole", "number", "latitude", "longitude"})

_PARSERS: Mapping[Kind, Callable[[str, Field, Manner], Any]] = {
    "text": _text,
    "long_text": _long_text,
    "code": _text,
    "area": _area,
    "whole": _whole,
    "number": _number,
    "date": _date,
    "moment": _moment,
    "truth": _truth,
    "choice": _choice,
    "choices": _choices,
    "codes": _codes,
    "latitude": _latitude,
    "longitude": _longitude,
    "reference": _text,
    "references": _references,
    "opening": _opening,
    "object": _object,
    "shape": _shape,
}
