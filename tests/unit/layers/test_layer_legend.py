"""Classes, statuses and their counts: what the colours of a layer mean."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.releases.release import Release
from layers.catalogue import layer_of, layers_of
from layers.figures import cells
from layers.styles.breaks import pick_colors, quantile_breaks
from layers.styles.legend import Legend, legend


def the_legend(release: Release, layer_id: str) -> Legend:
    return legend(release, layer_of(release, layer_id))


def test_quantiles_of_one_to_a_hundred_are_twenty_apart() -> None:
    assert quantile_breaks(list(range(1, 101)), whole=True) == (20, 40, 60, 80)


def test_breaks_read_well_and_leave_no_class_empty() -> None:
    values = [1131, 1966, 9999, 12000, 40001, 48399, 73090, 168151, 643452]
    breaks = quantile_breaks(values, whole=True)
    # Quantiles by hand: 6785.8, 17600.2, 46719.4 and 111114.4.
    assert breaks == (6000, 20000, 50000, 120000)
    counts, _ = np.histogram(values, [0, *breaks, 10**9])
    assert counts.min() >= 1


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=80))
def test_no_class_is_ever_empty(values: list[int]) -> None:
    breaks = quantile_breaks(values, whole=True)
    positive = [value for value in values if value > 0]
    assert len(breaks) <= 4
    assert list(breaks) == sorted(set(breaks))
    if positive:
        counts, _ = np.histogram(positive, [0, *breaks, 10**7])
        assert counts.min() >= 1
    else:
        assert breaks == ()


@given(st.lists(st.floats(min_value=1e-6, max_value=1e6), min_size=1, max_size=80))
def test_no_class_of_rates_is_ever_empty(values: list[float]) -> None:
    breaks = quantile_breaks(values, whole=False)
    ends = [0.0, *breaks, np.inf]
    for low, high in itertools.pairwise(ends):
        assert any(low <= value < high for value in values)


def test_fewer_classes_take_colours_far_apart() -> None:
    ramp = ("a", "b", "c", "d", "e")
    assert pick_colors(ramp, 1) == ("c",)
    assert pick_colors(ramp, 2) == ("a", "e")
    assert pick_colors(ramp, 3) == ("a", "c", "e")
    assert pick_colors(ramp, 5) == ramp


def test_zero_is_a_class_of_its_own_and_white(release: Release) -> None:
    first = the_legend(release, "staff_shortfall").items[0]
    assert (first.min, first.max, first.count, first.color) == (0, 0, 4, "#ffffff")
    assert first.label == {"en": "0", "el": "0"}


def test_statuses_are_counted_apart_from_classes(release: Release) -> None:
    found = the_legend(release, "capacity_gap.home_help")
    counts = {status.status: (status.pattern, status.count) for status in found.statuses}
    assert counts == {
        "withheld": ("hatch", 2),
        "no_data": ("dots", 1),
        "not_applicable": ("cross", 0),
        "structural_zero": ("none", 2),
    }
    assert sum(item.count for item in found.items) == 9 - 5


def test_counts_add_up_to_the_municipalities_in_every_layer(release: Release) -> None:
    for layer in layers_of(release):
        if layer.kind == "choropleth":
            found = legend(release, layer)
            items = sum(item.count for item in found.items)
            assert items + sum(status.count for status in found.statuses) == 9, layer.id


def test_every_area_is_painted(release: Release) -> None:
    for layer in layers_of(release):
        if layer.kind == "choropleth":
            found = legend(release, layer)
            for cell in cells(release, layer):
                if cell.level == "municipality":
                    paint = found.paint(cell)
                    missing = cell.status in ("withheld", "no_data", "not_applicable")
                    assert (paint.pattern != "none") == missing


def test_a_withheld_figure_moves_no_break(make_release: Callable[..., Release]) -> None:
    release = make_release()
    values = release.values.copy()
    values.loc[values["status"] == "withheld", "value"] = 1e9
    moved = make_release(values=values)
    assert the_legend(moved, "beneficiaries") == the_legend(release, "beneficiaries")


def test_shares_have_fixed_classes_the_last_takes_100_in(release: Release) -> None:
    found = the_legend(release, "reach.community_centre")
    labels = [item.label["en"] for item in found.items]
    assert labels == ["0%", "0–20%", "20–40%", "40–60%", "60–80%", "80–100%"]
    assert found.item_of(100.0, None) is found.items[-1]
    assert found.item_of(20.0, None) is found.items[2]
    assert found.item_of(0.0, None) is found.items[0]


def test_access_is_classed_at_the_methods_cut_offs(release: Release) -> None:
    found = the_legend(release, "access.home_help")
    assert [item.min for item in found.items[1:]] == [0, 0.5, 0.8, 1.25, 2]
    at_cut_off = found.item_of(0.8, None)
    assert at_cut_off is not None
    assert at_cut_off.label["el"] == "0,8–1,25"


def test_categories_stand_with_words_and_counts(release: Release) -> None:
    found = the_legend(release, "staff_norm")
    assert found.kind == "categories"
    assert {item.category: item.count for item in found.items} == {
        "short": 2,
        "met": 4,
        "not_assessable": 0,
        "no_norm": 2,
    }
    assert found.items[0].label == {"en": "below the norm", "el": "κάτω από το πρότυπο"}


def test_points_are_counted_by_kind_of_service(release: Release) -> None:
    found = the_legend(release, "services")
    assert {item.category: item.count for item in found.items} == {
        "community_centre": 1,
        "home_help": 1,
        "night_shelter": 1,
    }


def test_the_legend_is_plain_data(release: Release) -> None:
    document = the_legend(release, "beneficiaries").as_dict()
    assert set(document) == {"kind", "items", "statuses"}
    assert set(document["items"][0]) == {"label", "color", "min", "max", "category", "count"}
    assert set(document["statuses"][0]) == {"status", "label", "pattern", "color", "count"}


def test_a_layer_where_nothing_is_shown_has_statuses_only(
    make_release: Callable[..., Release],
) -> None:
    release = make_release()
    values = release.values.assign(status="withheld")
    found = the_legend(make_release(values=values), "population")
    assert found.items == ()
    assert found.statuses[0].count == 9


@pytest.mark.parametrize("rounded_to", [None, 5])
def test_breaks_are_the_same_for_every_reader_of_a_release(
    make_release: Callable[..., Release], rounded_to: int | None
) -> None:
    release = make_release(rounded_to=rounded_to)
    assert the_legend(release, "population") == the_legend(release, "population")


def test_values_close_together_take_breaks_of_two_figures() -> None:
    # Quantiles by hand: 21.6, 22.4, 23.4 and 24.6; steps of 2, 2.5 and 3 tens would leave one break.
    values = [20.8, 21.5, 22.0, 22.8, 23.6, 24.2, 26.0]
    assert quantile_breaks(values, whole=False) == (22, 23, 24)
