"""Weakened policies that change nothing, each with the reason why no test could notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

STANDS = "the row stands where its parent stands, so that to see the parent is to be in scope"
BELONGS = "the row belongs to whom its service belongs, and an agency sees all its services"
HOUSE = "the scope says it is one's own agency, which everybody sees"
OPEN = "the scope says the site is open and in one's territory, and open sites everybody sees"
SERVED = "the scope itself asks for a service one sees"
UNWRITTEN = "the column the scope reads cannot be written by an update"

REASONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    STANDS: {
        "registry.assignment team_lead_insert": ("person_id",),
        "registry.contact centre_staff_insert": ("person_id",),
        "registry.contact centre_staff_update": ("person_id",),
        "registry.need centre_staff_insert": ("person_id",),
        "registry.need centre_staff_update": ("person_id",),
        "registry.need street_worker_insert": ("person_id",),
        "registry.need team_lead_update": ("person_id",),
        "registry.referral centre_staff_insert": ("scope", "need_id"),
        "registry.referral centre_staff_update": ("scope", "need_id"),
        "registry.referral team_lead_update": ("scope", "need_id"),
    },
    BELONGS: {
        "registry.resident agency_insert": ("service_id",),
        "registry.resident agency_update": ("service_id",),
        "registry.staff agency_insert": ("service_id",),
        "registry.staff agency_update": ("service_id",),
    },
    HOUSE: {
        "registry.service agency_insert": ("agency_id",),
        "registry.service agency_update": ("agency_id",),
        "registry.site agency_insert": ("agency_id",),
        "registry.site agency_update": ("agency_id",),
    },
    OPEN: {
        "registry.service municipal_planner_insert": ("site_id",),
        "registry.service municipal_planner_update": ("site_id",),
        "registry.service regional_planner_insert": ("site_id",),
        "registry.service regional_planner_update": ("site_id",),
    },
    SERVED: {
        "registry.staff municipal_planner_insert": ("service_id",),
        "registry.staff municipal_planner_update": ("service_id",),
    },
    UNWRITTEN: {"field.observation street_worker_update": ("scope",)},
}
"""Reason -> policy -> the parts of its check that can go one at a time; together they are missed."""


def names() -> Iterator[str]:
    """The mutants by name."""
    for policies in REASONS.values():
        for policy, parts in policies.items():
            yield from (f"{policy}: check without {part}" for part in parts)
