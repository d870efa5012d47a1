"""Journeys at the threshold up to rounding: there the weight is what the formula says, or nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.analysis.catchment import floating_catchment
from geo.analysis.catchment.decay import decay_weights

BELOW = np.nextafter(6.0, 0)


@pytest.mark.parametrize("decay", ["gaussian", "linear"])
def test_the_weight_at_the_threshold_is_nothing_and_not_nearly_nothing(decay):
    assert decay_weights([BELOW, 6.0 - 1e-12, 6.0, 6.0 + 1e-12], 6.0, decay).tolist() == [0] * 4
    assert decay_weights([6.0 - 1e-6], 6.0, decay)[0] > 0


@pytest.mark.parametrize("decay", ["gaussian", "linear"])
@pytest.mark.parametrize("method", ["balanced", "enhanced"])
@pytest.mark.parametrize("minutes", [BELOW, 6.0, np.nextafter(6.0, 7)])
def test_rounding_at_the_threshold_makes_no_service_of_a_million_places(decay, method, minutes):
    """50 people exactly at the threshold of the one site, nobody at its door."""
    cost = csr_array(([minutes, 0.0], ([0, 1], [0, 0])), (2, 1))
    found = floating_catchment([50, 0], [9], cost, 6.0, decay=decay, method=method)
    assert found.level.tolist() == [0] and found.access.tolist() == [0, 0]
    assert found.used.tolist() == [False]
    assert found.reached.tolist() == [True, True]


@pytest.mark.parametrize("decay", ["step", "binary"])
@pytest.mark.parametrize("minutes", [BELOW, 6.0, np.nextafter(6.0, 7)])
def test_where_weight_ends_with_a_step_the_last_minute_counts(decay, minutes):
    cost = csr_array(([minutes], ([0], [0])), (1, 1))
    found = floating_catchment([50], [9], cost, 6.0, decay=decay)
    assert found.access == pytest.approx([9 / 50])
