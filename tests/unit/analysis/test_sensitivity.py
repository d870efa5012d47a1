"""Findings of shortage held against other thresholds, decays and the other method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.analysis.catchment import floating_catchment, spatial_access_ratio
from geo.analysis.catchment.sensitivity import catchment_sensitivity, shortage_classes
from geo.errors import InvalidInput

PEOPLE = [100, 100, 100]
# One site: at the door of the first place, 15 minutes from the second, 40 from the third.
COST = sparse.csr_array(np.array([[1.0], [15.0], [40.0]]))


def test_worked_by_hand():
    found = catchment_sensitivity(PEOPLE, [30], COST, [20, 30, 60], ["binary"], method="enhanced")
    # Up to 30 minutes two of three share: ratios 1.5, 1.5, 0; at 60 all three: 1, 1, 1.
    assert found.chosen.ratio == pytest.approx([1.5, 1.5, 0])
    assert found.chosen.lowest == pytest.approx([1, 1, 0])
    assert found.chosen.highest == pytest.approx([1.5, 1.5, 1])
    assert found.chosen.shortage_class.tolist() == ["adequate", "adequate", "shortage"]
    assert found.chosen.holds.tolist() == [True, True, False]
    assert [(one.threshold, one.decay) for one in found.chosen.settings] == [
        (20, "binary"),
        (30, "binary"),
        (60, "binary"),
    ]
    assert [one.mean_access for one in found.chosen.settings] == pytest.approx([0.1, 0.1, 0.1])
    # With one site, each person's demand and the site's level are shared by the same weights.
    assert found.comparison.method == "balanced"
    assert found.comparison.ratio == pytest.approx([1.5, 1.5, 0])
    assert found.agrees.all()


def test_the_default_is_balanced_with_the_enhanced_method_beside_it():
    found = catchment_sensitivity(PEOPLE, [30], COST, [60], ["gaussian", "step"])
    assert (found.chosen.method, found.comparison.method) == ("balanced", "enhanced")
    enhanced = floating_catchment(PEOPLE, [30], COST, 60, method="enhanced").access
    assert found.comparison.ratio == pytest.approx(spatial_access_ratio(enhanced, PEOPLE))


def test_classes_begin_at_their_cut_offs():
    assert shortage_classes([0, 0.499, 0.5, 0.799, 0.8, 9]).tolist() == [
        "shortage", "shortage", "low", "low", "adequate", "adequate",
    ]  # fmt: skip
    assert shortage_classes([0.6], shortage=0.7, adequate=0.9).tolist() == ["shortage"]


def test_cut_offs_are_those_asked_for():
    found = catchment_sensitivity(PEOPLE, [30], COST, [60], ["binary"], shortage=1.5, adequate=2)
    assert found.chosen.shortage_class.tolist() == ["shortage"] * 3


def test_a_setting_at_which_nobody_has_access_is_told_and_leaves_no_missing_number():
    found = catchment_sensitivity(PEOPLE, [30], COST, [60, 0.5], ["binary"])
    assert found.chosen.settings[1].mean_access == 0
    assert found.chosen.lowest.tolist() == [0, 0, 0]
    assert not found.chosen.holds.any()
    nothing = catchment_sensitivity(PEOPLE, [0], COST, [60], ["binary"])
    assert nothing.chosen.shortage_class.tolist() == ["shortage"] * 3


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    method=st.sampled_from(["balanced", "enhanced"]),
    shortage=st.floats(0.1, 0.9),
)
def test_holds_means_the_same_class_at_every_setting(seed, method, shortage):
    draw = np.random.default_rng(seed)
    people, places = draw.integers(1, 900, 12), draw.integers(0, 60, 5)
    cost = sparse.csr_array(sparse.random_array((12, 5), density=0.5, rng=draw) * 40)
    cuts = {"shortage": shortage, "adequate": shortage + 0.3}
    words = ["gaussian", "linear", "step", "binary"]
    found = catchment_sensitivity(people, places, cost, [30, 10], words, method=method, **cuts)
    ratios = []
    for threshold in (30, 10):
        for decay in words:
            access = floating_catchment(
                people, places, cost, threshold, decay=decay, method=method
            ).access
            none = not (access @ people) > 0
            ratios.append(access if none else spatial_access_ratio(access, people))
    classes = np.array([shortage_classes(ratio, **cuts) for ratio in ratios])
    assert found.chosen.holds.tolist() == (classes == classes[0]).all(axis=0).tolist()
    assert found.chosen.lowest.tolist() == np.min(ratios, axis=0).tolist()
    assert found.chosen.highest.tolist() == np.max(ratios, axis=0).tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        {"thresholds": []},
        {"decays": []},
        {"thresholds": [30, 30]},
        {"thresholds": [30, 0]},
        {"decays": ["binary", "cubic"]},
        {"method": "3sfca"},
        {"population": [0, 0, 0]},
        {"population": [-1, 1, 1]},
        {"shortage": 0.8},
        {"shortage": np.nan},
    ],
)
def test_broken_settings_are_refused(wrong):
    arguments = {
        "population": PEOPLE,
        "supply": [30],
        "cost": COST,
        "thresholds": [30],
        "decays": ["binary"],
        **wrong,
    }
    with pytest.raises(InvalidInput):
        catchment_sensitivity(**arguments)
