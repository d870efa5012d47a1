"""Locations put together: point, radius, label and reason for each class of answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo.geocode.index.extents import Point
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.index.spots import SPOT_REACH, Spot
from geo.geocode.index.streets import Street
from geo.geocode.location import Alternative, Location, MatchClass, Reason
from geo.geocode.match.decide import Match, Verdict
from geo.geocode.match.evidence import Evidence
from geo.geocode.reasons import joined, say, shown
from geo.geocode.weights import Weights

NOTHING = Reason("", "")


def nowhere(reason: Reason, others: tuple[Alternative, ...] = ()) -> Location:
    """Class none, with what may have been meant."""
    return Location("none", None, None, None, None, None, reason, others)


def noted(evidence: Evidence, reason: Reason) -> Reason:
    """A reason followed by what was noticed about postcode and places."""
    return joined([reason, *evidence.notes]) if evidence.notes else reason


def at_postcode(postcode: str, gazetteer: Gazetteer, why: Reason) -> Location:
    """Class postcode: its point and the radius it may reach."""
    point = gazetteer.postcodes[postcode]
    area = gazetteer.area_of_postcode.get(postcode)
    return Location(
        "postcode",
        point.latitude,
        point.longitude,
        point.radius,
        area,
        " ".join(filter(None, (postcode, gazetteer.area_label(area)))),
        why.then(say("at_postcode", postcode=postcode)),
        postcode=postcode,
    )


def at_settlement(place: Place, gazetteer: Gazetteer, why: Reason) -> Location:
    """Class settlement: its point and the radius of its houses or people."""
    return Location(
        "settlement",
        place.latitude,
        place.longitude,
        place.radius,
        place.area_code,
        place_label(place, gazetteer),
        why.then(say("at_settlement", place=place.name)),
    )


def at_municipality(area: str, gazetteer: Gazetteer, why: Reason) -> Location:
    """Class municipality: its middle; class none where the gazetteer has no point in it."""
    words = area_words(area, gazetteer)
    point = gazetteer.areas.get(area)
    if point is None:
        return nowhere(why.then(say("no_point", area=words)))
    return Location(
        "municipality",
        point.latitude,
        point.longitude,
        point.radius,
        area,
        gazetteer.area_label(area),
        why.then(say("at_municipality", area=words)),
    )


def at_spot(spot: Spot, gazetteer: Gazetteer, why: Reason) -> Location:
    """Class address: a named place of exactly that name."""
    area = gazetteer.area_label(spot.area_code)
    return Location(
        "address",
        spot.latitude,
        spot.longitude,
        SPOT_REACH,
        spot.area_code,
        ", ".join(filter(None, (spot.name, area))),
        why.then(say("spot", spot=spot.name)),
    )


def place_ambiguous(verdict: Verdict, evidence: Evidence, gazetteer: Gazetteer) -> Location:
    """The common denominator of streets that fit alike: their postcode, village, municipality."""
    tied = (*verdict.own, *verdict.rivals)
    typed = shown(verdict.best.reading.text)
    areas = {match.street.area_code or match.street.home for match in tied}
    if len(areas) > 1 or None in {match.street.area_code for match in tied}:
        return nowhere(say("ambiguous_areas", typed=typed, count=len(areas)))
    area = areas.pop()
    why = say("ambiguous_streets", typed=typed, count=len(tied), area=area_words(area, gazetteer))
    known = [match.street.postcodes & gazetteer.postcodes.keys() for match in tied]
    shared = set.intersection(*map(set, known))
    if evidence.postcode in shared:
        return at_postcode(str(evidence.postcode), gazetteer, why)
    if len(shared) == 1 and len(set().union(*known)) == 1:
        return at_postcode(shared.pop(), gazetteer, why)
    place = evidence.decided
    if place is not None and place.latitude is not None and place.area_code == area:
        return at_settlement(place, gazetteer, why)
    return at_municipality(area, gazetteer, why)


def unsure(verdict: Verdict, gazetteer: Gazetteer) -> Reason:
    """Why a likeness is not taken where nothing typed says where."""
    street = verdict.best.street
    area = area_words(street.area_code, gazetteer)
    return say("unsure", typed=shown(verdict.best.reading.text), street=street.shown, area=area)


def other_places(
    places: Sequence[Place], gazetteer: Gazetteer, weights: Weights
) -> tuple[Alternative, ...]:
    """The places of one name that may be meant, each once, the most populous first.

    Those that would read alike are told apart by their county or district.
    """
    ordered = sorted(places, key=lambda place: -place.people)
    labels = Counter(place_label(place, gazetteer) for place in ordered)
    found = [
        replace(other, matched=f"{other.matched} ({place.unit})")
        if place.unit and labels[other.matched] > 1
        else other
        for place in ordered
        if (other := _other_place(place, gazetteer))
    ]
    each = {(other.matched, other.area_code): other for other in found}
    return tuple(each.values())[: weights.decide.alternatives]


def alternatives(
    matches: Iterable[Match],
    taken: Verdict | None,
    known: Sequence[Alternative],
    gazetteer: Gazetteer,
    weights: Weights,
) -> tuple[Alternative, ...]:
    """What is known already, then the other streets that came near, best first."""
    chosen = {match.number for match in taken.own} if taken else set()
    most = weights.decide.alternatives
    others = {(other.matched, other.area_code): other for other in known}
    for match in matches:
        if len(others) >= most:
            break
        if match.number not in chosen and (other := _other_street(match, gazetteer)):
            others.setdefault((other.matched, other.area_code), other)
    return tuple(others.values())


def _other_street(match: Match, gazetteer: Gazetteer) -> Alternative | None:
    middle = gazetteer.middle(match.number)
    if middle is None:
        return None
    street = match.street
    latitude, longitude, radius = middle
    code = only(street.postcodes)
    score = round(min(max(match.score, 0.0), 1.0), 3)
    label = street_label(street, code, gazetteer)
    return Alternative(label, "street", street.area_code, code, latitude, longitude, radius, score)


def _other_place(place: Place, gazetteer: Gazetteer) -> Alternative | None:
    if place.latitude is None or place.longitude is None or place.radius is None:
        return None
    class_: MatchClass = "municipality" if place.kind == "municipality" else "settlement"
    return Alternative(
        place_label(place, gazetteer),
        class_,
        place.area_code,
        None,
        place.latitude,
        place.longitude,
        place.radius,
        1.0,
    )


def only(codes: Iterable[str]) -> str | None:
    """The one code there is, None where there are none or several."""
    found = list(codes)
    return found[0] if len(found) == 1 else None


def area_words(code: str | None, gazetteer: Gazetteer) -> Reason:
    """A municipality's name in each language."""
    return Reason(gazetteer.area_name(code, "en"), gazetteer.area_name(code, "el"))


