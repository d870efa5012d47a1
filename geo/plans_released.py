"""A scenario as a tier of readers may see it: figures before and after, through the release rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.analysis.figures.coverage import grounds_of
from geo.analysis.figures.inputs import Inputs
from geo.errors import InvalidInput
from geo.frozen_inputs import Start
from geo.indicators import Indicator
from geo.planning import KEYS, Evaluation, changed_by
from geo.plans.scenario import Scenario
from geo.profiles.shape import Profile
from geo.redrawing import (
    REDRAW,
    redrawn_concentrations,
    redrawn_hidden_need,
    redrawn_stairs,
)
from geo.releases.suppress import suppress
from geo.releases.tiers import HIDDEN_SERVICE_TYPES, TierRule

SHOWN = ("shown", "held")


def released_scenario(
    asked: Scenario,
    made: Evaluation,
    start: Start,
    definitions: Mapping[str, Indicator],
    rule: TierRule,
) -> list[dict[str, Any]]:
    """The figures of an evaluation that a tier may see: before, after and difference, row by row.

    `made` is the evaluation of `asked` on `start`; it holds exact counts, the answer does not.
    Before is what the tier's release of that snapshot shows. After goes through the same rules,
    the stair computed anew from released counts and the services after the changes. A side that
    the tier may not see has the status 'withheld' and no number, and then there is no difference.
    A sensitive figure that is withheld before is withheld after, whatever the scenario asks: who
    tries many learns nothing of it. Figures of types of hidden places are left out.

    Raises InvalidInput where a change touches a hidden place: moving a door beside it and watching
    reach would find it; and where other code than this made the snapshot, since then nobody could
    say what a difference comes from.
    """
    if made.content["code_version"] != start.code_version:
        raise InvalidInput(
            "snapshot: it was made by another version of the service.",
            hint=f"Make a new one: `needsmap analyse {start.inputs.region}`.",
        )
    hidden = hidden_types(start.inputs)
    changed, inputs = changed_by(asked, start.inputs)
    if refused := sorted(changed.service_types & hidden):
        raise InvalidInput(
            f"changes: services of the type {refused[0]} are not open to this question.",
            hint="Where they are is told to nobody, and answers would lead there.",
        )
    types = sorted(set(made.content["service_types"]) - hidden)
    values = start.values[start.values["breakdown"].isin(["", *types])]
    then = pd.DataFrame([row for row in made.content["figures"] if row["breakdown"] not in hidden])
    rules = (definitions, rule)
    first = _seen(values, start.inputs, start, types, *rules)
    second = _seen(_with(values, then), inputs, start, types, *rules)
    keys = pd.MultiIndex.from_frame(then[KEYS])
    before, after = first.reindex(keys), second.reindex(keys)
    rows = []
    for key, one, other in zip(
        keys, before.to_dict("records"), after.to_dict("records"), strict=True
    ):
        kept_back = definitions[key[0]].sensitive and one["status"] == "withheld"
        sides = {"before": _side(one), "after": _side(one if kept_back else other)}
        rows.append({**dict(zip(KEYS, key, strict=True)), **sides, "difference": _between(sides)})
    return rows


def hidden_types(inputs: Inputs) -> frozenset[str]:
    """Types of service of which no answer may lead to a place: hidden ones, and those of which a
    service is marked as sensitive."""
    marked = inputs.services.loc[inputs.services["sensitive"].astype(bool), "service_type"]
    return HIDDEN_SERVICE_TYPES | frozenset(marked.astype(str))


def _seen(
    values: pd.DataFrame,
    inputs: Inputs,
    start: Start,
    types: list[str],
    definitions: Mapping[str, Indicator],
    rule: TierRule,
) -> pd.DataFrame:
    """Figures as the tier may see them, the stair redrawn on the services of `inputs`."""
    narrow = _only(start.profile, types)
    grounds = grounds_of(inputs, narrow, start.parameters, start.travel)
    redraw = dict(REDRAW) | redrawn_concentrations(values) | redrawn_hidden_need(values)
    redraw |= redrawn_stairs(grounds)
    return suppress(values, definitions, rule, inputs.region, redraw).set_index(KEYS)


def _only(profile: Profile, types: list[str]) -> Profile:
    kinds = tuple(
        replace(kind, demand=kind.demand and kind.code in types) for kind in profile.service_types
    )
    return replace(profile, service_types=kinds)


def _with(values: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """The snapshot's rows with those of the evaluation in place of their own."""
    after = pd.DataFrame(list(then["after"]), index=pd.MultiIndex.from_frame(then[KEYS]))
    made = values.set_index(KEYS)
    both = made.index.union(after.index, sort=False)
    made = made.reindex(both)
    # Intervals are of the exact figures before; those of redrawn ones are computed anew.
    made.loc[after.index, ["low", "high"]] = float("nan")
    for column in ("value", "category", "status"):
        made[column] = made[column].astype(object)
        made.loc[after.index, column] = after[column].astype(object)
    silent: Any = [{} for _ in range(len(made))]
    return made.assign(explanation=silent).astype({"value": float}).reset_index()


def _side(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Number or word, and status; a number only where the tier may see it."""
    status = row["status"] if isinstance(row["status"], str) else "no_data"
    seen = status in SHOWN
    number, word = row["value"], row["category"]
    return {
        "value": float(number) + 0.0 if seen and not pd.isna(number) else None,
        "category": str(word) if seen and not pd.isna(word) else None,
        "status": status,
    }


def _between(sides: Mapping[str, Mapping[str, Any]]) -> float | None:
    first, second = sides["before"]["value"], sides["after"]["value"]
    if first is None or second is None:
        return None
    # Twelve digits, as snapshots are frozen; beyond lies the order of summation.
    return float(f"{second - first:.12g}") + 0.0
