"""Names of codes for people, as the countries' profiles give them."""

from __future__ import annotations

from collections.abc import Iterable

from geo.hsds.terms import Labels
from geo.profiles.shape import Profile


def labels_of(profiles: Iterable[Profile], language: str = "en") -> Labels:
    """Taxonomy -> code -> name in a language; a code that two countries share has the first's."""
    labels: dict[str, dict[str, str]] = {}
    for profile in profiles:
        named = {
            "service_type": {one.code: one.names for one in profile.service_types},
            "target_group": profile.target_groups,
            "sector": profile.sectors,
            "legal_form": {code: one.names for code, one in profile.legal_forms.items()},
            "offer": {
                item.code: item.names
                for checklist in profile.checklists.values()
                for item in checklist.items
            },
        }
        for taxonomy, codes in named.items():
            for code, names in codes.items():
                if language in names:
                    labels.setdefault(taxonomy, {}).setdefault(code, names[language])
    return labels
