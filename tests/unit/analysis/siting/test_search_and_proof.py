import numpy as np
import pytest
from every_set import sets_of, stored

from geo.analysis.siting import Limits
from geo.analysis.siting.choice import Choice
from geo.analysis.siting.interchange import interchange
from geo.analysis.siting.proof import prove
from geo.analysis.siting.relaxation import Found, cheapest_sites, reduced_costs, search


def random_choice(seed: int) -> Choice:
    """20 origins, 8 sites, 3 to open, one fixed in every second case; being unserved has a price."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(0, 30, (20, 8)).astype(float)
    fixed = np.zeros(8, dtype=bool)
    fixed[0] = seed % 2 == 0
    return Choice(
        weight=stored(weight, rng.random(weight.shape) < 0.7),
        missing=np.full(20, 35.0),
        opening=rng.integers(0, 10, 8).astype(float),
        p=3,
        fixed=fixed,
        usable=np.ones(8, dtype=bool),
        rank=np.arange(8),
    )


def best_of(choice: Choice) -> float:
    held = tuple(np.flatnonzero(choice.fixed).tolist())
    return min(choice.value(np.array(one)) for one in sets_of(8, 3, held))


@pytest.mark.parametrize("seed", range(30))
def test_no_single_swap_improves_what_the_interchange_returns(seed):
    choice = random_choice(seed)
    found = interchange(choice, np.array([0, 1, 2]))
    value = choice.value(found)
    assert value <= choice.value(np.array([0, 1, 2]))
    for out in found:
        for site in set(range(8)) - set(found.tolist()):
            other = np.array([site, *(one for one in found if one != out)])
            assert choice.fixed[out] or choice.value(other) >= value - 1e-9


@pytest.mark.parametrize("seed", range(30))
def test_any_prices_give_a_bound_and_a_proof(seed):
    """What prices rule out must never be the best set, however poor prices and first set are."""
    choice = random_choice(seed)
    best = best_of(choice)
    price = np.random.default_rng(seed + 100).uniform(0, 25, 20)
    reduced = reduced_costs(choice, price)
    bound = float(price.sum() + reduced[cheapest_sites(choice, reduced)].sum())
    assert bound <= best + 1e-9
    for start in (np.array([0, 1, 2]), interchange(choice, np.array([0, 6, 7]))):
        poor = Found(start, choice.value(start), bound, price)
        proven = prove(choice, poor, Limits())
        assert proven.finished and choice.value(proven.sites) == pytest.approx(best)
        assert proven.bound <= best + 1e-6


@pytest.mark.parametrize("seed", range(30))
def test_the_search_brackets_the_best(seed):
    choice = random_choice(seed)
    best = best_of(choice)
    found = search(choice, 5.0)
    assert found.bound <= best + 1e-9 <= found.value + 2e-9
    # The relaxation of networks of this kind is nearly tight (LP gap, Cornuejols et al. 1977).
    assert found.bound >= 0.9 * best
