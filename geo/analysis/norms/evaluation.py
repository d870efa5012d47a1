"""Does a service meet the norm for its place: met, short by so many, no norm, not assessable."""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from geo.analysis.norms.sentences import (
    Case,
    bases_reason,
    maximum_reason,
    norm_reason,
    not_in_force_reason,
    share_reason,
    unobtained_reason,
)
from geo.errors import InvalidInput
from geo.profiles.shape import Checklist, Norm

State = Literal["met", "short", "over", "no_norm", "not_assessable"]
ShareCategory = Literal["none", "partial", "full", "not_assessable"]

BOUNDARY_AMBIGUOUS = "boundary_ambiguous"
COMPOSITION_FAIL = "composition_fail"
COMPOSITION_UNKNOWN = "composition_unknown"
BASE_SUBSTITUTED = "base_substituted"

_YES = (True,)

_FACTS = {"posts": "staff", "places": "places", "users": "users"}


@dataclass(frozen=True)
class NormResult:
    """A norm held against a place; None means not known or not applicable, never zero.

    `state` is about the number of posts; who heads the service stands apart in `flags`, as the
    two are separate clauses. Flags: boundary_ambiguous (the source puts this population into two
    bands), composition_fail (no head of the required specialty), composition_unknown (who heads
    it was not said), base_substituted (residents stood in for registered citizens).
    `excess` is how many users a service has above a maximum ("over"); None for other norms.
    """

    state: State
    required: int | None
    actual: int | None
    shortfall: int | None
    reason: dict[str, str]
    flags: tuple[str, ...]
    excess: int | None = None


@dataclass(frozen=True)
class BasesResult:
    """A norm by the text's own base and by its alternatives.

    `changes` is True where the bases ask for different numbers, None where fewer than two
    populations are known. `reason` is the text's own verdict, with the others' where they differ.
    """

    by_base: Mapping[str, NormResult]
    changes: bool | None
    reason: dict[str, str]


@dataclass(frozen=True)
class ServiceShare:
    """How many of the mandatory services are offered; optional ones are told apart.

    `share` is None where not assessable. `optional_applicable` holds conditional items whose
    condition is met.
    """

    share: float | None
    category: ShareCategory
    offered: tuple[str, ...]
    missing: tuple[str, ...]
    optional_offered: tuple[str, ...]
    optional_applicable: tuple[str, ...]
    reason: dict[str, str]


def required_posts(norm: Norm, population: int) -> int | None:
    """What the norm asks for at this population, in its unit; None where no norm applies.

    A ratio: ceil(P * rho / 1000) for rho `per_thousand`, in exact fractions (methods 5.3).
    Raises InvalidInput for a norm without numbers: it is not one that asks for nothing.
    """
    if norm.unobtained is not None:
        raise InvalidInput(f"Norm '{norm.code}' has no numbers: its text was not obtained")
    if norm.kind == "maximum":
        raise InvalidInput(f"Norm '{norm.code}' sets a maximum and requires nothing of a place")
    if population < norm.minimum_population:
        return None
    if norm.per_thousand is not None:
        return math.ceil(population * norm.per_thousand / 1000)
    for band in norm.bands:
        if band.up_to is None or population <= band.up_to:
            return band.required
    raise InvalidInput(f"Norm '{norm.code}' has no band for a population of {population}")


def evaluate(
    norm: Norm,
    population: int | None,
    facts: Mapping[str, Any] | None,
    *,
    base: str | None = None,
    on: date | None = None,
) -> NormResult:
    """Hold a norm against a place or, if it is a maximum, against one service.

    `population` counts persons of the norm's base (or of `base`, one of its declared
    alternatives); None where it is not known. `facts` are {"staff": posts filled, "head":
    specialty of the head or None}; None where no register says anything about the service here,
    which is not the same as no staff. A norm in places takes {"places": n}, one in users and a
    maximum {"users": n}; of a maximum the population plays no part. `on` is the day of the
    analysis; None: whether the norm is in force is not looked at. A norm whose numbers were not
    obtained is not assessable, whatever the place has. Raises InvalidInput for a negative or
    broken number, facts without their number, or an undeclared base.
    """
    if norm.unobtained is not None:
        reason = unobtained_reason(norm.unobtained)
        return NormResult("not_assessable", None, None, None, reason, ())
    if on is not None and not norm.in_force(on):
        return NormResult("no_norm", None, None, None, not_in_force_reason(norm, on), ())
    if norm.kind == "maximum":
        return _within_maximum(norm, facts)
    used_base = norm.population_base if base is None else base
    if used_base not in (norm.population_base, *norm.base_alternatives):
        raise InvalidInput(f"Norm '{norm.code}' cannot be held against base '{used_base}'")
    people = None if population is None else _count(population, "population")
    actual = None if facts is None else _count(facts.get(_FACTS[norm.unit]), _FACTS[norm.unit])
    required = None if people is None else required_posts(norm, people)
    shortfall = None if required is None or actual is None else max(0, required - actual)
    if people is not None and required is None:
        state: State = "no_norm"
    elif shortfall is None:
        state = "not_assessable"
    else:
        state = "short" if shortfall > 0 else "met"
    flags = _flags(norm, people, facts, used_base) if required is not None else ()
    reason = norm_reason(norm, state, Case(people, used_base, required, actual, flags))
    return NormResult(state, required, actual, shortfall, reason, flags)


