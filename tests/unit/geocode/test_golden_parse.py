"""Addresses of four countries and the parts they must fall into."""

from __future__ import annotations

import pytest
from golden import LANGUAGES, Line, habits_of, lines

from geo.geocode.words.habits import Habits, plain
from geo.geocode.words.numbers import number_key
from geo.geocode.words.parse import Parts, parse

_LEAST = 60
_SEVERAL = "!several"


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts(language: str) -> None:
    habits = habits_of(LANGUAGES[language])
    wrong = [
        f"{line.where}: {line.fields[0]}\n  expected {wanted}\n  read     {found}"
        for line in lines("parse", language)
        if (wanted := _wanted(line, habits)) != (found := _read(line.fields[0], habits))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_long_enough(language: str) -> None:
    typed = [line.fields[0] for line in lines("parse", language)]
    assert len(set(typed)) == len(typed) >= _LEAST


def _wanted(line: Line, habits: Habits) -> dict[str, object]:
    _, street, number, postcode, places, rest = line.fields
    kind, colon, name = street.rpartition(": ")
    listed = [one for one in places.split("; ") if one]
    left = [one for one in rest.split("; ") if one]
    return {
        "street": (kind if colon else "", habits.speller.key(name).replace(" ", "")),
        "number": ("@" * number.startswith("@") + number_key(number.lstrip("@"))),
        "postcode": postcode,
        "places": sorted(plain(one) for one in listed if "=" not in one),
        "levels": sorted(plain(one.partition("=")[2]) for one in listed if "=" in one),
        "rest": sorted(_spaced(one) for one in left if one != _SEVERAL),
        "several": _SEVERAL in left,
    }


def _read(typed: str, habits: Habits) -> dict[str, object]:
    parts = parse(typed, habits)
    street = parts.streets[0] if parts.streets else None
    levels = [*parts.regions, *([parts.municipality] if parts.municipality else [])]
    return {
        "street": (street.kind, "".join(word.key for word in street.words)) if street else ("", ""),
        "number": _number(parts),
        "postcode": parts.postcode or "",
        "places": sorted(parts.places),
        "levels": sorted(levels),
        "rest": sorted(_spaced(one) for one in parts.rest),
        "several": parts.several,
    }


def _number(parts: Parts) -> str:
    if parts.streets and parts.streets[0].number:
        return number_key(parts.streets[0].number.text)
    return f"@{number_key(parts.number.text)}" if parts.number else ""


def _spaced(text: str) -> str:
    return plain(text).replace(". ", ".")
