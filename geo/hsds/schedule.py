"""Opening hours: our recurrence rules as HSDS schedules and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from geo.hsds.tables import Row
from geo.hsds.untaken import Ledger

Entry = dict[str, Any]
"""One entry of `opening`: rrule, opens, closes, and where given valid_from, valid_to, dtstart."""

LOCAL_TIME = "Times are local at the place, without an offset: summer time would move it."
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
PARTS: Mapping[str, str] = {
    "INTERVAL": "interval",
    "BYDAY": "byday",
    "BYMONTHDAY": "bymonthday",
    "BYWEEKNO": "byweekno",
    "WKST": "wkst",
    "COUNT": "count",
    "UNTIL": "until",
}
"""Parts of a rule and the fields of a schedule, in the order in which rules are written."""

DATES = ("valid_from", "valid_to", "dtstart")
_NUMBERS = ("interval", "count")
_NEEDS = {"bymonthday": "MONTHLY", "byweekno": "WEEKLY", "byyearday": "YEARLY"}
_TIME = re.compile(
    r"([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_BYDAY = {
    "WEEKLY": re.compile(rf"{_WEEKDAY}(?:,{_WEEKDAY})*"),
    "MONTHLY": re.compile(rf"(?:[+-]?[1-5])?{_WEEKDAY}(?:,(?:[+-]?[1-5])?{_WEEKDAY})*"),
}
_LARGEST = {"bymonthday": 31, "byweekno": 53, "interval": 1000, "count": 10_000}
_YEARS = (1950, 2199)


def to_schedule(entry: Entry) -> Row:
    """The fields of a schedule for an entry, as far as they can say it."""
    if not all(isinstance(entry.get(name), str) for name in ("rrule", "opens", "closes")):
        return {"description": "Hours that cannot be read."}
    rule = dict(part.split("=", 1) for part in entry["rrule"].split(";") if "=" in part)
    row: Row = {"freq": rule.get("FREQ")}
    if rule.get("FREQ") == "DAILY" and set(rule) <= {"FREQ", "UNTIL"}:
        row = {"freq": "WEEKLY", "byday": EVERY_DAY}
    elif row["freq"] not in ("WEEKLY", "MONTHLY"):
        row = {"description": f"Recurs by the rule {entry['rrule']}."}
    if "freq" in row:
        for part, name in PARTS.items():
            if part in rule:
                row[name] = _written(name, rule[part])
    if "UNTIL" in rule:
        row["until"] = _written("until", rule["UNTIL"])
    row["opens_at"] = entry["opens"]
    row["closes_at"] = "00:00" if entry["closes"] == "24:00" else entry["closes"]
    for name in DATES:
        if entry.get(name) is not None:
            row[name] = str(entry[name])
    if _counts(row) and "valid_from" in row:
        row.setdefault("dtstart", row["valid_from"])
    return {name: value for name, value in row.items() if value is not None}


def from_schedule(row: Row, ledger: Ledger) -> Entry | None:
    """The entry that a schedule says; None where it says no hours we can compute with."""
    opens, closes = (_clock(row.get(name)) for name in ("opens_at", "closes_at"))
    if opens == closes == "00:00":
        closes = "24:00"
    days: dict[str, Any] = {name: row[name] for name in DATES if name in row}
    if opens is None or closes is None or opens == closes or not _in_order(days):
        ledger.note("schedule", "*", "unreadable")
        return None
    rule = _rule(row, ledger)
    if rule is None or (_counts(row) and not {"valid_from", "dtstart"} & days.keys()):
        ledger.note("schedule", "*", "unreadable")
        return None
    if any(found[3] for name in ("opens_at", "closes_at") if (found := _TIME.fullmatch(row[name]))):
        ledger.note("schedule", "opens_at", "no_place")
    if _counts(row) and days.get("dtstart") == days.get("valid_from"):
        days.pop("dtstart", None)
    return {"rrule": rule, "opens": opens, "closes": closes, **days}


def _rule(row: Row, ledger: Ledger) -> str | None:
    """The rule of a schedule; parts that HSDS ties to another frequency are noted and left."""
    frequency = row.get("freq")
    if frequency is None:
        return None
    parts = [f"FREQ={frequency}"]
    skipped = {name for name, needed in _NEEDS.items() if name in row and needed != frequency}
    if "until" in row and "count" in row:
        skipped.add("count")
    for name in skipped:
        ledger.note("schedule", name, "does_not_apply")
    for part, name in PARTS.items():
        if name not in row or name in skipped:
            continue
        text = _read(name, row[name], frequency)
        if text is None:
            return None
        parts.append(f"{part}={text}")
    return ";".join(parts)


def _written(name: str, text: str) -> str | int | None:
    if name == "until":
        found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?", text, re.ASCII)
        return "-".join(found.groups()) if found else None
    if name in _NUMBERS:
        return int(text) if re.fullmatch(r"\d{1,5}", text, re.ASCII) else None
    return text


def _read(name: str, value: Any, frequency: str) -> str | None:
    """A part of a rule as RFC 5545 writes it; None where it cannot be read."""
    if name == "until":
        return value.replace("-", "") if _day(value) else None
    if name in _NUMBERS:
        whole = float(value).is_integer() and 1 <= value <= _LARGEST[name]
        return str(int(value)) if whole else None
    text = str(value).replace(" ", "")
    if name == "byday":
        return text if _BYDAY[frequency].fullmatch(text) else None
    if name in ("bymonthday", "byweekno"):
        listed = text.split(",")
        if all(re.fullmatch(r"[+-]?\d{1,2}", one, re.ASCII) for one in listed):
            fits = all(1 <= abs(int(one)) <= _LARGEST[name] for one in listed)
            return text if fits else None
        return None
    return text


def _counts(row: Row) -> bool:
    """Whether the rule counts from a first date."""
    if row.get("freq") is None:
        return False
    named = {"byday"} if row["freq"] == "WEEKLY" else {"byday", "bymonthday"}
    return (
        row.get("interval", 1) != 1
        or ("count" in row and "until" not in row)
        or not named & row.keys()
    )


def stored_entry(value: Any, row: Row) -> Entry | None:
    """The entry kept beside a schedule, if it still says what the schedule says."""
    if not isinstance(value, dict) or not {"rrule", "opens", "closes"} <= value.keys():
        return None
    if not all(isinstance(one, str) for one in value.values()):
        return None
    said = to_schedule(value)
    return value if all(row.get(name) == one for name, one in said.items()) else None


def _clock(value: Any) -> str | None:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    # UTC is not the time on the door, and which zone the door is in is not said.
    return None if found is None or found[3] == "Z" else f"{found[1]}:{found[2]}"


def _day(value: Any) -> date | None:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if _YEARS[0] <= found.year <= _YEARS[1] else None


def _in_order(days: Mapping[str, str]) -> bool:
    if not all(_day(value) for value in days.values()):
        return False
    return days.get("valid_from", "") <= days.get("valid_to", "9999")
