"""Siting rules as filters with reasons, and preferences as penalties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from geo.analysis.arrays import Bools, Floats
from geo.analysis.travel import ROUNDING_MINUTES
from geo.errors import InvalidInput

Reason = Literal["too_far_from_structure", "not_accessible", "accessibility_unknown"]


@dataclass(frozen=True)
class SitingRules:
    """What a new site must keep, and what is preferred.

    `within_minutes` of the nearest existing structure, inclusive (None: no rule), so that housing
    lies in or near social services; `accessible`: whether disabled people must be able to use it;
    `not_owned_vacant`: penalty, in units of the objective, for premises that are not owned and
    vacant, a weight and no filter.
    """

    within_minutes: float | None = None
    accessible: bool = True
    not_owned_vacant: float = 0.0


@dataclass(frozen=True)
class Candidates:
    """Which of m sites may open: `reasons` (m,) why not, empty where it may; `penalty` (m,).

    `barred` indices to hand to p_median, max_cover and others together with `penalty`.
    """

    allowed: Bools
    reasons: tuple[tuple[Reason, ...], ...]
    penalty: Floats

    @property
    def barred(self) -> list[int]:
        """Sites that may not open."""
        return [int(one) for one in np.flatnonzero(~self.allowed)]


def candidates(
    rules: SitingRules,
    minutes_to_structure: ArrayLike,
    accessible: Sequence[bool | None],
    owned_vacant: Sequence[bool | None],
    *,
    today: Sequence[int] = (),
) -> Candidates:
    """Holds each site to the rules.

    `minutes_to_structure` (m,) to the nearest existing structure, infinite where there is none in
    reach; `accessible` and `owned_vacant` (m,) True, False or None for not known. What is not
    known about access keeps a site out, with that reason; what is not known about premises is
    charged as if they were rented. `today`: sites open today, which rules for new sites neither
    bar nor charge. Raises InvalidInput for broken numbers.
    """
    away = np.asarray(minutes_to_structure, dtype=np.float64)
    if away.ndim != 1 or np.isnan(away).any() or (away < 0).any():
        raise InvalidInput("'minutes_to_structure' must be one row of minutes, none negative")
    if not len(accessible) == len(owned_vacant) == away.size:
        raise InvalidInput(f"'accessible' and 'owned_vacant' must have {away.size} entries")
    if not 0 <= rules.not_owned_vacant < np.inf:
        raise InvalidInput("'not_owned_vacant' must be a penalty of zero or more")
    if rules.within_minutes is not None and not 0 <= rules.within_minutes < np.inf:
        raise InvalidInput("'within_minutes' must be zero or more minutes")
    existing = set(today)
    if not existing <= set(range(away.size)):
        raise InvalidInput(f"'today' names a site outside 0 to {away.size - 1}")
    reasons = tuple(
        () if site in existing else _reasons(rules, float(away[site]), accessible[site])
        for site in range(away.size)
    )
    charged = [
        0.0 if site in existing or owned_vacant[site] is True else rules.not_owned_vacant
        for site in range(away.size)
    ]
    return Candidates(
        allowed=np.array([not why for why in reasons], dtype=np.bool_),
        reasons=reasons,
        penalty=np.array(charged, dtype=np.float64),
    )


def _reasons(rules: SitingRules, away: float, accessible: bool | None) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if rules.within_minutes is not None and away > rules.within_minutes + ROUNDING_MINUTES:
        found.append("too_far_from_structure")
    if rules.accessible and accessible is None:
        found.append("accessibility_unknown")
    elif rules.accessible and not accessible:
        found.append("not_accessible")
    return tuple(found)
