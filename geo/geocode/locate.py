"""From address text to a place with its class, radius and reason; one or a whole frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from weakref import WeakKeyDictionary

import pandas as pd

from geo.geocode.candidates import Candidate, CandidateFinder
from geo.geocode.decide import (
    Match,
    Verdict,
    alternatives,
    area_words,
    at_municipality,
    at_postcode,
    judge,
    place_ambiguous,
    place_street,
    plain_anywhere,
    unsure,
)
from geo.geocode.evidence import Evidence, gather
from geo.geocode.gazetteer import Gazetteer, StreetRow
from geo.geocode.location import Location, Reason
from geo.geocode.parse import LONGEST, Parts, StreetText, parse
from geo.geocode.places import Place
from geo.geocode.reasons import say, shown
from geo.geocode.score import Weights, load_weights

_PLACE_WORDS = 3

COLUMNS = [
    "class",
    "lat",
    "lon",
    "radius_m",
    "area_code",
    "postcode",
    "matched",
    "reason_en",
    "reason_el",
    "centroid_fallback",
    "alternatives",
    "gazetteer_version",
]
"""The columns `locate_many` answers with."""


class Locator:
    """Locates addresses against one gazetteer and remembers the names it has looked for."""

    def __init__(self, gazetteer: Gazetteer, weights: Weights | None = None) -> None:
        self._gazetteer = gazetteer
        self._weights = weights or load_weights()
        self._finder = CandidateFinder(gazetteer, self._weights)

    def locate(
        self, text: str, *, municipality_text: str | None = None, postcode: str | None = None
    ) -> Location:
        """See `locate` below."""
        location = self._locate(text, municipality_text or None, postcode or None)
        return replace(location, gazetteer_version=self._gazetteer.version)

    def _locate(self, text: str, municipality: str | None, postcode: str | None) -> Location:
        if max(len(text), len(municipality or ""), len(postcode or "")) > LONGEST:
            return _nowhere(say("too_long", longest=LONGEST))
        gazetteer, weights = self._gazetteer, self._weights
        parts = parse(text, gazetteer.habits)
        evidence = gather(parts, gazetteer, weights, municipality, postcode)
        if not parts.streets and not evidence.areas and not evidence.place_text:
            known = any(map(str.isalnum, text)) or municipality or postcode
            return _nowhere(_noted(evidence, say("nothing" if known else "empty")))
        matches = self._matches(parts, evidence)
        verdict = judge(matches, gazetteer, weights, anywhere=not evidence.areas)
        if verdict is None and evidence.place_areas and evidence.postcode_area is None:
            verdict, matches = self._beyond_the_place(parts, evidence, matches)
        elif verdict and not evidence.areas and self._rather_a_place(verdict, parts):
            verdict = None
        location = (
            self._street(verdict, evidence) if verdict else self._without_street(parts, evidence)
        )
        others = alternatives(
            matches, verdict if location.class_ == "street" else None, gazetteer, weights
        )
        return replace(location, alternatives=others)

    # -- matches -------------------------------------------------------------------------------

    def _matches(self, parts: Parts, evidence: Evidence) -> list[Match]:
        """All readings against the municipalities that the evidence names, best first."""
        found: list[Match] = []
        areas: tuple[str | None, ...] = evidence.areas or (None,)
        for reading in parts.streets:
            for area in areas:
                found += self._weighed(reading, area, evidence)
        if not evidence.place_areas:
            found += self._with_place_split(parts, evidence)
        return _best_first(found)

    def _weighed(
        self, reading: StreetText, area: str | None, evidence: Evidence, *, split: bool = False
    ) -> Iterator[Match]:
        cost = self._weights.cost.split if split else 0.0
        for candidate in self._finder.find(reading.kind, reading.words, area):
            rows = self._rows(candidate)
            here = any(row.postcode == evidence.postcode for row in rows)
            elsewhere = evidence.point is not None and not here
            taken = cost + (self._weights.cost.postcode_other if elsewhere else 0.0)
            yield Match(candidate, reading, rows, candidate.agreement - taken, split, here)

    def _rows(self, candidate: Candidate) -> tuple[StreetRow, ...]:
        return tuple(self._gazetteer.rows[candidate.name, candidate.area_code])

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
                            yield from self._weighed(meant, area, evidence, split=True)

    def _beyond_the_place(
        self, parts: Parts, evidence: Evidence, matches: list[Match]
    ) -> tuple[Verdict | None, list[Match]]:
        """Streets of the municipalities around: 'Αθήνα' is typed for the whole conurbation."""
        gazetteer, weights = self._gazetteer, self._weights
        typed = [point for code in evidence.place_areas if (point := gazetteer.areas.get(code))]
        found = [
            match
            for reading in parts.streets
            for match in self._weighed(reading, None, evidence)
            for there in [gazetteer.areas.get(match.candidate.area_code)]
            if there and any(here.touches(there, weights.decide.conflict) for here in typed)
        ]
        ordered = _best_first([*found, *matches])
        verdict = judge(ordered, gazetteer, weights, anywhere=True)
        sure = verdict and not verdict.rivals and plain_anywhere(verdict, gazetteer, weights)
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
        if reading.number or reading.kind or (exact and not verdict.rivals):
            return False
        return bool(self._gazetteer.places.find(reading.text))

    # -- verdicts ------------------------------------------------------------------------------

    def _street(self, verdict: Verdict, evidence: Evidence) -> Location:
        gazetteer, best = self._gazetteer, verdict.best
        if verdict.rivals:
            location = place_ambiguous(verdict, evidence, gazetteer)
            if location.class_ == "none" and evidence.areas:
                return self._fallback(evidence, location.reason)
            return replace(location, reason=_noted(evidence, location.reason))
        anywhere = not evidence.areas and not best.split
        if anywhere and not plain_anywhere(verdict, gazetteer, self._weights):
            return _nowhere(_noted(evidence, unsure(verdict, gazetteer)))
        location = place_street(verdict, evidence, gazetteer)
        area = verdict.best.candidate.area_code
        reason = location.reason
        if evidence.place_areas and area not in evidence.place_areas:
            words = area_words(area, gazetteer)
            reason = reason.then(say("place_other", place=shown(evidence.place_text), area=words))
        elif anywhere:
            reason = reason.then(say("only_one", area=area_words(area, gazetteer)))
        return replace(location, reason=_noted(evidence, reason))

    def _without_street(self, parts: Parts, evidence: Evidence) -> Location:
        typed = parts.streets[0].text if parts.streets else ""
        why = say("street_unknown", typed=shown(typed)) if typed else Reason("", "")
        if not evidence.places and typed:
            text, places = self._place_within(typed, numbered=parts.streets[0].number is not None)
            if places and not evidence.postcode_area:
                why = Reason("", "") if text == typed else why
                evidence = replace(evidence, place_text=text, places=places)
        return self._fallback(evidence, why)

    def _place_within(self, typed: str, *, numbered: bool) -> tuple[str, tuple[Place, ...]]:
        """The whole text as a place (Ν. Σμύρνη) unless it has a house number, or its last words."""
        words, index = typed.split(), self._gazetteer.places
        if not numbered and (whole := index.find(typed)):
            return typed, whole
        for count in range(1, min(_PLACE_WORDS, len(words) - 1) + 1):
            text = " ".join(words[-count:])
            if found := index.find(text):
                return text, found
        return typed, () if numbered else index.find(typed, self._weights.decide.place_typo)

    def _fallback(self, evidence: Evidence, why: Reason) -> Location:
        """The postcode, else the settlement, else the municipality, else none."""
        gazetteer = self._gazetteer
        reason = _noted(evidence, why)
        if evidence.distance is not None and evidence.distance > self._weights.decide.conflict:
            distance = round(evidence.distance / 1000)
            clash = say(
                "conflict",
                postcode=evidence.postcode,
                place=shown(evidence.place_text),
                distance=distance,
            )
            return _nowhere(reason.then(clash))
        if evidence.point and evidence.postcode:
            if evidence.distance is not None:
                words = area_words(evidence.postcode_area, gazetteer)
                reason = reason.then(
                    say("place_other", place=shown(evidence.place_text), area=words)
                )
            return at_postcode(evidence.postcode, gazetteer, reason)
        return self._at_place(evidence, reason)

    def _at_place(self, evidence: Evidence, reason: Reason) -> Location:
        areas = {place.area_code for place in evidence.places}
        if not areas:
            return _nowhere(reason.then(say("nothing")))
        if len(areas) > 1:
            count, text = len(areas), shown(evidence.place_text)
            return _nowhere(reason.then(say("ambiguous_place", count=count, place=text)))
        finest = min(evidence.places, key=lambda place: place.radius or float("inf"))
        if finest.kind != "municipality" and finest.latitude is not None:
            return _at_settlement(finest, reason)
        if finest.area_code is None:
            return _nowhere(reason.then(say("nothing")))
        return at_municipality(finest.area_code, self._gazetteer, reason)


def _at_settlement(place: Place, reason: Reason) -> Location:
    why = reason.then(say("at_settlement", place=place.name))
    return Location(
        "settlement",
        place.latitude,
        place.longitude,
        place.radius,
        place.area_code,
        place.name,
        why,
    )


def _nowhere(reason: Reason) -> Location:
    return Location("none", None, None, None, None, None, reason)


def _noted(evidence: Evidence, reason: Reason) -> Reason:
    for note in evidence.notes:
        reason = reason.then(note)
    return reason


def _best_first(matches: list[Match]) -> list[Match]:
    """Each street once, at its best reading; ties in the gazetteer's order."""
    best: dict[Candidate | tuple[int, str], Match] = {}
    for match in matches:
        key = (match.candidate.name, match.candidate.area_code)
        if key not in best or match.score > best[key].score:
            best[key] = match
    return sorted(best.values(), key=lambda m: (-m.score, m.candidate.name, m.candidate.area_code))


