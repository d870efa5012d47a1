"""Where a street that was found puts the address: its house, between houses, or all of it."""

from __future__ import annotations

from dataclasses import replace

from geo.geocode.index.extents import Point, around, reach
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.streets import StreetRow
from geo.geocode.index.whereabouts import between, central, far_end, house_point, spread
from geo.geocode.location import Location, Reason
from geo.geocode.match.answers import at_point, only, street_label
from geo.geocode.match.decide import Match, Verdict
from geo.geocode.match.evidence import Evidence
from geo.geocode.reasons import joined, say, shown
from geo.geocode.weights import Weights
from geo.geocode.words.numbers import HouseNumber

WIDEST = 20
"""House numbers that a range may span and still be one house's."""


def place_street(
    verdict: Verdict, evidence: Evidence, gazetteer: Gazetteer, weights: Weights, *, sure: bool
) -> Location | None:
    """Class address at a surveyed house, else class street.

    `sure`: the street is the one meant; else the answer is no finer than the street. None where
    the match is a village whose number is not known: the settlement is the better answer.
    """
    number = verdict.best.reading.number
    placed = [match for match in verdict.own if match.street.placed]
    if number and placed:
        found = _numbered(placed, number, evidence, gazetteer, weights, sure=sure)
        if found:
            return found
    if verdict.best.street.village:
        return None
    if placed:
        return _whole(_main_part(placed, evidence), number, evidence, gazetteer)
    return _by_postcodes(verdict, evidence, gazetteer)


# -- streets whose houses, lines or point are known --------------------------------------------


def _numbered(
    placed: list[Match],
    number: HouseNumber,
    evidence: Evidence,
    gazetteer: Gazetteer,
    weights: Weights,
    *,
    sure: bool,
) -> Location | None:
    """The house of that number, or the place the known numbers leave for it."""
    houses, limits = gazetteer.houses, weights.house
    of_entry = {
        at: match
        for match in reversed(placed)
        for at in houses.numbered(match.street.first, match.street.last, number)
    }
    if number.last is not None and number.last - number.value > WIDEST:
        whole = number.keys[0]
        if not any(houses.keys[houses.key[at]] == whole for at in of_entry):
            main = _main_part(placed, evidence)
            return None if main.street.village else _wide(main, number, evidence, gazetteer)
    if of_entry:
        entries = _agreeing(sorted(of_entry), evidence, gazetteer)
        return _at_house(of_entry, entries, number, evidence, gazetteer, weights, sure=sure)
    for match in placed:
        street = match.street
        if same := list(houses.of_value(street.first, street.last, number.value)):
            at = central(houses, _agreeing(same, evidence, gazetteer))
            point = house_point(houses, at, limits.near)
            known = houses.keys[houses.key[at]]
            note = say("number_near", number=number.text, near=known.upper())
            return _on_street(match, point, evidence, gazetteer, [note])
        point_between = between(street, houses, gazetteer.lines, number.value, limits)
        if point_between and not street.village:
            note = say("number_between", number=number.text)
            return _on_street(match, point_between, evidence, gazetteer, [note])
    return None


def _at_house(
    of_entry: dict[int, Match],
    entries: list[int],
    number: HouseNumber,
    evidence: Evidence,
    gazetteer: Gazetteer,
    weights: Weights,
    *,
    sure: bool,
) -> Location | None:
    houses, limits = gazetteer.houses, weights.house
    at = entries[0] if len(entries) == 1 else central(houses, entries)
    match = of_entry[at]
    apart = spread(houses, entries) if len(entries) > 1 else 0.0
    point = house_point(houses, at, max(limits.radius, apart))
    if apart > limits.twice:
        note = say("number_twice", number=number.text, distance=round(apart))
        return _on_street(match, point, evidence, gazetteer, [note])
    if _no_house(match, at, number, gazetteer):
        note = say("range_wide", number=number.text)
        return _on_street(match, point, evidence, gazetteer, [note])
    if not houses.surveyed[at]:
        note = say("number_between", number=number.text)
        point = replace(point, radius=limits.near)
        return _on_street(match, point, evidence, gazetteer, [note])
    if not sure:
        return _whole(match, None, evidence, gazetteer)
    postcode = houses.label(houses.postcode[at]) or only(match.street.postcodes)
    what = "village_house" if match.street.village else "house"
    text = _surveyed_number(houses.keys[houses.key[at]], number)
    why = say(what, number=text, street=match.street.shown)
    own = _own_postcode(houses.label(houses.postcode[at]), text, match, evidence)
    notes = [*_spelled(match, gazetteer), *(own or _other_postcode(match, evidence))]
    return at_point(
        "address",
        point,
        match.street,
        postcode,
        gazetteer,
        joined([why, *notes]),
        text,
    )


