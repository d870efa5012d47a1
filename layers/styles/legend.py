"""The legend of a layer: its classes and statuses with their areas counted, in every language."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from geo.errors import InvalidInput
from geo.releases.release import Indicator, Release
from layers.catalogue import Layer, indicator_of
from layers.figures import Cell, cells, edge, is_rounded
from layers.styles.breaks import pick_colors, quantile_breaks
from layers.styles.style import ZERO_COLOR, Pattern, Style, status_styles, style
from layers.words import LANGUAGES, say, wording


@dataclass(frozen=True)
class LegendItem:
    """One class: areas with min <= value < max (None is open; min = max is that value alone).

    The first item that holds a value is its class; the last one takes its max in.
    """

    label: dict[str, str]
    color: str
    min: float | None
    max: float | None
    category: str | None
    count: int

    def holds(self, value: float, *, last: bool) -> bool:
        if self.min is not None and value < self.min:
            return False
        return (
            self.max is None
            or value < self.max
            or (value == self.max and (last or self.min == self.max))
        )


@dataclass(frozen=True)
class LegendStatus:
    """One reason why an area shows no class, with the pattern that stands for it."""

    status: str
    label: dict[str, str]
    pattern: Pattern
    color: str
    count: int


@dataclass(frozen=True)
class Paint:
    """How one area is drawn: a flat colour, or a pattern in this ink over white."""

    color: str
    pattern: Pattern


@dataclass(frozen=True)
class Legend:
    """What the colours and patterns of a layer mean."""

    kind: Literal["classes", "categories"]
    items: tuple[LegendItem, ...]
    statuses: tuple[LegendStatus, ...]

    def as_dict(self) -> dict[str, Any]:
        """The legend as JSON has it."""
        return asdict(self)

    def item_of(self, value: float | None, category: str | None) -> LegendItem | None:
        """The class of a figure, or None where it has none."""
        if self.kind == "categories":
            return next((item for item in self.items if item.category == category), None)
        if value is None:
            return None
        last = len(self.items) - 1
        return next(
            (item for at, item in enumerate(self.items) if item.holds(value, last=at == last)),
            None,
        )

    def color_of(self, category: str) -> str:
        """The colour of a category; InvalidInput for one the legend does not have."""
        item = self.item_of(None, category)
        if item is None:
            raise InvalidInput(f"The legend has no class {category!r}.")
        return item.color

    def paint(self, cell: Cell) -> Paint:
        """How this area is drawn; InvalidInput for a figure outside every class."""
        for entry in self.statuses:
            if entry.status == cell.status:
                return Paint(entry.color, entry.pattern)
        item = self.item_of(cell.value, cell.category)
        if item is None:
            raise InvalidInput(
                f"Figure of {cell.code} is in no class of the legend: "
                f"{cell.value if cell.category is None else cell.category}."
            )
        return Paint(item.color, "none")


def legend(release: Release, layer: Layer) -> Legend:
    """The legend of a layer in this release.

    Classes and counts come from the municipalities' released figures alone, so a withheld figure
    moves no break and is counted as withheld, not in a class.
    """
    chosen = style(layer.style)
    if chosen.classes == "services":
        return Legend("categories", _service_items(release, chosen), ())
    municipalities = [cell for cell in cells(release, layer) if cell.level == "municipality"]
    statuses = _statuses(municipalities)
    told = {entry.status for entry in statuses}
    shown = [cell for cell in municipalities if cell.status not in told]
    if chosen.classes == "categories":
        return Legend("categories", _category_items(shown, chosen), statuses)
    values = [cell.value for cell in shown if cell.value is not None]
    indicator = indicator_of(release, layer)
    items = _class_items(values, chosen, indicator)
    if is_rounded(indicator, release.rounded_to):
        items = tuple(_about(item) if item.max == 0 else item for item in items)
    return Legend("classes", items, statuses)


def _about(item: LegendItem) -> LegendItem:
    label = {lang: say("format", "about", lang, number=item.label[lang]) for lang in LANGUAGES}
    return replace(item, label=label)


def _statuses(municipalities: Iterable[Cell]) -> tuple[LegendStatus, ...]:
    counts = Counter(cell.status for cell in municipalities)
    return tuple(
        LegendStatus(
            status=entry.status,
            label=wording("status", entry.status),
            pattern=entry.pattern,
            color=entry.color,
            count=counts[entry.status],
        )
        for entry in status_styles()
    )


def _category_items(shown: Iterable[Cell], chosen: Style) -> tuple[LegendItem, ...]:
    counts = Counter(cell.category for cell in shown)
    return tuple(
        LegendItem(wording("category", category), color, None, None, category, counts[category])
        for category, color in chosen.category_colors.items()
    )


def _service_items(release: Release, chosen: Style) -> tuple[LegendItem, ...]:
    counts = Counter(str(service) for service in release.services["service_type"])
    unknown = set(counts) - set(chosen.category_colors)
    if unknown:
        raise InvalidInput(
            f"Services of kinds without a colour: {', '.join(sorted(unknown))}.",
            hint="Add them to styles.services in layers/styles/styles.toml.",
        )
    return tuple(
        LegendItem(wording("service_type", kind), color, None, None, kind, counts[kind])
        for kind, color in chosen.category_colors.items()
        if counts[kind]
    )


def _class_items(
    values: list[float], chosen: Style, indicator: Indicator
) -> tuple[LegendItem, ...]:
    if not values:
        return ()
    whole = indicator.kind == "count" and all(value == round(value) for value in values)
    percent = indicator.kind == "share"
    bounds = _bounds(values, chosen, whole=whole, percent=percent)
    colors = pick_colors(chosen.colors, len(bounds))
    zero = [_item(0.0, 0.0, ZERO_COLOR, whole, percent)] if 0 in values else []
    drawn = [
        _item(low, high, color, whole, percent)
        for (low, high), color in zip(bounds, colors, strict=True)
    ]
    return _counted([*zero, *drawn], values)


def _bounds(
    values: list[float], chosen: Style, *, whole: bool, percent: bool
) -> list[tuple[float | None, float | None]]:
    positive = [value for value in values if value > 0]
    if chosen.classes == "fixed":
        ends: tuple[float | None, ...] = (0.0, *chosen.breaks, 100.0 if percent else None)
        return list(itertools.pairwise(ends))
    if not positive:
        return []
    inner = quantile_breaks(positive, whole=whole)
    quantiles: tuple[float | None, ...] = (min(positive), *inner, None)
    return list(itertools.pairwise(quantiles))


def _item(
    low: float | None, high: float | None, color: str, whole: bool, percent: bool
) -> LegendItem:
    label = {lang: _label(low, high, lang, whole=whole, percent=percent) for lang in LANGUAGES}
    return LegendItem(label, color, low, high, None, 0)


def _label(low: float | None, high: float | None, lang: str, *, whole: bool, percent: bool) -> str:
    start = 0.0 if low is None else low
    if high is None:
        return say("format", "and_more", lang, number=edge(start, lang))
    if start == high:
        return edge(start, lang, percent=percent)
    # Whole counts are named by what they can be: 10 to under 25 is 10 to 24.
    end = high - 1 if whole else high
    if whole and start == end:
        return edge(start, lang)
    return f"{edge(start, lang)}–{edge(end, lang, percent=percent)}"


def _counted(items: list[LegendItem], values: list[float]) -> tuple[LegendItem, ...]:
    whole = Legend("classes", tuple(items), ())
    held = Counter(id(whole.item_of(value, None)) for value in values)
    return tuple(
        LegendItem(item.label, item.color, item.min, item.max, None, held[id(item)])
        for item in items
    )
