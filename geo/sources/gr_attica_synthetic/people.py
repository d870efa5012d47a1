"""Invents the beneficiaries of each municipality, their households, addresses and needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from geo.sources.gr_attica_synthetic.addresses import Typed
from geo.sources.gr_attica_synthetic.draw import Choice, chance
from geo.sources.gr_attica_synthetic.world import World

PSEUDONYM_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

AGES = {"older": (67, 95), "disabled": (8, 70), "child_family": (1, 50), "roma": (1, 60)}
"""Youngest and oldest of a target group; the others are of working age."""

WORKING_AGE = (18, 66)


@dataclass(frozen=True)
class Household:
    """People who live together, with the address one of them typed for all."""

    area_code: str
    size: int
    supported: bool
    typed: Typed


def people(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Frame `people`: about `support_per_1000` and `others_per_1000` of the residents."""
    settings = world.settings["people"]
    supported = Choice(settings["support_groups"])
    others = Choice(settings["other_groups"])
    rows: list[dict[str, object]] = []
    taken: set[str] = set()
    for number, household in enumerate(_households(world, rng), 1):
        group = (supported if household.supported else others).draw(rng)
        for _ in range(household.size):
            rows.append(
                {
                    "external_id": f"P-{len(rows) + 1:06}",
                    "pseudonym": _pseudonym(rng, taken),
                    "household_external_id": f"H-{number:06}",
                    "birth_year": _birth_year(rng, group, world.as_of.year),
                    "sex": "f" if chance(rng, 0.54) else "m",
                    "target_group": group,
                    "address": household.typed.address,
                    "municipality_text": household.typed.municipality_text,
                    "postcode": household.typed.postcode,
                    "receives_income_support": household.supported,
                    "synthetic": True,
                }
            )
    return pd.DataFrame(rows)


def expected_supported(
    residents: Mapping[str, int], settings: Mapping[str, Any]
) -> dict[str, float]:
    """Expected persons on income support by municipality: the region's rate times its factor,
    scaled so that the region's average stays what it is said to be."""
    weights = {area: count * settings["factor"].get(area, 1.0) for area, count in residents.items()}
    total = settings["support_per_1000"] / 1000 * sum(residents.values())
    scale = total / sum(weights.values())
    return {area: weight * scale for area, weight in weights.items()}


def _households(world: World, rng: np.random.Generator) -> Iterator[Household]:
    settings = world.settings["people"]
    sizes = Choice(settings["household_sizes"])
    supported = expected_supported(world.residents, settings)
    for area, count in world.residents.items():
        own = float(np.exp(rng.normal(0, settings["spread"])))
        wanted = int(rng.poisson(supported[area] * own))
        while wanted > 0:
            size = min(wanted, int(sizes.draw(rng)))
            wanted -= size
            yield _household(world, area, size, True, rng)
        for _ in range(int(rng.poisson(settings["others_per_1000"] / 1000 * count))):
            yield _household(world, area, 1, False, rng)


def _household(
    world: World, area: str, size: int, supported: bool, rng: np.random.Generator
) -> Household:
    typed = world.typist.type(rng, world.places.draw(rng, area))
    return Household(area, size, supported, typed)


def _pseudonym(rng: np.random.Generator, taken: set[str]) -> str:
    """Eight letters and digits without those that look alike, not given before."""
    while True:
        drawn = rng.integers(0, len(PSEUDONYM_LETTERS), 8)
        name = "".join(PSEUDONYM_LETTERS[i] for i in drawn)
        if name not in taken:
            taken.add(name)
            return name


def _birth_year(rng: np.random.Generator, group: str, year: int) -> int:
    youngest, oldest = AGES.get(group, WORKING_AGE)
    return year - youngest - int(rng.random() * (oldest - youngest + 1))


def needs(world: World, register: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Frame `needs`: which services the people on the register need, since when, in which stage."""
    settings = world.settings["needs"]
    stages = Choice(settings["stages"])
    rows: list[dict[str, object]] = []
    for person, group in zip(register["external_id"], register["target_group"], strict=True):
        for service_type, probability in settings[group].items():
            if not chance(rng, probability):
                continue
            days = int(settings["longest_days"] * rng.random() ** 2)
            rows.append(
                {
                    "external_id": f"N-{len(rows) + 1:06}",
                    "person_external_id": person,
                    "service_type": service_type,
                    "stage": stages.draw(rng),
                    "since": world.as_of - timedelta(days=days),
                    "synthetic": True,
                }
            )
    return pd.DataFrame(rows)
