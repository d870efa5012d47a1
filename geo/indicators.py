"""What each figure means: read from indicators.toml, carried by every snapshot and release."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

Kind = Literal["count", "rate", "share", "ratio", "category"]


@dataclass(frozen=True)
class Indicator:
    """One figure's meaning; `parameters` and `sources` are those of the snapshot that holds it."""

    code: str
    names: dict[str, str]  # language -> name
    unit: dict[str, str]
    decimals: int
    kind: Kind
    sensitive: bool
    formula: dict[str, str]
    additive: bool = False
    follows: str | None = None
    direct_ratio: bool = False
    redrawn: bool = False
    less: str | None = None
    part: bool = False  # of the persons that `follows` counts
    region_only: bool = False  # no municipality has one, so it is no layer of a map
    parameters: dict[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@cache
def indicators() -> dict[str, Indicator]:
    """All indicators by code, in the order of the file."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {code: Indicator(code=code, **entry) for code, entry in tomllib.loads(text).items()}
