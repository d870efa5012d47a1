"""Where addresses are: what people decided, then the spots of the team, then the gazetteer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import geopandas as gpd
import pandas as pd

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate, locate_many
from geo.geocode.location import Location
from geo.geocode.words.parse import parse
from geo.locating.keys import Typed, keys_of
from geo.locating.own_hosted import helped
from geo.locating.pins import class_of
from geo.settings import Settings

DECIDED = {
    "en": "A person decided this address before.",
    "el": "Κάποιος έχει αποφασίσει για αυτή τη διεύθυνση.",
}
SPOT = {
    "en": "It is the spot “{name}” that the team keeps.",
    "el": "Είναι το σημείο «{name}» που τηρεί η ομάδα.",
}
ANSWER = (
    *("class", "lat", "lon", "radius_m", "area_code", "postcode", "matched", "reason"),
    *("centroid_fallback", "alternatives", "gazetteer_version", "source"),
)
"""What is known of each address: degrees in EPSG:4326, radius in metres, reason by language."""

ALTERNATIVE = ("matched", "class", "lat", "lon", "radius_m", "area_code", "postcode", "agreement")


@dataclass(frozen=True)
class Asked:
    """An address, and the house its record belongs to, whose decisions hold for it. A sensitive
    site is placed by none: where it is, is decided for it alone."""

    typed: Typed
    area_code: str | None = None
    agency_id: UUID | None = None
    sensitive: bool = False


class Finder:
    """Finds places with what one reader may know."""

    def __init__(
        self, settings: Settings, gazetteer: Gazetteer, spots: gpd.GeoDataFrame | None
    ) -> None:
        self.gazetteer = gazetteer
        self._settings = settings
        self._spots = {} if spots is None else _by_name(spots, self._name_key)

    def keys(self, asked: Iterable[Asked]) -> dict[Typed, str]:
        """The key of each address."""
        return keys_of(self._settings, (one.typed for one in asked), self.gazetteer.habits)

    def find(
        self, asked: Sequence[Asked], keys: Mapping[Typed, str], aliases: pd.DataFrame
    ) -> list[dict[str, Any]]:
        """An answer (ANSWER) for each address, in their order; those typed alike are solved once.

        `aliases` are the decisions about these keys, newest first. A record without a municipality
        is asked of the gazetteer first: that of its answer says whose decisions and spots hold.
        """
        taught = _by_key(aliases)
        found: list[dict[str, Any] | None] = [
            self._known(one, one.area_code, taught.get(keys[one.typed], ()))
            if one.area_code
            else None
            for one in asked
        ]
        left = dict.fromkeys(
            one.typed for one, known in zip(asked, found, strict=True) if known is None
        )
        solved = self._solve(left)
        return [
            known or self._among(one, solved[one.typed], taught.get(keys[one.typed], ()))
            for one, known in zip(asked, found, strict=True)
        ]

    def _among(
        self, one: Asked, answer: dict[str, Any], taught: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """The gazetteer's answer, or what is known in its municipality where nothing else says one."""
        if one.area_code or answer["source"] != "gazetteer":
            return answer
        return self._known(one, answer["area_code"], taught) or answer

    def _known(
        self, one: Asked, area_code: str | None, taught: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        """Where a person or the team says that an address of a municipality is."""
        known = _decided(taught, one, area_code) or self._spot(one.typed, area_code)
        return None if known is None else self._versioned(known)

    def _solve(self, left: Collection[Typed]) -> dict[Typed, dict[str, Any]]:
        """Not by key: a reason quotes what was typed, and a record quotes no other's words."""
        if not left:
            return {}
        frame = pd.DataFrame(list(left), columns=["address", "municipality_text", "postcode"])
        answers = locate_many(frame, self.gazetteer)
        records = answers.astype(object).where(answers.notna(), None).to_dict("records")
        return {
            typed: helped(self._settings, self.gazetteer, typed, _answer(record))
            for typed, record in zip(left, records, strict=True)
        }

    def _spot(self, typed: Typed, area_code: str | None) -> dict[str, Any] | None:
        """The spot of that very name in a municipality, unless a house is meant or another town."""
        if not self._spots or area_code is None:
            return None
        for spot in self._spots.get(self._name_key(typed[0]), ()):
            if area_code == spot["area_code"]:
                if self._has_number(typed[0]) or self._is_elsewhere(typed, area_code):
                    return None
                if self._is_listed(typed[0], area_code):
                    return None
                why = _said(SPOT, name=spot["name"])
                return _placed("spot", class_of(spot["radius_m"]), spot, reason=why)
        return None

    def _is_listed(self, text: str, area_code: str) -> bool:
        """Whether a text is the very name of a place, or of a street or postcode of the municipality:
        no spot stands in for these, or it would draw everybody who wrote no more than that."""
        gazetteer = self.gazetteer
        if gazetteer.places.find(text):
            return True
        found = locate(text, gazetteer, municipality_text=gazetteer.area_label(area_code))
        if found.class_ == "postcode":
            return True
        own = (found.matched or "").split(",")[0]
        return found.class_ == "street" and self._name_key(own) == self._name_key(text)

    def _has_number(self, text: str) -> bool:
        """Whether a text has a house number, as it is most likely read."""
        parts = parse(text, self.gazetteer.habits)
        return parts.number is not None or any(one.number for one in parts.streets[:1])

    def _is_elsewhere(self, typed: Typed, area_code: str) -> bool:
        """Whether the town or postcode beside the text is known, and of other municipalities."""
        _, town, postcode = typed
        if not (town or postcode):
            return False
        found = locate("", self.gazetteer, municipality_text=town, postcode=postcode)
        codes = {found.area_code, *(one.area_code for one in found.alternatives)} - {None}
        return bool(codes) and area_code not in codes

    def _name_key(self, text: str) -> str:
        """What equal names of spots share, in whatever order their words are typed."""
        return " ".join(sorted(self.gazetteer.habits.speller.key(text).split()))

    def _versioned(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "gazetteer_version": self.gazetteer.version}


def told(location: Location) -> dict[str, Any]:
    """One answer of the gazetteer as it is told."""
    return {
        "class": location.class_,
        "lat": location.lat,
        "lon": location.lon,
        "radius_m": location.radius_m,
        "area_code": location.area_code,
        "postcode": location.postcode,
        "matched": location.matched,
        "reason": {"en": location.reason.en, "el": location.reason.el},
        "centroid_fallback": location.centroid_fallback,
        "alternatives": [_alternative(vars(one)) for one in location.alternatives],
        "gazetteer_version": location.gazetteer_version,
        "source": "gazetteer",
    }


def _answer(record: Mapping[Any, Any]) -> dict[str, Any]:
    """An answer of the gazetteer."""
    answer = {name: record.get(name) for name in ANSWER if name in record}
    answer["reason"] = {"en": record["reason_en"], "el": record["reason_el"]}
    answer["centroid_fallback"] = bool(record["centroid_fallback"])
    answer["alternatives"] = [_alternative(one) for one in record["alternatives"] or ()]
    return answer | {"source": "gazetteer"}


def _alternative(one: Mapping[str, Any]) -> dict[str, Any]:
    """Another place, as records and people keep it."""
    told = {name: one.get(name) for name in ALTERNATIVE}
    return told | {"class": one.get("class", one.get("class_", "street"))}


def _decided(
    taught: Sequence[Mapping[str, Any]], one: Asked, area_code: str | None
) -> dict[str, Any] | None:
    """The newest decision of the house that the record belongs to, about that municipality."""
    if one.sensitive:
        return None
    for alias in taught:
        own = alias["agency_id"] in (None, one.agency_id)
        if own and area_code == alias["area_code"]:
            return _placed("alias", alias["location_class"], alias, reason=DECIDED)
    return None


def _placed(
    source: str, class_: str, place: Mapping[str, Any], *, reason: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "class": class_,
        "lat": place["lat"],
        "lon": place["lon"],
        "radius_m": place["radius_m"],
        "area_code": place["area_code"],
        "postcode": None,
        "matched": place["matched"],
        "reason": dict(reason),
        "centroid_fallback": class_ == "municipality",
        "alternatives": [],
        "source": source,
    }


def _said(sentences: Mapping[str, str], **facts: str) -> dict[str, str]:
    return {lang: sentence.format(**facts) for lang, sentence in sentences.items()}


def _by_key(aliases: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    plain = aliases.astype(object).where(aliases.notna(), None)
    for row in plain.itertuples(index=False):
        alias = dict(zip(plain.columns, row, strict=True))
        found.setdefault(str(alias["address_key"]), []).append(alias)
    return found


def _by_name(spots: gpd.GeoDataFrame, key: Callable[[str], str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for spot in spots.to_dict("records"):
        place = {
            "name": spot["name"],
            "matched": spot["name"],
            "area_code": spot["area_code"],
            "radius_m": spot["radius_m"],
            "lat": spot["geometry"].y,
            "lon": spot["geometry"].x,
        }
        for name in dict.fromkeys([spot["name"], *spot["alternate_names"]]):
            found.setdefault(key(name), []).append(place)
    found.pop("", None)
    return found
