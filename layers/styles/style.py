"""The styles there are: their class rule, ramp or category colours, and the status patterns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from geo.errors import NotFound

Pattern = Literal["hatch", "dots", "cross", "none"]
Classes = Literal["quantile", "fixed", "categories", "services"]

ZERO_COLOR = "#ffffff"
"""Areas with a true zero: white, beside patterned areas that have no figure."""


@dataclass(frozen=True)
class Style:
    """How one layer's figures become classes and colours ("#rrggbb", light to dark)."""

    name: str
    classes: Classes
    colors: tuple[str, ...] = ()
    breaks: tuple[float, ...] = ()
    category_colors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusStyle:
    """The pattern over white that stands for a figure that is not there, and its ink."""

    status: str
    pattern: Pattern
    color: str


@cache
def _document() -> dict[str, Any]:
    text = resources.files("layers.styles").joinpath("styles.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def styles() -> Mapping[str, Style]:
    """Every style by name."""
    document = _document()
    return {
        name: Style(
            name=name,
            classes=cast(Classes, entry["classes"]),
            colors=tuple(document["ramps"][entry["ramp"]]["colors"]) if "ramp" in entry else (),
            breaks=tuple(float(edge) for edge in entry.get("breaks", ())),
            category_colors=entry.get("colors", {}),
        )
        for name, entry in document["styles"].items()
    }


def style(name: str) -> Style:
    """The style with this name; NotFound if there is none."""
    try:
        return styles()[name]
    except KeyError as missing:
        raise NotFound(
            f"There is no style {name!r}.", hint="Styles stand in layers/styles/styles.toml."
        ) from missing


@cache
def status_styles() -> tuple[StatusStyle, ...]:
    """The statuses that are drawn instead of a class, in the legend's order."""
    return tuple(
        StatusStyle(status=status, pattern=cast(Pattern, entry["pattern"]), color=entry["color"])
        for status, entry in _document()["statuses"].items()
    )
