"""What every siting answer carries: sites, value, proof, today's value, prices of the bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.analysis.arrays import Floats
from geo.errors import InvalidInput

Indices = NDArray[np.intp]
State = Literal["optimal", "heuristic", "time_limit"]

NOBODY = -1
"""In an assignment: no open site is within reach."""

PROVEN_GAP = 1e-9
"""Value and bound this near to each other, relative, are one number rounded twice."""


@dataclass(frozen=True)
class Limits:
    """How hard to look: seconds for each solve, pairs up to which it is exact, seed, prices.

    `exact_pairs`: stored pairs of origin and site up to which HiGHS is asked for a proof; beyond,
    the heuristic answers with its bound. Chosen from measurement: see tests/bench/siting.py.
    `prices`: whether bounds are priced, which solves once more for each bound.
    """

    seconds: float = 60.0
    exact_pairs: int = 200_000
    seed: int = 1
    prices: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.seconds < float("inf"):
            raise InvalidInput(f"'seconds' must be positive and finite, not {self.seconds}")
        if self.exact_pairs < 0 or self.seed < 0:
            raise InvalidInput("'exact_pairs' and 'seed' cannot be negative")


@dataclass(frozen=True)
class ShadowPrice:
    """What one unit more of a bound is worth.

    `bound` names it ("p", "budget", "growth budget", "floor"), `step` is the unit added, `change`
    the objective with the step minus without; None where there is none, with `reason`:
    "no_more_sites", "infeasible" or "time_limit". Found by solving again with the step (no dual of the linear
    relaxation, which an integer model does not have); `proven` if both solves were optimal.
    """

    bound: str
    step: float
    change: float | None
    proven: bool
    reason: str | None = None


@dataclass(frozen=True)
class Fairness:
    """What an equity floor costs: the objective without it and with it, and their difference."""

    without: float
    with_floor: float
    price: float
    proven: bool


@dataclass(frozen=True)
class Siting:
    """Sites to open, and how good that is.

    `open` indices of open sites, ascending. `assignment` (n,) the site each origin goes to, -1
    where none is in reach; of equally near sites the lowest index, and with capacities the site
    that serves most of the origin. `served` (n,) persons. `objective` what was optimised,
    penalties included; `penalty` their part in it. `bound`: no solution is better than this
    (below the objective where less is better, above it where more is). `gap` the distance of the
    two, as a share of the larger. `state`: "optimal" (proven), "time_limit" (best found in the
    time given) or "heuristic" (beyond exact size, or whole persons fall short of the solver's sum). `status_quo` the objective of the sites open
    today, None where none is open or they do not keep the model's rules; `status_quo_unserved`
    persons whom they do not reach. `added` (m,) places added by growth.
    """

    open: Indices
    assignment: Indices
    objective: float
    bound: float
    gap: float
    state: State
    served: Floats
    penalty: float = 0.0
    status_quo: float | None = None
    status_quo_unserved: float | None = None
    added: Floats | None = None
    prices: tuple[ShadowPrice, ...] = field(default=())
    fairness: Fairness | None = None


def fairness_of(without: Siting, with_floor: Siting) -> Fairness:
    """What the floor costs, of two answers where more is better."""
    return Fairness(
        without=without.objective,
        with_floor=with_floor.objective,
        price=without.objective - with_floor.objective,
        proven=without.state == with_floor.state == "optimal",
    )


class Infeasible(InvalidInput):
    """No set of sites keeps every rule: which one stands in the way, and by how much.

    `constraint` names it, `short_by` how much is missing (in `unit`), `origins` the origins
    concerned, where it is about origins; `groups` the persons short by number of a group, where it
    is about groups.
    """

    def __init__(
        self,
        message: str,
        *,
        constraint: str,
        short_by: float,
        unit: str,
        origins: tuple[int, ...] = (),
        groups: Mapping[int, float] | None = None,
        hint: str = "",
    ) -> None:
        self.constraint = constraint
        self.short_by = short_by
        self.unit = unit
        self.origins = origins
        self.groups = dict(groups or {})
        super().__init__(message, hint=hint)


class NotFinished(InvalidInput):
    """The time ran out before any solution was found; it is not known whether there is one."""


def gap_between(objective: float, bound: float) -> float:
    """|objective - bound| as a share of the larger of the two, 0 where both are 0."""
    largest = max(abs(objective), abs(bound))
    return abs(objective - bound) / largest if largest > 0 else 0.0


def proof(objective: float, bound: float, finished: bool, exact: bool) -> tuple[float, State]:
    """The bound as it is reported, and what the solve amounts to."""
    if finished or gap_between(objective, bound) <= PROVEN_GAP:
        return objective, "optimal"
    return bound, "time_limit" if exact else "heuristic"


def priced(name: str, step: float, base: Siting, solve: Callable[[], Siting] | None) -> ShadowPrice:
    """The price of a bound: `solve` answers the same question with one step more."""
    if solve is None:
        return ShadowPrice(name, step, None, proven=False, reason="no_more_sites")
    try:
        again = solve()
    except NotFinished:
        return ShadowPrice(name, step, None, proven=False, reason="time_limit")
    except Infeasible:
        return ShadowPrice(name, step, None, proven=True, reason="infeasible")
    both = base.state == again.state == "optimal"
    return ShadowPrice(name, step, again.objective - base.objective, proven=both)


def with_prices(siting: Siting, *prices: ShadowPrice) -> Siting:
    """The siting with these prices added."""
    return replace(siting, prices=siting.prices + prices)


@dataclass(frozen=True)
class Today:
    """The sites open today: their value (None: none, or not by the model's rules), and whom
    they do not reach (None: none is open)."""

    value: float | None = None
    unserved: float | None = None


def with_today(siting: Siting, today: Today) -> Siting:
    """The siting with today's value beside its own."""
    return replace(siting, status_quo=today.value, status_quo_unserved=today.unserved)
