"""Stages, answers, consent and rounds: what fits and which field is named where it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from geo.errors import InvalidInput
from geo.registers.records.workflow import Step, check

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
NEED = {
    "person_id": "p",
    "household_id": None,
    "group_name": None,
    "stage": "identification",
    "since": "2026-01-10",
    "evaluated_on": None,
    "resolved_on": None,
    "closed_on": None,
}


def step(before: dict[str, Any] | None, why: Any = None, **changes: Any) -> Step:
    after = (before or {}) | changes
    return Step(before, after, frozenset(changes if before else after), NOW, why)


def refused(register: str, told: Step) -> str:
    with pytest.raises(InvalidInput) as caught:
        check(register, told)
    return caught.value.message.partition(":")[0]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stage": "evaluation", "evaluated_on": "2026-02-01"},
        {"stage": "resolution", "evaluated_on": "2026-02-01", "resolved_on": "2026-02-01"},
        {"closed_on": "2026-03-01"},
        {"person_id": None, "household_id": "h"},
        {"person_id": None, "group_name": "The people of the old station"},
    ],
)
def test_a_need_that_fits(changes: dict[str, Any]) -> None:
    assert check("needs", step(None, **(NEED | changes))) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person_id": None}, "person_id"),
        ({"household_id": "h"}, "household_id"),
        ({"group_name": "g"}, "group_name"),
        ({"stage": "evaluation"}, "evaluated_on"),
        ({"stage": "resolution", "evaluated_on": "2026-02-01"}, "resolved_on"),
        ({"evaluated_on": "2026-02-01"}, "evaluated_on"),
        ({"stage": "evaluation", "evaluated_on": "2026-01-09"}, "evaluated_on"),
        ({"closed_on": "2026-01-09"}, "closed_on"),
        ({"since": "2026-11-24"}, "since"),
    ],
)
def test_a_need_that_does_not(changes: dict[str, Any], field: str) -> None:
    assert refused("needs", step(None, **(NEED | changes))) == field


def test_a_need_goes_back_with_a_reason_only() -> None:
    before = NEED | {"stage": "evaluation", "evaluated_on": "2026-02-01"}
    back = {"stage": "identification", "evaluated_on": None}
    assert refused("needs", step(before, **back)) == "stage_reason"
    assert check("needs", step(before, "new_information", **back)) == {}
    # An old row whose dates were never recorded stays editable in its other fields.
    assert check("needs", step(NEED | {"stage": "resolution"}, outcome="x")) == {}


def test_a_report_goes_back_with_a_reason_only() -> None:
    for earlier, later in (("identification", "recording"), ("recording", "monitoring")):
        assert check("observations", step({"stage": earlier}, stage=later)) == {}
        assert refused("observations", step({"stage": later}, stage=earlier)) == "stage_reason"
        assert check("observations", step({"stage": later}, "reopened", stage=earlier)) == {}


SENT = {"sent_at": "2026-11-01T09:00:00Z", "outcome": None, "answered_at": None, "reason": None}


def test_a_referral_is_answered_once_and_then_done() -> None:
    assert check("referrals", step(None, **SENT)) == {}
    assert check("referrals", step(SENT, outcome="accepted")) == {"answered_at": NOW}
    accepted = SENT | {"outcome": "accepted", "answered_at": "2026-11-02T09:00:00Z"}
    assert check("referrals", step(accepted, outcome="done")) == {}
    assert check("referrals", step(SENT, outcome="refused", reason="no_place"))
    for before, changes, field in (
        (None, SENT | {"outcome": "accepted"}, "outcome"),
        (SENT, {"outcome": "done"}, "outcome"),
        (SENT, {"outcome": "refused"}, "reason"),
        (SENT, {"outcome": "accepted", "reason": "no_place"}, "reason"),
        (SENT, {"answered_at": "2026-11-02T09:00:00Z"}, "outcome"),
        (SENT, {"outcome": "accepted", "answered_at": "2026-10-31T09:00:00Z"}, "answered_at"),
        (SENT, {"outcome": "accepted", "answered_at": "2026-12-31T09:00:00Z"}, "answered_at"),
        (accepted, {"outcome": "refused", "reason": "no_place"}, "outcome"),
        (accepted, {"outcome": None}, "outcome"),
        (accepted | {"outcome": "done"}, {"outcome": "accepted"}, "outcome"),
    ):
        told = step(before, **changes)
        assert refused("referrals", told) == field, (before, changes)


def test_a_record_of_a_person_says_why_and_until_when() -> None:
    assert check("people", step(None, consent_basis="law")) == {}
    consent = {"consent_basis": "consent", "consent_on": "2026-01-01"}
    assert check("people", step(None, **consent)) == {}
    withdrawn = {"consent_withdrawn_on": "2026-02-01"}
    assert check("people", step(consent, **withdrawn, retain_until="2026-03-01")) == {}
    for before, changes, field in (
        ({"consent_basis": "law"}, {"consent_basis": None}, "consent_basis"),
        (None, {"consent_basis": "consent"}, "consent_on"),
        (None, consent | {"consent_on": "2026-12-01"}, "consent_on"),
        (consent, withdrawn, "retain_until"),
        ({"consent_basis": "law"}, withdrawn, "consent_withdrawn_on"),
        (
            consent,
            {"consent_withdrawn_on": "2025-12-31", "retain_until": "2026-03-01"},
            "consent_withdrawn_on",
        ),
    ):
        assert refused("people", step(before, **changes)) == field, changes


def test_a_round_lasts_no_longer_than_its_time() -> None:
    told = {"started_at": "2026-11-01T20:00:00Z", "ended_at": "2026-11-01T22:00:00Z"}
    assert check("rounds", step(None, **told, minutes=120)) == {}
    assert refused("rounds", step(None, **told, minutes=122)) == "minutes"
    swapped = {"started_at": told["ended_at"], "ended_at": told["started_at"]}
    assert refused("rounds", step(None, **swapped, minutes=1)) == "ended_at"
