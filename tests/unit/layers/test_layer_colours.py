"""Classes stay apart for readers who do not see all colours, and in a print without colour."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from colour_science import ciede2000, difference, lab, linear

from layers.styles.breaks import MAX_CLASSES, pick_colors
from layers.styles.style import ZERO_COLOR, status_styles, styles

VISIONS = ("normal", "protan", "deutan", "tritan", "grey")
LEAST = 10.0


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        # Sharma, Wu and Dalal 2005, table 1, pairs 1, 2, 13, 15, 17, 19, 25 and 34.
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_gives_the_papers_values(
    one: tuple[float, ...], two: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(one), np.array(two)) == pytest.approx(expected, abs=1e-4)


def test_white_is_white_in_cielab() -> None:
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=1e-6)


def _ramps() -> dict[str, tuple[str, ...]]:
    return {
        f"{style.name}-{count}": (ZERO_COLOR, *pick_colors(style.colors, count))
        for style in styles().values()
        for count in range(1, MAX_CLASSES + 1)
        if style.colors
    }


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", _ramps())
def test_any_two_classes_of_a_ramp_and_zero_differ(name: str, vision: str) -> None:
    for one, two in combinations(_ramps()[name], 2):
        assert difference(one, two, vision) >= LEAST, (one, two)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(
    "name", [style.name for style in styles().values() if style.classes == "categories"]
)
def test_any_two_categories_differ(name: str, vision: str) -> None:
    for one, two in combinations(styles()[name].category_colors.values(), 2):
        assert difference(one, two, vision) >= LEAST, (one, two)


@pytest.mark.parametrize("vision", VISIONS)
def test_neighbouring_kinds_of_service_differ(vision: str) -> None:
    for one, two in pairwise(styles()["services"].category_colors.values()):
        assert difference(one, two, vision) >= LEAST, (one, two)


def test_a_ramp_darkens_from_class_to_class() -> None:
    for name in ("people", "need", "provision", "street", "share"):
        lightness = [lab(linear(color))[0] for color in styles()[name].colors]
        assert lightness == sorted(lightness, reverse=True)


def test_missing_figures_are_told_apart_by_pattern_not_by_colour() -> None:
    patterns = [entry.pattern for entry in status_styles()]
    assert len(set(patterns)) == len(patterns)
    by_status = {entry.status: entry.pattern for entry in status_styles()}
    assert by_status["structural_zero"] == "none"


def test_the_ink_of_patterns_stands_out_from_paper() -> None:
    for entry in status_styles():
        if entry.pattern != "none":
            luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(entry.color))
            assert 1.05 / (luminance + 0.05) >= 3.0, entry.status
