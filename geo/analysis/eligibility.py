"""Whether a service's rules admit somebody: each rule met, not met, or not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

from geo.errors import InvalidInput

State = Literal["eligible", "not_eligible", "unknown"]

FACT_OF_RULE: Mapping[str, str] = {
    "min_age": "age",
    "max_age": "age",
    "sexes": "sex",
    "target_groups": "target_groups",
    "residence": "residence",
    "max_income": "income",
    "statuses": "statuses",
    "description": "description",
}
"""Which fact each rule asks for; `description` is a condition in words that nobody can compute."""


@dataclass(frozen=True)
class Reason:
    """How one rule came out: `met` is None where the fact it asks for is missing."""

    rule: str
    fact: str
    met: bool | None


@dataclass(frozen=True)
class Verdict:
    """The outcome with a reason for every rule, in the order of FACT_OF_RULE."""

    state: State
    reasons: tuple[Reason, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts that would be needed to know, each once."""
        return tuple(dict.fromkeys(one.fact for one in self.reasons if one.met is None))


def check(rules: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> Verdict:
    """Set somebody's facts against a service's rules.

    Rules: min_age and max_age (completed years, both inclusive), sexes, target_groups, statuses
    (one of them is enough), residence (area codes, one is enough), max_income (inclusive, in the
    currency and period of the rule), description (words). Facts: age, sex, income, and as lists
    target_groups, statuses and residence (the municipality with the areas it lies in). A fact
    that is absent or None is not known; an empty list says that there is none. One rule not met
    decides; else one not known leaves it open. Raises InvalidInput for a rule or fact that cannot
    be read, as skipping it would admit the wrong people.
    """
    given = check_rules(rules)
    unknown = sorted(set(facts) - set(FACT_OF_RULE.values()))
    if unknown:
        raise InvalidInput(f"There is no fact {unknown[0]!r}.")
    reasons = []
    for rule, fact in FACT_OF_RULE.items():
        if rule not in given:
            continue
        value = None if rule == "description" else facts.get(fact)
        met = None if value is None else _TESTS[rule](given[rule], value)
        reasons.append(Reason(rule, fact, met))
    state: State = "eligible"
    if any(one.met is False for one in reasons):
        state = "not_eligible"
    elif any(one.met is None for one in reasons):
        state = "unknown"
    return Verdict(state, tuple(reasons))


def check_rules(rules: Mapping[str, Any] | None) -> dict[str, Any]:
    """The rules that say something; raises InvalidInput with the rule that cannot be read."""
    given = {rule: value for rule, value in (rules or {}).items() if value is not None}
    for rule, value in given.items():
        if rule not in FACT_OF_RULE:
            raise InvalidInput(
                f"eligibility.{rule}: there is no such rule.",
                hint=f"Known: {', '.join(FACT_OF_RULE)}",
            )
        if rule in ("min_age", "max_age", "max_income"):
            _number(f"eligibility.{rule}", value)
        elif rule == "description":
            if not isinstance(value, str) or not value.strip():
                raise InvalidInput("eligibility.description: must be words.")
        elif not _codes(f"eligibility.{rule}", value):
            raise InvalidInput(
                f"eligibility.{rule}: an empty list would admit nobody.",
                hint="Leave the rule out where it does not restrict.",
            )
    if "min_age" in given and given.get("max_age", given["min_age"]) < given["min_age"]:
        raise InvalidInput("eligibility: max_age lies below min_age.")
    return given


def _number(place: str, value: Any) -> float:
    # `not >= 0` catches NaN too.
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) < 1e12:
        raise InvalidInput(f"{place}: must be a number from 0 on.")
    return float(value)


def _codes(place: str, value: Any) -> frozenset[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidInput(f"{place}: must be a list of codes.")
    if not all(isinstance(one, str) and one for one in value):
        raise InvalidInput(f"{place}: holds something that is not a code.")
    return frozenset(value)


def _at_least(rule: float, age: Any) -> bool:
    return _number("age", age) >= rule


def _in_age(rule: float, age: Any) -> bool:
    # Somebody is 17 until the eighteenth birthday.
    return _number("age", age) < rule + 1


def _within(rule: float, income: Any) -> bool:
    return _number("income", income) <= rule


def _is_one_of(rule: Sequence[str], value: Any) -> bool:
    if not isinstance(value, str):
        raise InvalidInput("sex: must be a code.")
    return value in rule


def _has_one_of(fact: str) -> Callable[[Sequence[str], Any], bool]:
    return lambda rule, value: bool(frozenset(rule) & _codes(fact, value))


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "min_age": _at_least,
    "max_age": _in_age,
    "sexes": _is_one_of,
    "target_groups": _has_one_of("target_groups"),
    "residence": _has_one_of("residence"),
    "max_income": _within,
    "statuses": _has_one_of("statuses"),
}
