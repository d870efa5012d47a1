"""Opening hours by hand, and the days of a rule against an independent implementation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.opening import check_opening, open_hours, weekly_hours
from geo.analysis.recurrence import read_rule
from geo.errors import InvalidInput

MONDAY = date(2026, 1, 5)


def entry(rrule: str, opens: str = "09:00", closes: str = "17:00", **more: str) -> dict[str, str]:
    return {"rrule": rrule, "opens": opens, "closes": closes, **more}


def hours(opening: list[dict[str, str]], day: date) -> list[str]:
    midnight = datetime.combine(day, datetime.min.time())
    texts = []
    for begin, end in open_hours(opening, day):
        passed = [(one - midnight) // timedelta(minutes=1) for one in (begin, end)]
        texts.append("-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in passed))
    return texts


def test_named_weekdays() -> None:
    opening = [entry("FREQ=WEEKLY;BYDAY=MO,WE")]
    week = [hours(opening, MONDAY + timedelta(days=number)) for number in range(7)]
    assert week == [["09:00-17:00"], [], ["09:00-17:00"], [], [], [], []]


def test_a_night_is_cut_at_midnight_and_belongs_to_its_evening() -> None:
    opening = [entry("FREQ=WEEKLY;BYDAY=FR", "22:00", "06:00", valid_to="2026-01-09")]
    assert hours(opening, date(2026, 1, 9)) == ["22:00-24:00"]
    assert hours(opening, date(2026, 1, 10)) == ["00:00-06:00"]  # the morning after the last day
    assert hours(opening, date(2026, 1, 16)) == []
    assert hours(opening, date(2026, 1, 17)) == []


def test_all_day_and_until_midnight() -> None:
    assert hours([entry("FREQ=DAILY", "00:00", "24:00")], MONDAY) == ["00:00-24:00"]
    until_midnight = [entry("FREQ=WEEKLY;BYDAY=MO", "20:00", "00:00")]
    assert hours(until_midnight, MONDAY) == ["20:00-24:00"]
    assert hours(until_midnight, MONDAY + timedelta(days=1)) == []


def test_spans_that_touch_or_overlap_are_one() -> None:
    opening = [
        entry("FREQ=WEEKLY;BYDAY=MO", "09:00", "12:00"),
        entry("FREQ=WEEKLY;BYDAY=MO", "11:00", "13:00"),
        entry("FREQ=WEEKLY;BYDAY=MO", "13:00", "14:00"),
        entry("FREQ=WEEKLY;BYDAY=MO", "17:30", "20:30"),
    ]
    assert hours(opening, MONDAY) == ["09:00-14:00", "17:30-20:30"]


def test_until_is_the_last_day_and_validity_holds_both_ends() -> None:
    opening = [entry("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260112")]
    assert [hours(opening, MONDAY + timedelta(weeks=n)) != [] for n in range(3)] == [1, 1, 0]
    season = [entry("FREQ=DAILY", valid_from="2026-01-05", valid_to="2026-01-06")]
    days = [hours(season, MONDAY + timedelta(days=n)) != [] for n in range(-1, 3)]
    assert days == [False, True, True, False]


def test_every_second_week_counts_from_the_first() -> None:
    opening = [entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", valid_from="2026-01-07")]
    # From Wednesday 7 January: Thursday of that week, then the week of 19 January.
    found = [day for n in range(28) if hours(opening, day := date(2026, 1, 1) + timedelta(days=n))]
    assert found == [date(2026, 1, 8), date(2026, 1, 20), date(2026, 1, 22)]


def test_dtstart_counts_where_validity_says_something_else() -> None:
    opening = [
        entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", dtstart="2026-01-05", valid_from="2026-01-10")
    ]
    assert [hours(opening, MONDAY + timedelta(weeks=n)) != [] for n in range(4)] == [0, 0, 1, 0]


def test_second_monday_and_last_friday_of_the_month() -> None:
    second = [entry("FREQ=MONTHLY;BYDAY=2MO")]
    assert hours(second, date(2026, 1, 12)) and not hours(second, date(2026, 1, 5))
    last = [entry("FREQ=MONTHLY;BYDAY=-1FR")]
    assert hours(last, date(2026, 1, 30)) and not hours(last, date(2026, 1, 23))


def test_hours_of_the_week_are_open_from_half_an_hour_on() -> None:
    opening = [
        entry("FREQ=WEEKLY;BYDAY=MO", "09:30", "11:29"),
        entry("FREQ=WEEKLY;BYDAY=SU", "23:00", "01:00"),
    ]
    expected = np.zeros((7, 24), dtype=bool)
    expected[0, [9, 10]] = True  # 11:00 to 11:29 is 29 minutes
    expected[0, 0] = expected[6, 23] = True  # from the Sunday before into Monday
    found = weekly_hours(opening, date(2026, 1, 8))
    assert found.shape == (7, 24)
    assert (found == expected).all()
    assert not weekly_hours([], MONDAY).any()


@pytest.mark.parametrize(
    ("given_entry", "said"),
    [
        (entry("FREQ=HOURLY;BYDAY=MO"), r"opening\[0\].rrule: FREQ must be"),
        (entry("FREQ=WEEKLY;BYDAY=XX"), "BYDAY must hold"),
        (entry("FREQ=WEEKLY;BYDAY=2MO"), "BYDAY numbers a weekday"),
        (entry("FREQ=WEEKLY"), "counts from a first date"),
        (entry("FREQ=WEEKLY;BYDAY=MO;INTERVAL=2"), "counts from a first date"),
        (entry("FREQ=WEEKLY;BYDAY=MO;INTERVAL=0"), "INTERVAL must lie between"),
        (entry("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260230"), "UNTIL is no day"),
        (entry("FREQ=WEEKLY;BYDAY=MO;UNTIL=tomorrow"), "UNTIL must be a date"),
        (entry("FREQ=WEEKLY;BYDAY=MO;BYHOUR=9"), "BYHOUR has no place"),
        (entry("FREQ=WEEKLY;FREQ=DAILY"), "FREQ stands twice"),
        (entry("every Monday"), "must be parts like"),
        (entry("FREQ=DAILY;COUNT=2;UNTIL=20260101", dtstart="2026-01-01"), "exclude each other"),
        (entry("FREQ=WEEKLY;BYDAY=MO", "9:00"), "opens: must be a time"),
        (entry("FREQ=WEEKLY;BYDAY=MO", "24:00", "09:00"), "same time"),
        (entry("FREQ=WEEKLY;BYDAY=MO", "09:00", "09:00"), "same time"),
        (entry("FREQ=WEEKLY;BYDAY=MO", valid_from="1.2.2026"), "valid_from: must be a date"),
        (entry("FREQ=DAILY", valid_from="0001-01-01"), "outside 1950 to 2200"),
        (entry("FREQ=DAILY", valid_from="2026-02-01", valid_to="2026-01-01"), "lies before"),
        (entry("FREQ=DAILY", until="2026-02-01"), "has no key 'until'"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(given_entry: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_opening([given_entry])


DAYS = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True
)
STARTS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


def numbers(least: int, most: int) -> st.SearchStrategy[str]:
    whole = st.integers(least, most).filter(bool)
    return st.lists(whole, min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 4))}")
    if draw(st.booleans()):
        days = draw(DAYS)
        if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
            days = [f"{draw(st.sampled_from([1, 2, 4, -1, -2]))}{day}" for day in days]
        parts.append(f"BYDAY={','.join(days)}")
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}")
    if frequency != "WEEKLY" and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(numbers(-28, 28))}")
    elif (
        "BYDAY" in " ".join(parts)
        and frequency != "MONTHLY"
        and frequency != "DAILY"
        and draw(st.booleans())
    ):
        parts.append(f"BYWEEKNO={draw(numbers(-53, 53))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(numbers(1, 12))}")
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if end == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    if end == "UNTIL":
        parts.append(f"UNTIL={draw(STARTS):%Y%m%d}")
    return ";".join(parts)


@given(rules(), STARTS)
@settings(max_examples=150, deadline=None)
def test_days_are_those_of_an_independent_implementation(text: str, start: date) -> None:
    rule = read_rule(text, start)
    first = datetime.combine(start, datetime.min.time())
    days = [start + timedelta(days=number) for number in range(800)]
    expected = rrulestr(
        f"{text};UNTIL={days[-1]:%Y%m%d}" if "COUNT" not in text and "UNTIL" not in text else text,
        dtstart=first,
    )
    found = {one.date() for one in expected.between(first, first + timedelta(days=799), inc=True)}
    assert {day for day in days if rule.falls_on(day)} == found


def test_a_rule_that_never_falls_costs_nothing() -> None:
    opening = [entry("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31")]
    assert not weekly_hours(opening, MONDAY).any()
