"""Why a gap changed between two dates: each cause's part, summing exactly to the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.analysis.apportionment import Wholes, largest_remainder, whole_parts
from geo.analysis.arrays import Bools, Floats, numbers
from geo.errors import InvalidInput

FACTORS = ("need", "capacity", "access", "correction", "boundary")
"""What may change a gap. Correction: data put right that were wrong at the old date already."""

MOST_FACTORS = 6
"""Every factor more doubles the evaluations; 6 need 64."""

GRID = 2.0**-20
"""Persons: what gaps that are no whole numbers are rounded to (about a millionth), so that their
sums are exact in floating point too."""

LARGEST = 2.0**31
"""Persons: more than live in any area, and few enough for whole arithmetic."""

Evaluate = Callable[[Mapping[str, Any]], ArrayLike]


@dataclass(frozen=True)
class Change:
    """The change of n areas' gaps and the part of each of k factors in it.

    `before`, `after` (n,) persons in steps of `unit` (1 person, or 2^-20 where a gap was no whole
    number). `parts` (k, n): steps of `unit`, summing in every column to after - before exactly.
    `numerators` (k, n) / `denominator` x `unit` are the parts before they were rounded to steps,
    just as exact: there two factors alike have the same part, which two whole numbers that sum to
    an odd one cannot. `reason` (n,) is '' where the change is accounted for; 'no_data_before',
    'no_data_after', or 'no_data_between' where the gap of a mixture of old and new is unknown:
    there before, after and parts are NaN and numerators 0.
    """

    factors: tuple[str, ...]
    before: Floats
    after: Floats
    parts: Floats
    numerators: Wholes
    denominator: int
    unit: float
    reason: NDArray[np.str_]

    def exact(self, factor: str, area: int) -> Fraction | None:
        """A factor's part in an area's change, unrounded; None where there is no account."""
        if self.reason[area]:
            return None
        numerator = int(self.numerators[self.factors.index(factor), area])
        return Fraction(numerator, self.denominator) * Fraction(self.unit)

    @property
    def total(self) -> dict[str, float] | None:
        """By factor the sum over the areas accounted for, None where there is none."""
        known = self.reason == ""
        if not known.any():
            return None
        sums = self.parts[:, known].sum(axis=1)
        return dict(zip(self.factors, map(float, sums), strict=True))


def account_change(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    evaluate: Evaluate,
    factors: Sequence[str] = FACTORS,
) -> Change:
    """The Shapley average of what each factor does when it is switched from old to new.

    part_f = sum over sets S of the other factors of |S|! (k - |S| - 1)! / k! x (G(S and f) - G(S)),
    where G(S) is the gap with the inputs of S new and all others old: the mean over all k! orders
    of switching. `old` and `new` hold one input of any kind for each factor; `evaluate` takes
    such a mapping to the gap of n areas, always the same ones in the same order (those of the new
    boundaries), NaN where unknown. It is called 2^k times, once a mixture. 2 to 6 factors.

    Whole arithmetic: the exact parts are fractions over k!, then rounded to whole persons by
    largest remainder, equal ones in the order of `factors`. A factor that changes nothing gets 0.
    Raises InvalidInput for missing inputs, a gap of another length, or one infinite or beyond
    2^31 persons. Shapley 1953; as a decomposition Shorrocks 2013 (both from memory).
    """
    names = _checked(old, new, factors)
    k = len(names)
    gaps: dict[tuple[bool, ...], Floats] = {}
    size: int | None = None
    for switched in product((False, True), repeat=k):
        mixture = {
            name: new[name] if on else old[name] for name, on in zip(names, switched, strict=True)
        }
        gaps[switched] = _gap(evaluate(mixture), size)
        size = gaps[switched].size
    reason = _reasons(gaps, k)
    known = reason == ""
    unit = 1.0 if all(_whole(gap[known]) for gap in gaps.values()) else GRID
    steps = {switched: _steps(gap, known, unit) for switched, gap in gaps.items()}
    numerators = np.stack([_numerators(steps, k, factor) for factor in range(k)])
    parts = whole_parts(numerators, factorial(k)) * unit
    return Change(
        factors=names,
        before=np.where(known, steps[(False,) * k] * unit, np.nan),
        after=np.where(known, steps[(True,) * k] * unit, np.nan),
        parts=np.where(known, parts, np.nan),
        numerators=numerators,
        denominator=factorial(k),
        unit=unit,
        reason=reason,
    )


def as_known(
    recorded: ArrayLike, corrected: ArrayLike, current: ArrayLike, *, moved: bool, fixed: bool
) -> Floats:
    """Counts (n,) for a mixture of the factors need (`moved`) and correction (`fixed`).

    `recorded`: the old date as it was then known; `corrected`: the old date as it is known now;
    `current`: the new date. Neither gives `recorded`, the fix alone `corrected`, both `current`;
    the movement alone recorded + (current - corrected), not below 0: the new date with the old
    errors still in it. Raises InvalidInput for rows of different length or undefined numbers.
    """
    first = numbers(recorded, "recorded")
    right = numbers(corrected, "corrected", first.size)
    last = numbers(current, "current", first.size)
    made = first + (right - first) * fixed + (last - right) * moved
    return np.maximum(made, 0.0)


@dataclass(frozen=True)
class Crosswalk:
    """Which share (0 to 1) of each old area's people lives in which new area today.

    `shares` (old, new); every row sums to 1. Carries counts of persons, not rates.
    """

    old_codes: tuple[str, ...]
    new_codes: tuple[str, ...]
    shares: Floats

    def carry(self, counted: ArrayLike) -> Floats:
        """Counts of the old areas to the new ones, (old,) to (new,); the sum is kept.

        Whole counts stay whole: each old area's count is split by largest remainder, equal ones
        in the order of the new codes. An old area without data (NaN) leaves every new area it
        went into without data.
        """
        values = np.asarray(counted, dtype=np.float64)
        if values.shape != (len(self.old_codes),) or np.isinf(values).any() or (values < 0).any():
            raise InvalidInput(f"Needs a count or NaN for each of {len(self.old_codes)} old areas")
        made = np.zeros(len(self.new_codes))
        for value, share in zip(values, self.shares, strict=True):
            if np.isnan(value):
                made[share > 0] = np.nan
            elif value == np.floor(value):
                made += largest_remainder(value * share, int(value))
            else:
                made += value * share
        return made


def population_crosswalk(
    pieces: pd.DataFrame, old_codes: Sequence[str], new_codes: Sequence[str]
) -> Crosswalk:
    """A crosswalk by population, never by area (methods 5.18).

    `pieces`: old_code, new_code, persons: who lives where an old and a new area overlap. An old
    area in one piece goes there whole, even where nobody lives. Raises InvalidInput for a pair
    given twice, an unknown code, an old area without a piece, or one that is split and has no
    people to split by.
    """
    old_at = {code: at for at, code in enumerate(old_codes)}
    new_at = {code: at for at, code in enumerate(new_codes)}
    if len(old_at) != len(old_codes) or len(new_at) != len(new_codes):
        raise InvalidInput("The crosswalk names an area twice; give every code once")
    people = np.zeros((len(old_at), len(new_at)))
    overlap = np.zeros(people.shape, dtype=np.bool_)
    persons = numbers(pieces["persons"], "persons")
    if (persons < 0).any():
        raise InvalidInput("The crosswalk has a piece with a negative number of persons")
    for old, new, living in zip(pieces["old_code"], pieces["new_code"], persons, strict=True):
        if old not in old_at or new not in new_at:
            raise InvalidInput(f"The crosswalk has a piece of unknown areas: {old} to {new}")
        place = old_at[old], new_at[new]
        if overlap[place]:
            raise InvalidInput(f"The crosswalk gives the piece of {old} in {new} twice; add it up")
        people[place], overlap[place] = living, True
    return Crosswalk(tuple(old_codes), tuple(new_codes), _shares(people, overlap, old_codes))


def _shares(people: Floats, overlap: Bools, old_codes: Sequence[str]) -> Floats:
    total, alone = people.sum(axis=1), overlap.sum(axis=1) == 1
    for wrong, why in (
        (~overlap.any(axis=1), "has no piece: say where its people went"),
        ((total == 0) & (overlap.sum(axis=1) > 1), "is split, but nobody lives in its pieces"),
    ):
        if wrong.any():
            raise InvalidInput(f"Old area {old_codes[int(np.argmax(wrong))]} {why}")
    shares = people / np.where(total > 0, total, 1.0)[:, None]
    shares[alone] = overlap[alone]
    return shares


def _checked(
    old: Mapping[str, Any], new: Mapping[str, Any], factors: Sequence[str]
) -> tuple[str, ...]:
    names = tuple(factors)
    if not 2 <= len(names) <= MOST_FACTORS or len(set(names)) != len(names):
        raise InvalidInput(f"Needs 2 to {MOST_FACTORS} different factors, not {list(names)}")
    for word, inputs in (("old", old), ("new", new)):
        if set(inputs) != set(names):
            wrong = sorted(set(inputs) ^ set(names))
            raise InvalidInput(f"'{word}' must have one input for each factor; see {wrong}")
    return names


def _gap(found: ArrayLike, size: int | None) -> Floats:
    gap = np.array(found, dtype=np.float64)
    if gap.ndim != 1 or (size is not None and gap.size != size):
        raise InvalidInput("'evaluate' must always give the gap of the same areas, in one row")
    if (np.abs(gap) > LARGEST).any():
        raise InvalidInput(f"'evaluate' gave a gap beyond {LARGEST:.0f} persons")
    return gap


def _reasons(gaps: Mapping[tuple[bool, ...], Floats], k: int) -> NDArray[np.str_]:
    before, after = np.isnan(gaps[(False,) * k]), np.isnan(gaps[(True,) * k])
    between = np.any([np.isnan(gap) for gap in gaps.values()], axis=0)
    return np.select(
        [before, after, between], ["no_data_before", "no_data_after", "no_data_between"], ""
    )


def _whole(gap: Floats) -> bool:
    return bool((gap == np.floor(gap)).all())


def _steps(gap: Floats, known: Bools, unit: float) -> Wholes:
    return np.rint(np.where(known, gap, 0.0) / unit).astype(np.int64)


def _numerators(steps: Mapping[tuple[bool, ...], Wholes], k: int, factor: int) -> Wholes:
    """The factor's part times k!, (n,)."""
    made = np.zeros_like(next(iter(steps.values())))
    for switched, gap in steps.items():
        if switched[factor]:
            without = tuple(on and at != factor for at, on in enumerate(switched))
            others = sum(without)
            orders = factorial(others) * factorial(k - others - 1)
            made += orders * (gap - steps[without])
    return made