def _surveyed_number(key: str, number: HouseNumber) -> str:
    """The number as typed; without what follows a slash where the house is known without it."""
    if number.flat is None or key == number.keys[0]:
        return number.text.upper()
    return f"{number.value}{number.letter or ''}".upper()


def _own_postcode(own: str | None, number: str, match: Match, evidence: Evidence) -> list[Reason]:
    """That the house has another postcode than was typed, where its street has both."""
    if evidence.point is None or own in (None, evidence.postcode):
        return []
    if evidence.postcode not in match.street.postcodes:
        return []
    return [say("house_postcode", number=number, postcode=own, typed=evidence.postcode)]


def _no_house(match: Match, at: int, number: HouseNumber, gazetteer: Gazetteer) -> bool:
    """Whether a range as typed is not one house's: its last number is known of no house."""
    houses, street = gazetteer.houses, match.street
    if number.last is None or houses.keys[houses.key[at]] == number.keys[0]:
        return False
    return not any(
        houses.surveyed[other] for other in houses.of_value(street.first, street.last, number.last)
    )


def _agreeing(entries: list[int], evidence: Evidence, gazetteer: Gazetteer) -> list[int]:
    """Of several houses of one number those in the postcode and village typed, and surveyed."""
    if len(entries) == 1:
        return entries
    houses = gazetteer.houses
    found = [at for at in entries if houses.surveyed[at]] or entries
    here = [at for at in found if houses.label(houses.postcode[at]) == evidence.postcode]
    found = here if here and evidence.postcode else found
    return [at for at in found if houses.label(houses.place[at]) in evidence.keys] or found


def _main_part(placed: list[Match], evidence: Evidence) -> Match:
    """Of the parts of one street the best, else the one in the place typed with the most houses."""
    top = max(match.score for match in placed)
    alike = [match for match in placed if match.score == top]

    def worth(match: Match) -> tuple[bool, int]:
        return (
            match.street.area_code in evidence.place_areas,
            match.street.last - match.street.first,
        )

    return max(alike, key=worth)


def _wide(match: Match, number: HouseNumber, evidence: Evidence, gazetteer: Gazetteer) -> Location:
    """Class street for a range too wide for one house: anywhere on the street."""
    point = _middle(match, gazetteer)
    radius = far_end(point, match.street, gazetteer.houses, gazetteer.lines)
    notes = [say("range_wide", number=number.text), say("street_middle")]
    return _on_street(match, replace(point, radius=radius), evidence, gazetteer, notes)


def _middle(match: Match, gazetteer: Gazetteer) -> Point:
    point = gazetteer.extent(match.number)
    if point is None:
        raise ValueError("a street without a place of its own")
    return point


def _whole(
    match: Match, number: HouseNumber | None, evidence: Evidence, gazetteer: Gazetteer
) -> Location:
    """Class street at the street's own point."""
    point = _middle(match, gazetteer)
    notes = [say("street_middle")]
    if number:
        known = match.street.last > match.street.first
        code = "number_outside" if known else "numbers_unknown"
        radius = far_end(point, match.street, gazetteer.houses, gazetteer.lines)
        point = replace(point, radius=radius)
        notes.insert(0, say(code, number=number.text))
    return _on_street(match, point, evidence, gazetteer, notes)


def _on_street(
    match: Match, point: Point, evidence: Evidence, gazetteer: Gazetteer, notes: list[Reason]
) -> Location:
    codes = match.street.postcodes
    postcode = evidence.postcode if evidence.postcode in codes else only(codes)
    why = [_street_reason(match, gazetteer), *notes, *_other_postcode(match, evidence)]
    return at_point("street", point, match.street, postcode, gazetteer, joined(why))


