"""What an address says about where it is, apart from its street: postcode and named places."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from geo.geocode.index.extents import Point, metric
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.location import Reason
from geo.geocode.reasons import say
from geo.geocode.weights import Weights
from geo.geocode.words.parse import Parts

_SEVERAL = re.compile(r"[,;/]|\s[-–]\s")


@dataclass(frozen=True)
class Clues:
    """All that is said of where a place lies: places, texts and regions by key, and the postcode."""

    found: tuple[tuple[Place, ...], ...]
    keys: frozenset[str]
    postcode_area: str | None
    texts: tuple[str, ...] = ()
    """What was typed for each group of places in `found`."""

    def agreement(self, place: Place) -> int:
        """How many of the clues a place agrees with."""
        said = len(self.keys & place.within)
        said += self.postcode_area is not None and place.area_code == self.postcode_area
        for group in self.found:
            if place in group or any(_holds(other, place) for other in group):
                said += 1
        return int(said)

    def agreeing(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Those of the places that agree with the most."""
        counts = [self.agreement(place) for place in places]
        best = max(counts, default=0)
        return tuple(p for p, count in zip(places, counts, strict=True) if count == best)

    def settlements(self, places: tuple[Place, ...], *, skip: int) -> tuple[Place, ...]:
        """The settlements of any text that agree with the most, within the places' areas.

        The first `skip` texts were called municipalities and name no settlement.
        """
        areas = {place.area_code for place in places}
        every = dict.fromkeys(
            place
            for group in self.found[skip:]
            for place in group
            if place.kind == "settlement" and place.area_code in areas
        )
        return one_each(self.agreeing(tuple(every)))


def _holds(outer: Place, inner: Place) -> bool:
    """Whether one place lies in the other: by its municipality, or by the names it is said to be in."""
    if outer.kind != "settlement" and outer.area_code is not None:
        return outer.area_code == inner.area_code
    return outer.key in inner.within if outer.key else False


