"""Opening hours to schedules and back, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hsds_frames import entries
from hypothesis import given, settings

from geo.analysis.opening import check_opening
from geo.hsds.schedule import from_schedule, to_schedule
from geo.hsds.untaken import Ledger


def entry(rrule: str, **more: str) -> dict[str, str]:
    return {"rrule": rrule, "opens": "09:00", "closes": "17:00", **more}


def noted(row: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    ledger = Ledger()
    found = from_schedule(row, ledger)
    return found, [(one.field, one.reason) for one in ledger.listed()]


HOURS = {"opens_at": "09:00", "closes_at": "17:00"}


@pytest.mark.parametrize(
    ("given_entry", "row"),
    [
        (entry("FREQ=WEEKLY;BYDAY=MO,WE"), {"freq": "WEEKLY", "byday": "MO,WE", **HOURS}),
        (
            entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU;UNTIL=20261231", valid_from="2026-01-06"),
            {"freq": "WEEKLY", "interval": 2, "byday": "TU", "wkst": "SU", "until": "2026-12-31",
             "valid_from": "2026-01-06", "dtstart": "2026-01-06", **HOURS},
        ),
        (
            entry("FREQ=MONTHLY;BYDAY=-1FR;COUNT=5", dtstart="2026-01-30"),
            {"freq": "MONTHLY", "byday": "-1FR", "count": 5, "dtstart": "2026-01-30", **HOURS},
        ),
    ],
)  # fmt: skip
def test_rules_that_hsds_can_say_both_ways(given_entry: dict[str, str], row: Any) -> None:
    assert to_schedule(given_entry) == row
    assert noted(row) == (given_entry, [])


def test_every_day_is_said_as_every_weekday() -> None:
    row = to_schedule(entry("FREQ=DAILY"))
    assert (row["freq"], row["byday"]) == ("WEEKLY", "MO,TU,WE,TH,FR,SA,SU")


def test_a_yearly_rule_is_said_in_words_only() -> None:
    row = to_schedule(entry("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1"))
    assert "freq" not in row and "BYMONTH=5" in row["description"]


def test_all_day_is_midnight_to_midnight() -> None:
    row = {"freq": "WEEKLY", "byday": "MO", "opens_at": "00:00:00", "closes_at": "00:00:00"}
    assert noted(row)[0] == {"rrule": "FREQ=WEEKLY;BYDAY=MO", "opens": "00:00", "closes": "24:00"}


def test_an_offset_is_noted_and_the_time_on_the_door_taken() -> None:
    row = {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00-05:00", "closes_at": "17:00-05:00"}
    assert noted(row) == (entry("FREQ=WEEKLY;BYDAY=MO"), [("opens_at", "no_place")])


@pytest.mark.parametrize(
    "row",
    [
        {"freq": "WEEKLY", "byday": "MO"},  # no hours
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00Z", "closes_at": "17:00Z"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "9 am", "closes_at": "5 pm"},
        {"byday": "MO", **HOURS},  # no frequency
        {"freq": "WEEKLY", **HOURS},  # which day?
        {"freq": "WEEKLY", "byday": "MO", "interval": 2, **HOURS},  # which week?
        {"freq": "WEEKLY", "byday": "Monday", **HOURS},
        {"freq": "WEEKLY", "byday": "2MO", **HOURS},
        {"freq": "WEEKLY", "byday": "MO", "interval": 0, "dtstart": "2026-01-01", **HOURS},
        {"freq": "WEEKLY", "byday": "MO", "until": "31/12/2026", **HOURS},
        {"freq": "WEEKLY", "byday": "MO", "valid_from": "2026-02-30", **HOURS},
        {"freq": "WEEKLY", "byday": "MO", "byweekno": "54", **HOURS},
    ],
)
def test_hours_that_cannot_be_computed_with_are_noted(row: dict[str, Any]) -> None:
    assert noted(row) == (None, [("*", "unreadable")])


def test_parts_of_other_frequencies_are_noted_and_left() -> None:
    row = {"freq": "WEEKLY", "byday": "MO", "bymonthday": "2", "byyearday": "3", **HOURS}
    found, left = noted(row)
    assert found == entry("FREQ=WEEKLY;BYDAY=MO")
    assert left == [("bymonthday", "does_not_apply"), ("byyearday", "does_not_apply")]


@given(entries())
@settings(max_examples=200, deadline=None)
def test_whatever_is_read_can_be_computed_with(given_entry: dict[str, str]) -> None:
    found = from_schedule(to_schedule(given_entry), Ledger())
    if found is not None:
        check_opening([found])
