"""What an address says about where it is, apart from its street: postcode and named places."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.geocode.extents import Point
from geo.geocode.gazetteer import Gazetteer
from geo.geocode.location import Reason
from geo.geocode.parse import Parts
from geo.geocode.places import Place
from geo.geocode.reasons import say
from geo.geocode.score import Weights


@dataclass(frozen=True)
class Evidence:
    """Postcode and places, resolved against the gazetteer.

    `distance` is that between the postcode and the nearest of the places' municipalities in
    metres, where both are known and differ.
    """

    postcode: str | None = None
    point: Point | None = None
    postcode_area: str | None = None
    place_text: str | None = None
    places: tuple[Place, ...] = ()
    distance: float | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def place_areas(self) -> tuple[str, ...]:
        codes = (place.area_code for place in self.places)
        return tuple(dict.fromkeys(code for code in codes if code))

    @property
    def areas(self) -> tuple[str, ...]:
        """Municipalities to look in, the postcode's first; empty where nothing says where."""
        own = (self.postcode_area,) if self.postcode_area else ()
        return tuple(dict.fromkeys((*own, *self.place_areas)))


def gather(
    parts: Parts,
    gazetteer: Gazetteer,
    weights: Weights,
    municipality_text: str | None,
    postcode_field: str | None,
) -> Evidence:
    """Resolve an address's postcode and places; fields of their own win over the text."""
    notes: list[Reason] = []
    postcode = _postcode(parts, gazetteer, postcode_field, notes)
    point = gazetteer.postcodes.get(postcode) if postcode else None
    texts = [municipality_text, parts.municipality, *parts.places]
    place_text, places = _places([t for t in texts if t], gazetteer, weights, notes)
    places = _municipalities_first(places, called=bool(municipality_text or parts.municipality))
    area = gazetteer.area_of_postcode.get(postcode) if point and postcode else None
    evidence = Evidence(postcode, point, area, place_text, places, None, tuple(notes))
    if point and area and evidence.place_areas and area not in evidence.place_areas:
        return _with_distance(evidence, point, gazetteer)
    return evidence


def _postcode(
    parts: Parts, gazetteer: Gazetteer, field: str | None, notes: list[Reason]
) -> str | None:
    found = gazetteer.habits.postcode.search(field.strip()) if field else None
    own = "".join(found.groups()) if found else None
    if own and parts.postcode and own != parts.postcode:
        notes.append(say("postcodes_differ", other=parts.postcode, postcode=own))
    postcode = own or parts.postcode
    if postcode and postcode not in gazetteer.postcodes:
        notes.append(say("postcode_unknown", postcode=postcode))
    return postcode


def _places(
    texts: list[str], gazetteer: Gazetteer, weights: Weights, notes: list[Reason]
) -> tuple[str | None, tuple[Place, ...]]:
    """The places of the first known text, narrowed by those of later ones where they meet."""
    chosen: tuple[Place, ...] = ()
    chosen_text: str | None = None
    for text in texts:
        found = gazetteer.places.find(text, weights.decide.place_typo)
        if not found:
            continue
        if not chosen:
            chosen, chosen_text = found, text
            continue
        areas = {place.area_code for place in found}
        chosen = tuple(place for place in chosen if place.area_code in areas) or chosen
    if texts and not chosen:
        notes.append(say("place_unknown", place=texts[0]))
    return chosen_text, chosen


def _municipalities_first(places: tuple[Place, ...], *, called: bool) -> tuple[Place, ...]:
    """Where a municipality (or a part of one) has the name, villages elsewhere are not meant.

    What the writer called a municipality is taken as one, not as the settlement of its name.
    """
    for kind in ("municipality", "part"):
        if own := tuple(place for place in places if place.kind == kind):
            areas = {place.area_code for place in own}
            return own if called else tuple(p for p in places if p.area_code in areas)
    return places


def _with_distance(evidence: Evidence, point: Point, gazetteer: Gazetteer) -> Evidence:
    middles = [gazetteer.areas.get(code) for code in evidence.place_areas]
    distances = [math.hypot(m.x - point.x, m.y - point.y) for m in middles if m]
    return Evidence(
        evidence.postcode,
        point,
        evidence.postcode_area,
        evidence.place_text,
        evidence.places,
        min(distances) if distances else None,
        evidence.notes,
    )
