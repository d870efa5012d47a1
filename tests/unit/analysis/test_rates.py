"""Empirical Bayes and false discoveries against literature values and hand calculations."""

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control

from geo.analysis.rates import (
    empirical_bayes,
    false_discovery,
    spatial_empirical_bayes,
    standardised_rates,
)
from geo.errors import InvalidInput

EVENTS, BASE = (2, 80, 5, 0, 60), (100, 1000, 400, 50, 1500)


def test_marshall_golden_values():
    found = empirical_bayes(EVENTS, BASE)
    assert found.weight == pytest.approx([0.5175, 0.9147, 0.8110, 0.3491, 0.9415], abs=5e-5)
    assert found.smoothed == pytest.approx(
        [0.033605, 0.077288, 0.019248, 0.031373, 0.040480], abs=5e-7
    )
    assert found.rate == pytest.approx([0.02, 0.08, 0.0125, 0, 0.04])
    assert (found.low < found.smoothed).all()
    assert (found.smoothed < found.high).all()
    assert not found.missing.any()


def test_interval_is_the_gamma_posterior():
    # m and a of the golden example; first area: shape m2/a + 2, rate m/a + 100.
    m, a = 147 / 3050, 0.0005169234
    draws = np.random.default_rng(1).gamma(m**2 / a + 2, 1 / (m / a + 100), 400_000)
    found = empirical_bayes(EVENTS, BASE)
    assert found.low[0] == pytest.approx(np.quantile(draws, 0.025), rel=0.02)
    assert found.high[0] == pytest.approx(np.quantile(draws, 0.975), rel=0.02)


def test_variance_below_chance_is_cut_at_zero():
    # Without the cut the second rate would be -0.014.
    found = empirical_bayes((10, 11, 9, 10, 10), (1000,) * 5)
    assert found.smoothed == pytest.approx([0.01] * 5)
    # The common rate's exact Poisson interval: 50 events in 5,000.
    assert found.low[0] * 5000 == pytest.approx(37.11, abs=0.01)
    assert found.high[0] * 5000 == pytest.approx(65.92, abs=0.01)


def test_areas_without_base_or_data_are_missing_and_touch_no_other():
    full = empirical_bayes(EVENTS, BASE)
    found = empirical_bayes((*EVENTS, 3, np.nan), (*BASE, 0, 700))
    assert found.reason.tolist() == [""] * 5 + ["no_base", "no_data"]
    assert found.missing.tolist() == [False] * 5 + [True, True]
    assert found.smoothed[:5] == pytest.approx(full.smoothed)
    assert found.high[:5] == pytest.approx(full.high)
    assert np.isnan(found.rate[5:]).all()


def test_no_event_anywhere():
    found = empirical_bayes([0, 0], [100, 400])
    assert found.smoothed.tolist() == [0, 0]
    assert found.low.tolist() == [0, 0]
    # Nothing seen in 500: at most 3.689 / 500 (97.5 % of an exact Poisson).
    assert found.high == pytest.approx([3.6889 / 500] * 2, rel=1e-4)


def test_all_missing():
    assert empirical_bayes([1, 2], [0, 0]).missing.all()
    assert empirical_bayes([], []).rate.size == 0


def _path(n):
    return csr_array(np.diag(np.ones(n - 1), 1) + np.diag(np.ones(n - 1), -1))


def test_spatial_smoothing_by_hand():
    found = spatial_empirical_bayes((10, 40, 10), (100, 100, 100), _path(3))
    # Middle: all three; m = .2, s2 = (.01 + .04 + .01)/3 = .02, a = .02 - .2/100 = .018,
    # w = .018/(.018 + .002) = .9; theta = .9 x .4 + .1 x .2 = .38.
    assert found.smoothed[1] == pytest.approx(0.38)
    # First: itself and the middle; m = .25, s2 = .0225, a = .0225 - .0025 = .02,
    # w = .02/.0225; theta = .8889 x .1 + .1111 x .25.
    assert found.smoothed[0] == pytest.approx(0.1 * 8 / 9 + 0.25 / 9)


def test_an_isolate_keeps_its_rate():
    weights = csr_array(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
    assert spatial_empirical_bayes((10, 40, 7), (100,) * 3, weights).smoothed[2] == 0.07


def test_full_neighbourhood_is_the_global_rate():
    everyone = csr_array(1 - np.eye(5))
    found = spatial_empirical_bayes(EVENTS, BASE, everyone)
    same = empirical_bayes(EVENTS, BASE)
    assert found.smoothed == pytest.approx(same.smoothed)
    assert found.low == pytest.approx(same.low)


def test_standardised_rates_agree_with_esda():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.smoothing import assuncao_rate
    rng = np.random.default_rng(3)
    base = rng.integers(300, 90_000, 40)
    events = rng.poisson(base * 0.03 * rng.gamma(5, 0.2, 40))
    assert standardised_rates(events, base) == pytest.approx(assuncao_rate(events, base))


@pytest.mark.parametrize(
    ("events", "base"), [([-1], [5]), ([1], [-5]), ([1, 2], [3]), ([1], [np.inf])]
)
def test_broken_counts_are_refused(events, base):
    with pytest.raises(InvalidInput):
        empirical_bayes(events, base)


def test_step_up_takes_all_up_to_the_largest_that_passes():
    # Lines at .0125 .025 .0375 .05: the third misses its line, the fourth meets it exactly.
    p = [0.05, 0.001, 0.04, 0.02]
    assert false_discovery(p, 0.05).all()
    assert false_discovery([0.051, 0.001, 0.04, 0.02], 0.05).tolist() == [False, True, False, True]


def test_yekutieli_and_bonferroni_by_hand():
    p = [0.001, 0.0055, 0.012, 0.9]
    # c(4) = 25/12: lines at .006, .012, .018, .024.
    assert false_discovery(p, 0.05, "by").tolist() == [True, True, True, False]
    # .05/4 = .0125
    assert false_discovery(p, 0.05, "bonferroni").tolist() == [True, True, True, False]
    assert false_discovery([0.0126], 0.05 / 4, "bonferroni").tolist() == [False]


@pytest.mark.parametrize("method", ["bh", "by"])
def test_agrees_with_scipy(method):
    p = np.random.default_rng(5).beta(0.4, 2, 300)
    expected = false_discovery_control(p, method=method) <= 0.05
    assert (false_discovery(p, 0.05, method) == expected).all()
    assert 0 < expected.sum() < 300


def test_units_not_tested_neither_pass_nor_count():
    assert false_discovery([np.nan, 0.04], 0.05).tolist() == [False, True]
    assert false_discovery([np.nan], 0.05).tolist() == [False]
    with pytest.raises(InvalidInput):
        false_discovery([1.2], 0.05)
    with pytest.raises(InvalidInput):
        false_discovery([0.2], 0.05, "holm")
