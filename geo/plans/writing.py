"""A scenario as the TOML file that says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from geo.plans.scenario import Change, Place, Population, Scenario


def toml_of(scenario: Scenario) -> str:
    """The file that `from_file` reads as this scenario, key by key, empty ones left out."""
    lines = [
        f"name = {_value(scenario.name)}",
        *([f"description = {_value(scenario.description)}"] if scenario.description else []),
        f"snapshot = {_value(scenario.snapshot)}",
        f"horizon = {scenario.horizon.isoformat()}",
        *([f"norm = {_value(scenario.norm)}"] if scenario.norm is not None else []),
        *(["budget_neutral = true"] if scenario.budget_neutral else []),
    ]
    if scenario.population is not None:
        lines += ["", "[population]", *_told(scenario.population)]
    for change in scenario.changes:
        lines += ["", "[[changes]]", *_told(change)]
    return "\n".join(lines) + "\n"


def _told(part: Change | Population) -> list[str]:
    told = ((one.name, getattr(part, one.name)) for one in fields(part))
    # False, nothing and no number are what a key that is left out means.
    return [f"{key} = {_value(value)}" for key, value in told if _is_said(value)]


def _is_said(value: Any) -> bool:
    return value is not None and value is not False and value not in ((), {})


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON text is a TOML text, but for one character that TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Place):
        if value.area_code is not None:
            return _table({"municipality": value.area_code})
        return _table({"lon": value.lon, "lat": value.lat})
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return repr(value)


def _table(pairs: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{_value(key)} = {_value(one)}" for key, one in pairs.items()) + " }"
