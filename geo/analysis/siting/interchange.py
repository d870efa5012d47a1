"""Greedy start and fast interchange: swap an open for a closed site while it pays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.analysis.arrays import Bools, Floats
from geo.analysis.compiling import compiled
from geo.analysis.siting.choice import Choice
from geo.analysis.siting.result import Indices

Ints = NDArray[np.int64]

SMALLEST_GAIN = 1e-10
"""Of the largest possible value: a swap must pay more than the rounding of its sum."""

SAME = 1e-13
"""Of the largest possible value: swaps that differ by no more are equally good."""


def interchange(choice: Choice, start: Indices) -> Indices:
    """Swap one open for one closed site as long as the value falls; returns open sites, sorted.

    Vertex substitution (Teitz & Bart 1968) with the bookkeeping of fast interchange (Whitaker
    1983; Hansen & Mladenovic 1997): each origin knows its best and second-best open site, so the
    best site to close for a given one to open is found in one pass over that site's pairs.
    Candidates are tried in the order of their index; the first that pays is taken, or that costs
    nothing and brings a site of lower rank. Ends in a set that no single swap improves, and none
    of equal value makes lower in rank.
    """
    by_site = choice.by_site
    is_open = np.zeros(choice.opening.size, dtype=np.bool_)
    is_open[start] = True
    scale = float(choice.missing.max(initial=0.0) + choice.opening.sum())
    _swap(
        by_site.indptr.astype(np.int64),
        by_site.indices.astype(np.int64),
        by_site.data,
        choice.weight.indptr.astype(np.int64),
        choice.weight.indices.astype(np.int64),
        choice.weight.data,
        choice.missing,
        choice.opening,
        is_open,
        choice.fixed,
        choice.usable,
        choice.rank.astype(np.int64),
        np.array([SMALLEST_GAIN * scale, SAME * scale]),
    )
    return np.flatnonzero(is_open)


def greedy(choice: Choice) -> Indices:
    """Open the site that saves most, p times; of equals the lowest index. Sorted indices."""
    by_site = choice.by_site
    least = choice.least(np.flatnonzero(choice.fixed))
    is_open = choice.fixed.copy()
    columns = np.repeat(np.arange(is_open.size), np.diff(by_site.indptr))
    rows = by_site.indices
    for _ in range(choice.p - int(is_open.sum())):
        saved = np.bincount(
            columns, weights=np.maximum(least[rows] - by_site.data, 0.0), minlength=is_open.size
        )
        saved = np.where(choice.usable & ~is_open, saved - choice.opening, -np.inf)
        best = int(np.argmax(saved))
        is_open[best] = True
        mine = slice(by_site.indptr[best], by_site.indptr[best + 1])
        least[rows[mine]] = np.minimum(least[rows[mine]], by_site.data[mine])
    return np.flatnonzero(is_open)


@compiled()
def _swap(
    site_start: Ints,
    site_rows: Ints,
    site_weight: Floats,
    row_start: Ints,
    row_sites: Ints,
    row_weight: Floats,
    missing: Floats,
    opening: Floats,
    is_open: Bools,
    fixed: Bools,
    usable: Bools,
    rank: Ints,
    noise: Floats,
) -> None:
    """Swaps in place, round after round over the closed sites, until a round changes nothing."""
    n, m = missing.size, opening.size
    first = np.empty(n, dtype=np.int64)
    best, second = np.empty(n), np.empty(n)
    loss, spared = np.zeros(m), np.zeros(m)
    _look(row_start, row_sites, row_weight, missing, is_open, first, best, second, loss)
    idle, site, ties = 0, 0, 0
    while idle < m:
        idle += 1
        if usable[site] and not is_open[site]:
            mine = slice(site_start[site], site_start[site + 1])
            gain = _gain(site_rows[mine], site_weight[mine], first, best, second, spared)
            out, lost = _least_missed(loss, spared, opening, is_open, fixed, rank, noise[1])
            worth = gain - opening[site] - lost
            # Each tie lowers a rank; the cap is for rounding that never comes to rest.
            tie = out >= 0 and abs(worth) <= noise[1] and rank[site] < rank[out] and ties < m * m
            if out >= 0 and (worth > noise[0] or tie):
                is_open[site], is_open[out] = True, False
                idle = 0
                ties += int(tie)
                _look(row_start, row_sites, row_weight, missing, is_open, first, best, second, loss)
        site = site + 1 if site + 1 < m else 0


@compiled()
def _look(
    row_start: Ints,
    row_sites: Ints,
    row_weight: Floats,
    missing: Floats,
    is_open: Bools,
    first: Ints,
    best: Floats,
    second: Floats,
    loss: Floats,
) -> None:
    """Best and second-best of every origin, and what closing each open site loses."""
    loss[:] = 0.0
    for i in range(missing.size):
        _two_best(i, row_start, row_sites, row_weight, missing, is_open, first, best, second)
        if first[i] >= 0:
            loss[first[i]] += second[i] - best[i]


@compiled()
def _gain(
    rows: Ints, weights: Floats, first: Ints, best: Floats, second: Floats, spared: Floats
) -> float:
    """What one site more saves; `spared`: by how much less each open site is then missed."""
    gain = 0.0
    for at in range(rows.size):
        i, weight = rows[at], weights[at]
        if weight < best[i]:
            gain += best[i] - weight
            if first[i] >= 0:
                spared[first[i]] += second[i] - best[i]
        elif weight < second[i] and first[i] >= 0:
            spared[first[i]] += second[i] - weight
    return gain


@compiled()
def _least_missed(
    loss: Floats,
    spared: Floats,
    opening: Floats,
    is_open: Bools,
    fixed: Bools,
    rank: Ints,
    same: float,
) -> tuple[int, float]:
    """The open site whose closing costs least (of equals the highest rank); clears `spared`."""
    out, least = -1, np.inf
    for j in range(loss.size):
        if is_open[j] and not fixed[j]:
            lost = loss[j] - spared[j] - opening[j]
            later = out >= 0 and lost <= least + same and rank[j] > rank[out]
            if lost < least - same or later:
                out, least = j, lost
        spared[j] = 0.0
    return out, least


@compiled()
def _two_best(
    i: int,
    row_start: Ints,
    row_sites: Ints,
    row_weight: Floats,
    missing: Floats,
    is_open: Bools,
    first: Ints,
    best: Floats,
    second: Floats,
) -> None:
    """The best open site of origin i and its weight, and the second-best weight."""
    first[i] = -1
    best[i] = missing[i]
    second[i] = missing[i]
    for at in range(row_start[i], row_start[i + 1]):
        site = row_sites[at]
        if not is_open[site]:
            continue
        weight = row_weight[at]
        if weight < best[i] or first[i] < 0:
            second[i] = best[i]
            best[i] = weight
            first[i] = site
        elif weight < second[i]:
            second[i] = weight