def _other_postcode(match: Match, evidence: Evidence) -> list[Reason]:
    codes = match.street.postcodes
    if evidence.point is None or evidence.postcode in codes:
        return []
    area, own = evidence.postcode_area, match.street.area_code
    if not codes and (area is None or own is None or area == own):
        return []
    return [say("postcode_differs", postcode=evidence.postcode)]


def _street_reason(match: Match, gazetteer: Gazetteer) -> Reason:
    spelled = _spelled(match, gazetteer)
    return spelled[0] if spelled else say("street", street=match.street.shown)


def _spelled(match: Match, gazetteer: Gazetteer) -> list[Reason]:
    """That the street was written otherwise, where one of its typed words is not in its name."""
    known = gazetteer.names[match.candidate.name]
    keys = {key for word in known.words for key in (word.key, *word.keys)}
    if all(word.key in keys for word in match.reading.words):
        return []
    typed = shown(match.reading.text)
    return [say("street_spelled", typed=typed, street=match.street.shown)]


# -- streets of which only postcodes are known -------------------------------------------------


def _by_postcodes(verdict: Verdict, evidence: Evidence, gazetteer: Gazetteer) -> Location | None:
    """Class street: the middle of the postcodes of the rows that the number and postcode leave."""
    best = verdict.best
    rows = [
        row for m in verdict.own for row in m.street.rows if row.postcode in gazetteer.postcodes
    ]
    if not rows:
        return _by_settlement(best, gazetteer)
    rows, doubtful, notes = _rows_meant(rows, best.reading.number, evidence)
    codes = list(dict.fromkeys(str(row.postcode) for row in rows))
    if evidence.point and evidence.postcode not in codes:
        notes.append(say("postcode_other", postcode=evidence.postcode))
        doubtful = [*doubtful, str(evidence.postcode)]
    points, others = ([gazetteer.postcodes[c] for c in group] for group in (codes, doubtful))
    latitude, longitude, radius = around(points)
    radius = max([radius, *(reach(points, other) for other in others)])
    notes.append(
        say("postcode_point", postcode=codes[0])
        if len(codes) == 1
        else say("many_postcodes", postcodes=", ".join(sorted(codes)))
    )
    return Location(
        "street",
        latitude,
        longitude,
        radius,
        best.street.area_code,
        street_label(best.street, only(codes), gazetteer, name=rows[0].name),
        joined([_street_reason(best, gazetteer), *notes]),
        postcode=only(codes),
    )


def _rows_meant(
    rows: list[StreetRow], number: HouseNumber | None, evidence: Evidence
) -> tuple[list[StreetRow], list[str], list[Reason]]:
    """The rows that postcode and number leave, the postcodes that speak against them, and why."""
    own = [row for row in rows if row.postcode == evidence.postcode]
    notes: list[Reason] = []
    if number is None:
        return own or rows, [], notes
    holding = [row for row in rows if row.holds(number.value)]
    held = list(dict.fromkeys(str(row.postcode) for row in holding))
    if own:
        if evidence.postcode not in held:
            code = "number_elsewhere" if held else "number_outside"
            notes.append(say(code, number=number.text, postcode=evidence.postcode))
            return own, held, notes
        return own, [], notes
    if not holding:
        notes.append(say("number_outside", number=number.text))
        return rows, [], notes
    if len(held) == 1 and len({row.postcode for row in rows}) > 1:
        notes.append(say("number_picked", number=number.text, postcode=held[0]))
    return holding, [], notes


def _by_settlement(best: Match, gazetteer: Gazetteer) -> Location | None:
    """A street of which only the village is known: the village's point, class street."""
    middle = gazetteer.middle(best.number)
    if middle is None:
        return None
    latitude, longitude, radius = middle
    note = say("settlement_point", place=best.street.place or "")
    return Location(
        "street",
        latitude,
        longitude,
        radius,
        best.street.area_code,
        street_label(best.street, None, gazetteer),
        _street_reason(best, gazetteer).then(note),
    )
