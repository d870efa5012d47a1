"""Trust rule R7: what an attacker with a solver can learn from a release, over random cities."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from attacker import TINY, Attacker, Found, Sight
from cities import REGION, City, random_city

from geo.indicators import indicators
from geo.releases.suppress import suppress
from geo.releases.tiers import RULES

CITIES = 300


@cache
def sight(seed: int, tier: str) -> Sight:
    rule, values = RULES[tier], random_city(seed).values()
    return Sight(suppress(values, indicators(), rule, REGION, {}), rule.k, rule.rounded_to)


def truth(city: City, indicator: str) -> dict[str, float]:
    counts = city.counts[indicator]
    return dict(zip(city.codes, counts, strict=True)) | {REGION: float(np.nansum(counts))}


def learned(city: City, sights: list[Sight], indicator: str) -> list[Found]:
    k = sights[0].k
    below = {code: count < k for code, count in truth(city, indicator).items()}
    return Attacker(sights, indicator, REGION).attack(below, k)


def broken(city: City, sights: list[Sight], indicator: str) -> list[str]:
    """Withheld counts that the attacker learns too well, and intervals that miss the truth."""
    k, said = sights[0].k, truth(city, indicator)
    complaints = []
    for found in learned(city, sights, indicator):
        place = f"{indicator} of {found.area}, truth {said[found.area]:g}: {found}"
        for low, high in (found.outsider, found.insider):
            if not low - TINY <= said[found.area] <= high + TINY:
                complaints.append(f"the attacker is wrong: {place}")
        if found.outsider[1] - found.outsider[0] < k - TINY:
            complaints.append(f"an outsider learns {place}")
        if found.insider[1] - found.insider[0] < math.ceil(k / 2) - TINY:
            complaints.append(f"an insider learns {place}")
    return complaints


@pytest.mark.parametrize(
    "tiers", [("public",), ("committee", "public")], ids=["public", "committee"]
)
def test_no_withheld_count_can_be_narrowed(tiers: tuple[str, ...]) -> None:
    """A tier's attacker reads its own release and those of the tiers below."""
    complaints, withheld = [], 0
    for seed in range(CITIES):
        city = random_city(seed)
        sights = [sight(seed, tier) for tier in tiers]
        for indicator in city.counts:
            withheld += len(sights[0].withheld(indicator))
            complaints += [f"seed {seed}: {text}" for text in broken(city, sights, indicator)]
    assert withheld > 6 * CITIES, "these cities test nothing"
    assert complaints == []
