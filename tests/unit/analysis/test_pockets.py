"""Pockets are connected groups of marked areas, and their sentence says no more than the tests."""

import pytest
from lattice import path

from geo.analysis.neighbours import Neighbours
from geo.analysis.pockets import find_pockets
from geo.errors import InvalidInput

CODES = tuple("ABCDEF")
ROW = Neighbours(CODES, path(6))
NAMES = {code: {"en": f"Town {code}", "el": f"Πόλη {code}"} for code in CODES}
SUBJECT = {"en": "Income support per 1,000", "el": "Εισοδηματική στήριξη ανά 1.000"}
NO = "not_significant"


def _pockets(rate_pattern, hot_spot):
    return find_pockets(ROW, rate_pattern, hot_spot, names=NAMES, subject=SUBJECT, level=0.05)


def test_groups_by_hand():
    pockets = _pockets(
        ["high_high", NO, NO, "high_high", "high_low", "low_low"],
        [NO, NO, "hot", "hot", "hot", "cold"],
    )
    assert [pocket.members for pocket in pockets] == [("C", "D", "E"), ("A",)]
    assert [pocket.id for pocket in pockets] == ["pocket-C", "pocket-A"]


def test_the_sentence_counts_each_test_and_claims_no_cause():
    large, small = _pockets(
        ["high_high", NO, NO, "high_high", NO, NO], [NO, NO, "hot", "hot", "hot", NO]
    )
    assert large.evidence["en"].startswith(
        "Income support per 1,000: 3 neighbouring municipalities (Town C, Town D and Town E). "
        "Local Moran finds high among high in 1 of 3, Gi* a hot spot in 3 of 3, each after "
        "correction for many tests (at most 5% false finds expected)."
    )
    assert "neither why nor who" in large.evidence["en"]
    assert "1 municipality (Town A)" in small.evidence["en"]
    assert "Gi* a hot spot in none" in small.evidence["en"]
    assert "3 γειτονικοί δήμοι (Πόλη C, Πόλη D και Πόλη E)" in large.evidence["el"]
    assert "θερμό σημείο σε κανέναν" in small.evidence["el"]


def test_nothing_marked_no_pocket():
    assert _pockets([NO] * 6, ["cold", NO, NO, NO, NO, "isolate"]) == ()


def test_rows_of_another_length_are_refused():
    with pytest.raises(InvalidInput):
        _pockets([NO] * 5, [NO] * 6)
