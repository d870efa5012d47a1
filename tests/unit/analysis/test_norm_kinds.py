"""Ratios, step tables, user maxima, days in force and two population bases."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.norms import evaluate, evaluate_bases, required_posts
from geo.errors import InvalidInput
from geo.profiles.profile import load
from geo.profiles.shape import Band

GREEK = load("gr").norm("community_centre_staff")
PLAIN = replace(GREEK, minimum_population=0, ambiguous_at=(), head_specialty=None, head_names=None)
OLDER = dict.fromkeys(("en", "el", "pl", "ro", "bg", "it"), "65+")
RATIO = replace(
    PLAIN, kind="ratio", unit="places", bands=(), per_thousand=Fraction("2.3"), counted=OLDER
)
MAXIMUM = replace(PLAIN, kind="maximum", unit="users", bands=(), maximum=30)


@pytest.mark.parametrize(
    ("rate", "people", "required"),
    [
        # In floats 1.1 * 10_000 / 1000 is 11.000000000000002, which would be rounded up to 12.
        ("1.1", 10_000, 11),
        ("1.1", 10_001, 12),
        ("2.3", 1_000, 3),
        ("2.3", 0, 0),
        ("2", 500, 1),
        ("2", 501, 2),
    ],
)
def test_a_ratio_is_exact_at_whole_numbers(rate, people, required):
    assert required_posts(replace(RATIO, per_thousand=Fraction(rate)), people) == required


@given(st.integers(0, 10**7), st.integers(1, 10**5))
def test_a_ratio_is_the_least_whole_number_that_is_enough(people, hundredths):
    found = required_posts(replace(RATIO, per_thousand=Fraction(hundredths, 100)), people)
    assert (found - 1) * 100_000 < people * hundredths <= found * 100_000


def test_states_of_a_ratio():
    short = evaluate(RATIO, 1_000, {"places": 1})
    assert (short.state, short.required, short.shortfall) == ("short", 3, 2)
    assert short.reason["en"].startswith("3 places required for a population of 1,000 65+, 1 ava")
    assert evaluate(RATIO, 1_000, {"places": 3}).state == "met"
    assert evaluate(RATIO, 1_000, None).state == "not_assessable"
    assert evaluate(replace(RATIO, minimum_population=2_000), 1_000, None).state == "no_norm"


def test_a_step_table_of_users():
    steps = replace(PLAIN, unit="users", bands=(Band(500, 10), Band(None, 25)))
    assert [required_posts(steps, n) for n in (0, 500, 501)] == [10, 10, 25]
    assert evaluate(steps, 501, {"users": 20}).shortfall == 5


@pytest.mark.parametrize(
    ("users", "state", "excess"), [(0, "met", 0), (30, "met", 0), (31, "over", 1), (42, "over", 12)]
)
def test_a_maximum_of_users(users, state, excess):
    result = evaluate(MAXIMUM, None, {"users": users})
    assert (result.state, result.actual, result.excess) == (state, users, excess)
    assert (result.required, result.shortfall) == (None, None)
    assert ("over by" in result.reason["en"]) == (state == "over")


def test_a_maximum_without_a_register_is_not_assessable():
    result = evaluate(MAXIMUM, 5_000, None)
    assert (result.state, result.actual, result.excess) == ("not_assessable", None, None)
    with pytest.raises(InvalidInput, match="maximum"):
        required_posts(MAXIMUM, 5_000)


def test_a_norm_applies_on_its_first_and_last_day_only():
    norm = replace(GREEK, valid_from=date(2020, 1, 1), valid_until=date(2020, 12, 31))
    facts = {"staff": 2, "head": "social_worker"}
    states = {
        on: evaluate(norm, 12_000, facts, on=on).state
        for on in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))
    }
    assert list(states.values()) == ["no_norm", "met", "met", "no_norm"]
    early = evaluate(norm, 12_000, facts, on=date(2019, 12, 31))
    assert "in force from 1 January 2020" in early.reason["en"]
    assert "od 1 stycznia 2020" in early.reason["pl"]
    late = evaluate(norm, 12_000, facts, on=date(2021, 1, 1))
    assert "until 31 December 2020" in late.reason["en"]


def test_both_bases_are_said_where_they_change_the_band():
    facts = {"staff": 2, "head": "social_worker"}
    both = evaluate_bases(GREEK, {"residents": 45_000, "registered": 38_000}, facts)
    assert both.changes
    assert list(both.by_base) == ["registered", "residents"]
    assert [both.by_base[b].state for b in both.by_base] == ["met", "short"]
    assert "38,000 registered" in both.reason["en"]
    assert "45,000 residents" in both.reason["en"]
    same = evaluate_bases(GREEK, {"registered": 38_000, "residents": 39_000}, facts)
    assert same.changes is False
    assert same.reason == same.by_base["registered"].reason
    none = evaluate_bases(GREEK, {"registered": 9_000, "residents": 11_000}, facts)
    assert none.changes
    unknown = evaluate_bases(GREEK, {"registered": None, "residents": 11_000}, facts)
    assert unknown.changes is None
    with pytest.raises(InvalidInput, match="registered"):
        evaluate_bases(GREEK, {"residents": 11_000}, facts)


@pytest.mark.parametrize("people", [-1, float("nan"), 10_000.5, True, "12000"])
def test_broken_populations_are_refused(people):
    with pytest.raises(InvalidInput, match="population"):
        evaluate(GREEK, people, {"staff": 1, "head": None})


@pytest.mark.parametrize(
    ("norm", "word"), [(GREEK, "staff"), (RATIO, "places"), (MAXIMUM, "users")]
)
@pytest.mark.parametrize("value", [None, -1, float("nan"), 1.5, True])
def test_facts_without_their_number_are_refused(norm, word, value):
    for facts in ({}, {word: value}):
        with pytest.raises(InvalidInput, match=word):
            evaluate(norm, 12_000, facts)


def test_extra_staff_of_a_roma_branch_is_never_missing():
    with_branch = evaluate(GREEK, 50_585, {"staff": 3, "head": "social_worker"})
    without = evaluate(
        replace(GREEK, discretionary_for=()), 50_585, {"staff": 3, "head": "social_worker"}
    )
    assert GREEK.discretionary_for == ("roma",)
    assert with_branch == without
    assert with_branch.shortfall == 0