def one_each(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Records of one settlement (from two sources) once: the same municipality, near each other."""
    kept: list[Place] = []
    for place in places:
        if not any(_same_settlement(place, other) for other in kept):
            kept.append(place)
    return tuple(kept)


def _same_settlement(one: Place, other: Place) -> bool:
    if one.area_code != other.area_code or one.latitude is None or other.latitude is None:
        return False
    here, there = metric(
        [one.latitude, other.latitude], [one.longitude or 0.0, other.longitude or 0.0]
    )
    return math.dist(here, there) <= max(one.radius or 0.0, other.radius or 0.0)


@dataclass(frozen=True)
class Evidence:
    """Postcode and places, resolved against the gazetteer.

    `places` answer the first text that names one; `settlements` are the villages and towns that
    agree with the most of what was typed. `keys` are the comparison keys of all texts. `typed`:
    a postcode or place was given, known or not; `clues` tells places of one name apart. `distance`
    is that between the postcode and the nearest of the places' municipalities in metres, where
    both are known and differ.
    """

    postcode: str | None = None
    point: Point | None = None
    postcode_area: str | None = None
    place_text: str | None = None
    places: tuple[Place, ...] = ()
    settlements: tuple[Place, ...] = ()
    keys: frozenset[str] = frozenset()
    homes: tuple[str, ...] = ()
    distance: float | None = None
    notes: tuple[Reason, ...] = ()
    typed: bool = False
    clues: Clues | None = None

    @cached_property
    def place_areas(self) -> tuple[str, ...]:
        codes = (place.area_code for place in self.places)
        return tuple(dict.fromkeys(code for code in codes if code))

    @property
    def decided(self) -> Place | None:
        """The one settlement that is meant, None where there is none or several are."""
        return self.settlements[0] if len(self.settlements) == 1 else None


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
    field_texts, field_regions = _field_texts(municipality_text, gazetteer)
    said = [t for t in (*field_texts, parts.municipality, *parts.places) if t]
    texts = [t for t in said if not gazetteer.places.only_above(t)]
    regions = (*field_regions, *parts.regions, *(t for t in said if t not in texts))
    area = gazetteer.area_of_postcode.get(postcode) if point and postcode else None
    if not texts and not regions:
        alone = Evidence(postcode, point, area, notes=tuple(notes), typed=postcode is not None)
        return _with_homes(alone, gazetteer)
    known_texts, found = _known(texts, gazetteer, weights, notes)
    place_text = known_texts[0] if known_texts else None
    called = bool(field_texts or parts.municipality)
    if called and found:
        found[0] = _municipalities_first(found[0], called=True)
    in_region = frozenset(filter(None, map(gazetteer.places.above_key, regions)))
    places = _municipalities_first(_of_region(_narrowed(found), in_region), called=called)
    keys = frozenset(filter(None, map(gazetteer.places.key, texts)))
    clues = Clues(tuple(found), in_region | keys, area, tuple(known_texts))
    places = clues.agreeing(places) if len(places) > 1 else places
    evidence = Evidence(
        postcode,
        point,
        area,
        place_text,
        places,
        clues.settlements(places, skip=int(called and [place_text] == texts[:1])),
        keys,
        notes=tuple(notes),
        typed=True,
        clues=clues,
    )
    if point and area and evidence.place_areas and area not in evidence.place_areas:
        evidence = _with_distance(evidence, point, gazetteer)
    return _with_homes(evidence, gazetteer)


def _postcode(
    parts: Parts, gazetteer: Gazetteer, field: str | None, notes: list[Reason]
) -> str | None:
    found = gazetteer.habits.postcode.search(field.strip()) if field else None
    spelled = gazetteer.postcode_of_digits
    own = "".join(found.groups()) if found else None
    if own and parts.postcode and own != parts.postcode:
        notes.append(say("postcodes_differ", other=parts.postcode, postcode=own))
    digits = own or parts.postcode
    postcode = spelled.get(digits, digits) if digits else None
    if postcode and postcode not in gazetteer.postcodes:
        notes.append(say("postcode_unknown", postcode=postcode))
    return postcode


def _field_texts(text: str | None, gazetteer: Gazetteer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The places and the regions in a municipality's field, which may hold several."""
    if not text:
        return (), ()
    if gazetteer.places.find(text):
        return (text,), ()
    whole = [part.strip() for part in _SEVERAL.split(text)]
    pieces = [part for part in whole if part]
    regions = [p for p in pieces if gazetteer.places.is_region(p)]
    return tuple(p for p in pieces if p not in regions) or (text,), tuple(regions)


def _known(
    texts: Sequence[str], gazetteer: Gazetteer, weights: Weights, notes: list[Reason]
) -> tuple[list[str], list[tuple[Place, ...]]]:
    """The texts that name places, and the places of each."""
    named: list[str] = []
    known: list[tuple[Place, ...]] = []
    for text in texts:
        # Only where nothing else says where: a second text is more likely a county's.
        typo = None if known else weights.decide.place_typo
        if found := gazetteer.places.find(text, typo):
            named.append(text)
            known.append(found)
    if texts and not known:
        notes.append(say("place_unknown", place=texts[0]))
    return named, known


def _narrowed(known: Sequence[tuple[Place, ...]]) -> tuple[Place, ...]:
    """The places of the first known text, narrowed by those of later ones where they meet."""
    if not known:
        return ()
    chosen, *later = known
    for found in later:
        areas = {place.area_code for place in found}
        chosen = tuple(place for place in chosen if place.area_code in areas) or chosen
    return chosen


def _of_region(places: tuple[Place, ...], regions: frozenset[str]) -> tuple[Place, ...]:
    """Those of the places that lie in a region typed, where any do."""
    return tuple(p for p in places if not regions.isdisjoint(p.within)) or places


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
    return replace(evidence, distance=min(distances) if distances else None)


def _with_homes(evidence: Evidence, gazetteer: Gazetteer) -> Evidence:
    """The homes to look for the street in, the postcode's municipality first."""
    homes: dict[str, None] = {}
    if evidence.postcode_area:
        homes[evidence.postcode_area] = None
    homes |= dict.fromkeys(evidence.place_areas)
    if evidence.postcode:
        homes |= gazetteer.homes_of_postcode.get(evidence.postcode, {})
    for key in evidence.keys:
        for home in gazetteer.homes_of_place.get(key, ()):
            # A village of that name elsewhere is another one, where it is known which is meant.
            if not evidence.places or home.startswith("place:"):
                homes[home] = None
    return replace(evidence, homes=tuple(homes))
