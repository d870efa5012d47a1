"""Where an address goes whose street is not found: postcode, settlement, municipality, none."""

from __future__ import annotations

from dataclasses import replace

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.location import Location, Reason
from geo.geocode.match.answers import (
    area_words,
    at_municipality,
    at_postcode,
    at_settlement,
    noted,
    nowhere,
    other_places,
    place_label,
)
from geo.geocode.match.evidence import Evidence
from geo.geocode.match.villages import town_meant
from geo.geocode.reasons import say, shown
from geo.geocode.weights import Weights


def fallback(evidence: Evidence, why: Reason, gazetteer: Gazetteer, weights: Weights) -> Location:
    """The postcode, else the settlement, else the municipality, else none."""
    reason = noted(evidence, why)
    if evidence.distance is not None and evidence.distance > weights.decide.conflict:
        distance = round(evidence.distance / 1000)
        clash = say(
            "conflict",
            postcode=evidence.postcode,
            place=shown(evidence.place_text),
            distance=distance,
        )
        return nowhere(reason.then(clash))
    if evidence.point and evidence.postcode:
        if evidence.distance is not None:
            words = area_words(evidence.postcode_area, gazetteer)
            reason = reason.then(say("place_other", place=shown(evidence.place_text), area=words))
        if finer := _finer(evidence):
            return at_settlement(finer, gazetteer, reason)
        return at_postcode(evidence.postcode, gazetteer, reason)
    return _at_place(evidence, reason, gazetteer, weights)


def _at_place(
    evidence: Evidence, reason: Reason, gazetteer: Gazetteer, weights: Weights
) -> Location:
    decided = evidence.decided
    others: tuple[Place, ...] = ()
    if decided is None and (meant := town_meant(evidence.settlements, evidence)):
        decided, said = meant
        reason = reason.then(said)
        others = tuple(place for place in evidence.settlements if place != decided)
    if decided is not None and decided.latitude is not None:
        found = at_settlement(decided, gazetteer, reason)
        return replace(found, alternatives=other_places(others, gazetteer, weights))
    if decided is not None and decided.area_code is not None:
        why = reason.then(say("settlement_without_point", place=decided.name))
        found = at_municipality(decided.area_code, gazetteer, why)
        if found.class_ == "none":
            return found
        return replace(found, matched=place_label(decided, gazetteer))
    areas = {place.area_code for place in evidence.places}
    if not areas:
        return nowhere(reason.then(say("nothing")))
    if len(areas) > 1 or (None in areas and len(evidence.settlements) > 1):
        count, text = max(len(areas), len(evidence.settlements)), shown(evidence.place_text)
        why = reason.then(say("ambiguous_place", count=count, place=text))
        others = evidence.settlements or evidence.places
        return nowhere(why, other_places(others, gazetteer, weights))
    finest = min(evidence.places, key=lambda place: place.radius or float("inf"))
    if finest.kind == "part" and finest.latitude is not None:
        return at_settlement(finest, gazetteer, reason)
    if finest.area_code is None:
        return nowhere(reason.then(say("nothing")))
    return at_municipality(finest.area_code, gazetteer, reason)


def _finer(evidence: Evidence) -> Place | None:
    """The settlement meant, where it lies in the postcode's municipality and says more."""
    place, point = evidence.decided, evidence.point
    if place is None or point is None or place.radius is None or place.latitude is None:
        return None
    same = place.area_code is not None and place.area_code == evidence.postcode_area
    return place if same and place.radius < point.radius else None
