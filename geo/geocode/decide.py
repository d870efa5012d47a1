"""When a match is taken, when it is ambiguous, and where that puts the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.geocode.candidates import Candidate
from geo.geocode.evidence import Evidence
from geo.geocode.extents import around, reach
from geo.geocode.gazetteer import Gazetteer, StreetRow
from geo.geocode.location import Alternative, Location, Reason
from geo.geocode.parse import HouseNumber, StreetText
from geo.geocode.reasons import say, shown
from geo.geocode.score import Weights, is_road


@dataclass(frozen=True)
class Match:
    """A candidate with the reading it answers, weighed against all that the address says.

    `split`: the reading's last words named the municipality; `in_postcode`: the street stands in
    the postcode typed.
    """

    candidate: Candidate
    reading: StreetText
    rows: tuple[StreetRow, ...]
    score: float
    split: bool = False
    in_postcode: bool = False

    def same_street(self, other: Match, gazetteer: Gazetteer, weights: Weights) -> bool:
        """The same words in the same municipality; 'Λεωφόρος' left out does not part them."""
        one, two = (gazetteer.names[m.candidate.name] for m in (self, other))
        return (
            self.candidate.area_code == other.candidate.area_code
            and sorted(one.keys) == sorted(two.keys)
            and (
                one.kind == two.kind or (is_road(one.kind, weights) and is_road(two.kind, weights))
            )
        )


@dataclass(frozen=True)
class Verdict:
    """The best match, the other records of the same street, and the rivals too near to refuse."""

    best: Match
    twins: tuple[Match, ...]
    rivals: tuple[Match, ...]


def judge(
    matches: Sequence[Match], gazetteer: Gazetteer, weights: Weights, *, anywhere: bool = False
) -> Verdict | None:
    """The verdict over matches ordered best first; None where none is good enough.

    `anywhere`: nothing typed says where the street is.
    """
    limits = weights.decide
    if not matches:
        return None
    best = matches[0]
    if best.score < (limits.accept_postcode if best.in_postcode else limits.accept):
        return None
    margin = limits.margin_anywhere if anywhere and not best.split else limits.margin
    near = [m for m in matches[1:] if m.score > best.score - margin]
    twins = tuple(m for m in near if m.same_street(best, gazetteer, weights))
    rivals = tuple(m for m in near if m not in twins)
    return Verdict(best, twins, rivals)


def plain_anywhere(verdict: Verdict, gazetteer: Gazetteer, weights: Weights) -> bool:
    """Whether a match can stand where nothing typed says where: no or hardly a misspelling."""
    best = verdict.best
    known = gazetteer.names[best.candidate.name].keys
    as_typed = all(not {word.key, *word.forms}.isdisjoint(known) for word in best.reading.words)
    return as_typed or best.score >= weights.decide.accept_anywhere


def place_street(verdict: Verdict, evidence: Evidence, gazetteer: Gazetteer) -> Location:
    """Class street: the middle of the postcodes of the rows that the number and postcode leave."""
    best = verdict.best
    rows = [row for match in (best, *verdict.twins) for row in match.rows]
    rows, doubtful, notes = _rows_meant(rows, best.reading.number, evidence)
    codes = list(dict.fromkeys(row.postcode for row in rows))
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
        best.candidate.area_code,
        _label(rows[0].name, codes[0] if len(codes) == 1 else None, rows[0].area_code, gazetteer),
        _join([_street_reason(best, rows[0], gazetteer), *notes]),
        postcode=codes[0] if len(codes) == 1 else None,
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
    held = list(dict.fromkeys(row.postcode for row in holding))
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


def _street_reason(best: Match, row: StreetRow, gazetteer: Gazetteer) -> Reason:
    known = gazetteer.names[best.candidate.name]
    typed = {word.key for word in best.reading.words}
    if typed <= set(known.keys):
        return say("street", street=row.name)
    return say("street_spelled", typed=shown(best.reading.text), street=row.name)


def unsure(verdict: Verdict, gazetteer: Gazetteer) -> Reason:
    """Why a likeness is not taken where nothing typed says where."""
    area = area_words(verdict.best.candidate.area_code, gazetteer)
    street = verdict.best.rows[0].name
    return say("unsure", typed=shown(verdict.best.reading.text), street=street, area=area)


def place_ambiguous(verdict: Verdict, evidence: Evidence, gazetteer: Gazetteer) -> Location:
    """The common denominator of streets that fit alike: their postcode, municipality, or none."""
    tied = (verdict.best, *verdict.twins, *verdict.rivals)
    typed = shown(verdict.best.reading.text)
    areas = {match.candidate.area_code for match in tied}
    if len(areas) > 1:
        return Location(
            "none", None, None, None, None, None,
            say("ambiguous_areas", typed=typed, count=len(areas)),
        )  # fmt: skip
    area = areas.pop()
    why = say("ambiguous_streets", typed=typed, count=len(tied), area=area_words(area, gazetteer))
    shared = set.intersection(*({row.postcode for row in match.rows} for match in tied))
    if evidence.postcode in shared:
        return at_postcode(str(evidence.postcode), gazetteer, why)
    if len({row.postcode for match in tied for row in match.rows}) == 1:
        return at_postcode(shared.pop(), gazetteer, why)
    return at_municipality(area, gazetteer, why)


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
        " ".join(filter(None, (postcode, gazetteer.area_name(area, "el")))),
        why.then(say("at_postcode", postcode=postcode)),
        postcode=postcode,
    )


def at_municipality(area: str, gazetteer: Gazetteer, why: Reason) -> Location:
    """Class municipality: its middle; class none where the gazetteer has no point in it."""
    words = area_words(area, gazetteer)
    point = gazetteer.areas.get(area)
    if point is None:
        reason = why.then(say("no_point", area=words))
        return Location("none", None, None, None, None, None, reason)
    return Location(
        "municipality",
        point.latitude,
        point.longitude,
        point.radius,
        area,
        gazetteer.area_name(area, "el"),
        why.then(say("at_municipality", area=words)),
    )


def alternatives(
    matches: Iterable[Match], taken: Verdict | None, gazetteer: Gazetteer, weights: Weights
) -> tuple[Alternative, ...]:
    """The other streets that came near, best first, each at the middle of its postcodes."""
    chosen = (taken.best, *taken.twins) if taken else ()
    others: dict[str, Alternative] = {}
    for match in matches:
        if match in chosen:
            continue
        codes = list(dict.fromkeys(row.postcode for row in match.rows))
        latitude, longitude, _ = around(gazetteer.postcodes[code] for code in codes)
        code = codes[0] if len(codes) == 1 else None
        area = match.candidate.area_code
        label = _label(match.rows[0].name, code, area, gazetteer)
        if label not in others:
            score = round(max(match.score, 0.0), 3)
            others[label] = Alternative(label, area, code, latitude, longitude, score)
        if len(others) == weights.decide.alternatives:
            break
    return tuple(others.values())


def area_words(code: str | None, gazetteer: Gazetteer) -> Reason:
    """A municipality's name in each language."""
    return Reason(gazetteer.area_name(code, "en"), gazetteer.area_name(code, "el"))


def _label(street: str, postcode: str | None, area: str, gazetteer: Gazetteer) -> str:
    place = " ".join(filter(None, (postcode, gazetteer.area_name(area, "el"))))
    return f"{street}, {place}" if place else street


def _join(reasons: Sequence[Reason]) -> Reason:
    whole = reasons[0]
    for reason in reasons[1:]:
        whole = whole.then(reason)
    return whole
