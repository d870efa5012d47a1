"""What share of answers is near the truth, and by how much the rest is off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Geod

from tests.bench.geocode.sample import House

ELLIPSOID = Geod(ellps="GRS80")
NEAR, CLOSE, WRONG = 50.0, 250.0, 1000.0
"""Metres on the ellipsoid."""

Answers = Sequence[dict[str, Any] | None]


@dataclass(frozen=True)
class Shares:
    """Shares of all that was asked, 0 to 1; what got no answer counts as not near."""

    near: float
    close: float
    wrong: float
    answered: float


def to_the_house(houses: Sequence[House], answers: Answers) -> Shares:
    """Measured from the surveyed point of the house that was asked for."""
    return _shares(
        [
            np.inf if found is None else _metres(found, house)
            for house, found in zip(houses, answers, strict=True)
        ]
    )


def to_the_street(houses: Sequence[House], answers: Answers, surveyed: Sequence[House]) -> Shares:
    """Measured from the nearest surveyed house of the street and postcode that were asked for.

    Without a number the question is the street: no answer, however good, can be near each of its
    houses (see `ceiling`).
    """
    streets = _by_street(surveyed)
    return _shares(
        [
            np.inf
            if found is None
            else min(_metres(found, other) for other in streets[house.street, house.postcode])
            for house, found in zip(houses, answers, strict=True)
        ]
    )


def ceiling(houses: Sequence[House], surveyed: Sequence[House]) -> float:
    """The share of houses within 250 m if each street were answered with the best of its houses."""
    streets, asked = _by_street(surveyed), _by_street(houses)
    best = 0
    for street, members in asked.items():
        best += max(
            sum(_between(one, member) <= CLOSE for member in members) for one in streets[street]
        )
    return best / len(houses)


def _by_street(houses: Sequence[House]) -> dict[tuple[str, str], list[House]]:
    streets: dict[tuple[str, str], list[House]] = defaultdict(list)
    for house in houses:
        streets[house.street, house.postcode].append(house)
    return streets


def _shares(metres: Sequence[float]) -> Shares:
    off = np.array(metres)
    known = np.isfinite(off)
    return Shares(
        float((off <= NEAR).mean()),
        float((off <= CLOSE).mean()),
        float(((off > WRONG) & known).mean()),
        float(known.mean()),
    )


def _metres(found: dict[str, Any], house: House) -> float:
    return float(ELLIPSOID.inv(found["lon"], found["lat"], house.lon, house.lat)[2])


def _between(one: House, other: House) -> float:
    return float(ELLIPSOID.inv(one.lon, one.lat, other.lon, other.lat)[2])
