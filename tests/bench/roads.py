"""Travel times on real roads: ours against pandana and SciPy for the same questions, in one run.

All nodes that OpenStreetMap has along the roads are kept, so that the three search the same network.
SciPy's and ours are exact; pandana rounds every weight to a thousandth, so its results are compared
to a hundredth of a minute only.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.analysis.travel.costs import nearest, pairs, road_costs
from geo.analysis.travel.hierarchy import hierarchy
from geo.analysis.travel.network import MODES, RoadNetwork, at_nodes, road_network
from geo.settings import read_settings
from geo.sources.osm_roads.graph import graph
from geo.sources.osm_roads.scan import scan
from tests.bench.measure import Measured

FILE = ("osm", "liechtenstein_nominatim_apidb_test.osm.pbf")
RUNS = 5
EVERYWHERE = 1e9


class Roads(NamedTuple):
    """One network in the form each of the three takes; the nodes are those of its largest part."""

    ours: RoadNetwork
    matrix: csr_array
    turned: csr_array
    pandana: Any
    nodes: NDArray[np.int64]


def measure() -> list[Measured]:
    """The three questions; nothing where the file is not there."""
    path = read_settings().shared_data.joinpath(*FILE)
    if not path.exists():
        print("Roads: skipped, no real open data (NEEDSMAP_SHARED_DATA)")
        return []
    with warnings.catch_warnings():
        # Of pairs that no way joins, pandana prints every one.
        warnings.simplefilter("ignore")
        roads = _roads(graph(scan(path), straight_m=0.0, shortest_part_m=0.0))
        random = np.random.default_rng(5)
        sites = random.choice(roads.nodes, 100, replace=False)
        origins = random.choice(roads.nodes, 500, replace=False)
        single = random.choice(roads.nodes, (2, 50_000))
        table = np.repeat(origins, 100), np.tile(sites, 500)
        return [
            _nearest(roads, sites),
            _pairs(roads, *table, "50,000 pairs, 500 x 100 places"),
            _pairs(roads, *single, "50,000 pairs, each of its own places"),
            _matrix(roads, origins, sites),
        ]


def _roads(made: Any) -> Roads:
    import pandana

    times = {mode: made.minutes[:, place] for place, mode in enumerate(MODES)}
    began = time.perf_counter()
    ours = road_network(
        made.lon, made.lat, made.tail, made.head, made.metres, times, dict.fromkeys(MODES, 4.5)
    )  # fmt: skip
    hierarchy(ours, "car")
    prepared = time.perf_counter() - began
    tail, head = np.append(made.tail, made.head), np.append(made.head, made.tail)
    minutes = times["car"].T.ravel()
    # Of several pieces between two nodes the quickest, as all three take it; no time is 0 for SciPy.
    order = np.lexsort((minutes, head, tail))
    order = order[np.isfinite(minutes[order])]
    first = np.append(True, (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0))
    tail, head, minutes = (each[order[first]] for each in (tail, head, minutes))
    size = made.lon.size
    matrix = csr_array((minutes, (tail, head)), (size, size))
    part = ours.component["car"]
    largest = np.bincount(part[part >= 0]).argmax()
    began = time.perf_counter()
    peer = pandana.Network(
        pd.Series(made.lon), pd.Series(made.lat), pd.Series(tail), pd.Series(head),
        pd.DataFrame({"minutes": minutes}), twoway=False,
    )  # fmt: skip
    print(
        f"Roads: {size:,} nodes, {minutes.size:,} directed times by car; made ready in"
        f" {prepared:.2f} s, by pandana in {time.perf_counter() - began:.2f} s"
    )
    return Roads(ours, matrix, csr_array(matrix.T), peer, np.flatnonzero(part == largest))


def _nearest(roads: Roads, sites: NDArray[np.int64]) -> Measured:
    here, there = at_nodes(roads.ours, roads.nodes, "car"), at_nodes(roads.ours, sites, "car")
    mine, found = _timed(lambda: nearest(roads.ours, here, there, "car").minutes)
    scipy, exact = _timed(lambda: dijkstra(roads.turned, indices=sites, min_only=True))
    roads.pandana.set_pois("sites", EVERYWHERE, 1, *_places(roads, sites))
    peer, _ = _timed(lambda: roads.pandana.nearest_pois(EVERYWHERE, "sites", num_pois=1))
    np.testing.assert_allclose(found, exact[roads.nodes], atol=1e-9)
    what = f"roads: nearest of 100 sites from {roads.nodes.size:,} nodes"
    return _measured(what, mine, peer, scipy)


def _pairs(
    roads: Roads, origins: NDArray[np.int64], sites: NDArray[np.int64], what: str
) -> Measured:
    here, there = at_nodes(roads.ours, origins, "car"), at_nodes(roads.ours, sites, "car")
    mine, found = _timed(lambda: pairs(roads.ours, here, there, "car"))
    peer, rounded = _timed(lambda: np.array(roads.pandana.shortest_path_lengths(origins, sites)))
    some = np.unique(sites)[:100]
    scipy, exact = _timed(lambda: dijkstra(roads.turned, indices=some), runs=1)
    # SciPy searches from every place once: what more of them there are takes so much longer.
    scipy *= np.unique(sites).size / some.size
    known = np.flatnonzero(np.isin(sites, some))
    expected = exact[np.searchsorted(some, sites[known]), origins[known]]
    np.testing.assert_allclose(found[known], expected, atol=1e-9)
    reached = np.isfinite(found) & (rounded < EVERYWHERE / 1000)
    print(f"Roads: pandana is off by up to {np.abs(rounded - found)[reached].max():.4f} minutes")
    return _measured(f"roads: {what}", mine, peer, scipy)


def _matrix(roads: Roads, origins: NDArray[np.int64], sites: NDArray[np.int64]) -> Measured:
    here, there = at_nodes(roads.ours, origins, "car"), at_nodes(roads.ours, sites, "car")
    mine, found = _timed(
        lambda: road_costs(roads.ours, here, there, mode="car", threshold_minutes=20).cost
    )
    scipy, exact = _timed(lambda: dijkstra(roads.turned, indices=sites, limit=20), runs=2)
    left, right = np.repeat(origins, sites.size), np.tile(sites, origins.size)
    peer, _ = _timed(lambda: roads.pandana.shortest_path_lengths(left, right), runs=2)
    expected = exact[:, origins].T
    assert found.nnz == np.isfinite(expected).sum()
    rows, columns = found.tocoo().coords
    np.testing.assert_allclose(found.data, expected[rows, columns], atol=1e-9)
    return _measured("roads: matrix 500 x 100, 20 minutes", mine, peer, scipy)


def _places(roads: Roads, nodes: NDArray[np.int64]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    return pd.Series(roads.ours.lon[nodes]), pd.Series(roads.ours.lat[nodes])


def _timed(question: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """Seconds of the best run after a first one, which loads what is compiled, and the answer."""
    answer = question()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        answer = question()
        taken.append(time.perf_counter() - began)
    return min(taken), answer


def _measured(what: str, ours: float, pandana: float, scipy: float) -> Measured:
    return Measured(
        what,
        f"{ours * 1000:.1f} ms",
        f"pandana {pandana * 1000:.0f} ms, SciPy {scipy * 1000:,.0f} ms",
        ours / min(pandana, scipy),
        1.0,
    )
