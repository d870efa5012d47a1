"""Pins that people set: how exact they are, and that they stand where their records belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from geo.errors import InvalidInput
from geo.geocode.location import MatchClass
from geo.registers.areas import store as areas
from geo.registers.locations import store

PIN_RADIUS = 30.0
"""Metres within which somebody puts a pin on the house they mean, at the closest zoom of our map."""
HOUSE = 50.0
"""Metres: a wider circle is no house."""
STREET = 500.0
"""Metres: a wider circle is no street."""

TOLERANCE = 500.0
"""Metres that a pin may stand outside an official border: maps are drawn on one side of a street,
and piers on none."""
TOLERANCE_DERIVED = 2_000.0
"""Metres, where the border itself was worked out from postcodes."""

NOWHERE = "point: lies in no municipality that is loaded."
NOWHERE_HINT = "Nothing was changed. Put the pin where the address is, inside the country."
ELSEWHERE = "point: lies outside the municipality of these records."
ELSEWHERE_HINT = (
    "Nothing was changed. Put the pin inside it; what lies elsewhere is given to that municipality"
    " first."
)
PARTLY = "point: lies outside the municipality of some of these records."
PARTLY_HINT = "Nothing was changed. Decide for one record at a time."


@dataclass(frozen=True)
class Pin:
    """A point that a person chose, EPSG:4326; radius in metres."""

    lat: float
    lon: float
    radius_m: float = PIN_RADIUS


def class_of(radius_m: float) -> MatchClass:
    """What a circle of this radius (metres) is as exact as."""
    if radius_m <= HOUSE:
        return "address"
    return "street" if radius_m <= STREET else "settlement"


def municipality_of(connection: Connection, pin: Pin, codes: Sequence[str | None]) -> str | None:
    """The municipality for records at a pin that have none; None where each has its own.

    `codes` are those that the records have. Raises InvalidInput for a pin outside them, and for
    one in no municipality at all.
    """
    own = {code for code in codes if code is not None}
    inside = store.municipalities_near(connection, pin, own, TOLERANCE, TOLERANCE_DERIVED)
    if own - inside:
        if inside or None in codes:
            raise InvalidInput(PARTLY, hint=PARTLY_HINT)
        raise InvalidInput(ELSEWHERE, hint=ELSEWHERE_HINT)
    if None not in codes:
        return None
    found = areas.municipality_at(connection, pin.lat, pin.lon)
    if found is None:
        raise InvalidInput(NOWHERE, hint=NOWHERE_HINT)
    return str(found.code)
