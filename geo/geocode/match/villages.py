"""Settlements named where a street would stand: which of them is meant."""

from __future__ import annotations

from collections.abc import Sequence

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.location import Reason
from geo.geocode.match.evidence import Evidence, one_each
from geo.geocode.reasons import say
from geo.geocode.words.parse import Parts, StreetText

CITY = 20_000
"""People: a smaller town is not what everybody means by a name that villages have too."""

CITY_SHARE = 10
"""How many times as many people a city has as any other place of its name."""


def village_typed(
    reading: StreetText, evidence: Evidence, gazetteer: Gazetteer
) -> tuple[Place, ...]:
    """The settlements whose very name stands where a street would, within what is said of where.

    Those of the municipality typed, where there are any. With a house number only where the
    municipality or region is given: 'Kobylin 15' alone may be a street that the gazetteer lacks.
    """
    if reading.kind or evidence.clues is None:
        return ()
    areas = _areas(evidence)
    keys = evidence.clues.keys
    named = [p for p in gazetteer.places.find(reading.text) if p.kind == "settlement"]
    here = [place for place in named if place.area_code in areas] or [
        place for place in named if not (areas and keys.isdisjoint(place.within))
    ]
    return one_each(evidence.clues.agreeing(tuple(here)))


def settlement_named(parts: Parts, evidence: Evidence, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """The settlements of exactly the name typed in the municipality typed, where it is clear
    which is meant; else empty.

    Without a house number and a word for a street it is meant, and not a street of a like name
    (Βεργίνας, for Βεργίνα) or one elsewhere.
    """
    reading = parts.streets[0] if parts.streets else None
    if reading is None or reading.kind or reading.number or parts.number:
        return ()
    typed = gazetteer.places.exact_keys([reading.text])
    own = tuple(
        place
        for place in gazetteer.places.find(reading.text)
        if place.kind == "settlement"
        and place.latitude is not None
        and place.area_code in evidence.place_areas
        and not typed.isdisjoint(place.exact)
    )
    found = one_each(own)
    return found if len(found) == 1 or town_among(found, evidence) else ()


def town_among(places: Sequence[Place], evidence: Evidence) -> Place | None:
    """The one town among settlements of one name, where what is said of where leaves several.

    None where nothing says where, or the town does not lie in all that is said: a village of
    another county may be meant then.
    """
    towns = [place for place in places if place.town]
    if len(towns) != 1 or evidence.clues is None or not evidence.clues.keys:
        return None
    one_area = len({place.area_code for place in places}) == 1
    return towns[0] if one_area or evidence.clues.keys <= towns[0].within else None


def town_meant(places: Sequence[Place], evidence: Evidence) -> tuple[Place, Reason] | None:
    """The town or city meant by a name that several places have, with the reason in words."""
    if town := town_among(places, evidence):
        return town, say("town_meant", count=len(places), place=town.name)
    if city := city_among(places, evidence):
        return city, say("city_meant", count=len(places), place=city.name)
    return None


def city_among(places: Sequence[Place], evidence: Evidence) -> Place | None:
    """The one city beside which the others of its name are small, where nothing says otherwise.

    'Kraków' is the city of 800,000, and not a village of that name in another county.
    """
    if len(places) < 2:
        return None
    city, second = sorted(places, key=lambda place: place.people, reverse=True)[:2]
    if evidence.clues is not None and not evidence.clues.keys <= {city.key, *city.within}:
        return None
    large = city.town and city.people >= CITY
    return city if large and city.people >= CITY_SHARE * second.people else None


def _areas(evidence: Evidence) -> set[str]:
    return {code for code in (*evidence.place_areas, evidence.postcode_area) if code}
