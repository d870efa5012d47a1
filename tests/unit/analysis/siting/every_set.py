"""Siting by trying every set of sites: slow, and independent of what it checks."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array


def stored(minutes: np.ndarray, kept: np.ndarray) -> csr_array:
    """CSR of the kept pairs, zeros among them stored."""
    ends = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    return csr_array((minutes[kept].astype(float), np.nonzero(kept)[1], ends), minutes.shape)


def small_case(seed: int) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """A sparse cost matrix, its dense twin with infinities, and whole demand, zeros among it."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 9)), int(rng.integers(2, 7))
    minutes = rng.integers(0, 20, (n, m)).astype(float)
    kept = rng.random((n, m)) < 0.75
    demand = rng.integers(0, 6, n).astype(float)
    demand[0] += 1
    return stored(minutes, kept), np.where(kept, minutes, np.inf), demand


def sets_of(m: int, p: int, fixed: tuple[int, ...] = (), barred: tuple[int, ...] = ()) -> Iterator:
    """Every set of p of m sites that holds the fixed and none of the barred."""
    for chosen in itertools.combinations(range(m), p):
        if set(fixed) <= set(chosen) and not set(barred) & set(chosen):
            yield list(chosen)


def most_served(
    dense: np.ndarray, demand: np.ndarray, places: np.ndarray, threshold: float, floor=None
) -> float:
    """Maximal flow of persons to places as a linear programme of SciPy; -1 if a floor cannot hold.

    `floor`: pairs of (origins, persons that must be served among them).
    """
    n, m = dense.shape
    rows = [np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))]
    limits = [demand, places]
    for origins, least in floor or []:
        rows.append(-np.kron(np.isin(np.arange(n), origins).astype(float), np.ones(m))[None])
        limits.append([-least])
    upper = np.where(dense.ravel() <= threshold, np.inf, 0.0)
    found = linprog(
        -np.ones(n * m),
        A_ub=np.vstack(rows),
        b_ub=np.concatenate(limits),
        bounds=np.column_stack([np.zeros(n * m), upper]),
    )
    return -found.fun if found.status == 0 else -1.0
