"""When a service is open: recurrence rules (RFC 5545) read into hours of a day and of a week."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from geo.analysis.arrays import Bools
from geo.analysis.recurrence import EARLIEST, LATEST, Rule, read_rule
from geo.errors import InvalidInput

KEYS = ("rrule", "opens", "closes", "valid_from", "valid_to", "dtstart")
"""What an entry of `opening` may hold; the first three it must."""

_DAY = timedelta(days=1)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_HALF_AN_HOUR = 30


@dataclass(frozen=True)
class _Entry:
    """One entry of `opening`; `opens` and `closes` in minutes after the midnight of its day."""

    rule: Rule
    opens: int
    closes: int
    valid_from: date
    valid_to: date


def open_hours(opening: Sequence[Mapping[str, Any]], day: date) -> list[tuple[datetime, datetime]]:
    """When it is open on a day, in the place's own time without an offset.

    `opening` holds {rrule, opens, closes, valid_from?, valid_to?, dtstart?}: a rule of RFC 5545,
    times "HH:MM" (closes may be "24:00"), ISO dates, both ends of the validity inclusive. A rule
    that counts periods (INTERVAL, COUNT) counts them from `dtstart`, or else `valid_from`.
    Closing before opening means the next morning; validity is that of the evening. Spans that
    touch are one; they are cut at midnight, where the next day goes on. Raises InvalidInput.
    """
    midnight = datetime.combine(day, time())
    spans: list[tuple[int, int]] = []
    for entry in (_entry(number, given) for number, given in enumerate(opening)):
        for back in (0, 1):
            started = day - back * _DAY
            if not entry.valid_from <= started <= entry.valid_to:
                continue
            if not entry.rule.falls_on(started):
                continue
            begin, end = entry.opens - back * 1440, entry.closes - back * 1440
            if end > 0:
                spans.append((max(begin, 0), min(end, 1440)))
    return [
        (midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end))
        for begin, end in _joined(spans)
    ]


def weekly_hours(opening: Sequence[Mapping[str, Any]], as_of: date) -> Bools:
    """Open hours of the week (Monday to Sunday) that holds a day, (7, 24); true is open.

    An hour counts as open from half of it on. Raises InvalidInput as `open_hours` does.
    """
    monday = as_of - as_of.weekday() * _DAY
    minutes = np.zeros((7, 1440), dtype=np.bool_)
    for number in range(7):
        day = monday + number * _DAY
        midnight = datetime.combine(day, time())
        for begin, end in open_hours(opening, day):
            first, last = ((one - midnight) // timedelta(minutes=1) for one in (begin, end))
            minutes[number, first:last] = True
    hours: Bools = minutes.reshape(7, 24, 60).sum(axis=2) >= _HALF_AN_HOUR
    return hours


def check_opening(opening: Sequence[Mapping[str, Any]]) -> None:
    """Raise InvalidInput where an entry cannot be read, with its number, its key and the reason."""
    for number, given in enumerate(opening):
        _entry(number, given)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


# -- one entry ---------------------------------------------------------------------------------


def _entry(number: int, given: Mapping[str, Any]) -> _Entry:
    place = f"opening[{number}]"
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{place}: must be an object with rrule, opens and closes.")
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise InvalidInput(f"{place}: has no key {unknown[0]!r}.", hint=f"Known: {', '.join(KEYS)}")
    text = given.get("rrule")
    if not isinstance(text, str):
        raise InvalidInput(f"{place}.rrule: must be a recurrence rule like FREQ=WEEKLY;BYDAY=MO.")
    opens, closes = (_minutes(f"{place}.{key}", given.get(key)) for key in ("opens", "closes"))
    if opens == closes or opens == 1440:
        raise InvalidInput(
            f"{place}: opens and closes at the same time.",
            hint="Open all day is 00:00 to 24:00.",
        )
    valid_from = _date(f"{place}.valid_from", given.get("valid_from"))
    valid_to = _date(f"{place}.valid_to", given.get("valid_to"))
    if valid_from and valid_to and valid_to < valid_from:
        raise InvalidInput(f"{place}: valid_to lies before valid_from.")
    anchor = _date(f"{place}.dtstart", given.get("dtstart")) or valid_from
    try:
        rule = read_rule(text, anchor)
    except InvalidInput as error:
        raise InvalidInput(f"{place}.rrule: {error.message}", hint=error.hint) from error
    return _Entry(
        rule,
        opens,
        closes if closes > opens else closes + 1440,
        valid_from or EARLIEST,
        valid_to or LATEST,
    )


def _minutes(place: str, value: Any) -> int:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise InvalidInput(f"{place}: must be a time like 09:00.")
    return int(value[:2]) * 60 + int(value[3:])


def _date(place: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        found = value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{place}: must be a date like 2026-01-31.") from error
    if not EARLIEST <= found <= LATEST:
        raise InvalidInput(f"{place}: lies outside {EARLIEST.year} to {LATEST.year}.")
    return found
