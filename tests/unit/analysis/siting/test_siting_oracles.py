"""The same questions to spopt, where it has them right: dense networks without stored limits."""

import numpy as np
import pytest
from every_set import stored

from geo.analysis.siting import Limits, max_cover, p_centre, p_median, set_cover

pulp = pytest.importorskip("pulp")
locate = pytest.importorskip("spopt.locate")

# spopt 0.7 builds its variables in a way that PuLP will give up in its version 4.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PLAIN = Limits(prices=False)


def network(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    places, sites = rng.random((30, 2)), rng.random((12, 2))
    minutes = np.hypot(*(places[:, None] - sites[None]).transpose(2, 0, 1)) * 60
    return minutes, rng.integers(1, 40, 30)


def solved(model) -> float:
    return float(model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective.value())


@pytest.mark.parametrize("seed", range(4))
def test_p_median(seed):
    minutes, demand = network(seed)
    theirs = solved(locate.PMedian.from_cost_matrix(minutes, demand, p_facilities=3))
    ours = p_median(stored(minutes, minutes >= 0), demand, 3, limits=PLAIN)
    assert ours.objective == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(4))
def test_maximal_cover(seed):
    minutes, demand = network(seed)
    theirs = solved(locate.MCLP.from_cost_matrix(minutes, demand, 15.0, p_facilities=3))
    ours = max_cover(stored(minutes, minutes >= 0), demand, 15.0, 3, limits=PLAIN)
    assert ours.objective == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(4))
def test_set_cover(seed):
    minutes, demand = network(seed)
    threshold = float(minutes.min(axis=1).max()) + 5
    theirs = solved(locate.LSCP.from_cost_matrix(minutes, threshold))
    ours = set_cover(stored(minutes, minutes >= 0), demand, threshold)
    assert ours.objective == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(4))
def test_p_centre(seed):
    minutes, demand = network(seed)
    theirs = solved(locate.PCenter.from_cost_matrix(minutes, p_facilities=3))
    ours = p_centre(stored(minutes, minutes >= 0), demand, 3, limits=PLAIN)
    assert ours.objective == pytest.approx(theirs)