def place_label(place: Place, gazetteer: Gazetteer) -> str:
    """'Kobylin, Krotoszyn': a settlement with its municipality, where that has another name."""
    area = gazetteer.area_label(place.area_code)
    return f"{place.name}, {area}" if area and area != place.name else place.name


def street_label(
    street: Street,
    postcode: str | None,
    gazetteer: Gazetteer,
    number: str = "",
    name: str | None = None,
) -> str:
    """'Ερμού 15, 10563 Αθηναίων', as far as each part is known."""
    area = gazetteer.area_label(street.area_code)
    village = street.place if street.place and street.place != area else None
    if street.village:
        village = None
    place = ", ".join(filter(None, (village, area))) if village else area
    tail = " ".join(filter(None, (postcode, place)))
    return ", ".join(filter(None, (f"{name or street.shown} {number}".strip(), tail)))


def at_point(
    class_: MatchClass,
    point: Point,
    street: Street,
    postcode: str | None,
    gazetteer: Gazetteer,
    why: Reason,
    number: str = "",
) -> Location:
    """Class address or street at a point of a street."""
    return Location(
        class_,
        point.latitude,
        point.longitude,
        point.radius,
        street.area_code,
        street_label(street, postcode, gazetteer, number),
        why,
        postcode=postcode,
        gazetteer_version=gazetteer.version,
    )
