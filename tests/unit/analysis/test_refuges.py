"""Refuges leave their place before anything is computed; nothing else does."""

from __future__ import annotations

import pytest
from shapely.geometry import Point
from small_region import region, service, services

from geo.analysis.figures.refuges import without_exact_places
from geo.errors import InvalidInput

PLACE = Point(23.061, 38.041)


def test_a_refuge_goes_to_the_populated_cell_of_its_municipality() -> None:
    frame = services(service("a", "M2", geometry=PLACE), service("b", "M2", geometry=PLACE))
    moved = without_exact_places(frame.assign(sensitive=[True, False]), region().cells)
    assert moved.geometry.iloc[0] == region().cells.geometry.iloc[1]
    assert moved.geometry.iloc[1] == PLACE
    assert frame.geometry.iloc[0] == PLACE
    assert moved.crs == frame.crs


def test_where_nobody_lives_a_refuge_has_no_place() -> None:
    frame = services(service("a", "M2", geometry=PLACE)).assign(sensitive=True)
    moved = without_exact_places(frame, region().cells.assign(population=0.0))
    assert moved.geometry.iloc[0] is None
    assert moved["location_class"].iloc[0] == "municipality"


def test_its_municipality_first_then_the_nearest() -> None:
    """23.0999 is nearer to the middle of M2 than of M3 only by its municipality."""
    frame = services(service("a", "M3", geometry=Point(23.07, 38.02))).assign(sensitive=True)
    cells = region().cells
    assert without_exact_places(frame, cells).geometry.iloc[0] == cells.geometry.iloc[2]
    empty = cells.assign(population=[1.0, 1.0, 0.0, 1.0, 1.0, 1.0])
    assert without_exact_places(frame, empty).geometry.iloc[0] == cells.geometry.iloc[1]


def test_services_that_do_not_say_are_refused() -> None:
    with pytest.raises(InvalidInput, match="sensitive"):
        without_exact_places(services(service("a", "M2")), region().cells)
    with pytest.raises(InvalidInput, match="sensitive"):
        without_exact_places(services(service("a", "M2")).assign(sensitive=None), region().cells)
