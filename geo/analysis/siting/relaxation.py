"""A bound that holds, from prices on being served (Lagrangian relaxation), and better sets."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from geo.analysis.arrays import Floats
from geo.analysis.siting.choice import Choice, marks_of
from geo.analysis.siting.interchange import greedy, interchange
from geo.analysis.siting.result import Indices

ROUNDS = 600
FIRST_STEP = 1.5
PATIENCE = 15
SMALLEST_STEP = 0.005
POLISH_EVERY = 25
CLOSED = 1e-12


@dataclass(frozen=True)
class Found:
    """The best set found, its value, a lower bound and the prices (n,) that prove it."""

    sites: Indices
    value: float
    bound: float
    price: Floats


def search(choice: Choice, seconds: float, start: Indices | None = None) -> Found:
    """Heuristic with bound: greedy, interchange, then subgradient steps on the relaxation.

    For prices u_i <= missing_i the relaxation is L(u) = sum_i u_i + min over p sites of
    sum_j r_j, r_j = opening_j + sum_i min(0, weight_ij - u_i); the fixed sites and the p - |fixed|
    smallest r_j are taken (Geoffrion 1974; Cornuejols, Fisher & Nemhauser 1977; figures from
    memory). L(u) is at most the value of every set, and its sites, improved by interchange, are
    new sets. `start`: a set known to be possible, for example that of today. No random numbers.
    """
    until = time.monotonic() + seconds
    sites = _better(choice, interchange(choice, greedy(choice)), start)
    value = choice.value(sites)
    price = _first_prices(choice, sites)
    best_price, bound = price, -np.inf
    step, stalled = FIRST_STEP, 0
    for looked in range(ROUNDS):
        reduced = reduced_costs(choice, price)
        taken = cheapest_sites(choice, reduced)
        relaxed = float(price.sum() + reduced[taken].sum())
        stalled += 1
        if relaxed > bound:
            bound, best_price, stalled = relaxed, price, 0
        if looked % POLISH_EVERY == 0:
            sites, value = _polished(choice, taken, sites, value)
        closed = value - bound <= CLOSED * max(1.0, abs(value))
        if closed or step <= SMALLEST_STEP or time.monotonic() > until:
            break
        if stalled >= PATIENCE:
            step, stalled, price = step / 2, 0, best_price
            continue
        slope = _slope(choice, price, taken)
        length = float(np.square(slope).sum())
        if length == 0:
            break
        price = np.minimum(price + step * (value - relaxed) / length * slope, choice.missing)
    return Found(sites, value, min(bound, value), best_price)


def _slope(choice: Choice, price: Floats, taken: Indices) -> Floats:
    """1 minus how often each origin is served in the relaxation; 0 where its price is at its top."""
    rows = choice.rows
    marks = marks_of(taken, choice.opening.size)
    hit = (choice.weight.data < price[rows]) & marks[choice.weight.indices]
    slope: Floats = 1.0 - np.bincount(rows[hit], minlength=price.size).astype(np.float64)
    slope[(price >= choice.missing) & (slope > 0)] = 0.0
    return slope


def reduced_costs(choice: Choice, price: Floats) -> Floats:
    """r_j of every site, (m,)."""
    below = np.minimum(choice.weight.data - price[choice.rows], 0.0)
    summed = np.bincount(choice.weight.indices, weights=below, minlength=choice.opening.size)
    return np.asarray(choice.opening + summed, dtype=np.float64)


def cheapest_sites(choice: Choice, reduced: Floats) -> Indices:
    """The fixed sites and the cheapest others, p in all, sorted; of equals the lowest index."""
    free = np.where(choice.usable & ~choice.fixed, reduced, np.inf)
    more = np.argsort(free, kind="stable")[: choice.p - int(choice.fixed.sum())]
    return np.sort(np.concatenate([np.flatnonzero(choice.fixed), more])).astype(np.intp)


def _first_prices(choice: Choice, sites: Indices) -> Floats:
    """Half way from the best open site to the next: what the best one is about worth.

    Being unserved may cost more than any journey; as a first price that would be far too high.
    """
    least = choice.least(sites)
    longest = float(choice.weight.data.max(initial=0.0))
    top = np.minimum(choice.missing, longest) if longest > 0 else choice.missing
    rows = choice.rows
    marks = marks_of(sites, choice.opening.size)
    others = marks[choice.weight.indices] & (choice.weight.data > least[rows])
    second = top.copy()
    np.minimum.at(second, rows[others], choice.weight.data[others])
    return np.minimum(np.maximum((least + second) / 2, least), choice.missing)


def _polished(
    choice: Choice, taken: Indices, sites: Indices, value: float
) -> tuple[Indices, float]:
    other = interchange(choice, taken)
    worth = choice.value(other)
    return (other, worth) if worth < value else (sites, value)


def _better(choice: Choice, sites: Indices, start: Indices | None) -> Indices:
    if start is None:
        return sites
    other = interchange(choice, start)
    return other if choice.value(other) < choice.value(sites) else sites
