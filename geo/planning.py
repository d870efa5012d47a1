"""What a scenario would do: the figures before and after, and what lies between."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from geo.analysis.figures.coverage import coverage, grounds_of, municipal_norm
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.rows import without_partial_totals
from geo.analysis.figures.services import Travel, straight_line
from geo.analysis.parameters import Parameters
from geo.errors import InvalidInput
from geo.ids import canonical_json, content_id
from geo.plans.changes import Changed, Frames, apply
from geo.plans.population import with_population
from geo.plans.scenario import Scenario
from geo.profiles.shape import Profile

KEYS = ["indicator", "breakdown", "area_code"]
SIGNIFICANT_DIGITS = 12
"""As snapshots are frozen; beyond it lies only the order of summation."""


@dataclass(frozen=True)
class Evaluation:
    """A scenario's outcome, its canonical bytes and the id they give. It holds exact counts."""

    id: str
    content: Mapping[str, Any]

    @property
    def canonical(self) -> bytes:
        return canonical_json(self.content)


def evaluate(
    scenario: Scenario,
    inputs: Inputs,
    profile: Profile,
    parameters: Parameters,
    code_version: str,
    travel: Travel | None = None,
    frozen: pd.DataFrame | None = None,
) -> Evaluation:
    """The figures that a scenario touches, before and after, by municipality and for the region.

    Only the service types that a change touches are computed; the figures of the others are the
    same before and after. Another population touches all of them. `travel` gives the journeys of both; None: by straight line. `frozen` are
    the snapshot's figures where the same code, parameters and journeys made them: those before need
    not be computed again then. None: they are.
    The content holds exact counts and is for the operator only: nobody else may read it before it
    has gone through the release rules.
    """
    changed, after = changed_by(scenario, inputs)
    other = with_norm(profile, scenario.norm)
    types = touched(changed, profile, other)
    if scenario.population is not None:
        # Where people live decides reach and access to every type.
        types = frozenset(kind.code for kind in profile.demand_types())
    chosen = travel or straight_line(parameters)
    then = figures_of(after, other, parameters, types, chosen)
    if frozen is None:
        now = figures_of(inputs, profile, parameters, types, chosen)
    else:
        now = frozen.merge(then[KEYS], on=KEYS)
    rows = _compared(now, then)
    content = {
        "scenario": _plain(asdict(scenario)),
        "code_version": code_version,
        "region": inputs.region,
        "as_of": inputs.as_of.isoformat(),
        "service_types": sorted(types),
        "figures": rows,
        "budget": budget(changed, scenario.budget_neutral),
    }
    return Evaluation(content_id("scen", canonical_json(content)), content)


def changed_by(scenario: Scenario, inputs: Inputs) -> tuple[Changed, Inputs]:
    """What the changes are, and the inputs with them and with the population that is asked for."""
    changed = apply(
        scenario,
        Frames(
            inputs.municipalities,
            inputs.services,
            inputs.service_states,
            inputs.staff,
            inputs.as_of,
        ),
    )
    after = replace(
        inputs,
        services=changed.frames.services,
        service_states=changed.frames.service_states,
        staff=changed.frames.staff,
    )
    if scenario.population is None:
        return changed, after
    people, cells = with_population(scenario.population, inputs.population, inputs.cells)
    return changed, replace(after, population=people, cells=cells)


def figures_of(
    inputs: Inputs, profile: Profile, parameters: Parameters, types: Iterable[str], travel: Travel
) -> pd.DataFrame:
    """The coverage figures of a region, those by service type of `types` only."""
    # The others have no figures of their own here, so that nobody need ask whether they work.
    asked = set(types)
    kinds = tuple(replace(kind, demand=kind.code in asked) for kind in profile.service_types)
    narrow = replace(profile, service_types=kinds)
    grounds = grounds_of(inputs, narrow, parameters, travel)
    rows = coverage(inputs, narrow, parameters, grounds)
    # As in the snapshot: where registers cover a part, there is no figure for the whole.
    return rows if inputs.is_covered().all() else without_partial_totals(rows, inputs.region)


def with_norm(profile: Profile, norm: str | None) -> Profile:
    """The profile with one norm only; as it is where no other is asked for."""
    return profile if norm is None else replace(profile, norms={norm: profile.norm(norm)})


