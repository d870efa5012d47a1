"""The capacity gap by hand."""

import numpy as np
import pytest

from geo.analysis.gaps import capacity_gap
from geo.errors import InvalidInput


def test_coverage_and_gap_by_hand():
    found = capacity_gap([100, 40, 0, 20], [60, 50, 30, 0])
    assert found.coverage[[0, 1, 3]].tolist() == [0.6, 1.0, 0.0]
    assert found.gap.tolist() == [40, 0, 0, 20]
    # A surplus of 10 and of 30 elsewhere fills no gap: 1 - 60 / 160.
    assert found.region_coverage == 0.625


def test_no_need_is_not_full_coverage():
    found = capacity_gap([0], [30])
    assert found.reason.tolist() == ["no_need"]
    assert np.isnan(found.coverage).all()
    assert found.region_coverage is None
    assert not found.covered.any()


def test_the_unknown_stays_unknown_and_out_of_the_region():
    found = capacity_gap([10, np.nan, 10], [5, 5, np.nan])
    assert found.reason.tolist() == ["", "no_data", "no_data"]
    assert np.isnan(found.gap[1:]).all()
    assert found.region_coverage == 0.5


def test_broken_numbers_are_refused():
    with pytest.raises(InvalidInput):
        capacity_gap([-1], [1])
    with pytest.raises(InvalidInput):
        capacity_gap([1, 2], [1])
