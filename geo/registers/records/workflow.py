"""What the stages of needs, reports and referrals ask for, and what a record of a person must say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, get_args

from geo.errors import InvalidInput

StageReason = Literal["new_information", "recorded_by_mistake", "reopened", "other"]
"""Why a record goes back to an earlier stage: a closed list."""
STAGE_REASONS: tuple[StageReason, ...] = get_args(StageReason)

NEED_STAGES = ("identification", "evaluation", "resolution")
"""The three stages of a need (requirements S35)."""
REPORT_STAGES = ("identification", "recording", "assessment", "monitoring")
"""The four stages of street work (requirements S66)."""
ANSWERS: Mapping[str | None, tuple[str, ...]] = {
    None: ("accepted", "refused"),
    "accepted": ("done",),
    "refused": (),
    "done": (),
}
"""What may follow an answer to a referral."""

_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True)
class Step:
    """An edit about to be stored: the row before (None: a new one) and after, as JSON."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    changed: frozenset[str]
    now: datetime
    reason: StageReason | None = None

    @property
    def today(self) -> date:
        return self.now.date()


def check(register: str, step: Step) -> dict[str, Any]:
    """Raise InvalidInput naming the field that does not fit; returns what follows by itself."""
    rule = _RULES.get(register)
    return {} if rule is None else rule(step)


def _need(step: Step) -> dict[str, Any]:
    units = ("person_id", "household_id", "group_name")
    if step.changed & set(units):
        named = [unit for unit in units if step.after.get(unit) is not None]
        if len(named) != 1:
            raise InvalidInput(
                f"{named[1] if named else 'person_id'}: a need is of one person, one household"
                " or one group.",
                hint="Give exactly one of person_id, household_id and group_name.",
            )
    _stage(step, NEED_STAGES)
    dates = ("since", "evaluated_on", "resolved_on", "closed_on")
    if step.changed & {"stage", *dates}:
        _not_ahead(step, dates)
        _in_order(step, ("since", "evaluated_on", "resolved_on"))
        _in_order(step, ("since", "closed_on"))
        _dates_of_stage(step)
    return {}


def _dates_of_stage(step: Step) -> None:
    """Each stage that was reached has its day, and none that was not."""
    place = NEED_STAGES.index(step.after["stage"])
    for reached, field in ((1, "evaluated_on"), (2, "resolved_on")):
        given = step.after.get(field) is not None
        if place >= reached and not given:
            raise InvalidInput(f"{field}: the stage {step.after['stage']} needs this date.")
        if place < reached and given:
            raise InvalidInput(
                f"{field}: the stage {step.after['stage']} comes before this date.",
                hint="Move the stage on, or empty the date.",
            )


def _stage(step: Step, stages: tuple[str, ...]) -> None:
    """Forward as work goes on; back only with a reason."""
    if "stage" not in step.changed or step.before is None:
        return
    if stages.index(step.after["stage"]) < stages.index(step.before["stage"]) and not step.reason:
        raise InvalidInput(
            "stage_reason: going back to an earlier stage needs a reason.",
            hint=f"One of: {', '.join(STAGE_REASONS)}.",
        )


def _report(step: Step) -> dict[str, Any]:
    _stage(step, REPORT_STAGES)
    return {}


def _referral(step: Step) -> dict[str, Any]:
    outcome = step.after.get("outcome")
    if step.before is None:
        if outcome is not None or step.after.get("answered_at") is not None:
            raise InvalidInput("outcome: a new referral has no answer yet.")
        _moments(step)
        return {}
    follows: dict[str, Any] = {}
    if "outcome" in step.changed:
        allowed = ANSWERS[step.before.get("outcome")]
        if outcome not in allowed:
            raise InvalidInput(
                "outcome: this cannot follow the answer that stands.",
                hint=f"Now possible: {', '.join(allowed) or 'nothing; make a new referral'}.",
            )
        if step.after.get("answered_at") is None:
            follows["answered_at"] = step.now
    if outcome == "refused" and step.after.get("reason") is None:
        raise InvalidInput("reason: a refusal needs a reason.")
    if outcome != "refused" and step.after.get("reason") is not None:
        raise InvalidInput("reason: only a refusal has one.")
    if outcome is None and step.after.get("answered_at") is not None:
        raise InvalidInput("outcome: an answer needs an outcome.")
    _moments(step)
    return follows


def _moments(step: Step) -> None:
    latest = step.now + _CLOCKS_APART
    for field in ("sent_at", "answered_at"):
        if field in step.changed and step.after.get(field) and _moment(step, field) > latest:
            raise InvalidInput(f"{field}: lies in the future.")
    if step.after.get("answered_at") and _moment(step, "answered_at") < _moment(step, "sent_at"):
        raise InvalidInput("answered_at: lies before the referral was sent.")


def _person(step: Step) -> dict[str, Any]:
    """Why a record may be kept, and until when."""
    fields = ("consent_basis", "consent_on", "consent_withdrawn_on", "retain_until")
    if not step.changed & set(fields):
        return {}
    after = step.after
    _not_ahead(step, ("consent_on", "consent_withdrawn_on"))
    if after.get("consent_basis") is None:
        raise InvalidInput(
            "consent_basis: say on what ground this record is kept.",
            hint="consent, law or vital_interest.",
        )
    if after["consent_basis"] == "consent" and after.get("consent_on") is None:
        raise InvalidInput("consent_on: consent needs the day it was given.")
    if after.get("consent_withdrawn_on") is not None:
        if after.get("consent_on") is None:
            raise InvalidInput("consent_withdrawn_on: there is no consent to withdraw.")
        if after.get("retain_until") is None:
            raise InvalidInput(
                "retain_until: after consent is withdrawn, say when the record goes.",
                hint="Another ground for keeping it, or a day on which it is erased.",
            )
    _in_order(step, ("consent_on", "consent_withdrawn_on"))
    return {}


def _round(step: Step) -> dict[str, Any]:
    if not step.changed & {"started_at", "ended_at", "minutes"}:
        return {}
    span = _moment(step, "ended_at") - _moment(step, "started_at")
    if span <= timedelta(0):
        raise InvalidInput("ended_at: lies before the round began.")
    if timedelta(minutes=step.after["minutes"]) > span + timedelta(minutes=1):
        raise InvalidInput("minutes: more than lie between beginning and end.")
    return {}


def _period(step: Step) -> dict[str, Any]:
    if step.changed & {"valid_from", "valid_to"}:
        _in_order(step, ("valid_from", "valid_to"))
    return {}


def _not_ahead(step: Step, fields: tuple[str, ...]) -> None:
    # A day somewhere is still tomorrow's here.
    latest = (step.today + timedelta(days=1)).isoformat()
    for field in fields:
        if field in step.changed and step.after.get(field) and step.after[field] > latest:
            raise InvalidInput(f"{field}: lies in the future.")


def _in_order(step: Step, fields: tuple[str, ...]) -> None:
    given = [(field, step.after[field]) for field in fields if step.after.get(field)]
    for (earlier, first), (later, second) in pairwise(given):
        if second < first:
            raise InvalidInput(f"{later}: lies before {earlier}.")


def _moment(step: Step, field: str) -> datetime:
    return datetime.fromisoformat(step.after[field]).astimezone(UTC)


_RULES: Mapping[str, Callable[[Step], dict[str, Any]]] = {
    "needs": _need,
    "observations": _report,
    "referrals": _referral,
    "people": _person,
    "rounds": _round,
    "programmes": _period,
    "agreements": _period,
}
