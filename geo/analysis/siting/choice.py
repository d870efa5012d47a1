"""The one question behind p-median and maximal cover: which p sites cost least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array

from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.siting.result import NOBODY, Indices


@dataclass(frozen=True)
class Choice:
    """min sum_j opening_j + sum_i min(missing_i, min_{j open} weight_ij), with p sites open.

    `weight` CSR n x m, what it costs to serve origin i from site j; `missing` (n,) what it costs
    to leave it unserved, no less than any of its weights; `opening` (m,) what a site costs once;
    `fixed` sites are open, others may be where `usable`. `rank` (m,) settles ties: of equally
    good exchanges the site of lower rank is open.

    p-median: weight = persons x minutes, missing beyond any sum of weights. Maximal cover:
    weight = 0 within the threshold, missing = persons.
    """

    weight: csr_array
    missing: Floats
    opening: Floats
    p: int
    fixed: Bools
    usable: Bools
    rank: Indices

    @cached_property
    def by_site(self) -> csc_array:
        """The weights, site by site."""
        return self.weight.tocsc()

    @cached_property
    def rows(self) -> Indices:
        """The origin of every stored weight."""
        return rows_of(self.weight)

    def value(self, sites: Indices) -> float:
        """What a set of open sites costs."""
        return float(self.opening[sites].sum() + self.least(sites).sum())

    def least(self, sites: Indices) -> Floats:
        """What each origin costs with these sites open, (n,)."""
        marks = np.zeros(self.weight.shape[1], dtype=np.bool_)
        marks[sites] = True
        return least_of(self.weight, marks, self.missing)


def least_of(matrix: csr_array, open_sites: Bools, otherwise: Floats) -> Floats:
    """The least stored entry of each row among open sites; `otherwise` (n,) where there is none."""
    used = open_sites[matrix.indices]
    least = otherwise.astype(np.float64).copy()
    np.minimum.at(least, rows_of(matrix)[used], matrix.data[used])
    return least


def nearest_open(minutes: csr_array, open_sites: Bools) -> tuple[Indices, Floats]:
    """The nearest open site of each origin (lowest index of equals, -1: none) and its minutes."""
    left = keep(minutes, open_sites[minutes.indices])
    rows = rows_of(left)
    order = np.lexsort((left.indices, left.data, rows))
    first = np.flatnonzero(np.diff(rows[order], prepend=-1))
    site = np.full(minutes.shape[0], NOBODY, dtype=np.intp)
    away = np.full(minutes.shape[0], np.inf)
    site[rows[order][first]] = left.indices[order][first]
    away[rows[order][first]] = left.data[order][first]
    return site, away


def marks_of(sites: Indices, size: int) -> Bools:
    """Truths (m,) for indices."""
    marks = np.zeros(size, dtype=np.bool_)
    marks[sites] = True
    return marks
