"""Opening hours as people write them in a cell, as recurrence rules (RFC 5545)."""

from __future__ import annotations

import json
import re
from typing import Any

from geo.names import fold

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

NAMES = (
    ("mo", "mon", "monday", "δε", "δευ", "δευτερα", "pn", "pon", "poniedzialek", "lu", "lun",
     "luni", "пн", "понеделник"),
    ("tu", "tue", "tuesday", "τρ", "τρι", "τριτη", "wt", "wto", "wtorek", "ma", "mar", "marti",
     "вт", "вторник"),
    ("we", "wed", "wednesday", "τε", "τετ", "τεταρτη", "sr", "sro", "sroda", "mi", "mie",
     "miercuri", "ср", "сряда"),
    ("th", "thu", "thursday", "πε", "πεμ", "πεμπτη", "cz", "czw", "czwartek", "jo", "joi", "чт",
     "четвъртък"),
    ("fr", "fri", "friday", "πα", "παρ", "παρασκευη", "pt", "pia", "piatek", "vi", "vin",
     "vineri", "пт", "петък"),
    ("sa", "sat", "saturday", "σα", "σαβ", "σαββατο", "so", "sob", "sobota", "sam", "sambata",
     "сб", "събота"),
    ("su", "sun", "sunday", "κυ", "κυρ", "κυριακη", "nd", "ndz", "niedziela", "du", "dum",
     "duminica", "нд", "неделя"),
)  # fmt: skip
"""What each day is called, folded, Monday first."""

_PLACE = {fold(name): place for place, names in enumerate(NAMES) for name in names}
_EVERY_DAY = frozenset(map(fold, ("daily", "καθημερινά", "codziennie", "zilnic", "всеки ден")))
_WHOLE_WEEK = frozenset({"24/7"})

_DASH = r"\s*[-–—]\s*"
_CLOCK = r"(\d{1,2})[:.](\d{2})"
_HOURS = re.compile(rf"{_CLOCK}{_DASH}{_CLOCK}", re.ASCII)
_PART = re.compile(
    rf"\s*(?P<days>[^\d:;]*?)\s*:?\s*(?P<hours>{_CLOCK}{_DASH}{_CLOCK}"
    rf"(?:\s*,\s*{_CLOCK}{_DASH}{_CLOCK})*)\s*",
    re.ASCII,
)
_KEYS = frozenset({"rrule", "opens", "closes", "valid_from", "valid_to", "dtstart"})
_RULE = re.compile(r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;[A-Z]+=[\w,+-]+)*", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)

LONGEST_PART = 200
"""The days of one part and their hours."""

Entry = dict[str, str]


def opening_hours(text: str) -> list[Entry] | None:
    """The rules of a text as "Mo-Fr 08:00-16:00; Sa 9:00-13:00", or of JSON; None if unreadable."""
    if text.startswith("["):
        return _from_json(text)
    if text.strip() in _WHOLE_WEEK:
        return [_entry(list(range(7)), "00:00", "24:00")]
    entries: list[Entry] = []
    for part in re.split(r"[;\n]", text):
        plain = " ".join(part.split())
        if not plain:
            continue
        if len(plain) > LONGEST_PART:
            return None
        found = _part(plain)
        if found is None:
            return None
        entries += found
    return entries or None


def _part(part: str) -> list[Entry] | None:
    found = _PART.fullmatch(part)
    if found is None:
        return None
    days = _days(found["days"])
    entries = []
    for one in _HOURS.finditer(found["hours"]):
        opens, closes = _clock(one[1], one[2]), _clock(one[3], one[4])
        if days is None or opens is None or closes is None:
            return None
        entries.append(_entry(days, opens, closes))
    return entries


def _days(text: str) -> list[int] | None:
    """The places of the days that a text names: "Mo-Fr", "Δε, Τετ", "" for every day."""
    folded = fold(text)
    if not folded or folded in _EVERY_DAY:
        return list(range(7))
    days: list[int] = []
    for span in re.split(r"[,/]|\s(?:and|και|i|oraz|și|и)\s", text):
        ends = [_PLACE.get(fold(end)) for end in re.split(r"[-–—]", span)]
        if None in ends or len(ends) > 2:
            return None
        first, last = int(ends[0] or 0), int(ends[-1] or 0)
        length = (last - first) % 7
        days += [(first + step) % 7 for step in range(length + 1)]
    return sorted(set(days))


def _clock(hours: str, minutes: str) -> str | None:
    text = f"{int(hours):02d}:{minutes}"
    return text if _TIME.fullmatch(text) else None


def _entry(days: list[int], opens: str, closes: str) -> Entry:
    rule = "FREQ=WEEKLY;BYDAY=" + ",".join(DAYS[day] for day in days)
    return {"rrule": rule, "opens": opens, "closes": closes}


def _from_json(text: str) -> list[Entry] | None:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return entries if entries and all(_is_entry(entry) for entry in entries) else None


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not {"rrule", "opens", "closes"} <= entry.keys() <= _KEYS:
        return False
    if not all(isinstance(value, str) for value in entry.values()):
        return False
    times = _TIME.fullmatch(entry["opens"]) and _TIME.fullmatch(entry["closes"])
    return bool(times and _RULE.fullmatch(entry["rrule"]))
