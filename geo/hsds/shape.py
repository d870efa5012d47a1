"""Which objects HSDS 3.0 has, which fields each of them, and what a field may hold."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LARGEST = 1e15
"""Beyond it a number is a mistake; NaN is refused with it."""
SHAPE = Path(__file__).with_name("shape.toml")


@dataclass(frozen=True)
class Field:
    """What a field holds: a text, a number, one of some words, or objects of an entity."""

    kind: str
    entity: str = ""
    words: tuple[str, ...] = ()

    def accepts(self, value: Any) -> bool:
        """Whether a value is of this kind; objects within are looked at on their own."""
        if self.kind == "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return False
            return abs(value) < LARGEST
        if self.kind in ("object", "list"):
            return isinstance(value, dict if self.kind == "object" else list)
        return isinstance(value, str) and (not self.words or value in self.words)


@dataclass(frozen=True)
class Entity:
    """One kind of object: the file of its tabular form, and its fields in order."""

    name: str
    file: str
    required: tuple[str, ...]
    linked: tuple[str, ...]
    fields: Mapping[str, Field]

    @property
    def plain(self) -> tuple[str, ...]:
        """Fields that hold no other objects: the columns of the tabular form."""
        return tuple(name for name, field in self.fields.items() if not field.entity)


@cache
def shape() -> Mapping[str, Entity]:
    """All entities by name."""
    given = tomllib.loads(SHAPE.read_text(encoding="utf-8"))
    nested = given.pop("nested")
    return {
        name: Entity(
            name,
            facts["file"],
            tuple(facts["required"]),
            tuple(facts.get("linked", ())),
            {
                field: _field(kind)
                for field, kind in (facts["fields"] | nested.get(name, {})).items()
            },
        )
        for name, facts in given.items()
    }


def _field(kind: str | list[str]) -> Field:
    if isinstance(kind, list):
        return Field("text", words=tuple(kind))
    holds, _, entity = kind.partition(" ")
    return Field(holds, entity)
