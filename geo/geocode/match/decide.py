"""When a match is taken, and when it is ambiguous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.geocode.index.extents import metric
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.index.streets import APART, GAP, Street
from geo.geocode.match.candidates import Candidate
from geo.geocode.match.evidence import Evidence
from geo.geocode.match.score import is_road
from geo.geocode.weights import Weights
from geo.geocode.words.numbers import HouseNumber
from geo.geocode.words.parse import StreetText


@dataclass(frozen=True, slots=True)
class Match:
    """A street with the reading it answers, weighed against all that the address says.

    `score` is that of the name less what speaks against the street; `plain` leaves out whether the
    house number is known there. `split`: the reading's last words named the place; `in_postcode`
    and `in_place`: the street stands in the postcode or village typed; `here`: in one of the homes
    they are in.
    """

    candidate: Candidate
    number: int
    street: Street
    reading: StreetText
    score: float
    plain: float
    split: bool = False
    in_postcode: bool = False
    in_place: bool = False
    here: bool = False

    def same_street(self, other: Match, gazetteer: Gazetteer, weights: Weights) -> bool:
        """The same words in the same home; 'Λεωφόρος' left out does not part them.

        Two streets of one name that are known to lie apart are two. A street that goes on beyond
        the border, within what was typed of postcode and place, is one.
        """
        one, two = (gazetteer.names[m.candidate.name] for m in (self, other))
        if self.here and other.here and self.street.home != other.street.home:
            return one.sorted_keys == two.sorted_keys and self.goes_on(other, gazetteer)
        return (
            self.street.home == other.street.home
            and one.sorted_keys == two.sorted_keys
            and (
                one.kind == two.kind or (is_road(one.kind, weights) and is_road(two.kind, weights))
            )
            and not self._lies_apart(other, gazetteer)
        )

    def goes_on(self, other: Match, gazetteer: Gazetteer) -> bool:
        """Whether the other street begins where this one may end."""
        here, there = (gazetteer.extent(m.number) for m in (self, other))
        if here is None or there is None:
            return False
        return here.distance(there) <= here.radius + there.radius + GAP

    def _lies_apart(self, other: Match, gazetteer: Gazetteer) -> bool:
        if self.number == other.number:
            return False
        here, there = (gazetteer.extent(m.number) for m in (self, other))
        if here is None or there is None:
            return False
        if self.candidate.name == other.candidate.name:
            return True
        return here.distance(there) > min(here.radius + there.radius, APART)

    def homonym(self, other: Match, gazetteer: Gazetteer) -> bool:
        """Whether the two have the same name, wherever they are."""
        one, two = (gazetteer.names[m.candidate.name] for m in (self, other))
        return one.sorted_keys == two.sorted_keys


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best match, the other records of the same street, and the rivals too near to refuse."""

    best: Match
    twins: tuple[Match, ...]
    rivals: tuple[Match, ...]

    @property
    def own(self) -> tuple[Match, ...]:
        return (self.best, *self.twins)


def weighed(
    candidate: Candidate,
    number: int,
    reading: StreetText,
    evidence: Evidence,
    gazetteer: Gazetteer,
    weights: Weights,
    *,
    split: bool = False,
) -> Match:
    """A candidate's street with all that speaks against it taken off its name's agreement."""
    street, cost = gazetteer.streets[number], weights.cost
    here = evidence.postcode is not None and evidence.postcode in street.postcodes
    there = in_place(number, evidence, gazetteer)
    taken = cost.split if split else 0.0
    if evidence.point is not None and street.postcodes and not here:
        taken += cost.postcode_other
    if there is False:
        taken += cost.place_other
    plain = candidate.agreement - taken
    unknown = cost.number_unknown if _number_unknown(street, reading.number, gazetteer) else 0.0
    return Match(
        candidate,
        number,
        street,
        reading,
        plain - unknown,
        plain,
        split,
        here,
        there is True,
        there is True or street.home in evidence.homes,
    )


def in_place(number: int, evidence: Evidence, gazetteer: Gazetteer) -> bool | None:
    """Whether a street lies in the settlement typed; None where nothing says so or no.

    Its houses or rows name the settlement, or it lies within the settlement's reach.
    """
    street = gazetteer.streets[number]
    if not evidence.keys.isdisjoint(street.places):
        return True
    return in_reach(number, evidence.decided, gazetteer) if evidence.decided else None


def in_reach(number: int, place: Place, gazetteer: Gazetteer) -> bool | None:
    """Whether a street lies within a settlement's reach; None where that cannot be told."""
    if place.latitude is None or place.longitude is None:
        return None
    extent = gazetteer.extent(number)
    if extent is None:
        return None
    x, y = metric([place.latitude], [place.longitude])[0]
    apart = ((extent.x - x) ** 2 + (extent.y - y) ** 2) ** 0.5
    return bool(apart <= max(place.radius or 0.0, extent.radius))


def _number_unknown(street: Street, number: HouseNumber | None, gazetteer: Gazetteer) -> bool:
    if number is None:
        return False
    return not gazetteer.houses.of_value(street.first, street.last, number.value)


def judge(
    matches: Sequence[Match], gazetteer: Gazetteer, weights: Weights, *, anywhere: bool = False
) -> Verdict | None:
    """The verdict over matches ordered best first; None where none is good enough.

    `anywhere`: nothing typed says where the street is. Between streets of one name the number
    does not decide: that it is known of one only may be the gazetteer's gap.
    """
    limits = weights.decide
    if not matches:
        return None
    best = matches[0]
    if best.plain < (limits.accept_postcode if best.in_postcode else limits.accept):
        return None
    margin = limits.margin_anywhere if anywhere and not best.split else limits.margin
    near = [
        m
        for m in matches[1:]
        if m.score > best.score - margin
        or (m.plain > best.plain - margin and m.homonym(best, gazetteer))
    ]
    twins = tuple(m for m in near if m.same_street(best, gazetteer, weights))
    rivals = tuple(m for m in near if m not in twins)
    return Verdict(best, twins, rivals)


def plain_anywhere(verdict: Verdict, gazetteer: Gazetteer, weights: Weights) -> bool:
    """Whether a match can stand where nothing typed says where: no or hardly a misspelling."""
    best = verdict.best
    known = {key for word in gazetteer.names[best.candidate.name].words for key in word.keys}
    known.update(gazetteer.names[best.candidate.name].keys)
    as_typed = all(not {word.key, *word.forms}.isdisjoint(known) for word in best.reading.words)
    return as_typed or best.plain >= weights.decide.accept_anywhere


def best_first(matches: list[Match]) -> list[Match]:
    """Each street once, at its best reading; ties in the gazetteer's order."""
    best: dict[int, Match] = {}
    for match in matches:
        known = best.get(match.number)
        if known is None or match.score > known.score:
            best[match.number] = match
    return sorted(
        best.values(), key=lambda m: (-m.score, m.candidate.name, m.street.home, m.number)
    )
