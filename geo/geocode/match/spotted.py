"""When an address is the name of a point of interest."""

from __future__ import annotations

from geo.geocode.index.extents import metric
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.spots import Spot
from geo.geocode.location import Reason
from geo.geocode.match.decide import Verdict
from geo.geocode.match.evidence import Evidence
from geo.geocode.reasons import say
from geo.geocode.weights import Weights
from geo.geocode.words.parse import Parts


def find_spot(
    parts: Parts,
    evidence: Evidence,
    verdict: Verdict | None,
    gazetteer: Gazetteer,
    weights: Weights,
) -> Spot | Reason | None:
    """The spot of exactly the text's name, where no street or place has it.

    A Reason where several spots of that name fit; None where there is no such spot, where a house
    number is typed, or where the name is a street's or a place's too.
    """
    if not parts.streets or any(reading.number for reading in parts.streets):
        return None
    text = parts.streets[0].text
    named = gazetteer.spots.named(text)
    if not named or gazetteer.places.find(text):
        return None
    if verdict and verdict.best.plain >= 1 - weights.cost.kind_unsaid - weights.cost.split:
        return None
    here = [spot for spot in named if _fits(spot, evidence)]
    if len(here) == 1:
        return here[0]
    return say("ambiguous_spot", count=len(here), spot=here[0].name) if here else None


def _fits(spot: Spot, evidence: Evidence) -> bool:
    """Whether a spot lies where the address says; anywhere will do where it says nothing."""
    if not evidence.homes and not evidence.places:
        return True
    if spot.area_code is not None and evidence.homes:
        return spot.area_code in evidence.homes
    for place in (*evidence.settlements, *evidence.places):
        if place.latitude is not None and place.longitude is not None:
            x, y = metric([place.latitude], [place.longitude])[0]
            if (spot.x - x) ** 2 + (spot.y - y) ** 2 <= (place.radius or 0.0) ** 2:
                return True
    point = evidence.point
    if point is None:
        return False
    return bool((spot.x - point.x) ** 2 + (spot.y - point.y) ** 2 <= point.radius**2)
