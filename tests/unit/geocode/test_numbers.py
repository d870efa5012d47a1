"""House numbers: their grammar, and when two are the same."""

from __future__ import annotations

import pytest

from geo.geocode.words.numbers import HouseNumber, house_number, number_key


@pytest.mark.parametrize(
    ("text", "value", "letter", "last", "flat"),
    [
        ("15", 15, None, None, None),
        ("15A", 15, "a", None, None),
        ("15 a", 15, "a", None, None),
        ("15/A", 15, "a", None, None),
        ("15-A", 15, "a", None, None),
        ("15Α", 15, "a", None, None),
        ("15 Β", 15, "b", None, None),
        ("15б", 15, "b", None, None),
        ("15 bis", 15, "bis", None, None),
        ("15-17", 15, None, 17, None),
        ("15 – 17", 15, None, 17, None),
        ("15 & 17", 15, None, 17, None),
        ("15;17", 15, None, 17, None),
        ("15, 17", 15, None, 17, None),
        ("15A-17B", 15, "a", 17, None),
        ("17-15", 17, None, None, "15"),
        ("15/3", 15, None, None, "3"),
        ("15A/3", 15, "a", None, "3"),
        ("№ 15", 15, None, None, None),
        ("007", 7, None, None, None),
        ("1½", 1, None, None, None),
    ],
)
def test_parts(
    text: str, value: int, letter: str | None, last: int | None, flat: str | None
) -> None:
    found = house_number(text)
    assert found is not None
    assert (found.value, found.letter, found.last, found.flat) == (value, letter, last, flat)


@pytest.mark.parametrize("text", ["", " ", "A15", "abc", "№", "-"])
def test_no_number(text: str) -> None:
    assert house_number(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15 a", "15A"),
        ("15A", "15/A"),
        ("15A", "15Α"),
        ("15Б", "15 b"),
        ("nr. 15", "15"),
        ("No 15", "15"),
        ("№15", "15"),
        ("015", "15"),
        ("15 - 17", "15-17"),
        ("15–17", "15-17"),
        ("15 BIS", "15bis"),
        ("15 / 3", "15/3"),
    ],
)
def test_same(one: str, other: str) -> None:
    assert number_key(one) == number_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("15", "15A"), ("15", "51"), ("15A", "15B"), ("15", "15-17"), ("15", "15/3"), ("1", "11")],
)
def test_other(one: str, other: str) -> None:
    assert number_key(one) != number_key(other)


def test_what_to_look_for_in_order() -> None:
    assert HouseNumber("12/14", 12, flat="14").keys == ("12/14", "12")
    assert HouseNumber("12 A-16", 12, "a", 16).keys == ("12a-16", "12a")
    assert HouseNumber("12", 12).keys == ("12",)
