"""Services whose point is not where their municipality is."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import Point
from small_region import service, services, squares

from geo.analysis.figures.astray import services_astray

METRE = 1 / 111_000
"""Degrees of latitude, roughly."""


@pytest.mark.parametrize(
    ("change", "astray"),
    [
        ({}, False),
        # Longitude and latitude exchanged: in another country.
        ({"geometry": Point(38.0, 23.0)}, True),
        ({"geometry": Point(23.02, 38.05 + 900 * METRE)}, False),
        ({"geometry": Point(23.02, 38.05 + 1100 * METRE)}, True),
        ({"geometry": Point(23.02, 38.05 + 1100 * METRE), "radius_m": 1500.0}, False),
        # The middle of a municipality says nothing, wherever it is.
        ({"geometry": Point(24.0, 38.0), "location_class": "municipality"}, False),
        ({"geometry": None, "location_class": "none"}, False),
    ],
)
def test_astray(change: dict[str, Any], astray: bool) -> None:
    rows = [
        {"radius_m": None, **service("a", "M1", **change)},
        {"radius_m": None, **service("b", "M2")},
    ]
    found = services(*rows).assign(radius_m=[row["radius_m"] for row in rows])
    assert services_astray(found, squares()) == (["a"] if astray else [])


def test_nothing_to_say_of_no_services() -> None:
    assert services_astray(services(), squares()) == []
