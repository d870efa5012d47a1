"""Which sites stay, which may close, which may open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse import csr_array

from geo.analysis.arrays import Bools, Floats, cost_matrix, counts
from geo.analysis.siting.result import Indices, Infeasible
from geo.errors import InvalidInput


@dataclass(frozen=True)
class Roles:
    """The part of each of m sites, as truths.

    `fixed`: open today and stays open. `closable`: open today and may close. `barred`: not open
    today and may not open. Every other site is a candidate: not open today, may open.
    """

    fixed: Bools
    closable: Bools
    barred: Bools

    @property
    def today(self) -> Bools:
        """Sites open today."""
        return self.fixed | self.closable

    @property
    def rank(self) -> Indices:
        """Which of two equally good sites is taken, the lower: open today first, then by index."""
        order = np.argsort(~self.today, kind="stable")
        rank = np.empty(order.size, dtype=np.intp)
        rank[order] = np.arange(order.size)
        return rank

    @property
    def usable(self) -> Bools:
        """Sites that may be open after the decision."""
        return ~self.barred


def roles_of(
    size: int, fixed: Sequence[int], closable: Sequence[int], barred: Sequence[int] = ()
) -> Roles:
    """Roles of `size` sites. Raises InvalidInput for an unknown or repeated index, or two roles."""
    parts = [
        _marked(size, fixed, "fixed"),
        _marked(size, closable, "closable"),
        _marked(size, barred, "barred"),
    ]
    twice = np.flatnonzero(np.sum(parts, axis=0) > 1)
    if twice.size:
        raise InvalidInput(
            f"Site {twice[0]} has two roles: it can be only one of fixed, closable and barred"
        )
    return Roles(*parts)


def _marked(size: int, indices: Sequence[int], name: str) -> Bools:
    given = np.asarray(indices)
    marks = np.zeros(size, dtype=np.bool_)
    if given.size == 0:
        return marks
    if given.ndim != 1 or not np.issubdtype(given.dtype, np.integer):
        raise InvalidInput(f"'{name}' must list indices of sites, whole numbers")
    wrong = given[(given < 0) | (given >= size)]
    if wrong.size:
        raise InvalidInput(f"'{name}' names site {wrong[0]}: there are sites 0 to {size - 1}")
    if np.unique(given).size < given.size:
        raise InvalidInput(f"'{name}' names a site twice")
    marks[given] = True
    return marks


def read_question(cost: Any, demand: ArrayLike) -> tuple[csr_array, Floats]:
    """Minutes (n x m) and persons (n,), checked; no origins or no sites raise InvalidInput."""
    people = counts(demand, "demand")
    if not sparse.issparse(cost) or cost.ndim != 2:
        raise InvalidInput("'cost' must be a sparse matrix: what is not stored is out of reach")
    if people.size == 0 or cost.shape[1] == 0:
        raise InvalidInput("There must be at least one origin and one site")
    return cost_matrix(cost, people.size, cost.shape[1]), people


def read_opening(penalty: ArrayLike | None, size: int) -> Floats:
    """Penalties by site (m,), zeros where none are given. Raises InvalidInput."""
    return np.zeros(size) if penalty is None else counts(penalty, "penalty", size)


def check_p(p: int, roles: Roles) -> None:
    """Whether `p` open sites can be had at all. Raises InvalidInput or Infeasible."""
    if isinstance(p, bool) or not isinstance(p, (int, np.integer)) or p < 1:
        raise InvalidInput(f"'p' must be a whole number from 1 on, not {p!r}")
    held = int(roles.fixed.sum())
    if p < held:
        raise Infeasible(
            f"p = {p} is less than the {held} sites that are fixed",
            constraint="p",
            short_by=held - p,
            unit="sites",
            hint=f"Raise p to {held}, or let {held - p} of the fixed sites close.",
        )
    usable = int(roles.usable.sum())
    if p > usable:
        raise Infeasible(
            f"p = {p} is more than the {usable} sites that may be open",
            constraint="sites",
            short_by=p - usable,
            unit="sites",
            hint=f"Lower p to {usable}, or name {p - usable} more candidates.",
        )