def touched(changed: Changed, before: Profile, after: Profile) -> frozenset[str]:
    """The service types with figures of their own whose figures the changes may move.

    Posts of one service of a norm decide whether all services of its types work there, so that
    they are touched together; and so are those of both norms where another is held against.
    """
    types = set(changed.service_types)
    norms = [municipal_norm(before), municipal_norm(after)]
    for norm in norms:
        if norm is not None and (norms[0] != norms[1] or types & set(norm.service_types)):
            types |= set(norm.service_types)
    return frozenset(types & {kind.code for kind in before.demand_types()})


def budget(changed: Changed, neutral_asked: bool) -> dict[str, Any]:
    """Cents by change and in sum; None, not zero, where the cost of a change is not known.

    `neutral`: whether the sum is 0 to the cent; None where it cannot be told. `said` is a sentence
    where the scenario must be neutral and is not, or is not known to be.
    """
    known = [cost.cents for cost in changed.costs if cost.cents is not None]
    total = sum(known) if len(known) == len(changed.costs) else None
    said = None
    if neutral_asked and total is None:
        lacking = ", ".join(str(cost.change) for cost in changed.costs if cost.cents is None)
        said = f"Whether it is budget-neutral cannot be told: no cost for change {lacking}."
    elif neutral_asked and total:
        euros, cents = divmod(abs(total), 100)
        side = "more" if total > 0 else "less"
        said = f"Not budget-neutral: it costs {euros}.{cents:02d} {side} than today."
    return {
        "changes": [asdict(cost) for cost in changed.costs],
        "total_cents": total,
        "neutral": None if total is None else total == 0,
        "neutral_asked": neutral_asked,
        "said": said,
    }


def replayed(kept: bytes, now: Evaluation, kept_code_version: str) -> dict[str, bool]:
    """Whether a scenario computed again gives the bytes that were kept, and by the same code."""
    return {
        "same_bytes": kept == now.canonical,
        "same_code": kept_code_version == now.content["code_version"],
    }


def held_against(
    first: Mapping[str, Any], second: Mapping[str, Any], only_different: bool = True
) -> list[dict[str, Any]]:
    """Two evaluations of one snapshot, figure by figure: before, after the first, after the second.

    A figure that one of the two does not touch is there as it was before. `only_different`: only
    those that differ between the two. Raises InvalidInput for evaluations of two snapshots or by
    two versions of the code, of which nobody could say what a difference comes from.
    """
    pairs = {
        "snapshots": (first["scenario"]["snapshot"], second["scenario"]["snapshot"]),
        "versions of the code": (first["code_version"], second["code_version"]),
    }
    for what, (one, other) in pairs.items():
        if one != other:
            raise InvalidInput(
                f"The two scenarios are of two {what}: {one} and {other}.",
                hint="Run both again on one snapshot: `needsmap scenario run FILE.toml`.",
            )
    sides = [
        {tuple(row[key] for key in KEYS): row for row in one["figures"]} for one in (first, second)
    ]
    rows = []
    for key in sorted({*sides[0], *sides[1]}):
        known = [side.get(key) for side in sides]
        before = next(row["before"] for row in known if row is not None)
        after = [before if row is None else row["after"] for row in known]
        if only_different and after[0] == after[1]:
            continue
        numbers = [one["value"] for one in after]
        difference = None if None in numbers else _number(numbers[1] - numbers[0])
        rows.append(
            {
                **dict(zip(KEYS, key, strict=True)),
                "before": before,
                "first": after[0],
                "second": after[1],
                "difference": difference,
            }
        )
    return rows


def _compared(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    first = before.set_index(KEYS).add_suffix("_before")
    both = first.join(after.set_index(KEYS).add_suffix("_after"), how="outer").sort_index()
    rows = both.to_dict("records")
    return [_row(key, row) for key, row in zip(both.index, rows, strict=True)]


def _row(key: tuple[str, str, str], row: Mapping[Any, Any]) -> dict[str, Any]:
    sides = {
        side: {
            "value": _number(row[f"value_{side}"]),
            "category": _word(row[f"category_{side}"]),
            "status": _word(row[f"status_{side}"]) or "no_data",
        }
        for side in ("before", "after")
    }
    first, second = sides["before"]["value"], sides["after"]["value"]
    known = isinstance(first, float) and isinstance(second, float)
    difference = _number(second - first) if known else None  # type: ignore[operator]
    return {**dict(zip(KEYS, key, strict=True)), **sides, "difference": difference}


def _number(value: float) -> float | None:
    if pd.isna(value):
        return None
    if not math.isfinite(value):
        return None
    # Adding 0.0 turns -0.0 into 0.0: one number, one spelling.
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0


def _word(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
