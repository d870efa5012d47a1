"""Where parts of an address speak against each other: a postcode here and a town there, two towns."""

from __future__ import annotations

from collections.abc import Sequence

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.match.decide import Match, in_reach
from geo.geocode.match.evidence import Evidence
from geo.geocode.weights import Weights


def on_both_sides(
    best: Match,
    matches: Sequence[Match],
    evidence: Evidence,
    gazetteer: Gazetteer,
    weights: Weights,
) -> bool:
    """Whether postcode and place lie far apart, and each has a street of the best match's name.

    Then nobody can say which of the two is the slip.
    """
    limits, cost = weights.decide, weights.cost
    if evidence.distance is None or evidence.distance <= limits.conflict:
        return False
    least = best.plain - cost.postcode_other - cost.place_other
    found = {
        match.street.area_code
        for match in matches
        if match.plain >= least and match.homonym(best, gazetteer)
    }
    return evidence.postcode_area in found and not found.isdisjoint(evidence.place_areas)


def town_elsewhere(
    area: str | None, evidence: Evidence, gazetteer: Gazetteer, weights: Weights
) -> tuple[str, tuple[str, ...]] | None:
    """A place typed besides those of the municipality, far from it, with its municipalities.

    None where all places typed lie there, around it or above it, or none does.
    """
    clues, here = evidence.clues, gazetteer.areas.get(area or "")
    if clues is None or here is None or area not in evidence.place_areas:
        return None
    own = [place for group in clues.found for place in group if place.area_code == area]
    above = frozenset[str]().union(*(place.within for place in own))
    for text, group in zip(clues.texts, clues.found, strict=True):
        codes = tuple(dict.fromkeys(place.area_code for place in group if place.area_code))
        if gazetteer.places.above_key(text) in above or area in codes or not codes:
            continue
        others = [point for code in codes if (point := gazetteer.areas.get(code))]
        if others and not any(here.touches(other, weights.decide.conflict) for other in others):
            return text, codes
    return None


def only_villages_beyond(best: Match, evidence: Evidence, gazetteer: Gazetteer) -> bool:
    """Whether what was typed names villages of the street's municipality that it is not in."""
    area = best.street.area_code
    here = [place for place in evidence.places if place.area_code == area]
    return bool(here) and all(
        place.kind == "settlement" and in_reach(best.number, place, gazetteer) is False
        for place in here
    )
