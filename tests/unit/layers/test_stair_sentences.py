"""The sentence on where the way to a service ends."""

from __future__ import annotations

from typing import Any

import pytest

from layers.catalogue import catalogue
from layers.reports.stair import stair_sentences

LAYERS = [layer for layer in catalogue() if layer.breakdown == "home_help"]


class Figure:
    """What the sentence reads of a cell."""

    def __init__(self, value: float | None) -> None:
        self.value = value
        self.text = dict.fromkeys(("en", "el"), f"{value:g}" if value is not None else "-")


def said(lang: str = "en", **values: float | None) -> list[str]:
    cells: dict[str, Any] = {f"{name}.home_help": Figure(value) for name, value in values.items()}
    return stair_sentences(LAYERS, cells.get, lang)


def test_every_step_at_which_somebody_stops_is_told() -> None:
    told = said(open_needs=20, stair_existence=0, stair_capacity=3, stair_reach=5, stair_covered=12)
    assert told == [
        "Home help: of 20 people in need, 12 are covered. The others stop at:"
        " no place left 3; no free place within reach 5."
    ]


def test_in_greek_no_english_word_is_left() -> None:
    (told,) = said("el", open_needs=20, stair_fit=8, stair_covered=12)
    assert told.startswith("Βοήθεια στο Σπίτι: από 20 άτομα με ανάγκη καλύπτονται 12.")
    assert not any("a" <= letter.lower() <= "z" for letter in told)


def test_where_everybody_is_covered_no_step_is_told() -> None:
    assert said(open_needs=20, stair_capacity=0, stair_covered=20) == [
        "Home help: of 20 people in need, 20 are covered."
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"open_needs": None, "stair_covered": 12},
        {"open_needs": 0, "stair_covered": 0},
        {"open_needs": 20, "stair_covered": None},
        {"stair_covered": 12},
    ],
    ids=["withheld need", "nobody in need", "withheld stair", "no figure"],
)
def test_what_is_not_shown_is_not_told(values: dict[str, float | None]) -> None:
    assert said(**values) == []
