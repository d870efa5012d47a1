"""Words one letter apart: the index finds what looking at all words finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geo.geocode.index.nearby import NearWords

words = st.text(alphabet="abcd", min_size=1, max_size=6)


def test_left_out_added_changed_swapped() -> None:
    index = NearWords(["feld", "feldweg", "held", "fled", "fld", "felder", "wald"])
    assert index.near("feld") == ["feld", "held", "fled", "fld"]
    assert index.near("felds") == ["feld"]
    assert index.near("xyz") == [] and NearWords([]).near("feld") == []


@given(st.lists(words, unique=True, max_size=40), words)
def test_as_looking_at_all_words(known: list[str], typed: str) -> None:
    slow = [word for word in known if OSA.distance(typed, word) <= 1]
    assert NearWords(known).near(typed) == slow
