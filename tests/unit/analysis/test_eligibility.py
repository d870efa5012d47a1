"""Eligibility by hand: met, not met, not known, and rules that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from geo.analysis.eligibility import Reason, check, check_rules
from geo.errors import InvalidInput

RULES: dict[str, Any] = {
    "min_age": 18,
    "max_age": 64,
    "sexes": ["f"],
    "target_groups": ["homeless", "roma"],
    "residence": ["4501", "4502"],
    "max_income": 500,
    "statuses": ["uninsured"],
}
FACTS: dict[str, Any] = {
    "age": 40,
    "sex": "f",
    "target_groups": ["roma"],
    "residence": ["4501", "45", "EL30"],
    "income": 499.99,
    "statuses": ["uninsured", "unemployed"],
}


def test_every_rule_met_is_eligible_with_a_reason_each() -> None:
    verdict = check(RULES, FACTS)
    assert verdict.state == "eligible"
    assert [one.rule for one in verdict.reasons] == list(RULES)
    assert all(one.met for one in verdict.reasons)
    assert verdict.missing == ()


@pytest.mark.parametrize(
    ("fact", "value", "rule"),
    [
        ("age", 17, "min_age"),
        ("age", 65, "max_age"),
        ("sex", "m", "sexes"),
        ("target_groups", ["older"], "target_groups"),
        ("target_groups", [], "target_groups"),
        ("residence", ["4503", "45", "EL30"], "residence"),
        ("income", 500.01, "max_income"),
        ("statuses", [], "statuses"),
    ],
)
def test_one_rule_not_met_decides(fact: str, value: Any, rule: str) -> None:
    verdict = check(RULES, FACTS | {fact: value})
    assert verdict.state == "not_eligible"
    assert [one for one in verdict.reasons if one.met is False] == [Reason(rule, fact, False)]


@pytest.mark.parametrize("fact", list(FACTS))
def test_a_missing_fact_leaves_it_open_and_is_named(fact: str) -> None:
    for facts in ({**FACTS, fact: None}, {k: v for k, v in FACTS.items() if k != fact}):
        verdict = check(RULES, facts)
        assert verdict.state == "unknown"
        assert verdict.missing == (fact,)


def test_a_rule_not_met_decides_though_facts_are_missing() -> None:
    assert check(RULES, {"age": 12}).state == "not_eligible"


@pytest.mark.parametrize(("age", "state"), [(18, "eligible"), (17.9, "not_eligible")])
def test_the_lower_age_is_inclusive(age: float, state: str) -> None:
    assert check({"min_age": 18}, {"age": age}).state == state


@pytest.mark.parametrize(
    ("age", "state"), [(17, "eligible"), (17.9, "eligible"), (18, "not_eligible")]
)
def test_the_upper_age_lasts_until_the_next_birthday(age: float, state: str) -> None:
    assert check({"max_age": 17}, {"age": age}).state == state


def test_no_rules_admit_everybody() -> None:
    assert check(None, {}).state == check({}, {}).state == check({"min_age": None}, {}).state
    assert check({}, {}).state == "eligible"


def test_a_condition_in_words_is_never_taken_as_met() -> None:
    verdict = check({"min_age": 18, "description": "With a referral."}, {"age": 40})
    assert (verdict.state, verdict.missing) == ("unknown", ("description",))
    assert check({"min_age": 18, "description": "x"}, {"age": 2}).state == "not_eligible"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"age": 18}, r"eligibility\.age: there is no such rule"),
        ({"min_age": "18"}, r"eligibility\.min_age: must be a number"),
        ({"min_age": -1}, "must be a number"),
        ({"min_age": True}, "must be a number"),
        ({"max_income": float("nan")}, "must be a number"),
        ({"min_age": 60, "max_age": 18}, "max_age lies below"),
        ({"sexes": "f"}, "must be a list"),
        ({"sexes": []}, "would admit nobody"),
        ({"residence": [4501]}, "not a code"),
        ({"description": " "}, "must be words"),
    ],
)
def test_rules_that_cannot_be_read_are_refused(rules: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_rules(rules)


def test_facts_that_cannot_be_read_are_refused_without_their_value() -> None:
    with pytest.raises(InvalidInput, match="no fact 'wealth'"):
        check({}, {"wealth": 3})
    with pytest.raises(InvalidInput) as caught:
        check({"min_age": 18}, {"age": "about 40"})
    assert "about" not in str(caught.value)
