"""How an answer of the geocoder reads on a terminal: in words, with distances people can read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from api.cli.console import show

CLASSES = {
    "address": "address: the very house or place",
    "street": "street: not the house",
    "postcode": "postcode: its middle",
    "settlement": "settlement: its middle",
    "municipality": "municipality: its middle, a last resort",
    "none": "none: no place is known",
}
"""What each class is, so that nobody takes it for something finer."""


def distance(metres: float | None) -> str:
    """A radius in metres as people read it: 12 m, 3.4 km; never less than it is."""
    if metres is None:
        return ""
    whole = math.ceil(round(metres, 3))
    if whole < 1000:
        return f"{whole} m"
    return f"{math.ceil(whole / 100) / 10:.1f} km"


def show_place(title: str, answer: Mapping[str, Any]) -> None:
    """One answer (`geo.locating.finding.ANSWER`) as a table, and one of what else may be meant."""
    facts = {
        "found": answer["matched"],
        "class": CLASSES[answer["class"]],
        "within": distance(answer["radius_m"]),
        "point": _point(answer),
        "municipality": answer["area_code"],
        "postcode": answer["postcode"],
        "why": answer["reason"]["en"],
        "known by": answer["source"],
        "gazetteer": answer["gazetteer_version"],
    }
    show(title, ("what", "answer"), [(name, value) for name, value in facts.items() if value])
    if others := answer["alternatives"]:
        rows = [
            (one["matched"], one["class"], distance(one["radius_m"]), _point(one)) for one in others
        ]
        show("It may also be", ("place", "class", "within", "point"), rows, whole=("within",))


def _point(place: Mapping[str, Any]) -> str:
    """Latitude and longitude, degrees in EPSG:4326; empty where there is no point."""
    if place["lat"] is None or place["lon"] is None:
        return ""
    return f"{place['lat']:.5f}, {place['lon']:.5f}"
