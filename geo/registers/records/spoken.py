"""Values of a row as JSON says them, so that two of them are equal when they look equal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def spoken(value: Any) -> Any:
    """A value of a row or of a checked request as JSON; moments in UTC. Raises TypeError."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [spoken(one) for one in value]
    if isinstance(value, dict):
        return {str(key): spoken(one) for key, one in value.items()}
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def spoken_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """All values of a row as JSON."""
    return {name: spoken(value) for name, value in row.items()}
