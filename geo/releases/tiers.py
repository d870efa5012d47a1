"""What each tier may see: the threshold, the rounding, the kinds of place never shown."""

from __future__ import annotations

from dataclasses import dataclass

from geo.releases.release import Tier

RULE_VERSION = "2026-11.3"
"""Changes with every change of a rule, so that a release says which rules made it."""

HIDDEN_SERVICE_TYPES = frozenset({"night_shelter"})
"""Places whose map could lead somebody to the people in them (trust rule R10)."""


@dataclass(frozen=True)
class TierRule:
    """Counts of people below `k` (and zeros) are withheld; others are rounded to `rounded_to`."""

    tier: Tier
    k: int
    rounded_to: int | None


RULES: dict[Tier, TierRule] = {
    "planner": TierRule("planner", 5, None),
    "committee": TierRule("committee", 5, None),
    "public": TierRule("public", 10, 5),
}
