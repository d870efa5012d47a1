"""The weights of a journey by its minutes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.catchment.decay import CODES, decay_weights
from geo.errors import InvalidInput


@pytest.mark.parametrize(
    ("decay", "weights"),
    [
        ("gaussian", [1, 0.701367, 0, 0]),
        ("linear", [1, 0.5, 0, 0]),
        ("step", [1, 0.68, 0.22, 0]),
        ("binary", [1, 1, 1, 0]),
    ],
)
def test_at_the_door_half_way_at_the_threshold_and_beyond(decay, weights):
    assert decay_weights([0, 15, 30, 30.001], 30, decay) == pytest.approx(weights, abs=5e-7)


def test_zones_end_inclusive():
    found = decay_weights([10, 10.001, 20, 20.001, 30], 30, "step")
    assert found.tolist() == [1, 0.68, 0.68, 0.22, 0.22]


def test_gaussian_is_the_formula_of_dai():
    minutes = np.linspace(0, 45, 10_001)
    formula = (np.exp(-0.5 * (minutes / 45) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    assert decay_weights(minutes, 45) == pytest.approx(formula, rel=1e-11, abs=4e-16)


@given(
    st.lists(st.floats(0, 1e9), max_size=30),
    st.floats(1e-3, 1e6),
    st.sampled_from(sorted(CODES)),
)
def test_weights_fall_from_one_to_nothing(minutes, threshold, decay):
    found = decay_weights(sorted(minutes), threshold, decay)
    assert ((found >= 0) & (found <= 1 + 1e-15)).all()
    assert (np.diff(found) <= 1e-15).all()
    assert (found[np.sort(minutes) > threshold + 1e-9] == 0).all()


@pytest.mark.parametrize("threshold", [1e-300, 1e300])
@pytest.mark.parametrize("decay", sorted(CODES))
def test_no_threshold_gives_a_missing_number(threshold, decay):
    assert np.isfinite(decay_weights([0, 1e-301, 1, 1e299, 1.7e308], threshold, decay)).all()


@pytest.mark.parametrize("minutes", [[-1], [np.nan]])
def test_minutes_that_are_none_are_refused(minutes):
    with pytest.raises(InvalidInput, match="minutes"):
        decay_weights(minutes, 30)


def test_an_unknown_decay_is_refused_with_those_there_are():
    with pytest.raises(InvalidInput, match="'cubic': gaussian, step, linear or binary"):
        decay_weights([1], 30, "cubic")
