"""Minutes on roads, held to the plainest Dijkstra, to a town counted by hand, and to SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra as scipy_dijkstra

from geo.analysis.travel.costs import cost_key, nearest, pairs, road_costs
from geo.analysis.travel.network import GEOD, RoadNetwork, Snapped, at_nodes, road_network, snap
from geo.errors import InvalidInput
from tests.unit.analysis.lanes import LAT, LON, dijkstra, grid

FAR = 1e6


def dense(cost: csr_array) -> NDArray[np.float64]:
    """Minutes with infinity where nothing is stored; stored zeros stay zeros."""
    found = np.full(cost.shape, np.inf)
    entries = cost.tocoo()
    found[entries.coords] = entries.data
    return found


def scattered(network: RoadNetwork, number: int, seed: int) -> NDArray[np.float64]:
    """Places all over a network, some on each other, some on a node."""
    random = np.random.default_rng(seed)
    low = (network.lon.min() - 0.002, network.lat.min() - 0.002)
    high = (network.lon.max() + 0.002, network.lat.max() + 0.002)
    places = random.uniform(low, high, (number, 2))
    places[0] = network.lon[0], network.lat[0]
    places[1::5] = places[0]
    return places


@pytest.fixture
def street() -> RoadNetwork:
    """0 - 1 - 2 to the east; the second piece is one-way; node 3 to 4 is an island.

    A piece takes 2 minutes there and 4 back; by foot one walks 4.5 km/h, 75 m a minute.
    """
    lon = LON + np.array([0, 1, 2, 50, 51]) / 1000
    lat = np.full(5, LAT)
    tail, head = np.array([0, 1, 3]), np.array([1, 2, 4])
    metres = np.asarray(GEOD.inv(lon[tail], lat[tail], lon[head], lat[head])[2])
    minutes = np.array([[2.0, 4.0], [2.0, np.inf], [2.0, 4.0]])
    return road_network(lon, lat, tail, head, metres, {"car": minutes}, {"car": 4.5})


def test_a_street_by_hand(street: RoadNetwork) -> None:
    places = np.array([[LON, LAT], [LON + 0.0005, LAT], [LON + 0.002, LAT]])
    found = road_costs(street, places, places, mode="car", threshold_minutes=60, snap_limit_m=50)
    expected = [[0, 1, 4], [2, 0, 3], [np.inf, np.inf, 0]]
    np.testing.assert_allclose(dense(found.cost), expected, atol=1e-6)
    assert found.cost.nnz == 7
    assert found.unroutable_share == 0


def test_the_threshold_is_inclusive_and_monotone(street: RoadNetwork) -> None:
    ends = at_nodes(street, [0, 1, 2], "car")
    reached = [
        road_costs(street, ends, ends, mode="car", threshold_minutes=minutes).cost.nnz
        for minutes in (1.9, 2.0, 4.0, 100.0)
    ]
    assert reached == [3, 5, 7, 7]
    with pytest.raises(InvalidInput, match="must be positive minutes, not 0"):
        road_costs(street, ends, ends, mode="car", threshold_minutes=0)


def test_the_way_to_the_road_is_walked(street: RoadNetwork) -> None:
    beside = np.array([[LON + 0.0005, LAT + 0.001]])
    metres = GEOD.inv(*beside[0], LON + 0.0005, LAT)[2]
    found = pairs(street, beside, [[LON + 0.001, LAT]], "car")
    assert found[0] == pytest.approx(metres / 75 + 1, abs=1e-6)


def test_who_is_nearer_to_a_service_than_to_the_road_walks_there(street: RoadNetwork) -> None:
    origins = np.array([[LON + 0.0005, LAT + 0.003], [LON + 0.0005, LAT + 0.003]])
    sites = np.array([[LON + 0.0005, LAT + 0.003], [LON + 0.0005, LAT + 0.0031]])
    found = pairs(street, origins, sites, "car")
    metres = GEOD.inv(*origins[1], *sites[1])[2]
    np.testing.assert_allclose(found, [0.0, metres / 75], atol=1e-9)
    matrix = road_costs(street, origins, sites, mode="car", threshold_minutes=5)
    np.testing.assert_allclose(dense(matrix.cost), [[0.0, metres / 75]] * 2, atol=1e-9)
    assert matrix.cost.nnz == 4


def test_islands_and_places_without_a_road_are_told(street: RoadNetwork) -> None:
    origins = np.array([[LON, LAT], [LON + 0.05, LAT], [LON + 0.025, LAT], [LON + 0.1, LAT]])
    sites = np.array([[LON + 0.001, LAT], [LON - 1, LAT]])
    found = road_costs(street, origins, sites, mode="car", threshold_minutes=60, snap_limit_m=500)
    assert found.unroutable_origins.tolist() == [2, 3]
    assert found.unroutable_sites.tolist() == [1]
    assert found.apart_origins.tolist() == [1]
    assert found.unroutable_share == 0.5
    assert found.cost.shape == (4, 2)
    assert dense(found.cost)[:, 0] == pytest.approx([2, np.inf, np.inf, np.inf])
    assert found.unrouted_people([60, 10, 10, 20]) == pytest.approx(0.4)
    assert found.unrouted_people([0, 0, 0, 0]) is None
    with pytest.raises(InvalidInput, match="negative"):
        found.unrouted_people([1, -1, 0, 0])
    near = nearest(street, origins, sites, "car")
    assert near.site.tolist() == [0, -1, -1, -1]
    assert near.minutes == pytest.approx([2, np.inf, np.inf, np.inf])


def test_no_origins_no_sites_no_roads(street: RoadNetwork) -> None:
    none = np.zeros((0, 2))
    one = np.array([[LON, LAT]])
    for origins, sites in ((none, one), (one, none), (none, none)):
        found = road_costs(street, origins, sites, mode="car", threshold_minutes=9)
        assert found.cost.shape == (len(origins), len(sites))
        assert found.cost.nnz == 0
        assert found.unroutable_share == (0 if len(origins) else None)
    assert pairs(street, none, none, "car").size == 0
    assert nearest(street, one, none, "car").site.tolist() == [-1]
    empty = road_network([], [], [], [], [], {"car": np.zeros((0, 2))}, {"car": 4.5})
    found = road_costs(empty, one, one, mode="car", threshold_minutes=9)
    assert found.unroutable_origins.tolist() == [0]
    assert found.unroutable_share == 1


def test_what_does_not_fit_is_refused(street: RoadNetwork) -> None:
    one = np.array([[LON, LAT]])
    with pytest.raises(InvalidInput, match="no times for 'walk'"):
        road_costs(street, one, one, mode="walk", threshold_minutes=9)
    with pytest.raises(InvalidInput, match="as many ends as beginnings, not 1 and 2"):
        pairs(street, one, np.vstack((one, one)), "car")
    with pytest.raises(InvalidInput, match="longitude first"):
        road_costs(street, [[38.0, 1000.0]], one, mode="car", threshold_minutes=9)
    with pytest.raises(InvalidInput, match="all finite"):
        road_costs(street, [[np.nan, 1.0]], one, mode="car", threshold_minutes=9)
    with pytest.raises(InvalidInput, match="another network"):
        pairs(grid(2, 2, 0), at_nodes(street, [0], "car"), one, "car")


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 10_000))
def test_equal_to_the_plainest_dijkstra(rows: int, columns: int, seed: int) -> None:
    network = grid(rows, columns, seed)
    origins = snap(network, scattered(network, 12, seed), "car", 150)
    sites = snap(network, scattered(network, 9, seed + 1), "car", 150)
    expected = dijkstra(network, origins, sites)
    found = road_costs(network, origins, sites, mode="car", threshold_minutes=FAR)
    np.testing.assert_allclose(dense(found.cost), expected, atol=1e-9)
    assert (np.isfinite(expected).sum()) == found.cost.nnz
    one, other = np.divmod(np.arange(12 * 9), 9)
    table = pairs(network, _taken(origins, one), _taken(sites, other), "car")
    np.testing.assert_allclose(table, expected.ravel(), atol=1e-9)
    few = np.random.default_rng(seed).choice(12 * 9, 9, replace=False)
    single = pairs(network, _taken(origins, one[few]), _taken(sites, other[few]), "car")
    np.testing.assert_allclose(single, expected.ravel()[few], atol=1e-9)
    near = nearest(network, origins, sites, "car")
    np.testing.assert_allclose(near.minutes, expected.min(axis=1), atol=1e-9)
    there = np.flatnonzero(near.site >= 0)
    np.testing.assert_allclose(expected[there, near.site[there]], near.minutes[there], atol=1e-9)
    assert (np.isinf(near.minutes) == (near.site < 0)).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 20))
def test_cut_at_the_threshold_nothing_else_changes(seed: int, minutes: float) -> None:
    network = grid(5, 5, seed)
    origins, sites = scattered(network, 20, seed), scattered(network, 40, seed + 1)
    whole = dense(road_costs(network, origins, sites, mode="car", threshold_minutes=FAR).cost)
    cut = dense(road_costs(network, origins, sites, mode="car", threshold_minutes=minutes).cost)
    np.testing.assert_allclose(cut, np.where(whole <= minutes, whole, np.inf), atol=1e-9)
    turned = np.random.default_rng(seed).permutation(20)
    again = road_costs(network, origins[turned], sites, mode="car", threshold_minutes=minutes)
    np.testing.assert_allclose(dense(again.cost), cut[turned], atol=1e-9)


def test_thousands_of_nodes_equal_scipy() -> None:
    network = grid(60, 60, 7)
    minutes, ends = network.minutes["car"], (network.tail, network.head)
    roads = csr_array(
        (minutes.T.ravel(), (np.concatenate(ends), np.concatenate(ends[::-1]))),
        (3600, 3600),
    )
    roads.data[~np.isfinite(roads.data)] = 0
    roads.eliminate_zeros()
    sites = np.arange(0, 3600, 83)
    reached = np.flatnonzero(at_nodes(network, np.arange(3600), "car").piece >= 0)
    sites = np.intersect1d(sites, reached)
    origins = at_nodes(network, reached, "car")
    expected = scipy_dijkstra(csr_array(roads.T), indices=sites)[:, reached].T
    found = road_costs(
        network, origins, at_nodes(network, sites, "car"), mode="car", threshold_minutes=FAR
    )
    np.testing.assert_allclose(dense(found.cost), expected, atol=1e-9)
    near = nearest(network, origins, at_nodes(network, sites, "car"), "car")
    np.testing.assert_allclose(near.minutes, expected.min(axis=1), atol=1e-9)


def test_of_two_sites_equally_near_the_first_is_named(street: RoadNetwork) -> None:
    sites = at_nodes(street, [1, 1, 0], "car")
    assert nearest(street, at_nodes(street, [0, 1], "car"), sites, "car").site.tolist() == [2, 0]


def test_the_key_names_all_that_decides_and_shows_no_place(street: RoadNetwork) -> None:
    one, other = [[LON, LAT]], [[LON + 1e-9, LAT]]

    def key(
        origins: list[list[float]] = one, sites: list[list[float]] = one, minutes: float = 20.0,
        limit: float = 500.0, network: RoadNetwork = street,
    ) -> str:  # fmt: skip
        return cost_key(
            network, origins, sites, mode="car", threshold_minutes=minutes, snap_limit_m=limit
        )

    keys = [
        key(), key(other), key(one, other), key(minutes=21), key(limit=499),
        key(one + one, []), key(network=grid(2, 2, 0)),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert key() == key()
    assert all(len(each) == 64 and str(LAT) not in each for each in keys)


def _taken(places: Snapped, which: NDArray[np.int64]) -> Snapped:
    return Snapped(
        places.mode, places.network, places.lonlat[which], places.piece[which],
        places.share[which], places.walk_metres[which],
    )  # fmt: skip
