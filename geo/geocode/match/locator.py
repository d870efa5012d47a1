"""The order of a look-up: read, gather what says where, find the street, decide, fall back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.location import Location, Reason
from geo.geocode.match.answers import (
    NOTHING,
    alternatives,
    area_words,
    at_spot,
    noted,
    nowhere,
    other_places,
    place_ambiguous,
    unsure,
)
from geo.geocode.match.candidates import CandidateFinder
from geo.geocode.match.contradiction import on_both_sides, only_villages_beyond, town_elsewhere
from geo.geocode.match.decide import Match, Verdict, best_first, judge, plain_anywhere, weighed
from geo.geocode.match.evidence import Evidence, gather
from geo.geocode.match.fallback import fallback
from geo.geocode.match.placing import place_street
from geo.geocode.match.spotted import find_spot
from geo.geocode.match.villages import settlement_named, town_meant, village_typed
from geo.geocode.reasons import say, shown
from geo.geocode.weights import Weights, load_weights
from geo.geocode.words.parse import LONGEST, Parts, StreetText, parse

_PLACE_WORDS = 3
_REMEMBERED = 100_000


class Locator:
    """Locates addresses against one gazetteer and remembers the names it has looked for."""

    def __init__(self, gazetteer: Gazetteer, weights: Weights | None = None) -> None:
        self._gazetteer = gazetteer
        self._weights = weights or load_weights()
        self._finder = CandidateFinder(gazetteer, self._weights)
        self._gathered: dict[tuple[object, ...], Evidence] = {}

    def locate(
        self, text: str, *, municipality_text: str | None = None, postcode: str | None = None
    ) -> Location:
        """See `geo.geocode.locate.locate`."""
        location = self._locate(text, municipality_text or None, postcode or None)
        if location.gazetteer_version == self._gazetteer.version:
            return location
        return replace(location, gazetteer_version=self._gazetteer.version)

    def _locate(self, text: str, municipality: str | None, postcode: str | None) -> Location:
        if max(len(text), len(municipality or ""), len(postcode or "")) > LONGEST:
            return nowhere(say("too_long", longest=LONGEST))
        gazetteer, weights = self._gazetteer, self._weights
        parts = parse(text, gazetteer.habits, gazetteer.places.known)
        if parts.several or self._two_addresses(parts):
            return nowhere(say("several"))
        evidence = self._evidence(parts, municipality, postcode)
        if not parts.streets and not evidence.homes and not evidence.place_text:
            known = any(map(str.isalnum, text)) or municipality or postcode
            return nowhere(noted(evidence, say("nothing" if known else "empty")))
        matches = self._matches(parts, evidence)
        verdict = judge(matches, gazetteer, weights, anywhere=not evidence.homes)
        beyond = False
        if verdict is None and evidence.place_areas and evidence.postcode_area is None:
            verdict, matches = self._beyond_the_place(parts, evidence, matches)
            beyond = verdict is not None
        elif verdict and not evidence.homes and self._rather_a_place(verdict, parts):
            verdict = None
        if verdict and on_both_sides(verdict.best, matches, evidence, gazetteer, weights):
            location = self._fallback(evidence, NOTHING)
        elif named := settlement_named(parts, evidence, gazetteer):
            where = _at(evidence, parts.streets[0].text, named)
            # A hamlet's name says more than the postcode of the whole municipality.
            where = where if where.distance is not None else replace(where, postcode=None)
            location = self._fallback(where, NOTHING)
        else:
            location = self._answer(parts, evidence, verdict, beyond=beyond)
        taken = verdict if location.class_ in ("address", "street") else None
        others = alternatives(matches, taken, location.alternatives, gazetteer, weights)
        return replace(location, alternatives=others) if others else location

    def _two_addresses(self, parts: Parts) -> bool:
        """Whether what has a number besides the street is a street too, and neither is a place."""
        if parts.second is None or not parts.streets:
            return False
        second, places = parts.second, self._gazetteer.places
        for reading in (parts.streets[0], second):
            numbered = f"{reading.text} {reading.number.text}" if reading.number else reading.text
            if places.find(reading.text) or places.find(numbered):
                return False
        found = self._finder.find(second.kind, second.words, None)
        return any(one.agreement >= self._weights.decide.accept for one in found)

    def _evidence(self, parts: Parts, municipality: str | None, postcode: str | None) -> Evidence:
        """What is said of where, remembered: towns and postcodes come again and again."""
        said = (parts.postcode, parts.municipality, parts.places, parts.regions)
        asked = (*said, municipality, postcode)
        found = self._gathered.get(asked)
        if found is None:
            if len(self._gathered) > _REMEMBERED:
                self._gathered.clear()
            found = gather(parts, self._gazetteer, self._weights, municipality, postcode)
            self._gathered[asked] = found
        return found

    def _answer(
        self, parts: Parts, evidence: Evidence, verdict: Verdict | None, *, beyond: bool
    ) -> Location:
        spot = find_spot(parts, evidence, verdict, self._gazetteer, self._weights)
        if isinstance(spot, Reason):
            return self._fallback(evidence, spot)
        if spot is not None:
            return at_spot(spot, self._gazetteer, noted(evidence, NOTHING))
        located = self._street(verdict, evidence, beyond=beyond) if verdict else None
        return located or self._without_street(parts, evidence, verdict)

    # -- matches -------------------------------------------------------------------------------

    def _matches(self, parts: Parts, evidence: Evidence) -> list[Match]:
        """All readings against the homes that the evidence names, best first."""
        found: list[Match] = []
        homes: tuple[str | None, ...] = evidence.homes or (None,)
        for reading in parts.streets:
            found += self._read(reading, homes, evidence)
        if not evidence.place_areas:
            found += self._with_place_split(parts, evidence)
        found += self._in_villages(parts, evidence)
        ordered = best_first(found)
        beyond = list(self._across_the_border(ordered, evidence)) if ordered else []
        return best_first([*ordered, *beyond]) if beyond else ordered

    def _across_the_border(self, ordered: list[Match], evidence: Evidence) -> Iterator[Match]:
        """The best street where it goes on beyond the municipality under the place typed."""
        best, gazetteer = ordered[0], self._gazetteer
        if not evidence.keys or best.reading.number is None or best.score == best.plain:
            return
        named = gazetteer.homes_of_place
        labelled = {home for key in evidence.keys for home in named.get(key, ())}
        for home in sorted(labelled.difference(evidence.homes)):
            candidate = replace(best.candidate, home=home)
            for number in gazetteer.streets_at.get((best.candidate.name, home), ()):
                match = weighed(candidate, number, best.reading, evidence, gazetteer, self._weights)
                if match.in_place and best.goes_on(match, gazetteer):
                    yield match

    def _read(
        self,
        reading: StreetText,
        homes: tuple[str | None, ...],
        evidence: Evidence,
        *,
        split: bool = False,
    ) -> list[Match]:
        """A reading in some homes; misspellings only where none has the words as typed."""
        finder, accept = self._finder, self._weights.decide.accept
        kind, words = reading.kind, reading.words
        found = [one for home in homes for one in finder.find(kind, words, home)]
        if not any(candidate.agreement >= accept for candidate in found):
            found = [one for home in homes for one in finder.find_misspelt(kind, words, home)]
        gazetteer, weights = self._gazetteer, self._weights
        return [
            weighed(candidate, number, reading, evidence, gazetteer, weights, split=split)
            for candidate in found
            for number in gazetteer.streets_at[candidate.name, candidate.home]
        ]

    def _in_villages(self, parts: Parts, evidence: Evidence) -> Iterator[Match]:
        """A number beside a village without streets ('Kobylin 15'): the village as a street."""
        if parts.number is None or any(reading.number for reading in parts.streets):
            return
        for place in evidence.settlements:
            for reading in self._as_street(place, parts):
                for match in self._read(reading, (place.area_code,), evidence):
                    if match.street.village:
                        yield match

    def _as_street(self, place: Place, parts: Parts) -> Iterator[StreetText]:
        for reading in parse(f"{place.name} 1", self._gazetteer.habits).streets[:1]:
            yield replace(reading, number=parts.number)

    def _with_place_split(self, parts: Parts, evidence: Evidence) -> Iterator[Match]:
        """'Ερμού Χαλάνδρι': the last words read as the name of a place."""
        for reading in parts.streets:
            raw = reading.text.split()
            for count in range(1, min(_PLACE_WORDS, len(raw) - 1) + 1):
                places = self._gazetteer.places.find(" ".join(raw[-count:]))
                areas = dict.fromkeys(place.area_code for place in places if place.area_code)
                if not areas:
                    continue
                shorter = parse(" ".join(raw[:-count]), self._gazetteer.habits).streets
                for area in areas:
                    if evidence.postcode_area in (None, area):
                        for street in shorter[:1]:
                            meant = replace(street, number=street.number or reading.number)
                            yield from self._read(meant, (area,), evidence, split=True)

    def _beyond_the_place(
        self, parts: Parts, evidence: Evidence, matches: list[Match]
    ) -> tuple[Verdict | None, list[Match]]:
        """Streets of the municipalities around: 'Αθήνα' is typed for the whole conurbation."""
        gazetteer, weights = self._gazetteer, self._weights
        typed = [point for code in evidence.place_areas if (point := gazetteer.areas.get(code))]
        found = [
            match
            for reading in parts.streets
            for match in self._read(reading, (None,), evidence)
            for there in [gazetteer.areas.get(match.street.area_code or "")]
            if there and any(here.touches(there, weights.decide.conflict) for here in typed)
        ]
        ordered = best_first([*found, *matches])
        verdict = judge(ordered, gazetteer, weights, anywhere=True)
        sure = verdict and not verdict.rivals and plain_anywhere(verdict, gazetteer, weights)
        # 'στο πάρκο' is no 'Πάρκο Μικρασιατών' of the next town: without a number, the whole name.
        if verdict and sure and verdict.best.reading.number is None:
            sure = verdict.best.plain >= weights.decide.accept_anywhere
        return (verdict if sure else None), ordered

    def _rather_a_place(self, verdict: Verdict, parts: Parts) -> bool:
        """Whether text that says nothing else about where names a place, not this street.

        'Αθήνα' is the city, though Αθηνάς streets are near; a likeness shared by streets of
        several municipalities is nothing.
        """
        if verdict.best.split:
            return False
        if verdict.rivals and not plain_anywhere(verdict, self._gazetteer, self._weights):
            return True
        reading = parts.streets[0]
        exact = verdict.best.score >= 1 - self._weights.cost.kind_unsaid
        village = verdict.best.street.village
        if reading.number or reading.kind or (exact and not verdict.rivals and not village):
            return False
        return bool(self._gazetteer.places.find(reading.text))

    # -- verdicts ------------------------------------------------------------------------------

    def _street(self, verdict: Verdict, evidence: Evidence, *, beyond: bool) -> Location | None:
        gazetteer, best = self._gazetteer, verdict.best
        elsewhere = town_elsewhere(best.street.area_code, evidence, gazetteer, self._weights)
        if elsewhere and (others := list(self._there_too(best, elsewhere[1], evidence))):
            areas = {match.street.area_code for match in (best, *others)}
            why = say("ambiguous_areas", typed=shown(best.reading.text), count=len(areas))
            known = alternatives((best, *others), None, (), gazetteer, self._weights)
            return nowhere(noted(evidence, why), known)
        if verdict.rivals:
            location = place_ambiguous(verdict, evidence, gazetteer)
            if location.class_ == "none" and evidence.homes:
                return self._fallback(evidence, location.reason)
            return replace(location, reason=noted(evidence, location.reason))
        anywhere = not evidence.homes and not best.split
        # '@x' is no address, though a street may be called by one letter.
        letters = sum(map(str.isalpha, best.reading.text))
        if anywhere and (letters < 2 or not plain_anywhere(verdict, gazetteer, self._weights)):
            return nowhere(noted(evidence, unsure(verdict, gazetteer)))
        named = not evidence.keys.isdisjoint(best.street.places)
        sure = self._sure(best, evidence) and not elsewhere and (named or not beyond)
        placed = place_street(verdict, evidence, gazetteer, self._weights, sure=sure)
        if placed is None:
            return None
        reason = placed.reason
        area = placed.area_code  # of the part of the street with the house, maybe across the border
        if evidence.place_areas and area not in evidence.place_areas:
            words = area_words(area, gazetteer)
            reason = reason.then(say("place_other", place=shown(evidence.place_text), area=words))
        elif elsewhere:
            reason = reason.then(say("place_also", place=shown(elsewhere[0])))
        elif not sure and only_villages_beyond(best, evidence, gazetteer):
            reason = reason.then(say("not_there", place=shown(evidence.place_text)))
        elif anywhere and area:
            reason = reason.then(say("only_one", area=area_words(area, gazetteer)))
        reason = noted(evidence, reason)
        return placed if reason is placed.reason else replace(placed, reason=reason)

    def _there_too(self, best: Match, areas: Sequence[str], evidence: Evidence) -> Iterator[Match]:
        """The streets of that name in other municipalities, where no postcode speaks for its own."""
        gazetteer, own = self._gazetteer, best.street.area_code
        if best.in_postcode or (own is not None and own == evidence.postcode_area):
            return
        for area in areas:
            candidate = replace(best.candidate, home=area)
            for number in gazetteer.streets_at.get((candidate.name, area), ()):
                yield weighed(candidate, number, best.reading, evidence, gazetteer, self._weights)

    def _sure(self, best: Match, evidence: Evidence) -> bool:
        """Whether the street is the one meant: what was typed of postcode and place agrees."""
        if best.in_postcode or best.in_place:
            return True
        if best.plain < self._weights.decide.accept_address:
            return False
        area, known = best.street.area_code, best.street.postcodes
        if best.split:
            return True
        if area is not None and area in evidence.place_areas:
            return not only_villages_beyond(best, evidence, self._gazetteer)
        if evidence.typed:
            return area is not None and area == evidence.postcode_area and not known
        return True

    def _without_street(
        self, parts: Parts, evidence: Evidence, verdict: Verdict | None
    ) -> Location:
        reading = parts.streets[0] if parts.streets else None
        typed = reading.text if reading else ""
        why = say("street_unknown", typed=shown(typed)) if typed else NOTHING
        if verdict and verdict.best.street.village:
            return self._in_village(verdict, evidence)
        if reading and (places := village_typed(reading, evidence, self._gazetteer)):
            fact = NOTHING
            if len(places) > 1 and (meant := town_meant(places, evidence)):
                places, fact = (meant[0],), meant[1]
            if len({place.area_code for place in places}) > 1:
                why = say("ambiguous_place", count=len(places), place=shown(typed))
                others = other_places(places, self._gazetteer, self._weights)
                return nowhere(noted(evidence, why), others)
            if reading.number:
                number = reading.number.text
                fact = fact.then(say("village_number_unknown", number=number, place=places[0].name))
            return self._fallback(_at(evidence, typed, places), fact)
        if typed and reading and not evidence.settlements:
            numbered = reading.number is not None
            text, places = self._place_within(typed, evidence, numbered=numbered)
            if places:
                why = NOTHING if text == typed else why
                evidence = _at(evidence, text, places)
        return self._fallback(evidence, why)

    def _in_village(self, verdict: Verdict, evidence: Evidence) -> Location:
        """A village whose number is not known, or was not typed: the settlement."""
        street, number = verdict.best.street, verdict.best.reading.number
        fact = (
            say("village_number_unknown", number=number.text, place=street.shown)
            if number
            else None
        )
        places = tuple(
            place
            for place in self._gazetteer.places.find(street.shown)
            if place.area_code == street.area_code and place.kind == "settlement"
        )
        if places:
            evidence = replace(evidence, places=places, settlements=places, place_text=street.shown)
        return self._fallback(evidence, fact or NOTHING)

    def _place_within(
        self, typed: str, evidence: Evidence, *, numbered: bool
    ) -> tuple[str, tuple[Place, ...]]:
        """The whole text as a place (Ν. Σμύρνη) unless it has a house number, or its last words.

        Where the municipality is known, only its own places count.
        """
        words, index = typed.split(), self._gazetteer.places

        def here(places: tuple[Place, ...]) -> tuple[Place, ...]:
            areas = {*evidence.place_areas, evidence.postcode_area} - {None}
            return tuple(p for p in places if not areas or p.area_code in areas)

        if not numbered and (whole := here(index.find(typed))):
            return typed, whole
        for count in range(1, min(_PLACE_WORDS, len(words) - 1) + 1):
            text = " ".join(words[-count:])
            if found := here(index.find(text)):
                return text, found
        near = () if numbered else here(index.find(typed, self._weights.decide.place_typo))
        return typed, near

    def _fallback(self, evidence: Evidence, why: Reason) -> Location:
        return fallback(evidence, why, self._gazetteer, self._weights)


def _at(evidence: Evidence, text: str, places: tuple[Place, ...]) -> Evidence:
    """Evidence with the settlements that a text names; the places typed before them stay."""
    if not evidence.places:
        evidence = replace(evidence, place_text=text, places=places)
    return replace(evidence, settlements=_settlements(places))


def _settlements(places: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple(place for place in places if place.kind == "settlement")
