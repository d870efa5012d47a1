"""One new record of each register and one edit, as the description of the interface shows them."""

from __future__ import annotations

from typing import Any

_ONE = "01937f6e-7c00-7000-8000-000000000001"
_TWO = "01937f6e-7c00-7000-8000-000000000002"

EXAMPLES: dict[str, dict[str, Any]] = {
    "agencies": {
        "name": "Municipality of Example",
        "legal_form": "municipality",
        "area_code": "4501",
        "email": "office@example.org",
    },
    "sites": {
        "agency_id": _ONE,
        "address": "Example Street 1",
        "postcode": "10432",
        "area_code": "4501",
        "premises": {"step_free_entrance": True, "lift": False},
    },
    "services": {
        "agency_id": _ONE,
        "site_id": _TWO,
        "service_type": "home_help",
        "name": "Help at Home, first team",
        "capacity": 60,
        "target_groups": ["older"],
        "opening": [{"rrule": "FREQ=WEEKLY;BYDAY=MO,TU", "opens": "09:00", "closes": "14:00"}],
        "eligibility": {"min_age": 65},
        "active": True,
    },
    "staff": {
        "service_id": _ONE,
        "specialty": "social_worker",
        "head": True,
        "fte": 1,
        "contract_type": "fixed_term",
        "contract_end": "2027-06-30",
    },
    "programmes": {
        "code": "5001234",
        "name": "Community centres, second period",
        "fund": "ESF+",
        "valid_from": "2026-01-01",
        "valid_to": "2029-12-31",
    },
    "agreements": {
        "title": "Referral of older people",
        "kind": "referral",
        "area_code": "4501",
        "agency_id": _ONE,
        "parties": [_TWO],
    },
    "households": {"area_code": "4501"},
    "people": {
        "birth_year": 1950,
        "sex": "f",
        "target_group": "older",
        "address": "Example Street 1",
        "postcode": "10432",
        "consent_basis": "law",
        "retain_until": "2031-12-31",
    },
    "needs": {
        "person_id": _ONE,
        "service_type": "home_help",
        "stage": "identification",
        "since": "2026-10-01",
    },
    "contacts": {
        "channel": "hotline",
        "at": "2026-10-01T09:30:00+03:00",
        "topic": "Asks for help at home",
        "triage": "soon",
    },
    "referrals": {"need_id": _ONE, "to_service_id": _TWO},
    "residents": {"service_id": _ONE, "origin_area_code": "4501", "support_need": "high"},
    "rounds": {
        "team": "Team 2",
        "started_at": "2026-10-01T20:00:00+03:00",
        "ended_at": "2026-10-01T23:00:00+03:00",
        "minutes": 170,
    },
    "observations": {},
}

EDITS: dict[str, dict[str, Any]] = {
    "agencies": {"website": "https://example.org"},
    "sites": {"premises": {"step_free_entrance": True, "lift": True}},
    "services": {"capacity": 80, "verified_on": "2026-11-20"},
    "staff": {"contract_end": "2028-06-30"},
    "programmes": {"valid_to": "2030-12-31"},
    "agreements": {"decision_ref": "12/2026"},
    "households": {"area_code": "4501"},
    "people": {"support_need": "high"},
    "needs": {"stage": "evaluation", "evaluated_on": "2026-11-01"},
    "contacts": {"outcome": "informed"},
    "referrals": {"outcome": "refused", "reason": "no_place"},
    "residents": {"support_need": "medium"},
    "rounds": {"minutes": 150},
    "observations": {"stage": "recording"},
}