_locators: WeakKeyDictionary[Gazetteer, Locator] = WeakKeyDictionary()


def locate(
    text: str,
    gazetteer: Gazetteer,
    *,
    municipality_text: str | None = None,
    postcode: str | None = None,
) -> Location:
    """Where an address is, how surely, and why; never raises for any text.

    `municipality_text` and `postcode` are what stands in fields of their own beside the text.
    The answer's `lat`, `lon` are EPSG:4326 degrees and `radius_m` metres; class none has neither.
    """
    locator = _locators.get(gazetteer)
    if locator is None:
        locator = _locators[gazetteer] = Locator(gazetteer)
    return locator.locate(text, municipality_text=municipality_text, postcode=postcode)


def locate_many(
    frame: pd.DataFrame,
    gazetteer: Gazetteer,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Locate every row of a frame (address[, municipality_text][, postcode]); COLUMNS, same index.

    Equal addresses are solved once. `progress` is called with (rows done, rows in all). Missing
    values are pandas NA; `alternatives` holds a list of dicts.
    """
    typed = [_texts(frame, name) for name in ("address", "municipality_text", "postcode")]
    solved: dict[tuple[str, str, str], tuple[object, ...]] = {}
    answers: list[tuple[object, ...]] = []
    for done, key in enumerate(zip(*typed, strict=True), 1):
        if key not in solved:
            address, municipality, postcode = key
            solved[key] = _record(
                locate(address, gazetteer, municipality_text=municipality, postcode=postcode)
            )
        answers.append(solved[key])
        if progress and (done % 500 == 0 or done == len(frame)):
            progress(done, len(frame))
    table = pd.DataFrame(answers, columns=COLUMNS, index=frame.index)
    return table.astype(
        {
            **dict.fromkeys(("lat", "lon", "radius_m"), "Float64"),
            **dict.fromkeys(("area_code", "postcode", "matched"), "string"),
            "centroid_fallback": "boolean",
        }
    )


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame and column != "address":
        return [""] * len(frame)
    return [str(value) if pd.notna(value) else "" for value in frame[column]]


def _record(location: Location) -> tuple[object, ...]:
    return (
        location.class_,
        location.lat,
        location.lon,
        location.radius_m,
        location.area_code,
        location.postcode,
        location.matched,
        location.reason.en,
        location.reason.el,
        location.centroid_fallback,
        [asdict(other) for other in location.alternatives],
        location.gazetteer_version,
    )
