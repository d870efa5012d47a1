"""Siting: OR-Library's first network proven, and larger ones by heuristic with their gap."""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import floyd_warshall, shortest_path

from geo.analysis.siting import Limits, Siting, max_cover, p_median
from geo.settings import read_settings
from tests.bench.measure import Measured

SECONDS_FOR_PMED1 = 5.0
PMED1_OPTIMUM = 5819.0
"""Published for pmed1 (Beasley 1990)."""

LARGEST_GAP = 0.01
SECONDS_WHEN_LARGE = 30.0
THRESHOLD = 6.0

PLAIN = Limits(prices=False)


def measure() -> list[Measured]:
    """pmed1 where it is here; a network of pmed38's size; a cover of 20,000 origins."""
    _warm_up()
    return [*_pmed1(), *_like_pmed38(), *_wide_cover()]


def _warm_up() -> None:
    """The first call compiles the interchange, once for a machine."""
    p_median(_all_pairs(np.ones((3, 3))), np.ones(3), 1, limits=PLAIN)


def _pmed1() -> list[Measured]:
    path = read_settings().shared_data / "reference" / "pmedian_orlib" / "pmed1.txt"
    if not path.exists():
        return []
    numbers = np.array(path.read_text().split(), dtype=int)
    n, edges, p = (int(one) for one in numbers[:3])
    away = np.full((n, n), np.inf)
    for i, j, length in numbers[3 : 3 + 3 * edges].reshape(-1, 3):
        away[i - 1, j - 1] = away[j - 1, i - 1] = length
    np.fill_diagonal(away, 0)
    cost = _all_pairs(floyd_warshall(away))
    began = time.perf_counter()
    found = p_median(cost, np.ones(n), p, limits=PLAIN)
    took = time.perf_counter() - began
    assert (found.objective, found.state) == (PMED1_OPTIMUM, "optimal")
    return [
        Measured(
            f"OR-Library pmed1 proven, {found.objective:.0f}",
            f"{took:.2f} s",
            f"{SECONDS_FOR_PMED1:.0f} s",
            took / SECONDS_FOR_PMED1,
            1.0,
        )
    ]


def _like_pmed38() -> list[Measured]:
    """900 nodes, 16,200 edges of 1 to 100, p = 5, drawn as Beasley (1990) draws pmed38."""
    rng = np.random.default_rng(38)
    nodes, edges = 900, 16_200
    start = np.concatenate([np.arange(nodes - 1), rng.integers(0, nodes, edges - nodes + 1)])
    end = np.concatenate([np.arange(1, nodes), rng.integers(0, nodes, edges - nodes + 1)])
    lengths = np.zeros((nodes, nodes))
    lengths[start, end] = rng.integers(1, 101, edges)
    np.fill_diagonal(lengths, 0)
    cost = _all_pairs(shortest_path(csr_array(lengths), directed=False))
    began = time.perf_counter()
    found = p_median(cost, np.ones(nodes), 5, limits=PLAIN)
    return _row("p-median, 900 x 900, p = 5", found, time.perf_counter() - began)


def _wide_cover() -> list[Measured]:
    """20,000 origins and 2,000 sites in a square, stored up to twice the threshold, 50 to open."""
    rng = np.random.default_rng(20)
    origins, sites = rng.random((20_000, 2)), rng.random((2_000, 2))
    rows, columns, minutes = [], [], []
    for first in range(0, len(origins), 2_000):
        part = origins[first : first + 2_000]
        away = np.hypot(*(part[:, None] - sites[None]).transpose(2, 0, 1)) * 100
        row, column = np.nonzero(away < np.sqrt(1 / (20 * np.pi)) * 100)
        rows.append(row + first)
        columns.append(column)
        minutes.append(away[row, column])
    pairs = (np.concatenate(rows), np.concatenate(columns))
    cost = csr_array((np.concatenate(minutes), pairs), (len(origins), len(sites)))
    demand = rng.integers(1, 400, len(origins))
    began = time.perf_counter()
    found = max_cover(cost, demand, THRESHOLD, 50, limits=PLAIN)
    within = int((cost.data <= THRESHOLD).sum())
    return _row(f"maximal cover, {within:,} pairs, p = 50", found, time.perf_counter() - began)


def _row(what: str, found: Siting, took: float) -> list[Measured]:
    shown = f"{found.objective:,.0f}, bound {found.bound:,.0f}"
    return [
        Measured(
            f"{what}: gap",
            f"{found.gap:.2%} ({shown})",
            f"{LARGEST_GAP:.0%}",
            found.gap / LARGEST_GAP,
            1.0,
        ),
        Measured(
            f"{what}: time",
            f"{took:.1f} s",
            f"{SECONDS_WHEN_LARGE:.0f} s",
            took / SECONDS_WHEN_LARGE,
            1.0,
        ),
    ]


def _all_pairs(minutes: np.ndarray) -> csr_array:
    """Every pair stored, zeros among them."""
    n, m = minutes.shape
    ends = np.arange(0, n * m + 1, m)
    return csr_array((minutes.ravel(), np.tile(np.arange(m), n), ends), (n, m))
