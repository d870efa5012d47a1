"""How well a place is known: the classes of an answer of the geocoder, best first."""

from __future__ import annotations

POINT_CLASSES = frozenset({"address", "street", "postcode"})
"""Found well enough for a point on a map and to measure distances from."""

AREA_CLASSES = frozenset({"municipality", "none"})
"""Known to the municipality at best; what lies between is the class `settlement`."""