def _within_maximum(norm: Norm, facts: Mapping[str, Any] | None) -> NormResult:
    if norm.maximum is None:
        raise InvalidInput(f"Norm '{norm.code}' is a maximum without a number")
    users = None if facts is None else _count(facts.get("users"), "users")
    reason = maximum_reason(norm, norm.maximum, users)
    if users is None:
        return NormResult("not_assessable", None, None, None, reason, ())
    excess = max(0, users - norm.maximum)
    return NormResult("over" if excess else "met", None, users, None, reason, (), excess)


def evaluate_bases(
    norm: Norm,
    populations: Mapping[str, int | None],
    facts: Mapping[str, Any] | None,
    *,
    on: date | None = None,
) -> BasesResult:
    """Hold a norm against a place by each base whose population is given.

    `populations`: persons by base ("registered", "residents"), None where not known; the norm's
    own base must be among them. Raises InvalidInput as `evaluate` does.
    """
    if norm.population_base not in populations:
        raise InvalidInput(
            f"Norm '{norm.code}' counts '{norm.population_base}': give their number, or None "
            "where it is not known"
        )
    order = sorted(populations, key=lambda base: base != norm.population_base)
    by_base = {b: evaluate(norm, populations[b], facts, base=b, on=on) for b in order}
    known = [
        result.required
        for base, result in by_base.items()
        if result.required is not None or result.state == "no_norm"
    ]
    changes = None if len(known) < 2 else len(set(known)) > 1
    own = by_base[norm.population_base].reason
    reason = bases_reason({b: r.reason for b, r in by_base.items()}) if changes else own
    return BasesResult(by_base, changes, reason)


def _count(value: Any, name: str) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError as error:
        raise InvalidInput(f"'{name}' must be a whole number, not {value!r}") from error
    if number < 0:
        raise InvalidInput(f"'{name}' must not be negative, but is {number}")
    return number


def _flags(
    norm: Norm, population: int | None, facts: Mapping[str, Any] | None, base: str
) -> tuple[str, ...]:
    found: list[str] = []
    if population in norm.ambiguous_at:
        found.append(BOUNDARY_AMBIGUOUS)
    if facts is None or norm.head_specialty is None:
        pass  # nobody says who heads it, or nobody has to
    elif "head" not in facts:
        found.append(COMPOSITION_UNKNOWN)
    elif facts["head"] != norm.head_specialty:
        found.append(COMPOSITION_FAIL)
    if base != norm.population_base:
        found.append(BASE_SUBSTITUTED)
    return tuple(found)


def staff_facts(norm: Norm, staff: Iterable[Mapping[str, Any]], on: date) -> dict[str, Any]:
    """Facts for `evaluate` from a staff list of {specialty, head, contract_end}.

    Counted are posts in the norm's specialties whose contract has not ended before `on` (None:
    open-ended; the last day still counts). The head is the first of these that is marked so, the
    norm's own specialty before others.
    """
    filled = [
        post
        for post in staff
        if post["specialty"] in norm.specialties
        and (post.get("contract_end") is None or post["contract_end"] >= on)
    ]
    # Not only "true enough": a missing value of a table would be.
    heads = [post["specialty"] for post in filled if post.get("head") in _YES]
    # With two marked as head, one of the right specialty is enough.
    head = norm.head_specialty if norm.head_specialty in heads else next(iter(heads), None)
    return {"staff": len(filled), "head": head}


def mandatory_services(
    checklist: Checklist, offered: Collection[str] | None, *, active_types: Collection[str]
) -> ServiceShare:
    """Share of a checklist's mandatory services that are offered.

    `offered` are codes of the checklist; None where no register covers the place. `active_types`
    are the types of service active in the municipality: a conditional item (basic goods) applies
    only where its alternative (a social grocery) is not among them, and even then is no part of
    the mandatory share. Raises InvalidInput for a code the checklist does not have.
    """
    mandatory = tuple(item.code for item in checklist.with_status("mandatory"))
    extras = tuple(
        item.code
        for item in checklist.items
        if item.status == "optional"
        or (item.status == "conditional" and item.unless_service not in active_types)
    )
    if offered is None:
        reason = share_reason(checklist, None)
        return ServiceShare(None, "not_assessable", (), (), (), extras, reason)
    unknown = sorted(set(offered) - {item.code for item in checklist.items})
    if unknown:
        raise InvalidInput(f"Not on the checklist of {checklist.service_type}: {unknown}")
    has = tuple(code for code in mandatory if code in offered)
    missing = tuple(code for code in mandatory if code not in offered)
    if missing:
        category: ShareCategory = "partial" if has else "none"
    else:
        category = "full"
    return ServiceShare(
        share=len(has) / len(mandatory),
        category=category,
        offered=has,
        missing=missing,
        optional_offered=tuple(
            item.code
            for item in checklist.items
            if item.status != "mandatory" and item.code in offered
        ),
        optional_applicable=extras,
        reason=share_reason(checklist, missing),
    )
