"""Recurrence rules for days (RFC 5545): read strictly, asked day by day, bounded in time."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from geo.errors import InvalidInput

EARLIEST, LATEST = date(1950, 1, 1), date(2200, 1, 1)
"""Dates outside are taken for mistakes, which also bounds what counting can cost."""

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(T\d{6}Z?)?", re.ASCII)
_LISTS = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
}
_NAMES_DAYS = {
    "DAILY": None,
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"},
}
"""Without one of these the first date decides on which day a rule falls."""
_LIMITS_ALLOWED = {
    "DAILY": {"BYMONTH", "BYMONTHDAY", "BYDAY"},
    "WEEKLY": {"BYMONTH", "BYDAY", "BYWEEKNO"},
    "MONTHLY": {"BYMONTH", "BYMONTHDAY", "BYDAY"},
    "YEARLY": {"BYMONTH", "BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO"},
}
"""BYWEEKNO in weekly rules is HSDS's, beyond the table of RFC 5545; it narrows to those weeks."""


@dataclass(frozen=True)
class Rule:
    """On which days something recurs; `anchor` is the first date, where there is one."""

    frequency: str
    anchor: date | None
    interval: int
    count: int | None
    until: date | None
    week_start: int
    weekdays: tuple[tuple[int | None, int], ...]
    limits: Mapping[str, frozenset[int]]

    def falls_on(self, day: date) -> bool:
        """Whether the rule falls on a day."""
        if (self.anchor and day < self.anchor) or (self.until and day > self.until):
            return False
        if self.count is not None:
            return day in self._counted
        return self._matches(day)

    @cached_property
    def _counted(self) -> frozenset[date]:
        assert self.anchor is not None and self.count is not None
        found: list[date] = []
        day = self.anchor
        while len(found) < self.count and day < LATEST:
            if self._matches(day):
                found.append(day)
            day += timedelta(days=1)
        return frozenset(found)

    def _matches(self, day: date) -> bool:
        return (
            self._in_period(day)
            and all(
                not asked or bool(asked & self._positions(name, day))
                for name, asked in self.limits.items()
            )
            and (not self.weekdays or any(self._is_weekday(day, *one) for one in self.weekdays))
        )

    def _in_period(self, day: date) -> bool:
        if self.interval == 1:
            return True
        assert self.anchor is not None
        first = self.anchor
        if self.frequency == "DAILY":
            passed = (day - first).days
        elif self.frequency == "WEEKLY":
            passed = (self._week(day) - self._week(first)).days // 7
        elif self.frequency == "MONTHLY":
            passed = (day.year - first.year) * 12 + day.month - first.month
        else:
            passed = day.year - first.year
        return passed % self.interval == 0

    def _week(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.week_start) % 7)

    def _positions(self, name: str, day: date) -> frozenset[int]:
        """The numbers a day answers to, from the beginning and from the end."""
        if name == "BYMONTH":
            return frozenset({day.month})
        if name == "BYMONTHDAY":
            place, size = day.day, calendar.monthrange(day.year, day.month)[1]
        elif name == "BYYEARDAY":
            place, size = _year_day(day), _year_day(date(day.year, 12, 31))
        else:
            # A week belongs to the year of its fourth day, and 28 December to the year's last.
            middle = self._week(day) + timedelta(days=3)
            last = self._week(date(middle.year, 12, 28)) + timedelta(days=3)
            place, size = ((_year_day(one) - 1) // 7 + 1 for one in (middle, last))
        return frozenset({place, place - size - 1})

    def _is_weekday(self, day: date, number: int | None, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if number is None:
            return True
        if self.frequency == "MONTHLY" or self.limits.get("BYMONTH"):
            place, size = day.day, calendar.monthrange(day.year, day.month)[1]
        else:
            place, size = _year_day(day), _year_day(date(day.year, 12, 31))
        return number in ((place - 1) // 7 + 1, -((size - place) // 7 + 1))


def _year_day(day: date) -> int:
    return day.timetuple().tm_yday


@lru_cache(maxsize=4096)
def read_rule(text: str, anchor: date | None = None) -> Rule:
    """Read a rule such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH.

    Parts: FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT or UNTIL, WKST, BYDAY, BYMONTH,
    BYMONTHDAY, BYYEARDAY, BYWEEKNO. A rule that counts from a first date needs `anchor`. Raises
    InvalidInput with the part that cannot be read.
    """
    parts = _split(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in _NAMES_DAYS:
        raise InvalidInput("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.")
    allowed = _LIMITS_ALLOWED[frequency] | {"INTERVAL", "COUNT", "UNTIL", "WKST"}
    if set(parts) - allowed:
        raise InvalidInput(
            f"{min(set(parts) - allowed)} has no place in a {frequency} rule for days."
        )
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise InvalidInput("COUNT and UNTIL exclude each other.")
    interval = _whole("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000)
    week_start = parts.get("WKST", "MO")
    if week_start not in _WEEKDAYS:
        raise InvalidInput("WKST must be a weekday.")
    named = _NAMES_DAYS[frequency]
    by_first_date = named is not None and not named & parts.keys()
    if anchor is None and (by_first_date or "COUNT" in parts or interval != 1):
        raise InvalidInput(
            "the rule counts from a first date, and there is none.",
            hint="Give dtstart or valid_from, or name the days (BYDAY) without INTERVAL or COUNT.",
        )
    weekdays = tuple(_weekday(one, frequency) for one in _listed(parts, "BYDAY"))
    limits = {
        name: frozenset(_whole(name, one, *bounds) for one in _listed(parts, name))
        for name, bounds in _LISTS.items()
    }
    if by_first_date and anchor is not None:
        weekdays, limits = _by_first_date(frequency, anchor, weekdays, limits)
    return Rule(
        frequency,
        anchor,
        interval,
        _whole("COUNT", parts["COUNT"], 1, 10_000) if "COUNT" in parts else None,
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        _WEEKDAYS.index(week_start),
        weekdays,
        limits,
    )


def _by_first_date(
    frequency: str,
    anchor: date,
    weekdays: tuple[tuple[int | None, int], ...],
    limits: dict[str, frozenset[int]],
) -> tuple[tuple[tuple[int | None, int], ...], dict[str, frozenset[int]]]:
    """The day that the first date stands for where a rule names none."""
    if frequency == "WEEKLY":
        return ((None, anchor.weekday()),), limits
    day = {"BYMONTHDAY": frozenset({anchor.day})}
    if frequency == "YEARLY" and not limits["BYMONTH"]:
        day["BYMONTH"] = frozenset({anchor.month})
    return weekdays, limits | day


def _split(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    if len(text) > 500:
        raise InvalidInput("the rule is longer than 500 letters.")
    for part in text.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if not value or not re.fullmatch("[A-Z]+", name):
            raise InvalidInput("must be parts like FREQ=WEEKLY with semicolons between them.")
        if name in parts:
            raise InvalidInput(f"{name} stands twice.")
        parts[name] = value
    return parts


def _listed(parts: Mapping[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,5}", text, re.ASCII):
        raise InvalidInput(f"{name} must hold whole numbers.")
    value = int(text)
    if value == 0 or not least <= value <= most:
        raise InvalidInput(f"{name} must lie between {least} and {most} and not be 0.")
    return value


def _weekday(text: str, frequency: str) -> tuple[int | None, int]:
    found = _BYDAY.fullmatch(text)
    if not found:
        raise InvalidInput("BYDAY must hold MO, TU, WE, TH, FR, SA or SU.")
    number = int(found[1]) if found[1] else None
    most = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
    if number is not None and not 1 <= abs(number) <= most:
        raise InvalidInput(f"BYDAY numbers a weekday that a {frequency} rule does not have.")
    return number, _WEEKDAYS.index(found[2])


def _until(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise InvalidInput("UNTIL is no day of the calendar.") from error
    raise InvalidInput("UNTIL must be a date like 20261231.")
