"""Eligibility: our rules as HSDS's two ages and a sentence, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AGES = {"min_age": "minimum_age", "max_age": "maximum_age"}
_LISTS = {
    "sexes": "sex",
    "target_groups": "groups",
    "residence": "living in areas",
    "statuses": "status",
}


def sentence(rules: Mapping[str, Any]) -> str | None:
    """What rules say, for people; None where there are none. Codes stand as they are."""
    if rules.get("description"):
        return str(rules["description"])
    parts = []
    if rules.get("min_age") is not None:
        parts.append(f"from {rules['min_age']} years")
    if rules.get("max_age") is not None:
        parts.append(f"up to {rules['max_age']} years")
    for rule, words in _LISTS.items():
        if isinstance(rules.get(rule), list):
            parts.append(f"{words}: {', '.join(map(str, rules[rule]))}")
    if rules.get("max_income") is not None:
        parts.append(f"income up to {rules['max_income']}")
    return f"For people: {'; '.join(parts)}." if parts else None


def write_rules(rules: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a service that say the rules, and the rules that they cannot say."""
    fields = {AGES[rule]: rules[rule] for rule in AGES if rules.get(rule) is not None}
    fields["eligibility_description"] = sentence(rules)
    said = {*AGES, "description"}
    return fields, {rule: value for rule, value in rules.items() if rule not in said}


def read_rules(given: Mapping[str, Any], kept: Any) -> dict[str, Any] | None:
    """Rules from a service's fields and those kept beside them; None where there are none.

    A sentence that is not the one we would write is a condition of its own.
    """
    rules = dict(kept) if isinstance(kept, dict) else {}
    rules |= {rule: given[field] for rule, field in AGES.items() if field in given}
    text = given.get("eligibility_description")
    if text is not None and text != sentence(rules):
        rules["description"] = text
    return rules or None
