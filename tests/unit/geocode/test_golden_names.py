"""Pairs of names that must be one, and pairs that must not, in each of the four languages."""

from __future__ import annotations

import pytest
from golden import LANGUAGES, habits_of, lines, same_name

_OTHER = "other:"
_LEAST_SAME = 200
_LEAST_OTHER = 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_pairs(language: str) -> None:
    habits = habits_of(LANGUAGES[language])
    wrong = [
        f"{line.where}: {typed} | {canonical} ({shows})"
        for line in lines("names", language)
        for typed, canonical, shows in [line.fields]
        if same_name(typed, canonical, habits) is shows.startswith(_OTHER)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_long_enough(language: str) -> None:
    found = [line.fields for line in lines("names", language)]
    other = sum(fields[2].startswith(_OTHER) for fields in found)
    assert len(found) - other >= _LEAST_SAME
    assert other >= _LEAST_OTHER
    assert len({fields[:2] for fields in found}) == len(found)
